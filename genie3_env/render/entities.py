"""Entities: flags (pole, knob, waving cloth) as upright planes that show sprites.

The cloth flies across the view, swaying: wherever one stands, its colour is seen. Poles are planes that face the eye.
"""

import math

import numpy as np

from genie3_env.render.compiled import kernel
from genie3_env.render.raster import SPRITE, SPRITE_LEVELS, SPRITE_SIZE, SPRITE_TEXELS
from genie3_env.render.setup import write_edge
from genie3_env.trigonometry import sincos

POLE_HEIGHT_M = 3.2
POLE_WIDTH_M = 0.13
KNOB_M = 0.3
CLOTH_LENGTH_M = 1.8
CLOTH_HEIGHT_M = 1.2
CLOTH_TOP_M = 3.1
CLOTH_STRIPS = 8  # planes that a cloth is folded into
PLAIN_HEIGHT = 120  # pictures lower than this show a cloth as one plane, and no knob
PLANES_PER_FLAG = CLOTH_STRIPS + 2
NEAREST_M = 0.05
REACH_M = 2.2  # a ball of this radius around the middle of the pole holds the flag


@kernel
def set_up_flags(bank, scratch, count, world, camera, time_s, height, width):
    """Appends the planes of the world's flags to the `count` quads of scratch. Returns the new count."""
    sprites = bank.sprites.shape[0] // (SPRITE_LEVELS * SPRITE_TEXELS)
    pole_sprite, knob_sprite = sprites - 2, sprites - 1
    strips = 1 if height < PLAIN_HEIGHT else CLOTH_STRIPS
    for flag in range(bank.world_flags[world], bank.world_flags[world + 1]):
        x, y, z = (bank.flag_positions_m[flag, 0], bank.flag_positions_m[flag, 1], bank.flag_positions_m[flag, 2])
        away_x, away_y = x - camera.eye[0], y - camera.eye[1]
        distance = math.sqrt(away_x * away_x + away_y * away_y)
        if distance < NEAREST_M or not _ball_in_view(camera, x, y, z + REACH_M - 0.2, REACH_M, height, width):
            continue
        right_x, right_y = away_y / distance, -away_x / distance
        light = (bank.flag_light[flag, 0], bank.flag_light[flag, 1], bank.flag_light[flag, 2])
        half = 0.5 * POLE_WIDTH_M
        count = set_up_plane(
            bank, scratch, count, camera, height, width, pole_sprite, light,
            (x - half * right_x, y - half * right_y, z),
            (2.0 * half * right_x, 2.0 * half * right_y), POLE_HEIGHT_M, 0.0, SPRITE_SIZE,
        )  # fmt: skip
        if strips > 1:
            half = 0.5 * KNOB_M
            count = set_up_plane(
                bank, scratch, count, camera, height, width, knob_sprite, light,
                (x - half * right_x, y - half * right_y, z + POLE_HEIGHT_M - 0.1),
                (2.0 * half * right_x, 2.0 * half * right_y), KNOB_M, 0.0, SPRITE_SIZE,
            )  # fmt: skip
        count = _set_up_cloth(
            bank, scratch, count, camera, height, width, flag, strips, time_s, right_x, right_y, light
        )
    return count


@kernel
def _ball_in_view(camera, x, y, z, radius, height, width):
    """False if no ray of the picture can meet the ball."""
    x, y, z = x - camera.eye[0], y - camera.eye[1], z - camera.eye[2]
    ahead = x * camera.forward[0] + y * camera.forward[1] + z * camera.forward[2]
    side = x * camera.right[0] + y * camera.right[1]
    rise = x * camera.up[0] + y * camera.up[1] + z * camera.up[2]
    limit_x, limit_y = 0.5 * width * camera.pixel, 0.5 * height * camera.pixel
    return (
        ahead > -radius
        and abs(side) - limit_x * ahead < radius * math.sqrt(1.0 + limit_x * limit_x)
        and abs(rise) - limit_y * ahead < radius * math.sqrt(1.0 + limit_y * limit_y)
    )


