"""Weather: skies that tell it, drops that fall through the world, and states that change it."""

import dataclasses
import math

import numpy as np
import pytest

from genie3_env.materials import material
from genie3_env.prompt.spec import HOURS, WEATHERS, WorldSpec
from genie3_env.render import scratch as scratch_module
from genie3_env.render import sky
from genie3_env.render.bank import build_scene_bank
from genie3_env.render.camera import make_camera
from genie3_env.render.frame import Renderer, View, new_scratch, render, render_view
from genie3_env.render.frames import images_alone
from genie3_env.render.precipitation import NO_ROOF, RAINFALL, SNOWFALL, draw_drops, roof_map, set_up_drops
from genie3_env.render.skies import CLEAR, FOG, RAIN, SKY_KINDS, SNOW, SPACE, clear_kind, sky_of
from genie3_env.render.skins import skin_number, skin_table
from genie3_env.types import EYE_HEIGHT_M, SIM_STATE
from genie3_env.world import VOID
from tests.genie3_env.render.ray_caster import FACE_COLOUR, SKY_COLOUR, plain_bank
from tests.toy_world import toy_world

EYE = (5.5, 5.5, 6.0)


@pytest.fixture(scope="module")
def plain():
    return plain_bank([toy_world()])


@pytest.fixture(scope="module")
def painted():
    return build_scene_bank([toy_world()])


def show(bank, scratch, view: View, out: np.ndarray) -> None:
    """Renders a view into out uint8 [H, W, 3]."""
    render(bank, scratch, view, images_alone(out[None]))


def drops_seen(bank, fall, time_s: float, yaw: float) -> np.ndarray:
    """float64 [D, 3] where the drops in view are: back from pixels and inverse depths to metres."""
    scratch = new_scratch(bank, 720, 1280)
    camera = make_camera(*EYE, yaw, 0.0, 720, 1280)
    count = set_up_drops(bank, scratch, 0, camera, time_s, fall)
    column, row, *_ = scratch.drops.ends[:count].astype(float).T
    rays = np.array(camera.corner) + column[:, None] * camera.right_step + row[:, None] * camera.down_step
    return np.array(EYE) + rays / scratch.drops.depths[:count, None]


def in_view(points: np.ndarray, yaw: float) -> np.ndarray:
    """bool [D]: points that a level eye sees well within its picture and its reach."""
    off = points - EYE
    ahead = off @ (math.cos(yaw), math.sin(yaw), 0.0)
    side = off @ (math.sin(yaw), -math.cos(yaw), 0.0)
    return (ahead > 2.0) & (abs(side) < 0.9 * ahead) & (abs(off[:, 2]) < 0.45 * ahead) & ((off**2).sum(1) < 100.0)


def distances(points: np.ndarray, others: np.ndarray) -> np.ndarray:
    """float64 [D] from each point to the nearest of the others."""
    return np.sqrt(((points[:, None] - others) ** 2).sum(2)).min(1)


def test_roofs_of_the_toy_world():
    roofs = roof_map(toy_world().voxels).reshape(16, 16)
    # The wall fills z = 4..7, the ledge z = 4..5, the ground ends at z = 4, and the lava's voxel is z = 2.
    assert (roofs[8, 5], roofs[12, 3], roofs[5, 5], roofs[12, 12]) == (8, 6, 4, 3)
    assert roof_map(np.zeros((1, 1, 4), np.uint8)).tolist() == [NO_ROOF]


def test_a_flake_is_drawn_before_what_is_farther_than_it():
    # Half of a flake's colour (200, 100, 0) over black: 100, 50, 0; 1 m away it hides a wall 2 m away, and not one at
    # half a metre. A flake smaller than a pixel fills the one that its middle is in.
    bank = plain_bank([toy_world()])
    scratch = new_scratch(bank, 36, 64)
    colours = np.zeros(sky.SKY_ROW, np.float32)
    colours[sky.FALLING : sky.FALLING + 3] = (200, 100, 0)
    scratch.drops.rows[0] = (17, 20)
    scratch.drops.ends[0] = (32.2, 18.4, 32.2, 18.4)
    scratch.drops.sizes[0] = (0.3, 128.0)
    scratch.drops.depths[0] = 1.0
    scratch.drops.band_starts[:] = (0, 1)
    for wall_m, expected in ((2.0, [100, 50, 0]), (0.5, [0, 0, 0])):
        scratch.depth[:] = 1.0 / wall_m
        image = np.zeros((36, 64, 3), np.uint8)
        draw_drops(scratch, colours, SNOWFALL, 0, 36, 0, image)
        assert image[18, 32].tolist() == expected
        image[18, 32] = 0
        assert not image.any()


