"""Mines: chambers and timbered tunnels in the rock around a great cavern, with rails, carts, ore and crystals."""

import numpy as np

from genie3_env.materials import AIR, material
from genie3_env.prompt.spec import BODIES, WorldSpec
from genie3_env.worldgen import canvas, covers, waters
from genie3_env.worldgen.canvas import Draft
from genie3_env.worldgen.furnish import furnish, put, room_asked, widest_asked
from genie3_env.worldgen.land import Country, finish, open_country, places_on
from genie3_env.worldgen.objects.plants import pine
from genie3_env.worldgen.site import Site
from genie3_env.worldgen.stonework import Stonework

COUNTRY = Country(
    "rock",
    relief="flat",
    hours=(0.1, 0.1, 0.8),  # by night what burns lights more
    bodies=(),
    stone=Stonework("stone", "wood", "plank", "gravel"),
    sizes=("small", "small", "medium"),
    headroom_m=4,
)
USUAL = {
    "rail": (0, 1),
    "crystal": (5, 8),
    "torch": (6, 9),
    "crate": (2, 4),
    "barrel": (2, 4),
    "mushroom": (1, 2),
    "sign": (0, 1),
}
ROOF = 13  # voxels of rock above the floor
CHAMBER = 13  # distance between chambers
CAVERN_M = 10  # radius of the one in the middle
CAVERN_HIGH_M = 9  # in its middle
TUNNEL = 4  # height
FRAME = 4  # columns from one frame of timber to the next
PORTAL = 6  # columns from one portal over the main line to the next
PORTAL_M = 3  # from the middle of the rails to its posts
LAMPS = 5  # columns from one hanging lamp to the next
LOWEST_LAMP_M = 4  # above the floor
VEINS = (("ore", 0.06), ("gold", 0.010), ("crystal", 0.006))  # share of the places in the rock that hold some


def build(spec: WorldSpec, rng: np.random.Generator) -> Draft:
    """One mine as `spec` asks."""
    site, setting = open_country(spec, COUNTRY, rng)
    line, entrance, ceiling = _dig(site)
    _pool(site)
    done = _main_line(site, ceiling, line, entrance)
    furnish(site, USUAL, done=done)
    _portals(site, ceiling, line, entrance)
    _prop(site, ceiling)
    _hang(site, ceiling)
    _overgrow(site)
    return finish(site, setting, {"inner": places_on(site, ceiling > 0)}, indoors=True, flag_room=2)


