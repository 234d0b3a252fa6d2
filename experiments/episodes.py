"""Episodes that count: a policy plays, and what comes of it is measured.

N: environments, T: steps, E: episodes, A: action dimensions.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from genie3_env.tasks.instructions import Instruction
from genie3_env.types import ACTION_DIM, DEFAULT_ACTION_REPEAT, PHYSICS_HZ, Outcome

Z_95 = 1.959963984540054  # of the normal distribution, two-sided

Tell = Callable[[np.ndarray, np.ndarray], np.ndarray]


class Policy(Protocol):
    """What can be evaluated. It may remember; `reset` makes it forget."""

    def reset(self, num_envs: int) -> None: ...

    def __call__(self, image: np.ndarray, instruction_id: np.ndarray, resets: np.ndarray) -> np.ndarray:
        """uint8 [N, H, W, 3], int32 [N], float32 [N] (1.0: a new episode) -> float32 [N, A] in [-1, 1]."""
        ...


class EpisodePool(Protocol):
    """What is asked of a pool: a genie3_env.WorldPool made with sequential=True."""

    num_envs: int

    @property
    def worlds(self) -> Sequence[Any]: ...

    @property
    def instruction_table(self) -> Sequence[Instruction]: ...

    @property
    def states(self) -> np.ndarray: ...

    def reset(self, *, seed: int | None = None) -> tuple[dict[str, Any], dict[str, Any]]: ...

    def step(self, actions: np.ndarray) -> tuple[dict[str, Any], Any, Any, Any, dict[str, Any]]: ...


class RandomPolicy:
    """Every input uniform in [-1, 1], anew in every step."""

    def __init__(self, seed: int):
        self._seed = seed
        self._rng = np.random.default_rng(seed)

    def reset(self, num_envs: int) -> None:
        self._rng = np.random.default_rng(self._seed)

    def __call__(self, image: np.ndarray, instruction_id: np.ndarray, resets: np.ndarray) -> np.ndarray:
        return self._rng.uniform(-1.0, 1.0, (len(image), ACTION_DIM)).astype(np.float32)


class WrongInstruction:
    """Tells each environment of another flag of its world, in words of the same split, from a seed."""

    def __init__(self, pool: EpisodePool, seed: int):
        self._pool = pool
        self._rng = np.random.default_rng(seed)
        self._told = np.zeros(pool.num_envs, np.int32)

    def __call__(self, states: np.ndarray, begins: np.ndarray) -> np.ndarray:
        """int32 [N] rows of the instruction table. states: SIM_STATE [N]; begins: bool [N], a new episode."""
        table = self._pool.instruction_table
        for i in np.flatnonzero(begins):
            asked = table[states["instruction"][i]]
            colours = self._pool.worlds[states["world"][i]].flag_colours
            colour = self._rng.choice([int(one) for one in colours if one != asked.colour])
            rows = [row.id for row in table if row.colour == colour and row.split == asked.split]
            self._told[i] = self._rng.choice(rows)
        return self._told.copy()


@dataclass(frozen=True)
class Episode:
    """One episode. env, first, last: where it stands in the record, steps first to last - 1.

    goal_row: row of the instruction table that names the goal; told_row: what the policy was told.
    efficiency: metres of walkable path gained for each metre walked, 0 to 1 (the last step left out).
    """

    env: int
    first: int
    last: int
    world: int
    goal_row: int
    told_row: int
    outcome: Outcome
    start_distance_m: float
    efficiency: float

    @property
    def success(self) -> bool:
        return self.outcome is Outcome.SUCCESS

    @property
    def steps(self) -> int:
        return self.last - self.first


@dataclass(frozen=True)
class EvaluationResult:
    """E episodes of one policy: the first ones of each environment, then the second ones, and so on.

    states: SIM_STATE [T, N] and actions: float32 [T, N, A] of everything that was played.
    """

    episodes: tuple[Episode, ...]
    states: np.ndarray
    actions: np.ndarray
    seconds_per_step: float  # of world time

    @property
    def success(self) -> float:
        """Share of episodes that reached the named flag."""
        return sum(episode.success for episode in self.episodes) / len(self.episodes)

    @property
    def interval(self) -> tuple[float, float]:
        """95 % confidence interval of the success."""
        return wilson_interval(sum(episode.success for episode in self.episodes), len(self.episodes))

    def summary(self) -> dict[str, Any]:
        """The figures of a report. Lengths and efficiency are of successful episodes, None where there are none."""
        won = [episode for episode in self.episodes if episode.success]
        low, high = self.interval
        return {
            "episodes": len(self.episodes),
            "success": round(self.success, 4),
            "success_95": [round(low, 4), round(high, 4)],
            "outcomes": {
                outcome.name.lower(): sum(episode.outcome == outcome for episode in self.episodes)
                for outcome in Outcome
                if outcome != Outcome.RUNNING
            },
            "worlds": len({episode.world for episode in self.episodes}),
            "start_distance_m": round(_mean([episode.start_distance_m for episode in self.episodes]), 2),
            "seconds_to_flag": round(_mean([e.steps for e in won]) * self.seconds_per_step, 2) if won else None,
            "path_efficiency": round(_mean([episode.efficiency for episode in won]), 4) if won else None,
        }


def evaluate(
    policy: Policy,
    pool: EpisodePool,
    episodes: int,
    *,
    seed: int = 0,
    tell: Tell | None = None,
    action_repeat: int = DEFAULT_ACTION_REPEAT,
) -> EvaluationResult:
    """Play `episodes` episodes, the same ones for every policy and as many in each environment (one more in the first).

    Equal numbers matter: whichever episodes end first are the short ones, so counting by time would favour them.
    seed: decides the pool's episodes. tell: what to tell the policy (see WrongInstruction);
    None: what the pool says. action_repeat: the pool's, for times in seconds.
    """
    if episodes < 1:
        raise ValueError(f"episodes={episodes}: an evaluation needs at least one.")
    quota = np.full(pool.num_envs, episodes // pool.num_envs)
    quota[: episodes % pool.num_envs] += 1
    obs, _ = pool.reset(seed=seed)
    policy.reset(pool.num_envs)
    begins = np.ones(pool.num_envs, np.bool_)
    first = np.zeros(pool.num_envs, np.int64)
    kept_states, kept_actions, told = [], [], np.zeros(pool.num_envs, np.int32)
    finished: list[list[Episode]] = [[] for _ in range(pool.num_envs)]
    while any(len(done) < wanted for done, wanted in zip(finished, quota, strict=True)):
        states = pool.states
        told = obs["instruction_id"] if tell is None else tell(states, begins)
        actions = policy(obs["image"], told, begins.astype(np.float32))
        kept_states.append(states)
        kept_actions.append(np.array(actions, np.float32))
        obs, _, terminated, truncated, info = pool.step(actions)
        begins = terminated | truncated
        for i in np.flatnonzero(begins).tolist():
            if len(finished[i]) < quota[i]:
                path = [step[i] for step in kept_states[first[i] :]]
                outcome = Outcome(int(info["outcome"][i]))
                finished[i].append(_episode(i, first[i], path, int(told[i]), outcome))
            first[i] = len(kept_states)
    in_turn = [done[k] for k in range(quota.max()) for done in finished if k < len(done)]
    return EvaluationResult(tuple(in_turn), np.stack(kept_states), np.stack(kept_actions), action_repeat / PHYSICS_HZ)


def _episode(env: int, first: int, path: Sequence[np.void], told: int, outcome: Outcome) -> Episode:
    """path: the states in which the policy acted."""
    places = np.array([state["position_m"][:2] for state in path])
    walked_m = float(np.linalg.norm(np.diff(places, axis=0), axis=1).sum())
    begin, end = path[0], path[-1]
    gained_m = float(begin["flag_distance_m"] - end["flag_distance_m"])
    return Episode(
        env=env,
        first=int(first),
        last=int(first) + len(path),
        world=int(begin["world"]),
        goal_row=int(begin["instruction"]),
        told_row=told,
        outcome=outcome,
        start_distance_m=float(begin["flag_distance_m"]),
        efficiency=min(1.0, max(0.0, gained_m / walked_m)) if walked_m > 0.0 else 1.0,
    )


def wilson_interval(successes: int, count: int, z: float = Z_95) -> tuple[float, float]:
    """Confidence interval of a share (Wilson 1927): (p + z^2/2n +- z sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n)."""
    if not 0 <= successes <= count or count < 1:
        raise ValueError(f"{successes} successes of {count}: there must be at least one trial and no more successes.")
    share, z2 = successes / count, z * z
    middle = share + z2 / (2 * count)
    half = z * math.sqrt(share * (1 - share) / count + z2 / (4 * count * count))
    scale = 1 + z2 / count
    return max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale)


def _mean(numbers: Sequence[float]) -> float:
    return sum(numbers) / len(numbers)
