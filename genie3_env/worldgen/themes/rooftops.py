"""Cyberpunk rooftops: roofs over lit streets, joined by gangways, among towers, neon signs, screens and antennas."""

import numpy as np

from genie3_env.materials import material
from genie3_env.prompt.spec import WorldSpec
from genie3_env.worldgen import canvas
from genie3_env.worldgen.canvas import Draft
from genie3_env.worldgen.furnish import furnish, widest_asked
from genie3_env.worldgen.land import Country, finish, open_country, places_on
from genie3_env.worldgen.site import Site
from genie3_env.worldgen.spans import join
from genie3_env.worldgen.stonework import Stonework
from genie3_env.worldgen.themes.facades import GLOWS, dress, shopfronts
from genie3_env.worldgen.themes.racing import race_over_roofs

COUNTRY = Country(
    "rock",
    relief="flat",
    hours=(0.05, 0.2, 0.75),
    bodies=(),
    stone=Stonework("concrete", "metal", "metal", "concrete"),
    liquid_in="river",
    sizes=("small", "medium", "medium", "large"),
    headroom_m=12,
)
USUAL = {
    "neon_sign": (3, 5),
    "billboard": (1, 3),
    "antenna": (2, 4),
    "tank": (0, 2),
    "solar_panel": (1, 3),
    "crate": (2, 4),
    "pipe": (0, 2),
    "lamp": (2, 4),
    "dish": (0, 2),
}
STREET = 5
ROOF = 12  # width of a building
TOWER = 4  # width of what rises from a roof
WALLS = ("concrete", "metal", "asphalt", "black", "concrete")


def build(spec: WorldSpec, rng: np.random.Generator) -> Draft:
    """One quarter of a city as `spec` asks."""
    site, setting = open_country(spec, COUNTRY, rng)
    roofs = _quarter(site)
    furnish(site, USUAL, where=roofs, done=("racetrack", "bridge"))
    return finish(
        site, setting, {"inner": places_on(site, roofs | site.bridged)}, flag_room=2, beyond=("asphalt", "stone")
    )


