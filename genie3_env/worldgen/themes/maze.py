"""Mazes: corridors between high hedges, or walls of what the prompt asks for, around a garden with a fountain.

One comes in through arches, and there are clearings where flags can stand.
"""

import dataclasses

import numpy as np

from genie3_env.materials import AIR, material
from genie3_env.prompt.spec import WorldSpec
from genie3_env.worldgen.canvas import Draft
from genie3_env.worldgen.furnish import furnish, put, widest_asked
from genie3_env.worldgen.land import Country, finish, open_country
from genie3_env.worldgen.site import Site
from genie3_env.worldgen.stonework import Stonework

COUNTRY = Country(
    "grass",
    relief="flat",
    bodies=(),
    stone=Stonework("leaf", "leaf", "leaf", "gravel"),
    sizes=("small", "small", "medium"),
)
USUAL = {"torch": (3, 5), "statue": (1, 2), "bench": (1, 2), "flowerbed": (1, 2), "lantern": (0, 2)}
PITCH = 4  # a corridor three wide and a wall
HEIGHT = 4
CLEARINGS = 8
GARDEN = 3  # cells along each side of the garden in the middle
LOOPS = 0.12  # share of the inner walls that are open although the maze needs it not


def build(spec: WorldSpec, rng: np.random.Generator) -> Draft:
    """One maze as `spec` asks."""
    strip = widest_asked(spec)
    strip = strip + 3 if strip > PITCH else 0  # a lawn beside the maze, for what does not fit into it
    sizes = ("large",) if strip > 10 else COUNTRY.sizes
    site, setting = open_country(spec, dataclasses.replace(COUNTRY, sizes=sizes), rng)
    done = _maze(site, strip)
    furnish(site, USUAL, done=done)
    return finish(site, setting, flag_room=1)


def _maze(site: Site, strip: int) -> list[str]:
    """Walls around cells that a walk through all of them, depth first, joins; `strip` columns of lawn beside it."""
    nx, ny = (site.taken.shape[0] - 8) // PITCH, (site.taken.shape[1] - 8 - strip) // PITCH
    east, north = _passages(site, nx, ny)
    low_x, low_y = (site.taken.shape[0] - (nx * PITCH + 1)) // 2, 4
    z, what, top = site.ground, site.stone.wall, site.stone.trim
    height = HEIGHT
    for i in range(nx + 1):
        for j in range(ny + 1):
            x, y = low_x + i * PITCH, low_y + j * PITCH
            wall_up = j < ny and not (0 < i < nx and east[i - 1, j])
            wall_right = i < nx and not (0 < j < ny and north[i, j - 1])
            site.box(x, y, z, 1, 1, height + 1 if (i + j) % 2 == 0 else height, what)
            if wall_up:
                site.box(x, y + 1, z, 1, PITCH - 1, height, what)
                site.box(x, y + 1, z + height - 1, 1, PITCH - 1, 1, top)
            if wall_right:
                site.box(x + 1, y, z, PITCH - 1, 1, height, what)
                site.box(x + 1, y, z + height - 1, PITCH - 1, 1, 1, top)
    _clearings(site, low_x, low_y, nx, ny)
    middle_y = low_y + (ny // 2) * PITCH
    for x, y, along_x in (
        (low_x, middle_y, False),
        (low_x + nx * PITCH, middle_y, False),
        (low_x + (nx // 2) * PITCH, low_y + ny * PITCH, True),
        (low_x + (nx // 2) * PITCH, low_y, True),
    ):
        _entrance(site, x, y, along_x)
    done = _garden(site, low_x + (nx - GARDEN) // 2 * PITCH, low_y + (ny - GARDEN) // 2 * PITCH)
    walls = site.voxels[:, :, z] != AIR
    site.taken |= walls
    if not site.plain_stone:
        floor = site.voxels[low_x : low_x + nx * PITCH + 1, low_y : low_y + ny * PITCH + 1, z - 1]
        floor[~walls[low_x : low_x + nx * PITCH + 1, low_y : low_y + ny * PITCH + 1]] = material(site.stone.floor)
    return done


def _entrance(site: Site, x: int, y: int, along_x: bool) -> None:
    """An opening three wide in the outer wall, between two pillars of stone under an arch with torches."""
    z, stone = site.ground, "marble" if site.plain_stone else site.stone.trim
    wide, deep = (PITCH + 1, 1) if along_x else (1, PITCH + 1)
    site.box(x, y, z, wide, deep, HEIGHT + 2, stone)
    site.box(x + along_x, y + (not along_x), z, wide - 2 * along_x, deep - 2 * (not along_x), HEIGHT, "air")
    for step in (0, PITCH):
        at = (x + step, y) if along_x else (x, y + step)
        site.box(*at, z, 1, 1, HEIGHT + 2, stone)
        site.box(*at, z + HEIGHT + 2, 1, 1, 1, "torch")


def _garden(site: Site, x: int, y: int) -> list[str]:
    """An open square of gravel in the middle with a fountain, beds of flowers in its corners; what is seen to."""
    side, z = GARDEN * PITCH - 1, site.ground
    site.box(x + 1, y + 1, z, side, side, HEIGHT + 1, "air")
    for step in (1, GARDEN * PITCH - 1 - PITCH // 2):  # ways in, whatever the maze would have
        for edge in (0, GARDEN * PITCH):
            site.box(x + step, y + edge, z, 2, 1, HEIGHT + 1, "air")
            site.box(x + edge, y + step, z, 1, 2, HEIGHT + 1, "air")
    if site.cover in ("grass", "moss"):
        site.box(x + 1, y + 1, z - 1, side, side, 1, "gravel")
    if site.spec.count("flowerbed", 1):
        for i in (2, side - 1):
            for j in (2, side - 1):
                site.box(x + i, y + j, z, 1, 1, 1, ("blossom", "mushroom", "yellow", "leaf")[site.draw(0, 3)])
    wet = site.spec.liquid in (None, "water")
    if site.spec.count("fountain", 1) != 1 or not wet:
        return []
    put(site, "fountain", x + side // 2 - 2, y + side // 2 - 2)
    return ["fountain"]


def _passages(site: Site, nx: int, ny: int) -> tuple[np.ndarray, np.ndarray]:
    """bool [nx - 1, ny] open to the east of a cell, bool [nx, ny - 1] open to the north."""
    east, north = site.rng.random((nx - 1, ny)) < LOOPS, site.rng.random((nx, ny - 1)) < LOOPS
    seen = np.zeros((nx, ny), bool)
    path = [(nx // 2, ny // 2)]
    seen[path[0]] = True
    while path:
        i, j = path[-1]
        ways = [
            (i + di, j + dj)
            for di, dj in ((1, 0), (-1, 0), (0, 1), (0, -1))
            if 0 <= i + di < nx and 0 <= j + dj < ny and not seen[i + di, j + dj]
        ]
        if not ways:
            path.pop()
            continue
        k, m = ways[site.draw(0, len(ways) - 1)]
        if k != i:
            east[min(i, k), j] = True
        else:
            north[i, min(j, m)] = True
        seen[k, m] = True
        path.append((k, m))
    return east, north


def _clearings(site: Site, low_x: int, low_y: int, nx: int, ny: int) -> None:
    """Squares of two by two cells without walls between them."""
    for _ in range(CLEARINGS):
        i, j = site.draw(0, nx - 2), site.draw(0, ny - 2)
        x, y = low_x + i * PITCH + 1, low_y + j * PITCH + 1
        site.box(x, y, site.ground, 2 * PITCH - 1, 2 * PITCH - 1, HEIGHT + 1, "air")
