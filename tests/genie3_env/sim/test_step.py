"""Episodes in the toy world: what ends them, what the walkable distance says, and that states decide everything."""

import dataclasses

import numpy as np
import pytest

from genie3_env.sim.bank import build_bank
from genie3_env.sim.mechanisms import ground_below, touched_flag, visit, walkable_distance
from genie3_env.sim.step import Rules, begin_batch, instruction_rows, new_results, step_batch
from genie3_env.types import ACTION_NAMES, SIM_STATE, Outcome
from tests.toy_world import FLAGS, GROUND_M, SPAWN_COLUMNS, toy_world

RED, BLUE, YELLOW = range(3)
EAST, NORTH, WEST, SOUTH = 0.0, np.pi / 2, np.pi, -np.pi / 2


@pytest.fixture(scope="module")
def bank():
    return build_bank([toy_world(), toy_world("night")])


def rules(max_episode_steps=300, world_stride=0, autoreset=False):
    # Rows 0, 3: red; 1, 4: blue; 2, 5: yellow; row 6 is left out.
    rows, start = instruction_rows([0, 1, 2, 0, 1, 2, -1])
    return Rules(rows, start, 6, max_episode_steps, np.arange(2), 1, False, world_stride, autoreset)


def standing(bank, x, y, z=float(GROUND_M), yaw_rad=EAST, goal=RED):
    states = np.zeros(1, SIM_STATE)
    states["position_m"] = x, y, z
    states["yaw_rad"] = yaw_rad
    states["goal"] = goal
    states["grounded"] = 1
    states["flag_distance_m"] = walkable_distance(bank, 0, goal, states["position_m"][0])
    return states


def play(bank, states, steps, the_rules=None, **keys):
    """Hold keys for some environment steps; the results of each."""
    actions = np.array([[keys.get(name, 0.0) for name in ACTION_NAMES]], np.float32)
    results = new_results(states)
    told = []
    for _ in range(steps):
        step_batch(bank, the_rules or rules(), actions, states, results, 0, 1)
        told.append(
            (float(results.flag_distance_delta_m[0]), bool(results.collision[0]), int(results.after["outcome"][0]))
        )
    return told


def begun(bank, count, the_rules):
    states = np.zeros(count, SIM_STATE)
    states["random"] = np.arange(count)
    begin_batch(bank, the_rules, states, np.full(count, -1), np.ones(count, bool))
    return states


def test_walkable_distance_by_hand(bank):
    # Red stands in cell (2, 2). From the centre of (2, 6) it is 4 cells straight; half a metre nearer or farther is
    # half a metre less or more, without a jump at the cell's edge.
    for y, metres in ((6.5, 4.0), (6.0, 3.5), (6.25, 3.75), (6.75, 4.25)):
        assert walkable_distance(bank, 0, RED, np.array([2.5, y, 4.0])) == pytest.approx(metres)
    # On the ledge (12, 3, 6) no cell within one voxel of height is off the ledge: blue is 4 from (13, 3).
    assert walkable_distance(bank, 0, BLUE, np.array([13.5, 3.5, 6.0])) == pytest.approx(4.0)
    # Far above the ground there is no cell.
    assert walkable_distance(bank, 0, RED, np.array([5.5, 5.5, 9.0])) == np.inf


def test_walkable_distance_does_not_leak_through_the_wall(bank):
    # West of the wall at x = 8 red is about 6 m away, east of it one must walk round its northern end.
    west = walkable_distance(bank, 0, RED, np.array([7.7, 3.5, 4.0]))
    east = walkable_distance(bank, 0, RED, np.array([9.3, 3.5, 4.0]))
    assert west < 7 and east > 18


def test_walkable_distance_hardly_jumps_where_the_body_walks(bank):
    # The way over the grid's eight directions is up to 8 % longer than the straight one: hence the 0.25 m.
    x, y = 5.0, 11.0
    rng = np.random.default_rng(0)
    last = walkable_distance(bank, 0, BLUE, np.array([x, y, 4.0]))
    for dx, dy in rng.uniform(-0.1, 0.1, (2000, 2)):
        x, y = np.clip(x + dx, 3.5, 10.5), np.clip(y + dy, 10.5, 14.5)
        metres = walkable_distance(bank, 0, BLUE, np.array([x, y, 4.0]))
        assert abs(metres - last) <= np.hypot(dx, dy) + 0.25
        last = metres


def test_distance_delta_is_positive_towards_the_flag_and_sums_to_what_was_gained(bank):
    states = standing(bank, 2.5, 8.5, yaw_rad=SOUTH)
    before = states["flag_distance_m"][0]
    told = play(bank, states, 8, w=1)
    assert all(delta > 0 for delta, _, _ in told)
    assert sum(delta for delta, _, _ in told) == pytest.approx(before - states["flag_distance_m"][0], rel=1e-5)
    told = play(bank, states, 3, s=1)
    assert told[-1][0] < 0


