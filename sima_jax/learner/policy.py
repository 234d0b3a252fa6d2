"""A trained agent as a policy that plays: it remembers between calls.

B: environments, A: action dimensions.
"""

from typing import Any

import numpy as np

from sima_jax.learner.act import acting_key
from sima_jax.learner.programs import Programs
from sima_jax.types import Params


class AgentPolicy:
    """Plays B environments at a time with fixed parameters."""

    def __init__(self, programs: Programs, params: Params, *, greedy: bool, seed: int, guidance: float = 0.0):
        """greedy: take the mean action; otherwise sample, from `seed` alone. guidance: see learner.act."""
        params = programs.acting_params(params)
        self._act = programs.player(greedy=greedy, guidance=guidance)
        self._programs = programs
        self._params = params
        self._language = programs.encode(params)
        self._key = acting_key(seed)
        self._memory: Any = None
        self._previous_actions: Any = None
        self._nothing_known: Any = None
        self._steps = 0

    def reset(self, num_envs: int) -> None:
        """Forget everything; the next call sees num_envs fresh episodes."""
        self._memory = self._programs.initial_memory(num_envs)
        self._previous_actions = self._programs.no_actions(num_envs)
        self._nothing_known = np.asarray(self._programs.objective.agent.nothing_known(num_envs))
        self._steps = 0

    def __call__(self, image: np.ndarray, instruction_id: np.ndarray, resets: np.ndarray) -> np.ndarray:
        """Actions [B, A] in [-1, 1] for image uint8 [B, H, W, 3], instruction_id int32 [B].

        resets: [B], 1.0 where an episode begins with this image. RuntimeError before the first reset(B).
        """
        remembered = None if self._memory is None else len(self._memory)
        if remembered != len(image):
            raise RuntimeError(
                f"The policy remembers {remembered or 'no'} environments but sees {len(image)}: "
                f"call reset({len(image)}) first."
            )
        decision = self._act(
            self._params,
            self._language,
            np.arange(len(image), dtype=np.int32),
            image,
            instruction_id.astype(np.int32),
            np.ones(len(image), np.float32),
            resets.astype(np.float32),
            self._previous_actions,
            self._nothing_known,
            self._memory,
            self._key,
            np.int32(self._steps),
        )
        self._memory = decision.memory
        self._steps += 1
        self._previous_actions = np.clip(np.asarray(decision.actions), -1.0, 1.0)
        return self._previous_actions.copy()
