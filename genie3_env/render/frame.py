"""Frame: states in, pictures out. The kernels here are what pools call; Renderer is their door for Python.

N: states, H, W: height and width of a picture in pixels.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple, Self

import numpy as np
from numpy import float32, int64, uint64

from genie3_env.prompt.spec import HOURS, LIQUIDS, WEATHERS
from genie3_env.render.bank import SceneBank
from genie3_env.render.camera import make_camera
from genie3_env.render.compiled import kernel
from genie3_env.render.entities import set_up_flags
from genie3_env.render.frames import Frames, frame_of, images_alone, new_frames
from genie3_env.render.precipitation import RAINFALL, SNOWFALL, draw_drops, set_up_drops
from genie3_env.render.raster import FLAG_PIXEL, SKY_PIXEL, bin_bands, raster_band
from genie3_env.render.scratch import Scratch, check_size, new_scratch
from genie3_env.render.setup import set_up_world
from genie3_env.render.shade import UNPREPARED, shade_band
from genie3_env.render.skies import CLEAR, RAIN, SNOW
from genie3_env.render.skins import skin_at_hour
from genie3_env.render.things import set_up_things_boards, set_up_things_boxes
from genie3_env.types import EYE_HEIGHT_M

__all__ = [
    "FLAG_PIXEL",
    "Renderer",
    "Scratch",
    "check_size",
    "new_scratch",
    "render_batch",
    "render_state",
    "render_view",
]

STEP_S = 0.1  # of world time in one environment step


class View(NamedTuple):
    """What is looked at, whence and when. skin: a row of the skin table. weather: an index in prompt.spec.WEATHERS.

    liquid: an index in prompt.spec.LIQUIDS, what all bodies of liquids hold; -1: what the world has. tick: physics
    steps since the episode began; coins, triggers: bits as in types.SIM_STATE.
    """

    world: int | int64
    skin: int | int64
    weather: int | int64
    x_m: float
    y_m: float
    z_m: float
    yaw_rad: float
    pitch_rad: float
    time_s: float
    liquid: int | int64 = -1
    tick: int | int64 = 0
    coins: int | uint64 = 0
    triggers: int | int64 = 0


def render_view(bank, scratch, world, skin, x_m, y_m, z_m, yaw_rad, pitch_rad, time_s, out) -> None:
    """Renders what an eye at a point of a world sees, in the world's own weather, into out uint8 [H, W, 3].

    skin -1: the world's own.
    """
    chosen = int(skin if skin >= 0 else bank.world_skins[world])
    view = View(  # of the types that `view_of` gives: render is compiled once
        int(world),
        chosen,
        int(bank.world_weather[world]),
        float(x_m),
        float(y_m),
        float(z_m),
        float(yaw_rad),
        float(pitch_rad),
        float(time_s),
        coins=bank.things.coins[world],
    )
    render(bank, scratch, view, images_alone(out[None]))


@kernel
def _floats(x_m, y_m, z_m, yaw_rad, pitch_rad, time_s):
    return float(x_m), float(y_m), float(z_m), float(yaw_rad), float(pitch_rad), float(time_s)


@kernel
def render(bank, scratch, view, frame):
    """Renders a View into frames.Frames of one frame."""
    eye = (view.x_m, view.y_m, view.z_m)
    camera = make_camera(*eye, view.yaw_rad, view.pitch_rad, scratch.height, scratch.width)
    num_bands = _set_up(bank, scratch, view, camera)
    paint(bank, scratch, view, camera, num_bands, frame)


@kernel
def paint(bank, scratch, view, camera, num_bands, frame):
    """Paints a View whose quads are set up in so many bands into frames.Frames of one frame."""
    image = frame.images[0]
    words = image.reshape(image.size).view(np.uint32)
    world, skin, time_s = view.world, view.skin, view.time_s
    kind = view.weather if view.weather != CLEAR else int64(bank.world_clear[world])
    falls = view.weather == RAIN or view.weather == SNOW
    fall = RAINFALL if view.weather == RAIN else SNOWFALL
    if falls:
        drops = scratch.drops
        count = set_up_drops(bank, scratch, world, camera, time_s, fall)
        bin_bands(drops.rows, count, scratch.band_shift, num_bands, drops.band_starts, drops.band_drops)
    _prepare_rows(scratch, camera, bank.fog_m[skin, kind])
    for band in range(num_bands):
        top = band << scratch.band_shift
        bottom = min(scratch.height, top + (1 << scratch.band_shift))
        raster_band(scratch, bank.sprites, top, bottom, band)
        if frame.depths_m.shape[0] > 0:
            _write_depths(scratch, top, bottom, frame.depths_m[0])
        shade_band(bank, scratch, camera, world, skin, kind, view.liquid, time_s, top, bottom, words, frame.labels)
        if falls:
            draw_drops(scratch, bank.skies[skin, kind], fall, top, bottom, band, image)


@kernel
def _write_depths(scratch, top, bottom, depth_m):
    """Rows [top, bottom) of depth_m float32 [H, W]: how far ahead, along the axis of the view, what is seen is."""
    for y in range(top, bottom):
        start = uint64((y - top) * scratch.pitch)
        for x in range(uint64(scratch.width)):
            depth_m[y, x] = float32(1.0) / scratch.depth[start + x]  # 0 in the sky: inf


@kernel
def see_quads(bank, scratch, world, x_m, y_m, z_m, yaw_rad, pitch_rad, time_s, out):
    """Which quad each pixel sees, into out int32 [H, W]: its index in the bank, FLAG_PIXEL or SKY_PIXEL."""
    camera = make_camera(x_m, y_m, z_m, yaw_rad, pitch_rad, scratch.height, scratch.width)
    eye = _floats(x_m, y_m, z_m, yaw_rad, pitch_rad, time_s)
    first = int64(-1), int64(0), bank.things.coins[world], int64(0)
    num_bands = _set_up(bank, scratch, View(int64(world), int64(0), int64(0), *eye, *first), camera)
    note_quads(bank, scratch, num_bands, out)


@kernel
def note_quads(bank, scratch, num_bands, out):
    """Writes scratch.visible of what each pixel sees into out int32 [H, W], or SKY_PIXEL; all is set up in bands."""
    for band in range(num_bands):
        top = band << scratch.band_shift
        bottom = min(scratch.height, top + (1 << scratch.band_shift))
        raster_band(scratch, bank.sprites, top, bottom, band)
        for y in range(top, bottom):
            for x in range(scratch.width):
                mark = scratch.ids[(y - top) * scratch.pitch + x]
                out[y, x] = SKY_PIXEL if mark < 0 else scratch.visible[mark]


@kernel
def _set_up(bank, scratch, view, camera):
    """Prepares all that may be seen, in bands. Returns how many bands there are."""
    world, time_s, things = view.world, view.time_s, bank.things
    count = set_up_world(bank, scratch, world, camera, scratch.height, scratch.width)
    leave_unprepared(scratch, count)
    count = set_up_things_boxes(things, scratch, count, world, camera, view.tick, view.triggers)
    scratch.first_sprite[0] = count
    count = set_up_flags(bank, scratch, count, world, camera, time_s)
    count = set_up_things_boards(things, scratch, count, world, camera, time_s, view.coins, view.triggers)
    return put_in_bands(scratch, count)


@kernel
def leave_unprepared(scratch, count):
    """Marks the first `count` quads, which are the world's: they are prepared when a pixel sees them."""
    for i in range(count):
        scratch.codes[i, 6] = UNPREPARED


