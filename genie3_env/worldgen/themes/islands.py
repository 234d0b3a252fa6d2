"""Sky islands: pieces of land that float in the air, joined by bridges of planks."""

import numpy as np

from genie3_env.prompt.spec import BODIES, WorldSpec
from genie3_env.world import VOID
from genie3_env.worldgen import covers, waters
from genie3_env.worldgen.canvas import Draft
from genie3_env.worldgen.furnish import furnish, widest_asked
from genie3_env.worldgen.land import Country, finish, open_country
from genie3_env.worldgen.site import Site
from genie3_env.worldgen.spans import join

COUNTRY = Country("grass", relief="flat", bodies=(), hours=(0.7, 0.2, 0.1), sizes=("small", "medium", "medium"))
USUAL = {
    "tree": (10, 16),
    "pine": (2, 5),
    "rock": (4, 7),
    "crystal": (3, 6),
    "flowerbed": (3, 6),
    "bush": (4, 8),
    "waterfall": (0, 1),
    "house": (1, 2),
    "lantern": (3, 6),
}
COUNT = {"small": (5, 6), "medium": (7, 8), "large": (9, 11)}
HOME_M = 13  # radius of the first island
LOWEST, HIGHEST = 10, 20  # of their ground


def build(spec: WorldSpec, rng: np.random.Generator) -> Draft:
    """One archipelago as `spec` asks."""
    site, setting = open_country(spec, COUNTRY, rng)
    site.voxels[...], site.top[...], site.taken[...] = 0, 0, True
    site.ground = 14
    shape = site.taken.shape
    size = {64: "small", 80: "medium"}.get(shape[0], "large")
    middles = [(shape[0] // 2, shape[1] // 2, site.ground)]
    home = max(HOME_M, min(int(0.8 * widest_asked(spec, ("bridge",))) + 4, shape[0] // 2 - 4))
    radii = [home]
    _island(site, *middles[0], home)
    for _ in range(200):
        if len(middles) > site.draw(*COUNT[size]):
            break
        radius = site.draw(5, 9)
        x, y = (int(rng.integers(radius + 3, n - radius - 3)) for n in shape)
        gaps = [np.hypot(x - i, y - j) - radius - r for (i, j, _), r in zip(middles, radii, strict=True)]
        if min(gaps) < 4:
            continue
        nearest = int(np.argmin(gaps))
        change = site.draw(-min(6, int(gaps[nearest])), min(6, int(gaps[nearest])))
        z = min(max(middles[nearest][2] + change, LOWEST), HIGHEST)
        _island(site, x, y, z, radius)
        middles.append((x, y, z))
        radii.append(radius)
        join(site, middles[nearest], (x, y, z), radii[nearest], radius)
    _pond(site)
    furnish(site, USUAL, done=("bridge",))
    land = np.argwhere(site.top > 0)
    inner = np.concatenate([land, site.top[tuple(land.T)][:, None]], 1).astype(np.int32)
    return finish(site, setting, {"inner": inner}, flag_room=2, beyond=(VOID, VOID))


def _island(site: Site, x: int, y: int, z: int, radius: int) -> None:
    """A round piece of land with an uneven edge that narrows downwards."""
    cover, below = covers.GROUND_COVER[site.cover], covers.GROUND_BELOW[site.cover]
    uneven = 0.8 + 0.35 * site.rng.random((8,))
    for i in range(-radius - 2, radius + 3):
        for j in range(-radius - 2, radius + 3):
            octant = (i > 0) * 4 + (j > 0) * 2 + (abs(i) > abs(j))
            share = (i * i + j * j) ** 0.5 / (radius * uneven[octant])
            if share >= 1:
                continue
            deep = 2 + int((1 - share) * radius * 0.8) + (i * 7 + j * 3) % 2
            site.box(x + i, y + j, z - deep, 1, 1, deep - 2, "stone")
            site.box(x + i, y + j, z - 2, 1, 1, 1, below)
            site.box(x + i, y + j, z - 1, 1, 1, 1, cover)
            site.top[x + i, y + j] = z
            site.taken[x + i, y + j] = share > 0.85


def _pond(site: Site) -> None:
    """Whatever body of a liquid the spec asks for lies on the first island."""
    fillings = [getattr(site.spec, body) for body in BODIES] + [site.spec.liquid]
    for filling in fillings:
        if filling not in (None, "none"):
            x, y = site.taken.shape[0] // 2 + 3, site.taken.shape[1] // 2 + 3
            mask = waters.lake_mask(site.taken.shape, (x, y), 4.5, site.rng) & ~site.taken
            waters.fill(site, waters.Water("lake", filling, mask))
            return
