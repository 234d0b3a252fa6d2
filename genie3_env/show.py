"""Tells what is in saved worlds, and draws them.

    python -m genie3_env.show FILE... [--picture=OUT.png] [--map=OUT.png]

Pictures of several worlds stand side by side on one sheet. Exit code 1 if a file cannot be loaded; others are shown.
"""

import argparse
import math
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from genie3_env.command import CommandError, run_command
from genie3_env.render.chart import chart
from genie3_env.render.postcard import postcard, sheet, write_picture
from genie3_env.world import FLAG_COLOURS, World
from genie3_env.world_file import WorldFileError, load_world
from genie3_env.worldgen.proof import path_m, verify

HEIGHT, WIDTH = 720, 1280  # of the picture of one world
SMALL_HEIGHT, SMALL_WIDTH = 360, 640  # of each of several
MOST_DRAWN = 24
PICTURE_KINDS = (".png", ".jpg", ".jpeg")


def main(argv: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(
        "python -m genie3_env.show",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="saved worlds, *.g3world")
    parser.add_argument("--picture", type=Path, metavar="OUT.png", help="write a picture of each world")
    parser.add_argument("--map", type=Path, metavar="OUT.png", help="write a map of each world")
    options = parser.parse_args(argv)
    for name in ("picture", "map"):
        path = getattr(options, name)
        if path is not None and path.suffix.lower() not in PICTURE_KINDS:
            parser.error(f"--{name}={path} must end in {' or '.join(PICTURE_KINDS)}")
    return run_command(lambda: show(options.files, options.picture, options.map))


def show(files: Sequence[Path], picture: Path | None, map_: Path | None) -> None:
    """Print what is in the files, and draw it where that is asked for; CommandError where one cannot be loaded."""
    worlds, loaded, faults = [], 0, []
    for path in files:
        try:
            world = load_world(path)
        except WorldFileError as failure:
            faults.append(str(failure))
        except OSError as failure:
            faults.append(f"{path}: {failure.strerror}.")
        else:
            print("\n".join(account(path, world)), flush=True)
            loaded += 1
            if len(worlds) < MOST_DRAWN:
                worlds.append(world)
    if loaded > len(worlds) and (picture or map_):
        print(f"note: the first {MOST_DRAWN} of {loaded} worlds are drawn.")
    size = (HEIGHT, WIDTH) if len(worlds) == 1 else (SMALL_HEIGHT, SMALL_WIDTH)
    if picture is not None and worlds:
        _draw(worlds, lambda world: postcard(world, *size), picture)
    if map_ is not None and worlds:
        _draw(worlds, lambda world: chart(world, path_m(world) if len(world.proof_starts) else None), map_)
    if faults:
        raise CommandError("\nerror: ".join(faults), 1)


def account(path: Path, world: World) -> Iterator[str]:
    """What is to be known of a world, line by line."""
    x, y, z = world.voxels.shape
    landmarks = Counter(mark.kind for mark in world.landmarks)
    nearest, farthest = _ways_m(world)
    goals = world.num_goals or len(world.flag_colours)
    yield f"{path}"
    yield f"  spec       {world.spec.to_json()}"
    yield f"  seed       {world.seed}"
    yield f"  hash       {world.digest}"
    yield f"  hour       {world.hour}, {world.weather}"
    yield f"  size       {x} x {y} x {z} m on {world.ground} at {world.ground_m} m, {len(world.cells)} cells"
    yield f"  landmarks  {', '.join(f'{count} {kind}' for kind, count in sorted(landmarks.items())) or 'none'}"
    yield f"  flags      {', '.join(FLAG_COLOURS[colour] for colour in world.flag_colours)}; goals: the first {goals}"
    yield f"  spawns     {len(world.spawns)}, {nearest:.0f} to {farthest:.0f} m of way from a flag"
    if len(world.coin_colours):
        coins = Counter(FLAG_COLOURS[colour] for colour in world.coin_colours[: world.num_coins])
        yield f"  coins      {', '.join(f'{count} {colour}' for colour, count in coins.items())}"
    if len(world.trigger_is_key):
        kinds = Counter("key" if is_key else "lever" for is_key in world.trigger_is_key)
        yield f"  puzzle     {len(world.gates)} gates, {', '.join(f'{count} {kind}' for kind, count in kinds.items())}"
    if len(world.lifts):
        yield f"  lifts      {len(world.lifts)}"
    lengths = ", ".join(map(str, world.proof_lengths.tolist()))
    ending = f", in {lengths} steps" if lengths else ""
    yield f"  proof      {'verified' if verify(world) else 'NOT SOLVED BY IT'}{ending}"


def _ways_m(world: World) -> tuple[float, float]:
    """Metres of the shortest and the longest way from a spawn to a flag."""
    ways = world.flag_distances_m[:, world.spawns]
    ways = ways[np.isfinite(ways)]
    return (float(ways.min()), float(ways.max())) if ways.size else (math.nan, math.nan)


def _draw(worlds: Sequence[World], draw: Callable[[World], np.ndarray], path: Path) -> None:
    tiles = [draw(world) for world in worlds]
    write_picture(sheet(tiles, math.ceil(math.sqrt(len(tiles)))), path)
    print(f"{path} written.")


if __name__ == "__main__":
    sys.exit(main())
