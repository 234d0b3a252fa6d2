"""Light: what every luxel of a world receives, baked once: sky, sun or moon with shadows, and the glow of what burns.

A world is baked for one hour. Light is kept relative to the hour's exposure (its skin tints the textures by it): by
night a luxel of 1.0 stands for little light, and the dark keeps as many steps as the day.

X, Y, Z: voxels along each axis; arrays called `padded` have one voxel of surroundings on each side. Q: quads, L:
luxels.
Floats are only added, subtracted, multiplied, divided and rooted: the same bytes on every machine.
"""

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from genie3_env.materials import AIR, GLOW, LAVA, material
from genie3_env.render.scene import LUXELS_PER_METRE

OPTIONS = {"cache": True, "nogil": True, "error_model": "numpy"}

Colour = tuple[float, float, float]


class Daylight(NamedTuple):
    """The light of one hour. Colours are red, green, blue; 1.0 shows a texture as it is painted.

    sun: direction towards the sun or moon, a unit vector. sun_colour: on a face that is turned to it.
    ambient: of the sky, on a face turned up. glow: how strongly burning things light their surroundings.
    exposure: true light of a luxel of 1.0.
    """

    sun: Colour
    sun_colour: Colour
    ambient: Colour
    glow: float
    exposure: Colour


def _unit(x: float, y: float, z: float) -> Colour:
    length = math.sqrt(x * x + y * y + z * z)
    return x / length, y / length, z / length


DAYLIGHT = {
    "day": Daylight(_unit(0.50, 0.33, 0.80), (0.95, 0.84, 0.62), (0.50, 0.55, 0.66), 0.8, (1.0, 1.0, 1.0)),
    "dusk": Daylight(_unit(-0.80, 0.42, 0.36), (1.20, 0.66, 0.34), (0.56, 0.50, 0.62), 1.2, (0.90, 0.84, 0.84)),
    "night": Daylight(_unit(0.45, -0.55, 0.75), (0.34, 0.38, 0.46), (0.42, 0.44, 0.52), 2.4, (0.44, 0.48, 0.64)),
}

# How much of the sky's light a face gets that is turned to +x, -x, +y, -y, +z, -z.
FACE_SHARE = np.array([0.74, 0.70, 0.84, 0.80, 1.0, 0.5], np.float32)
CORNER_SHADE = 0.19  # ambient light that each voxel takes from a corner beside it
DARKEST_SHARE = 0.34  # of the sky's light, deep inside of a building
SKY_DECAY, GLOW_DECAY = 0.84, 0.80  # what is left one voxel further
FLOOD_ROUNDS = 3  # corners that flooding light can turn
ORIGIN_M = 0.004  # shadow rays start so far from their face and its edges
SUN_CORNERS = LUXELS_PER_METRE  # shadow rays per metre, on the corners of luxels
_VARIATION = np.full(len(GLOW), 0.13, np.float32)
_VARIATION[[material("window"), material("torch"), material("gold"), material("water")]] = 0.0
_VARIATION[LAVA] = 0.4
_VARIATION[[material("marble"), material("slate")]] = 0.08


def surroundings(voxels: np.ndarray, ground_m: int) -> np.ndarray:
    """uint8 [X + 2, Y + 2, Z + 2] padded voxels: endless ground around the grid and below it, air above."""
    padded = np.zeros([n + 2 for n in voxels.shape], np.uint8)
    padded[:, :, : ground_m + 1] = material("dirt")
    padded[:, :, 0] = material("dirt")
    padded[1:-1, 1:-1, 1:-1] = voxels
    return padded


def light_fields(padded: np.ndarray) -> np.ndarray:
    """float32 [4, X + 2, Y + 2, Z + 2]: glow as red, green, blue, and the share of the sky, in every air voxel."""
    fields = np.empty((4, *padded.shape), np.float32)
    fields[:3] = np.moveaxis(GLOW[padded], 3, 0)
    free = padded == AIR
    fields[3] = np.logical_and.accumulate(free[:, :, ::-1], axis=2)[:, :, ::-1]
    passing = free.astype(np.float32)
    for field, decay in zip(fields, (GLOW_DECAY, GLOW_DECAY, GLOW_DECAY, SKY_DECAY), strict=True):
        flood(field, passing, np.float32(decay), FLOOD_ROUNDS)
    return fields


@njit(**OPTIONS)
def flood(field, passing, decay, rounds):
    """Spreads light from voxel to voxel of field [X, Y, Z] where passing is 1.0; the brightest way counts."""
    nx, ny, nz = field.shape
    for _ in range(rounds):
        for i in range(2 * (nx - 1)):
            x, before = (i + 1, i) if i < nx - 1 else (2 * nx - 3 - i, 2 * nx - 2 - i)
            for y in range(ny):
                for z in range(nz):
                    field[x, y, z] = max(field[x, y, z], passing[x, y, z] * decay * field[before, y, z])
        for x in range(nx):
            for i in range(2 * (ny - 1)):
                y, before = (i + 1, i) if i < ny - 1 else (2 * ny - 3 - i, 2 * ny - 2 - i)
                for z in range(nz):
                    field[x, y, z] = max(field[x, y, z], passing[x, y, z] * decay * field[x, before, z])
        for x in range(nx):
            for y in range(ny):
                for z in range(1, nz):
                    field[x, y, z] = max(field[x, y, z], passing[x, y, z] * decay * field[x, y, z - 1])
                for z in range(nz - 2, -1, -1):
                    field[x, y, z] = max(field[x, y, z], passing[x, y, z] * decay * field[x, y, z + 1])


