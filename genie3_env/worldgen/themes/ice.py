"""Ice: snowfields between cliffs of ice, frozen lakes, crevasses, spikes, snowy firs and igloos."""

import numpy as np

from genie3_env.materials import WATER, material
from genie3_env.prompt.spec import WorldSpec
from genie3_env.worldgen import canvas, covers
from genie3_env.worldgen.canvas import Draft
from genie3_env.worldgen.furnish import furnish
from genie3_env.worldgen.land import Country, finish, open_country
from genie3_env.worldgen.site import Site
from genie3_env.worldgen.stonework import Stonework

COUNTRY = Country(
    "snow",
    relief="mountainous",
    hours=(0.65, 0.2, 0.15),
    bodies=(("lake", 0.7), ("river", 0.2)),
    stone=Stonework("ice", "snow", "snow", "ice"),
)
USUAL = {
    "pine": (9, 14),
    "spike": (8, 12),
    "igloo": (2, 3),
    "snowman": (1, 2),
    "rock": (1, 3),
    "campfire": (0, 1),
}
CREVASSE_M = 5  # depth in the middle of one
SHEET_M = 2  # so far from its shore a lake is always frozen


def build(spec: WorldSpec, rng: np.random.Generator) -> Draft:
    """One stretch of ice as `spec` asks."""
    site, setting = open_country(spec, COUNTRY, rng)
    _freeze_cliffs(site)
    if (spec.liquid, spec.lake, spec.river, spec.moat) == (None,) * 4:
        _freeze_waters(site)
    for _ in range(site.draw(1, 2) + site.taken.size // 6000):
        _crevasse(site)
    furnish(site, USUAL)
    if site.cover == "snow":
        covers.snow_on_leaves(site.voxels, rng)
    return finish(site, setting)


def _freeze_cliffs(site: Site) -> None:
    """Cliffs are of ice, half of them bare of snow; so are patches of the snow underfoot."""
    voxels = site.voxels
    height = site.top - site.ground
    cliffs = (voxels == material("stone")) | (voxels == material("dirt"))
    risen = np.arange(voxels.shape[2])[None, None, :] >= site.ground
    voxels[cliffs & risen & (height > 0)[:, :, None]] = material("ice")
    x, y = np.nonzero((height > 1) & (canvas.smooth_noise(site.rng, height.shape, 7) > 0.45))
    bare = voxels[x, y, site.top[x, y] - 1] == material("snow")
    voxels[x[bare], y[bare], site.top[x, y][bare] - 1] = material("ice")
    patches = (canvas.smooth_noise(site.rng, height.shape, 6) > 0.72) & (voxels[:, :, site.ground] == 0) & ~site.taken
    floor = voxels[:, :, site.ground - 1]
    floor[patches & (floor == material("snow"))] = material("ice")


def _freeze_waters(site: Site) -> None:
    """A sheet of ice lies on every water, with snow blown over it, but for some holes far from the shore."""
    surface = site.voxels[:, :, site.ground - 1]
    wet = (surface == WATER) & ~site.bridged
    far = canvas.steps_from(~wet)
    noise = canvas.smooth_noise(site.rng, wet.shape, 5)
    sheet = wet & ((far <= SHEET_M) | (noise < 0.62))
    surface[sheet] = material("ice")
    surface[sheet & (noise < 0.22)] = material("snow")
    site.water &= ~sheet
    site.taken &= ~sheet


def _crevasse(site: Site) -> None:
    """A crack between walls of ice, deepest in its middle; at its ends one can walk out."""
    nx, ny = site.taken.shape
    length = site.draw(14, 22)
    along = site.draw(0, 1)
    at, aside = site.draw(6, nx - 7 - length), site.draw(10, ny - 11)
    cells = []
    for step in range(length):
        aside += site.draw(-1, 1) if step % 2 else 0
        deep = min((step + 2) // 2, (length - step + 1) // 2, CREVASSE_M)
        cells += [((at + step, aside + side) if along else (aside + side, at + step), deep) for side in (0, 1, 2)]
    columns = {cell: deep for cell, deep in cells if 4 <= cell[0] < nx - 4 and 4 <= cell[1] < ny - 4}
    if any(site.taken[cell] or site.top[cell] != site.ground for cell in columns):
        return
    z = site.ground
    for x, y in columns:
        site.box(x - 1, y - 1, z - CREVASSE_M - 1, 3, 3, CREVASSE_M, "ice")
    for (x, y), deep in columns.items():
        site.box(x, y, z - deep, 1, 1, deep, "air")
        site.top[x, y] = z - deep
        site.taken[x - 1 : x + 2, y - 1 : y + 2] = True
