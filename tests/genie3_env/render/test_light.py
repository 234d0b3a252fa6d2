"""Light: sun, shadows, corners, sky, lamps and glow, each worked by hand."""

import numpy as np
import pytest

from genie3_env.materials import material
from genie3_env.render.daylight import DAYLIGHT
from genie3_env.render.light import bake, flood, ground_luxels, light_fields, surroundings
from genie3_env.render.mesh import build_scene
from genie3_env.render.shadows import Lamps, find_lamplight, find_lamps, first_voxel
from tests.toy_world import GROUND_M, toy_world


def light_at(scene, face: int, plane: int, u: float, v: float) -> np.ndarray:
    """Red, green, blue (128 is 1.0) of the luxel at (u, v) metres of one plane."""
    for first, end, group_face, group_plane in scene.groups.astype(int):
        for quad in range(first, end):
            u0, v0, u1, v1 = scene.quads[quad]
            if (group_face, group_plane) == (face, plane) and u0 <= u < u1 and v0 <= v < v1:
                row, column, across = int((v - v0) * 4), int((u - u0) * 4), int(u1 - u0) * 4
                return channels(scene.luxels[scene.surfaces[quad, 1] + row * across + column])
    raise AssertionError(f"no face {face} in plane {plane} at ({u}, {v})")


def channels(luxel) -> np.ndarray:
    return np.array([int(luxel) >> shift & 255 for shift in (0, 8, 16)])


def meadow(size: int = 12, height: int = 8) -> np.ndarray:
    voxels = np.zeros((size, size, height), np.uint8)
    voxels[:, :, 0] = material("grass")
    return voxels


def baked(voxels: np.ndarray, quad: list[int], hour: str = "day") -> np.ndarray:
    """[luxels, 3] light of one quad: face, plane, u0, v0, u1, v1."""
    padded = surroundings(voxels, 1)
    luxels = bake(padded, np.array([[*quad, 1, 0]], np.int32), light_fields(padded), DAYLIGHT[hour])
    return np.array([channels(luxel) for luxel in luxels])


def test_meadow_in_the_sun():
    # The sun's direction by day is (0.50, 0.33, 0.80) / 0.99945: 0.80044 of its light falls on the ground. With the
    # sky: red 0.50 + 0.95 * 0.80044 = 1.2604, times 128 161.3; green 0.55 + 0.84 * 0.80044 = 1.2224, 156.5; blue
    # 0.66 + 0.62 * 0.80044 = 1.1563, 148.0. At the border of the grid there are no uneven patches.
    light = baked(meadow(), [4, 1, 0, 0, 1, 1])
    assert np.abs(light - (161.3, 156.5, 148.0)).max() <= 1
    assert channels(ground_luxels(DAYLIGHT["day"])[0]).tolist() == light[0].tolist()  # no seam to the ground beyond


def test_shadow_of_a_wall():
    # The toy world's wall x = 8 is four metres high. The sun stands over +x and rises 0.80 / 0.50 = 1.6 m a metre: its
    # shadow on the ground z = 4 is 4 / 1.6 = 2.5 m long, from x = 5.5 to x = 8. Sky alone: red 0.50 * 128 = 64;
    # uneven patches of grass make it a third brighter or darker at most.
    scene = build_scene(toy_world("day"))
    for x in (5.8, 6.1, 6.6):
        assert 43 <= light_at(scene, 4, GROUND_M, x, 5.1)[0] <= 85
    for x in (4.6, 5.1, 5.3):
        assert 107 <= light_at(scene, 4, GROUND_M, x, 5.1)[0] <= 214
    # The wall's sunny side is +x. Both sides: 0.74 and 0.70 of the sky; and 0.50 of the sun on one.
    assert light_at(scene, 0, 9, 5.1, 6.6)[0] > 1.8 * light_at(scene, 1, 8, 5.1, 6.6)[0]


def test_edge_of_a_shadow_is_soft():
    # Rays start at the corners of luxels. The luxel from x = 5.5 to 5.75 has two corners where that shadow just ends,
    # and two in it: it gets half of the sun.
    scene = build_scene(toy_world("day"))
    lit, half, shaded = (light_at(scene, 4, GROUND_M, x, 5.1).astype(float) for x in (5.4, 5.6, 5.8))
    assert np.abs(half - (lit + shaded) / 2).max() < 4


def test_corners_are_dark():
    # A wall stands at x = 6. Both corners of the meadow's face beside it have two voxels of wall next to them: they get
    # 1 - 2 * 0.19 = 0.62 of the sky. The middle of the last luxel is 1 / 8 m from the wall: 1 - 0.38 * 7 / 8 = 0.67.
    voxels = meadow()
    voxels[6, :, 1:6] = material("stone")
    row = baked(voxels, [4, 1, 2, 5, 6, 6], "night").reshape(4, 16, 3)[1, :, 2].astype(int)  # moonlight from +x: none
    assert (np.diff(row[12:]) < 0).all()  # the last metre darkens towards the wall
    assert 0.57 < row[15] / row[11] < 0.77


def test_inside_is_darker_than_outside():
    voxels = meadow(12, 8)
    voxels[2:11, 2:11, 1:5] = material("stone")
    voxels[3:10, 3:10, 1:4] = 0
    voxels[2, 6, 1:3] = 0  # the door
    inside = baked(voxels, [4, 1, 8, 6, 9, 7]).mean()
    outside = baked(voxels, [4, 1, 11, 6, 12, 7]).mean()  # on the sunny side
    assert 0.1 * outside < inside < 0.4 * outside