@kernel
def _set_up_cloth(bank, scratch, count, camera, height, width, flag, strips, time_s, right_x, right_y, light):
    """A cloth folded along upright lines; a wave runs from the pole to the free end."""
    x, y, z = (bank.flag_positions_m[flag, 0], bank.flag_positions_m[flag, 1], bank.flag_positions_m[flag, 2])
    phase = time_s * 5.0 + flag * 1.7
    sway = 0.30 * sincos(time_s * 0.9 + flag)[0]
    turn_s, turn_c = sincos(sway)
    along_x, along_y = (right_x * turn_c - right_y * turn_s, right_x * turn_s + right_y * turn_c)
    across_x, across_y = -along_y, along_x
    step = CLOTH_LENGTH_M / strips
    offset = 0.0
    for strip in range(strips):
        wave = sincos(5.2 * (strip + 1) / CLOTH_STRIPS - phase)[0]
        grown = 0.26 * (strip + 1) / CLOTH_STRIPS
        next_offset = grown * wave if strips > 1 else 0.0
        fold_x = along_x * step + across_x * (next_offset - offset)
        fold_y = along_y * step + across_y * (next_offset - offset)
        shade = 1.0 - 0.22 * (next_offset - offset) / step * 2.0 if strips > 1 else 1.0
        shaded = (light[0] * shade, light[1] * shade, light[2] * shade)
        foot_x = x + along_x * step * strip + across_x * offset
        foot_y = y + along_y * step * strip + across_y * offset
        count = set_up_plane(
            bank, scratch, count, camera, height, width, bank.flag_colours[flag], shaded,
            (foot_x, foot_y, z + CLOTH_TOP_M - CLOTH_HEIGHT_M), (fold_x, fold_y), CLOTH_HEIGHT_M,
            strip * SPRITE_SIZE / strips, SPRITE_SIZE / strips,
        )  # fmt: skip
        offset = next_offset
    return count


@kernel
def set_up_plane(bank, scratch, index, camera, height, width, sprite, light, foot, side, tall_m, first_texel, texels):
    """Sets up the upright plane foot + s * side + t * tall_m * z, s and t in 0..1, seen from both sides.

    light: red, green, blue, 128 is 1.0. It shows the sprite's texels first_texel ... first_texel + texels from left to right.
    Returns index + 1, or index if the plane is out of the picture.
    With p = foot - eye, normal n = a x b, plane point d * t: 1 / t = d.n / p.n, s = d.(b x p) / p.n * t, t' = d.(p x a) / p.n * t.
    """
    px, py, pz = (foot[0] - camera.eye[0], foot[1] - camera.eye[1], foot[2] - camera.eye[2])
    ax, ay = side
    nx, ny = ay * tall_m, -ax * tall_m
    facing = px * nx + py * ny
    if abs(facing) < 1e-9:
        return index
    top, bottom, distance = _plane_rows(camera, px, py, pz, ax, ay, tall_m, height, width)
    if top >= bottom:
        return index
    sx, sy = -tall_m * py, tall_m * px
    tx, ty, tz = -pz * ay, pz * ax, px * ay - py * ax
    inverse = 1.0 / facing
    sign = 1.0 if facing > 0.0 else -1.0
    corner, right, down = camera.corner, camera.right_step, camera.down_step
    n0, n1, n2 = (corner[0] * nx + corner[1] * ny, right[0] * nx + right[1] * ny, down[0] * nx + down[1] * ny)
    s0, s1, s2 = (corner[0] * sx + corner[1] * sy, right[0] * sx + right[1] * sy, down[0] * sx + down[1] * sy)
    t0 = corner[0] * tx + corner[1] * ty + corner[2] * tz
    t1 = right[0] * tx + right[1] * ty
    t2 = down[0] * tx + down[1] * ty + down[2] * tz
    write_edge(scratch.edges, index, 0, sign * s0, sign * s1, sign * s2)
    write_edge(scratch.edges, index, 1, sign * (n0 - s0), sign * (n1 - s1), sign * (n2 - s2))
    write_edge(scratch.edges, index, 2, sign * t0, sign * t1, sign * t2)
    write_edge(scratch.edges, index, 3, sign * (n0 - t0), sign * (n1 - t1), sign * (n2 - t2))
    scratch.rows[index, 0], scratch.rows[index, 1] = top, bottom
    depths, paint, codes = scratch.depths, scratch.paint, scratch.codes
    depths[index, 0], depths[index, 1], depths[index, 2] = (n0 * inverse, n1 * inverse, n2 * inverse)
    u_scale, v_scale = inverse * texels, inverse * SPRITE_SIZE
    paint[index, 0], paint[index, 1], paint[index, 2] = (s0 * u_scale, s1 * u_scale, s2 * u_scale)
    paint[index, 3], paint[index, 4], paint[index, 5] = (t0 * v_scale, t1 * v_scale, t2 * v_scale)
    paint[index, 6] = first_texel
    texels_per_pixel = camera.pixel * distance * SPRITE_SIZE / tall_m
    level = 0
    while level < SPRITE_LEVELS - 1 and texels_per_pixel > 1.5 * (1 << level):
        level += 1
    codes[index, 0] = (sprite * SPRITE_LEVELS + level) * SPRITE_TEXELS
    codes[index, 1] = (
        int(min(max(light[0], 0.0), 255.0))
        | int(min(max(light[1], 0.0), 255.0)) << 8
        | int(min(max(light[2], 0.0), 255.0)) << 16
    )
    codes[index, 6] = SPRITE
    return index + 1


