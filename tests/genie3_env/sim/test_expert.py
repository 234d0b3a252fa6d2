"""The expert: its inputs by hand, and whole episodes that it plays."""

import numpy as np
import pytest

from genie3_env import WorldBuilder, WorldPool
from genie3_env.sim.body import LOOK_RAD
from genie3_env.sim.expert import advise
from genie3_env.types import ACTION_DIM, ACTION_NAMES, SIM_STATE


def advice(**fields) -> dict[str, float]:
    states = np.zeros(1, SIM_STATE)
    for name, value in fields.items():
        states[name] = value
    out = np.full((1, ACTION_DIM), np.nan, np.float32)
    advise(states, out)
    return dict(zip(ACTION_NAMES, out[0].tolist(), strict=True))


def test_on_the_way_it_walks_straight_on():
    inputs = advice(heading=1.0)
    assert inputs.pop("w") == 1.0 and inputs.pop("mouse_dx") == 0.0 and inputs.pop("mouse_dy") == 0.0
    assert set(inputs.values()) == {-1.0}


@pytest.mark.parametrize(
    ("degrees", "forward", "turn"),
    [(10, 1.0, -0.5209445), (-10, 1.0, 0.5209445), (60, 0.75, -1.0), (135, 0.0, -1.0), (-135, 0.0, 1.0)],
)
def test_it_turns_to_the_way(degrees, forward, turn):
    # The way lies so many degrees on the left; mouse to the right is positive.
    angle = np.radians(degrees)
    inputs = advice(heading=np.cos(angle), heading_sine=np.sin(angle))
    assert inputs["w"] == pytest.approx(forward, abs=1e-6) and inputs["mouse_dx"] == pytest.approx(turn, abs=1e-6)


def test_it_levels_the_view():
    assert advice(heading=1.0, pitch_rad=0.5 * LOOK_RAD)["mouse_dy"] == pytest.approx(-0.5)


def test_it_reaches_the_flags_of_real_castles():
    worlds = WorldBuilder().generate("a medieval castle with lava moat", num_worlds=8, seed=5)
    with WorldPool(worlds, 16, height=36, width=64, threads=1, sequential=True) as pool:
        pool.reset(seed=0)
        outcomes = []
        while len(outcomes) < 48:
            _, _, terminated, truncated, info = pool.step(pool.expert_actions)
            outcomes += info["success"][terminated | truncated].tolist()
    assert np.mean(outcomes) >= 0.95
