"""Harbours: a quay before the sea with a freighter, cranes and warehouses; piers with boats; a mole with a light."""

import numpy as np

from genie3_env.prompt.spec import WorldSpec
from genie3_env.worldgen import canvas, waters
from genie3_env.worldgen.canvas import Draft
from genie3_env.worldgen.furnish import furnish, put, put_afloat
from genie3_env.worldgen.land import Country, finish, open_country
from genie3_env.worldgen.objects.buildings import gable
from genie3_env.worldgen.objects.furniture import shipping_box
from genie3_env.worldgen.site import Site
from genie3_env.worldgen.stonework import Stonework

COUNTRY = Country(
    "grass",
    relief="flat",
    bodies=(),
    stone=Stonework("brick", "cobble", "slate", "plank"),
    liquid_in="lake",
    sizes=("medium", "medium", "large"),
)
USUAL = {
    "house": (3, 5),
    "lighthouse": (1, 1),
    "crane": (1, 2),
    "container": (1, 3),
    "crate": (3, 5),
    "barrel": (3, 5),
    "lamp": (3, 5),
    "bench": (1, 2),
    "stall": (1, 3),
    "tree": (3, 5),
    "boat": (3, 3),
    "pier": (2, 2),
}
QUAY_M = 10  # width of the paved ground along the water
MOLE_M = 5  # width of the mole
SHIP_M = 24  # length of the freighter


def build(spec: WorldSpec, rng: np.random.Generator) -> Draft:
    """One harbour as `spec` asks."""
    site, setting = open_country(spec, COUNTRY, rng)
    filling = spec.filling("lake", "water")
    shape = site.taken.shape
    shore = int(shape[1] * (0.40 + 0.08 * rng.random()))
    y = canvas.plane_coordinates(site.voxels)[1]
    sea = y < shore
    canvas.columns(site.voxels, (y >= shore) & (y < shore + QUAY_M), site.ground - 1, site.ground, "cobble")
    canvas.columns(site.voxels, y == shore, site.ground - 4, site.ground, "stone")
    if filling == "none":
        canvas.columns(site.voxels, sea, site.ground - 1, site.ground, "sand")
        furnish(site, USUAL)
        return finish(site, setting)
    waters.fill(site, waters.Water("lake", filling, sea))
    if filling != "water":
        site.water |= sea  # hulls stand what bodies do not
    site.water[:3], site.water[-3:], site.water[:, :3] = False, False, False
    mole, left = site.spec.count("lighthouse", 1), site.draw(0, 1) == 1
    done = _mole(site, shore, left, mole == 1)
    low, high = _freighter(site, shore, left)
    done += _moor(site, shore, low, high)
    _warehouses(site, shore)
    _line_the_quay(site, shore)
    furnish(site, USUAL, done=done)
    return finish(site, setting, beyond=(filling, "gravel"))


def _mole(site: Site, shore: int, left: bool, light: bool) -> list[str]:
    """A wall of rock that goes out into the sea at one end of the harbour, perhaps with the lighthouse on its head."""
    length = min(shore - 9, 24)
    x = 5 if left else site.taken.shape[0] - 5 - MOLE_M
    head = shore - length
    site.box(x, head, site.ground - 4, MOLE_M, length, 4, "cobble")
    site.box(x - 1, head - 3, site.ground - 4, MOLE_M + 2, 7, 4, "cobble")
    for step in range(0, length, 3):  # boulders along its feet
        for side in (-1, MOLE_M):
            site.box(x + side, head + step, site.ground - 4, 1, 2, 4 + site.draw(-1, 0), "stone")
    for part in ((x, head, MOLE_M, length), (x - 1, head - 3, MOLE_M + 2, 7)):
        cut = slice(part[0], part[0] + part[2]), slice(part[1], part[1] + part[3])
        site.top[cut], site.taken[cut] = site.ground, True
    site.water[max(x - 3, 0) : x + MOLE_M + 3, max(head - 5, 0) : shore] = False
    if not light:
        return []
    put(site, "lighthouse", x - 1, head - 3)
    return ["lighthouse"]


