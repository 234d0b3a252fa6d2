"""Raster: which quad each pixel of a band of rows sees, by inverse depth. No colours here.

z = 1 / distance along the camera's forward axis is linear on the screen, so the nearest quad is the largest z.
Scratch rows are wider than the picture: spans are drawn in whole blocks and masked.
"""

import math

from numpy import float32, int32, uint64

from genie3_env.render.compiled import inlined_kernel, kernel

BLOCK = uint64(16)  # pixels drawn together
ROW_BLOCK = 8  # rows whose ends are found together
EMPTY = int32(-1)
SPRITE = 8  # class of planes with a cut-out sprite; other classes are surfaces of scene.Scene
# In place of a quad of the world in scratch.visible: nothing, a plane of a flag or billboard, the first face of a box.
SKY_PIXEL, FLAG_PIXEL, BOX_PIXEL = -1, -2, -3
SPRITE_SIZE = 32
SPRITE_LEVELS = 6  # of detail, with texels of 1, 2, 4 ... 32: the last is one colour
SPRITE_TEXELS = SPRITE_SIZE * SPRITE_SIZE


@kernel
def bin_bands(rows, count, band_shift, num_bands, band_starts, band_quads):
    """Lists the quads that touch each band of 1 << band_shift rows, in drawing order."""
    if num_bands == 1:
        band_starts[0], band_starts[1] = 0, count
        for i in range(count):
            band_quads[i] = i
        return
    for band in range(num_bands + 1):
        band_starts[band] = 0
    for i in range(count):
        for band in range(rows[i, 0] >> band_shift, ((rows[i, 1] - 1) >> band_shift) + 1):
            band_starts[band + 1] += 1
    for band in range(num_bands):
        band_starts[band + 1] += band_starts[band]
    for i in range(count):
        for band in range(rows[i, 0] >> band_shift, ((rows[i, 1] - 1) >> band_shift) + 1):
            band_quads[band_starts[band]] = i
            band_starts[band] += 1
    for band in range(num_bands, 0, -1):
        band_starts[band] = band_starts[band - 1]
    band_starts[0] = 0


@kernel
def raster_band(scratch, sprites, top, bottom, band):
    """Draws the quads of a band, which has the rows [top, bottom), into depth and ids."""
    depth, ids, pitch = scratch.depth, scratch.ids, scratch.pitch
    edges, depths, rows, codes = (scratch.edges, scratch.depths, scratch.rows, scratch.codes)
    lefts, rights = scratch.lefts, scratch.rights
    for p in range(uint64((bottom - top) * pitch)):
        depth[p] = float32(0.0)
        ids[p] = EMPTY
    limit = float(scratch.width)
    for entry in range(scratch.band_starts[band], scratch.band_starts[band + 1]):
        quad = scratch.band_quads[entry]
        row0, row1 = max(top, rows[quad, 0]), min(bottom, rows[quad, 1])
        if row0 >= row1:
            continue
        _row_ends(edges[quad], row0, row1, limit, lefts, rights)
        z0, zx, zy = depths[quad, 0], depths[quad, 1], depths[quad, 2]
        mark = int32(quad)
        cut_out = quad >= scratch.first_sprite[0]
        for y in range(row0, row1):
            left, right = lefts[uint64(y - row0)], rights[uint64(y - row0)]
            if left >= right:
                continue
            z_row = z0 + zy * float32(y)
            row = uint64((y - top) * pitch)
            if cut_out:
                _sprite_span(
                    depth, ids, row, left, right, z_row, zx, mark, scratch.paint[quad], codes[quad, 0], y, sprites
                )
            else:
                _span(depth, ids, row, left, right, z_row, zx, mark)


@inlined_kernel
def _row_ends(edges, row0, row1, limit, lefts, rights):
    """First pixel inside and first pixel past the quad, for each row; both within [0, width]."""
    l0, m0, r0, s0 = edges[0, 0], edges[0, 1], edges[0, 2], edges[0, 3]
    l1, m1, r1, s1 = edges[1, 0], edges[1, 1], edges[1, 2], edges[1, 3]
    l2, m2, r2, s2 = edges[2, 0], edges[2, 1], edges[2, 2], edges[2, 3]
    l3, m3, r3, s3 = edges[3, 0], edges[3, 1], edges[3, 2], edges[3, 3]
    base = float(row0)
    for i in range(uint64((row1 - row0 + ROW_BLOCK - 1) & ~(ROW_BLOCK - 1))):
        y = base + float(int32(i))
        left = max(max(max(l0 + m0 * y, l1 + m1 * y), max(l2 + m2 * y, l3 + m3 * y)), 0.0)
        right = min(min(min(r0 + s0 * y, r1 + s1 * y), min(r2 + s2 * y, r3 + s3 * y)), limit)
        lefts[i] = int32(math.ceil(min(left, limit)))
        rights[i] = int32(math.ceil(max(right, 0.0)))


@inlined_kernel
def _span(depth, ids, row, left, right, z_row, zx, mark):
    """Pixels [left, right) of one row, in masked blocks of 16."""
    start = uint64(left) & ~uint64(15)
    blocks = (uint64(right) - start + uint64(15)) >> uint64(4)
    for x in range(start, start + blocks * BLOCK):
        column = int32(x)
        z = z_row + zx * float32(column)
        p = row + x
        if z > depth[p] and column >= left and column < right:
            depth[p] = z
            ids[p] = mark


@kernel
def _sprite_span(depth, ids, row, left, right, z_row, zx, mark, paint, sprite, y, sprites):
    """As _span, but only where the sprite's texel is not cut out."""
    fy = float32(y)
    u_row, v_row = paint[0] + fy * paint[2], paint[3] + fy * paint[5]
    for x in range(left, right):
        fx = float32(x)
        z = z_row + zx * fx
        p = row + uint64(x)
        if z > depth[p]:
            t = float32(1.0) / z
            if sprites[sprite_texel(sprite, (u_row + paint[1] * fx) * t + paint[6], (v_row + paint[4] * fx) * t)] != 0:
                depth[p] = z
                ids[p] = mark


@kernel
def sprite_texel(first_texel, u, v):
    """Index of the texel at (u, v) texels of the sprite that begins at first_texel; v up, row 0 is the top."""
    column = min(max(int32(u), int32(0)), int32(SPRITE_SIZE - 1))
    row = min(max(int32(SPRITE_SIZE - v), int32(0)), int32(SPRITE_SIZE - 1))
    return uint64(first_texel) + uint64(row * SPRITE_SIZE + column)
