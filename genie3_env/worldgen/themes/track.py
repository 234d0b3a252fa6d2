"""Race tracks: a winding circuit between kerbs and tyre walls, cars on the grid before the start, pits, a stand."""

import numpy as np

from genie3_env.materials import AIR, material
from genie3_env.prompt.spec import WorldSpec
from genie3_env.worldgen import canvas
from genie3_env.worldgen.canvas import Draft
from genie3_env.worldgen.furnish import furnish
from genie3_env.worldgen.land import Country, finish, open_country
from genie3_env.worldgen.objects.crossings import racing_car
from genie3_env.worldgen.site import Site
from genie3_env.worldgen.stonework import BY_MATERIAL
from genie3_env.worldgen.themes.racing import COLOURS, start

COUNTRY = Country(
    "grass", relief="flat", bodies=(), stone=BY_MATERIAL["metal"], liquid_in="lake", sizes=("medium", "medium", "large")
)
USUAL = {
    "tree": (6, 9),
    "billboard": (1, 2),
    "lamp": (2, 4),
    "bush": (2, 4),
    "container": (0, 1),
}
INNER, OUTER = 0.56, 0.84  # of the way from the middle to the edge
STAND_M = 17  # length of the stand and the pits
BLOCK_M = 6  # seats of one colour side by side
GRAVEL_M = 0.06  # how far gravel lies beyond the outer kerb, of the way to the edge


def build(spec: WorldSpec, rng: np.random.Generator) -> Draft:
    """One circuit as `spec` asks."""
    site, setting = open_country(spec, COUNTRY, rng)
    _circuit(site)
    furnish(site, USUAL, done=("racetrack",))
    return finish(site, setting)


def _circuit(site: Site) -> None:
    """The track, its kerbs, gravel and tyres outside of it, and what stands at the start."""
    x, y = canvas.plane_coordinates(site.voxels)
    nx, ny = site.taken.shape
    uneven = canvas.smooth_noise(site.rng, (nx, ny), nx // 4)
    across, along = (x + 0.5 - nx / 2) / (nx / 2), (y + 0.5 - ny / 2) / (ny / 2)
    away = np.sqrt(across * across + along * along) * (1.0 + 0.34 * (uneven - 0.5))
    z = site.ground - 1
    floor = site.voxels[:, :, z]
    dry = (floor != AIR) & ~site.water & ~site.taken
    road = (away > INNER) & (away < OUTER) & dry
    beyond = (away >= OUTER) & (away < OUTER + GRAVEL_M) & dry & (uneven > 0.45)
    if site.cover == "grass":
        floor[beyond] = material("gravel")
    floor[road] = material("asphalt")
    kerb = canvas.rim(road)
    floor[kerb & ((x + y) % 4 < 2)] = material("red")
    floor[kerb & ((x + y) % 4 >= 2)] = material("white")
    tyres = (away >= OUTER + GRAVEL_M) & (away < OUTER + GRAVEL_M + 0.028) & dry & (uneven > 0.58)
    tyres &= (x + y) % 24 > 6
    canvas.columns(site.voxels, tyres, z + 1, z + 2, "red")
    canvas.columns(site.voxels, tyres & ((x + y) % 4 < 2), z + 1, z + 2, "white")
    site.taken |= road | tyres
    cx = nx // 2
    rows = np.flatnonzero(road[cx] & (np.arange(ny) > ny // 2))
    if len(rows):
        first, last = int(rows[0]), int(rows[-1])
        start(site, cx, first, last, site.ground)
        for index, colour in enumerate(COLOURS):
            at = cx - 8 - 8 * (index // 2), first + 2 + (last - first - 6) * (index % 2)
            if road[at[0] : at[0] + 7, at[1] : at[1] + 3].all():
                site.box(*at, z, 6, 3, 1, "concrete")  # its place on the grid, behind a line
                site.box(at[0] + 6, at[1], z, 1, 3, 1, "white")
                racing_car(site, *at, site.ground, colour)
        _stand(site, cx, first - 4)
        _pits(site, cx, first - 13)
    site.mark("racetrack", cx, ny // 2, site.ground)


def _stand(site: Site, x: int, y: int) -> None:
    """Rows of seats, red and white in blocks, under a roof on posts, on the inside of the track."""
    z, low = site.ground, x - STAND_M // 2
    if not site.free(low, y - 4, STAND_M, 6, margin=0):
        return
    for step in range(4):
        site.box(low, y - step, z, STAND_M, 1, step + 1, "concrete")
        if step:
            for i in range(0, STAND_M, BLOCK_M):
                seats = min(BLOCK_M, STAND_M - i)
                site.box(low + i, y - step, z + step, seats, 1, 1, ("red", "white")[i // BLOCK_M % 2])
    site.box(low, y - 4, z, STAND_M, 1, 9, "metal")
    site.box(low, y - 4, z + 8, STAND_M, 5, 1, "red")
    site.box(low, y, z + 8, STAND_M, 1, 1, "white")
    site.take(low, y - 4, STAND_M, 5)


def _pits(site: Site, x: int, y: int) -> None:
    """Four garages in a row, one colour each, a car in the first, a lit sign over them."""
    z, low = site.ground, x - STAND_M // 2
    if not site.free(low, y - 3, STAND_M, 7, margin=0):
        return
    wall = "white" if site.plain_stone else site.stone.wall
    site.box(low, y - 3, z, STAND_M, 6, 4, wall)
    for box in range(4):
        site.box(low + 1 + 4 * box, y - 3, z, 3, 5, 3, "air")
        site.box(low + 1 + 4 * box, y - 3, z + 3, 3, 1, 1, COLOURS[box])
        site.box(low + 1 + 4 * box, y - 3, z - 1, 3, 5, 1, "concrete")
    site.box(low, y - 3, z + 4, STAND_M, 6, 1, "metal")
    site.box(low, y - 3, z + 5, STAND_M, 1, 1, "screen")
    site.take(low, y - 3, STAND_M, 6)
