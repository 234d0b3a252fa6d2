"""Shade: the colours of a band of rows whose quads are known.

A row falls into runs of pixels that see one quad. A run is sampled in blocks of 16 pixels that may overshoot its end
(the next run overwrites them): perspective divide, luxel, texel, fog. Then neighbouring runs are looked up and mixed
together.
"""

import numpy as np
from numpy import float32, int32, uint8, uint32, uint64

from genie3_env.materials import LAVA, NUM_MATERIALS, Surface
from genie3_env.render.classes import LIQUID_MATERIALS, label_row
from genie3_env.render.compiled import inlined_kernel, kernel
from genie3_env.render.raster import SPRITE, sprite_texel
from genie3_env.render.scene import LUXELS_PER_METRE, SURFACE_GROUND, TEXELS_PER_METRE
from genie3_env.render.sky import HORIZON, sky_runs
from genie3_env.render.water import water_runs

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
# Kinds of runs in Row.runs; of segments of world quads, by fog.
SKY_RUNS, SPRITE_RUNS, WATER_RUNS, SEGMENTS = 0, 1, 2, 3
NO_SEGMENT, CLEAR, FOGGY = -1, 0, 1


@inlined_kernel
def prepare_quad(bank, scratch, quad, world, camera, lava_offset, liquid):
    """Writes paint and codes of a visible quad, once it turns out that some pixel sees it.

    liquid: an index in prompt.spec.LIQUIDS that shows in place of every other one; -1: each as it is.
    """
    index = scratch.visible[quad]
    face = 0
    while index >= bank.faces[world, face + 1]:
        face += 1
    axis = face >> 1
    u_axis = 1 if axis == 0 else 0
    v_axis = 1 if axis == 2 else 2
    codes = scratch.codes
    u0, u1 = float(bank.quads[1, index]), float(bank.quads[3, index])
    v0, v1 = float(bank.quads[2, index]), float(bank.quads[4, index])
    write_paint(scratch, quad, camera, axis, u_axis, v_axis, float(bank.quads[0, index]), u0, v0)
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
    other = 0
    if liquid >= 0 and surface in (WATER_CLASS, LAVA_CLASS):
        own = int(bank.luxels[bank.surfaces[index, 1]] >> uint32(24))
        other = (LIQUID_MATERIALS[liquid] - own) * ROW_TEXTURES * TEXTURE
        surface = LAVA_CLASS if LIQUID_MATERIALS[liquid] == LAVA else WATER_CLASS
    codes[quad, 5] = TEXTURE * (1 if face == 4 else (2 if face == 5 else 0)) + other
    if surface == LAVA_CLASS:
        codes[quad, 5] += lava_offset
    codes[quad, 6] = surface if surface != WATER_CLASS or face == 4 else 1


@inlined_kernel
def write_paint(scratch, quad, camera, axis, u_axis, v_axis, plane, u0, v0):
    """Writes how texture coordinates run over a quad, from its low corner u0, v0 on, and its footprint."""
    scale, paint = float(TEXELS_PER_METRE), scratch.paint
    paint[quad, 0] = camera.corner[u_axis] * scale
    paint[quad, 1] = camera.right_step[u_axis] * scale
    paint[quad, 2] = camera.down_step[u_axis] * scale
    paint[quad, 3] = camera.corner[v_axis] * scale
    paint[quad, 4] = camera.right_step[v_axis] * scale
    paint[quad, 5] = camera.down_step[v_axis] * scale
    paint[quad, 6] = (camera.eye[u_axis] - u0) * scale
    paint[quad, 7] = (camera.eye[v_axis] - v0) * scale
    # Texels under a pixel: footprint * t ** 3. The next level begins at 3, 12 and 48 of them.
    height = abs(plane - camera.eye[axis])
    paint[quad, 8] = (8.0 / 3.0) * (scale * camera.pixel) ** 2 / max(height, 1e-3)


@kernel
def lava_frame_offset(time_s):
    """Texels from the material lava to the frame of its film at a time."""
    frame = int(time_s * LAVA_FRAMES_PER_SECOND) % LAVA_FRAMES
    return (NUM_MATERIALS - LAVA + frame) * ROW_TEXTURES * TEXTURE


