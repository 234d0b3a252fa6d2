"""Castles: what the spec fixes is there, what it leaves open varies, and one can get in."""

import numpy as np
import pytest

from genie3_env.materials import AIR, material
from genie3_env.prompt.spec import WorldSpec
from genie3_env.worldgen.land import GROUND, SHAPES
from genie3_env.worldgen.navigation import reachable, survey
from genie3_env.worldgen.themes import castle, castle_plan


def build(seed=0, **wanted):
    return castle.build(WorldSpec("castle", **wanted), np.random.default_rng(seed))


def has(draft, *names):
    return bool(np.isin(draft.voxels, [material(name) for name in names]).any())


def test_the_same_generator_draws_the_same_castle_and_another_a_different_one():
    first, again, other = build(0), build(0), build(1)
    assert first.voxels.tobytes() == again.voxels.tobytes() and first.hour == again.hour
    assert first.places.keys() == again.places.keys()
    assert first.voxels.tobytes() != other.voxels.tobytes()


@pytest.mark.parametrize("size", ["small", "medium", "large"])
def test_the_size_decides_the_grid(size):
    draft = build(size=size)
    assert draft.voxels.shape == SHAPES[size] and draft.voxels.dtype == np.uint8


def test_the_moat_is_filled_as_asked():
    for seed in range(3):
        assert has(build(seed, moat="lava"), "lava")
        assert not has(build(seed, moat="water"), "lava") and has(build(seed, moat="water"), "water")
        dry = build(seed, moat="none")
        assert not has(dry, "lava")
        assert (dry.voxels[:, :, GROUND - 2] != AIR).all()  # no ditch either


def test_trees_gates_and_hour_are_as_asked():
    for seed in range(3):
        assert not has(build(seed, objects={"tree": 0}), "leaf")
        assert has(build(seed, objects={"tree": None}, size="large"), "leaf", "blossom")
        for gates in range(1, castle_plan.MAX_GATES + 1):
            places = build(seed, objects={"gate": gates}).places["entrance"]
            assert len(places) == gates == len({tuple(place) for place in places.tolist()})
        assert build(seed, hour="dusk").hour == "dusk"
        draft = build(seed, objects={"tower": 4})
        assert sum(mark.kind == "tower" for mark in draft.landmarks) == 4


def test_what_is_left_open_varies():
    drafts = [build(seed) for seed in range(30)]
    assert {draft.hour for draft in drafts} == {"day", "dusk", "night"}
    assert len({draft.voxels.shape for draft in drafts}) == 3
    assert {has(draft, "lava") for draft in drafts} == {True, False}
    assert len({len(draft.places["entrance"]) for draft in drafts}) >= 3


def test_every_gate_leads_from_the_country_into_the_courtyard():
    for seed in range(8):
        draft = build(seed, moat="lava")
        terrain = survey(draft.voxels)
        for gate in draft.places["entrance"]:
            entrance = terrain.cell_index[tuple(gate)]
            assert entrance >= 0
            reached = reachable(terrain, np.array([entrance]))
            for zone in ("inner", "outer"):
                cells = terrain.cell_index[tuple(draft.places[zone].T)]
                assert reached[cells[cells >= 0]].mean() > 0.5, zone


def test_most_castles_have_a_way_up_to_the_wall():
    ways = []
    for seed in range(12):
        draft = build(seed)
        terrain = survey(draft.voxels)
        walk = terrain.cell_index[tuple(draft.places["high"].T)]
        ways.append(
            reachable(terrain, terrain.cell_index[tuple(draft.places["entrance"][:1].T)])[walk[walk >= 0]].any()
        )
    assert np.mean(ways) > 0.5


def test_the_border_is_level_with_the_endless_ground():
    voxels = build(3).voxels
    for edge in (voxels[0], voxels[-1], voxels[:, 0], voxels[:, -1]):
        assert (edge[:, GROUND:] == AIR).all() and (edge[:, GROUND - 1] == material("grass")).all()


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"objects": {"gate": 0}}, "1 to 4 gates"),
        ({"size": "small", "objects": {"tower": 12, "gate": 4}}, "towers; the spec asks for 12"),
    ],
)
def test_a_castle_that_cannot_be_is_refused(wanted, message):
    with pytest.raises(ValueError, match=message):
        build(**wanted)


def test_a_wall_never_draws_more_towers_than_it_has_room_for():
    counts = {len(castle.draw_plan(WorldSpec("castle"), np.random.default_rng(seed)).towers) for seed in range(300)}
    assert counts == {3, 4, 5, 6}
