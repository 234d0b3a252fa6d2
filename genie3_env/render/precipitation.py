"""Precipitation: rain and snow that fall through the world around the eye, behind what is nearer than they are.

Drops rest in a lattice of cells, one in each, and the lattice falls through the world as a whole, drifting with the
wind: where a drop is follows from its cell's number and the time, wherever the eye looks. A drop under a roof is
left out. What is drawn is a streak from where a drop was a moment ago, or a round flake.

D: drops that one frame may show.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy import int32, int64, uint64

from genie3_env.render.compiled import kernel
from genie3_env.render.sky import FALLING

MOST_DROPS = 4096
NO_ROOF = -(1 << 15)
MIXER_X, MIXER_Y, MIXER_Z = uint64(0x9E3779B97F4A7C15), uint64(0xC2B2AE3D27D4EB4F), uint64(0x165667B19E3779F9)
MIXER = uint64(0xD6E8FEB86659FD93)


class Fall(NamedTuple):
    """How something falls.

    velocity_mps: with the wind; cell_m: side of the cells, one drop in each.
    size_m: width of a streak, radius of a flake. streak_s: for how long the eye holds a drop; 0: a flake.
    sway_m: how far it swings sideways. nearest_m: drops come no nearer.
    reach_m: how far drops are drawn in tall pictures; in low ones less, see `reach`.
    strength: of a drop's colour, 0..1; faintest: of the share of it that a drop smaller than a pixel keeps.
    """

    velocity_mps: tuple[float, float, float]
    cell_m: float
    size_m: float
    streak_s: float
    sway_m: float
    nearest_m: float
    reach_m: float
    strength: float
    faintest: float


RAINFALL = Fall((1.1, 0.5, -10.5), 0.85, 0.006, 0.05, 0.0, 0.8, 13.0, 0.5, 0.45)
SNOWFALL = Fall((0.5, 0.3, -1.4), 0.72, 0.021, 0.0, 0.22, 0.5, 12.0, 0.95, 0.5)
LOW_HEIGHT, LOW_REACH = 240, 0.5  # lower pictures show drops to this share of the reach
MARGIN_CELLS = 1.7  # a drop is no further from its column's axis; sides' normals are no longer than 1.42


class Drops(NamedTuple):
    """The drops of one frame and where each band's are."""

    rows: np.ndarray  # int32 [D, 2] first row, past the last
    ends: np.ndarray  # float32 [D, 4] x, y of the streak's ends in pixels; of a flake twice its middle
    sizes: np.ndarray  # float32 [D, 2] width or radius in pixels; strength, of 256
    depths: np.ndarray  # float32 [D] inverse depth
    band_starts: np.ndarray  # int32 [bands + 1]
    band_drops: np.ndarray  # int32 [D * bands]


def new_drops(bands: int) -> Drops:
    """Room for the drops of one frame of so many bands."""
    return Drops(
        rows=np.zeros((MOST_DROPS, 2), np.int32),
        ends=np.zeros((MOST_DROPS, 4), np.float32),
        sizes=np.zeros((MOST_DROPS, 2), np.float32),
        depths=np.zeros(MOST_DROPS, np.float32),
        band_starts=np.zeros(bands + 1, np.int32),
        band_drops=np.zeros(MOST_DROPS * bands, np.int32),
    )


def roof_map(voxels: np.ndarray) -> np.ndarray:
    """int16 [X * Y]: the height in metres above which nothing keeps off the rain; NO_ROOF over empty columns."""
    filled = voxels != 0
    tops = voxels.shape[2] - filled[:, :, ::-1].argmax(2)
    return np.where(filled.any(2), tops, NO_ROOF).astype(np.int16).reshape(-1)


@kernel
def set_up_drops(bank, scratch, world, camera, time_s, fall):
    """Writes the drops that may be seen into scratch.drops. Returns how many."""
    reach = fall.reach_m if scratch.height >= LOW_HEIGHT else LOW_REACH * fall.reach_m
    cell, velocity, eye, forward = fall.cell_m, fall.velocity_mps, camera.eye, camera.forward
    shift = (velocity[0] * time_s - eye[0], velocity[1] * time_s - eye[1], velocity[2] * time_s - eye[2])
    sides = _sides(camera, scratch)
    share, count = 1.0 / 65536.0, 0
    for i in range(math.floor((-reach - shift[0]) / cell), math.floor((reach - shift[0]) / cell) + 1):
        mixed_x = uint64(i) * MIXER_X
        middle_x = (i + 0.5) * cell + shift[0]
        for j in range(math.floor((-reach - shift[1]) / cell), math.floor((reach - shift[1]) / cell) + 1):
            middle_y = (j + 0.5) * cell + shift[1]
            low, high = _heights_in_view(sides, middle_x, middle_y, cell, reach)
            mixed_xy = mixed_x ^ (uint64(j) * MIXER_Y)
            for k in range(math.floor((low - shift[2]) / cell), math.floor((high - shift[2]) / cell) + 1):
                h = (mixed_xy ^ (uint64(k) * MIXER_Z)) * MIXER
                h = (h ^ (h >> uint64(32))) * MIXER
                h = h ^ (h >> uint64(29))
                x = (i + int64(h & uint64(0xFFFF)) * share) * cell + shift[0]
                y = (j + int64((h >> uint64(16)) & uint64(0xFFFF)) * share) * cell + shift[1]
                z = (k + int64((h >> uint64(32)) & uint64(0xFFFF)) * share) * cell + shift[2]
                luck = int64(h >> uint64(48)) * share
                if fall.sway_m > 0.0:
                    x += fall.sway_m * _swing(0.37 * time_s + luck)
                    y += fall.sway_m * _swing(0.29 * time_s + 7.0 * luck)
                ahead = x * forward[0] + y * forward[1] + z * forward[2]
                if ahead < fall.nearest_m or x * x + y * y + z * z > reach * reach or count == MOST_DROPS:
                    continue
                if not _under_roof(bank, world, x + eye[0], y + eye[1], z + eye[2]):
                    count += _set_up_drop(scratch, count, camera, fall, x, y, z, luck, reach)
    return count


