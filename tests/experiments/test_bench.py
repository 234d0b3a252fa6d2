"""Each benchmark runs, tiny, as a process of its own, and ends in one line of JSON."""

import json
import subprocess
import sys

import numpy as np
import pytest

from experiments.bench.pool import FEWEST_STEPS, one_round
from experiments.bench.render import SIZES
from genie3_env.pool import WorldPool
from genie3_env.prompt.parse import parse
from genie3_env.prompt.spec import THEMES
from genie3_env.types import ACTION_DIM
from tests.toy_world import toy_world

SIZE_NAMES = ["1280x720", "320x180", "128x72", "64x36"]
TINY_TRAINING = [
    "--config.worlds.num_train=2",
    "--config.num_envs=4",
    "--config.rollout_steps=8",
    "--config.total_timesteps=160",
    "--config.ppo.minibatches=2",
    "--config.auxiliary.pairs=4",
    "--config.auxiliary.queue_size=16",
]


def run_bench(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", f"experiments.bench.{name}", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=280)


def last_line(said: subprocess.CompletedProcess[str]) -> dict:
    assert said.returncode == 0, said.stderr
    return json.loads(said.stdout.splitlines()[-1])


def test_render():
    result = last_line(run_bench("render", "--worlds=1", "--poses=1", "--rounds=1"))
    assert (result["bench"], result["worlds"], result["poses"]) == ("render", 1, 1)
    assert list(result["sizes"]) == SIZE_NAMES == [f"{width}x{height}" for height, width in SIZES]
    for figures in result["sizes"].values():
        assert figures["frames_per_s"] > 0 and figures["copies_per_s"] > 0
        share = figures["frames_per_s"] / figures["copies_per_s"]  # copying a frame is the limit
        assert figures["share_of_copy"] == pytest.approx(share, rel=0.1, abs=1e-4)


def test_pool():
    result = last_line(run_bench("pool", "--worlds=1", "--envs=2", "--rounds=1"))
    assert (result["bench"], result["worlds"], result["rounds"]) == ("pool", 1, 1)
    settings = result["settings"]
    assert [one["size"] for one in settings[::2]] == SIZE_NAMES
    assert [(one["num_envs"], one["threads"]) for one in settings] == [(2, 1), (2, 2)] * 4
    for one in settings:
        # One round, so the medians are its own figures.
        share = one["steps_per_s"] / one["renderer_frames_per_s"]
        assert one["share_of_renderer"] == pytest.approx(share, rel=0.01)


def test_worldgen():
    result = last_line(run_bench("worldgen", "--themes", "castle", "mine", "--rounds=1"))
    assert (result["bench"], result["rounds"], list(result["themes"])) == ("worldgen", 1, ["castle", "mine"])
    for told in (result, *result["themes"].values()):
        assert told["worlds_per_s"] > 0
        # The picture's time has that of making another such world in it; one round, so its median is the slowest.
        assert told["first_picture_ms"] > 0.2 * 1e3 / told["worlds_per_s"]
    assert [told["first_picture_ms"] for told in result["themes"].values()] == [
        told["slowest_picture_ms"] for told in result["themes"].values()
    ]


def test_proofs():
    said = run_bench("proofs", "--themes", "castle", "maze", "--tasks", "puzzle", "--difficulties", "0.5", "--seeds=2")
    result = last_line(said)
    assert (result["bench"], result["worlds"], result["verified"]) == ("proofs", 4, 4)
    assert 1 <= result["mean_attempts"] <= result["worst_mean_attempts"] <= result["most_attempts"]


@pytest.mark.parametrize("theme", THEMES)
def test_the_name_of_a_theme_is_a_sentence_that_asks_for_it(theme):
    assert parse(theme).spec.theme == theme


def test_train():
    result = last_line(run_bench("train", *TINY_TRAINING))
    assert (result["bench"], result["num_envs"], result["image"]) == ("train", 4, "64x36")
    assert result["updates"] == 2  # 160 steps are five updates of 4 * 8, three of which warm up
    assert result["steps_per_s"] > 0
    assert sum(result["shares"].values()) == pytest.approx(1.0, abs=1e-3)


def test_a_round_of_the_pool_takes_random_actions_and_renders_what_it_saw():
    """The renderer draws the states visited, and as many of them as there were steps."""
    steps, rendered = [], []

    class Watched(WorldPool):
        def step(self, actions):
            steps.append(actions.copy())
            return super().step(actions)

        def render_states(self, states, skins=None, out=None):
            rendered.append(states.copy())
            return super().render_states(states, skins, out)

    with Watched([toy_world()], 2, height=720, width=1280, threads=1, max_episode_steps=None) as pool:
        stepping, rendering = one_round(pool, np.random.default_rng(0))
    assert stepping > 0 and rendering > 0
    assert len(steps) == 33  # 64 frames of 1280x720, two a step; and one step to warm up
    assert len(steps) > FEWEST_STEPS
    assert all(actions.shape == (2, ACTION_DIM) and -1 <= actions.min() < actions.max() <= 1 for actions in steps)
    last = [states["step"].tolist() for states in rendered[-32:]]
    assert [max(pair) for pair in last] == list(range(2, 34))


@pytest.mark.parametrize("name", ["render", "pool", "worldgen", "agent"])
def test_impossible_settings_are_refused(name):
    said = run_bench(name, "--rounds=0")
    assert said.returncode == 2 and "--rounds must be at least 1, not 0" in said.stderr
