"""Primitives on small grids, counted by hand."""

import numpy as np

from genie3_env.materials import AIR, material
from genie3_env.worldgen import canvas

STONE = material("stone")


def grid():
    return np.zeros((9, 9, 9), np.uint8)


def test_a_new_grid_is_grass_on_dirt_under_air():
    voxels = canvas.new_grid((4, 5, 6), 3)
    assert voxels.shape == (4, 5, 6)
    assert (voxels[:, :, :2] == material("dirt")).all() and (voxels[:, :, 2] == material("grass")).all()
    assert (voxels[:, :, 3:] == AIR).all()


def test_a_box_is_half_open_and_clips_at_the_faces():
    voxels = grid()
    canvas.box(voxels, (1, 2, 3), (3, 4, 6), "stone")
    assert (voxels == STONE).sum() == 2 * 2 * 3 and voxels[1, 2, 3] == voxels[2, 3, 5] == STONE
    voxels = grid()
    canvas.box(voxels, (-4, 7, 7), (2, 20, 20), "stone")
    assert (voxels == STONE).sum() == 2 * 2 * 2
    canvas.box(voxels, (-9, -9, -9), (-1, -1, -1), "wood")
    assert not (voxels == material("wood")).any()


def test_columns_fill_where_the_mask_is_true():
    voxels, mask = grid(), np.zeros((9, 9), bool)
    mask[2, 3] = mask[5, 5] = True
    canvas.columns(voxels, mask, 4, 7, "stone")
    assert np.argwhere(voxels).tolist() == [[x, y, z] for x, y in ((2, 3), (5, 5)) for z in (4, 5, 6)]


def test_discs_and_squares():
    voxels = grid()
    # Within 2 of the centre: 13 lattice points; within 1 along each axis: 9; outside of a 3 x 5 rectangle: the rest.
    assert canvas.disc(voxels, (4, 4), 2).sum() == 13
    assert canvas.square(voxels, (4, 4), 1).sum() == 9
    beyond = canvas.beyond_rectangle(voxels, (4, 4), (1, 2))
    assert (beyond <= 0).sum() == 3 * 5 and beyond[4, 8] == 2 and beyond[8, 8] == 3 and beyond[4, 4] == -1


def test_the_rim_of_a_square_is_its_edge():
    rim = canvas.rim(canvas.square(grid(), (4, 4), 2))
    assert rim.sum() == 16 and not rim[3:6, 3:6].any()


def test_merlons_stand_on_a_parapet_two_and_two():
    voxels, mask = grid(), np.zeros((9, 9), bool)
    mask[:, 0] = True
    canvas.merlons(voxels, mask, 2, "stone")
    assert (voxels[:, 0, 2] == STONE).all()
    assert (voxels[:, 0, 3] == STONE).tolist() == [True, True, False, False, True, True, False, False, True]


def test_a_square_roof_narrows_by_one_voxel_a_layer():
    voxels = grid()
    canvas.cone(voxels, (4, 4), 2, 3, "roof", round_=False)
    assert (voxels != AIR).sum((0, 1)).tolist() == [0, 0, 0, 25, 9, 1, 0, 0, 0]


def test_a_blob_paints_air_only_and_clips():
    voxels = grid()
    voxels[4, 4, 4] = STONE
    canvas.blob(voxels, (4, 4, 4), 1, "leaf", np.ones((3, 3, 3), bool))
    # 4 (dx^2 + dy^2) + 6 dz^2 <= 9: eight around at the same height (4 and 8), above and below (6), not the centre.
    assert (voxels == material("leaf")).sum() == 10 and voxels[4, 4, 4] == STONE
    canvas.blob(voxels, (0, 0, 0), 1, "leaf", np.ones((3, 3, 3), bool))
    assert (voxels == material("leaf")).sum() == 10  # the outermost layer is left alone


def test_noise_is_smooth_within_bounds_and_follows_the_generator():
    noise = canvas.smooth_noise(np.random.default_rng(0), (30, 20), 5)
    assert noise.shape == (30, 20) and noise.min() >= 0 and noise.max() <= 1 and noise.std() > 0.05
    # Values five voxels apart differ by at most 1, so neighbours along an axis by at most a fifth.
    assert max(abs(np.diff(noise, axis=0)).max(), abs(np.diff(noise, axis=1)).max()) <= 0.2
    np.testing.assert_array_equal(noise, canvas.smooth_noise(np.random.default_rng(0), (30, 20), 5))


def test_the_surface_is_the_first_air_above_everything():
    voxels = grid()
    voxels[1, 1, 3] = voxels[1, 1, 6] = voxels[2, 2, 8] = STONE
    height = canvas.surface_height(voxels)
    assert (height[1, 1], height[2, 2], height[3, 3]) == (7, 9, 0)
