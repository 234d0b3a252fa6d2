"""Deserts: long dunes around a great pyramid, cacti, rocks and ruins, and now and then an oasis among palms."""

import dataclasses

import numpy as np

from genie3_env.prompt.spec import WorldSpec
from genie3_env.worldgen import canvas
from genie3_env.worldgen.canvas import Draft
from genie3_env.worldgen.furnish import furnish, put_many
from genie3_env.worldgen.land import Country, finish, open_country
from genie3_env.worldgen.objects.monuments import stepped_pyramid
from genie3_env.worldgen.site import NoRoom, Site
from genie3_env.worldgen.stonework import BY_MATERIAL

COUNTRY = Country("sand", hours=(0.7, 0.2, 0.1), bodies=(("lake", 0.45),), stone=BY_MATERIAL["sandstone"])
USUAL = {
    "cactus": (7, 11),
    "palm": (4, 7),
    "rock": (3, 5),
    "ruin": (0, 2),
    "obelisk": (1, 2),
    "tent": (0, 2),
    "column": (1, 3),
    "dead_tree": (0, 2),
}
DUNE_M = 3  # how high the highest are
PYRAMIDS_M = (31, 25, 21, 15)  # widths, the first that finds room
SHORE_M = 5  # palms stand so near to an oasis


def build(spec: WorldSpec, rng: np.random.Generator) -> Draft:
    """One desert as `spec` asks."""
    noise = canvas.smooth_noise(rng, (3 * 96, 96), 19)[::3]  # three times as long as wide

    def dunes(shape: tuple[int, int]) -> np.ndarray:
        crest = 1.0 - abs(2.0 * noise[: shape[0], : shape[1]] - 1.0)
        return np.floor((DUNE_M + 0.9) * crest * crest).astype(int)

    own = spec.relief is None
    country = dataclasses.replace(COUNTRY, relief="flat") if own else COUNTRY
    site, setting = open_country(spec, country, rng, dunes if own else None)
    _pyramids(site)
    _oasis(site)
    furnish(site, USUAL, done=("pyramid", "palm"))
    return finish(site, setting)


def _pyramids(site: Site) -> None:
    """The first pyramid is as large as there is room for; NoRoom for those that the spec asks for."""
    count = site.spec.count("pyramid", 1)
    if count < 1:
        return
    for wide in PYRAMIDS_M:
        if wide > site.taken.shape[0] * 0.42:
            continue
        spot = site.spot(wide, wide, slope=DUNE_M, where=~site.kept)
        if spot is not None:
            x, y = spot
            z = int(np.median(site.top[x : x + wide, y : y + wide]))
            site.box(x - 1, y - 1, z, wide + 2, wide + 2, DUNE_M, "air")
            site.footing(x - 1, y - 1, z, wide + 2, wide + 2, "sandstone" if site.plain_stone else site.stone.wall)
            with site.turned(x, y, wide, wide, site.draw(0, 3)):
                stepped_pyramid(site, x, y, z, wide)
            site.take(x, y, wide, wide, margin=2)
            site.mark("pyramid", x + wide // 2, y + wide // 2, z)
            count -= 1
            break
    if put_many(site, "pyramid", count) < count and site.spec.count("pyramid", 0):
        raise NoRoom("There is no room for so many pyramids; ask for fewer things.")


def _oasis(site: Site) -> None:
    """Palms, first of all around the water; bushes between them."""
    low, high = USUAL["palm"]
    count = site.spec.count("palm", site.draw(low, high) * site.taken.size // 4096)
    near = canvas.steps_from(site.water) <= SHORE_M if site.water.any() else np.zeros_like(site.water)
    done = put_many(site, "palm", count, near)
    done += put_many(site, "palm", count - done)
    if done < count and site.spec.count("palm", 0):
        raise NoRoom(f"There is room for {done} palms, not for {count}; ask for fewer things.")
    if "bush" not in dict(site.spec.objects) and near.any():
        put_many(site, "bush", 4, near)
