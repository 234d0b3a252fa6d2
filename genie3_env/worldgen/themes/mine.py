"""Mines: chambers and tunnels under rock, with rails and carts, ore and crystals, by the light of torches."""

import numpy as np

from genie3_env.materials import material
from genie3_env.prompt.spec import BODIES, WorldSpec
from genie3_env.worldgen import canvas, waters
from genie3_env.worldgen.canvas import Draft
from genie3_env.worldgen.furnish import furnish, widest_asked
from genie3_env.worldgen.land import Country, finish, open_country
from genie3_env.worldgen.site import Site
from genie3_env.worldgen.stonework import Stonework

COUNTRY = Country("rock", relief="flat", bodies=(), stone=Stonework("stone", "wood", "plank", "gravel"))
USUAL = {
    "rail": (1, 2),
    "cart": (1, 3),
    "crystal": (4, 8),
    "spike": (4, 8),
    "torch": (6, 10),
    "crate": (3, 6),
    "barrel": (2, 5),
    "rock": (2, 4),
    "mushroom": (1, 3),
}
HALL = 11  # height of one that is made for large things
ROOF = 13  # voxels of rock above the floor
CHAMBER = 13  # distance between chambers


def build(spec: WorldSpec, rng: np.random.Generator) -> Draft:
    """One mine as `spec` asks."""
    site, setting = open_country(spec, COUNTRY, rng)
    ceiling = _dig(site, widest_asked(spec))
    _pool(site)
    furnish(site, USUAL)
    _prop(site, ceiling)
    free = np.argwhere(ceiling > 0)
    inner = np.concatenate([free, np.full((len(free), 1), site.ground)], 1).astype(np.int32)
    return finish(site, setting, {"inner": inner}, indoors=True, flag_room=2)


def _dig(site: Site, widest: int) -> np.ndarray:
    """Fill the land with rock and hollow it out; int [X, Y] height of the hollow, 0 where there is rock.

    widest: the largest thing that has to find room.
    """
    voxels, ground, rng = site.voxels, site.ground, site.rng
    nx, ny = site.taken.shape
    top = ROOF + np.round(3 * canvas.smooth_noise(rng, (nx, ny), 9)).astype(int)
    height = np.arange(voxels.shape[2])[None, None, :] - ground
    inside = ~_edge((nx, ny))
    voxels[(height >= 0) & (height < top[:, :, None]) & inside[:, :, None]] = material("stone")
    ceiling = np.zeros((nx, ny), int)
    if widest > 7:
        hall = canvas.disc(voxels, (nx // 2, ny // 2), min(0.72 * widest + 4, nx // 2 - 4))
        ceiling[hall & inside] = HALL
    columns, rows = nx // CHAMBER, ny // CHAMBER
    middles = {}
    for i in range(columns):
        for j in range(rows):
            x, y = i * CHAMBER + CHAMBER // 2 + 1 + site.draw(-1, 1), j * CHAMBER + CHAMBER // 2 + 1 + site.draw(-1, 1)
            middles[i, j] = x, y
            radius = site.draw(5, 6)
            cave = (canvas.disc(voxels, (x, y), radius)) & inside
            ceiling[cave] = np.maximum(ceiling[cave], 5)
            middle = canvas.disc(voxels, (x, y), radius - 2) & inside
            ceiling[middle] = np.maximum(ceiling[middle], 6)
    for (i, j), (x, y) in middles.items():
        for other in ((i + 1, j), (i, j + 1)):
            if other in middles and site.draw(0, 4):
                to_x, to_y = middles[other]
                ceiling[min(x, to_x) - 2 : max(x, to_x) + 3, y - 2 : y + 3] = np.maximum(
                    ceiling[min(x, to_x) - 2 : max(x, to_x) + 3, y - 2 : y + 3], 4
                )
                ceiling[to_x - 2 : to_x + 3, min(y, to_y) - 2 : max(y, to_y) + 3] = np.maximum(
                    ceiling[to_x - 2 : to_x + 3, min(y, to_y) - 2 : max(y, to_y) + 3], 4
                )
    ceiling[~inside] = 0
    voxels[(height >= 0) & (height < ceiling[:, :, None])] = 0
    floor = voxels[:, :, ground - 1]
    floor[ceiling > 0] = material("gravel")
    veins = (rng.random(voxels.shape) < 0.035) & (voxels == material("stone")) & (height >= 0)
    voxels[veins] = material("ore")
    site.taken |= ceiling == 0
    return ceiling


def _edge(shape: tuple[int, int]) -> np.ndarray:
    mask = np.ones(shape, bool)
    mask[2:-2, 2:-2] = False
    return mask


def _pool(site: Site) -> None:
    """A liquid that the spec asks for stands in one of the chambers."""
    fillings = [getattr(site.spec, body) for body in BODIES] + [site.spec.liquid]
    filling = next((name for name in fillings if name not in (None, "none")), None)
    spot = site.spot(6, 6) if filling else None
    if filling and spot:
        mask = canvas.disc(site.voxels, (spot[0] + 3, spot[1] + 3), 2.6)
        roof = site.voxels[:, :, site.ground :].copy()
        waters.fill(site, waters.Water("lake", filling, mask))
        site.voxels[:, :, site.ground :] = roof


def _prop(site: Site, ceiling: np.ndarray) -> None:
    """Frames of timber in the tunnels, and torches on the walls."""
    voxels, z = site.voxels, site.ground
    for x in range(4, ceiling.shape[0] - 4, 5):
        for y in range(4, ceiling.shape[1] - 4):
            tunnel = ceiling[x, y - 2 : y + 3]
            if (tunnel == 4).all() and ceiling[x, y - 3] == ceiling[x, y + 3] == 0:
                site.box(x, y - 2, z, 1, 1, 4, "wood")
                site.box(x, y + 2, z, 1, 1, 4, "wood")
                site.box(x, y - 2, z + 3, 1, 5, 1, "wood")
    walls = (ceiling == 0) & (voxels[:, :, z + 2] != 0)
    beside = np.zeros_like(walls)
    beside[1:] |= ceiling[:-1] > 0
    beside[:-1] |= ceiling[1:] > 0
    x, y = np.nonzero(walls & beside)
    every = (x * 5 + y * 3) % 11 == 0
    voxels[x[every], y[every], z + 2] = material("torch")
