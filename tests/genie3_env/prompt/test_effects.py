"""Every value of the lexicon, said in a sentence, changes the world that is built, or the parser says why not."""

import dataclasses
import zlib
from functools import cache

import numpy as np
import pytest

from genie3_env.materials import LIQUIDS, material
from genie3_env.prompt import spec as specs
from genie3_env.prompt.lexicon import is_chinese, lexicon
from genie3_env.prompt.parse import parse
from genie3_env.prompt.spec import OBJECTS, THEMES, WorldSpec
from genie3_env.world import VOID
from genie3_env.worldgen.builder import build_world
from genie3_env.worldgen.canvas import surface_height
from genie3_env.worldgen.covers import GROUND_COVER
from genie3_env.worldgen.land import SHAPES
from genie3_env.worldgen.objects import KINDS
from genie3_env.worldgen.stonework import WALL_OF

WATERLESS = dict.fromkeys(("fountain", "well", "waterfall"), 0)  # things that hold water whatever is asked for
LAND = {*GROUND_COVER.values(), "dirt", "stone", "obsidian", "snow", "asphalt", "hull", "metal"}
LEAVES = {"autumn": ("red_leaf", "yellow_leaf"), "blossom": ("blossom",)}


def said(kind, value):
    """An English phrase that means it."""
    return next(
        " ".join(key)
        for key, meaning in lexicon().meanings.items()
        if (meaning.kind, meaning.value) == (kind, value) and not is_chinese(key[0])
    )


def themes_for(name, number):
    """Some themes, others for each name: all of them would take too long."""
    start = zlib.crc32(name.encode()) % len(THEMES)
    return [THEMES[(start + 5 * step) % len(THEMES)] for step in range(number)]


@cache
def built(spec):
    return build_world(dataclasses.replace(spec, task="reach_flag"), 0)


def plain(theme):
    return built(WorldSpec(theme))


def read(prompt):
    """The world of a prompt, and what the parser says about it. Every word of it is understood."""
    understanding = parse(prompt)
    assert not understanding.not_understood, (prompt, understanding.not_understood)
    return built(understanding.spec), understanding.notes


def number_of(world, *names):
    return sum(int((world.voxels == material(name)).sum()) for name in names)


def marks(world, kind):
    return sum(mark.kind == kind for mark in world.landmarks)


def covered(world, ground):
    top = np.maximum(surface_height(world.voxels) - 1, 0)[..., None]
    return int((np.take_along_axis(world.voxels, top, 2) == material(GROUND_COVER[ground])).sum())


def risen(world):
    """How many columns of bare land rise above the ground."""
    height = surface_height(world.voxels)
    top = np.take_along_axis(world.voxels, np.maximum(height - 1, 0)[..., None], 2)[..., 0]
    return int((np.isin(top, [material(name) for name in LAND]) & (height > world.ground_m)).sum())


def shows(world, name, value):
    """Whether a field of a spec can be seen in the world, beside one of the same theme that leaves everything open."""
    before = plain(world.spec.theme)
    if name in ("hour", "weather"):
        return getattr(world, name) == value
    if name == "ground":
        return covered(world, value) > 250
    if name == "relief":
        flat = built(dataclasses.replace(world.spec, relief="flat"))
        return world is flat if value == "flat" else risen(world) > risen(flat) + 100
    if name == "size":
        return world.voxels.shape[:2] == SHAPES[value][:2]
    if name == "liquid" or name in specs.BODIES:
        return number_of(world, value) >= 8
    if name == "material":
        wall = WALL_OF[value]
        own = number_of(before, wall) > 250  # what the theme is built of anyway
        return number_of(world, wall) > (0.8 if own else 1.0) * number_of(before, wall)
    if name == "foliage":
        return number_of(world, *LEAVES[value]) > number_of(before, *LEAVES[value]) + 20
    if name == "overgrown":
        return number_of(world, "moss") > number_of(before, "moss") + 5
    if name == "ruined":
        whole = built(dataclasses.replace(world.spec, ruined=None))
        return world.voxels.shape != whole.voxels.shape or bool((world.voxels != whole.voxels).any())
    if name == "edge":
        return world.ground == VOID and not world.voxels[0].any()
    raise KeyError(name)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("kind", ["ground", "relief", "material", "liquid"])
def test_grounds_reliefs_materials_and_liquids_show_in_every_theme(kind, theme):
    for value in lexicon_values(kind):
        world, notes = read(f"{theme_said(theme)}, {said(kind, value)}")
        assert shows(world, kind, value) or notes, (kind, value)


def lexicon_values(kind):
    return list(dict.fromkeys(meaning.value for meaning in lexicon().meanings.values() if meaning.kind == kind))


def theme_said(theme):
    return said("theme", theme)


