"""What a state says is there is what one sees: gates, lifts, coins, keys, levers, and liquids after an event."""

import dataclasses

import numpy as np
import pytest

from genie3_env.materials import material
from genie3_env.prompt.spec import LIQUIDS, WorldSpec
from genie3_env.render.bank import build_scene_bank
from genie3_env.render.frame import Renderer
from genie3_env.types import EYE_HEIGHT_M, SIM_STATE
from genie3_env.worldgen.builder import build_world
from tests.toy_world import toy_world

HEIGHT, WIDTH = 90, 160
LOOK_M = 4.0


def look_at(point, away=(0.0, -1.0), **fields):
    """SIM_STATE [1] of a body LOOK_M away from a point, along -y if not told otherwise, that looks at it."""
    states = np.zeros(1, SIM_STATE)
    x, y, z = point
    states["position_m"] = x + LOOK_M * away[0], y + LOOK_M * away[1], z - EYE_HEIGHT_M + 0.3
    states["yaw_rad"] = np.arctan2(-away[1], -away[0])
    for name, value in {"hour": -1, "weather": -1, "liquid": -1, **fields}.items():
        states[name] = value
    return states


@pytest.fixture(scope="module")
def vault():
    return build_world(WorldSpec("village", task="puzzle", difficulty=0.9, hour="day"), 0)


@pytest.fixture(scope="module")
def purse():
    return build_world(WorldSpec("village", task="collect_coins", hour="day"), 0)


def differing(world, *states):
    """Share of the pixels of two states of one world that differ."""
    with Renderer(build_scene_bank([world]), HEIGHT, WIDTH) as renderer:
        one, other = (renderer.render(state)[0].astype(int) for state in states)
    return float((abs(one - other).max(-1) > 12).mean())


def test_an_open_gate_is_gone(vault):
    low, high = vault.gates[-1, :3], vault.gates[-1, 3:]
    before = 0.5 * (low + high)
    shut, inner_open, all_open = (look_at(before, triggers=bits) for bits in (0, 1, 3))
    assert differing(vault, shut, inner_open) == 0.0  # the outer gate hides the inner one
    assert differing(vault, shut, all_open) > 0.05


def test_a_coin_that_was_collected_is_gone_and_a_spare_one_is_not_there_yet(purse):
    for coin in (0, purse.num_coins - 1):
        there, taken = (look_at(purse.coin_positions_m[coin], coins=bits) for bits in (1 << coin, 0))
        assert differing(purse, there, taken) > 0.002
    there = look_at(purse.coin_positions_m[0], coins=1)
    assert differing(purse, there, look_at(purse.coin_positions_m[0], coins=1 | 1 << 40)) == 0.0


def test_a_key_that_was_found_is_gone_and_a_lever_that_was_pulled_leans_the_other_way(vault):
    for trigger, is_key in enumerate(vault.trigger_is_key):
        used = 1 << trigger
        foot, shares = vault.trigger_positions_m[trigger], []
        for away in ((0.0, -1.0), (0.0, 1.0), (-1.0, 0.0), (1.0, 0.0)):  # a tree may stand in the way
            shares.append(differing(vault, *(look_at(foot, away, triggers=bits) for bits in (0, used))))
        assert max(shares) > 0.001, is_key


def test_a_lift_is_where_the_physics_has_it():
    world = build_world(WorldSpec("village", task="parkour", difficulty=0.3, hour="day", size="large"), 3)
    assert len(world.lifts)
    lift = world.lifts[0]
    start, end = lift[:3], lift[3:6]
    at_start, elsewhere = (look_at(start, tick=tick) for tick in (0, int(lift[8]) // 2))
    assert differing(world, at_start, elsewhere) > 0.01
    assert differing(world, at_start, look_at(start, tick=int(lift[8]))) == 0.0  # there again
    assert np.abs(end - start).max() > 2


def test_another_liquid_looks_like_it_everywhere():
    # Above the toy world's pool of lava, looking down on its middle.
    world, colours = toy_world(), {}
    with Renderer(build_scene_bank([world]), HEIGHT, WIDTH) as renderer:
        for liquid in (-1, *range(len(LIQUIDS))):
            states = look_at((12.5, 12.5, 6.0), liquid=liquid)
            states["pitch_rad"] = -0.7
            colours[liquid] = renderer.render(states)[0][HEIGHT // 2 - 6 : HEIGHT // 2 + 6, 70:90].mean((0, 1))
    lava, water, acid = (colours[LIQUIDS.index(name)] for name in ("lava", "water", "acid"))
    np.testing.assert_array_equal(colours[-1], lava)  # which it holds
    assert lava[0] > 2 * lava[2] and water[2] > 1.5 * water[0] and acid[1] > 1.3 * max(acid[0], acid[2])


def test_another_liquid_is_labelled_so_everywhere():
    # From 6 m above the middle of the toy world's pool, looking down with x up the picture: a metre is 32 / 6 pixels,
    # so its 3 x 3 m are rows 10 to 25 and columns 24 to 39. Its row of voxels at x = 11, made water, is rows 21 to 25.
    voxels = toy_world().voxels.copy()
    voxels[11, 11:14, 2] = material("water")
    labels = {}
    with Renderer(build_scene_bank([dataclasses.replace(toy_world(), voxels=voxels)]), 36, 64) as renderer:
        for liquid in (-1, *range(len(LIQUIDS))):
            states = look_at((12.5, 12.5, 9.0 - 0.3), away=(0.0, 0.0), liquid=liquid)
            states["yaw_rad"], states["pitch_rad"] = 0.0, -np.pi / 2
            labels[liquid] = renderer.see(states, segmentation=True).labels[0]
    dry = np.ones((36, 64), bool)
    dry[10:26, 24:40] = False
    assert (labels[-1][10:21, 24:40] == material("lava")).all()
    assert (labels[-1][21:26, 24:40] == material("water")).all()
    for liquid, name in enumerate(LIQUIDS):
        assert (labels[liquid][~dry] == material(name)).all()
        np.testing.assert_array_equal(labels[liquid][dry], labels[-1][dry])
