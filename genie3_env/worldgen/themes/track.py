"""Race tracks: a winding circuit of asphalt between kerbs, a starting line with a gantry, stands and barriers."""

import numpy as np

from genie3_env.materials import material
from genie3_env.prompt.spec import WorldSpec
from genie3_env.worldgen import canvas
from genie3_env.worldgen.canvas import Draft
from genie3_env.worldgen.furnish import furnish
from genie3_env.worldgen.land import Country, finish, open_country
from genie3_env.worldgen.site import Site
from genie3_env.worldgen.stonework import BY_MATERIAL

COUNTRY = Country(
    "grass", relief="flat", bodies=(), stone=BY_MATERIAL["metal"], liquid_in="lake", sizes=("medium", "medium", "large")
)
USUAL = {
    "tree": (8, 14),
    "billboard": (2, 3),
    "lamp": (4, 7),
    "banner": (3, 5),
    "tent": (1, 2),
    "fence": (2, 4),
    "bush": (3, 6),
    "container": (0, 1),
}
INNER, OUTER = 0.56, 0.84  # of the way from the middle to the edge


def build(spec: WorldSpec, rng: np.random.Generator) -> Draft:
    """One circuit as `spec` asks."""
    site, setting = open_country(spec, COUNTRY, rng)
    _circuit(site)
    furnish(site, USUAL, done=("racetrack",))
    return finish(site, setting)


def _circuit(site: Site) -> None:
    """The track, its kerbs, its broken middle line, and what stands at the start."""
    x, y = canvas.plane_coordinates(site.voxels)
    nx, ny = site.taken.shape
    uneven = canvas.smooth_noise(site.rng, (nx, ny), nx // 4)
    across, along = (x + 0.5 - nx / 2) / (nx / 2), (y + 0.5 - ny / 2) / (ny / 2)
    away = np.sqrt(across * across + along * along) * (1.0 + 0.34 * (uneven - 0.5))
    z = site.ground - 1
    dry = site.voxels[:, :, z] != 0
    road = (away > INNER) & (away < OUTER) & dry & ~_edge((nx, ny))
    floor = site.voxels[:, :, z]
    floor[road] = material("asphalt")
    kerb = canvas.rim(road)
    floor[kerb & ((x + y) % 4 < 2)] = material("red")
    floor[kerb & ((x + y) % 4 >= 2)] = material("white")
    middle = road & (abs(away - (INNER + OUTER) / 2) < 0.014) & ((x // 3 + y // 3) % 2 == 0)
    floor[middle] = material("white")
    site.taken |= road
    cx = nx // 2
    rows = np.flatnonzero(road[cx] & (np.arange(ny) > ny // 2))
    if len(rows):
        _start(site, cx, int(rows[0]), int(rows[-1]))
    site.mark("racetrack", cx, ny // 2, site.ground)


def _edge(shape: tuple[int, int]) -> np.ndarray:
    mask = np.ones(shape, bool)
    mask[3:-3, 3:-3] = False
    return mask


def _start(site: Site, x: int, first: int, last: int) -> None:
    """A chequered line under a gantry, and a stand beside it."""
    z = site.ground
    for j in range(first, last + 1):
        for i in range(2):
            site.box(x + i, j, z - 1, 1, 1, 1, "white" if (i + j) % 2 else "black")
    for j in (first - 1, last + 1):
        site.box(x, j, z, 1, 1, 6, "metal")
    site.box(x, first - 1, z + 6, 1, last - first + 3, 2, "black")
    for j in range(first, last + 1):
        site.box(x, j, z + 6 + j % 2, 1, 1, 1, "white")
    site.box(x, first - 1, z + 8, 1, last - first + 3, 1, "yellow")
    for step in range(4):  # a stand on the inside
        site.box(x - 8, first - 4 - step, z, 17, 1, step + 1, "concrete")
        site.box(x - 8, first - 4 - step, z + step, 17, 1, 1, ("red", "white", "yellow", "white")[step])
    for i in (-8, 0, 8):
        site.box(x + i, first - 8, z, 1, 1, 8, "metal")
    site.box(x - 8, first - 8, z + 8, 17, 5, 1, "metal")
    site.take(x - 8, first - 8, 17, 8, margin=1)
