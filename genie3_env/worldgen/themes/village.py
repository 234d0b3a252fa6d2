"""Villages: houses along gravel paths around a square with a well, stalls and lamps, among fences and trees."""

import numpy as np

from genie3_env.materials import material
from genie3_env.prompt.spec import WorldSpec
from genie3_env.worldgen import canvas
from genie3_env.worldgen.canvas import Draft
from genie3_env.worldgen.furnish import furnish
from genie3_env.worldgen.land import Country, finish, open_country
from genie3_env.worldgen.site import Site
from genie3_env.worldgen.stonework import Stonework

COUNTRY = Country(
    "grass",
    relief="flat",
    bodies=(("river", 0.35), ("lake", 0.2)),
    stone=Stonework("brick", "wood", "thatch", "plank"),
)
USUAL = {
    "church": (0, 1),
    "windmill": (0, 1),
    "house": (5, 7),
    "barn": (0, 1),
    "well": (1, 1),
    "stall": (2, 3),
    "lamp": (4, 6),
    "fence": (2, 4),
    "haystack": (2, 4),
    "cart": (1, 2),
    "bench": (1, 3),
    "tree": (8, 14),
    "flowerbed": (4, 7),
    "bush": (3, 6),
    "barrel": (3, 5),
}
ROOFS = ("roof", "thatch", "slate")
WALLS = ("brick", "plank", "stone", "white")


def build(spec: WorldSpec, rng: np.random.Generator) -> Draft:
    """One village as `spec` asks."""
    site, setting = open_country(spec, COUNTRY, rng)
    _paths(site)
    furnish(site, USUAL)
    return finish(site, setting)


def _paths(site: Site) -> None:
    """A cross of gravel paths with a round square in the middle, over what is level and dry."""
    shape = site.taken.shape
    cx, cy = shape[0] // 2 + site.draw(-4, 4), shape[1] // 2 + site.draw(-4, 4)
    x, y = canvas.plane_coordinates(site.voxels)
    paths = (abs(x - cx) <= 1) | (abs(y - cy) <= 1) | ((x - cx) ** 2 + (y - cy) ** 2 <= 30)
    paths &= (site.top == site.ground) & ~site.water & ~site.bridged
    wet = site.voxels[:, :, site.ground - 1] == 0
    site.voxels[:, :, site.ground - 1][paths & ~wet] = material("gravel")
    site.taken |= (abs(x - cx) <= 2) | (abs(y - cy) <= 2)
