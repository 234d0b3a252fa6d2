"""Deserts: dunes with cacti and rocks, a pyramid, ruins, and now and then an oasis."""

import numpy as np

from genie3_env.prompt.spec import WorldSpec
from genie3_env.worldgen.canvas import Draft
from genie3_env.worldgen.furnish import furnish
from genie3_env.worldgen.land import Country, finish, open_country
from genie3_env.worldgen.stonework import BY_MATERIAL

COUNTRY = Country("sand", hours=(0.75, 0.15, 0.1), bodies=(("lake", 0.35),), stone=BY_MATERIAL["sandstone"])
USUAL = {
    "pyramid": (1, 1),
    "cactus": (10, 16),
    "palm": (3, 7),
    "rock": (4, 8),
    "ruin": (1, 2),
    "obelisk": (1, 2),
    "tent": (0, 2),
    "column": (2, 5),
}


def build(spec: WorldSpec, rng: np.random.Generator) -> Draft:
    """One desert as `spec` asks."""
    site, setting = open_country(spec, COUNTRY, rng)
    furnish(site, USUAL)
    return finish(site, setting)
