"""Voxel materials: what a voxel is to the body, to light and to the painter."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np


class Surface(IntEnum):
    """How a face is shaded. Faces of one surface are merged into one quad whatever their materials."""

    NONE = 0
    OPAQUE = 1
    WATER = 2
    LAVA = 3


@dataclass(frozen=True)
class Material:
    """One kind of voxel. `glow` is emitted light as RGB in 0..1."""

    name: str
    surface: Surface = Surface.OPAQUE
    solid: bool = True
    deadly: bool = False
    glow: tuple[float, float, float] = (0.0, 0.0, 0.0)


# The order is the voxel's byte: append only, or every stored world changes.
MATERIALS = (
    Material("air", Surface.NONE, solid=False),
    Material("grass"),
    Material("dirt"),
    Material("stone"),
    Material("brick"),
    Material("wood"),
    Material("roof"),
    Material("lava", Surface.LAVA, solid=False, deadly=True, glow=(1.0, 0.42, 0.10)),
    Material("sand"),
    Material("window", glow=(0.75, 0.55, 0.25)),
    Material("torch", glow=(1.0, 0.72, 0.32)),
    Material("cobble"),
    Material("leaf"),
    Material("plank"),
    Material("gold"),
    Material("slate"),
    Material("water", Surface.WATER, solid=False),
    Material("moss"),
    Material("iron"),
    Material("cloth"),
    Material("hay"),
    Material("blossom"),
    Material("gravel"),
    Material("marble"),
    Material("snow"),
    Material("ice"),
    Material("sandstone"),
    Material("cactus"),
    Material("palm"),
    Material("bamboo"),
    Material("mushroom"),
    Material("crystal", glow=(0.34, 0.16, 0.52)),
    Material("obsidian"),
    Material("ash"),
    Material("canopy"),
    Material("undergrowth"),
    Material("ore"),
    Material("acid", Surface.WATER, solid=False, deadly=True, glow=(0.24, 0.60, 0.08)),
    Material("metal"),
    Material("concrete"),
    Material("asphalt"),
    Material("glass"),
    Material("hull"),
    Material("rust"),
    Material("thatch"),
    Material("solar"),
    Material("red"),
    Material("white"),
    Material("black"),
    Material("yellow"),
    Material("neon_pink", glow=(0.90, 0.20, 0.62)),
    Material("neon_blue", glow=(0.16, 0.62, 0.90)),
    Material("lamp", glow=(0.90, 0.82, 0.62)),
    Material("lantern", glow=(0.90, 0.36, 0.16)),
    Material("screen", glow=(0.30, 0.40, 0.52)),
    Material("red_leaf"),
    Material("yellow_leaf"),
)
NUM_MATERIALS = len(MATERIALS)

_INDEX = {material.name: index for index, material in enumerate(MATERIALS)}
AIR = _INDEX["air"]
LAVA = _INDEX["lava"]
WATER = _INDEX["water"]
LIQUIDS = {name: _INDEX[name] for name in ("lava", "water", "acid")}


def material(name: str) -> int:
    """The voxel byte of the material called `name`; KeyError names the known ones."""
    if name not in _INDEX:
        raise KeyError(f"Unknown material {name!r}. Known materials: {', '.join(_INDEX)}.")
    return _INDEX[name]


# Tables for Numba kernels, indexed by voxel byte.
SOLID = np.array([m.solid for m in MATERIALS])
DEADLY = np.array([m.deadly for m in MATERIALS])
LIQUID = np.array([m.name in LIQUIDS for m in MATERIALS])
SURFACE = np.array([m.surface for m in MATERIALS], np.uint8)
GLOW = np.array([m.glow for m in MATERIALS], np.float32)
for _table in (SOLID, DEADLY, LIQUID, SURFACE, GLOW):
    _table.flags.writeable = False
