"""Lifts by hand: where they are when, that they carry, and that one can only come to stand on them from above."""

import numpy as np
import pytest
from numba import njit

from genie3_env.motion import lift_at, lift_share
from genie3_env.sim.bank import KIND_DEADLY, Grid
from genie3_env.sim.body import act
from genie3_env.types import ACTION_NAMES, SIM_STATE

# From (3, 5) to (9, 5) at height 4 and back in 600 physics steps, 3 m by 3 m.
ACROSS = (3.0, 5.0, 4.0, 9.0, 5.0, 4.0, 1.5, 1.5, 600.0)
UPWARDS = (5.0, 5.0, 2.0, 5.0, 5.0, 6.0, 1.5, 1.5, 600.0)


@njit
def _act(grid, states, action, repeat):
    return act(grid, states[0], action, repeat)


def grid(lift):
    """A floor of one voxel, and one lift."""
    kinds = np.zeros((16, 10, 12), np.uint8)
    kinds[:, :, 0] = 1
    return Grid(kinds, np.array([lift]), 0, KIND_DEADLY)


def standing(x, y, z):
    states = np.zeros(1, SIM_STATE)
    states["position_m"] = x, y, z
    states["grounded"] = 1
    return states


def hold(world, states, steps, **keys):
    action = np.array([keys.get(name, 0.0) for name in ACTION_NAMES], np.float32)
    for _ in range(steps):
        _act(world, states, action, 1)
    return states["position_m"][0]


@pytest.mark.parametrize(
    # Half of the way there and back takes 300 steps, of which it rests for the first and the last quarter.
    ("tick", "share"),
    [
        (0, 0.0),
        (75, 0.0),
        (150, 0.5),
        (225, 1.0),
        (300, 1.0),
        (375, 1.0),
        (450, 0.5),
        (525, 0.0),
        (600, 0.0),
        (750, 0.5),
    ],
)
def test_a_lift_rests_at_both_ends(tick, share):
    assert lift_share(tick, 600) == pytest.approx(share)
    assert lift_at(np.array(ACROSS), tick) == pytest.approx((3.0 + 6.0 * share, 5.0, 4.0))


@pytest.mark.parametrize(("lift", "start", "end"), [(ACROSS, (3, 5, 4), (9, 5, 4)), (UPWARDS, (5, 5, 2), (5, 5, 6))])
def test_it_carries_who_stands_on_it(lift, start, end):
    world, states = grid(lift), standing(*start)
    np.testing.assert_allclose(hold(world, states, 230), end, atol=1e-9)
    assert states["riding"][0] == 1 and states["grounded"][0]
    np.testing.assert_allclose(hold(world, states, 300), start, atol=1e-9)  # and back


def test_one_falls_onto_it_and_through_it_from_below():
    world, states = grid(ACROSS), standing(3.0, 5.0, 6.0)
    assert hold(world, states, 60)[2] == 4.0 and states["riding"][0] == 1
    below = standing(3.0, 5.0, 1.0)
    hold(world, below, 21, jump=1)
    assert below["position_m"][0, 2] == pytest.approx(2.225) and below["riding"][0] == 0
    beside = standing(5.0, 5.0, 6.0)  # its footprint ends at 4.7, the lift at 4.5
    assert hold(world, beside, 90)[2] == 1.0


def test_one_can_jump_off_it():
    world, states = grid(ACROSS), standing(3.0, 5.0, 4.0)
    hold(world, states, 5)
    hold(world, states, 10, jump=1)
    assert states["riding"][0] == 0 and states["position_m"][0, 2] > 4.5
