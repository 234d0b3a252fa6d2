"""Worlds with coins, courses and vaults: what is in them, and that a walker proves them in every theme."""

import dataclasses

import numpy as np
import pytest

from genie3_env.materials import AIR
from genie3_env.prompt.spec import THEMES, WorldSpec
from genie3_env.sim.bank import build_bank
from genie3_env.sim.step import new_results
from genie3_env.types import ACTION_DIM, MAX_FLAGS
from genie3_env.world import FLAG_COLOURS
from genie3_env.worldgen import vault
from genie3_env.worldgen.builder import build_world
from genie3_env.worldgen.course import DOUBLE_JUMP, JUMP, LIFT, STRIP, add_course
from genie3_env.worldgen.proof import MOST_TURN, proof_rules, replay, start_state, verify
from genie3_env.worldgen.stonework import BY_MATERIAL
from genie3_env.worldgen.themes import village

TASKS = ("reach_flag", "collect_coins", "parkour", "puzzle")


def build(theme="village", seed=0, **wanted):
    return build_world(WorldSpec(theme, **wanted), seed)


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("theme", THEMES)
def test_every_task_is_proven_in_every_theme(theme, task):
    for seed, difficulty in enumerate((0.1, 0.5, 0.9)):
        assert verify(build(theme, seed, task=task, difficulty=difficulty)), difficulty


def test_a_proof_that_was_changed_proves_nothing():
    world = build(task="puzzle")
    assert verify(world)
    for change in (
        {"proof_actions": np.roll(world.proof_actions, 40, axis=0)},
        {"proof_actions": world.proof_actions[:-1]},
        {"proof_starts": world.proof_starts[:-1]},
        {"proof_lengths": world.proof_lengths[::-1] + 1},
    ):
        assert not verify(dataclasses.replace(world, **change)), change.keys()
    bare = {name: getattr(world, name)[:0] for name in ("proof_starts", "proof_lengths", "proof_actions")}
    assert not verify(dataclasses.replace(world, **bare))


def test_a_walker_turns_no_faster_than_a_person():
    world = build(task="collect_coins")
    assert abs(world.proof_actions[:, 4]).max() <= round(MOST_TURN * 127)
    assert world.proof_actions.shape == (world.proof_lengths.sum(), ACTION_DIM)


def test_coins_are_as_many_as_asked_in_two_colours_and_some_are_spare():
    world = build(task="collect_coins", coins=3, coin_colour="blue")
    assert world.num_coins == 6 and len(world.coin_colours) == 9
    blue, other = FLAG_COLOURS.index("blue"), world.coin_colours[3]
    assert world.coin_colours.tolist() == [blue] * 3 + [other] * 3 + [blue] * 3 and other != blue
    bank = build_bank([world])
    assert bank.goals.tolist() == [[MAX_FLAGS]] and bank.coins[0] == 0b111111  # blue alone is asked for
    free = build(task="collect_coins")
    assert free.num_coins == 10 and build_bank([free]).goals.tolist() == [[MAX_FLAGS, MAX_FLAGS + 5]]
    gaps = np.linalg.norm(free.coin_positions_m[:, None] - free.coin_positions_m[None], axis=-1)
    assert gaps[np.triu_indices(len(gaps), 1)].min() >= 3.0


def test_a_vault_cannot_be_entered_before_its_gates_are_open():
    world = build(task="puzzle", difficulty=0.9)
    assert world.num_goals == 2 and len(world.gates) == len(world.trigger_is_key) == 2
    assert sorted(world.trigger_is_key.tolist()) == [False, True]
    for low_x, low_y, low_z, high_x, high_y, high_z in world.gates.tolist():
        assert (world.voxels[low_x:high_x, low_y:high_y, low_z:high_z] == AIR).all()
    # Levers and keys are reached without gates; from inside of the vault, while they are closed, they are not.
    inside = world.cell_index[tuple(np.floor(world.flag_positions_m[0]).astype(int))]
    assert np.isinf(world.trigger_distances_m[:, inside]).all()
    assert np.isfinite(world.trigger_distances_m[:, world.spawns]).all()
    # The same inputs with the interact key released never open the lever's gate.
    actions = world.proof_actions[: world.proof_lengths[0]].copy()
    actions[:, 7] = 0
    states = start_state(world, int(world.proof_starts[0]), 0)
    assert not replay(build_bank([world]), proof_rules(), states, new_results(states), actions)
    assert states["triggers"][0] in (0, 1, 2)  # one of the two at most
    assert vault.depth_of(0.4) < vault.depth_of(0.5)


def test_a_course_has_gaps_heights_and_lifts_and_harder_ones_need_two_jumps():
    spec = WorldSpec("village", task="parkour", size="large")
    kinds = {}
    for difficulty in (0.0, 1.0):
        leaps = []
        for seed in range(12):
            rng = np.random.default_rng(seed)
            hard = dataclasses.replace(spec, difficulty=difficulty)
            draft = village.build(hard, rng)
            longer, course = add_course(draft, hard, BY_MATERIAL["stone"], rng)
            assert longer.voxels.shape[1] == draft.voxels.shape[1] + STRIP
            leaps += course.leaps
            assert len(course.lifts) == sum(leap.kind == LIFT for leap in course.leaps)
        kinds[difficulty] = [leap.kind for leap in leaps]
        assert {leap.target[2] - leap.origin[2] for leap in leaps} >= {-1, 0, 1, 4}
    assert DOUBLE_JUMP not in kinds[0.0] and kinds[0.0].count(JUMP) > kinds[0.0].count(LIFT) > 0
    assert kinds[1.0].count(DOUBLE_JUMP) > 0.3 * len(kinds[1.0])


def test_a_course_cannot_be_walked():
    world = build(task="parkour")
    actions = world.proof_actions[: world.proof_lengths[0]].copy()
    actions[:, 6] = 0  # never jump
    states = start_state(world, int(world.proof_starts[0]), 0)
    assert not replay(build_bank([world]), proof_rules(), states, new_results(states), actions)


def test_too_many_coins_are_refused_with_the_way_out():
    with pytest.raises(ValueError, match="coins must be a whole number, 1 to 12"):
        build(task="collect_coins", coins=13)
