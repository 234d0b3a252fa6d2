"""Textures: levels of detail worked by hand, every material painted, lava that flows in a loop."""

import numpy as np
import pytest

from genie3_env.materials import AIR, GLOW, LAVA, MATERIALS, NUM_MATERIALS, Surface, material
from genie3_env.render.painting import SIDE, courses, noise
from genie3_env.render.shade import LAVA_FRAMES
from genie3_env.render.textures import LEVELS, PAINTERS, lava_film, texel_words, texture_table


@pytest.fixture(scope="module")
def table():
    return texture_table()


def test_levels_average_blocks():
    # One texture: the left half is (200, 100, 0), the right half (0, 0, 50), but for one texel (8, 8, 8) of alpha 255
    # in the corner. Level 1 averages 2 x 2 texels: (8 + 3 * 200) / 4 = 152, (8 + 3 * 100) / 4 = 77, 8 / 4 = 2,
    # 255 / 4 = 63.
    texture = np.zeros((1, 1, SIDE, SIDE, 4), np.float32)
    texture[..., :8, :3] = (200, 100, 0)
    texture[..., 8:, :3] = (0, 0, 50)
    texture[0, 0, 0, 0] = (8, 8, 8, 255)
    words = texel_words(texture)
    assert words.shape == (LEVELS, 1, SIDE * SIDE) and words.dtype == np.uint32
    assert words[0, 0, 0] == 255 << 24 | 8 << 16 | 8 << 8 | 8
    assert words[0, 0, 1] == 100 << 8 | 200
    block = 63 << 24 | 2 << 16 | 77 << 8 | 152
    assert words[1, 0, [0, 1, SIDE, SIDE + 1]].tolist() == [block] * 4
    assert words[3, 0, SIDE * SIDE - 1] == 50 << 16  # 8 x 8 texels of one colour


def test_every_material_has_a_painter():
    assert set(PAINTERS) == {kind.name for kind in MATERIALS} - {"air", "lava"}


def test_materials_look_different(table):
    assert table.shape == (NUM_MATERIALS + LAVA_FRAMES, 3, SIDE, SIDE, 4)
    assert table.min() >= 0 and table.max() <= 255
    assert (table[AIR] == 0).all()
    seen = {painting.tobytes() for painting in table[1:NUM_MATERIALS]}
    assert len(seen) == NUM_MATERIALS - 1
    assert (table[1:, ..., :3].mean((1, 2, 3)).max(-1) > 40).all()  # none is black


def test_only_what_glows_emits_light(table):
    emits = table[:NUM_MATERIALS, 0, ..., 3].max((1, 2)) > 0
    assert emits.tolist() == (GLOW.max(1) > 0).tolist()


def test_grass_hangs_over_the_dirt_of_its_side(table):
    side = table[material("grass"), 0]  # row 15 is the upper edge
    assert (side[15, :, 1] > side[15, :, 0]).all()
    assert (side[:9, :, 0] > side[:9, :, 1]).all()


def test_lava_flows_in_a_loop(table):
    film = lava_film()
    steps = np.abs(np.roll(film, -1, axis=0) - film).mean((1, 2, 3))  # the last step leads back to the first frame
    assert len(steps) == LAVA_FRAMES
    assert 0.5 * np.median(steps) < steps[-1] < 2.0 * np.median(steps)
    assert steps.min() > 1.0
    assert np.array_equal(table[LAVA], table[NUM_MATERIALS])
    assert MATERIALS[LAVA].surface == Surface.LAVA
    red, green, blue, _ = film.mean((0, 1, 2))
    assert red > 1.5 * green > 3 * blue


def test_lava_and_noise_repeat_without_seams():
    # The step over the seam is much like a step elsewhere.
    for frame in lava_film():
        inner = np.abs(np.diff(frame[..., 1], axis=0)).mean()
        assert np.abs(frame[0, :, 1] - frame[-1, :, 1]).mean() < 2.0 * inner
    smooth = noise(np.random.default_rng(0), 4)
    assert np.abs(smooth[0] - smooth[-1]).max() < 0.5 and smooth.shape == (SIDE, SIDE)


def test_courses_have_joints_and_shift():
    # Courses four texels high, blocks eight long: joints in rows 0, 4, 8, 12; upright ones at 0 and 8, then 4 and 12.
    tone = courses(np.random.default_rng(0), 4, 8, 0.2, joint=0.6)
    assert (tone[::4] == 0.6).all()
    assert (tone[1:4, [0, 8]] == 0.6).all() and (tone[5:8, [4, 12]] == 0.6).all()
    assert (tone[1:4, [4, 12]] > 0.8).all()


def test_the_same_paint_every_time(table):
    assert np.array_equal(texture_table(), table)
