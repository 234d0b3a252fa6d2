"""A slow ray caster to check the rasteriser against, and scenes plain enough to check by eye.

One ray for each pixel walks from voxel to voxel until it meets one that is not air.
"""

import math
from types import SimpleNamespace

import numpy as np
from numba import njit

from genie3_env.materials import NUM_MATERIALS, SURFACE
from genie3_env.render.bank import SceneBank, bank_scenes
from genie3_env.render.camera import make_camera
from genie3_env.render.frame import FLAG_PIXEL, SKY_PIXEL
from genie3_env.render.scene import SURFACE_GROUND, Scene
from genie3_env.render.shade import LAVA_FRAMES
from genie3_env.render.skies import SKY_KINDS
from genie3_env.render.sky import SKY_ROW
from genie3_env.render.things import thing_points_m
from genie3_env.world import FLAG_COLOURS, World

GROUND_REACH_M = 400
SPRITE_COLOURS = ((230, 20, 30), (30, 70, 255), (255, 220, 0), (0, 200, 60), (245, 245, 245))
SKY_COLOUR = (64, 128, 214)
FACE_COLOUR = (100, 120, 140)


def plain_scene(world: World) -> Scene:
    """One quad for each face that touches air, in full light; four quads of ground around the grid."""
    size = world.voxels.shape
    padded = np.zeros([n + 2 for n in size], np.uint8)
    padded[1:-1, 1:-1, 1:-1] = world.voxels
    padded[0, :, : world.ground_m + 1] = padded[-1, :, : world.ground_m + 1] = 1  # no faces against the ground outside
    padded[:, 0, : world.ground_m + 1] = padded[:, -1, : world.ground_m + 1] = 1
    padded[:, :, 0] = 1
    groups, quads, surfaces, luxels = [], [], [], []
    for face in range(6):
        axis, step = face >> 1, 1 - 2 * (face & 1)
        u_axis, v_axis = (1 if axis == 0 else 0), (1 if axis == 2 else 2)
        ahead = np.roll(padded, -step, axis)[1:-1, 1:-1, 1:-1]
        open_faces = np.argwhere((world.voxels != 0) & (ahead == 0))
        planes = open_faces[:, axis] + (1 if step > 0 else 0)
        for plane in np.unique(planes):
            first = len(quads)
            for voxel in open_faces[planes == plane]:
                u, v = voxel[u_axis], voxel[v_axis]
                material = world.voxels[tuple(voxel)]
                quads.append((u, v, u + 1, v + 1))
                surfaces.append((SURFACE[material], len(luxels) * 16))
                luxels.append(material)
            groups.append((first, len(quads), face, plane))
    x, y, far = size[0], size[1], GROUND_REACH_M
    first = len(quads)
    for rectangle in ((-far, -far, 0, y + far), (x, -far, x + far, y + far), (0, -far, x, 0), (0, y, x, y + far)):
        quads.append(rectangle)
        surfaces.append((SURFACE_GROUND, len(luxels) * 16))
        luxels.append(1)
    groups.append((first, len(quads), 4, world.ground_m))
    return Scene(
        groups=np.array(groups, np.float64),
        quads=np.array(quads, np.float64),
        surfaces=np.array(surfaces, np.int32),
        luxels=(np.repeat(np.array(luxels, np.uint32), 16) << 24) | np.uint32(0x808080),
        skin=0,
        entity_light=np.full((len(world.flag_colours), 3), 128.0, np.float32),
        thing_light=np.full((len(thing_points_m(world)), 3), 128.0, np.float32),
    )


def plain_skins() -> SimpleNamespace:
    """Two skins as skins.Skins: faces of FACE_COLOUR, a sky of one colour, no fog; the second is half as bright."""
    rows = (NUM_MATERIALS + LAVA_FRAMES) * 3
    word = FACE_COLOUR[0] | FACE_COLOUR[1] << 8 | FACE_COLOUR[2] << 16
    dark = FACE_COLOUR[0] // 2 | FACE_COLOUR[1] // 2 << 8 | FACE_COLOUR[2] // 2 << 16
    sky = np.zeros((2, len(SKY_KINDS), SKY_ROW), np.float32)
    sky[..., 0:3] = sky[..., 3:6] = SKY_COLOUR
    sky[..., 8] = 1.0
    textures = np.stack([np.full((4, rows, 256), colour, np.uint32) for colour in (word, dark)])
    return SimpleNamespace(textures=textures, sky=sky, fog=np.full((2, len(SKY_KINDS)), 1e6, np.float32))


def plain_sprites() -> np.ndarray:
    """uint32 [flags, 32 * 32]: cloths of one colour, as bright as the colour says."""
    return np.array([np.full(32 * 32, 1 << 24 | r | g << 8 | b << 16, np.uint32) for r, g, b in SPRITE_COLOURS])


def plain_bank(worlds: list[World]) -> SceneBank:
    """A bank of plain scenes in plain skins."""
    assert len(SPRITE_COLOURS) == len(FLAG_COLOURS)
    return bank_scenes([plain_scene(world) for world in worlds], worlds, plain_skins(), plain_sprites())


