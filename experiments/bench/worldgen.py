"""From a sentence to a world: `python -m experiments.bench.worldgen`, half a minute after compilation.

For each theme: worlds per second that one thread makes, and milliseconds from the sentence to the first picture of
1280x720 that an environment shows (understanding, making, meshing, lighting, physics, drawing). Everything is compiled
before; each round takes another seed, and themes alternate. Figures are medians. The last line is one JSON object.
"""

import argparse
import itertools
import json
import statistics
import time
from collections.abc import Sequence

import genie3_env
from genie3_env import WorldBuilder
from genie3_env.prompt.spec import THEMES

HEIGHT, WIDTH = 720, 1280


def main() -> None:
    parser = argparse.ArgumentParser(description="Worlds per second, and milliseconds from a sentence to a picture.")
    parser.add_argument("--themes", nargs="+", default=THEMES, choices=THEMES, metavar="THEME", help=", ".join(THEMES))
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--seed", type=int, default=0, help="of the first round")
    options = parser.parse_args()
    for name, least in (("rounds", 1), ("seed", 0)):
        if getattr(options, name) < least:
            parser.error(f"--{name} must be at least {least}, not {getattr(options, name)}")
    making, showing = measure(options.themes, options.rounds, options.seed)
    result = {theme: figures(making[theme], showing[theme]) for theme in options.themes}
    for theme, told in result.items():
        print(f"{theme}: " + ", ".join(f"{name} {value}" for name, value in told.items()))
    overall = figures(*([*itertools.chain(*seconds.values())] for seconds in (making, showing)))
    print(json.dumps({"bench": "worldgen", "rounds": options.rounds, **overall, "themes": result}))


def measure(themes: Sequence[str], rounds: int, seed: int) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Seconds of every round by theme: to make a world, and from the sentence to its first picture."""
    making: dict[str, list[float]] = {theme: [] for theme in themes}
    showing: dict[str, list[float]] = {theme: [] for theme in themes}
    for number in range(-1, rounds):  # the first round compiles, and does not count
        for theme in themes:
            seconds = make_one(theme, seed + max(number, 0)), show_one(theme, seed + max(number, 0))
            if number >= 0:
                making[theme].append(seconds[0])
                showing[theme].append(seconds[1])
    return making, showing


def make_one(sentence: str, seed: int) -> float:
    """Seconds that a world takes."""
    start = time.perf_counter()
    WorldBuilder().generate(sentence, seed=seed)
    return time.perf_counter() - start


def show_one(sentence: str, seed: int) -> float:
    """Seconds from a sentence to the first picture."""
    start = time.perf_counter()
    env = genie3_env.make(sentence, world_seed=seed, height=HEIGHT, width=WIDTH)
    env.reset(seed=0)
    seconds = time.perf_counter() - start
    env.close()
    return seconds


def figures(making: Sequence[float], showing: Sequence[float]) -> dict[str, float]:
    """Medians of seconds, as they are told."""
    return {
        "worlds_per_s": round(1.0 / statistics.median(making), 1),
        "first_picture_ms": round(1e3 * statistics.median(showing), 1),
        "slowest_picture_ms": round(1e3 * max(showing), 1),
    }


if __name__ == "__main__":
    main()
