"""Textures: 16 x 16 texels for the sides, the top and the bottom of every material, and the film of moving lava.

A texel is red, green, blue (0..255) and alpha, the light that it emits itself (255 is 1.0). Row 0 is the bottom of a
side; on tops and bottoms columns run along x and rows along y. All textures repeat without seams.

M: materials, then frames of lava. Only +, -, *, /, sqrt and our own sine: the same bytes on every machine.
"""

import math

import numpy as np

from genie3_env.materials import LAVA, MATERIALS, NUM_MATERIALS
from genie3_env.render.shade import LAVA_FRAMES
from genie3_env.trigonometry import sincos

SIDE = 16  # texels
LEVELS = 4
ROWS = NUM_MATERIALS + LAVA_FRAMES
_PART = np.arange(SIDE)


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


# Grounds of paint: tone [16, 16] is brightness around 1.0, paint(...) a texture [16, 16, 4].


def noise(rng: np.random.Generator, cells: int) -> np.ndarray:
    """Smooth values in 0..1 [16, 16] that repeat without seams: `cells` random lattice points along each side."""
    lattice = rng.random((cells, cells))
    at = _PART * cells / SIDE
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
    spots = np.stack([_PART[:cells].repeat(cells), np.tile(_PART[:cells], cells)], 1) * 4.0 + 2.0
    spots = (spots + (rng.random(spots.shape) - 0.5) * 4.4)[rng.permutation(len(spots))[:count]]
    tones = 1.0 + spread * (rng.random(count) - 0.5)
    dy = (_PART[:, None, None] + 0.5 - spots[:, 0] + SIDE / 2) % SIDE - SIDE / 2
    dx = (_PART[None, :, None] + 0.5 - spots[:, 1] + SIDE / 2) % SIDE - SIDE / 2
    distance = np.sqrt(dx * dx + dy * dy)
    nearest = distance.argmin(2)
    first, second = np.sort(distance, 2)[..., :2].transpose(2, 0, 1)
    rise = np.take_along_axis(dy, nearest[..., None], 2)[..., 0]
    return tones[nearest] * np.clip(joint + 0.34 * (second - first), joint, 1.0) * (1.0 + 0.035 * rise)


# One painter per material.


def _grass(rng):
    top_tone = grain(rng, 0.42)
    top = paint((98, 138, 64), top_tone)
    tufts = rng.random((SIDE, SIDE))
    top[tufts > 0.93, :3] *= np.array([1.22, 1.16, 1.0])
    top[tufts < 0.08, :3] *= 0.80
    side = _dirt(rng)[0]
    fringe = 3 + (rng.random(SIDE) * 3.5).astype(int)
    turf = paint((93, 132, 60), grain(rng, 0.4))
    hangs = _PART[:, None] >= SIDE - fringe[None, :]
    side = np.where(hangs[..., None], turf, side)
    side[(_PART[:, None] == SIDE - fringe[None, :] - 1), :3] *= 0.74  # the shade under the turf
    return np.stack([side, top, _dirt(rng)[0]])


def _dirt(rng):
    texture = paint((124, 92, 62), grain(rng, 0.45))
    stones = rng.random((SIDE, SIDE)) > 0.965
    texture[stones, :3] = (150, 132, 112)
    return everywhere(texture)


def _stone(rng):
    return everywhere(paint((146, 148, 154), courses(rng, 8, 8, 0.20) * grain(rng, 0.16)))


def _brick(rng):
    tone = courses(rng, 4, 8, 0.26, joint=0.60)
    colour = np.where((tone <= 0.6)[..., None], (176, 164, 150), (166, 122, 98))
    return everywhere(paint(colour, tone * grain(rng, 0.14)))


def _wood(rng):
    streaks = 0.78 + 0.40 * rng.random(SIDE)[None, :] * np.ones((SIDE, 1))
    side = paint((112, 80, 48), streaks * grain(rng, 0.22))
    dx, dy = np.abs(_PART - 7.5)[None, :], np.abs(_PART - 7.5)[:, None]
    ring = np.maximum(dx, dy)
    end = paint((168, 128, 80), np.where(ring > 7.0, 0.60, 0.88 + 0.14 * (ring.astype(int) % 2)) * grain(rng, 0.10))
    return np.stack([side, end, end])


def _shingles(rng, colour, spread):
    tone = np.empty((SIDE, SIDE))
    for course in range(4):
        low = course * 4
        tone[low : low + 4] = np.array([0.60, 0.92, 1.04, 1.12])[:, None]
        for tile in range(4):
            columns = (tile * 4 + 2 * (course % 2) + np.arange(4)) % SIDE
            tone[low : low + 4, columns] *= 1.0 + spread * (rng.random() - 0.5)
            tone[low : low + 4, columns[0]] *= 0.80
            tone[low, columns[1:3]] *= 1.25  # the round lower end
    return everywhere(paint(colour, tone * grain(rng, 0.12)))


def _roof(rng):
    return _shingles(rng, (186, 70, 52), 0.28)


def _slate(rng):
    return _shingles(rng, (84, 96, 120), 0.26)


def _sand(rng):
    return everywhere(paint((216, 198, 142), grain(rng, 0.16)))


def _window(rng):
    texture = paint((120, 112, 104), grain(rng, 0.16))
    texture[:, (0, 15), :3] *= 0.78
    texture[2:14, 3:13] = (62, 50, 42, 0)
    glass = np.array([255.0, 206.0, 112.0]) * (0.80 + 0.26 * rng.random((SIDE, SIDE, 1)))
    panes = np.zeros((SIDE, SIDE), bool)
    for low, high in ((3, 8), (9, 13)):
        panes[low:high, 4:8] = panes[low:high, 8:12] = True
    panes[:, 8] = False
    texture[panes, :3] = glass[panes]
    texture[panes, 3] = 235
    return np.stack([texture, _stone(rng)[0], _stone(rng)[0]])


