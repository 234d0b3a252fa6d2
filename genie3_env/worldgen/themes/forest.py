"""Forests: oaks and firs in their thousands of leaves on rolling ground, a path that winds through, clearings."""

import numpy as np

from genie3_env.materials import material
from genie3_env.prompt.spec import WorldSpec
from genie3_env.worldgen import canvas, waters
from genie3_env.worldgen.canvas import Draft
from genie3_env.worldgen.furnish import furnish
from genie3_env.worldgen.land import Country, finish, open_country
from genie3_env.worldgen.site import Site
from genie3_env.worldgen.stonework import Stonework

COUNTRY = Country(
    "grass",
    bodies=(("river", 0.4), ("lake", 0.2)),
    stone=Stonework("plank", "wood", "thatch", "plank"),
    headroom_m=4,
)
USUAL = {
    "tree": (30, 40),
    "pine": (14, 20),
    "bush": (6, 10),
    "mushroom": (4, 6),
    "log": (2, 4),
    "rock": (3, 5),
    "flowerbed": (1, 3),
    "dead_tree": (0, 2),
    "campfire": (0, 1),
    "hut": (0, 1),
}
CLEARING_M = 5.5  # radius


def build(spec: WorldSpec, rng: np.random.Generator) -> Draft:
    """One forest as `spec` asks."""
    site, setting = open_country(spec, COUNTRY, rng)
    open_land = _path(site) | _clearings(site)
    furnish(site, USUAL, where=~open_land | site.kept)
    return finish(site, setting, flag_room=2)


def _path(site: Site) -> np.ndarray:
    """A path of trodden earth from edge to edge; bool [X, Y] where it lies."""
    path = waters.river_mask(site.taken.shape, 3, site.draw(0, 1), False, site.rng) & ~site.taken
    x, y = np.nonzero(path)
    site.voxels[x, y, site.top[x, y] - 1] = material("dirt")
    return path


def _clearings(site: Site) -> np.ndarray:
    """bool [X, Y] where no trees stand: two or three glades, more on a larger land."""
    clear = np.zeros_like(site.taken)
    nx, ny = clear.shape
    for _ in range(2 + site.taken.size // 4096):
        clear |= canvas.disc(site.voxels, (site.draw(10, nx - 11), site.draw(10, ny - 11)), CLEARING_M)
    return clear
