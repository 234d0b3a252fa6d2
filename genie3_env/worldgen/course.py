"""Parkour courses: platforms over a pit beside the land, from a start to a terrace with flags.

The course is added to a finished draft as a strip of columns along its high side in y, so that any theme can have one.
Between two platforms lies a gap to be jumped, with one jump or with two, or a lift goes to and fro, or up and down.
"""

import dataclasses
from dataclasses import dataclass

import numpy as np

from genie3_env.materials import material
from genie3_env.motion import REST
from genie3_env.prompt.spec import FLAGS, WorldSpec
from genie3_env.types import PHYSICS_HZ
from genie3_env.world import VOID
from genie3_env.worldgen.canvas import Draft
from genie3_env.worldgen.stonework import Stonework

STRIP = 18  # columns
START, END = 7, 15  # columns of the start and of the terrace, along x
FOR_FIVE_FLAGS = 6  # more of the terrace
MARGIN = 3
JUMP, DOUBLE_JUMP, LIFT = 1, 2, 3  # kinds of a Leap
LIFT_HALF_M = 1.5
LIFT_MPS = 2.0
HIGHEST = 10  # voxels above the start


@dataclass(frozen=True)
class Leap:
    """From one voxel to another that is not beside it. kind: JUMP, DOUBLE_JUMP or LIFT; lift: its number, or -1."""

    origin: tuple[int, int, int]
    target: tuple[int, int, int]
    kind: int
    lift: int


@dataclass(frozen=True, eq=False)
class Course:
    """leaps: in order. lifts: float64 [P, 9] see World.lifts. start, terrace: int32 [n, 3] voxels to stand on."""

    leaps: tuple[Leap, ...]
    lifts: np.ndarray
    start: np.ndarray
    terrace: np.ndarray


_NOWHERE = np.zeros((0, 3), np.int32)
NO_COURSE = Course((), np.zeros((0, 9)), _NOWHERE, _NOWHERE)


@dataclass(frozen=True)
class _Platform:
    x: int
    y: int
    z: int
    width: int
    depth: int