def bake(padded: np.ndarray, quads: np.ndarray, fields: np.ndarray, daylight: Daylight) -> np.ndarray:
    """uint32 [L] luxels (see scene.Scene) of quads int32 [Q, 8] (see mesh.merge_faces)."""
    if len(quads) == 0:
        return np.empty(0, np.uint32)
    sides = (quads[:, 4:6] - quads[:, 2:4]).astype(np.int64)
    luxels = np.empty(int(sides.prod(1).sum()) * LUXELS_PER_METRE**2, np.uint32)
    lit = np.empty(int((SUN_CORNERS * sides + 1).prod(1).max()), np.uint8)
    bake_quads(padded, quads, fields, _floats(daylight), highest_layer(padded), _VARIATION, FACE_SHARE, lit, luxels)
    return luxels


def _floats(daylight: Daylight) -> tuple[Colour, Colour, Colour, float]:
    return daylight.sun, daylight.sun_colour, daylight.ambient, daylight.glow


def highest_layer(padded: np.ndarray) -> int:
    """z of the first layer above which there is only air."""
    return padded.shape[2] - int(np.argmax((padded != AIR).any((0, 1))[::-1]))


@njit(**OPTIONS)
def bake_quads(padded, quads, fields, daylight, top, variation, face_share, lit, luxels):
    """Writes the luxels of all quads. lit: scratch, one byte per corner of the luxels of a quad."""
    sun, sun_colour, ambient, glow_gain = daylight
    _, ny, nz = padded.shape
    strides = (ny * nz, nz, 1)
    flat = padded.reshape(padded.size)
    glow = fields.reshape((4, padded.size))
    n = LUXELS_PER_METRE
    shade, share = np.empty(4), np.empty((4, 4))
    for q in range(quads.shape[0]):
        face, plane, u0, v0, u1, v1 = (quads[q, 0], quads[q, 1], quads[q, 2], quads[q, 3], quads[q, 4], quads[q, 5])
        axis, step = face >> 1, 1 - 2 * (face & 1)
        u_axis, v_axis = (1 if axis == 0 else 0), (1 if axis == 2 else 2)
        su, sv, ahead = strides[u_axis], strides[v_axis], step * strides[axis]
        width, height = u1 - u0, v1 - v0
        toward_sun = max(sun[axis] * step, 0.0)
        if toward_sun > 0.0:
            find_sun(padded, face, plane, u0, v0, u1, v1, sun, top, lit)
        behind = plane + 1 - (1 if step > 0 else 0)
        for j in range(height):
            for i in range(width):
                here = behind * strides[axis] + (u0 + i + 1) * su + (v0 + j + 1) * sv
                kind = flat[here]
                for corner in range(4):
                    du = su if corner & 1 else -su
                    dv = sv if corner & 2 else -sv
                    front = here + ahead
                    a, b, c = flat[front + du] != 0, flat[front + dv] != 0, flat[front + du + dv] != 0
                    taken = 3 if a and b else int(a) + int(b) + int(c)
                    shade[corner] = 1.0 - CORNER_SHADE * taken
                    open_voxels = 4.0 - taken if not (a and b) else 1.0
                    for channel in range(4):
                        total = float(glow[channel, front])
                        if not a:
                            total += glow[channel, front + du]
                        if not b:
                            total += glow[channel, front + dv]
                        if not c and not (a and b):
                            total += glow[channel, front + du + dv]
                        share[corner, channel] = total / open_voxels
                vary = 1.0 + variation[kind] * (_scatter(here) - 0.5)
                for lj in range(n):
                    for li in range(n):
                        fu, fv = (li + 0.5) / n, (lj + 0.5) / n
                        w0, w1, w2, w3 = (1.0 - fu) * (1.0 - fv), fu * (1.0 - fv), (1.0 - fu) * fv, fu * fv
                        corner_light = w0 * shade[0] + w1 * shade[1] + w2 * shade[2] + w3 * shade[3]
                        sky = w0 * share[0, 3] + w1 * share[1, 3] + w2 * share[2, 3] + w3 * share[3, 3]
                        sky = face_share[face] * corner_light * (DARKEST_SHARE + (1.0 - DARKEST_SHARE) * sky)
                        direct = 0.0
                        if toward_sun > 0.0:
                            at = (j * n + lj) * (width * n + 1) + i * n + li
                            down = at + width * n + 1
                            rays = int(lit[at]) + int(lit[at + 1]) + int(lit[down]) + int(lit[down + 1])
                            direct = toward_sun * 0.25 * rays * (0.6 + 0.4 * corner_light)
                        word = np.uint32(kind) << np.uint32(24)
                        for channel in range(3):
                            warm = (
                                w0 * share[0, channel]
                                + w1 * share[1, channel]
                                + w2 * share[2, channel]
                                + w3 * share[3, channel]
                            )
                            light = ambient[channel] * sky + sun_colour[channel] * direct
                            light += glow_gain * warm * (0.4 + 0.6 * corner_light)
                            level = np.uint32(min(255.0, light * vary * 128.0))
                            word |= level << np.uint32(8 * channel)
                        luxels[quads[q, 7] + (j * n + lj) * width * n + i * n + li] = word