def _torch(rng):
    dx, dy = (_PART + 0.5 - 8.0)[None, :], (_PART + 0.5 - 8.0)[:, None]
    heat = np.clip(1.15 - np.sqrt(dx * dx + dy * dy) / 11.0 + 0.25 * (noise(rng, 4) - 0.5), 0.0, 1.0)
    texture = np.empty((SIDE, SIDE, 4))
    texture[..., 0], texture[..., 1] = 255, 96 + 110 * heat
    texture[..., 2], texture[..., 3] = 14 + 106 * heat * heat, 255
    return everywhere(texture)


def _cobble(rng):
    return everywhere(paint((138, 134, 130), pebbles(rng, 13, 0.30) * grain(rng, 0.12)))


def _leaf(rng):
    tone = grain(rng, 0.5) * np.where(rng.random((SIDE, SIDE)) < 0.22, 0.60, 1.05)
    texture = paint((66, 132, 48), tone)
    texture[rng.random((SIDE, SIDE)) > 0.94, :3] *= np.array([1.35, 1.22, 1.0])
    return everywhere(texture)


def _plank(rng):
    tone = np.empty((SIDE, SIDE))
    for board in range(4):
        low = board * 4
        tone[low : low + 4] = 1.0 + 0.2 * (rng.random() - 0.5)
        tone[low : low + 4] *= 1.0 + 0.10 * (noise(rng, 8)[:4] - 0.5)
        tone[low] *= 0.62
        tone[low + 1 : low + 4, int(rng.integers(SIDE))] *= 0.70
    return everywhere(paint((172, 132, 84), tone * grain(rng, 0.12)))


def _gold(rng):
    tone = grain(rng, 0.10)
    tone[0] *= 0.70
    tone[:, 0] *= 0.78
    tone[15] *= 1.18
    tone[:, 15] *= 1.12
    tone[5:11, 5:11] *= 1.12
    return everywhere(paint((242, 198, 70), tone))


def _water(rng):
    return everywhere(paint((44, 108, 168), 1.0 + 0.22 * (noise(rng, 4) - 0.5)))


def _moss(rng):
    tone = pebbles(rng, 13, 0.26) * grain(rng, 0.14)
    mossy = (noise(rng, 4) + 0.5 * noise(rng, 8) > 0.72)[..., None]
    return everywhere(paint(np.where(mossy, (92, 132, 62), (130, 130, 124)), tone))


def _iron(rng):
    tone = grain(rng, 0.10)
    tone[::8] *= 0.7
    tone[:, ::8] *= 0.7
    tone[4::8, 4::8] *= 1.35
    return everywhere(paint((96, 100, 110), tone))


def _cloth(rng):
    stripes = ((_PART // 4) % 2 == 0)[None, :, None] * np.ones((SIDE, 1, 1), bool)
    return everywhere(paint(np.where(stripes, (118, 58, 138), (226, 212, 184)), grain(rng, 0.10)))


def _hay(rng):
    straws = 0.74 + 0.46 * rng.random((SIDE // 2, SIDE)).repeat(2, axis=0)
    side = straws * grain(rng, 0.12)
    side[(3, 12), :] *= 0.62  # two cords
    end = grain(rng, 0.3) * (0.78 + 0.4 * rng.random((SIDE, SIDE)))
    return np.stack([paint((204, 170, 92), tone) for tone in (side, end, end)])


def _blossom(rng):
    texture = paint((206, 112, 146), grain(rng, 0.4))
    petals = paint((246, 186, 208), grain(rng, 0.2))
    leaves = paint((84, 128, 58), grain(rng, 0.3))
    kind = rng.random((SIDE, SIDE, 1))
    return everywhere(np.where(kind > 0.6, petals, np.where(kind < 0.12, leaves, texture)))


def _gravel(rng):
    return everywhere(paint((168, 156, 136), pebbles(rng, 16, 0.34, joint=0.72) * grain(rng, 0.18)))


def _marble(rng):
    vein = np.abs(noise(rng, 4) + 0.5 * noise(rng, 8) - 0.75)
    tone = courses(rng, 8, 16, 0.06, joint=0.82) * np.clip(0.86 + vein, 0.86, 1.0)
    return everywhere(paint((204, 200, 192), tone * grain(rng, 0.05)))


PAINTERS = {
    "grass": _grass,
    "dirt": _dirt,
    "stone": _stone,
    "brick": _brick,
    "wood": _wood,
    "roof": _roof,
    "slate": _slate,
    "sand": _sand,
    "window": _window,
    "torch": _torch,
    "cobble": _cobble,
    "leaf": _leaf,
    "plank": _plank,
    "gold": _gold,
    "water": _water,
    "moss": _moss,
    "iron": _iron,
    "cloth": _cloth,
    "hay": _hay,
    "blossom": _blossom,
    "gravel": _gravel,
    "marble": _marble,
}

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
        dy = (_PART[:, None, None] + 0.5 - spots[:, 0] + 1.5 * SIDE) % SIDE - SIDE / 2
        dx = (_PART[None, :, None] + 0.5 - spots[:, 1] + 1.5 * SIDE) % SIDE - SIDE / 2
        first, second = np.sort(np.sqrt(dx * dx + dy * dy), 2)[..., :2].transpose(2, 0, 1)
        heat = np.clip(1.0 - 0.24 * (second - first) + 0.26 * (roughness - 0.8), 0.0, 1.0)
        for channel in range(3):
            frames[frame, ..., channel] = np.interp(heat, _HEATS, _LAVA_COLOURS[:, channel])
        frames[frame, ..., 3] = 150.0 + 105.0 * heat
    return frames
