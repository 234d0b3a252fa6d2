"""The benchmark of the agents of transformers: its figures by hand, a run from end to end, and the rollout's memory.

T: time, B: environments, A: action dimensions, G: quantities that only the simulator knows, M: memory width.
"""

import json
import time
import tracemalloc
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from experiments.bench import agent
from experiments.command import read_flags
from experiments.settings import Settings
from genie3_env.sim.privileged import PRIVILEGED
from genie3_env.types import ACTION_DIM, SIM_STATE
from sima_jax.config import AGENTS, TowerConfig, TransformerAgentConfig
from sima_jax.costs import Flops
from sima_jax.learner.act import Decision
from sima_jax.learner.collect import Collector

TINY = [
    "bench",
    "--config=experiments/configs/castle.py:base",
    "--config.agent=sima_toy",
    "--agent_depth=1",
    "--rounds=1",
    "--config.image.height=36",
    "--config.image.width=64",
    "--config.worlds.num_train=2",
    "--config.num_envs=2",
    "--config.rollout_steps=8",
    "--config.ppo.sequences=2",
    "--config.ppo.minibatches=2",
    "--config.total_timesteps=160",
    "--config.auxiliary.pairs=2",
    "--config.auxiliary.queue_size=8",
]

# The published agents with all of their layers take minutes to compile and to try here.
TOY = TransformerAgentConfig(
    name="sima_toy",
    vision=TowerConfig(width=64, depth=3, mlp=256, heads=4),
    language=TowerConfig(width=16, depth=3, mlp=16, heads=1, norm_first=False),
    squeeze=16,
    vision_width=32,
    pool_heads=2,
    language_width=16,
    memory_width=16,
    head_width=16,
    value_width=16,
    match_width=16,
    compute="float32",
)


def test_model_flops_of_a_gradient_step_by_hand():
    # 4 pictures and one of each of 2 pairs are learned from, the others of the pairs looked at: 3 * 6 + 2 = 20 looks
    # of 100. 4 decisions of 10 and 5 sentences of 1, learned from: 3 * 45 = 135.
    one = Flops(vision=100.0, decision=10.0, language=1.0)
    assert agent.step_flops(one, pictures=4, pairs=2, sentences=5, frozen=False) == 2000 + 135
    # With a frozen vision only the pairs are looked at, both of each: 4 looks.
    assert agent.step_flops(one, pictures=4, pairs=2, sentences=5, frozen=True) == 400 + 135


def test_utilisation_by_hand():
    # 128 pictures in 0.5 s are 256 a second; 2e14 operations in 0.5 s are 4e14 a second, 40 % of 1e15.
    told = agent.rates("pictures_per_s", 128, 0.5, 2e14, peak=1e15)
    assert told == {"pictures_per_s": 256.0, "flops_per_s": 4e14, "utilisation": 0.4}
    assert agent.rates("pictures_per_s", 128, 0.5, 2e14, peak=None) == told | {"utilisation": None}


def test_what_is_given_up_is_not_counted_twice():
    # A state of 10 bytes is given up for the next one of 10; 5 bytes of pictures come in, 3 of metrics go out.
    sizes = {"argument": 15, "output": 13, "alias": 10, "temp": 100}
    assert agent.planned_bytes(SimpleNamespace(**{f"{name}_size_in_bytes": n for name, n in sizes.items()})) == 118


def test_calls_are_timed_one_after_the_other_and_each_takes_what_the_last_one_gave(monkeypatch):
    monkeypatch.setattr(agent, "ROUND_S", 0.1)

    def call(number):
        time.sleep(0.02)
        return number + 1

    seconds, made = agent.seconds_of(call, 0, rounds=3)
    assert 0.02 <= seconds < 0.1
    assert made >= 2 + 3 and (made - 2) % 3 == 0  # two warm up, and all rounds make as many


def test_a_short_run_has_the_minibatches_of_the_long_one():
    full = Settings.from_config(read_flags(["bench", "--config=experiments/configs/castle.py:full"]).config)
    short = agent.shortened(full)
    # 4 of 32 sequences of 16 steps: an eighth of everything.
    assert (short.rollout_steps, short.ppo.sequences, short.ppo.minibatches, short.auxiliary.pairs) == (64, 4, 32, 256)
    for one in (full, short):
        assert one.steps_per_update // one.ppo.minibatches == 128 and one.auxiliary.pairs // one.ppo.minibatches == 8
    assert agent.shortened(short) == short