@kernel
def shade_band(bank, scratch, camera, world, skin, kind, liquid, time_s, top, bottom, words, labels):
    """Paints the rows [top, bottom) of the picture `words` (uint32 [height * width * 3 / 4]) from scratch.ids.

    kind: of the sky, an index in skies.SKY_KINDS. liquid: see prepare_quad. labels: uint8 [1, H, W], written too,
    or [0, H, W].
    """
    height, width, row = scratch.height, scratch.width, scratch.row
    sky = bank.skies[skin, kind]
    fog_scale = 1.0 / (float(bank.fog_m[skin, kind]) * float(bank.fog_m[skin, kind]))
    horizon = uint32(
        uint32(int32(sky[HORIZON]))
        | (uint32(int32(sky[HORIZON + 1])) << uint32(8))
        | (uint32(int32(sky[HORIZON + 2])) << uint32(16))
    )
    lava_offset = lava_frame_offset(time_s)
    widest = 1.0 + (0.5 * width * camera.pixel) ** 2
    for y in range(top, bottom):
        rise = (height * 0.5 - 0.5 - y) * camera.pixel
        ray2_row = float32((1.0 + rise * rise) * fog_scale)
        clear_z2 = float32(fog_scale * (widest + rise * rise) / CLEAR_DENSITY)
        _sample_row(
            bank,
            scratch,
            camera,
            world,
            skin,
            lava_offset,
            liquid,
            y,
            uint64((y - top) * scratch.pitch),
            ray2_row,
            clear_z2,
        )
        for s in range(row.counts[SEGMENTS]):
            first, past = (uint64(row.runs[SEGMENTS, s, 0]), uint64(row.runs[SEGMENTS, s, 1]))
            look_up(first, past, bank.luxels, bank.textures, row)
            if row.runs[SEGMENTS, s, 2] == FOGGY:
                mix_foggy(first, past, row.luxels, row.texels, row.fog, horizon, row.pixels)
            else:
                mix_clear(first, past, row.luxels, row.texels, row.pixels)
        if labels.shape[0] > 0:
            label_row(scratch, uint64((y - top) * scratch.pitch), liquid, labels[0, y])
        if row.counts[WATER_RUNS] > 0:
            water_runs(row.runs[WATER_RUNS], row.counts[WATER_RUNS], scratch, camera, sky, time_s, y)
        if row.counts[SPRITE_RUNS] > 0:
            _sprite_runs(scratch, bank.sprites, y, ray2_row, horizon)
        if row.counts[SKY_RUNS] > 0:
            sky_runs(row.runs[SKY_RUNS], row.counts[SKY_RUNS], row, bank.clouds, camera, sky, time_s, y, width)
        pack_row(row.pixels, words, y * width, width)


@inlined_kernel
def _sample_row(bank, scratch, camera, world, skin, lava_offset, liquid, y, start, ray2_row, clear_z2):
    """Sorts the runs of a row (ids from `start`) by kind into scratch.row and samples those of world quads."""
    row, ids, depths, paint, codes = (scratch.row, scratch.ids, scratch.depths, scratch.paint, scratch.codes)
    runs, counts, fy = row.runs, row.counts, float32(y)
    skin_start, level_stride = int32(skin * bank.skin_stride), int32(bank.level_stride)
    num_runs = _find_runs(ids, start, scratch.width, row.starts, row.start_words, row.run_starts)
    skies = waters = sprites = segments = 0
    segment_start, segment_kind = 0, NO_SEGMENT
    for r in range(num_runs):
        x, end = row.run_starts[r], row.run_starts[r + 1]
        quad = ids[start + uint64(x)]
        kind = NO_SEGMENT
        if quad < 0:
            runs[SKY_RUNS, skies, 0], runs[SKY_RUNS, skies, 1] = x, end
            skies += 1
        else:
            if codes[quad, 6] == UNPREPARED:
                prepare_quad(bank, scratch, quad, world, camera, lava_offset, liquid)
            surface = codes[quad, 6]
            if surface == SPRITE:
                (runs[SPRITE_RUNS, sprites, 0], runs[SPRITE_RUNS, sprites, 1], runs[SPRITE_RUNS, sprites, 2]) = (
                    x,
                    end,
                    quad,
                )
                sprites += 1
            else:
                if surface == WATER_CLASS:
                    (runs[WATER_RUNS, waters, 0], runs[WATER_RUNS, waters, 1], runs[WATER_RUNS, waters, 2]) = (
                        x,
                        end,
                        quad,
                    )
                    waters += 1
                z_row, zx = depths[quad, 0] + fy * depths[quad, 2], depths[quad, 1]
                z_first, z_last = z_row + zx * float32(x), z_row + zx * float32(end - 1)
                z_far = min(z_first, z_last)
                kind = CLEAR if z_far * z_far > clear_z2 else FOGGY
                first, blocks = uint64(x), uint64(end - x + 15) >> uint64(4)
                levels = _level(z_first, paint[quad, 8]), _level(z_last, paint[quad, 8])
                sample_run(
                    first,
                    blocks,
                    z_row,
                    zx,
                    paint[quad],
                    codes[quad],
                    fy,
                    levels,
                    skin_start,
                    level_stride,
                    row.luxel_at,
                    row.texel_at,
                )
                if kind == FOGGY:
                    fog_run(first, blocks, z_row, zx, ray2_row, row.ray2, row.fog)
        if kind != segment_kind:
            if segment_kind != NO_SEGMENT:
                (runs[SEGMENTS, segments, 0], runs[SEGMENTS, segments, 1], runs[SEGMENTS, segments, 2]) = (
                    segment_start,
                    x,
                    segment_kind,
                )
                segments += 1
            segment_start, segment_kind = x, kind
    if segment_kind != NO_SEGMENT:
        runs[SEGMENTS, segments, 0], runs[SEGMENTS, segments, 1] = (segment_start, scratch.width)
        runs[SEGMENTS, segments, 2] = segment_kind
        segments += 1
    counts[SKY_RUNS], counts[SPRITE_RUNS], counts[WATER_RUNS], counts[SEGMENTS] = (skies, sprites, waters, segments)


