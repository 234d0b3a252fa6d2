"""Whatever a spec asks for is there, in every theme: things in their number, grounds, liquids, materials, decay."""

import zlib

import numpy as np
import pytest
from scipy.ndimage import distance_transform_edt

from genie3_env.materials import GLOW, LIQUIDS, material
from genie3_env.prompt.spec import BUILDING_MATERIALS, GROUNDS, OBJECTS, THEMES, WEATHERS, WorldSpec
from genie3_env.prompt.spec import LIQUIDS as KNOWN_LIQUIDS
from genie3_env.world import VOID
from genie3_env.worldgen.builder import build_world
from genie3_env.worldgen.canvas import surface_height
from genie3_env.worldgen.covers import GROUND_COVER
from genie3_env.worldgen.stonework import WALL_OF

# A deck of metal, roofs and rock stay what they are, whatever ground is asked for.
ARTIFICIAL = ("station", "rooftops", "mine")


def build(theme, seed=0, **wanted):
    return build_world(WorldSpec(theme, **wanted), seed)


def number_of(world, name):
    return int((world.voxels == material(name)).sum())


def marks(world, kind):
    return [mark for mark in world.landmarks if mark.kind == kind]


@pytest.mark.parametrize("theme", THEMES)
def test_every_theme_makes_worlds_that_differ(theme):
    worlds = [build(theme, seed) for seed in range(4)]
    assert len({world.digest for world in worlds}) == 4
    assert build(theme, 2).digest == worlds[2].digest
    for world in worlds:
        assert 3 <= len(world.flag_colours) <= 5 and len(world.spawns) >= 16


@pytest.mark.parametrize("name", sorted(OBJECTS))
def test_things_stand_in_the_number_that_was_asked_for(name):
    themes = sorted(THEMES)
    start = zlib.crc32(name.encode()) % len(themes)
    for step in range(3):  # three themes for each thing: all pairs would take too long
        theme = themes[(start + 5 * step) % len(themes)]
        count = 1 if OBJECTS[name] < 4 or name in ("pyramid", "church", "barn") else 2
        least = 1 if name == "gate" and theme == "castle" else 0
        for wanted in (count, least):
            world = build(theme, seed=step, objects={name: wanted})
            assert len(marks(world, name)) == wanted, (theme, wanted)


def test_some_are_at_least_one():
    for name in ("statue", "boat", "robot", "windmill"):
        assert len(marks(build("village", objects={name: None}), name)) >= 1


@pytest.mark.parametrize("theme", sorted(set(THEMES) - set(ARTIFICIAL)))
def test_the_ground_is_what_was_asked_for(theme):
    for ground in GROUNDS:
        world = build(theme, ground=ground, size="small")
        top = np.take_along_axis(world.voxels, surface_height(world.voxels)[..., None] - 1, 2)
        counts = {name: int((top == material(cover)).sum()) for name, cover in GROUND_COVER.items()}
        assert counts[ground] > 250, (ground, counts)
        if theme not in ("castle", "village", "track"):  # where paths and roads are of gravel
            assert max(counts, key=lambda name: counts[name]) == ground, (ground, counts)


@pytest.mark.parametrize("theme", THEMES)
def test_the_liquid_is_what_was_asked_for_and_no_other(theme):
    for liquid in KNOWN_LIQUIDS:
        # A fountain, a well and a waterfall are always of water.
        world = build(theme, liquid=liquid, objects={"fountain": 0, "well": 0, "waterfall": 0})
        assert number_of(world, liquid) >= 8, liquid
        others = {name for name in LIQUIDS if name != liquid}
        assert not any(number_of(world, name) for name in others), liquid


@pytest.mark.parametrize("theme", THEMES)
def test_a_world_without_liquids_has_none(theme):
    for seed in range(3):
        world = build(theme, seed, liquid="none", objects={"fountain": 0, "well": 0, "waterfall": 0})
        assert not any(number_of(world, name) for name in LIQUIDS)


@pytest.mark.parametrize("theme", THEMES)
def test_buildings_are_of_the_material_that_was_asked_for(theme):
    things = {"tower": 1, "wall": 1, "house": 1}
    plain = build(theme, objects=things)
    for name in BUILDING_MATERIALS:
        wall = WALL_OF[name]
        assert number_of(build(theme, material=name, objects=things), wall) > min(200, number_of(plain, wall) + 100), (
            name
        )


def test_ruins_are_broken_and_overgrown():
    for theme in ("castle", "village", "temple"):
        whole, broken = (build(theme, 1, ruined=ruined, material="stone") for ruined in (False, True))
        assert number_of(broken, "stone") < 0.9 * number_of(whole, "stone")
        assert number_of(broken, "moss") > number_of(whole, "moss")


def test_ruins_keep_roofs_and_rock_that_one_walks_on():
    for theme in ("rooftops", "mine", "islands"):
        whole, broken = (build(theme, 2, ruined=ruined, size="medium") for ruined in (False, True))
        assert len(broken.cells) > 0.6 * len(whole.cells)
        assert (broken.voxels != whole.voxels).any()


