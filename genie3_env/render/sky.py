"""Sky: gradient, sun or moon with its glow, drifting clouds, stars.

The gradient and the glow are smooth, so they are worked out at every sixteenth pixel of a row and drawn straight
between; clouds, the disc of the sun and stars are looked up for each pixel.
"""

import math

import numpy as np
from numpy import float32, int32, uint32, uint64

from genie3_env.render.compiled import inlined_kernel, kernel

CLOUD_SIZE = 128
CLOUD_DRIFT = 0.35  # clouds' texels per second
KNOT = 16  # pixels between two knots
# Rows of skins.Skins.sky: SKY_ROW numbers.
ZENITH, HORIZON, SUN, SUN_COLOUR = 0, 3, 6, 9
CLOUD_SCALE, CLOUD_OFFSET, CLOUD_AMOUNT, STARS, CLOUD_COLOUR = 12, 13, 15, 16, 17
STAR_COUNT, LOW_STARS, FALLING, SKY_ROW = 20, 21, 22, 25

BLOCK = uint64(KNOT)
LOW_M = 0.02  # clouds end this high above the horizon, per metre of distance


def cloud_layer(seed: int = 5) -> np.ndarray:
    """uint8 [CLOUD_SIZE ** 2]: cover of a sky that repeats without seams, in five steps."""
    rng = np.random.default_rng(seed)
    total = np.zeros((CLOUD_SIZE, CLOUD_SIZE))
    for cells, amplitude in ((4, 1.0), (8, 0.6), (16, 0.35), (32, 0.2)):
        lattice = rng.random((cells, cells))
        at = np.arange(CLOUD_SIZE) * cells / CLOUD_SIZE
        low = at.astype(int)
        part = at - low
        part = part * part * (3.0 - 2.0 * part)
        high = (low + 1) % cells
        rows = lattice[low] * (1.0 - part)[:, None] + lattice[high] * part[:, None]
        total += amplitude * (rows[:, low] * (1.0 - part) + rows[:, high] * part)
    total = (total - total.min()) / (total.max() - total.min())
    cover = np.round(np.clip((total - 0.52) * 4.5, 0.0, 1.0) * 4.0) / 4.0
    return (cover * 235.0).astype(np.uint8).reshape(-1)


