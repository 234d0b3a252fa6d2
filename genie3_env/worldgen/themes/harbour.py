"""Harbours: a quay before the sea, with piers and boats, cranes and crates, houses and a lighthouse."""

import numpy as np

from genie3_env.prompt.spec import WorldSpec
from genie3_env.worldgen import canvas, waters
from genie3_env.worldgen.canvas import Draft
from genie3_env.worldgen.furnish import furnish, put_afloat
from genie3_env.worldgen.land import Country, finish, open_country
from genie3_env.worldgen.site import Site
from genie3_env.worldgen.stonework import Stonework

COUNTRY = Country(
    "grass",
    relief="flat",
    bodies=(),
    stone=Stonework("brick", "cobble", "slate", "plank"),
    liquid_in="lake",
    sizes=("medium", "medium", "large"),
)
USUAL = {
    "house": (3, 5),
    "lighthouse": (1, 1),
    "crane": (1, 2),
    "container": (2, 4),
    "crate": (4, 8),
    "barrel": (4, 8),
    "lamp": (4, 7),
    "bench": (1, 3),
    "stall": (1, 2),
    "tree": (5, 9),
    "boat": (3, 5),
    "pier": (2, 3),
}
QUAY_M = 5


def build(spec: WorldSpec, rng: np.random.Generator) -> Draft:
    """One harbour as `spec` asks."""
    site, setting = open_country(spec, COUNTRY, rng)
    filling = spec.filling("lake", "water")
    shape = site.taken.shape
    shore = int(shape[1] * (0.40 + 0.08 * rng.random()))
    y = canvas.plane_coordinates(site.voxels)[1]
    sea = y < shore
    canvas.columns(site.voxels, (y >= shore) & (y < shore + QUAY_M), site.ground - 1, site.ground, "cobble")
    canvas.columns(site.voxels, y == shore, site.ground - 4, site.ground, "stone")
    if filling == "none":
        canvas.columns(site.voxels, sea, site.ground - 1, site.ground, "sand")
        furnish(site, USUAL)
        return finish(site, setting)
    waters.fill(site, waters.Water("lake", filling, sea))
    done = _moor(site, shore, filling)
    furnish(site, USUAL, done=done)
    return finish(site, setting, beyond=(filling, "gravel"))


def _moor(site: Site, shore: int, filling: str) -> list[str]:
    """Piers from the quay, and boats beside them; what has been seen to."""
    width = site.taken.shape[0]
    count = site.spec.count("pier", site.draw(*USUAL["pier"]))
    for index in range(count):
        x = 6 + (width - 16) * (2 * index + 1) // (2 * count) + site.draw(-2, 2)
        length = shore - 8 - site.draw(0, 4)
        site.box(x, shore - length, site.ground - 1, 4, length, 1, "plank")
        for along in range(0, length, 4):
            for side in (0, 3):
                site.box(x + side, shore - length + along, site.ground - 4, 1, 1, 5, "wood")
        site.top[x : x + 4, shore - length : shore] = site.ground
        site.water[x - 1 : x + 5, shore - length - 1 : shore] = False
        site.take(x, shore - length, 4, length, margin=0)
        site.mark("pier", x + 1, shore - 1, site.ground)
    site.take(0, shore - 1, width, 2, margin=0)
    boats = site.spec.count("boat", site.draw(*USUAL["boat"]))
    if filling != "water":
        site.water |= site.voxels[:, :, site.ground - 2] == 0
    put_afloat(site, "boat", boats)
    return ["pier", "boat"]