def test_moss_grows_on_what_is_old_and_leaves_nothing_open():
    plain, old = (build("castle", 1, overgrown=overgrown, material="stone") for overgrown in (None, True))
    assert number_of(old, "moss") > 500 and number_of(plain, "moss") == 0
    np.testing.assert_array_equal(old.voxels == 0, plain.voxels == 0)


def test_leaves_have_the_colours_of_a_season():
    plain, autumn, blossom = (build("forest", 1, foliage=foliage) for foliage in (None, "autumn", "blossom"))
    green = sum(number_of(plain, name) for name in ("leaf", "canopy", "palm"))
    assert green > 500 and number_of(autumn, "leaf") + number_of(autumn, "canopy") + number_of(autumn, "palm") == 0
    turned = [number_of(world, "red_leaf") + number_of(world, "yellow_leaf") for world in (plain, autumn)]
    assert turned[1] - turned[0] == green
    assert 0.5 * green < number_of(blossom, "blossom") - number_of(plain, "blossom") < green


def test_forests_have_trees_of_many_kinds_that_are_low_at_the_edge():
    for seed in range(3):
        world = build("forest", seed)
        for name, least in (("leaf", 1000), ("canopy", 1000), ("palm", 200), ("white", 20)):
            assert number_of(world, name) > least, name
        leafy = np.isin(world.voxels, [material(name) for name in ("leaf", "canopy", "palm")])
        height = np.where(leafy, np.arange(leafy.shape[2]), 0).max(2)
        inner = height[12:-12, 12:-12]
        outer = np.concatenate([height[2:6].ravel(), height[-6:-2].ravel()])
        assert outer[outer > 0].mean() < inner[inner > 0].mean() - 2


def test_mines_are_lit_wherever_one_walks():
    for seed in range(3):
        world = build("mine", seed)
        x, y, z = world.cells.T
        roofed = surface_height(world.voxels)[x, y] > z
        away = np.asarray(distance_transform_edt(GLOW[world.voxels].max(3) == 0))[x, y, z][roofed]
        assert np.median(away) < 4 and np.percentile(away, 90) < 7


def test_ore_is_carted_in_mines():
    for theme, load in (("mine", "rust"), ("village", "hay")):
        with_cart, without = (build(theme, 1, objects=(("cart", count), ("haystack", 0))) for count in (3, 0))
        assert len(marks(with_cart, "cart")) == 3 and not marks(without, "cart")
        assert number_of(with_cart, load) > number_of(without, load)


def test_a_wheel_stands_over_the_deck_of_a_station():
    # On 64 x 64 its radius is 64 / 8 = 8, its hub 8 + 6 above the ground. In its middle plane the rim's band, from
    # 8 - 2.7 to 8 + 0.3 away from the hub, is white all round: at 6 to 8 away to each side.
    world = build("station", 0, size="small")
    plane, hub = world.voxels[32], world.ground_m + 8 + 6
    for away in (6, 7, 8):
        around = [plane[32 + away, hub], plane[32 - away, hub], plane[32, hub + away], plane[32, hub - away]]
        assert around == [material("white")] * 4


def test_a_temple_finds_its_place_on_hills_and_beside_a_lake():
    for wanted in (
        {"relief": "hilly"},
        {"relief": "mountainous"},
        {"lake": "water"},
        {"lake": "lava", "size": "small"},
    ):
        for seed in range(3):
            assert len(build("temple", seed, **wanted).spawns) >= 16


def test_hills_and_mountains_rise():
    for theme in ("forest", "desert", "village"):
        heights = []
        for relief in ("flat", "hilly", "mountainous"):
            world = build(theme, relief=relief, liquid="none", objects={name: 0 for name in OBJECTS if name != "gate"})
            heights.append(int(world.cells[:, 2].max()) - world.ground_m)
        assert heights[0] == 0 < heights[1] <= 4 < heights[2]


def test_weather_and_hour_are_recorded_and_snow_lies():
    for weather in WEATHERS:
        world = build("village", weather=weather, hour="dusk")
        assert (world.weather, world.hour) == (weather, "dusk")
        assert (number_of(world, "snow") > 1000) == (weather == "snow")


def test_land_floats_in_the_air_if_asked():
    for theme in ("castle", "village", "desert"):
        world = build(theme, edge="floating")
        assert world.ground == VOID and not world.voxels[:, :, 0].any()
        assert not world.voxels[0].any() and world.voxels[world.voxels.shape[0] // 2].any()


def test_flags_have_the_colours_that_were_asked_for():
    world = build("village", flag_colours=("blue",) * 3)
    assert world.flag_colours.tolist()[:3] == [1, 1, 1] and len(world.flag_colours) == 4 and world.num_goals == 3
    assert world.flag_colours[3] != 1
    alike = world.flag_distances_m[:3]
    np.testing.assert_array_equal(alike[0], alike[2])  # the way to the nearest of them
    mixed = build("village", flag_colours=("pink", "red"))
    assert mixed.flag_colours.tolist()[:2] == [4, 0] and len(set(mixed.flag_colours.tolist())) == 3