def test_a_body_in_the_air_is_where_it_would_land(bank):
    # South from (2.5, 8.5) with the red flag ahead: every step of a jump brings the body nearer, none by leaps.
    states = standing(bank, 2.5, 8.5, yaw_rad=SOUTH)
    play(bank, states, 3, w=1)
    for delta, _, _ in play(bank, states, 5, w=1, jump=1):
        assert 0.2 < delta < 0.6
    # The ground under a body high above the ledge (soles at z = 6) is the ledge, beside it the meadow; none over lava.
    for place, level in (((12.5, 3.5, 7.2), 6), ((10.5, 3.5, 7.2), 4), ((12.5, 12.5, 7.2), -1), ((12.5, 3.5, 5.0), -1)):
        assert ground_below(bank, 0, np.array(place)) == level


def test_over_lava_the_last_distance_is_kept(bank):
    states = standing(bank, 10.5, 12.5, goal=RED)
    states["position_m"][0, 2] += 2.0
    states["grounded"] = 0
    before = states["flag_distance_m"][0]
    states["position_m"][0, 0] = 12.5
    assert play(bank, states, 1)[0][0] == 0.0
    assert states["flag_distance_m"][0] == before


@pytest.mark.parametrize(
    ("x", "y", "yaw_rad", "cosine"),
    [
        (2.5, 8.5, SOUTH, 1.0),  # the red flag at (2.5, 2.5) is straight ahead,
        (2.5, 8.5, NORTH, -1.0),  # behind,
        (2.5, 8.5, EAST, 0.0),  # on the right
        (9.5, 3.5, NORTH, 1.0),  # behind the wall x = 8: the way leads north, round its end at y = 10
        (9.5, 3.5, WEST, 0.0),
    ],
)
def test_heading_is_the_cosine_between_view_and_way(bank, x, y, yaw_rad, cosine):
    states = standing(bank, x, y, yaw_rad=yaw_rad)
    play(bank, states, 1)
    assert states["heading"][0] == pytest.approx(cosine, abs=0.2)  # the way is found to a sixteenth of half a turn
    assert states["heading"][0] ** 2 + states["heading_sine"][0] ** 2 == pytest.approx(1.0)
    if cosine == 0.0:
        assert states["heading_sine"][0] == pytest.approx(-1.0, abs=0.05)  # on the right


def test_turning_towards_the_way_sums_to_what_the_heading_gained(bank):
    states = standing(bank, 2.5, 8.5, yaw_rad=NORTH)
    results = new_results(states)
    actions = np.zeros((1, 8), np.float32)
    step_batch(bank, rules(), actions, states, results, 0, 1)
    actions[0, ACTION_NAMES.index("mouse_dx")], gained = 1.0, []
    for _ in range(10):  # 10 * 0.30 rad: from north almost round to south, where the cosine is 1
        step_batch(bank, rules(), actions, states, results, 0, 1)
        gained.append(float(results.heading_delta[0]))
    assert min(gained) > 0.0
    assert sum(gained) == pytest.approx(1.0 + np.cos(np.pi - 3.0), abs=0.02)


def test_touching_the_named_flag_is_success_and_another_a_failure(bank):
    # From (2.5, 5.5) south: the red pole at (2.5, 2.5) is touched within 1.2 m of it.
    for goal, outcome in ((RED, Outcome.SUCCESS), (BLUE, Outcome.WRONG_FLAG)):
        states = standing(bank, 2.5, 5.5, yaw_rad=SOUTH, goal=goal)
        told = play(bank, states, 8, w=1)
        steps = [result for _, _, result in told]
        first = steps.index(outcome)
        assert steps[:first] == [Outcome.RUNNING] * first
        assert states["outcome"][0] == outcome


def test_a_flag_is_touched_within_1_2_m_and_2_5_m_of_height(bank):
    x, y = FLAGS["blue"]
    foot = np.array([x + 0.5, y + 0.5, GROUND_M])
    assert touched_flag(bank, 0, foot + (1.19, 0, 0)) == BLUE
    assert touched_flag(bank, 0, foot + (1.21, 0, 0)) == -1
    assert touched_flag(bank, 0, foot + (0, 0, 2.49)) == BLUE
    assert touched_flag(bank, 0, foot + (0, 0, 2.51)) == -1


def test_lava_kills(bank):
    states = standing(bank, 9.5, 12.5, goal=YELLOW)
    told = play(bank, states, 12, w=1)
    assert told[-1][2] == Outcome.BURNT
    assert states["position_m"][0, 2] < 3.0  # the lava's surface


def test_beside_lava_one_lives(bank):
    states = standing(bank, 10.7, 12.5, goal=YELLOW)
    assert play(bank, states, 3)[-1][2] == Outcome.RUNNING


def test_time_runs_out(bank):
    states = standing(bank, 9.5, 9.5)
    told = play(bank, states, 3, rules(max_episode_steps=3))
    assert [result for _, _, result in told] == [Outcome.RUNNING, Outcome.RUNNING, Outcome.TIMEOUT]