def test_agent(monkeypatch, capsys):
    monkeypatch.setitem(AGENTS, "sima_toy", TOY)
    monkeypatch.setitem(agent.PEAK_FLOPS, "cpu", 1e12)
    monkeypatch.setattr(agent, "ROUND_S", 0.05)
    assert agent.main(TINY) == 0
    result = json.loads(capsys.readouterr().out.splitlines()[-1])
    named = {"bench": "agent", "config": "castle-base", "agent": "sima_toy", "agent_depth": 1, "image": "64x36"}
    named |= {"device": "cpu", "devices": 1, "peak_flops_per_s": 1e12}
    assert {name: result[name] for name in named} == named
    assert result["forward"]["pictures"] == 1  # half of the environments
    assert (result["update"]["pictures"], result["update"]["pairs"]) == (8, 1)
    assert (result["end_to_end"]["rollout_steps"], result["end_to_end"]["frames"]) == (8, "rerender")
    for part, name in (("update", "pictures_per_s"), ("end_to_end", "steps_per_s")):
        learning, frozen = result[part]["learning"], result[part]["frozen"]
        assert result[part]["speed_up"] == pytest.approx(frozen[name] / learning[name], rel=0.02)
        for told in (result["forward"], learning, frozen):
            assert told["flops_per_s"] > 0
            assert told["utilisation"] == pytest.approx(told["flops_per_s"] / 1e12, abs=1e-4)
    assert result["update"]["speed_up"] > 1.2  # 7 looks instead of 28, and as much of the rest
    assert sum(result["end_to_end"]["frozen"]["shares"].values()) == pytest.approx(1.0, abs=1e-3)
    memory = result["device_memory"]
    assert memory["source"] == "memory_analysis" and memory["bytes"] > 4 * 4 * result["parameters"]  # Adam's, gradient
    # 16 steps: pictures of 64 * 36 * 3 bytes, latents of 32 float32.
    by_hand = {"bytes": rollout_by_hand(8, 2, 2, memory=16), "latents_bytes": 2048, "pictures_bytes": 110592}
    assert result["rollout"] == by_hand


@pytest.mark.parametrize(
    "words, said",
    [
        (["--config=experiments/configs/castle.py"], "agent is 'sima_tiny', which has no towers to be measured"),
        (["--config=experiments/configs/castle.py:full", "--agent_depth=0"], "agent_depth is 0; it must be at least 1"),
    ],
)
def test_agents_that_cannot_be_measured_are_refused(words, said, capsys):
    assert agent.main(["bench", *words]) == 2
    assert said in capsys.readouterr().err


def test_an_unknown_part_is_refused(capsys):
    with pytest.raises(SystemExit):
        agent.main(["bench", "--parts", "forward", "backward"])
    assert "'backward' (choose from" in capsys.readouterr().err


def rollout_by_hand(steps: int, envs: int, sequences: int, memory: int) -> int:
    """Bytes of a rollout without pictures: Rollout's arrays and the states."""
    numbers = 8  # instruction, told, resets, log_probs, values, rewards, continues, truncation_values: 4 bytes each
    a_step = 4 * (numbers + 2 * ACTION_DIM + PRIVILEGED) + SIM_STATE.itemsize
    return steps * envs * a_step + 4 * sequences * envs * memory


class StillPool:
    """B environments in which nothing happens, whose pictures are one row of pixels, shown as if they were whole."""

    def __init__(self, num_envs: int, height: int, width: int):
        self.num_envs = num_envs
        self._image = np.broadcast_to(np.zeros((1, 1, width, 3), np.uint8), (num_envs, height, width, 3))
        self.states = np.zeros(num_envs, SIM_STATE)
        self.privileged = np.zeros((num_envs, PRIVILEGED), np.float32)

    def reset(self, **_: Any) -> tuple[dict, dict]:
        return self.observe(), {}

    def observe(self) -> dict:
        return {"image": self._image, "instruction_id": np.zeros(self.num_envs, np.int32)}

    def step(self, actions: np.ndarray) -> tuple:
        still = np.zeros(self.num_envs, bool)
        return self.observe(), np.zeros(self.num_envs, np.float32), still, still, {}

    def other_skins(self, states: np.ndarray, draws: np.ndarray) -> np.ndarray:
        return np.zeros(len(states), np.int32)


class StillActor:
    """Does nothing, and remembers as much as sima_continuous does."""

    def acting_params(self, params: Any) -> Any:
        return params

    def encode_for_training(self, params: Any, step: Any) -> np.ndarray:
        return np.zeros((1, 1), np.float32)

    def act(self, params, language, envs, *seen: Any) -> Decision:
        none: Any = np.zeros(len(envs), np.float32)
        return Decision(self.no_actions(len(envs)), none, none, self.initial_memory(len(envs)), None)  # pyright: ignore

    def initial_memory(self, batch: int) -> Any:
        return np.zeros((batch, 512), np.float32)

    def no_actions(self, batch: int) -> np.ndarray:
        return np.zeros((batch, ACTION_DIM), np.float32)


def test_a_rollout_of_64_environments_and_512_steps_at_720p_takes_less_than_100_mb_of_the_host():
    config = Settings.from_config(read_flags(["bench", "--config=experiments/configs/castle.py:full"]).config)
    steps, envs, height, width = config.rollout_steps, config.num_envs, config.image.height, config.image.width
    assert (steps, envs, height, width, config.rollout.frames) == (512, 64, 720, 1280, "rerender")
    halves: Any = [StillPool(envs // 2, height, width) for _ in range(2)]
    actor: Any = StillActor()
    tracemalloc.start()
    try:
        cut = {"sequences": config.ppo.sequences, "rerender": True}
        with Collector(actor, halves, steps, config.auxiliary.pairs, 0, **cut) as collector:
            state: Any = SimpleNamespace(params=None, step=0)
            rollout, _, _, _ = collector.collect(state)
            measured = tracemalloc.get_traced_memory()[1]  # the most at any time, NumPy's arrays included
            held = collector.host_bytes
    finally:
        tracemalloc.stop()
    assert rollout.rewards.shape == (512, 64)
    assert held == rollout_by_hand(512, 64, 32, 512)
    assert held <= measured <= 100e6
    assert steps * envs * height * width * 3 == pytest.approx(90.6e9, rel=1e-3)  # what its pictures are
