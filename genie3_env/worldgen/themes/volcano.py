"""Volcanoes: a steep cone of ash that smokes, lava in its crater and down its sides, burnt trees and spikes below."""

import numpy as np

from genie3_env.prompt.spec import WorldSpec
from genie3_env.worldgen import canvas, waters
from genie3_env.worldgen.canvas import Draft
from genie3_env.worldgen.furnish import furnish
from genie3_env.worldgen.land import Country, finish, open_country
from genie3_env.worldgen.site import Site
from genie3_env.worldgen.stonework import BY_MATERIAL

COUNTRY = Country(
    "ash",
    relief="flat",
    hours=(0.3, 0.45, 0.25),
    bodies=(("river", 0.35),),
    liquid="lava",
    stone=BY_MATERIAL["obsidian"],
    free_middle=True,
    sizes=("small", "medium", "medium", "large"),
    headroom_m=16,
)
USUAL = {
    "dead_tree": (5, 8),
    "spike": (6, 10),
    "rock": (4, 6),
    "crater": (0, 2),
    "campfire": (0, 1),
    "crystal": (0, 2),
}
CRATER_M = 4.6  # radius
FOOT = 0.36  # of the land's width: radius of the cone
STEEPEST = 22  # metres of the cone above flat ground
CROSSING_M = (0.72, 0.84)  # of the cone's radius: there streams run under a crust that can be walked on


def build(spec: WorldSpec, rng: np.random.Generator) -> Draft:
    """One volcano as `spec` asks."""
    place, rough = rng.random(2), canvas.smooth_noise(rng, (96, 96), 8)

    def cone(shape: tuple[int, int]) -> np.ndarray:
        distance = _distance(shape, _summit(place, shape)) * (0.92 + 0.16 * rough[: shape[0], : shape[1]])
        up = np.maximum(1.0 - np.maximum(distance, CRATER_M) / (FOOT * shape[0]), 0.0)
        return np.floor(STEEPEST * 1.25 * up * (0.3 + 0.7 * up)).astype(int)

    site, setting = open_country(spec, COUNTRY, rng, cone)
    filling = spec.liquid or "lava"
    summit = _summit(place, site.taken.shape)
    if filling != "none":
        _crater(site, summit, filling)
        for _ in range(site.draw(3, 4)):
            _stream(site, summit, filling)
        _smoke(site, summit)
    furnish(site, USUAL)
    return finish(site, setting)


def _summit(place: np.ndarray, shape: tuple[int, ...]) -> tuple[int, int]:
    return int(shape[0] * (0.44 + 0.12 * place[0])), int(shape[1] * (0.44 + 0.12 * place[1]))


def _distance(shape: tuple[int, int], centre: tuple[int, int]) -> np.ndarray:
    x, y = np.meshgrid(np.arange(shape[0]), np.arange(shape[1]), indexing="ij")
    return np.sqrt((x - centre[0]) ** 2 + (y - centre[1]) ** 2)


def _crater(site: Site, centre: tuple[int, int], filling: str) -> None:
    """A lake in the top of the mountain, a step below its rim."""
    mouth = canvas.disc(site.voxels, centre, CRATER_M - 0.8)
    rim = int(site.top[mouth].min())
    canvas.columns(site.voxels, mouth, rim - 1, site.voxels.shape[2], "air")
    canvas.columns(site.voxels, mouth, rim - 3, rim - 1, filling)
    canvas.columns(site.voxels, mouth, rim - 4, rim - 3, "stone")
    site.taken |= canvas.disc(site.voxels, centre, CRATER_M + 1)


def _stream(site: Site, centre: tuple[int, int], filling: str) -> None:
    """A stream over the rim and down the side in falls, to a pool at the foot; a crust covers it where one crosses."""
    away = site.rng.random(2) - 0.5
    length = np.sqrt((away * away).sum())
    if length < 0.05:
        return
    away, foot = away / length, FOOT * site.taken.shape[0]
    bed = np.zeros_like(site.taken)
    wobble, aside = 0.0, np.array([-away[1], away[0]])
    for step in range(2 * int(CRATER_M) - 3, 2 * int(foot) + 2):
        metres = step / 2.0
        wobble = min(max(wobble + site.draw(-1, 1) * 0.35, -2.5), 2.5)
        x, y = (np.array(centre) + away * metres + aside * wobble).astype(int).tolist()
        if not CROSSING_M[0] * foot < metres < CROSSING_M[1] * foot:
            bed[max(x, 0) : x + 2, max(y, 0) : y + 2] = True
    pool = canvas.disc(site.voxels, (x, y), 3.4) & (site.top == site.ground) & ~site.taken
    _flow(site, bed, filling)
    waters.fill(site, waters.Water("lake", filling, pool))


def _flow(site: Site, bed: np.ndarray, filling: str) -> None:
    """Turn the top of every column in bed [X, Y] to liquid, as deep as the next column below lies lower."""
    lowest = site.top.copy()
    for axis in (0, 1):
        for step in (1, -1):
            lowest = np.minimum(lowest, np.roll(site.top, step, axis))
    for x, y in np.argwhere(bed & (site.top > site.ground - 1)).tolist():
        low = max(int(lowest[x, y]), site.ground) - 1
        site.box(x, y, min(low, int(site.top[x, y]) - 1), 1, 1, int(site.top[x, y]) - low, filling)
    site.taken |= bed


def _smoke(site: Site, centre: tuple[int, int]) -> None:
    """A plume that leaves the crater, widens, and leans the way the wind blows; it ends below the grid's top."""
    x, y = centre
    z = int(site.top[centre]) + 1
    wind = list(canvas.FORWARD.values())[site.draw(0, 3)]
    for puff in range(8):
        radius = 2 + puff // 3
        if z + radius >= site.voxels.shape[2] - 1:
            return
        aside = site.draw(-1, 1)
        site.ball(x + aside * wind[1], y + aside * wind[0], z, radius, "asphalt", 0.9)
        x, y, z = x + wind[0] * (1 + puff // 2), y + wind[1] * (1 + puff // 2), z + (2 if puff < 3 else 1)
