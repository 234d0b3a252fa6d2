"""WorldEnv: one promptable world (or a few) as a gymnasium.Env; `gymnasium.make("genie3_env/World-v0", prompt=...)`."""

from collections.abc import Sequence
from typing import Any

import gymnasium
import numpy as np

from genie3_env.pool import WorldPool
from genie3_env.types import ACTION_DIM
from genie3_env.world import World
from genie3_env.worldgen.builder import WorldBuilder

DEFAULT_PROMPT = "a medieval castle with lava moat"


class WorldEnv(gymnasium.Env):
    """One environment: a WorldPool of one, without autoreset.

    An observation is {"image": uint8 [H, W, 3], "instruction": text, "instruction_id": int}, and where they are asked
    for "depth" and "segmentation" (see WorldPool); an action is float [8] in -1..1 (types.ACTION_NAMES); info is the
    pool's, as plain numbers.
    """

    metadata = {"render_modes": ["rgb_array"], "render_fps": 10}

    def __init__(
        self,
        prompt: str = DEFAULT_PROMPT,
        *,
        worlds: Sequence[World] | None = None,
        num_worlds: int = 1,
        world_seed: int = 0,
        preset: str | None = None,
        render_mode: str | None = None,
        **pool_settings: Any,
    ):
        """Generate worlds from a sentence, or take ready ones.

        num_worlds, world_seed: how many worlds to generate, and from which seed; each episode draws one of them.
        preset: "easy", "hard", "parkour" or "puzzle": the task and its difficulty (prompt.spec.PRESETS).
        render_mode: None or "rgb_array".
        pool_settings: height, width, split, max_episode_steps, action_repeat, reward_fn, instructions, depth and
            segmentation of WorldPool.
        """
        if render_mode not in (None, *self.metadata["render_modes"]):
            raise ValueError(f"Unknown render_mode {render_mode!r}; use None or 'rgb_array'.")
        if worlds is None:
            worlds = WorldBuilder().generate(prompt, num_worlds=num_worlds, seed=world_seed, preset=preset)
        self.render_mode = render_mode
        self._pool = WorldPool(worlds, 1, threads=1, **pool_settings)
        self.observation_space = self._pool.single_observation_space
        self.action_space = self._pool.single_action_space
        self._image: np.ndarray | None = None
        self._over = True

    @property
    def pool(self) -> WorldPool:
        """The pool of one that does the work."""
        return self._pool

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None):
        """Begin an episode: (observation, info). seed: of the random stream; None: it runs on."""
        super().reset(seed=seed)
        obs, info = self._pool.reset(seed=seed)
        self._over = False
        return self._single(obs), _plain(info)

    def step(self, action: np.ndarray):
        """(observation, reward, terminated, truncated, info)."""
        if self._over:
            raise gymnasium.error.ResetNeeded("The episode is over, or none has begun; call reset().")
        action = np.asarray(action)
        if action.shape != (ACTION_DIM,):
            raise ValueError(f"The action has shape {action.shape}; expected ({ACTION_DIM},).")
        obs, rewards, terminated, truncated, info = self._pool.step(action[None])
        self._over = bool(terminated[0] or truncated[0])
        if self._over:
            last = info["final_obs"][0]
            self._image = last["image"]
        else:
            last = self._single(obs)
        return last, float(rewards[0]), bool(terminated[0]), bool(truncated[0]), _plain(info)

    def event(self, text: str) -> dict[str, Any]:
        """Let something happen, such as "make it night" (see tasks.events): the observation afterwards."""
        return self._single(self._pool.event(text))

    def instruct(self, text: str) -> dict[str, Any]:
        """Give another instruction in mid-episode, a sentence of pool.instruction_table: the observation afterwards."""
        return self._single(self._pool.instruct(text))

    def render(self) -> np.ndarray | None:
        """The current frame uint8 [H, W, 3], a copy; None if the render_mode is None."""
        if self.render_mode is None:
            return None
        if self._image is None:
            raise gymnasium.error.ResetNeeded("Call reset() before render().")
        return self._image.copy()

    def close(self) -> None:
        """Close the pool; closing twice is allowed."""
        self._pool.close()

    def _single(self, obs: dict[str, Any]) -> dict[str, Any]:
        frames = {name: obs[name][0].copy() for name in ("image", "depth", "segmentation") if name in obs}
        self._image = frames["image"]
        return {
            **frames,
            "instruction": obs["instruction"][0],
            "instruction_id": int(obs["instruction_id"][0]),
        }


def _plain(info: dict[str, Any]) -> dict[str, Any]:
    """The info of a pool's only environment, without what only a pool tells."""
    return {name: value[0].item() for name, value in info.items() if "final_" not in name}
