"""Shade: the colours of a band of rows whose quads are known.

A row falls into runs of pixels that see one quad. A run is sampled in blocks of 16 pixels that may overshoot its end (the next
run overwrites them): perspective divide, luxel, texel, fog. Then neighbouring runs are looked up and mixed together.
"""

import numpy as np
from numba import float32, int32, njit, uint8, uint32, uint64

from genie3_env.materials import LAVA, NUM_MATERIALS, Surface
from genie3_env.render.raster import SPRITE, sprite_texel
from genie3_env.render.scene import LUXELS_PER_METRE, SURFACE_GROUND, TEXELS_PER_METRE
from genie3_env.render.sky import HORIZON, KNOT, STARS, SUN, sky_knots, sky_run, sun_and_stars
from genie3_env.render.water import water_run

ONE = uint64(1)
BLOCK = uint64(16)
TEXTURE = 256  # texels of one texture
ROW_TEXTURES = 3  # side, top, bottom
LAVA_FRAMES = 16
LAVA_FRAMES_PER_SECOND = 8.0
UNPREPARED = -1
WATER_CLASS = int(Surface.WATER)
LAVA_CLASS = int(Surface.LAVA)
GROUND_CLASS = SURFACE_GROUND
# Fog thinner than 1 / 256 is left out. density = (distance / fog distance) ** 2, weight = 1 / (1 + density ** 2).
CLEAR_DENSITY = 0.0625


@njit(cache=True, nogil=True, error_model="numpy")
def prepare_quad(bank, scratch, quad, world, camera, lava_offset):
    """Writes paint and codes of a visible quad, once it turns out that some pixel sees it."""
    index = scratch.visible[quad]
    face = 0
    while index >= bank.faces[world, face + 1]:
        face += 1
    axis = face >> 1
    u_axis = 1 if axis == 0 else 0
    v_axis = 1 if axis == 2 else 2
    scale = float(TEXELS_PER_METRE)
    paint, codes = scratch.paint, scratch.codes
    u0, u1 = float(bank.quads[1, index]), float(bank.quads[3, index])
    v0, v1 = float(bank.quads[2, index]), float(bank.quads[4, index])
    paint[quad, 0] = camera.corner[u_axis] * scale
    paint[quad, 1] = camera.right_step[u_axis] * scale
    paint[quad, 2] = camera.down_step[u_axis] * scale
    paint[quad, 3] = camera.corner[v_axis] * scale
    paint[quad, 4] = camera.right_step[v_axis] * scale
    paint[quad, 5] = camera.down_step[v_axis] * scale
    paint[quad, 6] = (camera.eye[u_axis] - u0) * scale
    paint[quad, 7] = (camera.eye[v_axis] - v0) * scale
    # Texels under a pixel: footprint * t ** 3. The next level begins at 3, 12 and 48 of them.
    height = abs(float(bank.quads[0, index]) - camera.eye[axis])
    paint[quad, 8] = (8.0 / 3.0) * (scale * camera.pixel) ** 2 / max(height, 1e-3)
    surface = bank.surfaces[index, 0]
    codes[quad, 0] = bank.surfaces[index, 1]
    if surface == GROUND_CLASS:
        codes[quad, 1] = LUXELS_PER_METRE
        codes[quad, 2] = codes[quad, 3] = 1 << 24
        codes[quad, 4] = LUXELS_PER_METRE - 1
    else:
        codes[quad, 1] = int(u1 - u0) * LUXELS_PER_METRE
        codes[quad, 2] = int(u1 - u0) * TEXELS_PER_METRE - 1
        codes[quad, 3] = int(v1 - v0) * TEXELS_PER_METRE - 1
        codes[quad, 4] = -1
    codes[quad, 5] = TEXTURE * (1 if face == 4 else (2 if face == 5 else 0)) + (lava_offset if surface == LAVA_CLASS else 0)
    codes[quad, 6] = surface if surface != WATER_CLASS or face == 4 else 1


@njit(cache=True, nogil=True, error_model="numpy")
def lava_frame_offset(time_s):
    """Texels from the material lava to the frame of its film at a time."""
    frame = int(time_s * LAVA_FRAMES_PER_SECOND) % LAVA_FRAMES
    return (NUM_MATERIALS - LAVA + frame) * ROW_TEXTURES * TEXTURE


