"""A pool whose episodes are written down beforehand and whose pictures say what they show.

b: environments of the pool, M: any number of states.
"""

import time
from collections.abc import Sequence
from typing import Any

import numpy as np

HEIGHT, WIDTH = 9, 16
COUNTING_STATE = np.dtype([("env", np.int32), ("episode", np.int32), ("step", np.int32)])
TERMINATED, TRUNCATED = 1, 3


def picture(env: int, episode: int, step: int, skin: int = 0) -> np.ndarray:
    """uint8 [H, W, 3]: environment, episode and step in the three channels, the skin in the last pixel."""
    image = np.empty((HEIGHT, WIDTH, 3), np.uint8)
    image[...] = (env, episode, step)
    image[-1, -1] = skin
    return image


def instruction_of(env: int, episode: int) -> int:
    """Row of a table of two."""
    return (env + episode) % 2


class CountingPool:
    """plan[i]: (length, TERMINATED or TRUNCATED) of the episodes of environment i, over and over.

    Step s of an episode (the first is 1) gives the reward s. There is one picture memory, painted over by every step.
    """

    def __init__(self, plan: list[list[tuple[int, int]]], first: int = 0, pauses: np.random.Generator | None = None):
        """first: number of the first environment; pauses: draws how long each step sleeps, up to 4 ms."""
        self.plan = plan
        self.num_envs = len(plan)
        self.reset_seed: Sequence[int] | None = None
        self.told: list[np.ndarray] = []  # actions, step by step
        self._first = first
        self._pauses = pauses
        self._now = np.zeros(self.num_envs, COUNTING_STATE)
        self._image = np.zeros((self.num_envs, HEIGHT, WIDTH, 3), np.uint8)

    def reset(self, *, seed: Sequence[int] | None = None, options: dict | None = None) -> tuple[dict, dict]:
        self.reset_seed = seed
        self._now["env"] = self._first + np.arange(self.num_envs)
        self._now["episode"] = self._now["step"] = 0
        self._paint()
        return self.observe(), {}

    def step(self, actions: np.ndarray) -> tuple[dict, np.ndarray, np.ndarray, np.ndarray, dict]:
        if self._pauses is not None:
            time.sleep(self._pauses.uniform(0.0, 0.004))
        self.told.append(np.array(actions))
        now = self._now
        now["step"] += 1
        rewards = now["step"].astype(np.float32)
        outcome = np.zeros(self.num_envs, np.int32)
        final_obs = np.full(self.num_envs, None, dtype=object)
        final_privileged = np.zeros((self.num_envs, 3), np.float32)
        for i, plan in enumerate(self.plan):
            length, end = plan[now["episode"][i] % len(plan)]
            if now["step"][i] == length:
                outcome[i] = end
                env, episode, step = final_privileged[i] = now[i].tolist()
                final_obs[i] = {"image": picture(env, episode, step), "instruction_id": instruction_of(env, episode)}
                now["episode"][i], now["step"][i] = episode + 1, 0
        self._paint()
        info: dict[str, Any] = {"outcome": outcome}
        if outcome.any():
            final_info = {"success": outcome == TERMINATED, "outcome": outcome, "privileged": final_privileged}
            info |= {"final_obs": final_obs, "_final_obs": outcome != 0, "final_info": final_info}
        return self.observe(), rewards, outcome == TERMINATED, outcome == TRUNCATED, info

    def observe(self) -> dict:
        rows = [instruction_of(env, episode) for env, episode, _ in self._now.tolist()]
        return {"image": self._image, "instruction_id": np.array(rows, np.int32)}

    @property
    def states(self) -> np.ndarray:
        return self._now.copy()

    @property
    def privileged(self) -> np.ndarray:
        """float32 [b, 3]: what the picture shows."""
        return np.array(self._now.tolist(), np.float32)

    def render_states(self, states: np.ndarray, skins: np.ndarray | None = None) -> np.ndarray:
        skins = np.zeros(len(states), np.int32) if skins is None else skins
        if not len(states):
            return np.zeros((0, HEIGHT, WIDTH, 3), np.uint8)
        return np.stack([picture(*state, skin=skin) for state, skin in zip(states.tolist(), skins, strict=True)])

    def other_skins(self, states: np.ndarray, draws: np.ndarray) -> np.ndarray:
        return (1 + draws * 255).astype(np.int32)

    def state_dict(self) -> dict:
        return {"states": self._now.view(np.uint8).reshape(self.num_envs, -1).copy()}

    def load_state_dict(self, saved: dict) -> None:
        self._now[:] = np.asarray(saved["states"], np.uint8).view(COUNTING_STATE)[:, 0]
        self._paint()

    def _paint(self) -> None:
        for i, state in enumerate(self._now.tolist()):
            self._image[i] = picture(*state)
