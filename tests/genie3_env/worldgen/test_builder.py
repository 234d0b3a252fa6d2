"""WorldBuilder: what decides a world and what does not, golden worlds, refusals."""

import dataclasses

import numpy as np
import pytest

from genie3_env.prompt.parse import parse
from genie3_env.prompt.spec import WorldSpec
from genie3_env.sim.bank import build_bank
from genie3_env.worldgen.builder import WorldBuilder, attempts, build_world, proven, size_at, world_seed

PROMPT = "a medieval castle with lava moat"


def digests(**arguments):
    return [world.digest for world in WorldBuilder().generate(**arguments)]


@pytest.fixture(scope="module")
def castles():
    return WorldBuilder().generate(PROMPT, num_worlds=6, seed=1)


def test_a_prompt_makes_as_many_different_worlds_as_asked(castles):
    assert len(castles) == 6 and len({world.digest for world in castles}) == 6
    assert len({world.voxels.tobytes() for world in castles}) == 6
    assert all(world.spec == parse(PROMPT).spec for world in castles)
    build_bank(castles)  # all of them can be played
    assert WorldBuilder().generate(PROMPT, num_worlds=0) == []


def test_a_world_depends_on_spec_seed_and_index_alone(castles):
    expected = [world.digest for world in castles]
    assert digests(prompt=PROMPT, num_worlds=3, seed=1) == expected[:3]
    assert digests(spec=parse(PROMPT).spec, num_worlds=6, seed=1, workers=3) == expected
    assert not set(digests(prompt=PROMPT, num_worlds=3, seed=2)) & set(expected)


def test_a_world_can_be_made_again_from_its_own_record(castles):
    world = castles[4]
    assert world.seed == world_seed(1, 4) < 2**63
    assert build_world(world.spec, world.seed).digest == world.digest


def test_what_the_spec_leaves_open_stays_when_something_else_is_fixed():
    day, night = (
        WorldBuilder().generate(spec=WorldSpec("castle", moat="lava", hour=hour))[0] for hour in ("day", "night")
    )
    assert (day.hour, night.hour) == ("day", "night")
    np.testing.assert_array_equal(day.voxels, night.voxels)
    np.testing.assert_array_equal(day.spawns, night.spawns)


def test_several_specs_have_worlds_in_turn():
    specs = [WorldSpec("castle", size="small"), WorldSpec("maze")]
    worlds = WorldBuilder().generate(spec=specs, num_worlds=3, seed=4)
    assert [world.spec for world in worlds] == [specs[0], specs[1], specs[0]]
    assert worlds[2].digest == build_world(specs[0], world_seed(4, 2)).digest


@pytest.mark.parametrize(
    ("preset", "task", "difficulty"),
    [("easy", "reach_flag", 0.1), ("hard", "reach_flag", 0.8), ("parkour", "parkour", 0.5), ("puzzle", "puzzle", 0.5)],
)
def test_presets(preset, task, difficulty):
    (world,) = WorldBuilder().generate("a small castle, difficulty 0.3", preset=preset)
    assert (world.spec.task, world.spec.difficulty, world.spec.size) == (task, difficulty, "small")


def test_a_world_verifies_its_own_proof(castles):
    world = castles[0]
    assert world.verify()
    # A walker that does nothing reaches nothing.
    assert not dataclasses.replace(world, proof_actions=np.zeros_like(world.proof_actions)).verify()


def test_attempts_end_with_the_world():
    spec = WorldSpec("castle", size="small")
    made = list(attempts(spec, 7))
    assert proven(made, spec).digest == build_world(spec, 7).digest
    assert all(isinstance(reason, str) for reason in made[:-1])


def test_worlds_cannot_be_changed(castles):
    with pytest.raises(ValueError, match="read-only"):
        castles[0].voxels[0, 0, 0] = 1
    with pytest.raises(dataclasses.FrozenInstanceError):
        castles[0].seed = 5


def test_golden_worlds():
    # The same bytes on every machine. Who changes these changes every world, and with them every stored result.
    assert [digest[:16] for digest in digests(prompt=PROMPT, num_worlds=3, seed=0)] == [
        "4c0dfbba1fd830a5",
        "64074e9ca6a60708",
        "e8de230b6f31d5bf",
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "either a prompt or a spec"),
        ({"prompt": "a castle", "spec": WorldSpec("castle")}, "either a prompt or a spec"),
        ({"prompt": "a castle", "num_worlds": -1}, "num_worlds must be a whole number of at least 0; got -1"),
        ({"prompt": "a castle", "num_worlds": 1.5}, "num_worlds must be"),
        ({"prompt": "a castle", "seed": -1}, "seed must be"),
        ({"prompt": "a castle", "seed": True}, "seed must be"),
        ({"prompt": "a castle", "workers": 0}, "workers must be"),
        ({"prompt": "a castle", "preset": "hart"}, "Unknown preset 'hart' of a world; did you mean 'hard'"),
        ({"spec": []}, "spec is an empty list"),
        ({"prompt": ""}, "no words"),
        ({"prompt": "a qwertz"}, "names no theme"),
        ({"spec": WorldSpec("castel")}, "Unknown theme 'castel'; did you mean 'castle'"),
        ({"spec": WorldSpec("castle", objects=(("gate", 0),))}, "1 to 4 gates .* the spec asks for 0"),
    ],
)
def test_what_cannot_be_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        WorldBuilder().generate(**arguments)


@pytest.mark.parametrize("difficulty", [0.0, 1.0])
@pytest.mark.parametrize("size", ["small", "large"])
def test_extreme_specs_can_be_built(size, difficulty):
    spec = WorldSpec("castle", size=size, flags=5, difficulty=difficulty)
    for world in WorldBuilder().generate(spec=spec, num_worlds=3, seed=8):
        assert len(world.flag_colours) == 5


def test_where_there_is_no_room_the_world_is_larger():
    sizes = [WorldSpec("castle", size=size) for size in ("small", "medium", "large", None)]
    assert [[size_at(spec, attempt) for attempt in (0, 19, 20, 40, 59)] for spec in sizes] == [
        ["small", "small", "medium", "large", "large"],
        ["medium", "medium", "large", "large", "large"],
        ["large"] * 5,
        [None, None, "large", "large", "large"],
    ]
    # A lake and a moat leave a temple no place in 64 m.
    spec = WorldSpec("temple", size="small", lake="lava", moat="lava", river="none", task="collect_coins", coins=9)
    made = list(attempts(spec, 0))
    assert made[:20] == ["There is no room for the temple; ask for fewer things."] * 20
    assert proven(made, spec).spec == spec and proven(made, spec).voxels.shape[:2] == (80, 80)
    # Nor are the walls of a small castle long enough for twelve towers beside four gates.
    (castle,) = WorldBuilder().generate(spec=WorldSpec("castle", size="small", objects=(("tower", 12), ("gate", 4))))
    assert sum(mark.kind == "tower" for mark in castle.landmarks) == 12


def test_what_finds_no_room_in_any_size_is_refused():
    spec = WorldSpec("maze", objects=(("racetrack", 1),), task="collect_coins", moat="lava", difficulty=0.7)
    with pytest.raises(
        ValueError, match=r'60 attempts at {.*"theme":"maze"}\. Most often: There is room for 0 of race'
    ):
        build_world(spec, 0)
