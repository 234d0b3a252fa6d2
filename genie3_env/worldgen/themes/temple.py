"""Jungle temples: a stepped platform with a colonnaded hall on top, statues and fires, in the midst of a jungle."""

import numpy as np

from genie3_env.prompt.spec import WorldSpec
from genie3_env.worldgen.canvas import Draft
from genie3_env.worldgen.furnish import furnish
from genie3_env.worldgen.land import Country, finish, open_country
from genie3_env.worldgen.site import NoRoom, Site
from genie3_env.worldgen.stonework import Stonework

COUNTRY = Country(
    "moss",
    relief="flat",
    bodies=(("moat", 0.3), ("river", 0.15)),
    stone=Stonework("sandstone", "moss", "sandstone", "cobble"),
    liquid_in="moat",
    free_middle=True,
    sizes=("medium", "medium", "large"),
)
USUAL = {
    "palm": (8, 14),
    "tree": (8, 14),
    "bamboo": (6, 10),
    "bush": (6, 10),
    "statue": (2, 3),
    "ruin": (1, 2),
    "totem": (1, 3),
    "column": (2, 5),
    "torch": (4, 7),
    "altar": (0, 1),
}
SIDE = 29  # of the platform
LAYERS = 4
HALL = 13


def build(spec: WorldSpec, rng: np.random.Generator) -> Draft:
    """One temple as `spec` asks."""
    site, setting = open_country(spec, COUNTRY, rng)
    middle = site.taken.shape[0] // 2, site.taken.shape[1] // 2
    around = np.zeros_like(site.taken)
    around[middle[0] - 17 : middle[0] + 18, middle[1] - 17 : middle[1] + 18] = True
    spot = site.spot(SIDE, SIDE, margin=2, where=around)
    if spot is None:
        raise NoRoom("There is no room for the temple; ask for a larger world.")
    _temple(site, *spot)
    furnish(site, USUAL)
    return finish(site, setting)


def _temple(site: Site, x: int, y: int) -> None:
    """Low corner at (x, y). Every layer is one step high, so that it can be climbed from all sides."""
    z, stone = site.ground, site.stone
    for layer in range(LAYERS):
        wide = SIDE - 4 * layer
        low = x + 2 * layer, y + 2 * layer
        site.box(*low, z + layer, wide, wide, 1, stone.wall)
        site.box(low[0] + 1, low[1] + 1, z + layer, wide - 2, wide - 2, 1, stone.floor)
        site.top[low[0] : low[0] + wide, low[1] : low[1] + wide] = z + layer + 1
    z += LAYERS
    inset = (SIDE - HALL) // 2
    _hall(site, x + inset, y + inset, z)
    for i in (1, SIDE - 2):
        for j in (1, SIDE - 2):
            site.box(x + i, y + j, z - LAYERS + 1, 1, 1, 3, stone.wall)
            site.box(x + i, y + j, z - LAYERS + 4, 1, 1, 1, "torch")
    site.take(x, y, SIDE, SIDE, margin=1)
    plaza = site.taken[x : x + SIDE, y : y + SIDE]
    plaza[8:-8, 2:6] = plaza[8:-8, -6:-2] = False
    site.taken[x + inset - 1 : x + inset + HALL + 1, y + inset - 1 : y + inset + HALL + 1] = True


def _hall(site: Site, x: int, y: int, z: int) -> None:
    """Columns around a square floor carry a stepped roof; an altar stands at the back."""
    stone = site.stone
    for i in range(0, HALL, 3):
        for at in ((x + i, y), (x + i, y + HALL - 1), (x, y + i), (x + HALL - 1, y + i)):
            site.box(*at, z, 1, 1, 5, stone.wall)
    site.box(x - 1, y - 1, z + 5, HALL + 2, HALL + 2, 1, stone.trim)
    for layer in range(5):
        wide = HALL - 2 - 2 * layer
        site.box(x + 1 + layer, y + 1 + layer, z + 6 + layer, wide, wide, 1, stone.roof)
    middle = HALL // 2
    site.box(x + middle, y + middle, z + 11, 1, 1, 2, "gold")
    site.box(x + middle - 1, y + HALL - 4, z, 3, 2, 1, stone.trim)
    site.box(x + middle, y + HALL - 3, z + 1, 1, 1, 2, "gold")
    for i in (2, HALL - 3):
        site.box(x + i, y + HALL - 3, z, 1, 1, 2, stone.wall)
        site.box(x + i, y + HALL - 3, z + 2, 1, 1, 1, "torch")