def test_drops_fall_and_drift_as_they_should(plain):
    # Rain falls 10.5 m/s: a drop is 0.525 m lower a twentieth of a second later, and 0.055 m and 0.025 m downwind.
    before, after = (drops_seen(plain, RAINFALL, time_s, yaw=1.0) for time_s in (3.0, 3.05))
    moved = before + (0.055, 0.025, -0.525)
    known = in_view(moved, 1.0) & (moved[:, 2] > 8.1)  # higher than anything in the world that could keep off the rain
    assert known.sum() > 50
    assert distances(moved[known], after).max() < 0.01


@pytest.mark.parametrize("fall", [RAINFALL, SNOWFALL])
def test_drops_stay_where_they_are_when_the_eye_turns(plain, fall):
    one, other = (drops_seen(plain, fall, 7.3, yaw) for yaw in (0.4, 0.9))
    both = in_view(one, 0.9)
    assert both.sum() > 100
    assert distances(one[both], other).max() < 0.01


def test_no_drop_is_under_a_roof():
    world = toy_world()
    voxels = world.voxels.copy()
    voxels[:, :10, 12] = material("roof")
    bank = plain_bank([dataclasses.replace(world, voxels=voxels)])
    seen = drops_seen(bank, RAINFALL, 1.0, yaw=math.pi / 2)
    covered = (seen[:, 1] > 0.01) & (seen[:, 1] < 9.99) & (seen[:, 0] > 0.01) & (seen[:, 0] < 15.99)
    assert len(seen) > 50 and not (covered & (seen[:, 2] < 12.99)).any()
    assert ((seen[:, 1] > 10.01) & (seen[:, 2] < 12.0)).sum() > 20


@pytest.mark.parametrize("weather", [RAIN, SNOW])
def test_the_height_of_bands_changes_no_byte(painted, weather, monkeypatch):
    view = View(0, 0, weather, *EYE, 0.7, 0.3, 2.2)
    pictures = []
    for band_bytes in (1, 1 << 30):
        monkeypatch.setattr(scratch_module, "BAND_BYTES", band_bytes)
        scratch = new_scratch(painted, 180, 320)
        pictures.append(np.zeros((180, 320, 3), np.uint8))
        show(painted, scratch, view, pictures[-1])
    assert scratch.band_starts.size == 2  # the second has one band
    assert np.array_equal(*pictures)


@pytest.mark.parametrize("hour", HOURS)
def test_every_weather_is_plain_in_small_pictures(painted, hour):
    scratch = new_scratch(painted, 36, 64)
    pictures = np.zeros((len(WEATHERS), 36, 64, 3), np.uint8)
    for weather, out in enumerate(pictures):
        show(painted, scratch, View(0, skin_number("day", hour, 0), weather, *EYE, 2.5, 0.1, 1.0), out)
    difference = np.abs(pictures[:, None].astype(float) - pictures[None]).mean((2, 3, 4))
    assert difference[~np.eye(len(WEATHERS), dtype=bool)].min() > 4.0
    # What falls moves; fog and clear skies hold still but for clouds and flags.
    later = np.zeros((36, 64, 3), np.uint8)
    for weather, least, most in ((RAIN, 4.0, 60.0), (SNOW, 2.0, 60.0), (FOG, 0.0, 2.0)):
        show(painted, scratch, View(0, skin_number("day", hour, 0), weather, *EYE, 2.5, 0.1, 1.1), later)
        assert least <= np.abs(later.astype(float) - pictures[weather]).mean() < most


def test_bad_weather_greys_the_sky_and_shortens_the_view():
    for hour in HOURS:
        clear = sky_of(hour, "clear")
        for kind in ("rain", "snow", "fog"):
            veiled = sky_of(hour, kind)
            for name in ("zenith", "horizon"):
                own, grey = getattr(clear, name), getattr(veiled, name)
                assert max(grey) - min(grey) < 0.3 * (max(own) - min(own))
            assert veiled.fog_m < clear.fog_m and veiled.sun == (0.0, 0.0, 0.0) and veiled.stars == 0.0
        assert 22.0 <= sky_of(hour, "fog").fog_m <= 30.0
        assert max(sky_of(hour, "rain").zenith) < 0.7 * max(sky_of(hour, "snow").zenith)
    # By day the horizon is (178, 208, 232): grey 206, of its own hue 0.16, times 0.98.
    assert sky_of("day", "fog").horizon == pytest.approx((197.49, 202.19, 205.96), abs=0.01)


