"""Sky islands: ragged pieces of land that float among clouds, joined by bridges; water falls over their edges."""

import dataclasses

import numpy as np

from genie3_env.materials import AIR, DEADLY, LIQUIDS, material
from genie3_env.prompt.spec import BODIES, WorldSpec
from genie3_env.world import VOID
from genie3_env.worldgen import canvas, covers, waters
from genie3_env.worldgen.canvas import Draft
from genie3_env.worldgen.furnish import furnish, room_asked, widest_asked
from genie3_env.worldgen.land import Country, finish, open_country, places_on
from genie3_env.worldgen.site import Site
from genie3_env.worldgen.spans import join

COUNTRY = Country(
    "grass",
    relief="flat",
    bodies=(),
    hours=(0.7, 0.2, 0.1),
    sizes=("small", "medium", "medium", "large"),
    headroom_m=8,
)
USUAL = {
    "tree": (9, 13),
    "pine": (2, 3),
    "rock": (1, 3),
    "crystal": (1, 3),
    "flowerbed": (1, 3),
    "bush": (1, 3),
    "house": (1, 2),
    "lantern": (1, 3),
    "arch": (0, 1),
}
COUNT = {"small": (5, 6), "medium": (7, 8), "large": (9, 12)}
HOME_M = 13  # radius of the first island
GROUND = 18  # of its ground
LOWEST, HIGHEST = 13, 26  # of the others'
LARGE_M = 9  # for things that are wider the first island has to be large
CLOUDS = 7


def build(spec: WorldSpec, rng: np.random.Generator) -> Draft:
    """One archipelago as `spec` asks."""
    sizes = ("large",) if widest_asked(spec, ("bridge",)) > LARGE_M else COUNTRY.sizes
    site, setting = open_country(spec, dataclasses.replace(COUNTRY, sizes=sizes), rng)
    site.voxels[...], site.top[...], site.taken[...] = AIR, 0, True
    site.water[...] = site.bridged[...] = False
    site.ground = GROUND
    middles, radii = _archipelago(site)
    _pond(site)
    _falls(site, middles, radii)
    furnish(site, USUAL, done=("bridge",))
    _clouds(site)
    return finish(site, setting, {"inner": places_on(site, site.top > 0)}, flag_room=2, beyond=(VOID, VOID))