@kernel
def _plane_rows(camera, px, py, pz, ax, ay, tall_m, height, width):
    """Rows [top, bottom) of an upright plane, and how far ahead its nearest corner in front of the eye is."""
    forward, right, up = camera.forward, camera.right, camera.up
    limit_x, limit_y = 0.5 * width * camera.pixel, 0.5 * height * camera.pixel
    inside_left = inside_right = inside_top = inside_bottom = False
    low, high, nearest, behind = math.inf, -math.inf, math.inf, False
    for c in range(4):
        s = 1.0 if c == 1 or c == 2 else 0.0
        x, y, z = px + s * ax, py + s * ay, pz + (tall_m if c >= 2 else 0.0)
        ahead = x * forward[0] + y * forward[1] + z * forward[2]
        side = x * right[0] + y * right[1]
        rise = x * up[0] + y * up[1] + z * up[2]
        inside_left |= side + limit_x * ahead >= 0.0
        inside_right |= side - limit_x * ahead <= 0.0
        inside_top |= rise - limit_y * ahead <= 0.0
        inside_bottom |= rise + limit_y * ahead >= 0.0
        if ahead > NEAREST_M:
            low, high, nearest = (min(low, rise / ahead), max(high, rise / ahead), min(nearest, ahead))
        else:
            behind = True
    if nearest == math.inf or not (inside_left and inside_right and inside_top and inside_bottom):
        return 0, 0, 1.0
    if behind:
        return 0, height, nearest
    middle = height * 0.5 - 0.5
    top = min(max(middle - high / camera.pixel, 0.0), float(height))
    bottom = min(max(middle - low / camera.pixel + 1.0, 0.0), float(height))
    return int(math.ceil(top - 1e-6)), int(math.floor(bottom + 1e-6)), nearest


def pole_and_knob() -> np.ndarray:
    """uint32 [2, SPRITE_SIZE ** 2]: a round wooden pole, lit from the left, and a golden ball."""
    across = (np.arange(SPRITE_SIZE) + 0.5) / SPRITE_SIZE * 2.0 - 1.0
    roundness = np.sqrt(np.maximum(1.0 - across**2, 0.0))
    shade = 0.45 + 0.55 * np.clip(0.8 * roundness - 0.45 * across, 0.0, 1.0)
    pole = np.broadcast_to(shade[None, :, None] * np.array([176, 136, 92]), (SPRITE_SIZE, SPRITE_SIZE, 3))
    x, y = across[None, :], across[:, None]
    ball_depth = 1.0 - x**2 - y**2
    ball_shade = 0.35 + 0.65 * np.clip(0.6 * np.sqrt(np.maximum(ball_depth, 0.0)) - 0.45 * x - 0.5 * y, 0.0, 1.0)
    ball = ball_shade[..., None] * np.array([255, 206, 70])
    there = np.stack([np.ones_like(ball_depth, bool), ball_depth > 0.0])
    colours = np.clip(np.stack([pole, ball]), 0, 255).astype(np.uint32)
    words = colours[..., 0] | colours[..., 1] << 8 | colours[..., 2] << 16 | 1 << 24
    return np.where(there, words, 0).astype(np.uint32).reshape(2, -1)
