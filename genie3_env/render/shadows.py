"""Shadows: which luxels see the sun, and which lamps. One straight ray each, from voxel to voxel.

X, Y, Z: voxels along each axis; arrays called `padded` have one voxel of surroundings on each side. A quad is given as
face, plane, u0, v0, u1, v1 (see scene.Scene) in the coordinates of the grid.
"""

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from genie3_env.materials import AIR, material
from genie3_env.render.scene import LUXELS_PER_METRE

OPTIONS = {"cache": True, "nogil": True, "error_model": "numpy"}
ORIGIN_M = 0.004  # rays start so far from their face and its edges
LAMP = material("torch")
LAMP_REACH_M = 9.0
LAMP_HALF_M = 3.0  # where a lamp is half as bright


class Lamps(NamedTuple):
    """N lamps. at: float64 [N, 3] middles, in padded voxels; voxel: int64 [N] places in the flat padded voxels."""

    at: np.ndarray
    voxel: np.ndarray


def find_lamps(padded: np.ndarray) -> Lamps:
    """All lamps of a world."""
    voxel = np.flatnonzero(padded == LAMP)
    return Lamps(np.stack(np.unravel_index(voxel, padded.shape), 1) + 0.5, voxel)


def highest_layer(padded: np.ndarray) -> int:
    """z of the first layer from which on there is only air."""
    return padded.shape[2] - int(np.argmax((padded != AIR).any((0, 1))[::-1]))


@njit(**OPTIONS)
def find_sun(padded, face, plane, u0, v0, u1, v1, sun, top, sunlit):
    """sunlit[...] = 1 where a corner of the quad's luxels sees the sun; rows along u."""
    axis, step = face >> 1, 1 - 2 * (face & 1)
    u_axis, v_axis = (1 if axis == 0 else 0), (1 if axis == 2 else 2)
    n = LUXELS_PER_METRE
    across, along = (u1 - u0) * n + 1, (v1 - v0) * n + 1
    origin = np.empty(3)
    origin[axis] = plane + 1 + step * ORIGIN_M
    for j in range(along):
        origin[v_axis] = 1.0 + min(max(v0 + j / n, v0 + ORIGIN_M), v1 - ORIGIN_M)
        for i in range(across):
            origin[u_axis] = 1.0 + min(max(u0 + i / n, u0 + ORIGIN_M), u1 - ORIGIN_M)
            seen = first_voxel(padded, origin[0], origin[1], origin[2], sun[0], sun[1], sun[2], top)
            sunlit[j * across + i] = 1 if seen < 0 else 0


@njit(**OPTIONS)
def find_lamplight(padded, face, plane, u0, v0, u1, v1, lamps, lamplight):
    """Writes what lamps of light 1.0 give each of the quad's luxels; False, and nothing, if none is near."""
    axis, step = face >> 1, 1 - 2 * (face & 1)
    u_axis, v_axis = (1 if axis == 0 else 0), (1 if axis == 2 else 2)
    n = LUXELS_PER_METRE
    across, along = (u1 - u0) * n, (v1 - v0) * n
    reach2 = LAMP_REACH_M * LAMP_REACH_M
    origin, away = np.empty(3), np.empty(3)
    origin[axis] = plane + 1 + step * ORIGIN_M
    found = False
    for lamp in range(lamps.voxel.size):
        at = lamps.at[lamp]
        height = (at[axis] - origin[axis]) * step
        if height <= 0.0:
            continue
        near_u = min(max(at[u_axis], u0 + 1.0), u1 + 1.0) - at[u_axis]
        near_v = min(max(at[v_axis], v0 + 1.0), v1 + 1.0) - at[v_axis]
        if height * height + near_u * near_u + near_v * near_v >= reach2:
            continue
        if not found:
            found = True
            lamplight[: across * along] = 0.0
        away[axis] = at[axis] - origin[axis]
        first_j, past_j = _reached(at[v_axis], v0, along)
        first_i, past_i = _reached(at[u_axis], u0, across)
        for j in range(first_j, past_j):
            origin[v_axis] = 1.0 + v0 + (j + 0.5) / n
            away[v_axis] = at[v_axis] - origin[v_axis]
            for i in range(first_i, past_i):
                origin[u_axis] = 1.0 + u0 + (i + 0.5) / n
                away[u_axis] = at[u_axis] - origin[u_axis]
                distance2 = away[0] * away[0] + away[1] * away[1] + away[2] * away[2]
                if distance2 >= reach2:
                    continue
                seen = first_voxel(padded, origin[0], origin[1], origin[2], away[0], away[1], away[2], padded.shape[2])
                if seen == lamps.voxel[lamp]:
                    fade = 1.0 - distance2 / reach2
                    slant = height / math.sqrt(distance2)
                    lamplight[j * across + i] += fade * fade * slant / (1.0 + distance2 / (LAMP_HALF_M * LAMP_HALF_M))
    return found


@njit(**OPTIONS)
def _reached(at, start, count):
    """Luxels [first, past) of `count` from voxel `start` on that a lamp at padded coordinate `at` may reach."""
    first = math.floor((at - LAMP_REACH_M - 1.0 - start) * LUXELS_PER_METRE)
    past = math.ceil((at + LAMP_REACH_M - 1.0 - start) * LUXELS_PER_METRE)
    return max(0, first), min(count, past)


@njit(**OPTIONS)
def first_voxel(padded, x, y, z, dx, dy, dz, top):
    """Place in the flat voxels of the first one that a ray meets from (x, y, z) on, in padded voxels.

    -1 if it leaves the grid, or rises to the layer `top`, before.
    """
    nx, ny, nz = padded.shape
    i, j, k = math.floor(x), math.floor(y), math.floor(z)
    step_i, step_j, step_k = (1 if dx > 0.0 else -1), (1 if dy > 0.0 else -1), (1 if dz > 0.0 else -1)
    each_i, each_j, each_k = abs(1.0 / dx), abs(1.0 / dy), abs(1.0 / dz)
    until_i = math.inf if dx == 0.0 else ((i + 1 - x) if dx > 0.0 else (x - i)) * each_i
    until_j = math.inf if dy == 0.0 else ((j + 1 - y) if dy > 0.0 else (y - j)) * each_j
    until_k = math.inf if dz == 0.0 else ((k + 1 - z) if dz > 0.0 else (z - k)) * each_k
    while 0 <= i < nx and 0 <= j < ny and 0 <= k < top:
        if padded[i, j, k] != 0:
            return (i * ny + j) * nz + k
        if until_i < until_j and until_i < until_k:
            i += step_i
            until_i += each_i
        elif until_j < until_k:
            j += step_j
            until_j += each_j
        else:
            k += step_k
            until_k += each_k
    return -1