def _moor(site: Site, shore: int, low: int, high: int) -> list[str]:
    """Piers from the quay between two columns, and boats beside them; what has been seen to."""
    width = site.taken.shape[0]
    boats = site.spec.count("boat", site.draw(3, 5))
    piers = site.spec.count("pier", site.draw(*USUAL["pier"]))
    for index in range(piers):
        x = low + (high - low - 4) * (2 * index + 1) // (2 * piers) + site.draw(-1, 1)
        length = max(min(shore - 8 - site.draw(0, 4), 22), 6)
        site.box(x, shore - length, site.ground - 1, 4, length, 1, "plank")
        for along in range(0, length, 4):
            for side in (0, 3):
                site.box(x + side, shore - length + along, site.ground - 4, 1, 1, 5, "wood")
        site.box(x, shore - length, site.ground + 1, 1, 1, 1, "lamp")
        site.top[x : x + 4, shore - length : shore] = site.ground
        site.take(x, shore - length, 4, length, margin=0)
        site.water[x : x + 4, shore - length : shore] = False
        for side in (x - 4, x + 5):
            if boats and site.water[side : side + 3, shore - length + 2 : shore - length + 12].all():
                put(site, "boat", side, shore - length + 2, 1 + 2 * site.draw(0, 1))
                site.water[side - 1 : side + 4, shore - length : shore - length + 14] = False
                boats -= 1
        site.water[x - 1 : x + 5, shore - length - 1 : shore] = False
        site.mark("pier", x + 1, shore - 1, site.ground)
    site.take(0, shore - 1, width, 2, margin=0)
    put_afloat(site, "boat", boats)
    return ["pier", "boat"]


def _freighter(site: Site, shore: int, left: bool) -> tuple[int, int]:
    """A freighter alongside the quay: a dark hull, containers on deck, a white bridge, a red funnel.

    It lies at the end that the mole leaves, if the land is not small and not many piers are asked for. Returns the
    columns between which there is room for piers.
    """
    width, y, z = site.taken.shape[0], shore - 8, site.ground
    low, high = (14, width - 6) if left else (6, width - 14)
    if width < 80 or site.spec.count("pier", 0) > 2:
        return low, high
    x = high - SHIP_M - 4 if left else low + 2
    for level, what in ((-2, "red"), (-1, "red"), (0, "black"), (1, "black"), (2, "black")):
        for j in range(7):
            taper = abs(j - 3) + (1 if level < 0 else 0)
            site.box(x + taper // 2, y + j, z + level, SHIP_M + 2 - taper - taper // 2, 1, 1, what)
    site.box(x + 2, y + 1, z + 2, SHIP_M - 3, 5, 1, "rust")
    site.box(x + SHIP_M, y + 3, z + 3, 2, 1, 1, "black")
    site.box(x + 2, y + 1, z + 3, 5, 5, 3, "white")
    site.box(x + 2, y, z + 6, 4, 7, 2, "white")
    site.box(x + 5, y, z + 6, 1, 7, 1, "glass")
    site.box(x + 3, y + 3, z + 8, 1, 1, 4, "iron")
    site.box(x + 1, y + 2, z + 3, 2, 3, 7, "red")
    site.box(x + 1, y + 2, z + 9, 2, 3, 1, "black")
    for i in (8, 15):
        for j in (0, 3):
            for level in range(site.draw(1, 2)):
                shipping_box(site, x + i, y + j, z + 3 + 3 * level)
    site.water[x - 2 : x + SHIP_M + 4, y - 2 : shore] = False
    return (low, x - 3) if left else (x + SHIP_M + 4, high)


def _warehouses(site: Site, shore: int) -> None:
    """Two long sheds of brick behind the quay, with wide doors towards the water."""
    stone = site.stone
    for _ in range(2):
        where = np.zeros_like(site.taken)
        where[:, shore + QUAY_M + 1 : shore + QUAY_M + 14] = True
        spot = site.spot(16, 11, where=where)
        if spot is None:
            return
        x, y, z = spot[0] + 1, spot[1] + 1, site.ground
        site.box(x, y, z, 14, 9, 6, stone.wall)
        site.box(x + 1, y + 1, z, 12, 7, 6, "air")
        site.box(x, y, z - 1, 14, 9, 1, "cobble")
        for i in (2, 8):
            site.box(x + i - 1, y, z, 6, 1, 5, stone.trim)
            site.box(x + i, y, z, 4, 1, 4, "air")
        for i in (2, 6, 10):
            site.box(x + i, y + 8, z + 3, 2, 1, 1, "window")
        gable(site, x, y, z + 6, 14, 9, stone.roof, stone.wall)
        site.box(x + 2, y + 6, z, 2, 2, 2, "plank")
        site.box(x + 11, y + 6, z, 1, 2, 3, "plank")
        site.take(x - 1, y - 1, 16, 11)


def _line_the_quay(site: Site, shore: int) -> None:
    """Bollards along the edge of the water, where nothing else is."""
    for x in range(4, site.taken.shape[0] - 4, 5):
        if site.voxels[x, shore, site.ground] == 0 and not site.taken[x, shore + 2]:
            site.box(x, shore, site.ground, 1, 1, 1, "iron")