@njit(**OPTIONS)
def _scatter(number):
    """A number in 0..1 that looks random."""
    mixed = (number * 2654435761) & 0xFFFFFFFF
    mixed = ((mixed ^ (mixed >> 15)) * 2246822519) & 0xFFFFFFFF
    return ((mixed ^ (mixed >> 13)) & 1023) / 1023.0


@njit(**OPTIONS)
def find_sun(padded, face, plane, u0, v0, u1, v1, sun, top, lit):
    """lit[...] = 1 where a corner of the quad's luxels sees the sun; rows along u."""
    axis, step = face >> 1, 1 - 2 * (face & 1)
    u_axis, v_axis = (1 if axis == 0 else 0), (1 if axis == 2 else 2)
    across, along = (u1 - u0) * SUN_CORNERS + 1, (v1 - v0) * SUN_CORNERS + 1
    origin = np.empty(3)
    origin[axis] = plane + 1 + step * ORIGIN_M
    for j in range(along):
        v = min(max(v0 + j / SUN_CORNERS, v0 + ORIGIN_M), v1 - ORIGIN_M)
        origin[v_axis] = v + 1.0
        for i in range(across):
            u = min(max(u0 + i / SUN_CORNERS, u0 + ORIGIN_M), u1 - ORIGIN_M)
            origin[u_axis] = u + 1.0
            lit[j * across + i] = 0 if is_blocked(padded, origin[0], origin[1], origin[2], sun, top) else 1


@njit(**OPTIONS)
def is_blocked(padded, x, y, z, direction, top):
    """Whether a ray from (x, y, z), in padded voxels, meets a voxel before it leaves the grid or rises above `top`."""
    nx, ny, _ = padded.shape
    dx, dy, dz = direction
    i, j, k = math.floor(x), math.floor(y), math.floor(z)
    step_i, step_j, step_k = (1 if dx > 0.0 else -1), (1 if dy > 0.0 else -1), (1 if dz > 0.0 else -1)
    each_i, each_j, each_k = abs(1.0 / dx), abs(1.0 / dy), abs(1.0 / dz)
    until_i = ((i + 1 - x) if dx > 0.0 else (x - i)) * each_i
    until_j = ((j + 1 - y) if dy > 0.0 else (y - j)) * each_j
    until_k = ((k + 1 - z) if dz > 0.0 else (z - k)) * each_k
    while 0 <= i < nx and 0 <= j < ny and 0 <= k < top:
        if padded[i, j, k] != 0:
            return True
        if until_i < until_j and until_i < until_k:
            i += step_i
            until_i += each_i
        elif until_j < until_k:
            j += step_j
            until_j += each_j
        else:
            k += step_k
            until_k += each_k
    return False


def ground_luxels(daylight: Daylight) -> np.ndarray:
    """uint32 [16]: grass in the open, the luxels of one face."""
    light = np.array(daylight.ambient) + np.array(daylight.sun_colour) * daylight.sun[2]
    red, green, blue = np.minimum(light * 128.0, 255.0).astype(np.uint32)
    word = np.uint32(material("grass")) << 24 | blue << 16 | green << 8 | red
    return np.full(LUXELS_PER_METRE**2, word, np.uint32)


def point_light(padded: np.ndarray, fields: np.ndarray, points_m: np.ndarray, daylight: Daylight) -> np.ndarray:
    """float32 [N, 3] true light on something small and upright at points_m [N, 3]; 1.0 is 128."""
    lights = np.empty((len(points_m), 3), np.float32)
    top = highest_layer(padded)
    upright = max(abs(daylight.sun[0]), abs(daylight.sun[1]), 0.5)
    for light, point in zip(lights, np.asarray(points_m) + 1.0, strict=True):
        x, y, z = np.clip(np.floor(point).astype(int), 0, np.array(padded.shape) - 1)
        sky = DARKEST_SHARE + (1.0 - DARKEST_SHARE) * float(fields[3, x, y, z])
        direct = 0.0 if is_blocked(padded, point[0], point[1], point[2], daylight.sun, top) else upright
        for channel in range(3):
            total = daylight.ambient[channel] * 0.85 * sky + daylight.sun_colour[channel] * direct
            total += daylight.glow * float(fields[channel, x, y, z])
            light[channel] = min(255.0, total * daylight.exposure[channel] * 128.0)
    return lights
