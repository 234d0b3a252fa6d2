"""Frames: the rasteriser against the ray caster, bytes that repeat, sizes, flags, sky, refusals."""

import math

import numpy as np
import pytest

from genie3_env.materials import NUM_MATERIALS
from genie3_env.render.frame import FLAG_PIXEL, SKY_PIXEL, Renderer, new_scratch, render_view, see_quads
from genie3_env.render.shade import LAVA_FRAMES
from genie3_env.types import EYE_HEIGHT_M, SIM_STATE
from tests.genie3_env.render.ray_caster import FACE_COLOUR, SKY_COLOUR, agreement, plain_bank
from tests.toy_world import toy_world


@pytest.fixture(scope="module")
def world():
    return toy_world()


@pytest.fixture(scope="module")
def bank(world):
    return plain_bank([world, world])


def states_around(count: int, seed: int = 0) -> np.ndarray:
    """States of bodies that stand about in the toy world and look about."""
    rng = np.random.default_rng(seed)
    states = np.zeros(count, SIM_STATE)
    states["position_m"] = rng.uniform((2, 2, 6), (7, 14, 12), (count, 3))
    states["yaw_rad"] = rng.uniform(0, 2 * math.pi, count)
    states["pitch_rad"] = rng.uniform(-1.2, 1.2, count)
    states["step"] = rng.integers(0, 100, count)
    states["world"] = rng.integers(0, 2, count)
    return states


def test_wall_straight_ahead_fills_its_rows(bank):
    # The eye stands at (5.5, 5.5, 5.62) and looks along +x at the wall x = 8, 2.5 m away, as high as z = 8. A pixel of
    # a picture 64 wide is 2 / 64 m at 1 m: the wall's top is (8 - 5.62) / 2.5 * 32 = 30.5 pixels above the middle, more
    # than the picture's 18; its foot z = 4 is 1.62 / 2.5 * 32 = 20.7 below, more than 18 again.
    scratch = new_scratch(bank, 36, 64)
    quads = np.empty((36, 64), np.int32)
    see_quads(bank, scratch, 0, 5.5, 5.5, 5.62, 0.0, 0.0, 0.0, quads)
    faces = bank.quads[:, quads[:, 32]]
    assert (faces[0] == 8).all()  # the plane x = 8
    # Row 17.5 is the horizon, z = 5.62. Row 0 sees z = 5.62 + 2.5 * (2 / 64) * 17.5 = 6.99, row 35 z = 4.25.
    assert faces[2, 0] == 6 and faces[2, 17] == 5 and faces[2, 35] == 4
    out = np.empty((36, 64, 3), np.uint8)
    render_view(bank, scratch, 0, -1, 5.5, 5.5, 5.62, 0.0, 0.0, 0.0, out)
    assert (out[:, 32] == FACE_COLOUR).all()  # light 1.0, no fog


def test_same_surfaces_as_the_ray_caster(world, bank):
    rng = np.random.default_rng(1)
    scratch = new_scratch(bank, 180, 320)
    quads = np.empty((180, 320), np.int32)
    right = total = 0
    for _ in range(60):
        x, y = rng.uniform(0.5, 15.5, 2)
        z = rng.uniform(4.2, 14.0)
        if world.voxels[int(x), int(y), int(z)]:
            continue
        view = (x, y, z, rng.uniform(0, 2 * math.pi), rng.uniform(-1.5, 1.5))
        see_quads(bank, scratch, 0, *view, 0.0, quads)
        same, compared = agreement(bank, 0, world, view, quads)
        right, total = right + same, total + compared
    assert total > 2_000_000
    assert right == total


def test_same_surfaces_along_the_axes(world, bank):
    scratch = new_scratch(bank, 36, 64)
    quads = np.empty((36, 64), np.int32)
    for yaw in (0.0, 0.5 * math.pi, math.pi):
        for pitch in (0.0, -1.2, 1.2):
            view = (5.0313, 6.0171, 5.62, yaw, pitch)
            see_quads(bank, scratch, 0, *view, 0.0, quads)
            same, compared = agreement(bank, 0, world, view, quads)
            assert same == compared


@pytest.mark.parametrize(
    ("height", "width"), [(9, 16), (27, 48), (36, 64), (45, 80), (72, 128), (90, 160), (144, 256), (198, 352)]
)
def test_every_size_sees_the_same_scene(bank, height, width):
    scratch = new_scratch(bank, height, width)
    out = np.full((height, width, 3), 255, np.uint8)
    render_view(bank, scratch, 0, -1, 5.5, 7.5, 7.0, 1.2, 0.0, 0.0, out)
    assert (out[0] == SKY_COLOUR).all()
    assert (out[-1] == FACE_COLOUR).all()


def test_fog_is_half_at_the_fog_distance(bank):
    # The wall x = 8 is 2.5 m ahead of (5.5, 5.5, 5.62). In fog of 2.5 m the middle is half face, half horizon: density
    # (2.5 / 2.5) ** 2 = 1, weight 1 / (1 + 1 ** 2). (100 + 64) / 2 = 82, (120 + 128) / 2 = 124, (140 + 214) / 2 = 177.
    foggy = bank._replace(fog_m=np.full_like(bank.fog_m, 2.5))
    out = np.empty((36, 64, 3), np.uint8)
    render_view(foggy, new_scratch(bank, 36, 64), 0, -1, 5.5, 5.5, 5.62, 0.0, 0.0, 0.0, out)
    assert np.abs(out[17, 32].astype(int) - (82, 124, 177)).max() <= 1