def _quarter(site: Site) -> np.ndarray:
    """Streets, buildings, towers on them and gangways, perhaps a race track; bool [X, Y] the roofs."""
    race = site.spec.count("racetrack", 0) > 0
    nx, ny = site.taken.shape
    floor = site.voxels[:, :, site.ground - 1]
    floor[(floor != 0) & ~site.water] = material("asphalt")
    roofs = np.zeros((nx, ny), bool)
    roof = max(ROOF + 2 * race, widest_asked(site.spec, ("racetrack", "bridge")) + 5)
    block = roof + STREET
    columns, rows = (nx - STREET) // block, (ny - STREET) // block
    offset_x, offset_y = (nx - columns * block + STREET) // 2, (ny - rows * block + STREET) // 2
    lows = {(i, j): (offset_x + i * block, offset_y + j * block) for i in range(columns) for j in range(rows)}
    _streets(site, offset_x, offset_y, block)
    ring = {(i, j) for i, j in lows if race and (i in (0, columns - 1) or j in (0, rows - 1))}
    race_level = site.ground + 10 + site.draw(0, 2)
    middles = {}
    for place, low in lows.items():
        size = (roof, roof) if race else (roof - site.draw(0, 1), roof - site.draw(0, 1))
        level = race_level if place in ring else site.ground + 8 + site.draw(0, 5)
        _building(site, *low, *size, level)
        roofs[low[0] : low[0] + size[0], low[1] : low[1] + size[1]] = True
        middles[place] = low[0] + size[0] // 2, low[1] + size[1] // 2, level
        if roof <= ROOF + 2 and site.draw(0, 4) < 2:
            _tower(site, roofs, *low, *size, level)
    site.top[~roofs] = 0  # gangways lead through the air
    for (i, j), middle in middles.items():
        for other in ((i + 1, j), (i, j + 1)):
            if other in middles and not {(i, j), other} <= ring and (site.draw(0, 3) or other[0] == i):
                join(site, middle, middles[other], roof // 2, roof // 2, what="metal")
    if race:
        race_over_roofs(site, roofs, middles[0, 0], middles[columns - 1, rows - 1], middles[1 % columns, 0][0])
    site.taken |= ~roofs
    return roofs


def _streets(site: Site, offset_x: int, offset_y: int, block: int) -> None:
    """Broken lines of light down the middle of every street, and cars with their lamps on."""
    x, y = canvas.plane_coordinates(site.voxels)
    along_y = (x - offset_x) % block == block - 3
    along_x = (y - offset_y) % block == block - 3
    lines = (along_y & (y % 4 < 2)) | (along_x & (x % 4 < 2))
    floor = site.voxels[:, :, site.ground - 1]
    floor[lines & (floor == material("asphalt"))] = material("neon_blue")
    lanes = range(offset_x - 4, site.taken.shape[0] - 4, block)
    for at in lanes:
        for _ in range(3):
            y = site.draw(4, site.taken.shape[1] - 9)
            if not site.taken[max(at, 3) : at + 2, y : y + 4].any():
                _car(site, max(at, 3), y, ("red", "yellow", "white", "black", "metal")[site.draw(0, 4)])


def _car(site: Site, x: int, y: int, colour: str) -> None:
    """A car two by four voxels, lit in front and behind."""
    z = site.ground
    site.box(x, y, z, 2, 4, 1, colour)
    site.box(x, y + 1, z + 1, 2, 2, 1, "glass")
    site.box(x, y + 3, z, 2, 1, 1, "lamp")
    site.box(x, y, z, 2, 1, 1, "neon_pink")


def _building(site: Site, x: int, y: int, width: int, depth: int, level: int) -> None:
    """A block with lit windows, shops at the street, a screen on one side, and a glowing edge around its roof."""
    z = site.ground
    wall = WALLS[site.draw(0, len(WALLS) - 1)] if site.plain_stone else site.stone.wall
    site.box(x, y, z - 1, width, depth, level - z + 1, wall)
    dress(site, x, y, z + 4, width, depth, level - z - 7)
    shopfronts(site, x, y, z, width, depth)
    glow = GLOWS[site.draw(0, 1)]
    site.box(x, y, level - 2, width, depth, 1, glow)
    site.box(x, y, level - 1, width, depth, 1, site.stone.trim)
    site.box(x + 1, y + 1, level - 2, width - 2, depth - 2, 2, site.stone.floor)
    if level - z > 9:  # a screen that covers the windows
        side, wide = site.draw(0, 3), 6
        at = [(x + 3, y), (x + 3, y + depth - 1), (x, y + 3), (x + width - 1, y + 3)][side]
        size = (wide, 1) if side < 2 else (1, wide)
        site.box(*at, level - 7, *size, 5, GLOWS[site.draw(0, 1)])
        inner = (at[0] + 1, at[1]) if side < 2 else (at[0], at[1] + 1)
        site.box(*inner, level - 6, *((wide - 2, 1) if side < 2 else (1, wide - 2)), 3, "screen")
    site.top[x : x + width, y : y + depth] = level


def _tower(site: Site, roofs: np.ndarray, x: int, y: int, width: int, depth: int, level: int) -> None:
    """A slender tower on one corner of a roof, with strips of neon up its edges and an aerial on top."""
    x += 0 if site.draw(0, 1) else width - TOWER
    y += 0 if site.draw(0, 1) else depth - TOWER
    height = site.voxels.shape[2] - level - site.draw(3, 10)
    site.box(x, y, level - 2, TOWER, TOWER, height + 2, WALLS[site.draw(0, 3)] if site.plain_stone else site.stone.wall)
    dress(site, x, y, level + 1, TOWER, TOWER, height - 2)
    glow = GLOWS[site.draw(0, 1)]
    for i, j in ((0, 0), (TOWER - 1, TOWER - 1)):
        site.box(x + i, y + j, level, 1, 1, height, glow)
    site.box(x, y, level + height - 1, TOWER, TOWER, 1, glow)
    site.box(x + 1, y + 1, level + height, 1, 1, 2, "iron")
    roofs[x : x + TOWER, y : y + TOWER] = False
