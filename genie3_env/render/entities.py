"""Entities: flags (pole, knob, waving cloth) as upright planes that show sprites.

The cloth flies across the view, swaying: wherever one stands, its colour is seen. Poles are planes that face the eye.
"""

import math

import numpy as np

from genie3_env.render.classes import sprite_label
from genie3_env.render.compiled import kernel
from genie3_env.render.raster import FLAG_PIXEL, SPRITE, SPRITE_LEVELS, SPRITE_SIZE, SPRITE_TEXELS
from genie3_env.render.setup import write_edge
from genie3_env.trigonometry import sincos

POLE_HEIGHT_M = 3.2
POLE_WIDTH_M = 0.13
KNOB_M = 0.3
CLOTH_LENGTH_M = 1.8
CLOTH_HEIGHT_M = 1.2
CLOTH_TOP_M = 3.1
CLOTH_STRIPS = 12  # planes that a cloth is folded into
PLAIN_HEIGHT = 120  # pictures lower than this show a cloth as one plane, and no knob
PLANES_PER_FLAG = CLOTH_STRIPS + 2
NEAREST_M = 0.05
MIDDLE_M, REACH_M = 2.0, 2.2  # a ball of this radius, so high above the foot, holds the flag
WAVE_M, WAVE_RAD, SWAY_RAD = (
    0.26,
    5.2,
    0.3,
)  # how far the cloth's end waves, how many waves run along it, how far it turns


@kernel
def set_up_flags(bank, scratch, count, world, camera, time_s):
    """Appends the planes of the world's flags to the `count` quads of scratch. Returns the new count."""
    sprites = bank.sprites.shape[0] // (SPRITE_LEVELS * SPRITE_TEXELS)
    pole_sprite, knob_sprite = sprites - 2, sprites - 1
    detailed = scratch.height >= PLAIN_HEIGHT
    for flag in range(bank.world_flags[world], bank.world_flags[world + 1]):
        foot = (bank.flag_positions_m[flag, 0], bank.flag_positions_m[flag, 1], bank.flag_positions_m[flag, 2])
        away_x, away_y = foot[0] - camera.eye[0], foot[1] - camera.eye[1]
        distance = math.sqrt(away_x * away_x + away_y * away_y)
        if distance < NEAREST_M or not ball_in_view(scratch, camera, foot[0], foot[1], foot[2] + MIDDLE_M, REACH_M):
            continue
        right = (away_y / distance, -away_x / distance)
        light = (bank.flag_light[flag, 0], bank.flag_light[flag, 1], bank.flag_light[flag, 2])
        colour = bank.flag_colours[flag]
        label = sprite_label(colour)
        pole = (pole_sprite, label)
        count = _set_up_facing(scratch, count, camera, pole, light, foot, right, POLE_WIDTH_M, POLE_HEIGHT_M)
        if detailed:
            top = (foot[0], foot[1], foot[2] + POLE_HEIGHT_M - 0.1)
            count = _set_up_facing(scratch, count, camera, (knob_sprite, label), light, top, right, KNOB_M, KNOB_M)
        lag = flag - bank.world_flags[world]  # flags of one world do not wave in step
        strips = CLOTH_STRIPS if detailed else 1
        count = _set_up_cloth(scratch, count, camera, (colour, label), light, foot, right, strips, time_s, lag)
    return count


@kernel
def ball_in_view(scratch, camera, x, y, z, radius):
    """False if no ray of the picture can meet the ball."""
    x, y, z = x - camera.eye[0], y - camera.eye[1], z - camera.eye[2]
    ahead = x * camera.forward[0] + y * camera.forward[1] + z * camera.forward[2]
    side = x * camera.right[0] + y * camera.right[1]
    rise = x * camera.up[0] + y * camera.up[1] + z * camera.up[2]
    limit_x, limit_y = 0.5 * scratch.width * camera.pixel, 0.5 * scratch.height * camera.pixel
    return (
        ahead > -radius
        and abs(side) - limit_x * ahead < radius * math.sqrt(1.0 + limit_x * limit_x)
        and abs(rise) - limit_y * ahead < radius * math.sqrt(1.0 + limit_y * limit_y)
    )


