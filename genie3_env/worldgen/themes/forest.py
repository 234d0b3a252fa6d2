"""Forests: trees, bushes and mushrooms on rolling ground, with a clearing here and there."""

import numpy as np

from genie3_env.prompt.spec import WorldSpec
from genie3_env.worldgen.canvas import Draft
from genie3_env.worldgen.furnish import furnish
from genie3_env.worldgen.land import Country, finish, open_country
from genie3_env.worldgen.stonework import Stonework

COUNTRY = Country("grass", bodies=(("river", 0.4), ("lake", 0.2)), stone=Stonework("plank", "wood", "thatch", "plank"))
USUAL = {
    "tree": (26, 36),
    "pine": (8, 14),
    "bush": (8, 14),
    "mushroom": (3, 6),
    "log": (2, 4),
    "rock": (3, 6),
    "flowerbed": (3, 6),
    "campfire": (0, 1),
}


def build(spec: WorldSpec, rng: np.random.Generator) -> Draft:
    """One forest as `spec` asks."""
    site, setting = open_country(spec, COUNTRY, rng)
    furnish(site, USUAL)
    return finish(site, setting)
