"""Drawing on the voxel grid: the primitives that features and themes are built from.

Voxels are uint8 [X, Y, Z] bytes of `materials.MATERIALS`. Every primitive clips at the grid's faces and paints into the
array that it is given.
"""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import distance_transform_cdt

from genie3_env.materials import AIR, material
from genie3_env.world import Landmark
from genie3_env.worldgen.stonework import Stonework
from genie3_env.worldgen.vault_plan import Vault

FORWARD = {"south": (0, -1), "north": (0, 1), "west": (-1, 0), "east": (1, 0)}


@dataclass(frozen=True, eq=False)
class Draft:
    """A theme's finished drawing, before a task is laid out in it.

    voxels: uint8 [X, Y, Z].
    ground_m: height of the flat ground; the first air voxel above it has z = ground_m.
    hour: "day", "dusk" or "night".
    places: kind -> int32 [n, 3] air voxels right above a floor, hints for the layout: "inner" (where most happens),
        "outer" (round about), "high" (up there), "home" (from where all that is used can be reached), "entrance"
        (kept free of flags). "outer" may be hilly, "inner" too if `hilly` says so.
    weather: one of prompt.spec.WEATHERS.
    ground: material of the endless ground outside, or world.VOID.
    flag_room: level columns on every side of a flag, so that there is a way round it.
    indoors: whether the inner zone has a roof, as in a mine.
    landmarks: what stands where.
    vault: where the flags of a puzzle are.
    """

    voxels: np.ndarray
    ground_m: int
    hour: str
    places: dict[str, np.ndarray]
    hilly: bool = False
    weather: str = "clear"
    ground: str = "grass"
    flag_room: int = 3
    indoors: bool = False
    landmarks: tuple[Landmark, ...] = ()
    vault: Vault | None = None
    stone: Stonework | None = None


def new_grid(shape: tuple[int, int, int], ground_m: int, cover: str = "grass", below: str = "dirt") -> np.ndarray:
    """Flat land: one layer of `cover` on what is `below`, air from z = ground_m on."""
    voxels = np.zeros(shape, np.uint8)
    voxels[:, :, : ground_m - 1] = material(below)
    voxels[:, :, ground_m - 1] = material(cover)
    return voxels


def box(voxels: np.ndarray, low: tuple[int, int, int], high: tuple[int, int, int], what: str) -> None:
    """Fill low <= (x, y, z) < high."""
    (x, y, z), (far_x, far_y, far_z) = low, high
    voxels[max(x, 0) : max(far_x, 0), max(y, 0) : max(far_y, 0), max(z, 0) : max(far_z, 0)] = material(what)


def columns(voxels: np.ndarray, mask: np.ndarray, low_z: int, high_z: int, what: str) -> None:
    """Fill z in [low_z, high_z) of every column where mask [X, Y] is true."""
    voxels[:, :, max(0, low_z) : max(0, high_z)][mask] = material(what)


