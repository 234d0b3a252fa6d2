"""Painting: the means that textures are painted with.

A tone [16, 16] is brightness around 1.0; a texture is [16, 16, 4]: red, green, blue (0..255) and alpha, the light that
it emits itself (255 is 1.0). Row 0 is the bottom of a side. All repeat without seams, and use only +, -, *, / and sqrt.
"""

import numpy as np

SIDE = 16  # texels
PART = np.arange(SIDE)


def noise(rng: np.random.Generator, cells: int) -> np.ndarray:
    """Smooth values in 0..1 [16, 16] that repeat without seams: `cells` random lattice points along each side."""
    lattice = rng.random((cells, cells))
    at = PART * cells / SIDE
    low = at.astype(int)
    part = at - low
    part = part * part * (3.0 - 2.0 * part)
    high = (low + 1) % cells
    rows = lattice[low] * (1.0 - part)[:, None] + lattice[high] * part[:, None]
    return rows[:, low] * (1.0 - part) + rows[:, high] * part


def grain(rng: np.random.Generator, amount: float) -> np.ndarray:
    """Uneven tone of a natural surface: broad patches, small ones, and single texels."""
    mixed = 0.35 * noise(rng, 4) + 0.30 * noise(rng, 8) + 0.35 * rng.random((SIDE, SIDE))
    return 1.0 + amount * (mixed - 0.5)


def paint(colour, tone: np.ndarray) -> np.ndarray:
    """A texture of one colour (or [16, 16, 3]) in a tone; it emits no light."""
    texture = np.zeros((SIDE, SIDE, 4))
    texture[..., :3] = np.asarray(colour, float) * tone[..., None]
    return texture


def everywhere(texture: np.ndarray) -> np.ndarray:
    """The same on side, top and bottom."""
    return np.stack([texture, texture, texture])


def courses(rng: np.random.Generator, height: int, length: int, spread: float, joint: float = 0.66) -> np.ndarray:
    """Tone of a wall of blocks, each course shifted by half a block: dark joints, lit upper edges, uneven blocks."""
    tone = np.ones((SIDE, SIDE))
    for course in range(SIDE // height):
        low = course * height
        shift = (course % 2) * (length // 2)
        for block in range(SIDE // length):
            columns = (shift + block * length + np.arange(length)) % SIDE
            body = np.ix_(np.arange(low, low + height), columns)
            tone[body] *= 1.0 + spread * (rng.random() - 0.5)
            tone[low : low + height, columns[0]] = joint
            tone[low + 1 : low + height, columns[1]] *= 1.07
        tone[low + height - 1] = np.where(tone[low + height - 1] > joint, tone[low + height - 1] * 1.12, joint)
        tone[low] = joint
    return tone


def pebbles(rng: np.random.Generator, count: int, spread: float, joint: float = 0.5) -> np.ndarray:
    """Tone of round stones in mortar: cells around random points, darker towards their rims, lit from above."""
    cells = SIDE // 4
    spots = np.stack([PART[:cells].repeat(cells), np.tile(PART[:cells], cells)], 1) * 4.0 + 2.0
    spots = (spots + (rng.random(spots.shape) - 0.5) * 4.4)[rng.permutation(len(spots))[:count]]
    tones = 1.0 + spread * (rng.random(count) - 0.5)
    dy = (PART[:, None, None] + 0.5 - spots[:, 0] + SIDE / 2) % SIDE - SIDE / 2
    dx = (PART[None, :, None] + 0.5 - spots[:, 1] + SIDE / 2) % SIDE - SIDE / 2
    distance = np.sqrt(dx * dx + dy * dy)
    nearest = distance.argmin(2)
    first, second = np.sort(distance, 2)[..., :2].transpose(2, 0, 1)
    rise = np.take_along_axis(dy, nearest[..., None], 2)[..., 0]
    return tones[nearest] * np.clip(joint + 0.34 * (second - first), joint, 1.0) * (1.0 + 0.035 * rise)