@njit(cache=True, nogil=True, error_model="numpy")
def shade_band(bank, scratch, camera, world, skin, time_s, top, bottom, height, width, words):
    """Paints the rows [top, bottom) of the picture `words` (uint32 [height * width * 3 / 4]) from scratch.ids."""
    ids, pitch, flags, flag_words, runs = scratch.ids, scratch.pitch, scratch.flags, scratch.flag_words, scratch.runs
    paint, codes, depths = scratch.paint, scratch.codes, scratch.depths
    pixels, luxels, texels, fog = scratch.pixels, scratch.row_luxels, scratch.row_texels, scratch.row_fog
    sky, textures, skin_start = bank.skies[skin], bank.textures, skin * bank.skin_stride
    level_stride = int32(bank.level_stride)
    fog_scale = 1.0 / (float(bank.fog_m[skin]) * float(bank.fog_m[skin]))
    lava_offset = lava_frame_offset(time_s)
    side_x = 0.5 * width * camera.pixel
    horizon = uint32(int32(sky[HORIZON])) | (uint32(int32(sky[HORIZON + 1])) << uint32(8)) | (
        uint32(int32(sky[HORIZON + 2])) << uint32(16)
    )
    flag_count = (width + 7) // 8
    for y in range(top, bottom):
        row = uint64((y - top) * pitch)
        fy = float32(y)
        side_y = (height * 0.5 - 0.5 - y) * camera.pixel
        ray2_row = float32((1.0 + side_y * side_y) * fog_scale)
        clear = CLEAR_DENSITY / (fog_scale * (1.0 + side_y * side_y + side_x * side_x))
        _mark_run_starts(ids, row, width, flags)
        special_sky = sky[STARS] > float32(0.0) or _sun_in_row(y, camera, sky, width)
        skies = waters = sprites = segments = 0
        segment_start, segment_kind, x = 0, -1, 0
        byte, word = 0, flag_words[0]
        while x < width:
            quad = ids[row + uint64(x)]
            while word == uint64(0) and byte < flag_count - 1:
                byte += 1
                word = flag_words[uint64(byte)]
            end = width
            if word != uint64(0):
                low = word & (~word + ONE)
                lane = 0
                if low >> uint64(32):
                    lane += 4
                    low >>= uint64(32)
                if low >> uint64(16):
                    lane += 2
                    low >>= uint64(16)
                if low >> uint64(8):
                    lane += 1
                word &= word - ONE
                end = byte * 8 + lane
            kind = -1
            if quad < 0:
                runs[skies, 0], runs[skies, 1] = x, end
                skies += 1
            else:
                if codes[quad, 6] == UNPREPARED:
                    prepare_quad(bank, scratch, quad, world, camera, lava_offset)
                surface = codes[quad, 6]
                if surface == SPRITE:
                    runs[sprites, 2], runs[sprites, 3], runs[sprites, 4] = x, end, quad
                    sprites += 1
                else:
                    z_row, zx = depths[quad, 0] + fy * depths[quad, 2], depths[quad, 1]
                    z_low = min(z_row + zx * float32(x), z_row + zx * float32(end - 1))
                    kind = 1 if float32(clear) * z_low * z_low < float32(1.0) else 0
                    if surface == WATER_CLASS:
                        runs[waters, 5], runs[waters, 6], runs[waters, 7] = x, end, quad
                        waters += 1
                    sample_run(
                        uint64(x),
                        (uint64(end - x) + uint64(15)) >> uint64(4),
                        z_row,
                        zx,
                        paint[quad],
                        codes[quad],
                        fy,
                        skin_start,
                        level_stride,
                        luxels,
                        texels,
                    )
                    if kind == 1:
                        fog_run(uint64(x), (uint64(end - x) + uint64(15)) >> uint64(4), z_row, zx, ray2_row, scratch.ray2, fog)
            if kind != segment_kind:
                if segment_kind >= 0:
                    runs[segments, 8], runs[segments, 9], runs[segments, 10] = segment_start, x, segment_kind
                    segments += 1
                segment_start, segment_kind = x, kind
            x = end
        if segment_kind >= 0:
            runs[segments, 8], runs[segments, 9], runs[segments, 10] = segment_start, width, segment_kind
            segments += 1
        for s in range(segments):
            first, past = uint64(runs[s, 8]), uint64(runs[s, 9])
            look_up(first, past, bank.luxels, textures, luxels, texels)
            if runs[s, 10] == 1:
                mix_foggy(first, past, luxels, texels, fog, horizon, pixels)
            else:
                mix_clear(first, past, luxels, texels, pixels)
        for s in range(waters):
            quad = runs[s, 7]
            z_row, u_row, v_row = (
                depths[quad, 0] + fy * depths[quad, 2],
                paint[quad, 0] + fy * paint[quad, 2],
                paint[quad, 3] + fy * paint[quad, 5],
            )
            water_run(
                runs[s, 5], runs[s, 6], y, camera, sky, time_s, z_row, depths[quad, 1],
                u_row, paint[quad, 1], v_row, paint[quad, 4], paint[quad, 6], paint[quad, 7], pixels,
            )  # fmt: skip
        for s in range(sprites):
            quad = runs[s, 4]
            sprite_run(
                runs[s, 2], runs[s, 3], fy, depths[quad], paint[quad], codes[quad], ray2_row, scratch.ray2, bank.sprites, horizon, pixels
            )
        if skies > 0:
            sky_knots(runs[0, 0] // KNOT, runs[skies - 1, 1] // KNOT + 1, y, camera, sky, scratch.knots)
            for s in range(skies):
                sky_run(runs[s, 0], runs[s, 1], y, camera, sky, bank.clouds, time_s, scratch.knots, luxels, pixels)
                if special_sky:
                    sun_and_stars(runs[s, 0], runs[s, 1], y, camera, sky, luxels, pixels)
        pack_row(pixels, words, y * width, width)


@njit(cache=True, nogil=True, error_model="numpy")
def _sun_in_row(y, camera, sky, width):
    """Whether the disc of the sun may touch row y."""
    ahead = camera.forward[0] * sky[SUN] + camera.forward[1] * sky[SUN + 1] + camera.forward[2] * sky[SUN + 2]
    if ahead < 0.1:
        return False
    right = (camera.right[0] * sky[SUN] + camera.right[1] * sky[SUN + 1]) / ahead
    up = (camera.up[0] * sky[SUN] + camera.up[1] * sky[SUN + 1] + camera.up[2] * sky[SUN + 2]) / ahead
    row_up = -(camera.down_step[0] * camera.up[0] + camera.down_step[1] * camera.up[1] + camera.down_step[2] * camera.up[2])
    top = camera.corner[0] * camera.up[0] + camera.corner[1] * camera.up[1] + camera.corner[2] * camera.up[2]
    radius = 0.055 * (1.0 + right * right + up * up)
    return abs(top - row_up * y - up) < radius and abs(right) < 0.5 * width * camera.pixel + radius


@njit(cache=True, nogil=True, error_model="numpy")
def sprite_run(first, end, fy, depth, paint, codes, ray2_row, ray2, sprites, horizon, pixels):
    """Pixels [first, end) of a plane that shows a sprite in one light."""
    z_row, u_row, v_row = depth[0] + fy * depth[2], paint[0] + fy * paint[2], paint[3] + fy * paint[5]
    light = uint32(codes[1])
    red_blue, green = uint32(horizon & uint32(0xFF00FF)), uint32(horizon & uint32(0xFF00))
    for x in range(first, end):
        fx = float32(x)
        t = float32(1.0) / (z_row + depth[1] * fx)
        u, v = (u_row + paint[1] * fx) * t + paint[6], (v_row + paint[4] * fx) * t
        density = t * t * (ray2_row + ray2[uint64(x)])
        weight = uint32(int32(float32(256.0) / (float32(1.0) + density * density)))
        pixels[uint64(x)] = faded(lit(light, sprites[sprite_texel(codes[0], u, v)]), weight, red_blue, green)


@njit(cache=True, nogil=True, error_model="numpy")
def _mark_run_starts(ids, row, width, flags):
    for x in range(ONE, uint64(width)):
        flags[x] = uint8(1) if ids[row + x] != ids[row + x - ONE] else uint8(0)


@njit(cache=True, nogil=True, error_model="numpy")
def sample_run(start, blocks, z_row, zx, paint, codes, fy, skin_start, level_stride, luxels, texels):
    """Where each pixel of a run finds its luxel, and its texel but for the material (which the luxel tells)."""
    u_row, ux, cu = paint[0] + fy * paint[2], paint[1], paint[6]
    v_row, vx, cv = paint[3] + fy * paint[5], paint[4], paint[7]
    footprint = paint[8]
    base, pitch, mask = codes[0], codes[1], codes[4]
    u_max, v_max = uint32(codes[2]), uint32(codes[3])
    texture = int32(codes[5] + skin_start)
    for block in range(blocks):
        for lane in range(BLOCK):
            x = start + block * BLOCK + lane
            fx = float32(int32(x))
            t = float32(1.0) / (z_row + zx * fx)
            # Past the run t may be anything; unsigned comparison keeps the addresses inside the quad.
            u = int32(min(uint32(int32(cu + (u_row + ux * fx) * t)), u_max))
            v = int32(min(uint32(int32(cv + (v_row + vx * fx) * t)), v_max))
            luxels[x] = uint32(base + ((v >> int32(2)) & mask) * pitch + ((u >> int32(2)) & mask))
            level = (np.float32(t * t * t * footprint).view(np.int32) >> int32(24)) - int32(64)
            level = min(max(level, int32(0)), int32(3)) * level_stride
            texels[x] = uint32(texture + level + (v & int32(15)) * int32(16) + (u & int32(15)))


@njit(cache=True, nogil=True, error_model="numpy")
def fog_run(start, blocks, z_row, zx, ray2_row, ray2, fog):
    """Share of the surface's own colour, of 256. ray2: square of each ray's length beside that of the row's middle."""
    for x in range(start, start + blocks * BLOCK):
        t = float32(1.0) / (z_row + zx * float32(int32(x)))
        density = t * t * (ray2_row + ray2[x])
        fog[x] = int32(float32(256.0) / (float32(1.0) + density * density))


@njit(cache=True, nogil=True, error_model="numpy")
def look_up(first, end, bank_luxels, textures, luxels, texels):
    for x in range(first, end):
        luxel = bank_luxels[luxels[x]]
        luxels[x] = luxel
        texels[x] = textures[texels[x] + (luxel >> uint32(24)) * uint32(ROW_TEXTURES * TEXTURE)]


@njit(cache=True, nogil=True, error_model="numpy")
def mix_clear(first, end, luxels, texels, pixels):
    for x in range(first, first + ((end - first + uint64(15)) & ~uint64(15))):
        pixels[x] = lit(luxels[x], texels[x])


@njit(cache=True, nogil=True, error_model="numpy")
def mix_foggy(first, end, luxels, texels, fog, horizon, pixels):
    red_blue, green = uint32(horizon & uint32(0xFF00FF)), uint32(horizon & uint32(0xFF00))
    for block in range((end - first + uint64(15)) >> uint64(4)):
        for lane in range(BLOCK):
            x = first + block * BLOCK + lane
            pixels[x] = faded(lit(luxels[x], texels[x]), uint32(fog[x]), red_blue, green)


@njit(cache=True, nogil=True, error_model="numpy")
def lit(luxel, texel):
    """Colour of a texel in a luxel's light (128 is 1.0); what the texel emits is the least light it gets."""
    glow = uint32(texel >> uint32(25))
    r = uint32(uint32((texel & uint32(255)) * max(uint32(luxel & uint32(255)), glow)) >> uint32(7))
    g = uint32(
        uint32(uint32((texel >> uint32(8)) & uint32(255)) * max(uint32((luxel >> uint32(8)) & uint32(255)), glow))
        >> uint32(7)
    )
    b = uint32(
        uint32(uint32((texel >> uint32(16)) & uint32(255)) * max(uint32((luxel >> uint32(16)) & uint32(255)), glow))
        >> uint32(7)
    )
    most = uint32(255)
    return uint32(min(r, most) | (min(g, most) << uint32(8)) | (min(b, most) << uint32(16)))


@njit(cache=True, nogil=True, error_model="numpy")
def faded(colour, weight, red_blue, green):
    """colour * weight + horizon * (1 - weight), weight of 256; two channels share a multiplication."""
    rb = uint32(uint32(red_blue << uint32(8)) + uint32(uint32((colour & uint32(0xFF00FF)) - red_blue) * weight))
    g = uint32(uint32(green << uint32(8)) + uint32(uint32((colour & uint32(0xFF00)) - green) * weight))
    return uint32(((rb >> uint32(8)) & uint32(0xFF00FF)) | ((g >> uint32(8)) & uint32(0xFF00)))


@njit(cache=True, nogil=True, error_model="numpy")
def pack_row(pixels, words, start, width):
    """Four pixels of red, green, blue, nothing become three words of the picture."""
    base = uint64(start) * uint64(3) // uint64(4)
    for i in range(uint64(width) // uint64(4)):
        j, o = i * uint64(4), base + i * uint64(3)
        a, b, c, d = pixels[j], pixels[j + ONE], pixels[j + uint64(2)], pixels[j + uint64(3)]
        words[o] = a | (b << uint32(24))
        words[o + ONE] = (b >> uint32(8)) | (c << uint32(16))
        words[o + uint64(2)] = (c >> uint32(16)) | (d << uint32(8))
