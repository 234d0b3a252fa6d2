"""Racing: what a race track is made of, on the ground or over roofs."""

import numpy as np

from genie3_env.worldgen import canvas
from genie3_env.worldgen.objects.crossings import racing_car
from genie3_env.worldgen.site import Site

ROAD_M = 3.3  # half the width of a road over roofs
BEND_M = 6.0  # radius of its corners
COLOURS = ("red", "yellow", "ice", "white", "palm")


def race_over_roofs(
    site: Site, roofs: np.ndarray, low: tuple[int, int, int], high: tuple[int, int, int], start_x: int
) -> None:
    """A level circuit through the roofs of a ring of buildings, on beams over the streets between them.

    Asphalt between red and white kerbs; over the streets rails of neon; a gantry and cars at the start.
    low, high: x, y, z in the middle of two opposite corners' roofs; start_x: where the start is on the low side in y.
    """
    z = low[2]
    x, y = canvas.plane_coordinates(site.voxels)
    half = (high[0] - low[0]) / 2, (high[1] - low[1]) / 2
    out_x = abs(x - low[0] - half[0]) - (half[0] - BEND_M)
    out_y = abs(y - low[1] - half[1]) - (half[1] - BEND_M)
    corner = np.sqrt(np.maximum(out_x, 0) ** 2 + np.maximum(out_y, 0) ** 2)
    aside = abs(corner + np.minimum(np.maximum(out_x, out_y), 0) - BEND_M)
    road, bridge = aside <= ROAD_M, (aside <= ROAD_M + 1.0) & ~roofs
    canvas.columns(site.voxels, bridge, z - 2, z, "metal")
    canvas.columns(site.voxels, road, z - 1, z, "asphalt")
    kerb = road & (aside > ROAD_M - 1.0)
    canvas.columns(site.voxels, kerb & ((x + y) % 4 < 2), z - 1, z, "red")
    canvas.columns(site.voxels, kerb & ((x + y) % 4 >= 2), z - 1, z, "white")
    canvas.columns(site.voxels, road & (aside < 0.5) & ((x + y) % 6 < 3), z - 1, z, "white")
    rail = bridge & ~road & (site.top <= z)
    canvas.columns(site.voxels, rail, z, z + 1, "neon_pink")
    canvas.columns(site.voxels, bridge & road, z, z + 3, "air")
    site.top[bridge & road] = z
    site.bridged |= bridge & road
    site.taken |= aside <= ROAD_M + 1.0
    start(site, start_x, low[1] - 3, low[1] + 3, z)
    for step in range(3):
        racing_car(site, start_x - 7 - 7 * (step // 2), low[1] - 3 + 4 * (step % 2), z, COLOURS[step])
    site.mark("racetrack", start_x, low[1], z)


def start(site: Site, x: int, first: int, last: int, z: int) -> None:
    """A chequered line across the rows first..last of a road along x, under a gantry with a row of red lights."""
    for j in range(first, last + 1):
        for i in range(2):
            site.box(x + i, j, z - 1, 1, 1, 1, "white" if (i + j) % 2 else "black")
    for j in (first - 1, last + 1):
        site.box(x, j, z, 1, 1, 6, "metal")
    site.box(x, first - 1, z + 6, 1, last - first + 3, 3, "black")
    for j in range(first, last + 1):
        site.box(x, j, z + 6 + j % 2, 1, 1, 1, "white")
        if j % 2 == 0:
            site.box(x, j, z + 8, 1, 1, 1, "lantern")
    site.box(x, first - 1, z + 9, 1, last - first + 3, 1, "yellow")
