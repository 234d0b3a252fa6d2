"""Events: what sentences mean, what they do to the state and to the body, and that episodes with them are replayed."""

import re

import numpy as np
import pytest

from genie3_env.env import WorldEnv
from genie3_env.pool import WorldPool
from genie3_env.prompt.spec import HOURS, LIQUIDS, WEATHERS, WorldSpec
from genie3_env.tasks.events import Event, apply_event, read_event
from genie3_env.types import SIM_STATE, Outcome
from genie3_env.worldgen.builder import build_world
from genie3_env.worldgen.proof import start_state
from tests.toy_world import toy_world

NIGHT, SNOW, CLEAR = HOURS.index("night"), WEATHERS.index("snow"), WEATHERS.index("clear")
LAVA, WATER, ACID = (LIQUIDS.index(name) for name in ("lava", "water", "acid"))


@pytest.mark.parametrize(
    ("text", "events"),
    [
        ("make it night", [Event("hour", NIGHT)]),
        ("let it snow", [Event("weather", SNOW)]),
        ("Stop the rain!", [Event("weather", CLEAR)]),
        ("no more fog", [Event("weather", CLEAR)]),
        ("flood the moat with water", [Event("liquid", WATER)]),
        ("fill the river with acid", [Event("liquid", ACID)]),
        ("add three coins", [Event("coins", 3)]),
        ("add a coin", [Event("coins", 1)]),
        ("open the gate", [Event("gates", 1)]),
        ("close all gates", [Event("gates", 0)]),
        ("make it a snowy night and open the gate", [Event("weather", SNOW), Event("hour", NIGHT), Event("gates", 1)]),
        ("打開大門", [Event("gates", 1)]),
        ("讓它變成夜晚", [Event("hour", NIGHT)]),
        ("添加兩枚金幣", [Event("coins", 2)]),
    ],
)
def test_sentences(text, events):
    assert list(read_event(text)) == events


@pytest.mark.parametrize("text", ["dance", "the gate", "three coins", "", "make it"])
def test_what_changes_nothing_is_refused(text):
    with pytest.raises(ValueError, match=re.escape("make it night") if text else "has no words"):
        read_event(text)


def test_water_puts_lava_out_and_lava_burns_where_water_was():
    # The toy world's pool of lava lies at x, y = 11..13, a voxel deep: soles at z = 2 in the middle of it burn.
    with WorldPool([toy_world()], 1, height=36, width=64) as pool:
        for text, outcome in (
            (None, Outcome.BURNT),
            ("flood the moat with water", Outcome.RUNNING),
            ("lava", Outcome.BURNT),
        ):
            pool.reset(seed=0)
            saved = pool.state_dict()
            states = saved["states"].copy().view(SIM_STATE)[:, 0]
            states["position_m"] = 12.5, 12.5, 4.0
            saved["states"] = states.view(np.uint8).reshape(1, -1)
            pool.load_state_dict(saved)
            if text:
                pool.event(text)
                assert pool.states["events"][0] == 1
            for _ in range(10):
                *_, info = pool.step(np.zeros((1, 8), np.float32))
                if info["outcome"][0]:
                    break
            assert info["outcome"][0] == outcome, text


def test_coins_come_until_there_are_no_more_places():
    world = build_world(WorldSpec("village", task="collect_coins"), 0)
    states = start_state(world, 0, 5)
    assert int(states["coins"][0]).bit_count() == 10
    apply_event(Event("coins", 2), states, 0, world)
    assert int(states["coins"][0]).bit_count() == 12
    with pytest.raises(ValueError, match="room for 1 more coins here, not for 2"):
        apply_event(Event("coins", 2), states, 0, world)
    assert int(states["coins"][0]).bit_count() == 12 and states["events"][0] == 1


def test_what_a_world_has_not_cannot_happen_in_it_and_nothing_does():
    with WorldPool([toy_world()], 2, height=36, width=64) as pool:
        with pytest.raises(Exception, match="call reset"):
            pool.event("make it night")
        pool.reset(seed=0)
        before = pool.states
        for text, message in (
            ("make it night and open the gate", "no gate that opens"),
            ("add three coins", "no coins"),
            ("sing", "changes nothing"),
        ):
            with pytest.raises(ValueError, match=message):
                pool.event(text)
        with pytest.raises(ValueError, match="has no sentence 'sit'; the nearest is"):
            pool.instruct("sit")
        assert pool.states.tobytes() == before.tobytes()


def test_a_gate_opens_and_closes():
    world = build_world(WorldSpec("village", task="puzzle"), 0)
    with WorldPool([world], 2, height=36, width=64) as pool:
        pool.reset(seed=0)
        pool.event("open the gate", envs=[1])
        assert pool.states["triggers"].tolist() == [0, 1]
        pool.event("close the gate")
        assert pool.states["triggers"].tolist() == [0, 0]


def test_the_goal_can_be_switched_in_mid_episode():
    with WorldEnv(worlds=[toy_world()], height=36, width=64) as env:
        env.reset(seed=0)
        texts = {row.colour: row.text for row in env.pool.instruction_table}
        for goal, colour in enumerate(toy_world().flag_colours.tolist()):
            obs = env.instruct(texts[colour])
            assert obs["instruction"] == texts[colour]
            assert env.pool.states["goal"][0] == goal
            _, _, _, _, info = env.step(np.zeros(8, np.float32))
            assert info["flag_distance"] == pytest.approx(env.pool.states["flag_distance_m"][0], rel=1e-5)


@pytest.mark.parametrize("task", ["reach_flag", "collect_coins", "puzzle"])
def test_an_episode_with_events_is_replayed_bit_for_bit_by_one_thread_and_by_two(task):
    worlds = [build_world(WorldSpec("castle", task=task, moat="lava"), seed) for seed in range(2)]
    actions = np.random.default_rng(0).uniform(-1, 1, (12, 4, 8)).astype(np.float32)
    events = {3: "make it night", 6: "flood the moat with water"}
    if task == "collect_coins":
        events[8] = "add three coins"
    if task == "puzzle":
        events[8] = "open the gate"
    films = []
    for threads in (1, 2):
        with WorldPool(worlds, 4, height=72, width=128, threads=threads) as pool:
            obs, _ = pool.reset(seed=7)
            frames = [obs["image"].copy()]
            for step, action in enumerate(actions):
                if step in events:
                    frames.append(pool.event(events[step])["image"].copy())
                frames.append(pool.step(action)[0]["image"].copy())
            films.append((np.stack(frames), pool.states))
    np.testing.assert_array_equal(films[0][0], films[1][0])
    assert films[0][1].tobytes() == films[1][1].tobytes()
