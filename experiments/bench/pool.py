"""Steps per second of WorldPool, pictures included: `python -m experiments.bench.pool`, two minutes after compilation.

Random actions. For each size of frame, number of environments and number of threads the pool plays and then renders the
states that it went through once more, without physics, instructions, rewards and info: the renderer alone with as many
threads, which is the limit. Rounds of all settings alternate; figures are medians over the rounds. The last line is
one JSON object.
"""

import argparse
import json
import statistics
import time
from collections.abc import Sequence

import numpy as np

from experiments.bench.render import SIZES
from genie3_env import WorldBuilder, WorldPool
from genie3_env.types import ACTION_DIM

THREADS = (1, 2)
PIXELS_OF_A_ROUND = 64 * 720 * 1280
FEWEST_STEPS, MOST_STEPS = 4, 500  # of a round


def main() -> None:
    parser = argparse.ArgumentParser(description="Steps per second of WorldPool, pictures included.")
    parser.add_argument("--prompt", default="a medieval castle with lava moat")
    parser.add_argument("--worlds", type=int, default=16)
    parser.add_argument("--envs", type=int, nargs="+", default=[1, 16, 64], help="numbers of environments")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    for name, least in (("worlds", options.worlds), ("envs", min(options.envs)), ("rounds", options.rounds)):
        if least < 1:
            parser.error(f"--{name} must be at least 1, not {least}")
    worlds = WorldBuilder().generate(options.prompt, num_worlds=options.worlds, seed=options.seed)
    rng = np.random.default_rng(options.seed)
    settings = []
    with WorldPool(worlds, 1, height=36, width=64, threads=1) as home:
        for height, width in SIZES:
            for figures in measure(home, height, width, options.envs, options.rounds, rng):
                settings.append({"size": f"{width}x{height}"} | figures)
                print(", ".join(f"{name} {value}" for name, value in settings[-1].items()), flush=True)
    print(json.dumps({"bench": "pool", "worlds": options.worlds, "rounds": options.rounds, "settings": settings}))


def measure(
    home: WorldPool, height: int, width: int, envs: Sequence[int], rounds: int, rng: np.random.Generator
) -> list[dict[str, float]]:
    """Figures of one size, for each number of environments and threads (never more threads than environments)."""
    choices = [(num_envs, threads) for num_envs in envs for threads in THREADS if threads <= num_envs]
    rates: dict[tuple[int, int], list[tuple[float, float]]] = {choice: [] for choice in choices}
    for _ in range(rounds):
        for num_envs, threads in choices:
            # Made anew in every round: 64 pictures of 1280x720 twice over are 350 MB.
            with WorldPool(None, num_envs, height=height, width=width, threads=threads, share=home) as pool:
                rates[num_envs, threads].append(one_round(pool, rng))
    return [
        {
            "num_envs": num_envs,
            "threads": threads,
            "steps_per_s": round(statistics.median(stepping for stepping, _ in pairs), 1),
            "renderer_frames_per_s": round(statistics.median(rendering for _, rendering in pairs), 1),
            "share_of_renderer": round(statistics.median(stepping / rendering for stepping, rendering in pairs), 3),
        }
        for (num_envs, threads), pairs in rates.items()
    ]


def one_round(pool: WorldPool, rng: np.random.Generator) -> tuple[float, float]:
    """(environment steps per second, frames per second of the renderer alone) over the same states."""
    obs, _ = pool.reset(seed=int(rng.integers(2**31)))
    frames = np.empty_like(obs["image"])
    steps = int(np.clip(PIXELS_OF_A_ROUND / (frames.size / 3), FEWEST_STEPS, MOST_STEPS))
    actions = rng.uniform(-1.0, 1.0, (steps + 1, pool.num_envs, ACTION_DIM)).astype(np.float32)
    pool.step(actions[-1])  # memory that is touched for the first time is slow
    pool.render_states(pool.states, out=frames)
    visited, stepping, rendering = [], 0.0, 0.0
    for action in actions[:-1]:
        start = time.perf_counter()
        pool.step(action)
        stepping += time.perf_counter() - start
        visited.append(pool.states)
    for states in visited:
        start = time.perf_counter()
        pool.render_states(states, out=frames)
        rendering += time.perf_counter() - start
    count = steps * pool.num_envs
    return count / stepping, count / rendering


if __name__ == "__main__":
    main()
