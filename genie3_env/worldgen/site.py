"""Site: a piece of land that things are put on, each in a free place of its own.

X, Y, Z: voxels of the grid along each axis.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from genie3_env.materials import material
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

    def __post_init__(self):
        self.water, self.bridged = np.zeros((2, *self.taken.shape), bool)

    @property
    def plain_stone(self) -> bool:
        """Whether the spec leaves open what is built of."""
        return self.spec.material is None

    def draw(self, low: int, high: int) -> int:
        """A random whole number, low to high."""
        return int(self.rng.integers(low, high + 1))

    def box(self, x: int, y: int, z: int, width: int, depth: int, height: int, what: str) -> None:
        """Fill a block with its low corner at (x, y, z)."""
        canvas.box(self.voxels, (x, y, z), (x + width, y + depth, z + height), what)

    def disc(self, x: int, y: int, z: int, radius: float, height: int, what: str) -> None:
        """Fill an upright cylinder around the column (x, y)."""
        reach = int(radius)
        for i in range(max(x - reach, 0), min(x + reach + 1, self.voxels.shape[0])):
            for j in range(max(y - reach, 0), min(y + reach + 1, self.voxels.shape[1])):
                if (i - x) ** 2 + (j - y) ** 2 <= radius * radius:
                    self.voxels[i, j, max(z, 0) : max(z + height, 0)] = material(what)

    def footing(self, x: int, y: int, z: int, width: int, depth: int, what: str) -> None:
        """Fill what is open below a block down to the land."""
        for i in range(max(x, 0), min(x + width, self.voxels.shape[0])):
            for j in range(max(y, 0), min(y + depth, self.voxels.shape[1])):
                self.voxels[i, j, self.top[i, j] : z] = material(what)

    def spot(
        self,
        width: int,
        depth: int,
        *,
        margin: int = 1,
        slope: int = 0,
        where: np.ndarray | None = None,
        taken: np.ndarray | None = None,
    ) -> tuple[int, int] | None:
        """Low corner of a free block of columns, level but for `slope` voxels; None if there is none.

        margin: free columns around it; where: bool [X, Y] columns that it may stand on; taken: bool [X, Y] instead of
        the site's own. What is found is not yet taken.
        """
        taken = self.taken if taken is None else taken
        free = ~taken if where is None else ~taken & where
        nx, ny = self.taken.shape
        wide, deep = width + 2 * margin, depth + 2 * margin
        if wide > nx - 2 or deep > ny - 2:
            return None
        open_ = _window_sum(taken, wide, deep)[: nx - wide, : ny - deep] == 0
        inner = _window_sum(~free, width, depth)[margin : margin + nx - wide, margin : margin + ny - deep] == 0
        level = _level(self.top, width, depth, slope)[margin : margin + nx - wide, margin : margin + ny - deep]
        corners = np.argwhere(open_ & inner & level)
        corners = corners[(corners > 0).all(1)]
        if not len(corners):
            return None
        x, y = corners[int(self.rng.integers(len(corners)))] + margin
        return int(x), int(y)

    def take(self, x: int, y: int, width: int, depth: int, margin: int = 1) -> None:
        """Nothing more is put on a block of columns or nearer to it than `margin`."""
        self.taken[max(x - margin, 0) : x + width + margin, max(y - margin, 0) : y + depth + margin] = True

    def mark(self, kind: str, x: int, y: int, z: int) -> None:
        """Note that a thing stands at a voxel."""
        self.landmarks.append(Landmark(kind, x, y, z))


def _window_sum(mask: np.ndarray, width: int, depth: int) -> np.ndarray:
    """int64 [X + 1 - width, Y + 1 - depth] how many columns of mask are true in the block with this low corner."""
    total = np.zeros((mask.shape[0] + 1, mask.shape[1] + 1), np.int64)
    total[1:, 1:] = mask.cumsum(0).cumsum(1)
    return total[width:, depth:] - total[:-width, depth:] - total[width:, :-depth] + total[:-width, :-depth]


def _level(top: np.ndarray, width: int, depth: int, slope: int) -> np.ndarray:
    """bool [X + 1 - width, Y + 1 - depth] whether heights in the block with this low corner differ by at most slope."""
    high = sliding_window_view(top, width, 0).max(-1)
    high = sliding_window_view(high, depth, 1).max(-1)
    low = sliding_window_view(top, width, 0).min(-1)
    low = sliding_window_view(low, depth, 1).min(-1)
    return high - low <= slope
