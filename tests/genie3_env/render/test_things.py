"""Things beside the grid: boxes and billboards against the ray caster, their textures, light and turning."""

import math
from typing import NamedTuple

import numpy as np
import pytest
from numba import njit

from genie3_env.materials import NUM_MATERIALS, material
from genie3_env.render.bank import SceneBank, build_scene_bank
from genie3_env.render.billboards import set_up_billboards
from genie3_env.render.boxes import box_luxels, set_up_boxes
from genie3_env.render.camera import make_camera
from genie3_env.render.frame import View, leave_unprepared, new_scratch, note_quads, paint, put_in_bands
from genie3_env.render.frames import Frames, new_frames
from genie3_env.render.raster import BOX_PIXEL, FLAG_PIXEL, SKY_PIXEL
from genie3_env.render.setup import set_up_world
from genie3_env.render.sprites import CLOTHS, COIN_SPRITE
from genie3_env.world import FLAG_COLOURS
from tests.genie3_env.render.ray_caster import SKY_COLOUR, SPRITE_COLOURS, cast, cast_billboards, cast_boxes, plain_bank
from tests.toy_world import toy_world

ALL = np.uint64(2**64 - 1)
STONE = material("stone")


class Things(NamedTuple):
    """B boxes and S billboards as set_up_boxes and set_up_billboards take them."""

    low_m: np.ndarray
    high_m: np.ndarray
    luxels: np.ndarray
    feet_m: np.ndarray
    sizes_m: np.ndarray
    spins: np.ndarray
    sprites: np.ndarray
    lights: np.ndarray
    boxes_shown: np.uint64 = ALL
    billboards_shown: np.uint64 = ALL


def things_of(boxes=(), billboards=(), first_luxel: int = 0, spin: float = 0.0, sprite: int = 0) -> Things:
    """boxes: (low, high) corners; billboards: (foot, (width, height))."""
    low_m, high_m = (np.array([box[end] for box in boxes], float).reshape(-1, 3) for end in (0, 1))
    feet_m = np.array([foot for foot, _ in billboards], float).reshape(-1, 3)
    sizes_m = np.array([size for _, size in billboards], float).reshape(-1, 2)
    count = len(feet_m)
    luxels = first_luxel + 6 * np.arange(len(low_m), dtype=np.int32)
    lights = np.full((count, 3), 128.0, np.float32)
    return Things(
        low_m, high_m, luxels, feet_m, sizes_m, np.full(count, spin), np.full(count, sprite, np.int32), lights
    )


def furnished(bank: SceneBank, boxes: int, light=(128.0, 128.0, 128.0), kind: int = STONE) -> tuple[SceneBank, int]:
    """The bank with luxels for so many boxes of one material, and where they begin."""
    added = box_luxels(np.full(boxes, kind), np.full((boxes, 3), light))
    return bank._replace(luxels=np.concatenate([bank.luxels, added])), len(bank.luxels)


@njit
def set_up_all(bank, scratch, camera, things, time_s):
    count = set_up_world(bank, scratch, 0, camera, scratch.height, scratch.width)
    leave_unprepared(scratch, count)
    count = set_up_boxes(scratch, count, camera, things.low_m, things.high_m, things.luxels, things.boxes_shown)
    scratch.first_sprite[0] = count
    feet_m, sizes_m, spins = things.feet_m, things.sizes_m, things.spins
    sprites, lights, shown = things.sprites, things.lights, things.billboards_shown
    count = set_up_billboards(scratch, count, camera, time_s, feet_m, sizes_m, spins, sprites, lights, shown)
    return put_in_bands(scratch, count)


def quads_seen(bank, things, x, y, z, yaw, pitch, height=36, width=64, time_s=0.0) -> np.ndarray:
    scratch, out = new_scratch(bank, height, width), np.empty((height, width), np.int32)
    camera = make_camera(x, y, z, yaw, pitch, height, width)
    note_quads(bank, scratch, set_up_all(bank, scratch, camera, things, time_s), out)
    return out


def picture(bank, things, x, y, z, yaw, pitch, height=36, width=64, time_s=0.0) -> np.ndarray:
    return things_seen(bank, things, x, y, z, yaw, pitch, height, width, time_s).images[0]


def things_seen(bank, things, x, y, z, yaw, pitch, height=36, width=64, time_s=0.0) -> Frames:
    scratch, frame = new_scratch(bank, height, width), new_frames(1, height, width, depth=True, segmentation=True)
    camera = make_camera(x, y, z, yaw, pitch, height, width)
    bands = set_up_all(bank, scratch, camera, things, time_s)
    paint(bank, scratch, View(0, 0, 0, x, y, z, yaw, pitch, time_s), camera, bands, frame)
    return frame


