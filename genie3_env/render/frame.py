"""Frame: states in, pictures out. The kernels here are what pools call; Renderer is their door for Python.

N: states, H, W: height and width of a picture in pixels.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
from numba import njit, uint32

from genie3_env.render.bank import SceneBank
from genie3_env.render.camera import make_camera
from genie3_env.render.entities import PLANES_PER_FLAG, set_up_flags
from genie3_env.render.raster import bin_bands, raster_band
from genie3_env.render.setup import QUAD_PADDING, set_up_world
from genie3_env.render.shade import UNPREPARED, shade_band
from genie3_env.types import EYE_HEIGHT_M

ROW_PADDING = 128  # blocks may overshoot a row
BAND_BYTES = 160 * 1024  # depth and ids of one band stay in the second-level cache
STEP_S = 0.1  # of world time in one environment step
MIN_HEIGHT, MAX_HEIGHT = 9, 2160


class Scratch(NamedTuple):
    """Working memory of one thread for one picture size; nothing in it outlives a frame.

    M: quads that one frame may hold. Rows of the picture have `pitch` pixels here.
    """

    height: int
    width: int
    pitch: int
    band_shift: int  # a band has 1 << band_shift rows
    # Quads, set-up: candidates of one face, then the visible ones.
    verdict: np.ndarray  # int32 [M]
    measured_rows: np.ndarray  # int32 [2, M]
    near: np.ndarray  # int32 [M]
    visible: np.ndarray  # int32 [M] index in the bank
    rows: np.ndarray  # int32 [M, 2] first row, past the last
    edges: np.ndarray  # float64 [M, 4, 4] left, its slope, right, its slope
    depths: np.ndarray  # float32 [M, 3] inverse depth: at pixel (0, 0), per column, per row
    paint: np.ndarray  # float32 [M, 9] u, v as depths; offsets of u and v; footprint
    codes: np.ndarray  # int32 [M, 7] luxel, pitch, u max, v max, mask, texture, class
    first_sprite: np.ndarray  # int32 [1]
    # Bands.
    band_starts: np.ndarray  # int32 [bands + 1]
    band_quads: np.ndarray  # int32 [...]
    lefts: np.ndarray  # int32 [rows of a band]
    rights: np.ndarray
    depth: np.ndarray  # float32 [band_height * pitch]
    ids: np.ndarray  # int32 [band_height * pitch]
    # One row.
    flags: np.ndarray  # uint8 [...] 1 where a run begins
    flag_words: np.ndarray  # the same bytes as uint64
    runs: np.ndarray  # int32 [pitch, 11]
    row_luxels: np.ndarray  # uint32 [pitch]
    row_texels: np.ndarray  # uint32 [pitch]
    row_fog: np.ndarray  # int32 [pitch]
    ray2: np.ndarray  # float32 [pitch]
    knots: np.ndarray  # float32 [3, ...]
    pixels: np.ndarray  # uint32 [pitch]


def new_scratch(bank: SceneBank, height: int, width: int) -> Scratch:
    """Working memory for pictures of height x width; ValueError if they are impossible."""
    check_size(height, width)
    quads_per_world = int((bank.faces[:, 6] - bank.faces[:, 0]).max())
    flags_per_world = int(np.diff(bank.world_flags).max())
    quads = quads_per_world + flags_per_world * PLANES_PER_FLAG + 2 * QUAD_PADDING
    pitch = width + ROW_PADDING
    band_shift = 4
    while (8 << band_shift) * pitch * 2 <= BAND_BYTES:
        band_shift += 1
    band_height = 1 << band_shift
    bands = -(-height // band_height)
    flags = np.zeros(-(-pitch // 8) * 8, np.uint8)
    return Scratch(
        height=height,
        width=width,
        pitch=pitch,
        band_shift=band_shift,
        verdict=np.zeros(quads, np.int32),
        measured_rows=np.zeros((2, quads), np.int32),
        near=np.zeros(quads, np.int32),
        visible=np.zeros(quads, np.int32),
        rows=np.zeros((quads, 2), np.int32),
        edges=np.zeros((quads, 4, 4)),
        depths=np.zeros((quads, 3), np.float32),
        paint=np.zeros((quads, 9), np.float32),
        codes=np.zeros((quads, 7), np.int32),
        first_sprite=np.zeros(1, np.int32),
        band_starts=np.zeros(bands + 1, np.int32),
        band_quads=np.zeros(quads * bands, np.int32),
        lefts=np.zeros(band_height + 16, np.int32),
        rights=np.zeros(band_height + 16, np.int32),
        depth=np.zeros(band_height * pitch + ROW_PADDING, np.float32),
        ids=np.zeros(band_height * pitch + ROW_PADDING, np.int32),
        flags=flags,
        flag_words=flags.view(np.uint64),
        runs=np.zeros((pitch, 11), np.int32),
        row_luxels=np.zeros(pitch, np.uint32),
        row_texels=np.zeros(pitch, np.uint32),
        row_fog=np.zeros(pitch, np.int32),
        ray2=np.zeros(pitch, np.float32),
        knots=np.zeros((3, pitch // 16 + 34), np.float32),
        pixels=np.zeros(pitch, np.uint32),
    )


def check_size(height: int, width: int) -> None:
    """ValueError unless a picture can be made: 16:9 within 1 pixel, width a multiple of 4, height 9 to 2160."""
    if not MIN_HEIGHT <= height <= MAX_HEIGHT:
        raise ValueError(f"height={height} is out of range; use {MIN_HEIGHT} to {MAX_HEIGHT} rows.")
    if width % 4:
        raise ValueError(f"width={width} is not a multiple of 4; try {width // 4 * 4 or 4}.")
    if abs(width * 9 - height * 16) > 16 * 2:
        raise ValueError(f"height={height}, width={width} is not 16:9; for this height use width={round(height * 16 / 9 / 4) * 4}.")


@njit(cache=True, nogil=True, error_model="numpy")
def render_view(bank, scratch, world, skin, x_m, y_m, z_m, yaw_rad, pitch_rad, time_s, out):
    """Renders what an eye at a point of a world sees, into out uint8 [H, W, 3]. skin -1: the world's own."""
    height, width, pitch = scratch.height, scratch.width, scratch.pitch
    words = out.reshape(out.size).view(np.uint32)
    chosen = skin if skin >= 0 else bank.world_skins[world]
    camera = make_camera(x_m, y_m, z_m, yaw_rad, pitch_rad, height, width)
    count = set_up_world(bank, scratch, world, camera, height, width)
    for i in range(count):
        scratch.codes[i, 6] = UNPREPARED
    scratch.first_sprite[0] = count
    count = set_up_flags(bank, scratch, count, world, camera, time_s, height, width)
    _prepare_rows(scratch, camera, bank.fog_m[chosen])
    num_bands = ((height - 1) >> scratch.band_shift) + 1
    bin_bands(scratch.rows, count, scratch.band_shift, num_bands, scratch.band_starts, scratch.band_quads)
    for band in range(num_bands):
        top = band << scratch.band_shift
        bottom = min(height, top + (1 << scratch.band_shift))
        raster_band(scratch, bank.sprites, top, bottom, width, scratch.band_starts[band], scratch.band_starts[band + 1])
        shade_band(bank, scratch, camera, world, chosen, time_s, top, bottom, height, width, words)
    return count


