"""Whether every world can be solved: `python -m experiments.bench.proofs`, three minutes in two cores.

Makes worlds of every theme, task, difficulty and seed asked for, and plays each one's proof again in the physics.
Says how many proofs hold, and how many attempts a world takes on average and at worst, by theme. The last line is one
JSON object; the exit code is 1 where a world was not made or its proof does not hold.
"""

import argparse
import itertools
import json
import multiprocessing
import os
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import NamedTuple

from tqdm import tqdm

from genie3_env.prompt.spec import TASKS, THEMES, WorldSpec
from genie3_env.world import World
from genie3_env.worldgen.builder import attempts
from genie3_env.worldgen.proof import verify

DIFFICULTIES = (0.1, 0.5, 0.9)


class Case(NamedTuple):
    """One world to make and to try."""

    theme: str
    task: str
    difficulty: float
    seed: int


class Outcome(NamedTuple):
    """attempts: drafts made; verified: whether the last of them became a world whose proof holds."""

    case: Case
    attempts: int
    verified: bool


def main() -> int:
    parser = argparse.ArgumentParser(description="Worlds whose proofs hold, and attempts that a world takes.")
    parser.add_argument("--themes", nargs="+", default=THEMES, choices=THEMES, metavar="THEME", help=", ".join(THEMES))
    parser.add_argument("--tasks", nargs="+", default=TASKS, choices=TASKS, metavar="TASK", help=", ".join(TASKS))
    parser.add_argument("--difficulties", nargs="+", type=float, default=DIFFICULTIES, metavar="D", help="0 to 1 each")
    parser.add_argument("--seeds", type=int, default=20, help="worlds of each theme, task and difficulty")
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)), help="processes")
    options = parser.parse_args()
    for name in ("seeds", "workers"):
        if getattr(options, name) < 1:
            parser.error(f"--{name} must be at least 1, not {getattr(options, name)}")
    if not all(0.0 <= difficulty <= 1.0 for difficulty in options.difficulties):
        parser.error(f"--difficulties lie between 0 and 1, not {options.difficulties}")
    cases = [
        Case(*one)
        for one in itertools.product(options.themes, options.tasks, options.difficulties, range(options.seeds))
    ]
    start = time.perf_counter()
    outcomes = try_all(cases, options.workers)
    for theme in options.themes:
        print(f"{theme}: {json.dumps(figures([one for one in outcomes if one.case.theme == theme]))}")
    for one in outcomes:
        if not one.verified:
            print(f"not verified after {one.attempts} attempts: {one.case}")
    overall = figures(outcomes)
    print(json.dumps({"bench": "proofs", **overall, "seconds": round(time.perf_counter() - start, 1)}))
    return 0 if overall["verified"] == overall["worlds"] else 1


def try_all(cases: Sequence[Case], workers: int) -> list[Outcome]:
    """What came of each case, in order."""
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as processes:
        return list(tqdm(processes.map(try_one, cases, chunksize=8), total=len(cases), unit="world", disable=None))


def try_one(case: Case) -> Outcome:
    """Make a world and play its proof."""
    made = list(attempts(WorldSpec(case.theme, task=case.task, difficulty=case.difficulty), case.seed))
    return Outcome(case, len(made), isinstance(made[-1], World) and verify(made[-1]))


def figures(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Worlds, those verified, attempts a world on average, and the average of the worst task and difficulty."""
    groups: dict[tuple[str, str, float], list[int]] = {}
    for one in outcomes:
        groups.setdefault(one.case[:3], []).append(one.attempts)
    means = [sum(group) / len(group) for group in groups.values()]
    return {
        "worlds": len(outcomes),
        "verified": sum(one.verified for one in outcomes),
        "mean_attempts": round(sum(one.attempts for one in outcomes) / len(outcomes), 2),
        "worst_mean_attempts": round(max(means), 2),
        "most_attempts": max(one.attempts for one in outcomes),
    }


if __name__ == "__main__":
    sys.exit(main())
