"""Sites: places that are free and level, things that are turned, worked by hand; what finds no room is refused."""

import numpy as np
import pytest

from genie3_env.materials import AIR, material
from genie3_env.prompt.spec import OBJECTS, WorldSpec
from genie3_env.worldgen import canvas
from genie3_env.worldgen.builder import build_world
from genie3_env.worldgen.furnish import furnish, put, room_asked, widest_asked
from genie3_env.worldgen.objects import KINDS
from genie3_env.worldgen.site import Facing, NoRoom, Site
from genie3_env.worldgen.stonework import BY_MATERIAL

GROUND = 4


def meadow(side=24, seed=0, **wanted):
    voxels = canvas.new_grid((side, side, 32), GROUND)
    flat, free = np.full((side, side), GROUND), np.zeros((side, side), bool)
    rng = np.random.default_rng(seed)
    return Site(voxels, GROUND, flat, free, WorldSpec("village", **wanted), BY_MATERIAL["stone"], rng)


def test_a_footprint_is_turned_to_the_left():
    # A footprint of 3 x 2 at (10, 20); its south-western column turns to the south-east, north-east, north-west.
    turned = [Facing(10, 20, 3, 2, quarters).block(10, 20, 1, 1)[:2] for quarters in range(4)]
    assert turned == [(10, 20), (11, 20), (12, 21), (10, 22)]
    # A block of 2 x 1 in its south-western corner: a quarter turned it is 1 x 2 in the south-eastern one of 2 x 3.
    assert Facing(10, 20, 3, 2, 1).block(10, 20, 2, 1) == (11, 20, 1, 2)


def test_four_quarters_are_none():
    block = 7, 3, 2, 1
    width, depth = 5, 4
    for _ in range(4):
        block = Facing(6, 2, width, depth, 1).block(*block)
        width, depth = depth, width
    assert block == (7, 3, 2, 1)


@pytest.mark.parametrize("name", [name for name in sorted(OBJECTS) if KINDS[name].turns])
def test_a_turned_thing_is_the_same_thing(name):
    # A bench that faces east is the bench that faces south, turned; what is drawn by chance is drawn alike.
    kind = KINDS[name]
    plain, turned = meadow(side=48, seed=3), meadow(side=48, seed=3)
    side = kind.footprint(1)
    put(plain, name, 16, 16)
    put(turned, name, 16, 16, 1)
    # The block around the unturned footprint, and its turned image.
    around = 5
    before = plain.voxels[16 - around : 16 + kind.width + around, 16 - around : 16 + kind.depth + around]
    after = turned.voxels[16 - around : 16 + side[0] + around, 16 - around : 16 + side[1] + around]
    np.testing.assert_array_equal(np.rot90(before, 1, (0, 1)), after)


def test_places_are_level_and_free():
    site = meadow(side=8)
    site.taken[:, 4] = True  # a fence along x
    site.top[2, 2] += 1
    places = site.spots(2, 2, margin=0).tolist()
    assert [1, 1] not in places and [2, 2] not in places  # the bump
    assert [3, 2] in places and [1, 5] in places
    assert not [place for place in places if place[1] in (3, 4)]  # across the fence
    assert [1, 1] in site.spots(2, 2, margin=0, slope=1).tolist()


def test_what_the_spec_asks_for_needs_so_much_room():
    # A well of 4 x 4 and a margin of one all round is 36 columns; two are 72. A rocket is 9 long.
    spec = WorldSpec("village", objects=(("well", 2), ("rocket", 0)))
    assert room_asked(spec) == 72 and widest_asked(spec) == 4
    assert widest_asked(WorldSpec("village", objects=(("rocket", 1),))) == 9
    assert widest_asked(WorldSpec("village", objects=(("rocket", 1),)), beside=("rocket",)) == 0


def test_boats_lie_on_water_if_there_is_any():
    site = meadow(objects=(("boat", 1),))
    site.water[2:22, 2:10] = True
    furnish(site, {})
    (boat,) = site.landmarks
    assert boat.y < 10 and site.voxels[boat.x, boat.y, GROUND - 1] == material("plank")


def test_more_of_what_there_is_much_of_stands_on_a_larger_land():
    # Between 4 and 4 trees on 64 x 64 columns are 9 on 96 x 96; of a single well there is one anywhere.
    for side, trees in ((64, 4), (96, 9)):
        site = meadow(side=side)
        furnish(site, {"tree": (4, 4), "well": (1, 1)})
        assert [mark.kind for mark in site.landmarks].count("tree") == trees
        assert [mark.kind for mark in site.landmarks].count("well") == 1


def test_large_things_find_level_land_on_hills():
    for seed in range(3):
        world = build_world(WorldSpec("forest", relief="hilly", size="small", objects=(("racetrack", 1),)), seed)
        (track,) = [mark for mark in world.landmarks if mark.kind == "racetrack"]
        assert (world.voxels[track.x - 12 : track.x + 12, track.y - 9 : track.y + 9, track.z - 1] != AIR).all()


@pytest.mark.parametrize("theme", ["rooftops", "islands", "maze", "mine", "volcano"])
def test_an_easy_task_keeps_to_a_part_of_the_land(theme):
    # Flags and beginnings lie within 15 m of one place: never more than 30 m apart, and then not on a straight line.
    for seed in range(3):
        world = build_world(WorldSpec(theme, difficulty=0.0), seed)
        used = np.concatenate([world.cells[world.spawns], world.flag_positions_m.astype(np.int32)])[:, :2]
        assert ((used[:, None] - used[None]) ** 2).sum(2).max() <= 30**2


def test_what_finds_no_room_is_refused():
    site = meadow(side=24, objects=(("house", 9),))
    with pytest.raises(NoRoom, match="not for 9; ask for fewer things"):
        furnish(site, {})