@njit(cache=True, nogil=True, error_model="numpy")
def _prepare_rows(scratch, camera, fog_m):
    """What every row needs: square of the sideways part of its rays in fog distances, addresses that exist."""
    scale = 1.0 / (fog_m * fog_m)
    for x in range(scratch.pitch):
        side = (x + 0.5 - scratch.width * 0.5) * camera.pixel
        scratch.ray2[x] = side * side * scale
        scratch.row_luxels[x] = uint32(0)
        scratch.row_texels[x] = uint32(0)


@njit(cache=True, nogil=True, error_model="numpy")
def render_state(bank, scratch, states, index, skin, out):
    """Renders record `index` of states (types.SIM_STATE) in a skin (-1: the world's own) into out uint8 [H, W, 3]."""
    state = states[index]
    x, y, z = state.position_m[0], state.position_m[1], state.position_m[2]
    render_view(
        bank, scratch, state.world, skin, x, y, z + EYE_HEIGHT_M, state.yaw_rad, state.pitch_rad, state.step * STEP_S, out
    )


@njit(cache=True, nogil=True, error_model="numpy")
def render_batch(bank, scratch, states, skins, low, high, out):
    """Renders states [low, high) in their skins (int32 [N]) into out uint8 [N, H, W, 3]."""
    for i in range(low, high):
        render_state(bank, scratch, states, i, skins[i], out[i])


class Renderer:
    """Renders batches of states over threads. A context manager; the pictures do not depend on the number of threads."""

    def __init__(self, bank: SceneBank, height: int, width: int, threads: int = 1):
        if threads < 1:
            raise ValueError(f"threads={threads}: a renderer needs at least one.")
        self.bank, self.height, self.width = bank, height, width
        self._scratches = [new_scratch(bank, height, width) for _ in range(threads)]
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="render") if threads > 1 else None

    def __enter__(self) -> "Renderer":
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def close(self) -> None:
        """Ends the threads."""
        if self._executor is not None:
            self._executor.shutdown()
            self._executor = None

    def render(self, states: np.ndarray, skins: np.ndarray | None = None, out: np.ndarray | None = None) -> np.ndarray:
        """Pictures uint8 [N, H, W, 3] of states [N] (types.SIM_STATE). skins: int32 [N], -1 for a world's own."""
        count = len(states)
        shape = (count, self.height, self.width, 3)
        if out is None:
            out = np.empty(shape, np.uint8)
        elif out.shape != shape or out.dtype != np.uint8 or not out.flags.c_contiguous:
            raise ValueError(f"out must be contiguous uint8 {shape}; got {out.dtype} {out.shape}.")
        skins = np.full(count, -1, np.int32) if skins is None else np.ascontiguousarray(skins, np.int32)
        num_skins = len(self.bank.fog_m)
        if skins.shape != (count,) or (count and not -1 <= skins.min() <= skins.max() < num_skins):
            raise ValueError(f"skins must be [{count}] numbers from -1 to {num_skins - 1}; got {skins}.")
        if count and not 0 <= states["world"].min() <= states["world"].max() < len(self.bank.world_skins):
            raise ValueError(f"states name worlds up to {states['world'].max()}; the bank holds {len(self.bank.world_skins)}.")
        parts = len(self._scratches)
        cuts = [count * i // parts for i in range(parts + 1)]
        jobs = [(s, low, high) for s, low, high in zip(self._scratches, cuts[:-1], cuts[1:], strict=True) if low < high]
        if self._executor is None or len(jobs) < 2:
            for scratch, low, high in jobs:
                render_batch(self.bank, scratch, states, skins, low, high, out)
        else:
            futures = [self._executor.submit(render_batch, self.bank, s, states, skins, a, b, out) for s, a, b in jobs]
            for future in futures:
                future.result()
        return out