def _dig(site: Site) -> tuple[int, int, np.ndarray]:
    """Fill the land with rock and hollow it out.

    y of the tunnel along the middle row of chambers, x of the one that comes in from outside and crosses it, and
    int [X, Y] the height of the hollow, 0 where there is rock.
    """
    voxels, ground, rng = site.voxels, site.ground, site.rng
    nx, ny = site.taken.shape
    top = ROOF + np.round(4 * canvas.smooth_noise(rng, (nx, ny), 9)).astype(int)
    inside = ~_edge((nx, ny))
    top = np.where(inside, np.minimum(top, 4 + 2 * canvas.steps_from(~inside)), 0)
    height = np.arange(top.max())[None, None, :]
    _pour_rock(site, height < top[:, :, None])
    ceiling = np.zeros((nx, ny), int)
    widest = widest_asked(site.spec)
    radius = max(CAVERN_M, 0.72 * widest + 4, 1.6 * float(np.sqrt(room_asked(site.spec) / 3.14)))
    radius = min(radius, nx // 2 - 4)
    x, y = canvas.plane_coordinates(voxels)
    away = np.sqrt((x - nx // 2) ** 2 + (y - ny // 2) ** 2) / radius
    cavern = (away < 1) & inside
    high = CAVERN_HIGH_M + (2 if widest > 7 else 0)
    ceiling[cavern] = (5 + (high - 5) * np.minimum(2.2 * (1 - away), 1)).astype(int)[cavern]
    columns, rows = nx // CHAMBER, ny // CHAMBER
    middles = {}
    for i in range(columns):
        for j in range(rows):
            at = i * CHAMBER + CHAMBER // 2 + 1 + site.draw(-1, 1), j * CHAMBER + CHAMBER // 2 + 1 + site.draw(-1, 1)
            middles[i, j] = at
            radius = site.draw(5, 6)
            for reach, high in ((radius, 5), (radius - 2, 6)):
                cave = canvas.disc(voxels, at, reach) & inside
                ceiling[cave] = np.maximum(ceiling[cave], high)
    line, entrance = middles[0, rows // 2][1], middles[columns // 2, 0][0]
    for (i, j), (x, y) in middles.items():
        for other in ((i + 1, j), (i, j + 1)):
            if other in middles and site.draw(0, 4):
                to_x, to_y = middles[other]
                _tunnel(ceiling, min(x, to_x) - 2, y - 2, max(x, to_x) + 3, y + 3)
                _tunnel(ceiling, to_x - 2, min(y, to_y) - 2, to_x + 3, max(y, to_y) + 3)
    _tunnel(ceiling, 4, line - 2, nx - 4, line + 3)
    _tunnel(ceiling, entrance - 2, 0, entrance + 3, ny - 4)
    ceiling[~inside] = 0
    voxels[:, :, ground : ground + height.size][height < ceiling[:, :, None]] = AIR
    voxels[:, :, ground - 1][ceiling > 0] = material("gravel")
    site.taken |= ceiling == 0
    return line, entrance, ceiling


def _tunnel(ceiling: np.ndarray, low_x: int, low_y: int, high_x: int, high_y: int) -> None:
    """Columns that are at least so high as a tunnel from now on."""
    cut = ceiling[max(low_x, 0) : high_x, max(low_y, 0) : high_y]
    np.maximum(cut, TUNNEL, out=cut)


def _pour_rock(site: Site, rock: np.ndarray) -> None:
    """Rough rock of several kinds with veins of ore, gold and crystals, where rock [X, Y, height above the floor]."""
    voxels, rng = site.voxels[:, :, site.ground : site.ground + rock.shape[2]], site.rng
    wall = "gravel" if site.plain_stone else site.stone.wall
    voxels[rock] = material(wall)
    if site.plain_stone:
        layers = canvas.smooth_noise(rng, voxels.shape[:2], 7)[:, :, None] + 0.05 * np.arange(voxels.shape[2])
        voxels[rock & (layers % 0.5 < 0.20)] = material("cobble")
        voxels[rock & (layers % 0.7 > 0.58)] = material("dirt")
    coarse = rng.random([(n + 1) // 2 for n in voxels.shape])
    lump = coarse.repeat(2, 0).repeat(2, 1).repeat(2, 2)[tuple(slice(n) for n in voxels.shape)]
    part = rock & (rng.random(voxels.shape) < 0.6)
    low = 0.0
    for what, share in VEINS:
        voxels[part & (lump >= low) & (lump < low + share)] = material(what)
        low += share


def _main_line(site: Site, ceiling: np.ndarray, line: int, entrance: int) -> list[str]:
    """Rails from outside through all the mine and across it, with carts on them; what has been seen to."""
    z = site.ground
    if site.spec.count("rail", 1) == 0:
        return []
    dry = site.voxels[:, :, z - 1] == material("gravel")
    for x in range(4, site.taken.shape[0] - 4):
        _sleeper(site, dry, [(x, line + j) for j in (-2, -1, 0, 1, 2)], x)
    for y in [*range(1, line - 2), *range(line + 3, site.taken.shape[1] - 4)]:
        _sleeper(site, dry, [(entrance + i, y) for i in (-2, -1, 0, 1, 2)], y)
    carts = _carts(site, line, entrance) if "cart" not in dict(site.spec.objects) else []
    if widest_asked(site.spec) < 4:
        site.taken[:, line - 1 : line + 2] = site.taken[entrance - 1 : entrance + 2] = True
    return carts


def _carts(site: Site, line: int, entrance: int) -> list[str]:
    """Three to five carts on the rails; what has been seen to."""
    for _ in range(site.draw(3, 5)):
        x = site.draw(6, site.taken.shape[0] - 12)
        if site.free(x, line - 1, 5, 3):
            put(site, "cart", x, line - 1)
    y = site.draw(6, site.taken.shape[1] - 12)
    if site.free(entrance - 1, y, 3, 5):
        put(site, "cart", entrance - 1, y, 1)
    return ["cart"]


def _sleeper(site: Site, dry: np.ndarray, across: list[tuple[int, int]], step: int) -> None:
    """One metre of track over the five columns `across`, where the floor is dry [X, Y]: a sleeper in every second."""
    if all(dry[at] for at in across[1:4]):
        for index, at in enumerate(across):
            what = "metal" if index in (1, 3) else ("plank" if step % 2 else "gravel")
            if dry[at]:
                site.box(*at, site.ground - 1, 1, 1, 1, what)


def _portals(site: Site, ceiling: np.ndarray, line: int, entrance: int) -> None:
    """Where the rails run through high chambers: posts up to the roof on both sides, torches on them, a beam across."""
    reach = range(-PORTAL_M, PORTAL_M + 1)
    for x in range(PORTAL, site.taken.shape[0] - PORTAL, PORTAL):
        _portal(site, ceiling, [(x, line + j) for j in reach])
    for y in range(PORTAL, site.taken.shape[1] - PORTAL, PORTAL):
        _portal(site, ceiling, [(entrance + i, y) for i in reach])


def _portal(site: Site, ceiling: np.ndarray, across: list[tuple[int, int]]) -> None:
    z, ends = site.ground, (across[0], across[-1])
    if min(int(ceiling[at]) for at in across) <= TUNNEL or any(site.taken[at] for at in ends):
        return
    for at, beside in zip(ends, (across[1], across[-2]), strict=True):
        site.box(*at, z, 1, 1, int(ceiling[at]), "wood")
        site.box(*beside, z + 2, 1, 1, 1, "torch")
        site.take(*at, 1, 1)
    for at in across[1:-1]:
        site.box(*at, z + TUNNEL, 1, 1, 1, "plank")


def _edge(shape: tuple[int, int]) -> np.ndarray:
    mask = np.ones(shape, bool)
    mask[2:-2, 2:-2] = False
    return mask


def _pool(site: Site) -> None:
    """A liquid that the spec asks for stands in one of the chambers."""
    fillings = [getattr(site.spec, body) for body in BODIES] + [site.spec.liquid]
    filling = next((name for name in fillings if name not in (None, "none")), None)
    spot = site.spot(6, 6) if filling else None
    if filling and spot:
        mask = canvas.disc(site.voxels, (spot[0] + 3, spot[1] + 3), 2.6)
        roof = site.voxels[:, :, site.ground :].copy()
        waters.fill(site, waters.Water("lake", filling, mask))
        site.voxels[:, :, site.ground :] = roof


def _prop(site: Site, ceiling: np.ndarray) -> None:
    """Frames of timber in the tunnels with a lamp below each beam, and torches on the walls."""
    voxels, z = site.voxels, site.ground
    nx, ny = ceiling.shape
    for x in range(2, nx - 3):
        for y in range(2, ny - 3):
            if x % FRAME == 0 and (ceiling[x, y - 2 : y + 3] == TUNNEL).all() and not ceiling[x, [y - 3, y + 3]].any():
                _frame(site, [(x, y + j) for j in (-2, -1, 0, 1, 2)])
            if y % FRAME == 0 and (ceiling[x - 2 : x + 3, y] == TUNNEL).all() and not ceiling[[x - 3, x + 3], y].any():
                _frame(site, [(x + i, y) for i in (-2, -1, 0, 1, 2)])
    walls = (ceiling == 0) & (voxels[:, :, z + 2] != AIR)
    beside = np.zeros_like(walls)
    beside[1:] |= ceiling[:-1] > 0
    beside[:-1] |= ceiling[1:] > 0
    x, y = np.nonzero(walls & beside)
    every = (x * 3 + y * 2) % 5 == 0
    voxels[x[every], y[every], z + 2] = material("torch")


def _frame(site: Site, across: list[tuple[int, int]]) -> None:
    """Two posts, a beam, and a lamp below its middle, over five columns."""
    z = site.ground
    for at in (across[0], across[-1]):
        site.box(*at, z, 1, 1, TUNNEL, "wood")
    for at in across:
        site.box(*at, z + TUNNEL - 1, 1, 1, 1, "wood")
    site.box(*across[2], z + TUNNEL - 2, 1, 1, 1, "lamp")


def _hang(site: Site, ceiling: np.ndarray) -> None:
    """Lamps on chains in the high parts, and between them points of rock, and now and then of crystal."""
    for x in range(3, ceiling.shape[0] - 3, LAMPS):
        for y in range(3, ceiling.shape[1] - 3, LAMPS):
            roof, low = site.ground + int(ceiling[x, y]), site.ground + LOWEST_LAMP_M
            if ceiling[x, y] > 5 and (site.voxels[x, y, low:roof] == AIR).all():
                site.box(x, y, low + 1, 1, 1, roof - low - 1, "iron")
                site.box(x, y, low, 1, 1, 1, "torch" if (x + y) // LAMPS % 2 else "lamp")
    high = np.argwhere((ceiling > 5) & (site.rng.random(ceiling.shape) < 0.07))
    for x, y in high.tolist():
        roof = int(ceiling[x, y])
        what = "crystal" if site.draw(0, 7) == 0 else "cobble"
        site.hang(x, y, site.ground + roof, site.draw(1, roof - 4), what)


def _overgrow(site: Site) -> None:
    """Above the mine there is land like elsewhere, with some firs on it."""
    cover = covers.GROUND_COVER[site.spec.ground or "grass"]
    top = canvas.surface_height(site.voxels)
    x, y = np.nonzero(top > site.ground + 2)
    site.voxels[x, y, top[x, y] - 1] = material(cover)
    if site.spec.count("pine", 1) == 0 or site.spec.count("tree", 1) == 0 or not len(x):
        return
    for index in site.rng.integers(len(x), size=len(x) // 160).tolist():
        pine(site, int(x[index]) - 1, int(y[index]) - 1, int(top[x[index], y[index]]))
