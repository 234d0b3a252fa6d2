"""Scratch: the working memory of one thread for one size of picture. Nothing in it outlives a frame.

M: quads that one frame may hold. P: pixels of a row, with room for blocks that overshoot its end.
"""

from typing import NamedTuple

import numpy as np

from genie3_env.render.bank import SceneBank
from genie3_env.render.billboards import MOST_BILLBOARDS
from genie3_env.render.boxes import FACES_SEEN, MOST_BOXES
from genie3_env.render.entities import PLANES_PER_FLAG
from genie3_env.render.precipitation import Drops, new_drops
from genie3_env.render.setup import QUAD_PADDING

ROW_PADDING = 128
BAND_BYTES = 160 * 1024  # depth and ids of one band stay in the second-level cache
MIN_HEIGHT, MAX_HEIGHT = 9, 2160
RUN_KINDS = 4  # shade.SKY_RUNS ... shade.SEGMENTS


class Row(NamedTuple):
    """One row of the picture while it is painted. Names in `_pairs` are the same memory, two pixels at a time."""

    starts: np.ndarray  # uint8 [P] 1 where a run begins
    start_words: np.ndarray  # uint64 [P / 8] the same bytes
    run_starts: np.ndarray  # int32 [P] where each run begins
    runs: np.ndarray  # int32 [RUN_KINDS, P, 3] first pixel, past the last, quad or kind
    counts: np.ndarray  # int32 [RUN_KINDS] runs of each kind
    luxel_at: np.ndarray  # uint32 [P] where to find the luxel
    luxel_at_pairs: np.ndarray
    texel_at: np.ndarray  # uint32 [P] where to find the texel, but for the material
    luxels: np.ndarray  # uint32 [P]
    luxel_pairs: np.ndarray
    texels: np.ndarray  # uint32 [P]
    texel_pairs: np.ndarray
    fog: np.ndarray  # int32 [P] share of the surface's own colour, of 256
    ray2: np.ndarray  # float32 [P] square of the sideways part of each ray, in fog distances
    knots: np.ndarray  # float32 [3, ...] colours of the clear sky
    pixels: np.ndarray  # uint32 [P] blue << 16 | green << 8 | red


class Scratch(NamedTuple):
    """See the module.

    Kernels hand it on array by array: two more that nobody read made pictures of 64 x 36 a fifth slower.
    """

    height: int
    width: int
    pitch: int  # P
    band_shift: int  # a band has 1 << band_shift rows
    # The quads of one face as they are measured, then the visible ones.
    verdict: np.ndarray  # int32 [M] 1 if it may be seen
    measured_rows: np.ndarray  # int32 [2, M] first row, past the last
    visible: np.ndarray  # int32 [M] index in the bank, FLAG_PIXEL, or BOX_PIXEL - (box * 6 + face)
    rows: np.ndarray  # int32 [M, 2] first row, past the last
    edges: np.ndarray  # float64 [M, 4, 4] left, its slope, right, its slope
    depths: np.ndarray  # float32 [M, 3] inverse depth: at pixel (0, 0), per column, per row
    paint: np.ndarray  # float32 [M, 9] u and v as depths; offsets of u and v; footprint
    codes: np.ndarray  # int32 [M, 8] luxel, pitch, u max, v max, mask, texture, class; label of a sprite
    first_sprite: np.ndarray  # int32 [1] quads from here on show sprites
    boxes_m: np.ndarray  # float64 [2, MOST_BOXES, 3] low and high corners of the boxes of this frame
    # One band of rows.
    band_starts: np.ndarray  # int32 [bands + 1]
    band_quads: np.ndarray  # int32 [M * bands]
    lefts: np.ndarray  # int32 [rows of a band] ends of a quad
    rights: np.ndarray
    depth: np.ndarray  # float32 [rows of a band * P]
    ids: np.ndarray  # int32 [rows of a band * P]
    row: Row
    drops: Drops


def new_scratch(bank: SceneBank, height: int, width: int) -> Scratch:
    """Working memory for pictures of height x width of the bank's worlds; ValueError if the size is impossible."""
    check_size(height, width)
    quads_per_world = int((bank.faces[:, 6] - bank.faces[:, 0]).max())
    flags_per_world = int(np.diff(bank.world_flags).max())
    things = flags_per_world * PLANES_PER_FLAG + MOST_BOXES * FACES_SEEN + MOST_BILLBOARDS
    quads = quads_per_world + things + 2 * QUAD_PADDING
    pitch = width + ROW_PADDING
    band_shift = 4
    while (1 << band_shift) < height and (16 << band_shift) * pitch <= BAND_BYTES:
        band_shift += 1
    band_height = 1 << band_shift
    bands = -(-height // band_height)
    return Scratch(
        height=height,
        width=width,
        pitch=pitch,
        band_shift=band_shift,
        verdict=np.zeros(quads, np.int32),
        measured_rows=np.zeros((2, quads), np.int32),
        visible=np.zeros(quads, np.int32),
        rows=np.zeros((quads, 2), np.int32),
        edges=np.zeros((quads, 4, 4)),
        depths=np.zeros((quads, 3), np.float32),
        paint=np.zeros((quads, 9), np.float32),
        codes=np.zeros((quads, 8), np.int32),
        first_sprite=np.zeros(1, np.int32),
        boxes_m=np.zeros((2, MOST_BOXES, 3)),
        band_starts=np.zeros(bands + 1, np.int32),
        band_quads=np.zeros(quads * bands, np.int32),
        lefts=np.zeros(band_height + 16, np.int32),
        rights=np.zeros(band_height + 16, np.int32),
        depth=np.zeros(band_height * pitch + ROW_PADDING, np.float32),
        ids=np.zeros(band_height * pitch + ROW_PADDING, np.int32),
        row=_new_row(pitch),
        drops=new_drops(bands),
    )


def _new_row(pitch: int) -> Row:
    pairs = [np.zeros(pitch // 2, np.uint64) for _ in range(4)]
    luxel_at, texel_at, luxels, texels = (array.view(np.uint32) for array in pairs)
    starts = np.zeros(-(-pitch // 8) * 8, np.uint8)
    return Row(
        starts=starts,
        start_words=starts.view(np.uint64),
        run_starts=np.zeros(pitch, np.int32),
        runs=np.zeros((RUN_KINDS, pitch, 3), np.int32),
        counts=np.zeros(RUN_KINDS, np.int32),
        luxel_at=luxel_at,
        luxel_at_pairs=pairs[0],
        texel_at=texel_at,
        luxels=luxels,
        luxel_pairs=pairs[2],
        texels=texels,
        texel_pairs=pairs[3],
        fog=np.zeros(pitch, np.int32),
        ray2=np.zeros(pitch, np.float32),
        knots=np.zeros((3, pitch // 16 + 34), np.float32),
        pixels=np.zeros(pitch, np.uint32),
    )


def check_size(height: int, width: int) -> None:
    """ValueError unless a picture can be made: 16:9 within two pixels, width a multiple of 4, height 9 to 2160."""
    if not MIN_HEIGHT <= height <= MAX_HEIGHT:
        raise ValueError(f"height={height} is out of range; use {MIN_HEIGHT} to {MAX_HEIGHT} rows.")
    if width % 4:
        raise ValueError(f"width={width} is not a multiple of 4; try width={round(height * 16 / 9 / 4) * 4}.")
    if abs(width * 9 - height * 16) > 2 * 16:
        raise ValueError(
            f"height={height}, width={width} is not 16:9; for this height use width={round(height * 16 / 9 / 4) * 4}."
        )
