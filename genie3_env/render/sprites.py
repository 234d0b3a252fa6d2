"""Sprites: flags' cloths, coins, keys and levers, pure and saturated so that a small network can tell them apart.

They give light themselves, so that their colours are the same by night. A word is alpha << 24 | blue << 16 | green << 8
| red; 0 is cut out. Row 0 is the upper edge.
"""

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


# Rows of the sprite table: a cloth, a coin and a key in each of FLAG_COLOURS, then the two positions of a lever.
CLOTH_SPRITE = 0
COIN_SPRITE = len(FLAG_COLOURS)
KEY_SPRITE = 2 * len(FLAG_COLOURS)
LEVER_OFF_SPRITE = 3 * len(FLAG_COLOURS)
LEVER_ON_SPRITE = LEVER_OFF_SPRITE + 1
NUM_SPRITES = LEVER_ON_SPRITE + 1
SPRITE_NAMES = (
    *(f"{colour} {thing}" for thing in ("flag", "coin", "key") for colour in FLAG_COLOURS),
    "lever that is off",
    "lever that is on",
)

LEVER_OFF_KNOB, LEVER_ON_KNOB = (255, 110, 0), (0, 235, 255)


def sprite_table() -> np.ndarray:
    """uint32 [NUM_SPRITES, 32 * 32] in the order of the rows above. A cloth's column 0 is the pole's side."""
    colours = [CLOTHS[name] for name in FLAG_COLOURS]
    painted = [paint(colour) for paint in (cloth, coin, key) for colour in colours]
    return np.stack([*painted, lever(LEVER_OFF_KNOB, -1.0), lever(LEVER_ON_KNOB, 1.0)])


def cloth(colour: tuple[int, int, int]) -> np.ndarray:
    """uint32 [32 * 32]: a swallow-tailed cloth with darker hems and a lighter cross, all of one hue."""
    column, row = np.arange(SPRITE_SIZE)[None, :], np.arange(SPRITE_SIZE)[:, None]
    from_middle = np.abs(row - (SPRITE_SIZE - 1) / 2)
    tone = np.ones((SPRITE_SIZE, SPRITE_SIZE))
    tone[(from_middle < 1.6) | (np.abs(column - 10) < 2)] = 1.3
    tone[np.broadcast_to(from_middle > 13.6, tone.shape) | np.broadcast_to(column < 2, tone.shape)] = 0.78
    return _words(_toned(colour, tone), from_middle >= (column - TAIL_COLUMN) * 0.8)


def coin(colour: tuple[int, int, int]) -> np.ndarray:
    """uint32 [32 * 32]: a disc with a dark rim and a bright bar down its middle."""
    x, y = _places()
    from_middle = np.sqrt(x * x + y * y)
    tone = np.where(from_middle > 12.6, 0.62, 1.0)
    tone = np.where((from_middle > 10.6) & (from_middle <= 12.6), 1.25, tone)
    tone = np.where((np.abs(x) < 2.2) & (np.abs(y) < 7.0), 1.45, tone)
    return _words(_toned(colour, tone), from_middle <= 15.6)


def key(colour: tuple[int, int, int]) -> np.ndarray:
    """uint32 [32 * 32]: a key that stands on its tip, so stout that the coarsest level of detail still shows it."""
    x, y = _places()
    from_bow = np.sqrt(x * x + (y - 4.0) * (y - 4.0))
    bow = (from_bow <= 11.8) & (from_bow > 3.0)
    shaft = (np.abs(x) <= 5.0) & (y < -5.0)
    teeth = (x > 0.0) & (x < 12.5) & (((y > -15.9) & (y < -10.9)) | ((y > -8.9) & (y < -4.9)))
    tone = np.where((from_bow > 9.8) | (np.abs(x) > 3.2), 0.72, 1.0)
    tone = np.where(bow, np.where(from_bow > 9.8, 0.72, np.where(from_bow > 5.2, 1.25, 0.9)), tone)
    return _words(_toned(colour, tone), bow | shaft | teeth)


def lever(knob: tuple[int, int, int], lean: float) -> np.ndarray:
    """uint32 [32 * 32]: a grey foot, and a rod with a ball that leans to the left (lean -1) or the right (1)."""
    x, y = _places()
    foot = (y < -7.0) & (np.abs(x) < 15.6)
    rod = (np.abs(x - lean * 0.55 * (y + 8.0)) < 3.2) & (y >= -7.0) & (y < 7.0)
    from_ball = np.sqrt((x - lean * 7.6) * (x - lean * 7.6) + (y - 7.6) * (y - 7.6))
    ball = from_ball < 8.0
    colours = np.zeros((SPRITE_SIZE, SPRITE_SIZE, 3))
    colours[foot] = (92, 94, 106)
    colours[foot & (y > -9.5)] = (150, 152, 164)
    colours[rod] = (196, 168, 120)
    colours[ball] = _toned(knob, np.where(from_ball > 6.2, 0.8, 1.1))[ball]
    return _words(colours, foot | rod | ball)


def _places() -> tuple[np.ndarray, np.ndarray]:
    """x [1, 32] to the right and y [32, 1] upwards of each texel's middle, from the sprite's middle."""
    along = np.arange(SPRITE_SIZE) - (SPRITE_SIZE - 1) / 2
    return along[None, :], -along[:, None]


def _toned(colour: tuple[int, int, int], tone: np.ndarray) -> np.ndarray:
    """float64 [32, 32, 3]: a colour times a tone; what is brighter than the colour is whiter too."""
    return np.array(colour) * tone[..., None] + np.maximum(tone - 1.0, 0.0)[..., None] * 90.0


def _words(colours: np.ndarray, there: np.ndarray) -> np.ndarray:
    """uint32 [32 * 32] of colours [32, 32, 3] where something is there, else cut out."""
    shown = np.clip(colours, 0.0, 255.0).astype(np.uint32)
    words = shown[..., 0] | shown[..., 1] << 8 | shown[..., 2] << 16 | np.uint32(EMITTED << 24)
    return np.where(there, words, 0).astype(np.uint32).reshape(-1)
