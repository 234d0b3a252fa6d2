"""What lies over a finished drawing: another ground, fallen snow, decay.

`voxels` uint8 [X, Y, Z] are changed in place.
"""

import numpy as np
from scipy.ndimage import label

from genie3_env.materials import AIR, LIQUIDS, NUM_MATERIALS, SOLID, material
from genie3_env.worldgen import canvas

# What a meadow's voxels become on other grounds (prompt.spec.GROUNDS), and the material that the ground is known by.
_GROUNDS = {
    "grass": {},
    "snow": {"grass": "snow"},
    "sand": {"grass": "sand", "dirt": "sand"},
    "rock": {"grass": "gravel", "dirt": "stone"},
    "ash": {"grass": "ash", "dirt": "obsidian"},
    "moss": {"grass": "undergrowth", "leaf": "canopy"},
}
GROUND_COVER = {"grass": "grass", "snow": "snow", "sand": "sand", "rock": "gravel", "ash": "ash", "moss": "undergrowth"}
GROUND_BELOW = {"grass": "dirt", "snow": "dirt", "sand": "sand", "rock": "stone", "ash": "obsidian", "moss": "dirt"}

_SNOWED_ON = (
    *(
        "grass",
        "dirt",
        "stone",
        "brick",
        "roof",
        "slate",
        "cobble",
        "leaf",
        "canopy",
        "palm",
        "sand",
        "gravel",
        "marble",
    ),
    *("moss", "undergrowth", "thatch", "sandstone", "concrete", "asphalt", "metal", "hull", "blossom", "ash", "hay"),
    *("red_leaf", "yellow_leaf"),
    "obsidian",
)
_DECAYING = (
    *(
        "stone",
        "brick",
        "roof",
        "slate",
        "cobble",
        "marble",
        "sandstone",
        "concrete",
        "metal",
        "hull",
        "thatch",
        "glass",
    ),
    *("gold", "obsidian", "window"),
)
DECAY_CELL = 5  # voxels between the places where ruins are broken more or less
_OVERGROWN = (
    "stone",
    "cobble",
    "brick",
    "marble",
    "sandstone",
    "concrete",
    "plank",
    "roof",
    "slate",
    "thatch",
    "metal",
)
_OVERGROWN += ("hull", "obsidian", "gravel", "asphalt")
_LEAVES = {
    "blossom": ("leaf", "blossom", "blossom", "blossom"),
    "autumn": ("yellow_leaf", "red_leaf", "yellow_leaf", "red_leaf", "yellow_leaf"),
}
LEAF_CELL = 3  # voxels between trees of different colours


def lay_ground(voxels: np.ndarray, ground: str) -> None:
    """Turn a meadow into another ground."""
    table = np.arange(NUM_MATERIALS, dtype=np.uint8)
    for before, after in _GROUNDS[ground].items():
        table[material(before)] = material(after)
    voxels[...] = table[voxels]


def snow_over(voxels: np.ndarray) -> None:
    """What lies open to the sky is white, but for what glows, flows or is walked on dry."""
    top = canvas.surface_height(voxels) - 1
    x, y = np.nonzero(top >= 0)
    z = top[x, y]
    takes = np.zeros(NUM_MATERIALS, bool)
    takes[[material(name) for name in _SNOWED_ON]] = True
    white = takes[voxels[x, y, z]]
    voxels[x[white], y[white], z[white]] = material("snow")


def ruin(voxels: np.ndarray, floors: np.ndarray, rng: np.random.Generator) -> None:
    """Break down from above what is built on floors int [X, Y], and let moss grow on it."""
    decays = np.zeros(NUM_MATERIALS, bool)
    decays[[material(name) for name in _DECAYING]] = True
    left = 1 + np.round(canvas.smooth_noise(rng, voxels.shape[:2], DECAY_CELL) * 9).astype(int)
    bites = rng.random(voxels.shape) < 0.06
    height = np.arange(voxels.shape[2])[None, None, :] - floors[:, :, None]
    built = decays[voxels] & (height >= 1)
    voxels[built & ((height > left[:, :, None]) | bites)] = AIR
    mossy = (voxels == material("stone")) | (voxels == material("cobble")) | (voxels == material("brick"))
    voxels[mossy & (height >= 0) & (rng.random(voxels.shape) < 0.3)] = material("moss")
    _drop_what_hangs(voxels, height <= 0)


