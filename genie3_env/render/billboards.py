"""Billboards: coins, keys and levers as upright planes that turn to the eye and show sprites.

B: billboards, at most MOST_BILLBOARDS of one frame.
"""

import math

from numpy import uint64

from genie3_env.render.classes import sprite_label
from genie3_env.render.compiled import kernel
from genie3_env.render.entities import NEAREST_M, ball_in_view, set_up_plane
from genie3_env.render.raster import SPRITE_SIZE
from genie3_env.trigonometry import sincos

MOST_BILLBOARDS = 64  # one for each bit of a mask
TURN_RAD = 6.283185307179586
THINNEST = 0.3  # width of a turning thing seen from its edge, as a share of its whole width: small pictures show it
LAG_TURNS = 0.13  # things that turn do not turn in step


@kernel
def set_up_billboards(scratch, count, camera, time_s, feet_m, sizes_m, spins, sprites, lights, shown):
    """Appends billboards to the `count` quads of scratch, among the sprites. Returns the new count.

    feet_m: float64 [B, 3] the middle of each lower edge. sizes_m: float64 [B, 2] width and height.
    spins: float64 [B] turns per second around the upright axis; 0: it stands still. sprites: int32 [B] see sprites.py.
    lights: float32 [B, 3] 1.0 as 128. shown: uint64, bit i of which says whether billboard i is there.
    """
    for i in range(min(feet_m.shape[0], MOST_BILLBOARDS)):
        if (uint64(shown) >> uint64(i)) & uint64(1) == uint64(0):
            continue
        wide_m, tall_m = sizes_m[i, 0], sizes_m[i, 1]
        away_x, away_y = feet_m[i, 0] - camera.eye[0], feet_m[i, 1] - camera.eye[1]
        distance = math.sqrt(away_x * away_x + away_y * away_y)
        middle_z = feet_m[i, 2] + 0.5 * tall_m
        if distance < NEAREST_M or not ball_in_view(
            scratch, camera, feet_m[i, 0], feet_m[i, 1], middle_z, 0.5 * (wide_m + tall_m)
        ):
            continue
        first_texel, texels, shade = 0.0, float(SPRITE_SIZE), 1.0
        if spins[i] != 0.0:
            turned = sincos(TURN_RAD * (spins[i] * time_s + LAG_TURNS * i))[1]
            if turned < 0.0:  # its back: the sprite in a mirror
                first_texel, texels = float(SPRITE_SIZE), -float(SPRITE_SIZE)
            wide_m *= max(abs(turned), THINNEST)
            shade = 0.7 + 0.3 * abs(turned)
        right = (away_y / distance, -away_x / distance)
        corner = (feet_m[i, 0] - 0.5 * wide_m * right[0], feet_m[i, 1] - 0.5 * wide_m * right[1], feet_m[i, 2])
        side = (wide_m * right[0], wide_m * right[1])
        light = (lights[i, 0] * shade, lights[i, 1] * shade, lights[i, 2] * shade)
        sprite = (sprites[i], sprite_label(sprites[i]))
        count = set_up_plane(scratch, count, camera, sprite, light, corner, side, tall_m, first_texel, texels)
    return count
