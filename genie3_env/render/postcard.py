"""Postcard: a picture of a world from a point that shows what it is, found by looking from many."""

import math
import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from genie3_env.materials import AIR
from genie3_env.render.bank import SceneBank, build_scene_bank
from genie3_env.render.chart import mostly_roofed
from genie3_env.render.frame import FLAG_PIXEL, SKY_PIXEL, new_scratch, render_view, see_quads
from genie3_env.types import EYE_HEIGHT_M
from genie3_env.world import World

TRIED = (36, 64)  # height, width of the pictures that are compared
TIME_S = 1.0
JPEG_QUALITY = 88
AROUND = 12  # directions from which a world is looked at, and that an eye within it looks in
WITHIN = 16  # places within that are tried
SKY_AROUND = 0.25  # share of the picture that the sky has at best


class View(NamedTuple):
    """An eye: metres and radians."""

    x_m: float
    y_m: float
    z_m: float
    yaw_rad: float
    pitch_rad: float


def postcard(world: World, height: int, width: int) -> np.ndarray:
    """uint8 [height, width, 3] the world from where it looks best; 16:9, as `render.scratch.check_size` says."""
    bank = build_scene_bank([world], workers=1)
    out = np.empty((height, width, 3), np.uint8)
    render_view(bank, new_scratch(bank, height, width), 0, -1, *best_view(world, bank), TIME_S, out)
    return out


def best_view(world: World, bank: SceneBank) -> View:
    """The view of a bank's only world that shows most: from outside, or within if it lies under a roof."""
    scratch = new_scratch(bank, *TRIED)
    quads = np.empty(TRIED, np.int32)
    best, most = None, -math.inf
    roofed = mostly_roofed(world)
    for view in views_within(world) if roofed else views_around(world):
        see_quads(bank, scratch, 0, *view, TIME_S, quads)
        told = worth(quads, 0.0 if roofed else SKY_AROUND)
        if told > most:
            best, most = view, told
    assert best is not None, "views_around has views of every world"
    return best


def worth(quads: np.ndarray, best_sky: float) -> float:
    """How much a picture shows, by what its pixels see (render.frame.see_quads): many things, flags, the right sky."""
    kinds, pixels = np.unique(quads, return_counts=True)
    share = pixels / quads.size
    variety = -float((share * np.log(share)).sum())  # entropy: no single wall may fill it
    sky = float(share[kinds == SKY_PIXEL].sum())
    flags = float(share[kinds == FLAG_PIXEL].sum())
    return variety - 3.0 * abs(sky - best_sky) + 10.0 * min(flags, 0.02)


def views_around(world: World) -> list[View]:
    """Views from above its rim at its middle, from all sides, near and far, lower and higher."""
    across, along, up = world.voxels.shape
    views = []
    for turn in range(AROUND):
        angle = 2.0 * math.pi * turn / AROUND
        for reach, height in ((0.46, 0.42), (0.56, 0.55), (0.68, 0.75)):
            x = across * (0.5 + reach * math.cos(angle))
            y = along * (0.5 + reach * math.sin(angle))
            z = world.ground_m + height * up
            if _is_free(world, x, y, z):
                drop = z - world.ground_m - 0.12 * up
                far = math.hypot(across * (x / across - 0.5), along * (y / along - 0.5))
                views.append(View(x, y, z, angle + math.pi, -math.atan2(drop, far)))
    return views


def views_within(world: World) -> list[View]:
    """Views of a body at some of the places where episodes begin, or else where one can stand."""
    places = world.spawns if len(world.spawns) else np.arange(len(world.cells))
    views = []
    for place in places[np.linspace(0, len(places) - 1, WITHIN).astype(int)]:
        x, y, z = world.cells[place] + (0.5, 0.5, EYE_HEIGHT_M)
        views += [View(x, y, z, 2.0 * math.pi * turn / AROUND, 0.0) for turn in range(AROUND)]
    return views


def _is_free(world: World, x_m: float, y_m: float, z_m: float) -> bool:
    """Whether an eye there is in the air, with air around."""
    low = np.floor((x_m, y_m, z_m)).astype(int) - 1
    cut = tuple(slice(max(start, 0), max(start + 3, 0)) for start in low)
    return not (world.voxels[cut] != AIR).any()


def sheet(tiles: Sequence[np.ndarray], columns: int, paper: tuple[int, int, int] = (0, 0, 0)) -> np.ndarray:
    """Pictures uint8 [h, w, 3] side by side, each in a place as large as the largest; places left over stay paper."""
    height, width = (max(tile.shape[axis] for tile in tiles) for axis in (0, 1))
    columns = min(columns, len(tiles))
    out = np.empty((-(-len(tiles) // columns) * height, columns * width, 3), np.uint8)
    out[:] = paper
    for number, tile in enumerate(tiles):
        top, left = number // columns * height, number % columns * width
        out[top : top + tile.shape[0], left : left + tile.shape[1]] = tile
    return out


def write_picture(pixels: np.ndarray, path: Path) -> None:
    """Writes uint8 [H, W, 3], all of it or nothing, as the name's ending says: .jpg or .png."""
    unfinished = path.with_name(f".{os.getpid()}.{path.name}")
    try:
        Image.fromarray(pixels).save(unfinished, quality=JPEG_QUALITY, optimize=True)
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)
