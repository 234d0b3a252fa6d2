"""The body in the toy world, worked by hand. Physics steps of 1/60 s; k counts them.

With gravity 20 m/s2 the height after k steps is v0 * k/60 - 10 * (k/60)**2, exactly (k**2 / 360 below v0 = 0).
"""

import numpy as np
import pytest
from numba import njit

from genie3_env.sim.bank import KIND_DEADLY, build_bank, world_grid
from genie3_env.sim.body import HIT_EAST, act, blocked
from genie3_env.types import ACTION_NAMES, SIM_STATE
from tests.toy_world import GROUND_M, toy_world

EAST, NORTH = 0.0, np.pi / 2


@pytest.fixture(scope="module")
def grid():
    return world_grid(build_bank([toy_world()]), 0, 0, KIND_DEADLY)


def standing(x, y, z=float(GROUND_M), yaw_rad=EAST):
    states = np.zeros(1, SIM_STATE)
    states["position_m"] = x, y, z
    states["yaw_rad"] = yaw_rad
    states["grounded"] = 1
    return states


def hold(grid, states, steps=1, repeat=1, **keys):
    """Hold keys, such as w=1, for some environment steps; the collisions of each."""
    action = np.array([keys.get(name, 0.0) for name in ACTION_NAMES], np.float32)
    return [bool(_act(grid, states, action, repeat)) for _ in range(steps)]


@njit
def _act(grid, states, action, repeat):
    return act(grid, states[0], action, repeat)


def at(states):
    return states["position_m"][0]


def test_a_fall_of_k_steps_is_k_squared_over_360(grid):
    states = standing(5.5, 5.5, z=10.0)
    for k in range(1, 31):
        hold(grid, states)
        assert at(states)[2] == pytest.approx(10.0 - k * k / 360)
    # 30 steps: 10 - 2.5 = 7.5 m. The ground at 4 m is met when k**2 = 6 * 360: in step 47 (46.5).
    hold(grid, states, steps=16)
    assert at(states)[2] > GROUND_M and not states["grounded"][0]
    hold(grid, states)
    assert at(states)[2] == GROUND_M and states["grounded"][0]


def test_a_jump_rises_to_1_225_m_in_21_steps(grid):
    # v = 7 - k/3 is 0 at k = 21; the height then is 7 * 0.35 - 10 * 0.35**2 = 1.225.
    states = standing(5.5, 5.5)
    heights = []
    for _ in range(60):
        hold(grid, states, jump=1)
        heights.append(at(states)[2] - GROUND_M)
    assert max(heights) == pytest.approx(1.225) and np.argmax(heights) == 20
    # Back at height 0 after 42 steps. The key stayed down: no second jump, and none after the landing.
    assert heights[42:] == [0.0] * 18 and states["double_jumps"][0] == 0


def test_a_second_press_in_the_air_jumps_once_more_and_no_more(grid):
    states = standing(5.5, 5.5)
    hold(grid, states, steps=21, jump=1)
    hold(grid, states, jump=0)  # one step down: 1.225 - 1/360
    hold(grid, states, steps=21, jump=1)
    assert at(states)[2] - GROUND_M == pytest.approx(2 * 1.225 - 1 / 360)
    assert states["double_jumps"][0] == 1
    hold(grid, states, jump=0)
    hold(grid, states, jump=1)
    assert at(states)[2] - GROUND_M < 2 * 1.225 - 1 / 360 and states["double_jumps"][0] == 1
    hold(grid, states, steps=90)
    hold(grid, states, jump=1)  # on the ground again: an ordinary jump
    assert at(states)[2] > GROUND_M and states["double_jumps"][0] == 1


def test_walking_reaches_5_mps_and_a_half_pressed_key_half_of_it(grid):
    # A fifth of what is missing is made up in each step: v_k = 5 * (1 - 0.8**k).
    for pressed in (1.0, 0.5):
        states = standing(2.5, 6.5)
        hold(grid, states, w=pressed)
        assert states["velocity_mps"][0, 0] == pytest.approx(pressed)
        hold(grid, states, steps=39, w=pressed)
        assert states["velocity_mps"][0, 0] == pytest.approx(5 * pressed, rel=2e-4)
        # Covered: sum of v_k / 60 = 5/60 * (40 - 4 * (1 - 0.8**40)) = 3.0000 m at full speed.
        assert at(states)[0] == pytest.approx(2.5 + pressed * 3.0, abs=1e-3)