@kernel
def _sides(camera, scratch):
    """The view's pyramid: of its left, right, top and bottom, and ahead, what `_side` says of a normal pointing in."""
    forward, right, up = camera.forward, camera.right, camera.up
    half_x, half_y = 0.5 * scratch.width * camera.pixel, 0.5 * scratch.height * camera.pixel
    return (
        _side(half_x * forward[0] + right[0], half_x * forward[1] + right[1], half_x * forward[2]),
        _side(half_x * forward[0] - right[0], half_x * forward[1] - right[1], half_x * forward[2]),
        _side(half_y * forward[0] - up[0], half_y * forward[1] - up[1], half_y * forward[2] - up[2]),
        _side(half_y * forward[0] + up[0], half_y * forward[1] + up[1], half_y * forward[2] + up[2]),
        _side(forward[0], forward[1], forward[2]),
    )


@kernel
def _side(x, y, z):
    """x and y of a normal, and -1 / z, or 0 where it lies level."""
    return x, y, (-1.0 / z if abs(z) > 1e-9 else 0.0)


@kernel
def _heights_in_view(sides, x, y, cell, reach):
    """Lowest and highest z from the eye at which a column of cells around x, y may be in view; none if low > high."""
    room = reach * reach + cell * cell - x * x - y * y
    if room < 0.0:
        return 1.0, -1.0
    high = min(math.sqrt(room), reach)
    low = -high
    for side in sides:
        inside = side[0] * x + side[1] * y + MARGIN_CELLS * cell
        if side[2] < 0.0:
            low = max(low, inside * side[2])
        elif side[2] > 0.0:
            high = min(high, inside * side[2])
        elif inside < 0.0:
            return 1.0, -1.0
    return (low, high) if low <= high else (1.0, -1.0)


@kernel
def _swing(turns):
    """Like a sine of period 1, of two parabolas."""
    part = turns - math.floor(turns)
    half = 2.0 * part if part < 0.5 else 2.0 * part - 1.0
    arch = 4.0 * half * (1.0 - half)
    return arch if part < 0.5 else -arch


@kernel
def _under_roof(bank, world, x, y, z):
    """Whether a point is below the highest voxel of its column."""
    i, j = math.floor(x), math.floor(y)
    size_x, size_y = bank.roof_shapes[world, 0], bank.roof_shapes[world, 1]
    if i < 0 or j < 0 or i >= size_x or j >= size_y:
        return False
    return z < bank.roofs_m[bank.roof_starts[world] + i * size_y + j]


@kernel
def _set_up_drop(scratch, index, camera, fall, x, y, z, luck, reach):
    """Projects the drop at x, y, z from the eye; luck in 0..1 is its own. Returns 1, or 0 if it cannot be seen."""
    drops, height, width = scratch.drops, scratch.height, scratch.width
    forward, right, up = camera.forward, camera.right, camera.up
    ahead = x * forward[0] + y * forward[1] + z * forward[2]
    scale = 1.0 / (ahead * camera.pixel)
    px = width * 0.5 - 0.5 + (x * right[0] + y * right[1]) * scale
    py = height * 0.5 - 0.5 - (x * up[0] + y * up[1] + z * up[2]) * scale
    qx, qy = px, py
    if fall.streak_s > 0.0:
        x, y, z = (x - fall.velocity_mps[0] * fall.streak_s, y - fall.velocity_mps[1] * fall.streak_s,
                   z - fall.velocity_mps[2] * fall.streak_s)  # fmt: skip
        before = x * forward[0] + y * forward[1] + z * forward[2]
        if before < 0.25 * fall.nearest_m:
            return 0
        qx = width * 0.5 - 0.5 + (x * right[0] + y * right[1]) / (before * camera.pixel)
        qy = height * 0.5 - 0.5 - (x * up[0] + y * up[1] + z * up[2]) / (before * camera.pixel)
    size = fall.size_m * scale * (0.6 + 0.8 * luck)
    if max(px, qx) + size < 0.0 or min(px, qx) - size > width or max(py, qy) + size < 0.0:
        return 0
    edge = max(size, 0.5)
    top, bottom = max(math.ceil(min(py, qy) - edge), 0), min(math.floor(max(py, qy) + edge) + 1, height)
    if top >= bottom:
        return 0
    distance = math.sqrt(x * x + y * y + z * z)
    near = min((distance - fall.nearest_m) / (2.0 * fall.nearest_m) + 0.3, 1.0)
    far = min(max(2.0 * (1.0 - distance / reach), 0.0), 1.0)
    strength = fall.strength * near * far * max(min(2.0 * size, 1.0), fall.faintest)
    drops.rows[index, 0], drops.rows[index, 1] = top, bottom
    drops.ends[index, 0], drops.ends[index, 1], drops.ends[index, 2], drops.ends[index, 3] = px, py, qx, qy
    drops.sizes[index, 0], drops.sizes[index, 1] = size, strength * 256.0
    drops.depths[index] = 1.0 / ahead
    return 1