@pytest.mark.parametrize("theme", THEMES)
def test_bodies_states_seasons_hours_weather_and_size_show_in_every_theme(theme):
    for body, liquid in zip(specs.BODIES, themes_order(theme), strict=True):
        world, notes = read(f"{theme_said(theme)} with a {said('liquid', liquid)} {said('body', body)}")
        assert getattr(world.spec, body) == liquid and (shows(world, body, liquid) or notes), body
    for state in specs.SWITCHES:
        world, notes = read(f"{said('state', state)} {theme_said(theme)}")
        assert getattr(world.spec, state) and (shows(world, state, True) or notes), state
    for scene, foliage in (("autumn", "autumn"), ("spring", "blossom")):
        world, notes = read(f"{theme_said(theme)} in {said('scene', scene)}")
        assert shows(world, "foliage", foliage) or notes, scene
    for size, hour, weather in (("small", "day", "clear"), ("medium", "dusk", "rain"), ("large", "night", "snow")):
        prompt = f"{said('size', size)} {theme_said(theme)}, {said('hour', hour)}, {said('weather', weather)}"
        world, notes = read(prompt)
        for name, value in (("size", size), ("hour", hour), ("weather", weather)):
            assert shows(world, name, value) or notes, (name, value)
    assert shows(read(f"{theme_said(theme)}, {said('weather', 'fog')}")[0], "weather", "fog")
    world, notes = read(f"{theme_said(theme)}, {said('style', 'islands')}")
    assert theme == "islands" or shows(world, "edge", "floating") or notes


def themes_order(theme):
    """The liquids, in an order of the theme's own."""
    start = THEMES.index(theme) % len(specs.LIQUIDS)
    return specs.LIQUIDS[start:] + specs.LIQUIDS[:start]


@pytest.mark.parametrize("theme", THEMES)
def test_without_liquids_there_are_none(theme):
    spec = parse(f"{theme_said(theme)} without water, lava or acid").spec
    world = built(dataclasses.replace(spec, objects=WATERLESS))
    assert number_of(world, *LIQUIDS) == 0


@pytest.mark.parametrize("name", sorted(set(OBJECTS) - {"racetrack"}))
def test_things_are_there_in_number_and_in_none(name):
    word = said("object", name)
    count = 1 if OBJECTS[name] < 4 or name in ("pyramid", "church", "barn") else 2
    large = max(KINDS[name].width, KINDS[name].depth) > 9
    for theme in [theme for theme in themes_for(name, 2) if theme != "rooftops" or not large][:1]:
        world, notes = read(f"{theme_said(theme)}, {count} {word}")
        assert marks(world, name) == count or (notes and marks(world, name) >= 1), theme
        world, notes = read(f"{theme_said(theme)}, no {word}")
        assert marks(world, name) == 0 or notes, theme


@pytest.mark.parametrize("kind", ["theme", "style"])
@pytest.mark.parametrize("theme", THEMES)
def test_a_theme_is_the_world_or_gives_it_something(kind, theme):
    word = said(kind, theme)
    assert read(word)[0].spec.theme == theme
    highest = "castle" if theme != "castle" else "village"
    if kind == "style":
        assert parse(f"{word} {theme_said(highest)}").spec.theme == highest
    check_brought(f"{word}, {theme_said(highest)}", theme)


@pytest.mark.parametrize("scene", sorted(set(lexicon().brings) - set(THEMES)))
def test_what_a_scene_brings_is_there(scene):
    check_brought(f"{said('scene', scene)}, {theme_said(themes_for(scene, 1)[0])}", scene)
    alone = parse(said("scene", scene)).spec
    assert alone.theme == lexicon().brings[scene].get("theme", alone.theme)


def check_brought(prompt, name):
    world, notes = read(prompt)
    if world.spec.theme == name:
        return
    for field, value in lexicon().brings[name].items():
        if field == "objects":
            for thing in value:
                assert marks(world, thing) >= 1 or notes, thing
        elif field not in ("rank", "place", "theme"):
            assert shows(world, field, value) or notes, field


def test_amounts_are_numbers():
    counts = [marks(read(f"a village with {amount} lamps")[0], "lamp") for amount in ("few", "several", "many")]
    assert counts == [3, 5, 15]


def test_flags_have_the_number_and_the_colours_that_are_said():
    for colour in specs.COLOURS:
        world, _ = read(f"a village with a {said('colour', colour)} flag")
        assert specs.COLOURS[world.flag_colours[0]] == colour and world.num_goals == 1
    assert [len(read(f"a village with {number} flags")[0].flag_colours) for number in (3, 4, 5)] == [3, 4, 5]


def test_coins_tasks_and_shades_are_in_the_spec():
    for colour in specs.COLOURS:
        assert parse(f"collect {colour} coins in a mine").spec.coin_colour == colour
    for task in specs.TASKS:
        assert parse(f"a forest. {said('task', task)}").spec.task == task
    assert [parse(f"a {shade} castle").spec.material for shade in ("white", "black")] == ["marble", "obsidian"]


def test_what_is_harder_is_farther():
    ways = []
    for word in ("very easy", "medium difficulty", "very hard"):
        spec = parse(f"a castle, {word}").spec
        worlds = [build_world(spec, seed) for seed in range(6)]
        ways.append(np.mean([world.flag_distances_m[:, world.spawns].mean() for world in worlds]))
    assert ways[0] < ways[1] < ways[2]