def plane_coordinates(voxels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """x and y of every column, int64 [X, Y] each."""
    x, y = np.meshgrid(np.arange(voxels.shape[0]), np.arange(voxels.shape[1]), indexing="ij")
    return x, y


def beyond_rectangle(voxels: np.ndarray, centre: tuple[int, int], half: tuple[int, int]) -> np.ndarray:
    """How many voxels each column lies outside of the rectangle centre +- half (<= 0 inside), int64 [X, Y]."""
    x, y = plane_coordinates(voxels)
    return np.maximum(abs(x - centre[0]) - half[0], abs(y - centre[1]) - half[1])


def disc(voxels: np.ndarray, centre: tuple[int, int], radius: float) -> np.ndarray:
    """Mask [X, Y] of the columns within radius of centre."""
    x, y = plane_coordinates(voxels)
    return (x - centre[0]) ** 2 + (y - centre[1]) ** 2 <= radius * radius


def square(voxels: np.ndarray, centre: tuple[int, int], half: int) -> np.ndarray:
    """Mask [X, Y] of the columns at most `half` away from centre along each axis."""
    x, y = plane_coordinates(voxels)
    return np.maximum(abs(x - centre[0]), abs(y - centre[1])) <= half


def rim(mask: np.ndarray) -> np.ndarray:
    """The columns of mask [X, Y] with a neighbour outside of it."""
    inner = mask.copy()
    inner[1:] &= mask[:-1]
    inner[:-1] &= mask[1:]
    inner[:, 1:] &= mask[:, :-1]
    inner[:, :-1] &= mask[:, 1:]
    return mask & ~inner


def merlons(voxels: np.ndarray, mask: np.ndarray, z: int, what: str) -> None:
    """A parapet one voxel high on mask [X, Y], with teeth two voxels apart on top of it."""
    x, y = plane_coordinates(voxels)
    columns(voxels, mask, z, z + 1, what)
    columns(voxels, mask & ((x + y) % 4 < 2), z + 1, z + 2, what)


def cone(voxels: np.ndarray, centre: tuple[int, int], radius: int, z: int, what: str, *, round_: bool = True) -> None:
    """A roof that narrows by one voxel a layer from `radius` at height z."""
    for layer in range(radius + 1):
        left = radius - layer
        mask = disc(voxels, centre, left + 0.4) if round_ else square(voxels, centre, left)
        columns(voxels, mask, z + layer, z + layer + 1, what)


def spire(voxels: np.ndarray, centre: tuple[int, int], radius: int, z: int, what: str, *, round_: bool) -> int:
    """A roof with flat eaves that steepens from two voxels a layer inwards; returns the z above its tip."""
    for left in range(radius, -1, -1):
        mask = disc(voxels, centre, left + 0.4) if round_ else square(voxels, centre, left)
        high = 2 if left <= radius - 2 else 1
        columns(voxels, mask, z, z + high, what)
        z += high
    return z


def blob(voxels: np.ndarray, centre: tuple[int, int, int], radius: int, what: str, keep: np.ndarray) -> None:
    """A ball of `what` in air, where keep [2r+1, 2r+1, 2r+1] is true."""
    offsets = np.arange(-radius, radius + 1)
    dx, dy, dz = np.meshgrid(offsets, offsets, offsets, indexing="ij")
    inside = (4 * (dx**2 + dy**2) + 6 * dz**2 <= (2 * radius + 1) ** 2) & keep
    at = np.stack([dx[inside], dy[inside], dz[inside]], 1) + np.asarray(centre)
    at = at[((at >= 1) & (at < np.asarray(voxels.shape) - 1)).all(1)]
    free = voxels[at[:, 0], at[:, 1], at[:, 2]] == AIR
    at = at[free]
    voxels[at[:, 0], at[:, 1], at[:, 2]] = material(what)


def smooth_noise(rng: np.random.Generator, shape: tuple[int, int], cell: int) -> np.ndarray:
    """Values in 0..1 [X, Y]: random lattice points `cell` voxels apart, joined bilinearly."""
    nodes = rng.random((shape[0] // cell + 2, shape[1] // cell + 2))
    x, y = np.arange(shape[0]) / cell, np.arange(shape[1]) / cell
    i, j = x.astype(int), y.astype(int)
    u, v = (x - i)[:, None], (y - j)[None, :]
    near = nodes[i][:, j] * (1 - u) + nodes[i + 1][:, j] * u
    far = nodes[i][:, j + 1] * (1 - u) + nodes[i + 1][:, j + 1] * u
    return near * (1 - v) + far * v


def surface_height(voxels: np.ndarray) -> np.ndarray:
    """z of the first air voxel above everything, int64 [X, Y]."""
    filled = voxels != AIR
    return np.where(filled.any(2), voxels.shape[2] - np.argmax(filled[:, :, ::-1], axis=2), 0)


def steps_from(mask: np.ndarray) -> np.ndarray:
    """int32 [X, Y] how many steps, diagonal ones too, each column is away from the nearest of mask [X, Y]."""
    steps = np.empty(mask.shape, np.int32)
    distance_transform_cdt(~mask, "chessboard", distances=steps)
    return steps