@inlined_kernel
def sky_runs(runs, count, row, clouds, camera, sky, time_s, y, width):
    """Paints the first `count` of runs (first pixel, past the last) of row y, at least one, into row.pixels."""
    has_lights = sky[STARS] > float32(0.0) or _sun_in_row(y, camera, sky, width)
    sky_knots(runs[0, 0] // KNOT, runs[count - 1, 1] // KNOT + 1, y, camera, sky, row.knots)
    for s in range(count):
        sky_run(runs[s, 0], runs[s, 1], y, camera, sky, clouds, time_s, row.knots, row.luxels, row.pixels)
        if has_lights:
            sun_and_stars(runs[s, 0], runs[s, 1], y, camera, sky, row.luxels, row.pixels)


@kernel
def _sun_in_row(y, camera, sky, width):
    """Whether the disc of the sun may touch row y."""
    ahead = camera.forward[0] * sky[SUN] + camera.forward[1] * sky[SUN + 1] + camera.forward[2] * sky[SUN + 2]
    if ahead < 0.1:
        return False
    right = (camera.right[0] * sky[SUN] + camera.right[1] * sky[SUN + 1]) / ahead
    up = (camera.up[0] * sky[SUN] + camera.up[1] * sky[SUN + 1] + camera.up[2] * sky[SUN + 2]) / ahead
    row_up = -(
        camera.down_step[0] * camera.up[0] + camera.down_step[1] * camera.up[1] + camera.down_step[2] * camera.up[2]
    )
    top = camera.corner[0] * camera.up[0] + camera.corner[1] * camera.up[1] + camera.corner[2] * camera.up[2]
    radius = 0.055 * (1.0 + right * right + up * up)
    return abs(top - row_up * y - up) < radius and abs(right) < 0.5 * width * camera.pixel + radius


@kernel
def sky_knots(first, end, y, camera, sky, knots):
    """knots [3, ...]: red, green, blue of the clear sky at pixels 16 * first ... 16 * end (inclusive) of row y."""
    rx, ry = float32(camera.right_step[0]), float32(camera.right_step[1])
    dx0 = float32(camera.corner[0] + y * camera.down_step[0])
    dy0 = float32(camera.corner[1] + y * camera.down_step[1])
    dz = float32(camera.corner[2] + y * camera.down_step[2])
    zenith_r, zenith_g, zenith_b = sky[ZENITH], sky[ZENITH + 1], sky[ZENITH + 2]
    add_r, add_g, add_b = (sky[HORIZON] - zenith_r, sky[HORIZON + 1] - zenith_g, sky[HORIZON + 2] - zenith_b)
    sun_x, sun_y, sun_z = sky[SUN], sky[SUN + 1], sky[SUN + 2]
    sun_r, sun_g, sun_b = sky[SUN_COLOUR], sky[SUN_COLOUR + 1], sky[SUN_COLOUR + 2]
    zero, one = float32(0.0), float32(1.0)
    reds, greens, blues = knots[0], knots[1], knots[2]
    blocks = (uint64(end - first) + BLOCK) // BLOCK
    for block in range(blocks):
        for lane in range(BLOCK):
            k = uint64(first) + block * BLOCK + lane
            x = float32(int32(k) * int32(KNOT))
            dx, dy = dx0 + x * rx, dy0 + x * ry
            inverse = one / math.sqrt(dx * dx + dy * dy + dz * dz)
            horizon = one - max(dz * inverse, zero)
            horizon = horizon * horizon
            horizon = horizon * horizon
            near_sun = max((dx * sun_x + dy * sun_y + dz * sun_z) * inverse, zero)
            power = near_sun * near_sun
            power = power * power
            power = power * power
            halo = power * power
            glow = halo * halo
            glow = glow * glow
            glow = glow * glow
            light = float32(0.25) * halo + float32(0.35) * glow
            reds[k] = zenith_r + add_r * horizon + light * sun_r
            greens[k] = zenith_g + add_g * horizon + light * sun_g
            blues[k] = zenith_b + add_b * horizon + light * sun_b


@kernel
def sky_run(first, end, y, camera, sky, clouds, time_s, knots, cover, pixels):
    """Pixels [first, end) of row y. `cover` is scratch for a row."""
    rx, ry = float32(camera.right_step[0]), float32(camera.right_step[1])
    dx0 = float32(camera.corner[0] + y * camera.down_step[0])
    dy0 = float32(camera.corner[1] + y * camera.down_step[1])
    dz = float32(camera.corner[2] + y * camera.down_step[2])
    reds, greens, blues = knots[0], knots[1], knots[2]
    cloud_r, cloud_g, cloud_b = (sky[CLOUD_COLOUR], sky[CLOUD_COLOUR + 1], sky[CLOUD_COLOUR + 2])
    most, step = float32(255.0), float32(1.0 / KNOT)
    start, stop = uint64(first) // BLOCK, (uint64(end) + BLOCK - uint64(1)) // BLOCK
    fade = (
        min(max((dz - float32(LOW_M)) * float32(4.0), float32(0.0)), float32(1.0)) * sky[CLOUD_AMOUNT] / float32(255.0)
    )
    if fade > float32(0.0):
        _cloud_cover(start * BLOCK, stop * BLOCK, dx0, dy0, dz, rx, ry, sky, clouds, time_s, cover)
    else:
        for x in range(start * BLOCK, stop * BLOCK):
            cover[x] = uint32(0)
    for block in range(start, stop):
        after = block + uint64(1)
        red, green, blue = reds[block], greens[block], blues[block]
        more_r, more_g, more_b = (
            (reds[after] - red) * step,
            (greens[after] - green) * step,
            (blues[after] - blue) * step,
        )
        for lane in range(BLOCK):
            x = block * BLOCK + lane
            along = float32(int32(lane))
            cloud = float32(int32(cover[x])) * fade
            r, g, b = (red + more_r * along, green + more_g * along, blue + more_b * along)
            r += (cloud_r - r) * cloud
            g += (cloud_g - g) * cloud
            b += (cloud_b - b) * cloud
            word = (
                uint32(int32(min(r, most)))
                | (uint32(int32(min(g, most))) << uint32(8))
                | (uint32(int32(min(b, most))) << uint32(16))
            )
            if int32(x) >= first and int32(x) < end:
                pixels[x] = word


@kernel
def _cloud_cover(first, end, dx0, dy0, dz, rx, ry, sky, clouds, time_s, cover):
    """cover[first:end]: the cloud layer, a plane far above, as seen along each ray of the row."""
    scale = sky[CLOUD_SCALE] / dz
    offset_x = sky[CLOUD_OFFSET] + float32(65536.0) + float32(CLOUD_DRIFT * time_s)
    offset_y = sky[CLOUD_OFFSET + 1] + float32(65536.0)
    wrap = int32(CLOUD_SIZE - 1)
    for block in range((end - first) // BLOCK):
        for lane in range(BLOCK):
            x = first + block * BLOCK + lane
            fx = float32(int32(x))
            u = int32((dx0 + fx * rx) * scale + offset_x)
            v = int32((dy0 + fx * ry) * scale + offset_y)
            cover[x] = uint32((v & wrap) * int32(CLOUD_SIZE) + (u & wrap))
    for x in range(first, end):
        cover[x] = clouds[cover[x]]


@kernel
def sun_and_stars(first, end, y, camera, sky, cover, pixels):
    """Adds the disc of the sun, or at night the moon and the stars, where no cloud hides them."""
    rx, ry = float32(camera.right_step[0]), float32(camera.right_step[1])
    dx0 = float32(camera.corner[0] + y * camera.down_step[0])
    dy0 = float32(camera.corner[1] + y * camera.down_step[1])
    dz = float32(camera.corner[2] + y * camera.down_step[2])
    sun_x, sun_y, sun_z = sky[SUN], sky[SUN + 1], sky[SUN + 2]
    sun_r, sun_g, sun_b = sky[SUN_COLOUR], sky[SUN_COLOUR + 1], sky[SUN_COLOUR + 2]
    stars, low_stars, count = sky[STARS], sky[LOW_STARS], uint32(int32(sky[STAR_COUNT]))
    zero, one, most = float32(0.0), float32(1.0), float32(255.0)
    for x in range(uint64(first), uint64(end)):
        fx = float32(int32(x))
        dx, dy = dx0 + fx * rx, dy0 + fx * ry
        inverse = one / math.sqrt(dx * dx + dy * dy + dz * dz)
        toward = (dx * sun_x + dy * sun_y + dz * sun_z) * inverse
        disc = min(max((toward - float32(0.9985)) * float32(2000.0), zero), one)
        clear = one - float32(int32(cover[x])) * float32(1.0 / 255.0)
        cell_x = uint32(int32(dx * inverse * float32(230.0)) + int32(4096))
        cell_y = uint32(int32(dy * inverse * float32(230.0)) + int32(4096))
        cell_z = uint32(int32(dz * inverse * float32(230.0)) + int32(4096))
        mixed = (
            uint32(cell_x * uint32(73856093)) ^ uint32(cell_y * uint32(19349663)) ^ uint32(cell_z * uint32(83492791))
        )
        mixed = uint32((mixed ^ (mixed >> uint32(13))) * uint32(2654435761))
        star = float32(int32(mixed >> uint32(24))) if (mixed & uint32(1023)) < count else zero
        star = star * stars * max(dz * inverse, low_stars) * clear * (one - disc)
        disc = disc * clear
        old = pixels[x]
        r = float32(int32(old & uint32(255))) + disc * sun_r + star
        g = float32(int32((old >> uint32(8)) & uint32(255))) + disc * sun_g + star
        b = float32(int32((old >> uint32(16)) & uint32(255))) + disc * sun_b + star
        pixels[x] = (
            uint32(int32(min(r, most)))
            | (uint32(int32(min(g, most))) << uint32(8))
            | (uint32(int32(min(b, most))) << uint32(16))
        )
