"""WorldEnv: one environment behind gymnasium's door, checked by gymnasium's own checker."""

from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

import genie3_env
from genie3_env.env import WorldEnv
from genie3_env.types import Outcome
from tests.toy_world import toy_world

SIZE: dict[str, Any] = {"height": 36, "width": 64}


@pytest.fixture
def env():
    made = gymnasium.make("genie3_env/World-v0", worlds=[toy_world()], render_mode="rgb_array", **SIZE)
    yield made
    made.close()


def test_gymnasiums_checker_is_content(env):
    check_env(env.unwrapped)


def test_make_limits_the_episode_as_asked():
    env = gymnasium.make("genie3_env/World-v0", worlds=[toy_world()], max_episode_steps=2, **SIZE)
    env.reset(seed=0)
    still = np.zeros(8, np.float32)
    assert [env.step(still)[3] for _ in range(2)] == [False, True]
    env.close()


def test_an_episode_ends_on_its_last_picture_and_must_be_reset():
    env = WorldEnv(worlds=[toy_world()], max_episode_steps=2, render_mode="rgb_array", **SIZE)
    still = np.zeros(8, np.float32)
    with pytest.raises(gymnasium.error.ResetNeeded):
        env.step(still)
    first, _ = env.reset(seed=1)
    env.step(still)
    obs, reward, terminated, truncated, info = env.step(still)
    assert (reward, terminated, truncated, info["outcome"]) == (0.0, False, True, Outcome.TIMEOUT)
    assert obs["instruction"] == first["instruction"]
    np.testing.assert_array_equal(env.render(), obs["image"])
    with pytest.raises(gymnasium.error.ResetNeeded):
        env.step(still)
    env.close()


def test_a_prompt_makes_the_world():
    with WorldEnv("a small medieval castle with lava moat", world_seed=3, **SIZE) as env:
        obs, info = env.reset(seed=0)
        assert obs in env.observation_space and info["flag_distance"] > 0


def test_depth_and_segmentation_are_observed_where_they_are_asked_for():
    with WorldEnv(worlds=[toy_world()], depth=True, segmentation=True, **SIZE) as env:
        obs, _ = env.reset(seed=0)
        assert obs in env.observation_space
        assert (np.isinf(obs["depth"]) == (obs["segmentation"] == 0)).all()
        kept = obs["segmentation"].copy()
        for _ in range(3):
            env.step(np.array([0, 0, 0, 0, 1, 0, 0, 0], np.float32))
        np.testing.assert_array_equal(obs["segmentation"], kept)  # the caller's own, as the image is


def test_refusals():
    with pytest.raises(ValueError, match="Unknown render_mode 'human'"):
        WorldEnv(worlds=[toy_world()], render_mode="human", **SIZE)
    with WorldEnv(worlds=[toy_world()], **SIZE) as env:
        env.reset()
        with pytest.raises(ValueError, match=r"shape \(7,\)"):
            env.step(np.zeros(7, np.float32))
    with pytest.raises(AttributeError, match="has no attribute 'Pool'; it has World"):
        genie3_env.Pool  # noqa: B018