@inlined_kernel
def _find_runs(ids, start, width, starts, start_words, run_starts):
    """run_starts: where the id changes in ids[start : start + width], and width at the end. Returns how many runs."""
    starts[0] = uint8(1)
    for x in range(ONE, uint64(width)):
        starts[x] = uint8(1) if ids[start + x] != ids[start + x - ONE] else uint8(0)
    count = uint64(0)
    for word in range(uint64(width + 7) >> uint64(3)):
        if start_words[word] != uint64(0):
            for lane in range(uint64(8)):
                x = word * uint64(8) + lane
                run_starts[count] = int32(x)
                count += uint64(starts[x])
    run_starts[count] = width
    return int(count)


@inlined_kernel
def _sprite_runs(scratch, sprites, y, ray2_row, horizon):
    row = scratch.row
    for s in range(row.counts[SPRITE_RUNS]):
        first, past, quad = (row.runs[SPRITE_RUNS, s, 0], row.runs[SPRITE_RUNS, s, 1], row.runs[SPRITE_RUNS, s, 2])
        depth, paint, codes = (scratch.depths[quad], scratch.paint[quad], scratch.codes[quad])
        sprite_run(first, past, float32(y), depth, paint, codes, ray2_row, row.ray2, sprites, horizon, row.pixels)


@kernel
def sprite_run(first, end, fy, depth, paint, codes, ray2_row, ray2, sprites, horizon, pixels):
    """Pixels [first, end) of a plane that shows a sprite in one light."""
    z_row, u_row, v_row = (depth[0] + fy * depth[2], paint[0] + fy * paint[2], paint[3] + fy * paint[5])
    light = uint32(codes[1])
    red_blue, green = (uint32(horizon & uint32(0xFF00FF)), uint32(horizon & uint32(0xFF00)))
    for x in range(first, end):
        fx = float32(x)
        t = float32(1.0) / (z_row + depth[1] * fx)
        u, v = (u_row + paint[1] * fx) * t + paint[6], (v_row + paint[4] * fx) * t
        density = t * t * (ray2_row + ray2[uint64(x)])
        weight = uint32(int32(float32(256.0) / (float32(1.0) + density * density)))
        pixels[uint64(x)] = faded(lit(light, sprites[sprite_texel(codes[0], u, v)]), weight, red_blue, green)


@kernel
def _level(z, footprint):
    """Level of detail where the inverse depth is z: the power of four of the texels under a pixel, 0 to 3."""
    t = float32(1.0) / z
    level = (np.float32(t * t * t * footprint).view(np.int32) >> int32(24)) - int32(64)
    return min(max(level, int32(0)), int32(3))


