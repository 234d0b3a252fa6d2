"""Space stations: a deck of metal among the stars, with rooms to go into, reactors, dishes and robots."""

import numpy as np

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
    stone=Stonework("hull", "metal", "metal", "metal"),
    liquid_in="lake",
)
USUAL = {
    "dome": (1, 1),
    "reactor": (1, 1),
    "dish": (1, 2),
    "antenna": (2, 3),
    "solar_panel": (3, 6),
    "robot": (2, 4),
    "tank": (1, 2),
    "crate": (3, 6),
    "lamp": (4, 7),
    "pipe": (1, 2),
}
ROOM = 9


def build(spec: WorldSpec, rng: np.random.Generator) -> Draft:
    """One station as `spec` asks."""
    site, setting = open_country(spec, COUNTRY, rng)
    _deck(site)
    for _ in range(site.draw(4, 6)):
        spot = site.spot(ROOM, ROOM, margin=2)
        if spot is not None:
            _room(site, *spot)
    furnish(site, USUAL)
    return finish(site, setting, beyond=(VOID, VOID))


def _deck(site: Site) -> None:
    """An octagon of plates with strips of light, a parapet of glass, and machinery underneath."""
    x, y = canvas.plane_coordinates(site.voxels)
    nx, ny = site.taken.shape
    across, along = abs(2 * x + 1 - nx), abs(2 * y + 1 - ny)
    deck = (across < nx - 6) & (along < ny - 6) & (across + along < (nx + ny) * 0.72)
    wet = site.voxels[:, :, site.ground - 2] == site.voxels[:, :, site.ground - 3]
    keep = site.taken & deck & ~canvas.rim(deck) & wet
    pool = site.water | (site.voxels[:, :, site.ground - 1] == 0)
    canvas.columns(site.voxels, ~deck, 0, site.voxels.shape[2], "air")
    inner = (across + along < (nx + ny) * 0.5) & deck
    canvas.columns(site.voxels, deck, 0, site.ground - 3, "air")
    canvas.columns(site.voxels, inner & ((x + y) % 5 < 3), 2, site.ground - 3, "metal")
    canvas.columns(site.voxels, deck, site.ground - 3, site.ground - 2, "metal")
    floor = deck & ~pool
    canvas.columns(site.voxels, floor, site.ground - 3, site.ground - 1, "metal")
    canvas.columns(site.voxels, floor, site.ground - 1, site.ground, "hull")
    lit = floor & ((x % 8 == 3) & (y % 8 == 3))
    canvas.columns(site.voxels, lit, site.ground - 1, site.ground, "lamp")
    lines = floor & ((x % 16 == 0) | (y % 16 == 0))
    canvas.columns(site.voxels, lines, site.ground - 1, site.ground, "metal")
    edge = canvas.rim(deck)
    canvas.columns(site.voxels, edge, site.ground, site.ground + 2, "glass")
    canvas.columns(site.voxels, edge & ((x + y) % 6 == 0), site.ground, site.ground + 3, "metal")
    canvas.columns(site.voxels, edge & ((x + y) % 12 == 0), site.ground + 3, site.ground + 4, "neon_blue")
    site.taken |= ~deck | edge
    site.taken[keep] = True


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
    site.take(x, y, ROOM, ROOM, margin=1)
