"""Sprites: the cloths of flags, pure and saturated so that a small network can tell them apart, by night too."""

import numpy as np

from genie3_env.render.raster import SPRITE_SIZE
from genie3_env.world import FLAG_COLOURS

CLOTHS = {
    "red": (232, 14, 22),
    "blue": (20, 56, 255),
    "yellow": (255, 216, 0),
    "green": (0, 196, 52),
    "pink": (240, 20, 210),
}
EMITTED = 200  # alpha: light that the cloth itself gives, of 255
TAIL_COLUMN = 23  # where the swallow-tail's cut begins


def sprite_table() -> np.ndarray:
    """uint32 [F, 32 * 32] alpha << 24 | blue << 16 | green << 8 | red of each of FLAG_COLOURS; 0 is cut out.

    Row 0 is the upper hem, column 0 the pole's side.
    """
    return np.stack([cloth(CLOTHS[name]) for name in FLAG_COLOURS])


def cloth(colour: tuple[int, int, int]) -> np.ndarray:
    """uint32 [32 * 32]: a swallow-tailed cloth with darker hems and a lighter cross, all of one hue."""
    column, row = np.arange(SPRITE_SIZE)[None, :], np.arange(SPRITE_SIZE)[:, None]
    from_middle = np.abs(row - (SPRITE_SIZE - 1) / 2)
    tone = np.ones((SPRITE_SIZE, SPRITE_SIZE))
    tone[(from_middle < 1.6) | (np.abs(column - 10) < 2)] = 1.3
    tone[np.broadcast_to(from_middle > 13.6, tone.shape) | np.broadcast_to(column < 2, tone.shape)] = 0.78
    shown = np.clip(np.array(colour) * tone[..., None] + np.maximum(tone - 1.0, 0.0)[..., None] * 90.0, 0.0, 255.0)
    shown = shown.astype(np.uint32)
    words = shown[..., 0] | shown[..., 1] << 8 | shown[..., 2] << 16 | np.uint32(EMITTED << 24)
    there = from_middle >= (column - TAIL_COLUMN) * 0.8
    return np.where(there, words, 0).astype(np.uint32).reshape(-1)
