"""Jungle temples: a mossy stepped pyramid with stairs on four sides and a hall on top, deep in a jungle."""

import numpy as np

from genie3_env.materials import material
from genie3_env.prompt.spec import WorldSpec
from genie3_env.worldgen.canvas import Draft
from genie3_env.worldgen.furnish import furnish
from genie3_env.worldgen.land import Country, finish, open_country
from genie3_env.worldgen.site import NoRoom, Site
from genie3_env.worldgen.stonework import Stonework

COUNTRY = Country(
    "moss",
    relief="flat",
    bodies=(("moat", 0.25), ("river", 0.2)),
    stone=Stonework("sandstone", "cobble", "sandstone", "cobble"),
    liquid_in="moat",
    free_middle=True,
    sizes=("medium", "medium", "large"),
)
USUAL = {
    "tree": (24, 30),
    "palm": (4, 7),
    "bamboo": (6, 9),
    "bush": (7, 10),
    "statue": (1, 2),
    "ruin": (0, 1),
    "totem": (1, 2),
    "column": (1, 3),
    "torch": (2, 3),
    "altar": (0, 1),
    "log": (1, 2),
}
SIDE = 31  # of the pyramid's foot
TIERS = 4  # each two voxels high and two in from the one below
HALL = 13
STAIR = 2  # half its width, less the middle
OVERGROWN = 0.17  # share of its stones


def build(spec: WorldSpec, rng: np.random.Generator) -> Draft:
    """One temple as `spec` asks."""
    site, setting = open_country(spec, COUNTRY, rng)
    middle = site.taken.shape[0] // 2, site.taken.shape[1] // 2
    around = np.zeros_like(site.taken)
    around[middle[0] - 18 : middle[0] + 19, middle[1] - 18 : middle[1] + 19] = True
    spot = site.spot(SIDE, SIDE, margin=2, where=around)
    if spot is None:
        raise NoRoom("There is no room for the temple; ask for fewer things.")
    _temple(site, *spot)
    _overgrow(site, *spot)
    furnish(site, USUAL)
    return finish(site, setting, flag_room=2)


def _temple(site: Site, x: int, y: int) -> None:
    """Tiers, stairs and hall, low corner at (x, y)."""
    z, stone = site.ground, site.stone
    for tier in range(TIERS):
        wide, low = SIDE - 4 * tier, 2 * tier
        site.box(x + low, y + low, z + low, wide, wide, 2, stone.wall)
        site.box(x + low + 1, y + low + 1, z + low + 1, wide - 2, wide - 2, 1, stone.floor)
        site.top[x + low : x + low + wide, y + low : y + low + wide] = z + low + 2
    for quarters in range(4):
        with site.turned(x, y, SIDE, SIDE, quarters):
            _stair(site, x, y, z)
    site.take(x, y, SIDE, SIDE, margin=4)
    inset = (SIDE - HALL) // 2
    _hall(site, x + inset, y + inset, z + 2 * TIERS)


def _stair(site: Site, x: int, y: int, z: int) -> None:
    """Steps of one voxel up the south side between low walls that begin with a fire."""
    middle = x + SIDE // 2
    for step in range(2 * TIERS):
        along = y - 1 + step
        site.box(middle - STAIR, along, z, 2 * STAIR + 1, 1, step + 1, site.stone.trim)
        for i in (-STAIR - 1, STAIR + 1):
            site.box(middle + i, along, z, 1, 1, step + 2, site.stone.wall)
        for i in range(-STAIR, STAIR + 1):
            site.top[site.at(middle + i, along)] = z + step + 1
    for i in (-STAIR - 1, STAIR + 1):
        site.box(middle + i, y - 1, z, 1, 1, 2, site.stone.wall)
        site.box(middle + i, y - 1, z + 2, 1, 1, 1, "torch")


def _hall(site: Site, x: int, y: int, z: int) -> None:
    """Columns around a square floor carry a stepped roof with a golden comb; an altar stands at the back."""
    stone = site.stone
    for i in range(0, HALL, 4):
        for at in ((x + i, y), (x + i, y + HALL - 1), (x, y + i), (x + HALL - 1, y + i)):
            site.box(*at, z, 1, 1, 4, stone.wall)
    for i in (0, HALL - 1):
        for j in (0, HALL - 1):
            site.box(x + i - (i > 0), y + j - (j > 0), z, 2, 2, 4, stone.wall)
    site.box(x - 1, y - 1, z + 4, HALL + 2, HALL + 2, 1, stone.trim)
    for layer in range(3):
        low, wide = 2 * layer, HALL - 4 * layer
        site.box(x + low, y + low, z + 5 + layer, wide, wide, 1, stone.roof)
    middle = HALL // 2
    site.box(x + middle - 2, y + middle, z + 8, 5, 1, 2, stone.wall)
    site.box(x + middle - 1, y + middle, z + 8, 3, 1, 3, stone.wall)
    site.box(x + middle, y + middle, z + 9, 1, 1, 1, "gold")
    site.box(x + middle - 1, y + HALL - 4, z, 3, 2, 1, stone.trim)
    site.box(x + middle, y + HALL - 3, z + 1, 1, 1, 2, "gold")
    for i in (2, HALL - 3):
        site.box(x + i, y + HALL - 3, z, 1, 1, 2, stone.wall)
        site.box(x + i, y + HALL - 3, z + 2, 1, 1, 1, "torch")


def _overgrow(site: Site, x: int, y: int) -> None:
    """Moss on the stones, and vines that have grown over the edges of the tiers and the roof."""
    cut = slice(x - 2, x + SIDE + 2), slice(y - 2, y + SIDE + 2), slice(site.ground, site.ground + 2 * TIERS + 12)
    block = site.voxels[cut]
    stones = (block == material(site.stone.wall)) | (block == material(site.stone.trim))
    block[stones & (site.rng.random(block.shape) < OVERGROWN)] = material("moss")
    edge = stones.copy()
    edge[:, :, :-1] &= block[:, :, 1:] == 0
    for i, j, k in np.argwhere(edge & (site.rng.random(block.shape) < 0.16)).tolist():
        for level in range(k, max(k - site.draw(2, 4), -1), -1):
            if stones[i, j, level]:
                block[i, j, level] = material("canopy")
