"""Ice: snowfields between cliffs of ice, spikes, firs and igloos."""

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
    "snow",
    relief="mountainous",
    hours=(0.65, 0.2, 0.15),
    bodies=(("lake", 0.4), ("river", 0.2)),
    stone=Stonework("ice", "snow", "snow", "ice"),
)
USUAL = {
    "pine": (8, 14),
    "spike": (8, 14),
    "igloo": (1, 3),
    "snowman": (1, 2),
    "rock": (2, 4),
    "dead_tree": (1, 3),
}


def build(spec: WorldSpec, rng: np.random.Generator) -> Draft:
    """One stretch of ice as `spec` asks."""
    site, setting = open_country(spec, COUNTRY, rng)
    _freeze(site)
    furnish(site, USUAL)
    return finish(site, setting)


def _freeze(site: Site) -> None:
    """Cliffs are of ice; so are patches of the snow underfoot."""
    voxels = site.voxels
    height = site.top - site.ground
    cliffs = (voxels == material("stone")) | (voxels == material("dirt"))
    risen = np.arange(voxels.shape[2])[None, None, :] >= site.ground
    voxels[cliffs & risen & (height > 0)[:, :, None]] = material("ice")
    patches = (canvas.smooth_noise(site.rng, height.shape, 6) > 0.62) & (voxels[:, :, site.ground] == 0) & ~site.taken
    floor = voxels[:, :, site.ground - 1]
    floor[patches & (floor == material("snow"))] = material("ice")