@pytest.fixture(scope="module")
def world():
    return toy_world()


@pytest.fixture(scope="module")
def bank(world):
    return plain_bank([world])


def test_a_box_straight_ahead_covers_its_pixels(bank):
    # The eye is at (2.5, 12.5, 6.5), looking along +x. The box's near face is x = 6.5, 4 m ahead, 2 m wide, 1.5 m high,
    # its foot at z = 6. A metre is 32 / 4 = 8 pixels there: 16 columns, 24 to 39, and 12 rows; the row 17.5 is z = 6.5,
    # the foot 4 pixels below (row 21), the top 8 above (row 10).
    things = things_of([((6.5, 11.5, 6.0), (7.5, 13.5, 7.5))])
    quads = quads_seen(bank, things, 2.5, 12.5, 6.5, 0.0, 0.0)
    face = quads == BOX_PIXEL - 1  # face 1: -x
    assert face.sum() == 16 * 12 and face[10:22, 24:40].all()
    assert (
        not quads_seen(bank, things._replace(boxes_shown=ALL - np.uint64(1)), 2.5, 12.5, 6.5, 0.0, 0.0).min()
        < SKY_PIXEL
    )


def test_same_boxes_and_billboards_as_the_ray_caster(world, bank):
    rng = np.random.default_rng(3)
    height, width, compared, seen_boxes, seen_billboards = 90, 160, 0, 0, 0
    for _ in range(40):
        low = rng.uniform((1, 1, 3), (14, 14, 9), (6, 3))
        boxes = list(zip(low, low + rng.uniform(0.1, 3.0, (6, 3)), strict=True))
        billboards = list(
            zip(rng.uniform((1, 1, 3.9), (15, 15, 8), (5, 3)), rng.uniform(0.3, 1.6, (5, 2)), strict=True)
        )
        things = things_of(boxes, billboards)
        x, y, z, yaw, pitch = *rng.uniform((0.5, 0.5, 4.2), (15.5, 15.5, 11)), *rng.uniform((0, -1.2), (6.28, 1.2))
        if world.voxels[int(x), int(y), int(z)]:
            continue
        quads = quads_seen(bank, things, x, y, z, yaw, pitch, height, width)
        camera = make_camera(x, y, z, yaw, pitch, height, width)
        hits, depths_m = np.empty((height, width, 4), np.int32), np.empty((height, width))
        cast(world.voxels, world.ground_m, camera, height, width, hits, depths_m)
        box, billboard = np.empty((2, height, width), np.int32)
        cast_boxes(things.low_m, things.high_m, camera, depths_m, box)
        cast_billboards(things.feet_m, things.sizes_m, camera, depths_m, billboard)
        expected = np.where(
            hits[..., 0] < 0, SKY_PIXEL, np.maximum(quads, 0)
        )  # what the world shows is tested elsewhere
        expected = np.where(box >= 0, BOX_PIXEL - box, expected)
        expected = np.where(billboard >= 0, FLAG_PIXEL, expected)
        assert (quads == expected).mean() > 0.9999  # depths are float32: where two surfaces meet they may tie
        compared += quads.size
        seen_boxes, seen_billboards = seen_boxes + (box >= 0).sum(), seen_billboards + (billboard >= 0).sum()
    assert compared > 400_000 and seen_boxes > 20_000 and seen_billboards > 3_000


def test_a_box_wears_its_materials_texture_and_its_light(bank):
    # Textures that tell where they are: texel (row, column) of stone's side is (row, column, 10), of its top (row,
    # column, 20); at half light 64 of 128. The face at 1 m shows texel t of 16 a metre from the box's low corner on.
    rows = np.arange(256, dtype=np.uint32)
    side = (rows >> 4) * 8 | (rows & 15) * 8 << 8
    textures = bank.textures.reshape(2, 4, -1, 256).copy()
    assert textures.shape[2] >= NUM_MATERIALS * 3
    textures[:, :, STONE * 3], textures[:, :, STONE * 3 + 1] = side | 10 << 16, side | 20 << 16
    textured = bank._replace(textures=textures.reshape(-1))
    lit, first = furnished(textured, 1, light=(128.0 / 0.92,) * 3)  # the face +x has 0.92 of the box's light: 128
    things = things_of([((6.1, 12.0, 7.0), (7.1, 13.0, 8.0))], first_luxel=first)
    # From x = 8.1 looking along -x: pixel (31.5 + dx, 17.5 - dy) sees y = 12.5 + dx / 32, z = 7.5 + dy / 32.
    shown = picture(lit, things, 8.1, 12.5, 7.5, math.pi, 0.0)
    for row, column in ((17, 31), (17, 36), (10, 31), (25, 20)):
        u, v = int((12.5 + (column - 31.5) / 32 - 12.0) * 16), int((7.5 + (17.5 - row) / 32 - 7.0) * 16)
        assert shown[row, column].tolist() == [v * 8, u * 8, 10]
    above = picture(lit, things, 6.6, 12.5, 9.0, 0.0, -1.57)
    assert above[18, 32, 2] == int(20 * int(128 / 0.92 * 1.08) / 128)
    dark, first = furnished(textured, 1, light=(64.0 / 0.92,) * 3)
    half = picture(dark, things._replace(luxels=np.array([first], np.int32)), 8.1, 12.5, 7.5, math.pi, 0.0)
    assert np.abs(half[10, 31].astype(int) * 2 - shown[10, 31]).max() <= 2


