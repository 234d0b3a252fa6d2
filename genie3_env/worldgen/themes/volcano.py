"""Volcanoes: a mountain of ash with a lake of lava in its crater, streams of lava around it, burnt trees."""

import numpy as np

from genie3_env.prompt.spec import WorldSpec
from genie3_env.worldgen import canvas
from genie3_env.worldgen.canvas import Draft
from genie3_env.worldgen.furnish import furnish
from genie3_env.worldgen.land import Country, finish, open_country
from genie3_env.worldgen.site import Site
from genie3_env.worldgen.stonework import BY_MATERIAL

COUNTRY = Country(
    "ash",
    hours=(0.35, 0.35, 0.3),
    bodies=(("river", 0.7), ("lake", 0.5)),
    liquid="lava",
    stone=BY_MATERIAL["obsidian"],
)
USUAL = {
    "dead_tree": (6, 10),
    "spike": (6, 12),
    "rock": (4, 8),
    "crater": (0, 2),
    "campfire": (0, 1),
    "crystal": (1, 3),
}
CRATER_M = 4.2  # radius


def build(spec: WorldSpec, rng: np.random.Generator) -> Draft:
    """One volcano as `spec` asks."""
    place = rng.random(2)
    steep = 0.62 + 0.2 * float(rng.random())

    def cone(shape: tuple[int, int]) -> np.ndarray:
        x, y = np.meshgrid(np.arange(shape[0]), np.arange(shape[1]), indexing="ij")
        cx, cy = _summit(place, shape)
        distance = np.sqrt((x - cx) ** 2 + (y - cy) ** 2)
        return np.maximum(np.floor((shape[0] * 0.28 - np.maximum(distance, CRATER_M)) * steep), 0).astype(int)

    site, setting = open_country(spec, COUNTRY, rng, cone)
    filling = spec.liquid or "lava"
    if filling != "none":
        _crater(site, _summit(place, site.taken.shape), filling)
    furnish(site, USUAL)
    return finish(site, setting)


def _summit(place: np.ndarray, shape: tuple[int, ...]) -> tuple[int, int]:
    return int(shape[0] * (0.36 + 0.28 * place[0])), int(shape[1] * (0.36 + 0.28 * place[1]))


def _crater(site: Site, centre: tuple[int, int], filling: str) -> None:
    """A lake in the top of the mountain, a step below its rim."""
    mouth = canvas.disc(site.voxels, centre, CRATER_M - 0.8)
    rim = int(site.top[mouth].min())
    canvas.columns(site.voxels, mouth, rim - 2, site.voxels.shape[2], "air")
    canvas.columns(site.voxels, mouth, rim - 3, rim - 2, filling)
    canvas.columns(site.voxels, mouth, rim - 4, rim - 3, "stone")
    site.taken |= canvas.disc(site.voxels, centre, CRATER_M + 1)