@kernel
def put_in_bands(scratch, count):
    """Lists the `count` quads by the bands that they touch. Returns how many bands there are."""
    num_bands = ((scratch.height - 1) >> scratch.band_shift) + 1
    bin_bands(scratch.rows, count, scratch.band_shift, num_bands, scratch.band_starts, scratch.band_quads)
    return num_bands


@kernel
def _prepare_rows(scratch, camera, fog_m):
    """What every row needs: the square of the sideways part of its rays, in fog distances."""
    scale = 1.0 / (fog_m * fog_m)
    for x in range(scratch.pitch):
        side = (x + 0.5 - scratch.width * 0.5) * camera.pixel
        scratch.row.ray2[x] = side * side * scale


@kernel
def render_state(bank, scratch, states, index, skin, frames):
    """Renders record `index` of states (types.SIM_STATE) into frame `index` of frames.Frames.

    skin -1: the world's own, at the state's hour. The weather is the state's, or else the world's.
    """
    render(bank, scratch, view_of(bank, states[index], skin), frame_of(frames, index))


@kernel
def view_of(bank, state, skin):
    """The View that a record of types.SIM_STATE has in a skin; see `render_state`."""
    world = int64(state.world)
    natural = int64(bank.world_skins[world])
    at_hour = natural if state.hour < 0 else skin_at_hour(natural, int64(state.hour))
    chosen = int64(skin) if skin >= 0 else at_hour
    weather = int64(state.weather) if state.weather >= 0 else int64(bank.world_weather[world])
    x, y, z = state.position_m[0], state.position_m[1], state.position_m[2] + EYE_HEIGHT_M
    time_s = state.step * STEP_S
    changed = int64(state.liquid), int64(state.tick), state.coins, int64(state.triggers)
    return View(world, chosen, weather, x, y, z, state.yaw_rad, state.pitch_rad, time_s, *changed)


