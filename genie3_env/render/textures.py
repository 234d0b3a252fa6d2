"""Textures: 16 x 16 texels for the sides, the top and the bottom of every material, and the film of moving lava.

A texel is red, green, blue (0..255) and alpha, the light that it emits itself (255 is 1.0). Row 0 is the bottom of a
side; on tops and bottoms columns run along x and rows along y. All textures repeat without seams.

M: materials, then frames of lava. Only +, -, *, /, sqrt and our own sine: the same bytes on every machine.
"""

import math

import numpy as np

from genie3_env.materials import LAVA, MATERIALS, NUM_MATERIALS
from genie3_env.render import painters_built, painters_nature
from genie3_env.render.painting import PART, SIDE, noise
from genie3_env.render.shade import LAVA_FRAMES
from genie3_env.trigonometry import sincos

LEVELS = 4
ROWS = NUM_MATERIALS + LAVA_FRAMES
PAINTERS = painters_nature.PAINTERS | painters_built.PAINTERS


def texture_table() -> np.ndarray:
    """float32 [M, 3, 16, 16, 4]: side, top, bottom of each material as painted by daylight."""
    table = np.zeros((ROWS, 3, SIDE, SIDE, 4), np.float32)
    for index, kind in enumerate(MATERIALS):
        if kind.name not in ("air", "lava"):
            table[index] = PAINTERS[kind.name](np.random.default_rng([16, index]))
    table[NUM_MATERIALS:] = lava_film()[:, None]
    table[LAVA] = table[NUM_MATERIALS]
    return np.clip(table, 0.0, 255.0)


def texel_words(table: np.ndarray) -> np.ndarray:
    """uint32 [LEVELS, M * 3, 256] alpha << 24 | blue << 16 | green << 8 | red of a texture table [M, 3, 16, 16, 4].

    Each level of detail averages blocks of the one before and repeats them, so that all are indexed alike.
    """
    flat = table.reshape(-1, SIDE, SIDE, 4)
    levels = []
    for level in range(LEVELS):
        side = 1 << level
        blocks = flat.reshape(len(flat), SIDE // side, side, SIDE // side, side, 4).mean((2, 4), dtype=np.float64)
        bytes_ = np.floor(np.clip(blocks, 0.0, 255.0)).astype(np.uint32).repeat(side, 1).repeat(side, 2)
        word = bytes_[..., 0] | bytes_[..., 1] << 8 | bytes_[..., 2] << 16 | bytes_[..., 3] << 24
        levels.append(word.reshape(len(flat), SIDE * SIDE))
    return np.stack(levels)


# Colours of lava from its crust to its hottest cracks.
_HEATS = np.array([0.0, 0.3, 0.55, 0.8, 1.0])
_LAVA_COLOURS = np.array([(112, 22, 8), (196, 48, 8), (240, 94, 14), (255, 158, 34), (255, 226, 118)], float)


def lava_film(plates: int = 6) -> np.ndarray:
    """float64 [LAVA_FRAMES, 16, 16, 4]: dark plates that drift on glowing cracks; the last frame leads to the first."""
    rng = np.random.default_rng([16, LAVA])
    homes, phases = rng.random((plates, 2)) * SIDE, rng.random((plates, 2)) * 2.0 * math.pi
    roughness = noise(rng, 8) + 0.6 * rng.random((SIDE, SIDE))
    frames = np.empty((LAVA_FRAMES, SIDE, SIDE, 4))
    for frame in range(LAVA_FRAMES):
        turn = 2.0 * math.pi * frame / LAVA_FRAMES
        swing = np.array([[sincos(turn + phase)[0] for phase in pair] for pair in phases])
        spots = homes + 2.2 * swing
        dy = (PART[:, None, None] + 0.5 - spots[:, 0] + 1.5 * SIDE) % SIDE - SIDE / 2
        dx = (PART[None, :, None] + 0.5 - spots[:, 1] + 1.5 * SIDE) % SIDE - SIDE / 2
        first, second = np.sort(np.sqrt(dx * dx + dy * dy), 2)[..., :2].transpose(2, 0, 1)
        heat = np.clip(1.0 - 0.24 * (second - first) + 0.26 * (roughness - 0.8), 0.0, 1.0)
        for channel in range(3):
            frames[frame, ..., channel] = np.interp(heat, _HEATS, _LAVA_COLOURS[:, channel])
        frames[frame, ..., 3] = 150.0 + 105.0 * heat
    return frames
