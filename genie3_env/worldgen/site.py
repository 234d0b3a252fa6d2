"""Site: a piece of land that things are put on, each in a free place of its own.

X, Y, Z: voxels of the grid along each axis.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from genie3_env.materials import AIR, material
from genie3_env.prompt.spec import WorldSpec
from genie3_env.world import Landmark
from genie3_env.worldgen import canvas
from genie3_env.worldgen.stonework import Stonework
from genie3_env.worldgen.vault_plan import Vault


class NoRoom(ValueError):
    """What was asked for finds no place; another draft may have one."""


@dataclass(eq=False)
class Site:
    """Land under construction.

    voxels: uint8 [X, Y, Z].
    ground: z of the first air voxel above flat ground.
    top: int64 [X, Y] z of the first air voxel above the land, before anything is put on it.
    taken: bool [X, Y] columns where nothing more is put.
    stone: what buildings are made of.
    cover: the kind of ground (prompt.spec.GROUNDS).
    landmarks: what has been put where, in order.
    seen_to: names of things that are there already, or nowhere, as the spec asks.
    vault: the one of a puzzle.
    water, bridged: bool [X, Y] columns of water that things can float on, and those under bridges.
    kept: bool [X, Y] level land for large things that the spec asks for: themes put nothing of their own there.
    facing: how the thing that is being painted is turned; see `turned`.
    """

    voxels: np.ndarray
    ground: int
    top: np.ndarray
    taken: np.ndarray
    spec: WorldSpec
    stone: Stonework
    rng: np.random.Generator
    cover: str = "grass"
    landmarks: list[Landmark] = field(default_factory=list)
    seen_to: set[str] = field(default_factory=set)
    vault: Vault | None = None
    water: np.ndarray = field(init=False)
    bridged: np.ndarray = field(init=False)
    kept: np.ndarray = field(init=False)
    facing: "Facing | None" = None

    def __post_init__(self):
        self.water, self.bridged, self.kept = np.zeros((3, *self.taken.shape), bool)

    @property
    def plain_stone(self) -> bool:
        """Whether the spec leaves open what is built of."""
        return self.spec.material is None

    def draw(self, low: int, high: int) -> int:
        """A random whole number, low to high."""
        return int(self.rng.integers(low, high + 1))

    @contextmanager
    def turned(self, x: int, y: int, width: int, depth: int, quarters: int) -> Iterator[None]:
        """Inside of this, what `box`, `disc` and `at` are told is turned left by so many quarters.

        The footprint width x depth (as it is told, unturned) has its low corner at (x, y) before and after.
        """
        before, self.facing = self.facing, Facing(x, y, width, depth, quarters)
        try:
            yield
        finally:
            self.facing = before

    def at(self, x: int, y: int) -> tuple[int, int]:
        """The column that (x, y) is turned to."""
        return (x, y) if self.facing is None else self.facing.block(x, y, 1, 1)[:2]

    def box(self, x: int, y: int, z: int, width: int, depth: int, height: int, what: str) -> None:
        """Fill a block with its low corner at (x, y, z)."""
        if self.facing is not None:
            x, y, width, depth = self.facing.block(x, y, width, depth)
        canvas.box(self.voxels, (x, y, z), (x + width, y + depth, z + height), what)

    def disc(self, x: int, y: int, z: int, radius: float, height: int, what: str, *, over: bool = True) -> None:
        """Fill an upright cylinder around the column (x, y); only what is air, unless it is painted over."""
        x, y = self.at(x, y)
        reach = int(radius)
        low_x, low_y = max(x - reach, 0), max(y - reach, 0)
        block = self.voxels[low_x : x + reach + 1, low_y : y + reach + 1, max(z, 0) : max(z + height, 0)]
        i, j = np.arange(low_x - x, low_x - x + block.shape[0]), np.arange(low_y - y, low_y - y + block.shape[1])
        inside = ((i * i)[:, None] + j * j <= radius * radius)[:, :, None]
        block[inside & (block >= AIR if over else block == AIR)] = material(what)

    def ball(self, x: int, y: int, z: int, radius: int, what: str, share: float = 1.0) -> None:
        """Fill a ball around a voxel where there is air, or so large a share of it."""
        side = 2 * radius + 1
        keep = np.ones((side,) * 3, bool) if share == 1.0 else self.rng.random((side,) * 3) < share
        canvas.blob(self.voxels, (*self.at(x, y), z), radius, what, keep)

    def hang(self, x: int, y: int, z: int, length: int, what: str) -> None:
        """Let a strand hang down from below a voxel, as far as there is air."""
        x, y = self.at(x, y)
        if not (0 <= x < self.voxels.shape[0] and 0 <= y < self.voxels.shape[1]):
            return
        for level in range(z - 1, max(z - 1 - length, 0), -1):
            if level >= self.voxels.shape[2] or self.voxels[x, y, level] != AIR:
                return
            self.voxels[x, y, level] = material(what)

    def footing(self, x: int, y: int, z: int, width: int, depth: int, what: str) -> None:
        """Fill what is open below a block down to the land."""
        for i in range(max(x, 0), min(x + width, self.voxels.shape[0])):
            for j in range(max(y, 0), min(y + depth, self.voxels.shape[1])):
                self.voxels[i, j, self.top[i, j] : z] = material(what)

    def spots(
        self, width: int, depth: int, *, margin: int = 1, slope: int = 0, where: np.ndarray | None = None
    ) -> np.ndarray:
        """int64 [n, 2] low corners of all free blocks of columns that are level but for `slope` voxels, in order.

        margin: free columns around it; where: bool [X, Y] columns that it may stand on. They overlap each other.
        """
        nx, ny = self.taken.shape
        wide, deep = width + 2 * margin, depth + 2 * margin
        if wide > nx - 2 or deep > ny - 2:
            return np.zeros((0, 2), np.int64)
        fits = _all_over(~self.taken, wide, deep)[: nx - wide, : ny - deep]
        cut = slice(margin, margin + nx - wide), slice(margin, margin + ny - deep)
        if where is not None:
            fits = fits & _all_over(where, width, depth)[cut]
        fits = fits & _level(self.top, width, depth, slope)[cut]
        fits[0], fits[:, 0] = False, False
        return np.argwhere(fits) + margin

    def spot(
        self, width: int, depth: int, *, margin: int = 1, slope: int = 0, where: np.ndarray | None = None
    ) -> tuple[int, int] | None:
        """The low corner of one of `spots`, drawn; None if there is none. It is not yet taken."""
        corners = self.spots(width, depth, margin=margin, slope=slope, where=where)
        if not len(corners):
            return None
        x, y = corners[int(self.rng.integers(len(corners)))]
        return int(x), int(y)

    def free(self, x: int, y: int, width: int, depth: int, margin: int = 1) -> bool:
        """Whether nothing stands on a block of columns or nearer to it than `margin`."""
        return not self.taken[max(x - margin, 0) : x + width + margin, max(y - margin, 0) : y + depth + margin].any()

    def take(self, x: int, y: int, width: int, depth: int, margin: int = 1) -> None:
        """Nothing more is put on a block of columns or nearer to it than `margin`."""
        self.taken[max(x - margin, 0) : x + width + margin, max(y - margin, 0) : y + depth + margin] = True

    def mark(self, kind: str, x: int, y: int, z: int) -> None:
        """Note that a thing stands at a voxel."""
        self.landmarks.append(Landmark(kind, x, y, z))


class Facing(NamedTuple):
    """How a footprint is turned: its low corner, its size before it is turned, and the quarters to the left."""

    x: int
    y: int
    width: int
    depth: int
    quarters: int

    def block(self, x: int, y: int, width: int, depth: int) -> tuple[int, int, int, int]:
        """Low corner and size of a turned block of columns."""
        i, j = x - self.x, y - self.y
        if self.quarters == 1:
            return self.x + self.depth - j - depth, self.y + i, depth, width
        if self.quarters == 2:
            return self.x + self.width - i - width, self.y + self.depth - j - depth, width, depth
        if self.quarters == 3:
            return self.x + j, self.y + self.width - i - width, depth, width
        return x, y, width, depth


def _all_over(mask: np.ndarray, width: int, depth: int) -> np.ndarray:
    """bool [X + 1 - width, Y + 1 - depth] whether mask is true all over the block with this low corner."""
    total = np.zeros((mask.shape[0] + 1, mask.shape[1] + 1), np.int32)
    np.cumsum(mask, 0, np.int32, out=total[1:, 1:])
    np.cumsum(total[1:, 1:], 1, out=total[1:, 1:])
    inside = total[width:, depth:] - total[:-width, depth:] - total[width:, :-depth] + total[:-width, :-depth]
    return inside == width * depth


def _level(top: np.ndarray, width: int, depth: int, slope: int) -> np.ndarray:
    """bool [X + 1 - width, Y + 1 - depth] whether heights in the block with this low corner differ by at most slope."""
    high = _extreme(_extreme(top, width, np.maximum).T, depth, np.maximum).T
    low = _extreme(_extreme(top, width, np.minimum).T, depth, np.minimum).T
    return high - low <= slope


def _extreme(values: np.ndarray, length: int, pick: np.ufunc) -> np.ndarray:
    """The highest or lowest of `length` rows from each row on: runs of 1, 2, 4 ... rows are put together."""
    run = 1
    while 2 * run <= length:
        values, run = pick(values[:-run], values[run:]), 2 * run
    return values if run == length else pick(values[: len(values) - (length - run)], values[length - run :])