def test_lava_plays_its_film(bank):
    # The pool of lava at x, y = 11..13 seen from straight above; frame k is painted (k, 0, 0) and lasts 1 / 8 s.
    textures = bank.textures.reshape(2, 4, -1, 256).copy()
    for frame in range(LAVA_FRAMES):
        row = (NUM_MATERIALS + frame) * 3
        textures[:, :, row : row + 3] = frame
    painted = bank._replace(textures=textures.reshape(-1))
    out = np.empty((36, 64, 3), np.uint8)
    for time_s, frame in ((0.0, 0), (0.3, 2), (1.9, 15), (2.0, 0)):
        render_view(painted, new_scratch(bank, 36, 64), 0, -1, 12.5, 12.5, 9.0, 0.0, -1.57, time_s, out)
        assert out[18, 32].tolist() == [frame, 0, 0]


def test_looking_up_shows_the_sky_alone(bank):
    scratch = new_scratch(bank, 72, 128)
    quads = np.empty((72, 128), np.int32)
    see_quads(bank, scratch, 0, 5.5, 5.5, 13.0, 0.3, 1.5, 0.0, quads)
    assert (quads == SKY_PIXEL).all()
    out = np.empty((72, 128, 3), np.uint8)
    render_view(bank, scratch, 0, -1, 5.5, 5.5, 13.0, 0.3, 1.5, 0.0, out)
    assert (out == SKY_COLOUR).all()


@pytest.mark.parametrize(("height", "width"), [(36, 64), (180, 320)])
def test_flag_ahead_shows_its_colour(bank, height, width):
    # The red flag's pole is at (2.5, 2.5). From 4 m east of it, looking west and slightly up, the cloth (1.8 x 1.2 m)
    # flies to the right: about 1.8 / 4 * width / 2 by 1.2 / 4 * width / 2 pixels, less its folds.
    scratch = new_scratch(bank, height, width)
    out, quads = np.empty((height, width, 3), np.uint8), np.empty((height, width), np.int32)
    view = (6.5, 2.5, 5.62, math.pi, 0.1)
    for time_s in (0.0, 1.3, 7.0):
        render_view(bank, scratch, 0, -1, *view, time_s, out)
        see_quads(bank, scratch, 0, *view, time_s, quads)
        flag = quads == FLAG_PIXEL
        red = flag & (out[..., 0] > 150) & (out[..., 1] < 60) & (out[..., 2] < 60)
        expected = 1.8 / 4 * 1.2 / 4 * (width / 2) ** 2
        assert 0.6 * expected < red.sum() < 1.3 * expected
        assert np.argwhere(red)[:, 1].mean() > width / 2  # right of the pole


def test_flag_hides_behind_the_wall(bank):
    # Between (9.5, 2.5) and the red flag at (2.5, 2.5) stands the wall x = 8, as high as z = 8.
    scratch = new_scratch(bank, 72, 128)
    quads = np.empty((72, 128), np.int32)
    see_quads(bank, scratch, 0, 9.5, 2.5, 5.62, math.pi, 0.0, 0.0, quads)
    assert not (quads == FLAG_PIXEL).any()


def test_threads_and_repetition_change_no_byte(bank):
    states = states_around(7)
    with Renderer(bank, 72, 128, threads=1) as one:
        expected = one.render(states)
        assert np.array_equal(one.render(states), expected)
    assert len(np.unique(expected.reshape(7, -1), axis=0)) == 7
    for threads in (2, 3):
        with Renderer(bank, 72, 128, threads) as several:
            assert np.array_equal(several.render(states), expected)


def test_state_is_seen_from_its_eye_in_its_skin(bank):
    states = states_around(2)
    scratch = new_scratch(bank, 36, 64)
    expected = np.empty((36, 64, 3), np.uint8)
    x, y, z = states["position_m"][1]
    yaw, pitch, step = (float(states[name][1]) for name in ("yaw_rad", "pitch_rad", "step"))
    with Renderer(bank, 36, 64) as renderer:
        for skin in (0, 1):
            render_view(bank, scratch, 0, skin, x, y, z + EYE_HEIGHT_M, yaw, pitch, step * 0.1, expected)
            got = renderer.render(states, skins=np.array([-1, skin]))
            assert np.array_equal(got[1], expected)
        out = np.empty((2, 36, 64, 3), np.uint8)
        assert renderer.render(states, out=out) is out


def test_impossible_pictures_are_refused(bank):
    with pytest.raises(ValueError, match=r"width=62 is not a multiple of 4.*64"):
        new_scratch(bank, 36, 62)
    with pytest.raises(ValueError, match=r"not 16:9.*width=128"):
        new_scratch(bank, 72, 96)
    with pytest.raises(ValueError, match=r"height=4 is out of range; use 9 to 2160"):
        new_scratch(bank, 4, 8)
    with Renderer(bank, 36, 64) as renderer:
        states = states_around(2)
        with pytest.raises(ValueError, match="out must be contiguous uint8"):
            renderer.render(states, out=np.empty((2, 36, 64, 3), np.float32))
        with pytest.raises(ValueError, match="skins must be"):
            renderer.render(states, skins=np.array([0, 9]))
        states["world"] = 2
        with pytest.raises(ValueError, match="the bank holds 2"):
            renderer.render(states)
    with pytest.raises(ValueError, match="threads=0"):
        Renderer(bank, 36, 64, threads=0)
