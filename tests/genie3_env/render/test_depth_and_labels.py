"""Depth and segmentation: from the same pass as the picture, against the ray caster."""

import dataclasses
import math

import numpy as np
import pytest

from genie3_env.materials import MATERIALS, NUM_MATERIALS, material
from genie3_env.render.bank import build_scene_bank
from genie3_env.render.camera import make_camera
from genie3_env.render.classes import CLASS_NAMES, SKY_LABEL
from genie3_env.render.frame import Renderer
from genie3_env.render.frames import Frames, new_frames, observed
from genie3_env.render.sprites import COIN_SPRITE, LEVER_ON_SPRITE
from genie3_env.types import EYE_HEIGHT_M, SIM_STATE
from tests.genie3_env.render.ray_caster import cast, plain_bank
from tests.genie3_env.render.test_things import furnished, things_of, things_seen
from tests.toy_world import toy_world

RED_FLAG = CLASS_NAMES.index("red flag")


@pytest.fixture(scope="module")
def world():
    return toy_world()


@pytest.fixture(scope="module")
def bank(world):
    return build_scene_bank([world])


def states_at(*poses) -> np.ndarray:
    """States of bodies whose eye is at x, y, z and looks along yaw, pitch."""
    states = np.zeros(len(poses), SIM_STATE)
    states["hour"] = states["weather"] = states["liquid"] = -1
    for state, (x, y, z, yaw, pitch) in zip(states, poses, strict=True):
        state["position_m"], state["yaw_rad"], state["pitch_rad"] = (x, y, z - EYE_HEIGHT_M), yaw, pitch
    return states


def seen(bank, states, height=36, width=64, threads=1) -> Frames:
    with Renderer(bank, height, width, threads) as renderer:
        return renderer.see(states, depth=True, segmentation=True)


def test_classes_have_names():
    assert CLASS_NAMES[:3] == ("sky", "grass", "dirt") and CLASS_NAMES[NUM_MATERIALS] == "red flag"
    assert CLASS_NAMES[NUM_MATERIALS + COIN_SPRITE + 1] == "blue coin"
    assert CLASS_NAMES[NUM_MATERIALS + LEVER_ON_SPRITE] == CLASS_NAMES[-1] == "lever that is on"
    assert len(set(CLASS_NAMES)) == len(CLASS_NAMES) <= 256
    assert {"water", "lava", "acid"} <= set(CLASS_NAMES)
    assert all(CLASS_NAMES[i] == kind.name for i, kind in enumerate(MATERIALS) if i != SKY_LABEL)


def test_a_wall_ahead_is_as_far_in_the_corner_as_in_the_middle(bank):
    # The wall x = 8 is 2.5 m ahead of (5.5, 5.5, 5.62): along the axis of the view every one of its pixels is. The row
    # y sees it at the height 5.62 + (17.5 - y) * 2.5 / 32: the rows 0 to 35 from 6.99 to 4.25, all of it stone.
    frames = seen(bank, states_at((5.5, 5.5, 5.62, 0.0, 0.0)))
    assert frames.depths_m[0, :, 10:54] == pytest.approx(2.5, rel=1e-5)
    assert (frames.labels[0, :, 10:54] == material("stone")).all()


def test_a_flag_has_the_label_of_its_colour_pole_and_all(bank):
    # The red flag's pole is at (2.5, 2.5), 4 m west of the eye: 4 m ahead, as is its cloth but for its folds.
    frames = seen(bank, states_at((6.5, 2.5, 5.62, math.pi, 0.1)), 180, 320)
    flag = frames.labels[0] == RED_FLAG
    assert (frames.labels[0][flag ^ (frames.labels[0] >= NUM_MATERIALS)]).size == 0  # no other flag is seen
    assert flag.sum() > 1000 and flag[:, 159:161].any(1).sum() > 100  # the pole, as high as 3.2 m
    assert np.abs(frames.depths_m[0][flag] - 4.0).max() < 0.8


def test_the_sky_is_infinitely_far(bank):
    frames = seen(bank, states_at((5.5, 5.5, 13.0, 0.3, 1.5)))
    assert np.isinf(frames.depths_m).all() and (frames.depths_m > 0).all() and (frames.labels == SKY_LABEL).all()