@kernel
def render_batch(bank, scratch, states, skins, low, high, frames):
    """Renders states [low, high) in their skins (int32 [N]) into N frames.Frames."""
    for i in range(low, high):
        render_state(bank, scratch, states, i, skins[i], frames)


class Renderer:
    """Renders batches of states over threads; the pictures do not depend on how many. A context manager."""

    def __init__(self, bank: SceneBank, height: int, width: int, threads: int = 1):
        if threads < 1:
            raise ValueError(f"threads={threads}: a renderer needs at least one.")
        self.bank, self.height, self.width = bank, height, width
        self._scratches = [new_scratch(bank, height, width) for _ in range(threads)]
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="render") if threads > 1 else None

    def __enter__(self) -> Self:
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
        shape = (len(states), self.height, self.width, 3)
        if out is None:
            out = np.empty(shape, np.uint8)
        elif out.shape != shape or out.dtype != np.uint8 or not out.flags.c_contiguous:
            raise ValueError(f"out must be contiguous uint8 {shape}; got {out.dtype} {out.shape}.")
        self.render_into(images_alone(out), states, skins)
        return out

    def see(
        self,
        states: np.ndarray,
        skins: np.ndarray | None = None,
        *,
        depth: bool = False,
        segmentation: bool = False,
    ) -> Frames:
        """Frames of states [N]: images, and in the same pass depths and labels where wanted; see frames.Frames."""
        frames = new_frames(len(states), self.height, self.width, depth=depth, segmentation=segmentation)
        self.render_into(frames, states, skins)
        return frames

    def render_into(self, frames: Frames, states: np.ndarray, skins: np.ndarray | None = None) -> None:
        """As `see`, into frames that were made for these states by `new_frames` or `images_alone`."""
        count = len(states)
        skins = np.full(count, -1, np.int32) if skins is None else np.ascontiguousarray(skins, np.int32)
        self._check(states, skins)
        size = (count, self.height, self.width)
        shapes = frames.images.shape, frames.depths_m.shape, frames.labels.shape
        if shapes[0] != (*size, 3) or any(shape[0] > 0 and shape != size for shape in shapes[1:]):
            raise ValueError(
                f"frames hold {shapes[0]}, {shapes[1]} and {shapes[2]}; "
                f"{count} states of {self.height} x {self.width} need {(*size, 3)} and {size}, or none of either."
            )
        parts = len(self._scratches)
        cuts = [count * i // parts for i in range(parts + 1)]
        jobs = [(s, low, high) for s, low, high in zip(self._scratches, cuts[:-1], cuts[1:], strict=True) if low < high]
        if self._executor is None or len(jobs) < 2:
            for scratch, low, high in jobs:
                render_batch(self.bank, scratch, states, skins, low, high, frames)
        else:
            bank, executor = self.bank, self._executor
            futures = [executor.submit(render_batch, bank, s, states, skins, a, b, frames) for s, a, b in jobs]
            for future in futures:
                future.result()

    def _check(self, states: np.ndarray, skins: np.ndarray) -> None:
        """ValueError where a state or a skin is none that the bank knows."""
        count, num_skins, num_worlds = len(states), len(self.bank.fog_m), len(self.bank.world_skins)
        if skins.shape != (count,) or (count and not -1 <= skins.min() <= skins.max() < num_skins):
            raise ValueError(f"skins must be [{count}] numbers from -1 to {num_skins - 1}; got {skins}.")
        if count and not 0 <= states["world"].min() <= states["world"].max() < num_worlds:
            raise ValueError(f"states name worlds up to {states['world'].max()}; the bank holds {num_worlds}.")
        for name, known in (("hour", HOURS), ("weather", WEATHERS), ("liquid", LIQUIDS)):
            if count and not -1 <= states[name].min() <= states[name].max() < len(known):
                raise ValueError(
                    f"states have the {name} {states[name].min()} to {states[name].max()}; "
                    f"it is an index in {known}, or -1 for the world's own."
                )
