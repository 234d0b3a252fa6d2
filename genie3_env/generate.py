"""Makes the worlds of a sentence and writes them to files, in all cores.

    python -m genie3_env.generate "a castle at night" --num_worlds=1000 --seed=42 --out=DIR

DIR then holds world_00000.g3world and so on, pictures of the first worlds (contact_sheet.jpg) and maps (map.png).
The same sentence and seed give the same bytes. What DIR holds stays, unless it came of the same sentence and seed.
"""

import argparse
import math
import multiprocessing
import os
import re
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

from genie3_env.command import CommandError, run_command
from genie3_env.prompt.parse import Understanding, parse
from genie3_env.prompt.spec import PRESETS, WorldSpec
from genie3_env.render.chart import chart
from genie3_env.render.postcard import postcard, sheet, write_picture
from genie3_env.world_file import SUFFIX, WorldFileError, save_world, saved_origin
from genie3_env.worldgen.builder import WorldBuilder, attempts, proven, size_at, world_seed
from genie3_env.worldgen.proof import path_m

PICTURES, PICTURE_SIZE, PICTURE_COLUMNS = 24, (180, 320), 4  # on the contact sheet; height, width
MAPS, MAP_COLUMNS, MAP_MARGIN = 4, 2, 8  # on the map; pixels around each
CONTACT_SHEET, MAP = "contact_sheet.jpg", "map.png"
PAPER = (255, 255, 255)
WORLDS_OF_A_PROCESS = 16  # fewer do not pay for the second that it takes to start one


@dataclass(frozen=True)
class Job:
    """One world to make, with its file."""

    spec: WorldSpec
    seed: int
    path: Path
    pictured: bool
    mapped: bool


@dataclass(frozen=True, eq=False)
class Made:
    """What came of a job.

    size: the size of the world where it is larger than asked.
    picture, map: uint8 [H, W, 3], where they were asked for.
    """

    digest: str
    size: str | None
    size_bytes: int
    picture: np.ndarray | None
    map: np.ndarray | None


