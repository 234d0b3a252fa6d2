"""Chart: colours and places worked by hand on the toy world, the way that is drawn, roofs left out."""

import dataclasses

import numpy as np
import pytest

from genie3_env.materials import material
from genie3_env.render.chart import chart, longest_way, mostly_roofed, way_of_cells
from genie3_env.render.sprites import CLOTHS
from genie3_env.render.textures import texture_table
from genie3_env.worldgen.builder import WorldBuilder
from tests.toy_world import FLAGS, GROUND_M, SIZE, toy_world

SCALE = 8
NO_WAY = np.empty((0, 3))


@pytest.fixture(scope="module")
def world():
    return toy_world()


def pixel(picture: np.ndarray, x_m: float, y_m: float) -> np.ndarray:
    """The pixel of a point: columns run along x, rows against y."""
    return picture[int((SIZE - y_m) * SCALE), int(x_m * SCALE)].astype(int)


def test_what_lies_uppermost_is_seen_with_north_up(world):
    picture = chart(world, NO_WAY)
    assert (picture.shape, picture.dtype) == ((SIZE * SCALE, SIZE * SCALE, 3), np.uint8)
    assert chart(world, NO_WAY, scale=3).shape == (48, 48, 3)
    # Grass in a level place at the height of most: its mean colour as painted. (14, 1) is the lower right.
    for name, x, y in (("grass", 14.5, 1.5), ("lava", 12.5, 12.5), ("stone", 8.5, 5.5), ("cobble", 1.5, 9.5)):
        painted = texture_table()[material(name), 1, ..., :3].mean((0, 1))
        seen = pixel(picture, x, y)
        # Slopes and height change the brightness alone.
        np.testing.assert_allclose(seen / seen.sum(), painted / painted.sum(), atol=0.01)
    np.testing.assert_allclose(pixel(picture, 14.5, 1.5), texture_table()[1, 1, ..., :3].mean((0, 1)), atol=1)
    # The left of the ledge's steps faces the light, what lies behind it on the right does not.
    assert pixel(picture, 11.5, 3.5).sum() > pixel(picture, 12.5, 3.5).sum()
    assert pixel(picture, 14.5, 3.5).sum() < pixel(picture, 14.5, 1.5).sum()


def test_flags_spawns_and_goals_are_marked(world):
    picture = chart(world, NO_WAY)
    for colour, (x, y) in FLAGS.items():
        assert pixel(picture, x + 0.5, y + 0.5).tolist() == list(CLOTHS[colour])
    assert pixel(picture, 5.5, 5.5).min() > 240  # a spawn
    ring = [(pixel(chart(dataclasses.replace(world, num_goals=n), NO_WAY), 13.5, 5.85).min() > 200) for n in (1, 2)]
    assert ring == [False, True]  # around blue, the second flag


def test_a_way_is_drawn_where_it_is(world):
    without, given = chart(world, NO_WAY), chart(world, np.array([(5.0, 4.5), (7.0, 4.5)]))
    changed = np.argwhere((without != given).any(2))
    low, high = changed.min(0), changed.max(0)
    # Two metres long, with a round beginning of 0.6 m and 0.4 m on each side: in pixels from above and from the left.
    assert abs(low - ((SIZE - 4.5 - 0.6) * SCALE, 4.4 * SCALE)).max() <= 2
    assert abs(high - ((SIZE - 4.5 + 0.6) * SCALE, 7.0 * SCALE)).max() <= 5


def test_the_longest_way_leads_round_the_wall(world):
    # Red stands at (2, 2); of the spawns (5, 5), (4, 8), (10, 10) and (6, 10) the third is beyond the wall.
    way = longest_way(world)
    assert way[0].tolist() == [10.5, 10.5, 4.0] and way[-1].tolist() == [2.5, 2.5, 4.0]
    assert all(y >= 10 for x, y, _ in way if x == 8.5)  # past the end of the wall
    np.testing.assert_array_equal(chart(world), chart(world, way))
    assert len(longest_way(dataclasses.replace(world, spawns=np.empty(0, np.int32)))) == 0


def test_a_way_is_as_long_as_the_distance_says(world):
    for flag in range(len(FLAGS)):
        for start in range(len(world.cells)):
            left = world.flag_distances_m[flag, start]
            # From the wall and the ledge the toy world's moves drop across corners; a chart's do not.
            if np.isfinite(left) and world.cells[start, 2] <= GROUND_M + 1:
                steps = np.diff(world.cells[way_of_cells(world, flag, start)], axis=0)
                assert np.hypot(steps[:, 0], steps[:, 1]).sum() == pytest.approx(left, abs=1e-3)


@pytest.mark.parametrize("prompt", ["a castle with three towers", "sky islands", "a mine", "a maze"])
def test_ways_in_generated_worlds_arrive(prompt):
    (world,) = WorldBuilder().generate(prompt, seed=4)
    for spawn in world.spawns[::8]:
        way = way_of_cells(world, 0, int(spawn))
        assert world.flag_distances_m[0, way[-1]] == 0.0
        assert (np.diff(world.flag_distances_m[0, way]) < 0.0).all()
        assert (abs(np.diff(world.cells[way], axis=0))[:, :2] <= 1).all()


def test_under_a_roof_one_sees_what_lies_below(world):
    voxels = world.voxels.copy()
    voxels[:, :, 12] = material("gold")
    roofed = dataclasses.replace(world, voxels=voxels)
    assert not mostly_roofed(world) and mostly_roofed(roofed)
    below, gold = pixel(chart(roofed, NO_WAY), 6.5, 3.5), texture_table()[material("gold"), 1, ..., :3].mean((0, 1))
    grass = texture_table()[material("grass"), 1, ..., :3].mean((0, 1))
    np.testing.assert_allclose(below / below.sum(), grass / grass.sum(), atol=0.01)
    rock = pixel(chart(roofed, NO_WAY), 0.5, 0.5)  # nobody stands at the rim
    np.testing.assert_allclose(rock / rock.sum(), gold / gold.sum(), atol=0.02)
    assert rock.sum() < 0.5 * gold.sum()