@kernel
def _set_up_facing(scratch, count, camera, sprite, light, foot, right, wide_m, tall_m):
    """A plane that faces the eye, its foot's middle at `foot`; right: unit vector [2] across the view."""
    corner = (foot[0] - 0.5 * wide_m * right[0], foot[1] - 0.5 * wide_m * right[1], foot[2])
    side = (wide_m * right[0], wide_m * right[1])
    return set_up_plane(scratch, count, camera, sprite, light, corner, side, tall_m, 0.0, float(SPRITE_SIZE))


@kernel
def _set_up_cloth(scratch, count, camera, sprite, light, foot, right, strips, time_s, lag):
    """A cloth folded along upright lines; a wave that grows runs from the pole to the free end."""
    sway_s, sway_c = sincos(SWAY_RAD * sincos(time_s * 0.9 + lag)[0])
    along = (right[0] * sway_c - right[1] * sway_s, right[0] * sway_s + right[1] * sway_c)
    step = CLOTH_LENGTH_M / strips
    texels = SPRITE_SIZE / strips
    bulge = 0.0
    for strip in range(strips):
        share = (strip + 1) / strips
        next_bulge = WAVE_M * share * sincos(WAVE_RAD * share - time_s * 5.0 - lag * 1.7)[0] if strips > 1 else 0.0
        rise = next_bulge - bulge
        shade = 1.0 - 0.44 * rise / step
        reach = step * strip
        corner = (
            foot[0] + along[0] * reach - along[1] * bulge,
            foot[1] + along[1] * reach + along[0] * bulge,
            foot[2] + CLOTH_TOP_M - CLOTH_HEIGHT_M,
        )
        side = (along[0] * step - along[1] * rise, along[1] * step + along[0] * rise)
        shaded = (light[0] * shade, light[1] * shade, light[2] * shade)
        count = set_up_plane(
            scratch, count, camera, sprite, shaded, corner, side, CLOTH_HEIGHT_M, strip * texels, texels
        )
        bulge = next_bulge
    return count


@kernel
def set_up_plane(scratch, index, camera, sprite, light, foot, side, tall_m, first_texel, texels):
    """Sets up the upright plane foot + s * side + t * tall_m * z, s and t in 0..1, seen from both sides.

    sprite: its row among bank.sprites, and the label of what it belongs to (see classes.py). light: red, green, blue,
    128 is 1.0. It shows `texels` columns of the sprite, from first_texel on.
    Returns index + 1, or index if the plane is out of the picture.
    With p = foot - eye, a and b the sides and n = a x b, a ray d meets the plane at inverse depth d.n / p.n, where
    s = d.(b x p) / d.n and t = d.(p x a) / d.n.
    """
    px, py, pz = (foot[0] - camera.eye[0], foot[1] - camera.eye[1], foot[2] - camera.eye[2])
    ax, ay = side
    nx, ny = ay * tall_m, -ax * tall_m
    facing = px * nx + py * ny
    if abs(facing) < 1e-9:
        return index
    top, bottom, distance = _plane_rows(scratch, camera, px, py, pz, ax, ay, tall_m)
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
    codes[index, 0] = (sprite[0] * SPRITE_LEVELS + level) * SPRITE_TEXELS
    codes[index, 1] = (
        int(min(max(light[0], 0.0), 255.0))
        | int(min(max(light[1], 0.0), 255.0)) << 8
        | int(min(max(light[2], 0.0), 255.0)) << 16
    )
    codes[index, 6] = SPRITE
    codes[index, 7] = sprite[1]
    scratch.visible[index] = FLAG_PIXEL
    return index + 1


@kernel
def _plane_rows(scratch, camera, px, py, pz, ax, ay, tall_m):
    """Rows [top, bottom) of an upright plane, and how far ahead its nearest corner in front of the eye is."""
    height, width = scratch.height, scratch.width
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
    return math.ceil(top - 1e-6), math.floor(bottom + 1e-6), nearest


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