def main(argv: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(
        "python -m genie3_env.generate",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("prompt", nargs="?", help="a sentence, in English or Chinese")
    parser.add_argument("--spec", type=Path, metavar="FILE.json", help="a WorldSpec instead of a sentence")
    parser.add_argument("--preset", choices=PRESETS, help="the task and its difficulty, stronger than the sentence")
    parser.add_argument("--num_worlds", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, metavar="DIR", help="worlds/THEME-SPEC-SEED if left out")
    parser.add_argument("--workers", type=int, help="processes; as many as there are cores if left out")
    parser.add_argument("--force", action="store_true", help="write over whatever has the names of these files")
    options = parser.parse_args(argv)
    if (options.prompt is None) == (options.spec is None):
        parser.error("give either a sentence or --spec=FILE.json")
    for name, least in (("num_worlds", 1), ("seed", 0), ("workers", 1)):
        value = getattr(options, name)
        if value is not None and value < least:
            parser.error(f"--{name} must be at least {least}, not {value}")
    return run_command(lambda: generate(options))


def generate(options: argparse.Namespace) -> None:
    """Understand, look at the folder, make the worlds, draw, and say what came of it."""
    start = time.perf_counter()
    spec = spec_asked_for(options.prompt, options.spec, options.preset)
    out = options.out or Path("worlds") / f"{spec.theme}-{spec.digest()[:8]}-{options.seed}"
    make_room(out, spec, options.seed, options.force)
    jobs = jobs_of(spec, options.seed, options.num_worlds, out)
    workers = options.workers or min(_cores(), math.ceil(len(jobs) / WORLDS_OF_A_PROCESS))
    try:
        made = list(tqdm(work_off(jobs, workers), total=len(jobs), unit="world", disable=None))
    except ValueError as failure:  # no draft takes the task
        raise CommandError(str(failure), 2) from failure
    except BrokenProcessPool as failure:
        raise CommandError(
            f"A process was ended, perhaps for want of memory; give --workers={max(1, workers // 2)}.", 1
        ) from failure
    draw(made, out)
    grown = [one.size for one in made if one.size is not None]
    if grown:
        print(
            f"note: {len(grown)} of the worlds are {' or '.join(sorted(set(grown)))}: there was no room for all of it."
        )
    different = len({one.digest for one in made})
    print(
        f"{len(made)} worlds, {different} different, {sum(one.size_bytes for one in made) / 1e6:.1f} MB, in "
        f"{time.perf_counter() - start:.1f} s: {out}"
    )


def spec_asked_for(prompt: str | None, path: Path | None, preset: str | None = None) -> WorldSpec:
    """The spec of a sentence or of a JSON file, after saying how it was understood; CommandError where it is none."""
    try:
        if path is not None:
            spec = WorldSpec.from_json(path.read_text("utf-8"))
        else:
            understanding = parse(prompt or "")
            spec = understanding.spec
            print("\n".join(account(understanding)))
        if preset is not None:
            spec = spec.with_preset(preset)
        WorldBuilder().generate(spec=spec, num_worlds=0)  # refuses what cannot be made
    except ValueError as failure:
        raise CommandError(f"{path}: {failure}" if path else str(failure), 2) from failure
    print(f"spec: {spec.to_json()}", flush=True)
    return spec


def account(understanding: Understanding) -> Iterator[str]:
    """What was understood of a sentence, line by line."""
    yield f"understood: {', '.join(understanding.understood)}"
    for word in understanding.not_understood:
        close = understanding.suggestions.get(word)
        yield f"not understood: {word}" + (f" (did you mean {close!r}?)" if close else "")
    for note in understanding.notes:
        yield f"note: {note}"


def make_room(out: Path, spec: WorldSpec, seed: int, force: bool) -> None:
    """The folder, made where it is missing; CommandError where it holds what did not come of the same spec and seed."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as failure:
        raise CommandError(f"{out} is no folder; give another --out=DIR.", 1) from failure
    if force:
        return
    worlds = sorted(out.glob(f"world_*{SUFFIX}"))
    strangers = [path for path in worlds if not _came_of(path, spec, seed)]
    if not worlds:
        strangers = [path for name in (CONTACT_SHEET, MAP) if (path := out / name).exists()]
    if strangers:
        raise CommandError(
            f"{strangers[0]} did not come of this spec and seed. Give another --out=DIR, or --force to write over it.",
            1,
        )


def _came_of(path: Path, spec: WorldSpec, seed: int) -> bool:
    """Whether a file holds the world that the spec and the seed have under its name."""
    number = re.fullmatch(rf"world_(\d+){re.escape(SUFFIX)}", path.name)
    try:
        return bool(number) and saved_origin(path) == (spec, world_seed(seed, int(number[1])))
    except WorldFileError:
        return False


def jobs_of(spec: WorldSpec, seed: int, num_worlds: int, out: Path) -> list[Job]:
    """A job for each world."""
    digits = max(5, len(str(num_worlds - 1)))
    return [
        Job(spec, world_seed(seed, index), out / f"world_{index:0{digits}}{SUFFIX}", index < PICTURES, index < MAPS)
        for index in range(num_worlds)
    ]


def work_off(jobs: Sequence[Job], workers: int) -> Iterator[Made]:
    """What comes of each job, in order. Processes, because making worlds holds Python's lock half of the time."""
    if workers == 1:
        yield from map(do, jobs)
        return
    context = multiprocessing.get_context("spawn")  # the same on every system, and safe beside threads
    with ProcessPoolExecutor(workers, context, initializer=_leave_interrupts_to_the_parent) as processes:
        try:
            yield from processes.map(do, jobs, chunksize=4)
        except BaseException:
            processes.shutdown(wait=False, cancel_futures=True)
            raise


def _cores() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def do(job: Job) -> Made:
    """Make a world, save it, and draw it where that is asked for; ValueError where no draft takes the task."""
    made = list(attempts(job.spec, job.seed))
    world = proven(made, job.spec)
    save_world(world, job.path)
    size = size_at(job.spec, len(made) - 1)
    return Made(
        digest=world.digest,
        size=None if size == job.spec.size else size,
        size_bytes=job.path.stat().st_size,
        picture=postcard(world, *PICTURE_SIZE) if job.pictured else None,
        map=np.pad(chart(world, path_m(world)), ((MAP_MARGIN,) * 2, (MAP_MARGIN,) * 2, (0, 0)), constant_values=255)
        if job.mapped
        else None,
    )


def draw(made: Sequence[Made], out: Path) -> None:
    """Writes the contact sheet and the map."""
    pictures = [one.picture for one in made if one.picture is not None]
    columns = min(PICTURE_COLUMNS, math.ceil(math.sqrt(len(pictures))))
    write_picture(sheet(pictures, columns), out / CONTACT_SHEET)
    write_picture(sheet([one.map for one in made if one.map is not None], MAP_COLUMNS, PAPER), out / MAP)


if __name__ == "__main__":
    sys.exit(main())
