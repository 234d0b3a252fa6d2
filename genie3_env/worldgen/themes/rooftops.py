"""Cyberpunk rooftops: high roofs over dark streets, joined by gangways, among neon signs, screens and antennas."""

import numpy as np

from genie3_env.materials import material
from genie3_env.prompt.spec import WorldSpec
from genie3_env.worldgen import canvas
from genie3_env.worldgen.canvas import Draft
from genie3_env.worldgen.furnish import furnish, widest_asked
from genie3_env.worldgen.land import Country, finish, open_country
from genie3_env.worldgen.site import Site
from genie3_env.worldgen.spans import join
from genie3_env.worldgen.stonework import Stonework

COUNTRY = Country(
    "rock",
    relief="flat",
    hours=(0.1, 0.2, 0.7),
    bodies=(),
    stone=Stonework("concrete", "metal", "metal", "concrete"),
    liquid_in="river",
    sizes=("small", "medium", "medium", "large"),
)
USUAL = {
    "neon_sign": (5, 9),
    "billboard": (2, 4),
    "antenna": (3, 6),
    "tank": (1, 3),
    "solar_panel": (2, 4),
    "crate": (4, 7),
    "pipe": (1, 3),
    "lamp": (3, 6),
    "dish": (1, 2),
    "container": (0, 2),
}
STREET = 5
BLOCK = 17  # from one building to the next, street included


def build(spec: WorldSpec, rng: np.random.Generator) -> Draft:
    """One quarter of a city as `spec` asks."""
    site, setting = open_country(spec, COUNTRY, rng)
    roofs = _quarter(site)
    if "racetrack" in dict(spec.objects):
        _race(site, roofs)
    furnish(site, USUAL, where=roofs, done=("racetrack", "bridge"))
    on = np.argwhere(roofs | site.bridged)
    inner = np.concatenate([on, site.top[tuple(on.T)][:, None]], 1).astype(np.int32)
    home = np.argwhere(roofs)[:1]
    home = np.concatenate([home, site.top[tuple(home.T)][:, None]], 1).astype(np.int32)
    return finish(site, setting, {"inner": inner}, beyond=("asphalt", "stone"))


def _quarter(site: Site) -> np.ndarray:
    """Streets, buildings and gangways; bool [X, Y] the roofs."""
    nx, ny = site.taken.shape
    x, y = canvas.plane_coordinates(site.voxels)
    floor = site.voxels[:, :, site.ground - 1]
    floor[(floor != 0) & ~site.water] = material("asphalt")
    roofs = np.zeros((nx, ny), bool)
    middles = {}
    block = max(BLOCK, widest_asked(site.spec, ("racetrack", "bridge")) + STREET + 6)
    columns, rows = (nx - STREET) // block, (ny - STREET) // block
    offset_x, offset_y = (nx - columns * block + STREET) // 2, (ny - rows * block + STREET) // 2
    for i in range(columns):
        for j in range(rows):
            low = offset_x + i * block, offset_y + j * block
            size = block - STREET - site.draw(0, 1), block - STREET - site.draw(0, 1)
            level = site.ground + 8 + site.draw(0, 5)
            _building(site, *low, *size, level)
            cut = slice(low[0], low[0] + size[0]), slice(low[1], low[1] + size[1])
            roofs[cut] = True
            middles[i, j] = low[0] + size[0] // 2, low[1] + size[1] // 2, level
    site.top[~roofs] = 0  # gangways lead through the air
    for (i, j), middle in middles.items():
        for other in ((i + 1, j), (i, j + 1)):
            if other in middles and (site.draw(0, 3) or other[0] == i):
                join(site, middle, middles[other], 6, 6)
    street = ~roofs & ~site.bridged
    lamps = street & ((x + y) % 11 == 0) & (x % 3 == 0)
    canvas.columns(site.voxels, lamps & (floor == material("asphalt")), site.ground - 1, site.ground, "neon_blue")
    site.taken |= ~roofs
    return roofs


def _building(site: Site, x: int, y: int, width: int, depth: int, level: int) -> None:
    """A block with bands of windows, some of them lit, a glowing edge and a low parapet."""
    z = site.ground
    site.box(x, y, z - 1, width, depth, level - z + 1, site.stone.wall)
    for floor in range(z + 1, level - 2, 3):
        for i in range(1, width - 1):
            for at in ((x + i, y), (x + i, y + depth - 1)):
                site.box(*at, floor, 1, 1, 2, "window" if site.draw(0, 3) == 0 else "glass")
        for j in range(1, depth - 1):
            for at in ((x, y + j), (x + width - 1, y + j)):
                site.box(*at, floor, 1, 1, 2, "window" if site.draw(0, 3) == 0 else "glass")
    glow = "neon_pink" if site.draw(0, 1) else "neon_blue"
    site.box(x, y, level - 2, width, depth, 1, glow)
    site.box(x, y, level - 1, width, depth, 1, site.stone.trim)
    site.box(x + 1, y + 1, level - 2, width - 2, depth - 2, 2, site.stone.floor)
    site.top[x : x + width, y : y + depth] = level


def _race(site: Site, roofs: np.ndarray) -> None:
    """A track over roofs and gangways: asphalt between red and white kerbs, and a starting line with a gantry."""
    ways = site.bridged
    around = ways.copy()
    for axis in (0, 1):
        for step in (-2, -1, 1, 2):
            around |= np.roll(ways, step, axis)
    track = around & (roofs | ways)
    kerb = canvas.rim(track)
    for mask, what in ((track, "asphalt"), (kerb, "red")):
        x, y = np.nonzero(mask)
        site.voxels[x, y, site.top[x, y] - 1] = material(what)
    x, y = np.nonzero(kerb)
    white = (x + y) % 4 < 2
    site.voxels[x[white], y[white], site.top[x, y][white] - 1] = material("white")
    site.taken |= track
    x, y = np.argwhere(track & roofs)[len(np.argwhere(track & roofs)) // 2]
    z = int(site.top[x, y])
    for j in range(-2, 3):
        site.box(x, y + j, z - 1, 1, 1, 1, "white" if j % 2 else "black")
    for j in (-3, 3):
        site.box(x, y + j, z, 1, 1, 5, "metal")
    site.box(x, y - 3, z + 5, 1, 7, 1, "yellow")
    site.mark("racetrack", int(x), int(y), z)