def test_a_billboard_faces_the_eye_wherever_it_stands(bank):
    # 1 m wide and high, 4 m away: 8 x 8 pixels, from every side, looked at along the level.
    for yaw in (0.0, 1.0, 2.5, 4.0):
        foot = (8.5 + 4.0 * math.cos(yaw), 12.5 + 4.0 * math.sin(yaw), 9.0)
        things = things_of(billboards=[(foot, (1.0, 1.0))])
        assert abs((quads_seen(bank, things, 8.5, 12.5, 9.5, yaw, 0.0) == FLAG_PIXEL).sum() - 64) <= 8
        shown = picture(bank, things, 8.5, 12.5, 9.5, yaw, 0.0)
        assert (shown[17:19, 31:33] == SPRITE_COLOURS[0]).all() and (shown[0] == SKY_COLOUR).all()
        hidden = things._replace(billboards_shown=np.uint64(2))
        assert not (quads_seen(bank, hidden, 8.5, 12.5, 9.5, yaw, 0.0) == FLAG_PIXEL).any()


def test_a_coin_turns(bank):
    # At 0.5 turns per second: its face at 0 s, its edge (0.3 of the width) at 0.5 s, its back at 1 s, as wide.
    things = things_of(billboards=[((12.5, 12.5, 9.0), (1.0, 1.0))], spin=0.5)
    widths = [
        (quads_seen(bank, things, 8.5, 12.5, 9.5, 0.0, 0.0, 180, 320, time_s=time_s) == FLAG_PIXEL).any(0).sum()
        for time_s in (0.0, 0.25, 0.5, 1.0, 2.0)
    ]
    # 40 pixels at its widest; at 0.25 s an eighth of a turn: 40 * 0.707 = 28; at 0.5 s 40 * 0.3 = 12.
    assert np.abs(np.array(widths) - (40, 28, 12, 40, 40)).max() <= 1


@pytest.mark.parametrize("hour", ["day", "night"])
def test_coins_keep_their_colours_in_small_pictures(hour):
    painted = build_scene_bank([toy_world(hour)])
    directions = np.array([np.array(CLOTHS[name]) / np.linalg.norm(CLOTHS[name]) for name in FLAG_COLOURS])
    for colour in range(len(FLAG_COLOURS)):
        things = things_of(billboards=[((9.5, 12.0, 4.9), (0.6, 0.6))], sprite=COIN_SPRITE + colour)
        view = (6.0, 12.0, 5.62, 0.0, 0.0)
        seen = picture(painted, things, *view)[quads_seen(painted, things, *view) == FLAG_PIXEL].astype(float)
        assert len(seen) >= 16
        assert ((seen @ directions.T).argmax(1) == colour).mean() > 0.9


def test_more_things_than_bits_are_left_out(bank):
    # 64 things behind the eye, and one more before it.
    boxes = [((1.0, 12.0, 9.0), (2.0, 13.0, 10.0))] * 64 + [((12.0, 12.0, 9.0), (13.0, 13.0, 10.0))]
    billboards = [((1.0, 12.5, 9.0), (1.0, 1.0))] * 64 + [((12.5, 12.5, 9.0), (1.0, 1.0))]
    for things in (things_of(boxes), things_of(billboards=billboards)):
        assert quads_seen(bank, things, 8.5, 12.5, 9.5, 0.0, 0.0).min() == SKY_PIXEL
    for things in (things_of(boxes[1:]), things_of(billboards=billboards[1:])):
        assert quads_seen(bank, things, 8.5, 12.5, 9.5, 0.0, 0.0).min() < SKY_PIXEL


def test_boxes_of_liquids_or_nothing_are_refused():
    for kind, name in ((material("lava"), "lava"), (material("water"), "water"), (0, "air"), (250, "none")):
        with pytest.raises(ValueError, match=rf"material {kind} \({name}\); take one that is opaque"):
            box_luxels(np.array([kind]), np.full((1, 3), 128.0))
