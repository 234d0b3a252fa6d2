"""Postcards: what a picture is worth worked by hand, sheets, pictures of worlds, what is refused."""

import math

import numpy as np
import pytest
from PIL import Image

from genie3_env.materials import AIR
from genie3_env.render.bank import build_scene_bank
from genie3_env.render.frame import FLAG_PIXEL, SKY_PIXEL
from genie3_env.render.postcard import (
    best_view,
    postcard,
    sheet,
    views_around,
    views_within,
    worth,
    write_picture,
)
from genie3_env.worldgen.builder import WorldBuilder
from tests.toy_world import toy_world


@pytest.fixture(scope="module")
def world():
    return toy_world()


def test_worth_by_hand():
    # A half of sky and a half of one wall: an entropy of ln 2, and a quarter more sky than the best quarter.
    half = np.array([[SKY_PIXEL, 7]])
    assert worth(half, 0.25) == pytest.approx(math.log(2) - 3.0 * 0.25)
    # Four things, no sky, none wanted: ln 4. If one of them is a flag, it counts as 2 % of the picture at most.
    assert worth(np.array([[1, 2, 3, 4]]), 0.0) == pytest.approx(math.log(4))
    assert worth(np.array([[1, 2, 3, FLAG_PIXEL]]), 0.0) == pytest.approx(math.log(4) + 10.0 * 0.02)
    assert worth(np.array([[5, 5, 5, 5]]), 0.0) == 0.0


def test_sheet_by_hand():
    # Tiles of 1 x 2, 1 x 1 and 2 x 1 pixels, two in a row: places of 2 x 2, the rest is paper.
    tiles = [np.full((*size, 3), value, np.uint8) for size, value in (((1, 2), 10), ((1, 1), 20), ((2, 1), 30))]
    assert sheet(tiles, 2, (9, 9, 9))[..., 0].tolist() == [
        [10, 10, 20, 9],
        [9, 9, 9, 9],
        [30, 9, 9, 9],
        [30, 9, 9, 9],
    ]
    assert sheet(tiles[:1], 4).shape == (1, 2, 3)


def test_all_views_are_in_the_air(world):
    for view in (*views_around(world), *views_within(world)):
        at = np.floor(view[:3]).astype(int)
        if ((at >= 0) & (at < world.voxels.shape)).all():
            assert world.voxels[tuple(at)] == AIR
    # From around one looks inwards and down: the ray passes near the middle.
    for x, y, _, yaw, pitch in views_around(world):
        assert (8 - x) * math.sin(yaw) - (8 - y) * math.cos(yaw) == pytest.approx(0.0, abs=1e-9)
        assert (8 - x) * math.cos(yaw) + (8 - y) * math.sin(yaw) > 0 > pitch


def test_a_postcard_shows_something_and_repeats(world):
    picture = postcard(world, 90, 160)
    assert (picture.shape, picture.dtype) == ((90, 160, 3), np.uint8)
    assert picture.std() > 20
    np.testing.assert_array_equal(picture, postcard(toy_world(), 90, 160))


def test_a_mine_is_looked_at_from_within():
    for prompt, inside in (("a mine", True), ("a castle", False)):
        (world,) = WorldBuilder().generate(prompt, seed=2)
        view = best_view(world, build_scene_bank([world]))
        x, y, z = np.floor(view[:3]).astype(int)
        assert (world.cell_index[x, y, z - 1] >= 0) == inside  # eyes 1.62 m above a cell's floor


def test_pictures_are_written_whole_or_not_at_all(tmp_path):
    pixels = np.arange(48, dtype=np.uint8).reshape(4, 4, 3)
    write_picture(pixels, tmp_path / "a.png")
    np.testing.assert_array_equal(np.asarray(Image.open(tmp_path / "a.png")), pixels)
    with pytest.raises(ValueError, match="unknown file extension"):
        write_picture(pixels, tmp_path / "a.nothing")
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]


def test_a_size_that_is_not_16_to_9_is_refused(world):
    with pytest.raises(ValueError, match="16:9"):
        postcard(world, 100, 100)
