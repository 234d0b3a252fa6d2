"""Water: ripples, Fresnel reflection of the sky and the glint of the sun, laid over the textured surface."""

import math

from numpy import float32, int32, uint32, uint64

from genie3_env.render.compiled import inlined_kernel, kernel
from genie3_env.render.sky import HORIZON, SUN, SUN_COLOUR, ZENITH

RIPPLE = 0.22  # how far the ripples tilt the surface
MIRROR_DOWN, MIRROR_FLAT = (0.06, 0.85)  # share reflected looking straight down; added when looking flat


@inlined_kernel
def water_runs(runs, count, scratch, camera, sky, time_s, y):
    """Lays water over the first `count` of runs (first pixel, past the last, quad) of row y, textured already."""
    row, fy = scratch.row, float32(y)
    for s in range(count):
        first, past, quad = runs[s, 0], runs[s, 1], runs[s, 2]
        depth, paint = scratch.depths[quad], scratch.paint[quad]
        z, u, v = (depth[0] + fy * depth[2], paint[0] + fy * paint[2], paint[3] + fy * paint[5])
        water_run(
            first, past, y, camera, sky, time_s, z, depth[1], u, paint[1], v, paint[4], paint[6], paint[7], row.pixels
        )


@kernel
def water_run(first, end, y, camera, sky, time_s, z0, zx, u0, ux, v0, vx, cu, cv, pixels):
    """Pixels [first, end) of row y of a level surface. z, u, v: the run's texture coordinates as in shade.py."""
    rx, ry = float32(camera.right_step[0]), float32(camera.right_step[1])
    dx0 = float32(camera.corner[0] + y * camera.down_step[0])
    dy0 = float32(camera.corner[1] + y * camera.down_step[1])
    down = float32(-(camera.corner[2] + y * camera.down_step[2]))
    zenith_r, zenith_g, zenith_b = sky[ZENITH], sky[ZENITH + 1], sky[ZENITH + 2]
    add_r, add_g, add_b = (sky[HORIZON] - zenith_r, sky[HORIZON + 1] - zenith_g, sky[HORIZON + 2] - zenith_b)
    sun_x, sun_y, sun_z = sky[SUN], sky[SUN + 1], sky[SUN + 2]
    sun_r, sun_g, sun_b = sky[SUN_COLOUR], sky[SUN_COLOUR + 1], sky[SUN_COLOUR + 2]
    time = float32(time_s)
    zero, half, quarter, one, most = (float32(0.0), float32(0.5), float32(0.25), float32(1.0), float32(255.0))
    for x in range(uint64(first), uint64(end)):
        fx = float32(int32(x))
        dx, dy = dx0 + fx * rx, dy0 + fx * ry
        inverse = one / math.sqrt(dx * dx + dy * dy + down * down)
        t = one / (z0 + zx * fx)
        u = (cu + (u0 + ux * fx) * t) * float32(1.0 / 16.0)
        v = (cv + (v0 + vx * fx) * t) * float32(1.0 / 16.0)
        # Two triangle waves that cross at an angle; they flatten with distance so that they do not flicker.
        a = u * float32(1.3) + v * float32(0.7) + time
        b = v * float32(1.7) - u * float32(0.9) - time * float32(0.8)
        tilt = float32(RIPPLE) / (one + t * float32(0.03))
        tilt_x = (abs(a - math.floor(a) - half) - quarter) * tilt
        tilt_y = (abs(b - math.floor(b) - half) - quarter) * tilt
        mx, my = dx * inverse + tilt_x, dy * inverse + tilt_y
        mz = max(down * inverse + (tilt_x + tilt_y) * half, zero)
        flat = one - min(mz, one)
        flat = flat * flat
        flat = flat * flat
        mirror = float32(MIRROR_DOWN) + float32(MIRROR_FLAT) * flat
        glint = max(mx * sun_x + my * sun_y + mz * sun_z, zero)
        for _ in range(7):
            glint = glint * glint
        glint = glint * float32(1.2)
        old = pixels[x]
        r = float32(int32(old & uint32(255)))
        g = float32(int32((old >> uint32(8)) & uint32(255)))
        b_ = float32(int32((old >> uint32(16)) & uint32(255)))
        r += (zenith_r + add_r * flat - r) * mirror + glint * sun_r
        g += (zenith_g + add_g * flat - g) * mirror + glint * sun_g
        b_ += (zenith_b + add_b * flat - b_) * mirror + glint * sun_b
        pixels[x] = (
            uint32(int32(min(r, most)))
            | (uint32(int32(min(g, most))) << uint32(8))
            | (uint32(int32(min(b_, most))) << uint32(16))
        )