def test_two_keys_are_not_faster_than_one_and_negative_keys_are_not_pressed(grid):
    states = standing(4.5, 6.5)
    hold(grid, states, steps=20, w=1, a=1)
    speed = np.hypot(*states["velocity_mps"][0, :2])
    assert speed == pytest.approx(5 * (1 - 0.8**20))
    assert states["velocity_mps"][0, 1] > 3  # a walks to the left, which is north
    states = standing(4.5, 6.5)
    hold(grid, states, steps=5, w=-1, a=-1, s=-1, d=-1)
    assert tuple(at(states)) == (4.5, 6.5, 4.0)


def test_mouse_right_turns_right_and_mouse_up_looks_up(grid):
    states = standing(5.5, 5.5, yaw_rad=NORTH)
    hold(grid, states, repeat=6, mouse_dx=1, mouse_dy=0.5)
    assert states["yaw_rad"][0] == pytest.approx(NORTH - 0.30)
    assert states["pitch_rad"][0] == pytest.approx(0.075)
    hold(grid, states, steps=20, mouse_dy=1)
    assert states["pitch_rad"][0] == 1.2
    # Turned right from north the body walks east of north.
    hold(grid, states, w=1)
    assert states["velocity_mps"][0, 0] > 0 and states["velocity_mps"][0, 1] > 0


def test_yaw_stays_within_half_a_turn(grid):
    states = standing(5.5, 5.5)
    hold(grid, states, steps=11, mouse_dx=1)  # -3.3 is 2 pi - 3.3
    assert states["yaw_rad"][0] == pytest.approx(2 * np.pi - 3.3)


def test_a_wall_stops_the_body_at_its_face_minus_the_radius(grid):
    states = standing(6.5, 5.5)
    collisions = hold(grid, states, steps=12, repeat=6, w=1)
    assert at(states)[0] == 8 - 0.3
    assert states["touching"][0] == HIT_EAST
    # Covered in k physics steps: 5/60 * (k - 4 * (1 - 0.8**k)), 1.17 m for k = 18. The wall is 1.2 m away: it is
    # met in the fourth environment step, and touched from then on.
    assert collisions == [False, False, False, True] + [False] * 8


def test_only_a_new_contact_is_a_collision(grid):
    states = standing(7.5, 5.5)
    assert hold(grid, states, steps=5, repeat=6, w=1).count(True) == 1
    assert not any(hold(grid, states, steps=5, repeat=6, w=1, a=1))  # along the wall
    hold(grid, states, steps=3, repeat=6, s=1)  # away from it
    assert states["touching"][0] == 0
    assert hold(grid, states, steps=6, repeat=6, w=1).count(True) == 1


def test_a_step_of_one_voxel_is_walked_up_but_one_of_two_is_not(grid):
    states = standing(3.5, 9.9, yaw_rad=np.pi)  # west, towards the step at x = 1..2
    collisions = hold(grid, states, steps=4, repeat=6, w=1)
    assert at(states)[2] == 5.0 and at(states)[0] < 2.5 and not any(collisions)
    states = standing(10.0, 3.5)  # east, towards the ledge at x = 11..13
    collisions = hold(grid, states, steps=6, repeat=6, w=1)
    assert at(states)[2] == 4.0 and at(states)[0] == 11 - 0.3 and any(collisions)


def test_the_ledge_takes_a_double_jump(grid):
    states = standing(10.0, 3.5)
    hold(grid, states, steps=21, w=1, jump=1)
    hold(grid, states, w=1)
    hold(grid, states, steps=40, w=1, jump=1)
    assert at(states)[2] == 6.0 and at(states)[0] > 10.7 and states["double_jumps"][0] == 1


def test_the_border_holds_the_body_without_a_collision(grid):
    states = standing(2.0, 6.5, yaw_rad=np.pi)
    assert not any(hold(grid, states, steps=8, repeat=6, w=1))
    assert at(states)[0] == 1 + 0.3 and states["velocity_mps"][0, 0] == 0


def test_a_body_never_ends_inside_a_voxel(grid):
    rng = np.random.default_rng(0)
    states = standing(9.5, 9.5)
    for _ in range(400):
        keys = dict(zip(ACTION_NAMES, rng.uniform(-1, 1, 8), strict=True))
        hold(grid, states, repeat=6, **keys)
        assert not blocked(grid, at(states))
        assert at(states)[:2].min() >= 1.3
        assert at(states)[:2].max() <= 14.7
        if at(states)[2] < GROUND_M:  # in the pool of lava
            states = standing(9.5, 9.5)