def test_flood_goes_round_corners_but_not_through_walls():
    # Light of 1.0 at (0, 0); half is left a voxel further. # is a wall:   1.0  .5   .25
    #                                                                      #    #    .125
    #                                                                      .016 .031 .0625
    passing = np.array([[1, 1, 1], [0, 0, 1], [1, 1, 1]], np.float32)[:, :, None]
    field = np.zeros((3, 3, 1), np.float32)
    field[0, 0] = 1.0
    flood(field, passing, np.float32(0.5), 3)
    assert field[:, :, 0].tolist() == [[1.0, 0.5, 0.25], [0.0, 0.0, 0.125], [1 / 64, 1 / 32, 1 / 16]]


def test_first_voxel_on_a_ray():
    padded = surroundings(meadow(4, 4), 1)
    padded[3, 2, 3] = material("stone")
    stone = (3 * 6 + 2) * 6 + 3
    assert first_voxel(padded, 1.5, 2.5, 3.5, 1.0, 0.0, 0.0, 6) == stone
    assert first_voxel(padded, 1.5, 2.5, 2.5, 1.0, 0.0, 0.51, 6) == stone  # rises by 1.02 m on its way of 2 m
    assert first_voxel(padded, 1.5, 2.5, 2.2, 1.0, 0.0, 0.2, 6) == -1  # passes below, leaves the grid
    assert first_voxel(padded, 1.5, 2.5, 3.5, 1.0, 0.0, 0.0, 3) == -1  # already above `top`


def test_lamp_lights_what_it_sees():
    # A torch in voxel (6, 6, 3) over the meadow z = 1; its middle is at (6.5, 6.5, 3.5). The luxel whose middle is
    # (6.625, 6.625, 1) is 2.5 below and 0.125 aside each way: distance ** 2 = 6.25 + 0.03125 = 6.281. With a reach of
    # 9 m fade = 1 - 6.281 / 81 = 0.9225, slant = 2.5 / 2.506 = 0.9975; half bright at 3 m: 1 / (1 + 6.281 / 9) = 0.589.
    # Light = 0.9225 ** 2 * 0.9975 * 0.589 = 0.500.
    voxels = meadow()
    voxels[6, 6, 3] = material("torch")
    padded = surroundings(voxels, 1)
    lamps = find_lamps(padded)
    light = np.zeros(16, np.float32)
    assert find_lamplight(padded, 4, 1, 6, 6, 7, 7, lamps, light)
    assert light[10] == pytest.approx(0.500, abs=0.003)
    padded[7, 7, 3] = material("stone")  # right below the torch
    assert find_lamplight(padded, 4, 1, 6, 6, 7, 7, lamps, light)
    assert (light == 0.0).all()
    assert not find_lamplight(padded, 5, 1, 6, 6, 7, 7, lamps, light)  # a face turned away
    far = Lamps(lamps.at + np.array([0.0, 10.0, 0.0]), lamps.voxel)
    assert not find_lamplight(padded, 4, 1, 6, 6, 7, 7, far, light)


def test_torch_warms_the_night():
    voxels = meadow(20)
    voxels[10, 10, 3] = material("stone")
    dark = baked(voxels, [4, 1, 12, 12, 13, 13], "night").mean(0)
    voxels[10, 10, 3] = material("torch")
    warm = baked(voxels, [4, 1, 12, 12, 13, 13], "night").mean(0)
    assert dark[2] > dark[0]  # moonlight is blue
    assert warm[0] > warm[2] and warm[0] > 1.5 * dark[0]


def test_too_bright_a_light_keeps_its_hue():
    # Half a metre from a torch there is more light than a luxel holds: red fills it, green and blue keep their share.
    voxels = meadow()
    voxels[6, 6, 2] = material("torch")
    light = baked(voxels, [4, 1, 6, 6, 7, 7], "night")
    assert light[:, 0].max() == 255
    brightest = light[light[:, 0].argmax()]
    assert brightest[0] > brightest[1] + 30 > brightest[2] + 60


def test_lava_is_as_bright_by_night_as_by_day():
    by_hour = []
    for hour in ("day", "night"):
        voxels = meadow()
        voxels[:, :, 0] = material("lava")
        by_hour.append(baked(voxels, [4, 1, 0, 0, 12, 12], hour))
    assert np.array_equal(*by_hour)
    assert by_hour[0].max() > 1.15 * by_hour[0].min()  # in patches


def test_flags_are_lit_like_their_surroundings():
    # By day the three flags of the toy world have the sky and the sun, 2.4 m above the ground; by night the moon.
    day, night = build_scene(toy_world("day")), build_scene(toy_world("night"))
    assert day.entity_light.shape == (3, 3)
    assert (day.entity_light > 100).all()
    assert (night.entity_light < 0.6 * day.entity_light).all()


def test_a_world_without_an_open_face_has_no_luxels():
    padded = surroundings(meadow(), 1)
    empty = bake(padded, np.empty((0, 8), np.int32), light_fields(padded), DAYLIGHT["day"])
    assert empty.shape == (0,) and empty.dtype == np.uint32