def overgrow(voxels: np.ndarray, ground: int, rng: np.random.Generator) -> None:
    """Let moss grow in patches on what is built and on paths."""
    takes = np.zeros(NUM_MATERIALS, bool)
    takes[[material(name) for name in _OVERGROWN]] = True
    chance = 0.15 + 0.6 * canvas.smooth_noise(rng, voxels.shape[:2], DECAY_CELL) ** 2
    height = np.arange(voxels.shape[2])[None, None, :] - ground
    voxels[takes[voxels] & (height >= -1) & (rng.random(voxels.shape) < chance[:, :, None])] = material("moss")


def turn_leaves(voxels: np.ndarray, foliage: str, rng: np.random.Generator) -> None:
    """Give leaves the colours of a season (prompt.spec.FOLIAGES), tree by tree."""
    colours = np.array([material(name) for name in _LEAVES[foliage]], np.uint8)
    drawn = canvas.smooth_noise(rng, voxels.shape[:2], LEAF_CELL) + 0.1 * rng.random(voxels.shape[:2])
    x, y, z = np.nonzero((voxels == material("leaf")) | (voxels == material("canopy")))
    voxels[x, y, z] = colours[np.minimum((drawn[x, y] * len(colours)).astype(int), len(colours) - 1)]


def _drop_what_hangs(voxels: np.ndarray, firm: np.ndarray) -> None:
    """Take away solid voxels that are not joined to any where firm [X, Y, Z]."""
    parts = np.empty(voxels.shape, np.int32)
    label(SOLID[voxels], output=parts)
    carried = np.unique(parts[firm])
    voxels[SOLID[voxels] & ~np.isin(parts, carried)] = AIR


def float_land(voxels: np.ndarray, ground: int, rng: np.random.Generator) -> None:
    """Cut the land off all round, with an uneven edge, and let it taper downwards into the air."""
    x, y = canvas.plane_coordinates(voxels)
    half_x, half_y = voxels.shape[0] / 2, voxels.shape[1] / 2
    uneven = 0.10 * canvas.smooth_noise(rng, voxels.shape[:2], 7) + 0.04 * canvas.smooth_noise(rng, voxels.shape[:2], 3)
    across, along = (x + 0.5 - half_x) / half_x, (y + 0.5 - half_y) / half_y
    fourth = (across * across) ** 2 + (along * along) ** 2  # between a circle and a square
    inside = 0.90 - uneven - fourth
    thickness = np.where(inside > 0, np.minimum(1 + np.floor(inside * 14), ground - 1), 0).astype(int)
    for z in range(voxels.shape[2]):
        gone = (thickness == 0) | (z < ground - thickness)
        voxels[:, :, z][gone] = AIR
    for z in range(1, ground - 1):
        under = (
            (voxels[:, :, z] != AIR) & (voxels[:, :, z - 1] == AIR) & ~np.isin(voxels[:, :, z], list(LIQUIDS.values()))
        )
        voxels[:, :, z][under] = material("stone")
    _hold_liquids(voxels)


def _hold_liquids(voxels: np.ndarray) -> None:
    """Liquids that nothing holds are gone: those above air, or open at a side."""
    for _ in range(8):
        liquid = np.isin(voxels, list(LIQUIDS.values()))
        air = voxels == AIR
        open_ = np.zeros_like(liquid)
        open_[:, :, 1:] |= air[:, :, :-1]
        open_[:, :, 0] = True
        for axis in (0, 1):
            for step in (1, -1):
                beside = np.roll(air, step, axis)
                open_ |= beside
        spilt = liquid & open_
        if not spilt.any():
            return
        voxels[spilt] = material("stone")