@kernel
def draw_drops(scratch, sky, fall, top, bottom, band, image):
    """Draws the drops of a band of rows [top, bottom), whose depths are known, over the image uint8 [H, W, 3]."""
    drops = scratch.drops
    colour = (int32(sky[FALLING]), int32(sky[FALLING + 1]), int32(sky[FALLING + 2]))
    for entry in range(drops.band_starts[band], drops.band_starts[band + 1]):
        drop = drops.band_drops[entry]
        first, past = max(drops.rows[drop, 0], top), min(drops.rows[drop, 1], bottom)
        if fall.streak_s > 0.0:
            _draw_streak(scratch, drop, colour, first, past, top, image)
        else:
            _draw_flake(scratch, drop, colour, first, past, top, image)


@kernel
def _draw_streak(scratch, drop, colour, first, past, top, image):
    """A line, a pixel wide at least, drawn along the direction in which it is longer."""
    ends, size, strength = scratch.drops.ends[drop], scratch.drops.sizes[drop, 0], scratch.drops.sizes[drop, 1]
    across, down = float(ends[2] - ends[0]), float(ends[3] - ends[1])
    half, weight, z = 0.5 * max(float(size), 1.0), int32(strength), scratch.drops.depths[drop]
    if abs(down) >= abs(across):
        slope = across / down if down != 0.0 else 0.0
        low, high = math.ceil(min(ends[1], ends[3]) - 0.5), math.floor(max(ends[1], ends[3]) + 0.5)
        for y in range(max(low, first), min(high + 1, past)):
            middle = ends[0] + slope * (y - ends[1])
            for x in range(max(math.ceil(middle - half), 0), min(math.ceil(middle + half), scratch.width)):
                _blend(scratch, x, y, top, z, colour, weight, image)
    else:
        slope = down / across
        low, high = math.ceil(min(ends[0], ends[2]) - 0.5), math.floor(max(ends[0], ends[2]) + 0.5)
        for x in range(max(low, 0), min(high + 1, scratch.width)):
            middle = ends[1] + slope * (x - ends[0])
            for y in range(max(math.ceil(middle - half), first), min(math.ceil(middle + half), past)):
                _blend(scratch, x, y, top, z, colour, weight, image)


@kernel
def _draw_flake(scratch, drop, colour, first, past, top, image):
    """A disc that is softer towards its rim, a pixel at least."""
    middle_x, middle_y = float(scratch.drops.ends[drop, 0]), float(scratch.drops.ends[drop, 1])
    strength, z = float(scratch.drops.sizes[drop, 1]), scratch.drops.depths[drop]
    radius = float(scratch.drops.sizes[drop, 0])
    if radius < 0.75:
        x, y = math.floor(middle_x + 0.5), math.floor(middle_y + 0.5)
        if 0 <= x < scratch.width and first <= y < past:
            _blend(scratch, x, y, top, z, colour, int32(strength), image)
        return
    inverse = 1.0 / ((radius + 0.5) * (radius + 0.5))
    left, right = (
        max(math.ceil(middle_x - radius - 0.5), 0),
        min(math.floor(middle_x + radius + 0.5) + 1, scratch.width),
    )
    for y in range(first, past):
        for x in range(left, right):
            off = ((x - middle_x) * (x - middle_x) + (y - middle_y) * (y - middle_y)) * inverse
            if off < 1.0:
                _blend(scratch, x, y, top, z, colour, int32(strength * min(1.6 * (1.0 - off), 1.0)), image)


@kernel
def _blend(scratch, x, y, top, z, colour, weight, image):
    """Draws `colour` over one pixel, weight of 256, unless what is seen there is nearer."""
    if z > scratch.depth[(y - top) * scratch.pitch + x]:
        for c in range(3):
            old = int32(image[y, x, c])
            image[y, x, c] = old + (((colour[c] - old) * weight) >> 8)
