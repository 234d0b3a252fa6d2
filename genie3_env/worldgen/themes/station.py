"""Space stations: a deck under a great wheel and a ringed planet: a glazed corridor, modules, a shuttle, dishes.

All of it is white and grey, and lit in blue; only what warns is yellow or red.
"""

import numpy as np

from genie3_env.materials import AIR, material
from genie3_env.prompt.spec import WorldSpec
from genie3_env.world import VOID
from genie3_env.worldgen import canvas
from genie3_env.worldgen.canvas import Draft
from genie3_env.worldgen.furnish import furnish
from genie3_env.worldgen.land import Country, finish, open_country
from genie3_env.worldgen.site import Site
from genie3_env.worldgen.stonework import Stonework

COUNTRY = Country(
    "grass",
    relief="flat",
    hours=(0.0, 0.0, 1.0),
    bodies=(),
    stone=Stonework("hull", "metal", "white", "metal"),
    liquid_in="lake",
    headroom_m=10,
)
USUAL = {
    "dome": (1, 1),
    "reactor": (1, 1),
    "dish": (1, 2),
    "solar_panel": (2, 3),
    "antenna": (1, 1),
    "robot": (1, 2),
    "tank": (0, 1),
    "crate": (1, 2),
    "lamp": (1, 3),
}
ROOM = 9
CORRIDOR = 7  # its width
BAY = 8  # columns between two openings of the corridor
BANDS = ("rust", "dirt", "sand", "white", "sand", "yellow", "sand", "dirt", "rust")  # of the planet, from pole to pole


