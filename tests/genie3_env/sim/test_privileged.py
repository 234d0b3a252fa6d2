"""What the simulator knows, worked by hand on the toy world."""

import numpy as np
import pytest

from genie3_env.sim.bank import build_bank
from genie3_env.sim.mechanisms import visit
from genie3_env.sim.privileged import AROUND, FLAGS, GOAL, PRIVILEGED, TRAIL, know
from genie3_env.types import SIM_STATE
from genie3_env.world import FLAG_COLOURS
from tests.toy_world import GROUND_M, toy_world

EAST, NORTH, WEST, SOUTH = 0.0, np.pi / 2, np.pi, -np.pi / 2


@pytest.fixture(scope="module")
def bank():
    return build_bank([toy_world()])


def known(bank, x, y, yaw_rad, z=float(GROUND_M), **fields):
    states = np.zeros(1, SIM_STATE)
    states["position_m"], states["yaw_rad"] = (x, y, z), yaw_rad
    for name, value in fields.items():
        states[name] = value
    out = np.full((1, PRIVILEGED), np.nan, np.float32)
    know(bank, states, out)
    return out[0]


def seen(row):
    """{colour: how far to the left} of the flags in view."""
    pairs = row[FLAGS:TRAIL].reshape(-1, 2)
    assert set(pairs[:, 0]) <= {0.0, 1.0}
    assert not pairs[pairs[:, 0] == 0.0].any()
    return {FLAG_COLOURS[k]: float(left) for k, (there, left) in enumerate(pairs) if there}


def test_the_way_is_passed_on(bank):
    # 20 m of way are 20 / (20 + 20).
    row = known(bank, 5.5, 5.5, EAST, heading=0.6, heading_sine=-0.8, flag_distance_m=20.0)
    assert row[:3].tolist() == pytest.approx([0.6, -0.8, 0.5])


def test_flags_in_view_and_where(bank):
    # Looking south from (5.5, 8.5), 6 m north of the red flag at (2.5, 2.5) and 3 m east of it: west is on the right.
    assert seen(known(bank, 5.5, 8.5, SOUTH)) == pytest.approx({"red": -0.5})
    # Looking north the yellow flag at (5.5, 13.5) is straight ahead.
    assert seen(known(bank, 5.5, 8.5, NORTH)) == pytest.approx({"yellow": 0.0}, abs=1e-6)
    # From (13.5, 13.0) towards the south-west: the blue flag at (13.5, 7.5) is just outside of the 90 degrees.
    assert "blue" not in seen(known(bank, 13.5, 13.0, -0.76 * np.pi))
    assert seen(known(bank, 13.5, 13.0, -0.74 * np.pi))["blue"] == pytest.approx(np.tan(0.24 * np.pi), abs=1e-3)


def test_walls_hide_flags(bank):
    # The wall x = 8, y = 1..9 is four voxels high: the blue flag at (13.5, 7.5) cannot be seen through it, but over it.
    assert seen(known(bank, 5.5, 7.5, EAST)) == {}
    assert set(seen(known(bank, 5.5, 7.5, EAST, z=GROUND_M + 4.0))) == {"blue"}


def test_the_goal_in_view_is_told_apart(bank):
    red, yellow = (FLAG_COLOURS.index(colour) for colour in ("red", "yellow"))
    colours = toy_world().flag_colours.tolist()
    goal_red = known(bank, 5.5, 8.5, SOUTH, goal=colours.index(red))
    assert goal_red[GOAL : GOAL + 2].tolist() == pytest.approx([1.0, -0.5])
    other_goal = known(bank, 5.5, 8.5, SOUTH, goal=colours.index(yellow))
    assert other_goal[GOAL : GOAL + 2].tolist() == [0.0, 0.0] and set(seen(other_goal)) == {"red"}


def test_where_the_body_has_been_is_told_from_the_view(bank):
    # It was at (5.5, 5.5) and at (9.5, 5.5): squares of 4 m from x = 4 and x = 8. Now it stands at (13.5, 5.5).
    states = np.zeros(1, SIM_STATE)
    for x in (5.5, 9.5, 13.5):
        states["position_m"] = x, 5.5, GROUND_M
        visit(states[0])
    trail = known(bank, 13.5, 5.5, WEST, visited=states["visited"])[TRAIL + 1 : AROUND].reshape(2, 8)
    assert trail.tolist() == [[1, 0, 0, 0, 0, 0, 0, 0]] * 2  # 4 m and 8 m straight ahead
    trail = known(bank, 13.5, 5.5, NORTH, visited=states["visited"])[TRAIL + 1 : AROUND].reshape(2, 8)
    assert trail.tolist() == [[0, 0, 1, 0, 0, 0, 0, 0]] * 2  # on the left
    assert not known(bank, 13.5, 5.5, NORTH)[TRAIL:AROUND].any()
    assert known(bank, 13.5, 5.5, NORTH, goal_seen=1)[TRAIL] == 1.0


def around(row):
    """Nearness of walls and of lava in the eight directions."""
    return row[AROUND:].reshape(8, 2).T


def test_walls_and_lava_around(bank):
    # From (5.5, 5.5) looking east the wall at x = 8 begins in 2.5 m: 1 - 2.5 / 8. The other ways are free for 4 m.
    walls, lava = around(known(bank, 5.5, 5.5, EAST))
    assert walls[0] == pytest.approx(1 - 2.5 / 8) and not lava.any()
    # From (12.5, 8.5) looking north the pool begins in 2.5 m; the wall is on the left, from x = 9 on, 3.5 m away and
    # half a step more: what is looked for every half metre is found at 4.0 m.
    walls, lava = around(known(bank, 12.5, 8.5, NORTH))
    assert lava[0] == pytest.approx(1 - 2.5 / 8) and walls[0] == 0.0
    assert walls[2] == pytest.approx(1 - 4.0 / 8) and lava[2] == 0.0
    # A step of one voxel is no wall: from (5.5, 9.5) to the west it is walked on, up to the end of the world's ground.
    walls, lava = around(known(bank, 5.5, 9.5, WEST))
    assert walls[0] < 0.4 and not lava[0]