def add_course(draft: Draft, spec: WorldSpec, stone: Stonework, rng: np.random.Generator) -> tuple[Draft, Course]:
    """The draft with a strip more, and the course in it."""
    nx, ny, nz = draft.voxels.shape
    voxels = np.zeros((nx, ny + STRIP, nz), np.uint8)
    voxels[:, :ny] = draft.voxels
    ground = draft.ground_m
    _pit(voxels, ny, ground, draft.ground, spec)
    low_y, high_y = ny + 3, ny + STRIP - 3
    end = END + (FOR_FIVE_FLAGS if spec.flags == FLAGS[1] else 0)
    start = _Platform(MARGIN, low_y, ground, START - 1, high_y - low_y)
    platforms, leaps, lifts = [start], [], []
    here = _Platform(MARGIN, (low_y + high_y) // 2 - 2, ground, START - 1, 4)
    while True:
        there, kind = _next(here, spec.difficulty, low_y, high_y, ground, nz, rng)
        if there.x + there.width > nx - end - MARGIN - 4:
            break
        _connect(here, there, kind, leaps, lifts)
        platforms.append(there)
        here = there
    gap = nx - end - MARGIN - here.x - here.width
    if gap > 2:  # what is left of the way is a plank walk to the last jump
        platforms.append(_Platform(here.x + here.width, here.y + 1, here.z, gap - 2, 2))
        here = _Platform(here.x, here.y + 1, here.z, here.width + gap - 2, 2)
    terrace = _Platform(nx - end - MARGIN, low_y, here.z, end, high_y - low_y)
    _connect(here, terrace, JUMP, leaps, lifts)
    platforms.append(terrace)
    for platform in platforms:
        _paint(voxels, platform, stone)
    course = Course(tuple(leaps), np.array(lifts).reshape(-1, 9), _cells(start), _cells(terrace))
    places = {"inner": course.terrace, "home": course.start}
    none = np.zeros((0, 3), np.int32)
    places |= {kind: none for kind in draft.places if kind not in places}
    return dataclasses.replace(draft, voxels=voxels, places=places, hilly=False, indoors=True, flag_room=2), course


def _pit(voxels: np.ndarray, ny: int, ground: int, outside: str, spec: WorldSpec) -> None:
    """The strip: a pit with a deadly floor between level banks; nothing at all where there is no ground."""
    if outside == VOID:
        return
    bank, below = material(outside), material("stone")
    strip = voxels[:, ny:]
    strip[:, :, : ground - 1] = below
    strip[:, :, ground - 1] = bank
    pit = strip[2:-2, 2:-2]
    pit[:, :, ground - 4 :] = 0
    pit[:, :, ground - 4] = material(spec.liquid if spec.liquid in ("lava", "acid", "water") else "lava")
    voxels[:, ny - 1, ground:] = 0


def _next(
    here: _Platform, difficulty: float, low_y: int, high_y: int, ground: int, nz: int, rng: np.random.Generator
) -> tuple[_Platform, int]:
    """The platform after this one, and how one gets there."""
    luck = float(rng.random())
    width, depth = int(rng.integers(3, 6)), int(rng.integers(3, 6))
    shift = int(rng.integers(-2, 3))
    step = int(rng.integers(-1, 2))
    wide = int(rng.integers(2))
    if luck < 0.16:
        kind, gap = LIFT, 8
    elif luck < 0.30:
        kind, gap, step = LIFT, 3, 4 if here.z <= ground + HIGHEST - 4 else -4
    elif luck < 0.30 + 0.6 * difficulty:
        kind, gap, step = DOUBLE_JUMP, 4 + wide, step if wide == 0 else 0
        if step == 1:
            gap, step = 3, 2
    else:
        kind, gap = JUMP, 2
    if kind == LIFT and gap == 8:
        step = 0
    z = min(max(here.z + step, ground - 1), min(ground + HIGHEST, nz - 6))
    y = min(max(here.y + shift, low_y), high_y - depth)
    return _Platform(here.x + here.width + gap, y, z, width, depth), kind


def _connect(here: _Platform, there: _Platform, kind: int, leaps: list[Leap], lifts: list[list[float]]) -> None:
    """Note the leap between two platforms, and the lift if it is one."""
    lane = min(max(here.y + here.depth // 2, there.y), there.y + there.depth - 1)
    lane = min(max(lane, here.y), here.y + here.depth - 1)
    landing = min(max(lane, there.y), there.y + there.depth - 1)
    origin, target = (here.x + here.width - 1, lane, here.z), (there.x, landing, there.z)
    if kind != LIFT:
        leaps.append(Leap(origin, target, kind, -1))
        return
    first, last = here.x + here.width + LIFT_HALF_M, there.x - LIFT_HALF_M
    way = max(abs(last - first), abs(there.z - here.z))
    period = round(PHYSICS_HZ * 2.0 * way / LIFT_MPS * (1.0 + 2.0 * REST))
    y = 0.5 * (lane + landing) + 0.5
    leaps.append(Leap(origin, target, LIFT, len(lifts)))
    lifts.append([first, y, here.z, last, y, there.z, LIFT_HALF_M, LIFT_HALF_M + 0.5 * abs(lane - landing), period])


def _paint(voxels: np.ndarray, platform: _Platform, stone: Stonework) -> None:
    """A deck one voxel thick with a rim of trim, on a pillar."""
    p = platform
    deck = voxels[p.x : p.x + p.width, p.y : p.y + p.depth]
    deck[:, :, p.z - 1] = material(stone.trim)
    deck[:, :, p.z :] = 0
    inner = deck[1:-1, 1:-1] if min(p.width, p.depth) > 2 else deck
    inner[:, :, p.z - 1] = material(stone.wall)
    x, y = p.x + p.width // 2, p.y + p.depth // 2
    column = voxels[x, y, 1 : p.z - 1]
    if voxels[x, y, 0]:
        column[:] = material(stone.wall)


def _cells(platform: _Platform) -> np.ndarray:
    p = platform
    x, y = np.mgrid[p.x : p.x + p.width, p.y : p.y + p.depth].reshape(2, -1)
    return np.stack([x, y, np.full(len(x), p.z)], 1).astype(np.int32)