def test_clear_nights_around_a_station_without_ground_are_black_and_full_of_stars():
    world = toy_world("night")
    station = dataclasses.replace(world, spec=WorldSpec(theme="station"), ground=VOID)
    assert clear_kind(station) == SPACE
    assert clear_kind(dataclasses.replace(station, ground="grass")) == clear_kind(world) == CLEAR
    bank = build_scene_bank([station])
    picture = np.zeros((180, 320, 3), np.uint8)
    for pitch in (0.9, -0.9):  # up, and past the edge of the world down
        eye = (40.0, 40.0, 10.0)
        render_view(bank, new_scratch(bank, 180, 320), 0, -1, *eye, 1.0, pitch, 0.0, picture)
        stars = picture.max(2) > 60
        assert 0.002 < stars.mean() < 0.05
        assert picture[~stars].mean() < 12
    assert sky_of("day", "space") == sky_of("day", "clear")


def test_states_bring_their_own_hour_and_weather(painted):
    states = np.zeros(3, SIM_STATE)
    states["position_m"] = (5.5, 5.5, 4.0)
    states["yaw_rad"], states["step"] = 2.0, 12
    states["hour"], states["weather"] = (-1, HOURS.index("night"), -1), (-1, -1, SNOW)
    states["liquid"] = -1
    scratch, expected = new_scratch(painted, 36, 64), np.zeros((36, 64, 3), np.uint8)
    night = skin_number("day", "night", 0)
    for threads in (1, 2, 3):
        with Renderer(painted, 36, 64, threads) as renderer:
            pictures = renderer.render(states)
            worn = renderer.render(states, skins=np.full(3, night))
        for picture, skin, weather in zip(pictures, (0, night, 0), (CLEAR, CLEAR, SNOW), strict=True):
            eye = (5.5, 5.5, 4.0 + EYE_HEIGHT_M)
            show(painted, scratch, View(0, skin, weather, *eye, 2.0, 0.0, 12 * 0.1), expected)
            assert np.array_equal(picture, expected)
        assert np.array_equal(worn[0], worn[1])  # a skin that is asked for has its own hour


def test_hours_and_weathers_that_are_none_are_refused(painted):
    with Renderer(painted, 36, 64) as renderer:
        for name, value in (("hour", 3), ("hour", -2), ("weather", 4)):
            states = np.zeros(2, SIM_STATE)
            states[name][1] = value
            with pytest.raises(ValueError, match=rf"{name}.*{value}.*-1 for the world's own"):
                renderer.render(states)


def test_the_world_has_its_weather_by_itself(plain):
    # The plain sky and faces are the same in every weather, so that whatever else is there has fallen from the sky.
    picture = np.zeros((36, 64, 3), np.uint8)
    for weather, most in (("clear", 0), ("fog", 0), ("rain", 900), ("snow", 900)):
        bank = plain_bank([dataclasses.replace(toy_world(), weather=weather)])
        bank.skies[..., sky.FALLING] = 255.0
        render_view(bank, new_scratch(bank, 36, 64), 0, -1, 5.5, 5.5, 13.0, 0.3, 0.5, 1.0, picture)
        fallen = ~((picture == SKY_COLOUR).all(2) | (picture == FACE_COLOUR).all(2))
        assert (fallen.sum() > 20) == (most > 0) and fallen.sum() <= most


def test_the_table_has_a_sky_for_every_kind():
    skins = skin_table()
    day = skins.sky[skin_number("day", "day", 0)]
    assert len({row.tobytes() for row in day}) == len(SKY_KINDS) - 1  # by day there is no black space
    night = skins.sky[skin_number("day", "night", 0)]
    assert len({row.tobytes() for row in night}) == len(SKY_KINDS)
    assert (day[[RAIN, SNOW], sky.FALLING] > 100).all() and (night[[RAIN, SNOW], sky.FALLING] > 60).all()