def test_same_depths_and_materials_as_the_ray_caster(world):
    voxels = world.voxels.copy()
    voxels[4:7, 11:14, 3] = material("water")
    world = dataclasses.replace(world, voxels=voxels)
    rng = np.random.default_rng(5)
    eyes = rng.uniform((0.5, 0.5, 4.2), (15.5, 15.5, 12.0), (30, 3))
    eyes = eyes[voxels[tuple(np.floor(eyes).astype(int).T)] == 0]
    poses = [(*eye, rng.uniform(0, 6.28), rng.uniform(-1.2, 1.2)) for eye in eyes]
    # The plain bank has the materials of the world's faces, one quad each; the true one merges faces of many materials.
    for bank in (plain_bank([world]), build_scene_bank([world])):
        frames = seen(bank, states_at(*poses), 90, 160)
        assert {material(name) for name in ("water", "lava", "grass", "stone", "brick")} <= set(frames.labels.ravel())
        for pose, depth_m, labels in zip(poses, frames.depths_m, frames.labels, strict=True):
            hits, expected_m = np.empty((90, 160, 4), np.int32), np.empty((90, 160))
            x, y, z, yaw, pitch = pose
            camera = make_camera(x, y, z, yaw, pitch, 90, 160)
            cast(world.voxels, world.ground_m, camera, 90, 160, hits, expected_m)
            x, y, z = np.moveaxis(hits[..., 1:], 2, 0)
            outside = (x < 0) | (y < 0) | (x > 15) | (y > 15)
            expected = np.where(outside, material("grass"), voxels[np.clip(x, 0, 15), np.clip(y, 0, 15), z])
            expected = np.where(hits[..., 0] < 0, SKY_LABEL, expected)
            compared = labels < NUM_MATERIALS  # the ray caster knows no flags
            assert compared.mean() > 0.5
            assert (labels[compared] == expected[compared]).mean() > 0.9995
            known = compared & (hits[..., 0] >= 0)
            np.testing.assert_allclose(depth_m[known], expected_m[known], rtol=2e-3)
            assert np.isinf(depth_m[compared & ~known]).all()


def test_boxes_and_billboards_have_labels_and_depths(bank):
    # A box of stone 4 m ahead, and before it, 3 m ahead, a coin in blue; see test_things for their places.
    furnished_bank, first = furnished(bank, 1)
    box, coin = ((6.5, 11.5, 6.0), (7.5, 13.5, 7.5)), ((5.5, 12.5, 6.2), (0.6, 0.6))
    things = things_of([box], [coin], first_luxel=first, sprite=COIN_SPRITE + 1)
    frame = things_seen(furnished_bank, things, 2.5, 12.5, 6.5, 0.0, 0.0)
    labels, depth_m = frame.labels[0], frame.depths_m[0]
    assert CLASS_NAMES[labels[17, 32]] == "blue coin" and depth_m[17, 32] == pytest.approx(3.0, rel=1e-5)
    assert CLASS_NAMES[labels[12, 25]] == "stone" and depth_m[12, 25] == pytest.approx(4.0, rel=1e-5)


def test_the_picture_is_the_same_with_and_without_and_for_all_threads(bank):
    rng = np.random.default_rng(6)
    states = states_at(*((*rng.uniform((2, 2, 6), (7, 14, 12)), yaw, -0.2) for yaw in rng.uniform(0, 6.28, 5)))
    states["weather"] = np.arange(5) % 4
    with Renderer(bank, 72, 128) as renderer:
        images = renderer.render(states)
        depths_alone, labels_alone = renderer.see(states, depth=True), renderer.see(states, segmentation=True)
    for threads in (1, 2, 3):
        frames = seen(bank, states, 72, 128, threads)
        assert np.array_equal(frames.images, images)
        assert np.array_equal(frames.depths_m, depths_alone.depths_m) and len(depths_alone.labels) == 0
        assert np.array_equal(frames.labels, labels_alone.labels) and len(labels_alone.depths_m) == 0


def test_what_is_not_asked_for_is_not_observed():
    assert set(observed(new_frames(2, 9, 16))) == {"image"}
    everything = observed(new_frames(2, 9, 16, depth=True, segmentation=True), 1)
    assert {name: (array.shape, array.dtype.name) for name, array in everything.items()} == {
        "image": ((9, 16, 3), "uint8"),
        "depth": ((9, 16), "float32"),
        "segmentation": ((9, 16), "uint8"),
    }


def test_frames_for_other_states_are_refused(bank):
    with Renderer(bank, 36, 64) as renderer:
        for frames in (new_frames(3, 36, 64), new_frames(2, 36, 60), new_frames(1, 36, 64, depth=True)):
            with pytest.raises(ValueError, match=r"frames hold .*; 2 states of 36 x 64 need"):
                renderer.render_into(frames, states_at((5.5, 5.5, 6.0, 0.0, 0.0), (5.5, 5.5, 6.0, 1.0, 0.0)))