def build(spec: WorldSpec, rng: np.random.Generator) -> Draft:
    """One station as `spec` asks."""
    site, setting = open_country(spec, COUNTRY, rng)
    _deck(site)
    _corridor(site)
    _shuttle(site)
    for _ in range(site.draw(2, 3) * site.taken.size // 4096):
        spot = site.spot(ROOM, ROOM, margin=2)
        if spot is not None:
            with site.turned(*spot, ROOM, ROOM, site.draw(0, 3)):
                _room(site, *spot)
            site.take(*spot, ROOM, ROOM)
    furnish(site, USUAL)
    _wheel(site)
    _planet(site)
    return finish(site, setting, beyond=(VOID, VOID))


def _deck(site: Site) -> None:
    """An octagon of plates with strips of light, a parapet of glass, and machinery underneath."""
    x, y = canvas.plane_coordinates(site.voxels)
    nx, ny = site.taken.shape
    across, along = abs(2 * x + 1 - nx), abs(2 * y + 1 - ny)
    deck = (across < nx - 6) & (along < ny - 6) & (across + along < (nx + ny) * 0.72)
    wet = site.voxels[:, :, site.ground - 2] == site.voxels[:, :, site.ground - 3]
    keep = site.taken & deck & ~canvas.rim(deck) & wet
    pool = site.water | (site.voxels[:, :, site.ground - 1] == AIR)
    canvas.columns(site.voxels, ~deck, 0, site.voxels.shape[2], "air")
    canvas.columns(site.voxels, deck, 0, site.ground - 3, "air")
    inner = (across + along < (nx + ny) * 0.5) & deck
    canvas.columns(site.voxels, inner & ((x + y) % 5 < 3), 2, site.ground - 3, "metal")
    canvas.columns(site.voxels, canvas.rim(inner), 3, 4, "neon_blue")
    canvas.columns(site.voxels, deck, site.ground - 3, site.ground - 2, "metal")
    floor = deck & ~pool
    canvas.columns(site.voxels, floor, site.ground - 3, site.ground - 1, "metal")
    canvas.columns(site.voxels, floor, site.ground - 1, site.ground, "concrete")
    lit = floor & (x % 8 == 3) & (y % 8 == 3)
    canvas.columns(site.voxels, lit, site.ground - 1, site.ground, "lamp")
    lines = floor & ((x % 16 == 0) | (y % 16 == 0))
    canvas.columns(site.voxels, lines, site.ground - 1, site.ground, "metal")
    edge = canvas.rim(deck)
    canvas.columns(site.voxels, edge, site.ground, site.ground + 2, "glass")
    canvas.columns(site.voxels, edge & ((x + y) % 6 == 0), site.ground, site.ground + 3, "metal")
    canvas.columns(site.voxels, edge & ((x + y) % 12 == 0), site.ground + 3, site.ground + 4, "neon_blue")
    site.taken |= ~deck | edge
    site.taken[keep] = True


def _corridor(site: Site) -> None:
    """A corridor through the middle of the deck: ribs of metal, walls and roof of glass, an airlock in every bay."""
    stone, z = site.stone, site.ground
    length = BAY * (site.taken.shape[0] // 2 // BAY) + 1
    x = (site.taken.shape[0] - length) // 2
    wide = CORRIDOR
    rows = [
        y for y in range(site.taken.shape[1] // 2 - 8, site.taken.shape[1] // 2 + 2) if site.free(x, y, length, wide)
    ]
    if not rows:
        return
    y = rows[len(rows) // 2]
    site.box(x, y, z, length, wide, 5, "glass")
    site.box(x, y, z, length, wide, 1, stone.wall)
    site.box(x, y + 1, z, length, wide - 2, 4, "air")
    site.box(x, y + 2, z + 4, length, 1, 1, stone.trim)
    site.box(x, y + wide - 3, z + 4, length, 1, 1, stone.trim)
    for i in range(0, length, BAY):
        site.box(x + i, y, z, 1, wide, 6, stone.wall)
        site.box(x + i, y + 1, z, 1, wide - 2, 4, "air")
        site.box(x + i, y + 1, z + 4, 1, wide - 2, 1, "neon_blue")
    for i in range(BAY // 2, length - 1, BAY):
        for j in (0, wide - 1):
            site.box(x + i - 2, y + j, z, 5, 1, 5, stone.wall)
            site.box(x + i - 1, y + j, z, 3, 1, 3, "air")
            site.box(x + i - 1, y + j, z + 3, 3, 1, 1, "neon_blue")
        site.box(x + i - 1, y + 1, z - 1, 3, wide - 2, 1, "yellow")
        site.box(x + i, y + 1, z - 1, 1, wide - 2, 1, "black")
    site.box(x, y + wide // 2, z - 1, length, 1, 1, "lamp")
    site.take(x, y, length, wide, margin=2)


def _shuttle(site: Site) -> None:
    """A white shuttle on a marked pad: black belly and nose, delta wings, a tail with a red tip, three engines."""
    spot = site.spot(15, 13, margin=1)
    if spot is None:
        return
    x, y, z = *spot, site.ground
    with site.turned(x, y, 15, 13, site.draw(0, 1) * 2):
        site.box(x, y, z - 1, 15, 13, 1, "asphalt")
        for i, j, wide, deep in ((0, 0, 15, 1), (0, 12, 15, 1), (0, 0, 1, 13), (14, 0, 1, 13)):
            site.box(x + i, y + j, z - 1, wide, deep, 1, "yellow")
        for step in range(6):
            site.box(x + 2 + step, y + 1 + step, z + 1, 8 - step, 11 - 2 * step, 1, "white")
        site.box(x + 2, y + 5, z, 11, 3, 1, "black")
        site.box(x + 2, y + 5, z + 1, 11, 3, 2, "white")
        site.box(x + 13, y + 6, z + 1, 1, 1, 1, "black")
        site.box(x + 11, y + 5, z + 2, 1, 3, 1, "glass")
        site.box(x + 12, y + 5, z + 2, 1, 3, 1, "air")
        site.box(x + 2, y + 6, z + 3, 3, 1, 1, "white")
        site.box(x + 2, y + 6, z + 4, 2, 1, 1, "white")
        site.box(x + 2, y + 6, z + 5, 1, 1, 1, "red")
        for j in (5, 7):
            site.box(x + 1, y + j, z + 1, 1, 1, 1, "neon_blue")
        site.box(x + 1, y + 6, z + 2, 1, 1, 1, "neon_blue")
    site.take(x, y, 15, 13)


def _room(site: Site, x: int, y: int) -> None:
    """A module with two doors, windows, a lit ceiling and a console."""
    z, stone = site.ground, site.stone
    site.box(x, y, z, ROOM, ROOM, 5, stone.wall)
    site.box(x + 1, y + 1, z, ROOM - 2, ROOM - 2, 4, "air")
    site.box(x, y, z + 4, ROOM, ROOM, 1, stone.roof)
    site.box(x + 1, y + 1, z + 4, ROOM - 2, ROOM - 2, 1, stone.trim)
    middle = ROOM // 2
    for i, j, wide, deep in ((middle - 1, 0, 3, 1), (middle - 1, ROOM - 1, 3, 1)):
        site.box(x + i, y + j, z, wide, deep, 3, "air")
        site.box(x + i, y + j, z + 3, wide, deep, 1, "neon_blue")
    for j in (2, ROOM - 3):
        for i in (0, ROOM - 1):
            site.box(x + i, y + j, z + 2, 1, 1, 1, "glass")
    site.box(x + middle, y + middle, z + 4, 1, 1, 1, "lamp")
    site.box(x + 1, y + middle, z, 1, 1, 2, "screen")
    site.box(x + ROOM - 2, y + middle, z, 1, 1, 1, "metal")
    site.box(x + 3, y + 3, z + 5, 3, 3, 1, "iron")


def _wheel(site: Site) -> None:
    """Over the middle of the deck stands a great wheel with windows all round and a lit hub on four spokes."""
    nx, ny, nz = site.voxels.shape
    radius = nx // 8
    middle, hub = nx // 2, site.ground + radius + 6
    y, z = np.meshgrid(np.arange(ny) - ny // 2, np.arange(nz) - hub, indexing="ij")
    away, inward = np.sqrt(y * y + z * z), radius - 1.2
    window = (abs(away - inward) <= 0.5) & ((y + z) % 3 != 0)
    for x in range(middle - 2, middle + 3):
        _fill_air(site.voxels[x], away <= 1.0, "neon_blue")
        _fill_air(site.voxels[x], away <= 2.3, "white")
        if abs(x - middle) > 1:
            continue
        if x != middle:
            _fill_air(site.voxels[x], window, "neon_blue")
        _fill_air(site.voxels[x], abs(away - inward) <= 1.5, "white")
        _fill_air(site.voxels[x], (np.minimum(abs(y), abs(z)) == 0) & (away < inward), "metal")


def _fill_air(voxels: np.ndarray, mask: np.ndarray, what: str) -> None:
    voxels[mask & (voxels == AIR)] = material(what)


def _planet(site: Site) -> None:
    """Over one corner of the deck hangs a small planet in bands of colour, with a ring around it."""
    nx, ny, _ = site.voxels.shape
    radius = 6 + (nx - 64) // 16
    far = radius + 5
    x, y = (far if site.draw(0, 1) else nx - 1 - far), (far if site.draw(0, 1) else ny - 1 - far)
    z = site.ground + radius + 6
    i, j = canvas.plane_coordinates(site.voxels)
    away = (i - x) ** 2 + (j - y) ** 2
    for layer in range(-radius, radius + 1):
        disc = away + layer * layer <= radius * radius + radius // 2
        _fill_air(site.voxels[:, :, z + layer], disc, BANDS[(layer + radius) * len(BANDS) // (2 * radius + 1)])
    for inner, outer, what in ((2, 3, "lamp"), (3, 5, "gold")):
        ring = (away > (radius + inner) ** 2) & (away <= (radius + outer) ** 2)
        _fill_air(site.voxels[:, :, z], ring, what)
