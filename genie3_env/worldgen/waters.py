"""Moats, rivers and lakes: where they lie, what they hold, and the bridges over them.

Masks are bool [X, Y]. A lake of water has shores that one can wade through; what is deadly lies a step below its banks.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from genie3_env.materials import DEADLY, LIQUIDS
from genie3_env.worldgen import canvas
from genie3_env.worldgen.site import Site

DEEPEST = 3  # voxels of water
BRIDGE_WIDTH = 4
GAP = 2  # of a broken bridge: to be jumped


@dataclass(frozen=True, eq=False)
class Water:
    """One body of a liquid. along: the axis (0: x, 1: y) that a river follows; None: it is closed."""

    name: str
    filling: str
    mask: np.ndarray
    along: int | None = None


def river_mask(shape: tuple[int, int], width: int, along: int, aside: bool, rng: np.random.Generator) -> np.ndarray:
    """A winding band from edge to edge along an axis; `aside`: near one side of the land."""
    length, across = shape[along], shape[1 - along]
    low, spread = ((0.12, 0.06) if rng.random() < 0.5 else (0.82, 0.06)) if aside else (0.30, 0.40)
    knots = across * (low + spread * rng.random(length // 16 + 3))
    at = np.arange(length) / 16.0
    low = at.astype(int)
    part = at - low
    part = part * part * (3.0 - 2.0 * part)
    middle = knots[low] * (1.0 - part) + knots[low + 1] * part
    slope = np.gradient(middle)
    half = 0.5 * width * np.sqrt(1.0 + slope * slope)  # where it runs aslant it is as wide, not narrower
    band = abs(np.arange(across)[None, :] + 0.5 - middle[:, None]) < half[:, None]
    return band if along == 0 else band.T


def lake_mask(shape: tuple[int, int], centre: tuple[int, int], radius: float, rng: np.random.Generator) -> np.ndarray:
    """A rounded shape with an uneven shore."""
    x, y = np.meshgrid(np.arange(shape[0]), np.arange(shape[1]), indexing="ij")
    uneven = 0.65 + 0.7 * canvas.smooth_noise(rng, shape, 7)
    return (x - centre[0]) ** 2 + (y - centre[1]) ** 2 <= (radius * uneven) ** 2


def ring_mask(shape: tuple[int, int], half: tuple[int, int], width: int) -> np.ndarray:
    """A rectangular ring around the middle of the land."""
    x, y = np.meshgrid(np.arange(shape[0]), np.arange(shape[1]), indexing="ij")
    beyond = np.maximum(abs(x - shape[0] // 2) - half[0], abs(y - shape[1] // 2) - half[1])
    return (beyond >= 0) & (beyond < width)


def fill(site: Site, water: Water) -> None:
    """Dig the body out of the land and let its liquid in."""
    z = site.ground
    site.taken |= water.mask
    if DEADLY[LIQUIDS[water.filling]]:
        canvas.columns(site.voxels, water.mask, z - 4, z - 3, "stone")
        canvas.columns(site.voxels, water.mask, z - 3, z - 1, water.filling)
        canvas.columns(site.voxels, water.mask, z - 1, site.voxels.shape[2], "air")
        return
    shore = canvas.steps_from(~water.mask)
    for depth in range(1, DEEPEST + 1):
        floor = water.mask & (np.minimum(shore, DEEPEST) >= depth)
        canvas.columns(site.voxels, floor, z - depth - 1, z - depth, "sand" if depth == 1 else "gravel")
        canvas.columns(site.voxels, floor, z - depth, z, water.filling)
    canvas.columns(site.voxels, water.mask, z, site.voxels.shape[2], "air")
    site.water |= water.mask


def lay_bridges(site: Site, water: Water, whole: int, broken: int, roads: Sequence[int] = ()) -> int:
    """Bridges over a body, whole ones first, and first where roads cross it; returns how many were laid.

    roads: their low coordinates across the way over the water.
    """
    places = _crossings(water, site.rng)
    places.sort(key=lambda place: all(abs(place[3] - road) > 1 for road in roads))
    laid = 0
    for start, end, axis, at in places:
        if laid == whole + broken:
            break
        if _occupied(site, start, end, axis, at, water.mask):
            continue
        _lay(site, start, end, axis, at, broken=laid >= whole)
        laid += 1
    return laid


def _crossings(water: Water, rng: np.random.Generator) -> list[tuple[int, int, int, int]]:
    """(first, past the last, axis walked along, low coordinate across) of places where a bridge may go."""
    axis = 0 if water.along is None else 1 - water.along
    mask = water.mask if axis == 0 else water.mask.T
    found = []
    for at in range(5, mask.shape[1] - 5 - BRIDGE_WIDTH, 2):
        wet = mask[:, at : at + BRIDGE_WIDTH].any(1)
        edges = np.flatnonzero(np.diff(np.concatenate([[False], wet, [False]]).astype(np.int8)))
        for start, end in zip(edges[::2], edges[1::2], strict=True):
            if start >= 4 and end <= mask.shape[0] - 4 and end - start <= 12:
                found.append((int(start), int(end), axis, at))
    return [found[i] for i in rng.permutation(len(found))]


def _occupied(site: Site, start: int, end: int, axis: int, at: int, mask: np.ndarray) -> bool:
    low, high = (start - 3, at - 2), (end + 3, at + BRIDGE_WIDTH + 2)
    cut = (slice(low[0], high[0]), slice(low[1], high[1]))
    if axis == 1:
        cut = cut[::-1]
    return bool((site.taken[cut] & ~mask[cut]).any() or site.bridged[cut].any())


def _lay(site: Site, start: int, end: int, axis: int, at: int, *, broken: bool) -> None:
    """A deck flush with the ground, with railings; a broken one has a gap in its middle."""
    z = site.ground
    middle = (start + end) // 2
    for step in range(start - 1, end + 1):
        gap = broken and abs(step - middle + 0.5) < GAP / 2 + 0.1
        for side in range(BRIDGE_WIDTH):
            x, y = (step, at + side) if axis == 0 else (at + side, step)
            site.bridged[x, y] = site.taken[x, y] = True
            if gap:
                continue
            site.box(x, y, z - 1, 1, 1, 1, "plank")
            if side in (0, BRIDGE_WIDTH - 1) and step not in (start - 1, end):
                site.box(x, y, z, 1, 1, 1, "wood")
    low = (start - 3, at - 1) if axis == 0 else (at - 1, start - 3)
    size = (end - start + 6, BRIDGE_WIDTH + 2) if axis == 0 else (BRIDGE_WIDTH + 2, end - start + 6)
    site.take(*low, *size, margin=0)
    kind = "broken_bridge" if broken else "bridge"
    site.mark(kind, *((middle, at + 1) if axis == 0 else (at + 1, middle)), z)
