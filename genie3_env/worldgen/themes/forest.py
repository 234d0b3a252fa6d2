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
    "tree": (42, 52),
    "pine": (18, 24),
    "bush": (14, 20),
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
    deep = site.cover == "grass" and spec.ground is None and setting.weather != "snow"
    if deep:
        _shade(site, open_land)
    furnish(site, USUAL, where=~open_land | site.kept)
    return finish(site, setting, flag_room=2, beyond=("undergrowth", "dirt") if deep else None)


def _path(site: Site) -> np.ndarray:
    """A path of trodden earth from edge to edge; bool [X, Y] where it lies."""
    path = waters.river_mask(site.taken.shape, 3, site.draw(0, 1), False, site.rng) & ~site.taken
    x, y = np.nonzero(path)
    site.voxels[x, y, site.top[x, y] - 1] = material("dirt")
    return path


def _shade(site: Site, open_land: np.ndarray) -> None:
    """Undergrowth in place of grass, everywhere towards the edge, within in patches, but not where open_land [X, Y]."""
    nx, ny = site.taken.shape
    x, y = canvas.plane_coordinates(site.voxels)
    edge = np.minimum(np.minimum(x, nx - 1 - x), np.minimum(y, ny - 1 - y))
    dark = canvas.smooth_noise(site.rng, (nx, ny), 6) > np.minimum(0.06 * edge, 0.5)
    x, y = np.nonzero(dark & ~open_land)
    z = site.top[x, y] - 1
    grassy = site.voxels[x, y, z] == material("grass")
    site.voxels[x[grassy], y[grassy], z[grassy]] = material("undergrowth")


def _clearings(site: Site) -> np.ndarray:
    """bool [X, Y] where no trees stand: two or three glades, more on a larger land."""
    clear = np.zeros_like(site.taken)
    nx, ny = clear.shape
    for _ in range(2 + site.taken.size // 4096):
        clear |= canvas.disc(site.voxels, (site.draw(10, nx - 11), site.draw(10, ny - 11)), CLEARING_M)
    return clear