def _archipelago(site: Site) -> tuple[list[tuple[int, int, int]], list[int]]:
    """A large island in the middle and smaller ones, each bridged to the nearest before it; middles and radii."""
    shape = site.taken.shape
    size = {64: "small", 80: "medium"}.get(shape[0], "large")
    middles = [(shape[0] // 2, shape[1] // 2, site.ground)]
    asked = site.spec, ("bridge",)
    needed = max(widest_asked(*asked) + 4, 2.0 * float(np.sqrt(room_asked(*asked) / 3.14)))
    radii = [max(HOME_M, min(int(needed), shape[0] // 2 - 4))]
    _island(site, *middles[0], radii[0])
    wanted = site.draw(*COUNT[size])
    for _ in range(200):
        if len(middles) > wanted:
            break
        radius = site.draw(5, 9)
        x, y = (int(site.rng.integers(radius + 4, n - radius - 4)) for n in shape)
        away = [(x - i) ** 2 + (y - j) ** 2 for i, j, _ in middles]
        gaps = [float(np.sqrt(square)) - radius - r for square, r in zip(away, radii, strict=True)]
        if min(gaps) < 4:
            continue
        nearest = int(np.argmin(gaps))
        change = site.draw(-min(6, int(gaps[nearest])), min(6, int(gaps[nearest])))
        z = min(max(middles[nearest][2] + change, LOWEST), HIGHEST)
        _island(site, x, y, z, radius)
        middles.append((x, y, z))
        radii.append(radius)
        join(site, middles[nearest], (x, y, z), radii[nearest], radius)
    return middles, radii


def _island(site: Site, x: int, y: int, z: int, radius: int) -> None:
    """Land with a ragged edge on rock that narrows downwards to stalactites; grass hangs over the edge."""
    cover, below = material(covers.GROUND_COVER[site.cover]), material(covers.GROUND_BELOW[site.cover])
    stone, cobble = material("stone"), material("cobble")
    side = 2 * radius + 5
    i, j = np.meshgrid(np.arange(side) - radius - 2, np.arange(side) - radius - 2, indexing="ij")
    ragged = 0.78 + 0.4 * canvas.smooth_noise(site.rng, (side, side), 5)
    share = np.sqrt(i * i + j * j) / (radius * ragged)
    drip = site.rng.random((side, side))
    for a, b in np.argwhere(share < 1).tolist():
        at = x + a - radius - 2, y + b - radius - 2
        inward, wet = 1.0 - float(share[a, b]), float(drip[a, b])
        deep = 3 + int(inward * radius * 0.9 + 3.0 * inward * wet) + (wet > 0.9)
        column = site.voxels[at]
        column[max(z - deep, 1) : z - 2] = cobble if wet < 0.2 else stone
        column[z - 3 : z - 1] = below
        column[z - 1] = cover
        if inward < 0.16 and wet < 0.5 and site.cover in ("grass", "moss"):
            column[z - 2 - int(4 * wet) : z - 1] = material("leaf")
        site.top[at] = z
        site.taken[at] = inward < 0.15


def _filling(site: Site) -> str:
    """Which liquid there is: what the spec asks for, or else water."""
    fillings = [getattr(site.spec, body) for body in BODIES] + [site.spec.liquid]
    asked = [filling for filling in fillings if filling not in (None, "none")]
    return asked[0] if asked else ("none" if "none" in fillings else "water")


def _pond(site: Site) -> None:
    """On the first island lies a pond, if the spec speaks of any body of a liquid."""
    if all(getattr(site.spec, name) in (None, "none") for name in (*BODIES, "liquid")):
        return
    x, y = site.taken.shape[0] // 2 + 3, site.taken.shape[1] // 2 + 3
    mask = waters.lake_mask(site.taken.shape, (x, y), 4.5, site.rng) & ~site.taken
    waters.fill(site, waters.Water("lake", _filling(site), mask))


def _falls(site: Site, middles: list[tuple[int, int, int]], radii: list[int]) -> None:
    """From springs on two or three islands a stream runs to the edge and falls into the depth."""
    filling = _filling(site)
    if filling == "none":
        return
    for index in site.rng.permutation(len(middles))[:3].tolist():
        x, y, z = middles[index]
        dx, dy = list(canvas.FORWARD.values())[site.draw(0, 3)]
        start = 3 if index else 5
        course = [(x + dx * step, y + dy * step) for step in range(start, radii[index] + 4)]
        course = [(i + dy * side, j + dx * side) for i, j in course for side in (0, 1)]
        on_land = [at for at in course if _on(site, at) == z and not site.bridged[at]]
        beyond = [at for at in course if at not in on_land]
        edge = beyond[:2]
        if len(on_land) < 4 or any(_on(site, at) or site.bridged[at] for at in edge):
            continue
        for i, j in on_land:
            site.box(i, j, z - 1, 1, 1, 1, filling)
            site.taken[max(i - 1, 0) : i + 2, max(j - 1, 0) : j + 2] = True
        for i, j in edge:
            site.box(i, j, 1, 1, 1, z - 1, filling)
            if filling == "water":
                _foam(site, i, j, z - 2)
        if DEADLY[LIQUIDS[filling]]:
            continue
        for side in (-1, 2):  # the spring comes from between rocks
            at = x + dx * start + dy * side, y + dy * start + dx * side
            site.box(*at, z, 1, 1, site.draw(1, 2), "cobble")


def _foam(site: Site, x: int, y: int, top: int) -> None:
    """Bright streaks in a column of falling water below `top`, and spray where it ends."""
    for level in range(1, top):
        if site.draw(0, 2):
            site.box(x, y, level, 1, 1, 1, "ice")
    site.ball(x, y, 2, 2, "white")


def _on(site: Site, at: tuple[int, int]) -> int:
    """z of the ground at a column, 0 where there is none."""
    inside = 0 <= at[0] < site.top.shape[0] and 0 <= at[1] < site.top.shape[1]
    return int(site.top[at]) if inside else 0


def _clouds(site: Site) -> None:
    """White clouds, flat below, under the islands, where there is nothing else."""
    nx, ny = site.taken.shape
    for _ in range(CLOUDS * nx * ny // 4096):
        z = site.draw(1, 5)
        x, y, radius = site.draw(4, nx - 5), site.draw(4, ny - 5), site.draw(2, 4)
        for _ in range(3):
            at = x + site.draw(-4, 4), y + site.draw(-2, 2)
            for layer in range(2):
                site.disc(*at, z + layer, radius - layer - 0.5, 1, "white", over=False)