@njit
def cast(voxels, ground_m, camera, height, width, hits, depths_m):
    """hits int32 [H, W, 4]: face and voxel that each ray meets first; face 4 on the ground outside, -1 in the sky.

    depths_m: float64 [H, W] how far ahead that is, along the axis of the view; inf in the sky.
    """
    size = voxels.shape
    hits[:] = -1
    depths_m[:] = math.inf
    for row in range(height):
        for column in range(width):
            ray = np.empty(3)
            for axis in range(3):
                ray[axis] = camera.corner[axis] + column * camera.right_step[axis] + row * camera.down_step[axis]
            voxel, until, each = np.empty(3, np.int64), np.full(3, math.inf), np.full(3, math.inf)
            for axis in range(3):
                voxel[axis] = math.floor(camera.eye[axis])
                if ray[axis] != 0.0:
                    edge = voxel[axis] + 1 if ray[axis] > 0.0 else voxel[axis]
                    until[axis] = (edge - camera.eye[axis]) / ray[axis]
                    each[axis] = abs(1.0 / ray[axis])
            while True:
                axis = np.argmin(until)
                ahead = until[axis]  # the ray is 1 long along the axis of the view
                voxel[axis] += 1 if ray[axis] > 0.0 else -1
                until[axis] += each[axis]
                if voxel[axis] < 0 or voxel[axis] >= size[axis]:
                    if ray[2] < 0.0:
                        t = (ground_m - camera.eye[2]) / ray[2]
                        x, y = camera.eye[0] + t * ray[0], camera.eye[1] + t * ray[1]
                        far = GROUND_REACH_M
                        if -far <= x < size[0] + far and -far <= y < size[1] + far:
                            hits[row, column] = np.array([4, math.floor(x), math.floor(y), ground_m - 1])
                            depths_m[row, column] = t
                    break
                if voxels[voxel[0], voxel[1], voxel[2]] != 0:
                    hits[row, column, 0] = 2 * axis + (1 if ray[axis] > 0.0 else 0)
                    hits[row, column, 1:] = voxel
                    depths_m[row, column] = ahead
                    break


@njit
def cast_boxes(low_m, high_m, camera, depths_m, seen):
    """seen int32 [H, W]: box * 6 + face that each ray meets before depths_m float64 [H, W], else -1; both change."""
    seen[:] = -1
    for row in range(seen.shape[0]):
        for column in range(seen.shape[1]):
            for box in range(len(low_m)):
                enter, leave, face = 0.0, math.inf, -1
                for axis in range(3):
                    ray = camera.corner[axis] + column * camera.right_step[axis] + row * camera.down_step[axis]
                    one, other = (
                        (low_m[box, axis] - camera.eye[axis]) / ray,
                        (high_m[box, axis] - camera.eye[axis]) / ray,
                    )
                    if min(one, other) > enter:
                        enter, face = min(one, other), 2 * axis + (1 if ray > 0.0 else 0)
                    leave = min(leave, max(one, other))
                if face >= 0 and enter < leave and enter < depths_m[row, column]:
                    depths_m[row, column] = enter
                    seen[row, column] = box * 6 + face


@njit
def cast_billboards(feet_m, sizes_m, camera, depths_m, seen):
    """seen int32 [H, W]: billboard that each ray meets before depths_m float64 [H, W], else -1; both change."""
    seen[:] = -1
    for row in range(seen.shape[0]):
        for column in range(seen.shape[1]):
            ray = np.empty(3)
            for axis in range(3):
                ray[axis] = camera.corner[axis] + column * camera.right_step[axis] + row * camera.down_step[axis]
            for i in range(len(feet_m)):
                x, y = feet_m[i, 0] - camera.eye[0], feet_m[i, 1] - camera.eye[1]
                distance = math.hypot(x, y)
                # The plane's normal points away from the eye: the ray meets it where its way along that is `distance`.
                along = (ray[0] * x + ray[1] * y) / distance
                if along <= 0.0:
                    continue
                t = distance / along
                side = t * (ray[0] * y - ray[1] * x) / distance
                rise = t * ray[2] + camera.eye[2] - feet_m[i, 2]
                if abs(side) < 0.5 * sizes_m[i, 0] and 0.0 < rise < sizes_m[i, 1] and t < depths_m[row, column]:
                    depths_m[row, column] = t
                    seen[row, column] = i


def agreement(bank: SceneBank, index: int, world: World, view: tuple[float, ...], quads: np.ndarray) -> tuple[int, int]:
    """(pixels that see the face that the ray caster says, pixels compared) of a picture of quads int32 [H, W].

    view: x, y, z, yaw, pitch. Pixels that see flags are left out: the ray caster knows none.
    """
    height, width = quads.shape
    hits, depths_m = np.empty((height, width, 4), np.int32), np.empty((height, width))
    x, y, z, yaw, pitch = view
    camera = make_camera(x, y, z, yaw, pitch, height, width)
    cast(world.voxels, world.ground_m, camera, height, width, hits, depths_m)
    compared = quads != FLAG_PIXEL
    face, voxel = hits[..., 0], hits[..., 1:]
    axis = np.maximum(face, 0) >> 1
    at = np.take_along_axis(voxel, axis[..., None], 2)[..., 0]
    u = np.where(axis == 0, voxel[..., 1], voxel[..., 0])
    v = np.where(axis == 2, voxel[..., 1], voxel[..., 2])
    plane, u0, v0, u1, v1 = bank.quads[:, np.maximum(quads, 0)]
    first = bank.faces[index][np.maximum(face, 0)]
    past = bank.faces[index][np.maximum(face, 0) + 1]
    same = (first <= quads) & (quads < past) & (plane == at + (face % 2 == 0))
    same &= (u0 <= u) & (u < u1) & (v0 <= v) & (v < v1)
    same = np.where(face < 0, quads == SKY_PIXEL, same & (quads >= 0))
    return int((same & compared).sum()), int(compared.sum())
