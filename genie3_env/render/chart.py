"""Chart: a world from above, with its flags, where episodes begin, and a way to the goal.

X, Y, Z: voxels along each axis. x runs to the right, y upwards. n: points of a way.
"""

from functools import cache

import numpy as np
from PIL import Image, ImageDraw

from genie3_env.materials import AIR, NUM_MATERIALS, SOLID
from genie3_env.render.sprites import CLOTHS
from genie3_env.render.textures import texture_table
from genie3_env.world import FLAG_COLOURS, World

PIXELS_PER_METRE = 8
FINER = 2  # drawn so many times larger, then averaged: lines without steps
BELOW_ALL = (24, 24, 34)  # where there is nothing
DARK, LIGHT, WAY = (20, 20, 28), (255, 255, 255), (255, 236, 110)
SLOPE, RISE, ROCK = 0.09, 0.5, 0.28  # how much steps, height, and what lies under a roof change the brightness
SIDES = tuple((i, j) for i in (-1, 0, 1) for j in (-1, 0, 1) if (i, j) != (0, 0))


def chart(world: World, way_m: np.ndarray | None = None, scale: int = PIXELS_PER_METRE) -> np.ndarray:
    """uint8 [Y * scale, X * scale, 3] the world from above. Its roofs are left out where most of it lies under some.

    way_m: float [n, 2 or 3] points of a way in metres; None: that of `longest_way`.
    """
    way_m = longest_way(world) if way_m is None else way_m
    fine = scale * FINER
    ground = _painted(world)[:, ::-1].transpose(1, 0, 2)
    picture = Image.fromarray(ground.repeat(fine, 0).repeat(fine, 1))
    draw = ImageDraw.Draw(picture)

    def at(point) -> tuple[float, float]:
        return float(point[0]) * fine, (world.voxels.shape[1] - float(point[1])) * fine

    def disc(point, radius_m: float, fill, outline=None, width: int = 0) -> None:
        (x, y), radius = at(point), radius_m * fine
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill, outline, width)

    for spawn in world.cells[world.spawns]:
        disc(spawn + 0.5, 0.3, LIGHT, DARK, 1)
    points = [at(point) for point in way_m]
    for width_m, colour in ((0.8, DARK), (0.4, WAY)) if len(points) > 1 else ():
        draw.line(points, colour, round(width_m * fine), "curve")
    if len(points):
        disc(way_m[0], 0.6, WAY, DARK, FINER)
    for foot, colour in zip(world.coin_positions_m[: world.num_coins], world.coin_colours, strict=False):
        disc(foot, 0.7, CLOTHS[FLAG_COLOURS[colour]], DARK, FINER)
    for foot in world.trigger_positions_m:
        disc(foot, 1.0, LIGHT, DARK, 3 * FINER)
    for number, (foot, colour) in enumerate(zip(world.flag_positions_m, world.flag_colours, strict=True)):
        if number < (world.num_goals or 1):  # the goals, or the flag that the way leads to
            disc(foot, 1.7, None, LIGHT, FINER)
        disc(foot, 1.2, CLOTHS[FLAG_COLOURS[colour]], DARK, 2 * FINER)
    return np.asarray(picture.reduce(FINER))


def longest_way(world: World) -> np.ndarray:
    """float64 [n, 3] the shortest way to the first flag, from the spawn that is farthest from it."""
    if not len(world.spawns) or not len(world.flag_colours):
        return np.empty((0, 3))
    distances = world.flag_distances_m[0, world.spawns]
    farthest = np.argmax(np.where(np.isfinite(distances), distances, -1.0))
    return world.cells[way_of_cells(world, 0, int(world.spawns[farthest]))] + (0.5, 0.5, 0.0)


def way_of_cells(world: World, flag: int, start: int) -> np.ndarray:
    """int64 [n] cells of a shortest way from a cell to a flag: always on to where the least is left."""
    left_m, way = world.flag_distances_m[flag], [start]
    while left_m[way[-1]] > 0.0:
        here = way[-1]
        best, least = -1, np.inf
        for side in SIDES:
            ahead = _step(world, world.cells[here], side)
            if ahead >= 0 and left_m[ahead] < left_m[here] and left_m[ahead] + np.hypot(*side) < least:
                best, least = ahead, left_m[ahead] + np.hypot(*side)
        if best < 0:
            break
        way.append(best)
    return np.array(way)


def _step(world: World, foot: np.ndarray, side: tuple[int, int]) -> int:
    """The cell to which a step leads: one voxel up, or down by any height; across a corner by one, past free sides."""
    x, y, z = foot
    i, j = x + side[0], y + side[1]
    corners = ((i, j), (x, j), (i, y)) if side[0] and side[1] else ((i, j),)
    if not all(0 <= a < world.voxels.shape[0] and 0 <= b < world.voxels.shape[1] for a, b in corners):
        return -1
    if len(corners) > 1:
        low = max(z - 1, 0)
        if any((world.cell_index[a, b, low : z + 2] < 0).all() for a, b in corners):
            return -1
    else:
        low = 0
    for level in range(min(z + 1, world.voxels.shape[2] - 1), low - 1, -1):
        if world.cell_index[i, j, level] >= 0:
            return int(world.cell_index[i, j, level])
        if level <= z and SOLID[world.voxels[i, j, level]]:
            return -1
    return -1


def _painted(world: World) -> np.ndarray:
    """uint8 [X, Y, 3] colour of what lies uppermost in every column, shaded by height and slope."""
    top = _top(world.voxels != AIR)
    kinds = np.take_along_axis(world.voxels, np.maximum(top - 1, 0)[..., None], 2)[..., 0]
    brightness = np.ones(top.shape)
    if mostly_roofed(world):  # what lies under the roofs is looked at; the rest is rock
        brightness[:] = ROCK
        x, y, z = world.cells[np.isfinite(world.flag_distances_m).any(0)].T
        roofed = top[x, y] > z
        for column, row, level in zip(x[roofed], y[roofed], z[roofed], strict=True):
            brightness[column, row] = 1.0
            top[column, row] = level
            kinds[column, row] = world.voxels[column, row, level - 1]
    step = np.zeros(top.shape)
    step[1:] += np.clip(np.diff(top, axis=0), -2, 2)  # the light comes from the upper left
    step[:, :-1] -= np.clip(np.diff(top, axis=1), -2, 2)
    rise = (top - np.median(top)) / max(world.voxels.shape[2], 1)
    brightness *= np.clip(1.0 + SLOPE * step + RISE * rise, 0.4, 1.5)
    colours = np.where((top > 0)[..., None], _material_colours()[kinds] * brightness[..., None], BELOW_ALL)
    return np.clip(colours, 0.0, 255.0).astype(np.uint8)


def mostly_roofed(world: World) -> bool:
    """Whether most episodes begin under a roof, as in a mine."""
    x, y, z = world.cells[world.spawns].T
    return bool(len(x)) and float((_top(world.voxels != AIR)[x, y] > z).mean()) > 0.5


def _top(filled: np.ndarray) -> np.ndarray:
    """int64 [X, Y] z above the uppermost filled voxel of each column; 0: there is none."""
    return np.where(filled.any(2), filled.shape[2] - np.argmax(filled[:, :, ::-1], axis=2), 0)


@cache
def _material_colours() -> np.ndarray:
    """float64 [materials, 3] mean colour 0..255 of each material's top."""
    return texture_table()[:NUM_MATERIALS, 1, :, :, :3].mean((1, 2), dtype=np.float64)
