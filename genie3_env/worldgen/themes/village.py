"""Villages: houses of all kinds that face gravel lanes around a square, with gardens, a church, fields and trees."""

import numpy as np

from genie3_env.materials import AIR, material
from genie3_env.prompt.spec import WorldSpec
from genie3_env.worldgen import canvas
from genie3_env.worldgen.canvas import Draft
from genie3_env.worldgen.furnish import furnish, put
from genie3_env.worldgen.land import Country, finish, open_country
from genie3_env.worldgen.objects import KINDS
from genie3_env.worldgen.site import NoRoom, Site
from genie3_env.worldgen.stonework import Stonework

COUNTRY = Country(
    "grass",
    relief="flat",
    bodies=(("river", 0.35), ("lake", 0.2)),
    stone=Stonework("brick", "wood", "thatch", "plank"),
)
USUAL = {
    "church": (1, 1),
    "windmill": (0, 1),
    "barn": (0, 1),
    "well": (1, 1),
    "stall": (2, 3),
    "lamp": (3, 5),
    "fence": (1, 3),
    "haystack": (1, 3),
    "cart": (1, 2),
    "bench": (1, 2),
    "tree": (6, 9),
    "flowerbed": (2, 4),
    "bush": (2, 4),
    "barrel": (2, 4),
}
HOUSES = (5, 7)  # on a small land
SETBACK_M = 2  # from a lane's edge to a house's eaves


def build(spec: WorldSpec, rng: np.random.Generator) -> Draft:
    """One village as `spec` asks."""
    site, setting = open_country(spec, COUNTRY, rng)
    middle = _lanes(site)
    _houses(site, middle)
    if spec.count("haystack", 1):
        _field(site)
    furnish(site, USUAL, done=("house",))
    return finish(site, setting)


def _lanes(site: Site) -> tuple[int, int]:
    """A cross of gravel lanes with a round square in the middle, over what is level and dry; where it is."""
    shape = site.taken.shape
    cx, cy = shape[0] // 2 + site.draw(-4, 4), shape[1] // 2 + site.draw(-4, 4)
    x, y = canvas.plane_coordinates(site.voxels)
    lanes = (abs(x - cx) <= 1) | (abs(y - cy) <= 1) | ((x - cx) ** 2 + (y - cy) ** 2 <= 46)
    lanes &= (site.top == site.ground) & ~site.water & ~site.bridged
    wet = site.voxels[:, :, site.ground - 1] == AIR
    site.voxels[:, :, site.ground - 1][lanes & ~wet] = material("gravel")
    site.taken |= (abs(x - cx) <= 2) | (abs(y - cy) <= 2)
    return cx, cy


def _houses(site: Site, middle: tuple[int, int]) -> None:
    """Houses along both sides of both lanes, their doors towards them; others anywhere; NoRoom for those asked for."""
    count = site.spec.count("house", site.draw(*HOUSES) * site.taken.size // 4096)
    kind = KINDS["house"]
    lots = []
    for along in range(5, site.taken.shape[0] - 14, 2):
        for quarters in range(4):
            width, depth = kind.footprint(quarters)
            near, far = (3 + SETBACK_M, -2 - SETBACK_M)
            if quarters in (0, 2):  # north and south of the lane along x
                lots.append((along, middle[1] + (near if quarters == 0 else far - depth), quarters))
            else:  # west and east of the lane along y
                lots.append((middle[0] + (near if quarters == 3 else far - width), along, quarters))
    for index in site.rng.permutation(len(lots)).tolist():
        if not count:
            return
        x, y, quarters = lots[index]
        size = kind.footprint(quarters)
        inside = min(x, y) > 3 and x + size[0] < site.taken.shape[0] - 4 and y + size[1] < site.taken.shape[1] - 4
        if inside and site.free(x, y, *size) and np.ptp(site.top[x : x + size[0], y : y + size[1]]) <= kind.slope:
            put(site, "house", x, y, quarters)
            _garden(site, x, y, *size, quarters)
            count -= 1
    rest = len(site.spots(kind.width, kind.depth, slope=kind.slope))
    while count and rest:
        spot = site.spot(kind.width, kind.depth, slope=kind.slope)
        if spot is None:
            break
        put(site, "house", *spot)
        count -= 1
    if count and site.spec.count("house", 0):
        raise NoRoom(f"There is no room for {count} more houses; ask for fewer things.")


def _garden(site: Site, x: int, y: int, width: int, depth: int, quarters: int) -> None:
    """Beds of greens behind a house, where there is room."""
    dx, dy = ((0, 1), (-1, 0), (0, -1), (1, 0))[quarters]  # away from the lane
    low = x + dx * (width if dx > 0 else 5), y + dy * (depth if dy > 0 else 5)
    size = (5, depth) if dx else (width, 5)
    inside = min(low) > 3 and low[0] + size[0] < site.taken.shape[0] - 3 and low[1] + size[1] < site.taken.shape[1] - 3
    if not inside or not site.free(low[0] + max(dx, 0), low[1] + max(dy, 0), *size, margin=0):
        return
    if np.ptp(site.top[low[0] : low[0] + size[0], low[1] : low[1] + size[1]]) or site.cover not in ("grass", "moss"):
        return
    for step in (1, 3):
        for along in range(1, (size[1] if dx else size[0]) - 1):
            at = (low[0] + step, low[1] + along) if dx else (low[0] + along, low[1] + step)
            z = int(site.top[at])
            site.box(*at, z - 1, 1, 1, 1, "dirt")
            site.box(*at, z, 1, 1, 1, ("leaf", "leaf", "blossom", "air")[site.draw(0, 3)])
    site.take(*low, *size, margin=0)


def _field(site: Site) -> None:
    """A ploughed field: furrows of earth between rows of ripe corn."""
    spot = site.spot(15, 11, margin=1)
    if spot is None or site.cover not in ("grass", "moss"):
        return
    x, y = spot
    for row in range(11):
        site.box(x, y + row, int(site.top[x, y]) - 1, 15, 1, 1, "dirt" if row % 2 else "hay")
    site.take(x, y, 15, 11, margin=0)
