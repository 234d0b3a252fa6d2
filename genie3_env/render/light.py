"""Light: what every luxel of a world receives, baked once: sky, sun or moon with shadows, and the glow of what burns.

A world is baked for one hour. Light is kept relative to the hour's exposure (its skin tints the textures by it): by
night a luxel of 1.0 stands for little light, and the dark keeps as many steps as the day.

X, Y, Z: voxels along each axis; arrays called `padded` have one voxel of surroundings on each side. Q: quads,
L: luxels. Floats are only added, subtracted, multiplied, divided and rooted: the same bytes on every machine.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from genie3_env.materials import AIR, GLOW, LAVA, NUM_MATERIALS, material
from genie3_env.render.daylight import Daylight
from genie3_env.render.scene import LUXELS_PER_METRE
from genie3_env.render.shadows import LAMP, OPTIONS, find_lamplight, find_lamps, find_sun, first_voxel, highest_layer
from genie3_env.world import VOID

# How much of the sky's light a face gets that is turned to +x, -x, +y, -y, +z, -z.
FACE_SHARE = np.array([0.74, 0.70, 0.84, 0.80, 1.0, 0.5])
CORNER_SHADE = 0.19  # ambient light that each voxel takes from a corner beside it
DARKEST_SHARE = 0.34  # of the sky's light, deep inside of a building
SKY_DECAY, GLOW_DECAY = 0.84, 0.80  # what is left one voxel further
FLOOD_ROUNDS = 3  # corners that flooding light can turn
BURNING_LIGHT = 1.0  # on torches and lava, at every hour: they need no light from elsewhere

# Natural unevenness, per material: of whole voxels, and of broad patches (red, green, blue).
VOXEL_VARIATION = np.full(NUM_MATERIALS, 0.11)
PATCH_VARIATION = np.full((NUM_MATERIALS, 3), 0.22)
for _name in (
    *("window", "torch", "gold", "water", "lava", "iron", "acid", "glass", "hull", "neon_pink", "neon_blue", "lamp"),
    *("lantern", "screen", "solar", "red", "white", "black", "yellow"),
):
    VOXEL_VARIATION[material(_name)] = PATCH_VARIATION[material(_name)] = 0.0
VOXEL_VARIATION[material("grass")] = 0.06
PATCH_VARIATION[material("grass")] = (0.62, 0.36, 0.20)
PATCH_VARIATION[material("leaf")] = (0.50, 0.30, 0.20)
PATCH_VARIATION[LAVA] = (0.50, 1.00, 0.80)
CALM_M = 8.0  # unevenness fades this far from the grid's border: the ground beyond has none
PATCHES = 32  # voxels after which the patches repeat


def _patches() -> np.ndarray:
    """float32 [PATCHES] * 3: broad smooth noise at the corners of voxels, -0.5 to 0.5, repeating without seams."""
    rng = np.random.default_rng(11)
    total = np.zeros((PATCHES,) * 3)
    for cell, weight in ((8, 0.5), (4, 0.3), (2, 0.2)):
        noise = rng.random((PATCHES // cell,) * 3)
        for axis in range(3):
            at = np.arange(PATCHES) / cell
            low, part = at.astype(int), at - at.astype(int)
            part = (part * part * (3.0 - 2.0 * part)).reshape([-1 if a == axis else 1 for a in range(3)])
            noise = noise.take(low, axis) * (1.0 - part) + noise.take((low + 1) % (PATCHES // cell), axis) * part
        total += weight * (noise - 0.5)
    return np.clip(total * 1.6, -0.5, 0.5).astype(np.float32)


PATCH_NOISE = _patches()


def surroundings(voxels: np.ndarray, ground_m: int, ground: str = "grass") -> np.ndarray:
    """uint8 [X + 2, Y + 2, Z + 2] padded voxels: endless ground around the grid and below it, air above.

    ground: its material; VOID: there is air on all sides.
    """
    padded = np.zeros([n + 2 for n in voxels.shape], np.uint8)
    if ground != VOID:
        padded[:, :, : ground_m + 1] = material("dirt")
        padded[:, :, 0] = material("dirt")
    padded[1:-1, 1:-1, 1:-1] = voxels
    return padded


def light_fields(padded: np.ndarray) -> np.ndarray:
    """float32 [4, X + 2, Y + 2, Z + 2]: glow as red, green, blue, and the share of the sky, in every air voxel."""
    fields, passing = np.empty((4, *padded.shape), np.float32), np.empty(padded.shape, np.float32)
    find_sources(padded, GLOW, fields, passing)
    for field, decay in zip(fields, (GLOW_DECAY, GLOW_DECAY, GLOW_DECAY, SKY_DECAY), strict=True):
        flood(field, passing, np.float32(decay), FLOOD_ROUNDS)
    return fields


@njit(**OPTIONS)
def find_sources(padded, glow, fields, passing):
    """Writes where light comes from: what glows, and air below nothing but air; and where it passes (1.0 in air)."""
    nx, ny, nz = padded.shape
    for x in range(nx):
        for y in range(ny):
            open_ = True
            for z in range(nz - 1, -1, -1):
                kind = padded[x, y, z]
                open_ &= kind == AIR
                passing[x, y, z] = 1.0 if kind == AIR else 0.0
                fields[3, x, y, z] = 1.0 if open_ else 0.0
                for channel in range(3):
                    fields[channel, x, y, z] = glow[kind, channel]


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
    most = int((LUXELS_PER_METRE * sides + 1).prod(1).max())
    luxels = np.empty(int(sides.prod(1).sum()) * LUXELS_PER_METRE**2, np.uint32)
    rows = Rows(VOXEL_VARIATION, PATCH_VARIATION, PATCH_NOISE, FACE_SHARE, GLOW[LAMP].astype(np.float64))
    scratch = np.empty(most, np.uint8), np.empty(most, np.float32)
    lamps = find_lamps(padded)
    bake_quads(padded, quads, fields, lamps, daylight, highest_layer(padded), rows, scratch, luxels)
    return luxels


class Rows(NamedTuple):
    """Tables for the kernels: VOXEL_VARIATION, PATCH_VARIATION, PATCH_NOISE, FACE_SHARE, GLOW of lamps."""

    voxel_variation: np.ndarray
    patch_variation: np.ndarray
    patch_noise: np.ndarray
    face_share: np.ndarray
    lamp_colour: np.ndarray


@njit(**OPTIONS)
def bake_quads(padded, quads, fields, lamps, daylight, top, tables, scratch, luxels):
    """Writes the luxels of all quads.

    scratch: uint8 [most corners of the luxels of a quad] who sees the sun; float32 [luxels] light of the lamps.
    """
    nx, ny, nz = padded.shape
    strides = (ny * nz, nz, 1)
    flat = padded.reshape(padded.size)
    sunlit, lamplight = scratch
    n = LUXELS_PER_METRE
    colour = np.empty(3)
    corners = np.empty((4, 6))  # of one voxel's face: corner shade, patch, red, green and blue glow, sky
    for q in range(quads.shape[0]):
        face, plane, u0, v0, u1, v1 = (quads[q, 0], quads[q, 1], quads[q, 2], quads[q, 3], quads[q, 4], quads[q, 5])
        axis, step = face >> 1, 1 - 2 * (face & 1)
        u_axis, v_axis = (1 if axis == 0 else 0), (1 if axis == 2 else 2)
        width, height = u1 - u0, v1 - v0
        toward_sun = max(daylight.sun[axis] * step, 0.0)
        if toward_sun > 0.0:
            find_sun(padded, face, plane, u0, v0, u1, v1, daylight.sun, top, sunlit)
        has_lamps = find_lamplight(padded, face, plane, u0, v0, u1, v1, lamps, lamplight)
        behind = plane + 1 - (1 if step > 0 else 0)
        for j in range(height):
            for i in range(width):
                here = behind * strides[axis] + (u0 + i + 1) * strides[u_axis] + (v0 + j + 1) * strides[v_axis]
                kind = flat[here]
                _corner_light(flat, fields, here, step * strides[axis], strides[u_axis], strides[v_axis], corners)
                x, y, z = here // strides[0] - 1, here // nz % ny - 1, here % nz - 1
                _corner_patches(tables.patch_noise, x, y, z, axis, step, corners)
                border = min(min(x, nx - 3 - x), min(y, ny - 3 - y))
                rough = min(1.0, border / CALM_M)
                vary = 1.0 + tables.voxel_variation[kind] * (_scatter(here) - 0.5) * rough
                for lj in range(n):
                    for li in range(n):
                        fu, fv = (li + 0.5) / n, (lj + 0.5) / n
                        w0, w1, w2, w3 = (1.0 - fu) * (1.0 - fv), fu * (1.0 - fv), (1.0 - fu) * fv, fu * fv
                        open_ = w0 * corners[0, 0] + w1 * corners[1, 0] + w2 * corners[2, 0] + w3 * corners[3, 0]
                        patch = w0 * corners[0, 1] + w1 * corners[1, 1] + w2 * corners[2, 1] + w3 * corners[3, 1]
                        sky = w0 * corners[0, 5] + w1 * corners[1, 5] + w2 * corners[2, 5] + w3 * corners[3, 5]
                        sky = tables.face_share[face] * open_ * (DARKEST_SHARE + (1.0 - DARKEST_SHARE) * sky)
                        row, column = j * n + lj, i * n + li
                        direct = 0.0
                        if toward_sun > 0.0:
                            at = row * (width * n + 1) + column
                            below = at + width * n + 1
                            rays = int(sunlit[at]) + int(sunlit[at + 1]) + int(sunlit[below]) + int(sunlit[below + 1])
                            direct = toward_sun * 0.25 * rays * (0.6 + 0.4 * open_)
                        peak = 0.0
                        for c in range(3):
                            glow = w0 * corners[0, 2 + c] + w1 * corners[1, 2 + c]
                            glow += w2 * corners[2, 2 + c] + w3 * corners[3, 2 + c]
                            light = daylight.ambient[c] * sky + daylight.sun_colour[c] * direct
                            light += daylight.glow * glow * (0.4 + 0.6 * open_)
                            if has_lamps:
                                lamp = lamplight[row * width * n + column]
                                light += daylight.lamps * lamp * tables.lamp_colour[c]
                            if kind in (LAVA, LAMP):
                                light = BURNING_LIGHT
                            colour[c] = 128.0 * light * vary * (1.0 + tables.patch_variation[kind, c] * patch * rough)
                            peak = max(peak, colour[c])
                        fit = 255.0 / peak if peak > 255.0 else 1.0  # too bright: keep the hue
                        word = np.uint32(kind) << np.uint32(24)
                        for c in range(3):
                            word |= np.uint32(colour[c] * fit) << np.uint32(8 * c)
                        luxels[quads[q, 7] + row * width * n + column] = word


@njit(**OPTIONS)
def _corner_light(flat, fields, here, ahead, su, sv, corners):
    """corners[:, 0] and [:, 2:]: what the four corners of a face get; ahead, su, sv: steps in flat voxels.

    Beside a corner lie the voxel in front of the face and three more; a filled one shades it, the others light it.
    """
    light = fields.reshape((4, flat.size))
    front = here + ahead
    for corner in range(4):
        du = su if corner & 1 else -su
        dv = sv if corner & 2 else -sv
        a, b = flat[front + du] != 0, flat[front + dv] != 0
        c = flat[front + du + dv] != 0 or (a and b)
        corners[corner, 0] = 1.0 - CORNER_SHADE * (int(a) + int(b) + int(c))
        share = 1.0 / (4 - int(a) - int(b) - int(c))
        for channel in range(4):
            total = light[channel, front]
            if not a:
                total += light[channel, front + du]
            if not b:
                total += light[channel, front + dv]
            if not c:
                total += light[channel, front + du + dv]
            corners[corner, 2 + channel] = total * share


@njit(**OPTIONS)
def _corner_patches(noise, x, y, z, axis, step, corners):
    """corners[:, 1]: noise at the four corners of a face of voxel (x, y, z)."""
    wrap = PATCHES - 1
    out = 1 if step > 0 else 0
    for corner in range(4):
        du, dv = corner & 1, corner >> 1
        if axis == 0:
            corners[corner, 1] = noise[(x + out) & wrap, (y + du) & wrap, (z + dv) & wrap]
        elif axis == 1:
            corners[corner, 1] = noise[(x + du) & wrap, (y + out) & wrap, (z + dv) & wrap]
        else:
            corners[corner, 1] = noise[(x + du) & wrap, (y + dv) & wrap, (z + out) & wrap]


@njit(**OPTIONS)
def _scatter(number):
    """A number in 0..1 that looks random."""
    mixed = (number * 2654435761) & 0xFFFFFFFF
    mixed = ((mixed ^ (mixed >> 15)) * 2246822519) & 0xFFFFFFFF
    return ((mixed ^ (mixed >> 13)) & 1023) / 1023.0


def ground_luxels(daylight: Daylight, ground: str = "grass") -> np.ndarray:
    """uint32 [16]: a material in the open, the luxels of one face."""
    light = np.array(daylight.ambient) + np.array(daylight.sun_colour) * daylight.sun[2]
    red, green, blue = np.minimum(light * 128.0, 255.0).astype(np.uint32)
    word = np.uint32(material(ground)) << 24 | blue << 16 | green << 8 | red
    return np.full(LUXELS_PER_METRE**2, word, np.uint32)


def point_light(padded: np.ndarray, fields: np.ndarray, points_m: np.ndarray, daylight: Daylight) -> np.ndarray:
    """float32 [N, 3] true light on something small and upright at points_m [N, 3]; 1.0 is 128."""
    lights = np.empty((len(points_m), 3), np.float32)
    top = highest_layer(padded)
    upright = max(abs(daylight.sun[0]), abs(daylight.sun[1]), 0.5)
    for light, point in zip(lights, np.asarray(points_m) + 1.0, strict=True):
        x, y, z = np.clip(np.floor(point).astype(int), 0, np.array(padded.shape) - 1)
        sky = DARKEST_SHARE + (1.0 - DARKEST_SHARE) * float(fields[3, x, y, z])
        direct = 0.0 if (first_voxel(padded, point[0], point[1], point[2], *daylight.sun, top) >= 0) else upright
        for channel in range(3):
            total = daylight.ambient[channel] * 0.85 * sky + daylight.sun_colour[channel] * direct
            total += daylight.glow * float(fields[channel, x, y, z])
            light[channel] = min(255.0, total * daylight.exposure[channel] * 128.0)
        light += 0.5 * (light.mean() - light)  # half the hue: the evening sun must not turn yellow into orange
    return lights
