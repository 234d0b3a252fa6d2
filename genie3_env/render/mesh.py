"""Mesh: the open faces of a world's voxels, merged into as few quads as one surface class allows, with their light.

X, Y, Z: voxels along each axis; `padded` has one voxel of surroundings on each side. Q: quads.
"""

import numpy as np
from numba import njit

from genie3_env.materials import SURFACE
from genie3_env.render.daylight import daylight_at
from genie3_env.render.light import bake, ground_luxels, light_fields, point_light, surroundings
from genie3_env.render.scene import LUXELS_PER_METRE, SURFACE_GROUND, Scene
from genie3_env.render.skins import natural_skin
from genie3_env.render.things import thing_points_m
from genie3_env.world import VOID, World

GROUND_REACH_M = 400  # how far the ground goes on beyond the grid
CLOTH_M = 2.4  # height above a flag's foot at which its light is measured


def build_scene(world: World) -> Scene:
    """Meshes and lights one world. Lets other threads run meanwhile."""
    daylight = daylight_at(world.hour)
    padded = surroundings(world.voxels, world.ground_m, world.ground)
    merged = merge_faces(padded, SURFACE)
    fields = light_fields(padded)
    luxels = bake(padded, merged, fields, daylight)
    groups, quads, surfaces = _grouped(merged)
    if world.ground == VOID:
        ground, far_luxels = np.empty((0, 4)), np.empty(0, np.uint32)
    else:
        ground, far_luxels = ground_quads(world.voxels.shape), ground_luxels(daylight, world.ground)
    return Scene(
        groups=np.concatenate([groups, [(len(quads), len(quads) + len(ground), 4, world.ground_m)]]),
        quads=np.concatenate([quads, ground]),
        surfaces=np.concatenate(
            [surfaces, np.tile(np.array([[SURFACE_GROUND, len(luxels)]], np.int32), (len(ground), 1))]
        ),
        luxels=np.concatenate([luxels, far_luxels]),
        skin=natural_skin(world.hour),
        thing_light=point_light(padded, fields, thing_points_m(world), daylight),
        entity_light=point_light(padded, fields, world.flag_positions_m + np.array([0.0, 0.0, CLOTH_M]), daylight),
    )


def _grouped(merged: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """groups, quads and surfaces (see scene.Scene) of merged quads, which come face by face and plane by plane."""
    new = np.flatnonzero((np.diff(merged[:, :2], axis=0) != 0).any(1)) + 1
    starts = np.concatenate([[0], new]) if len(merged) else np.empty(0, np.int64)
    ends = np.append(starts[1:], len(merged))[: len(starts)]
    groups = np.column_stack([starts, ends, merged[starts, 0], merged[starts, 1]]).astype(np.float64)
    return groups, merged[:, 2:6].astype(np.float64), np.ascontiguousarray(merged[:, 6:8])


def ground_quads(shape: tuple[int, ...]) -> np.ndarray:
    """float64 [4, 4] u0, v0, u1, v1 of the ground around a grid of X x Y metres."""
    x, y, far = shape[0], shape[1], GROUND_REACH_M
    return np.array([(-far, -far, 0, y + far), (x, -far, x + far, y + far), (0, -far, x, 0), (0, y, x, y + far)], float)


@njit(cache=True, nogil=True, error_model="numpy")
def merge_faces(padded, surface_of):
    """int32 [Q, 8]: face, plane, u0, v0, u1, v1, surface class, first luxel; sorted by face, then plane.

    A face is open where it touches air. Each quad is grown from its low corner along u as far as open faces of one
    class go, then along v by whole rows.
    """
    shape = padded.shape
    strides = (shape[1] * shape[2], shape[2], 1)
    flat = padded.reshape(padded.size)
    quads = np.empty((_count_open_faces(padded), 8), np.int32)
    longest = max(shape)
    mask = np.empty((longest, longest), np.uint8)
    count = luxels = 0
    for face in range(6):
        axis, step = face >> 1, 1 - 2 * (face & 1)
        u_axis, v_axis = (1 if axis == 0 else 0), (1 if axis == 2 else 2)
        width, height = shape[u_axis] - 2, shape[v_axis] - 2
        su, sv, ahead = strides[u_axis], strides[v_axis], step * strides[axis]
        for layer in range(1, shape[axis] - 1):
            filled = False
            for v in range(height):
                for u in range(width):
                    here = layer * strides[axis] + (u + 1) * su + (v + 1) * sv
                    kind = flat[here]
                    surface = surface_of[kind] if kind != 0 and flat[here + ahead] == 0 else np.uint8(0)
                    mask[v, u] = surface
                    filled |= surface != 0
            if not filled:
                continue
            for v in range(height):
                for u in range(width):
                    surface = mask[v, u]
                    if surface == 0:
                        continue
                    u1 = _end_of_run(mask[v], u, width, surface)
                    v1 = v + 1
                    while v1 < height and _end_of_run(mask[v1], u, u1, surface) == u1:
                        v1 += 1
                    mask[v:v1, u:u1] = 0
                    quad = quads[count]
                    quad[0], quad[1] = face, layer - 1 + (1 if step > 0 else 0)
                    quad[2], quad[3], quad[4], quad[5] = u, v, u1, v1
                    quad[6], quad[7] = surface, luxels
                    luxels += (u1 - u) * (v1 - v) * LUXELS_PER_METRE * LUXELS_PER_METRE
                    count += 1
    return quads[:count].copy()


@njit(cache=True, nogil=True, error_model="numpy")
def _count_open_faces(padded):
    nx, ny, nz = padded.shape
    count = 0
    for x in range(1, nx - 1):
        for y in range(1, ny - 1):
            for z in range(1, nz - 1):
                if padded[x, y, z] != 0:
                    count += (padded[x - 1, y, z] == 0) + (padded[x + 1, y, z] == 0)
                    count += (padded[x, y - 1, z] == 0) + (padded[x, y + 1, z] == 0)
                    count += (padded[x, y, z - 1] == 0) + (padded[x, y, z + 1] == 0)
    return count


@njit(cache=True, nogil=True, error_model="numpy")
def _end_of_run(row, start, limit, value):
    """The first index from `start` on where row is not `value`, at most `limit`."""
    end = start
    while end < limit and row[end] == value:
        end += 1
    return end