def test_an_episode_begins_at_a_spawn_with_an_instruction_of_the_goal(bank):
    states = begun(bank, 500, rules())
    columns = {tuple(column) for column in np.floor(states["position_m"][:, :2]).astype(int)}
    assert columns == set(SPAWN_COLUMNS)
    assert (states["position_m"][:, 2] == GROUND_M).all()
    # The toy's flags have the colours 0, 1, 2, and row r of the table names colour r % 3.
    assert (states["instruction"] % 3 == states["goal"]).all() and set(states["instruction"]) == set(range(6))
    assert set(states["world"]) == {0, 1} and set(states["goal"]) == {0, 1, 2}
    assert np.abs(states["yaw_rad"]).max() <= np.pi and abs(states["yaw_rad"].mean()) < 0.3
    x, y = states["position_m"][0, :2]
    expected = walkable_distance(bank, 0, states["goal"][0], np.array([x, y, GROUND_M]))
    assert states["flag_distance_m"][0] == expected
    assert (states["hour"] == -1).all() and (states["weather"] == -1).all()  # the worlds' own


def test_autoreset_keeps_the_last_state_and_begins_anew(bank):
    the_rules = rules(max_episode_steps=2, world_stride=1, autoreset=True)
    states = begun(bank, 4, the_rules)
    worlds = states["world"].copy()
    actions, results = np.zeros((4, 8), np.float32), new_results(states)
    step_batch(bank, the_rules, actions, states, results, 0, 4)
    assert (results.after["outcome"] == Outcome.RUNNING).all() and (states["step"] == 1).all()
    step_batch(bank, the_rules, actions, states, results, 0, 4)
    assert (results.after["outcome"] == Outcome.TIMEOUT).all() and (results.after["step"] == 2).all()
    assert (states["outcome"] == Outcome.RUNNING).all() and (states["step"] == 0).all()
    assert (states["world"] == (worlds + 1) % 2).all()


def test_same_states_and_actions_give_the_same_bytes_in_one_batch_or_in_parts(bank):
    the_rules = rules(max_episode_steps=20, autoreset=True)
    rng = np.random.default_rng(1)
    actions = rng.uniform(-1, 1, (60, 8, 8)).astype(np.float32)
    whole, parts = begun(bank, 8, the_rules), begun(bank, 8, the_rules)
    told_whole, told_parts = new_results(whole), new_results(parts)
    for action in actions:
        step_batch(bank, the_rules, action, whole, told_whole, 0, 8)
        for lo, hi in ((3, 8), (0, 3)):
            step_batch(bank, the_rules, action, parts, told_parts, lo, hi)
        assert whole.tobytes() == parts.tobytes()
        assert told_whole.after.tobytes() == told_parts.after.tobytes()


def test_worlds_that_cannot_be_played_are_refused():
    with pytest.raises(ValueError, match="at least one world"):
        build_bank([])
    world = toy_world()
    with pytest.raises(ValueError, match="World 1 has no spawns"):
        build_bank([world, dataclasses.replace(world, spawns=np.zeros(0, np.int32))])
    distances = world.flag_distances_m.copy()
    distances[0, world.spawns[0]] = np.inf
    with pytest.raises(ValueError, match="cannot be reached"):
        build_bank([dataclasses.replace(world, flag_distances_m=distances)])


def test_where_an_episode_has_been_counts_once(bank):
    # East from (2.5, 11.5): squares of 4 m begin at x = 4, 8, 12; the way back leads through known ones.
    states = standing(bank, 2.5, 11.5, yaw_rad=EAST)
    visit(states[0])
    results = new_results(states)
    new = []
    for yaw_rad, steps in ((EAST, 14), (EAST + np.pi, 14)):
        states["yaw_rad"] = yaw_rad
        actions = np.zeros((1, 8), np.float32)
        actions[0, ACTION_NAMES.index("w")] = 1.0
        for _ in range(steps):
            column = int(states["position_m"][0, 0] // 4.0)
            step_batch(bank, rules(), actions, states, results, 0, 1)
            new.append((bool(results.explored[0]), int(states["position_m"][0, 0] // 4.0) != column))
    assert all(moved for explored, moved in new if explored)
    assert sum(explored for explored, _ in new[:14]) == sum(moved for _, moved in new[:14]) >= 1
    assert not any(explored for explored, _ in new[14:]) and any(moved for _, moved in new[14:])


def test_the_goal_counts_as_seen_from_when_it_was_in_view(bank):
    # From (5.5, 8.5) the red flag stands in the south, behind the back at first.
    states = standing(bank, 5.5, 8.5)
    results, seen = new_results(states), []
    for yaw_rad in (NORTH, SOUTH, NORTH, SOUTH):
        states["yaw_rad"] = yaw_rad
        step_batch(bank, rules(), np.zeros((1, 8), np.float32), states, results, 0, 1)
        seen.append(int(states["goal_seen"][0]))
    assert seen == [0, 1, 1, 1]