@inlined_kernel
def sample_run(start, blocks, z_row, zx, paint, codes, fy, levels, skin_start, level_stride, luxel_at, texel_at):
    """Where each pixel of a run finds its luxel, and its texel but for the material (which the luxel tells).

    levels: of detail, at the first and the last pixel. Past the run t may be anything; the comparison without sign
    keeps the addresses inside of the quad.
    """
    u_row, ux, cu = paint[0] + fy * paint[2], paint[1], paint[6]
    v_row, vx, cv = paint[3] + fy * paint[5], paint[4], paint[7]
    footprint = paint[8]
    base, pitch, mask = codes[0], codes[1], codes[4]
    u_max, v_max = uint32(codes[2]), uint32(codes[3])
    texture = int32(codes[5] + skin_start)
    if levels[0] == levels[1]:
        texture += int32(levels[0] * level_stride)
        for block in range(blocks):
            for lane in range(BLOCK):
                x = start + block * BLOCK + lane
                fx = float32(int32(x))
                t = float32(1.0) / (z_row + zx * fx)
                u = int32(min(uint32(int32(cu + (u_row + ux * fx) * t)), u_max))
                v = int32(min(uint32(int32(cv + (v_row + vx * fx) * t)), v_max))
                luxel_at[x] = uint32(base + ((v >> int32(2)) & mask) * pitch + ((u >> int32(2)) & mask))
                texel_at[x] = uint32(texture + (v & int32(15)) * int32(16) + (u & int32(15)))
    else:
        for block in range(blocks):
            for lane in range(BLOCK):
                x = start + block * BLOCK + lane
                fx = float32(int32(x))
                z = z_row + zx * fx
                t = float32(1.0) / z
                u = int32(min(uint32(int32(cu + (u_row + ux * fx) * t)), u_max))
                v = int32(min(uint32(int32(cv + (v_row + vx * fx) * t)), v_max))
                luxel_at[x] = uint32(base + ((v >> int32(2)) & mask) * pitch + ((u >> int32(2)) & mask))
                level = _level(z, footprint) * level_stride
                texel_at[x] = uint32(texture + level + (v & int32(15)) * int32(16) + (u & int32(15)))


@inlined_kernel
def fog_run(start, blocks, z_row, zx, ray2_row, ray2, fog):
    """Share of the surface's own colour, of 256. ray2: square of each ray's length beside that of the row's middle."""
    for x in range(start, start + blocks * BLOCK):
        t = float32(1.0) / (z_row + zx * float32(int32(x)))
        density = t * t * (ray2_row + ray2[x])
        fog[x] = int32(float32(256.0) / (float32(1.0) + density * density))


@inlined_kernel
def look_up(first, end, bank_luxels, textures, row):
    """Fetches luxels, then the texels of their materials, for the pixels [first, end) and those that pair with them.

    Two addresses are read and two words written at a time: the loads and stores are what it takes.
    """
    low_half, high = uint64(0xFFFFFFFF), uint64(32)
    luxel_at, luxels, texels = row.luxel_at_pairs, row.luxel_pairs, row.texel_pairs
    start, stop = first >> ONE, (end + ONE) >> ONE
    for pair in range(start, stop):
        at = luxel_at[pair]
        luxels[pair] = uint64(bank_luxels[at & low_half]) | (uint64(bank_luxels[at >> high]) << high)
    for x in range(start + start, stop + stop):
        row.texels[x] = row.texel_at[x] + uint32(row.luxels[x] >> uint32(24)) * uint32(ROW_TEXTURES * TEXTURE)
    for pair in range(start, stop):
        at = texels[pair]
        texels[pair] = uint64(textures[at & low_half]) | (uint64(textures[at >> high]) << high)


@inlined_kernel
def mix_clear(first, end, luxels, texels, pixels):
    for x in range(first, first + ((end - first + uint64(15)) & ~uint64(15))):
        pixels[x] = lit(luxels[x], texels[x])


@inlined_kernel
def mix_foggy(first, end, luxels, texels, fog, horizon, pixels):
    red_blue, green = (uint32(horizon & uint32(0xFF00FF)), uint32(horizon & uint32(0xFF00)))
    for block in range((end - first + uint64(15)) >> uint64(4)):
        for lane in range(BLOCK):
            x = first + block * BLOCK + lane
            pixels[x] = faded(lit(luxels[x], texels[x]), uint32(fog[x]), red_blue, green)


@kernel
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


@kernel
def faded(colour, weight, red_blue, green):
    """colour * weight + horizon * (1 - weight), weight of 256; two channels share a multiplication."""
    rb = uint32(uint32(red_blue << uint32(8)) + uint32(uint32((colour & uint32(0xFF00FF)) - red_blue) * weight))
    g = uint32(uint32(green << uint32(8)) + uint32(uint32((colour & uint32(0xFF00)) - green) * weight))
    return uint32(((rb >> uint32(8)) & uint32(0xFF00FF)) | ((g >> uint32(8)) & uint32(0xFF00)))


@inlined_kernel
def pack_row(pixels, words, start, width):
    """Four pixels of red, green, blue, nothing become three words of the picture."""
    base = uint64(start) * uint64(3) // uint64(4)
    for i in range(uint64(width) // uint64(4)):
        j, o = i * uint64(4), base + i * uint64(3)
        a, b, c, d = (pixels[j], pixels[j + ONE], pixels[j + uint64(2)], pixels[j + uint64(3)])
        words[o] = a | (b << uint32(24))
        words[o + ONE] = (b >> uint32(8)) | (c << uint32(16))
        words[o + uint64(2)] = (c >> uint32(16)) | (d << uint32(8))
