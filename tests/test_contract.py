"""The contract between worlds and whoever acts in them, as others may rely on it: gymnasium's checks and ours."""

import warnings
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.utils import env_checker
from gymnasium.utils.env_checker import check_env, data_equivalence
from gymnasium.vector import AutoresetMode, SyncVectorEnv, VectorEnv

import genie3_env  # noqa: F401 - importing it is what makes the environment known
from genie3_env.pool import WorldPool
from genie3_env.types import ACTION_NAMES, SIM_STATE
from tests.toy_world import toy_world

ID = "genie3_env/World-v0"
SMALL: dict[str, Any] = {"height": 36, "width": 64}
INFO_KEYS = {
    "task",
    "flag_distance",
    "flag_distance_delta",
    "heading",
    "heading_delta",
    "coins_collected",
    "collision",
    "explored",
    "goal_seen",
    "success",
    "double_jumps",
    "outcome",
}


def make_one(**settings: Any) -> gymnasium.Env:
    return gymnasium.make(ID, worlds=[toy_world()], **(SMALL | settings))


@pytest.fixture(scope="module")
def home():
    """The pool whose banks all others share."""
    with WorldPool([toy_world(), toy_world("night")], 1, threads=1, **SMALL) as pool:
        yield pool


@pytest.fixture
def pool(home):
    with WorldPool(None, 3, share=home, threads=2, max_episode_steps=12, **SMALL) as made:
        yield made


def random_actions(steps: int, num_envs: int) -> np.ndarray:
    return np.random.default_rng(0).uniform(-1, 1, (steps, num_envs, len(ACTION_NAMES))).astype(np.float32)


# One environment.


def test_gymnasiums_checker_has_nothing_to_say():
    # As a whole, on the environment that `make` gives; the passive checker of `make` watches every step besides.
    env = make_one(render_mode="rgb_array", disable_env_checker=False)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        check_env(env.unwrapped, skip_render_check=False)
        env.reset(seed=0)
        for action in random_actions(20, 1)[:, 0]:
            if any(env.step(action)[2:4]):
                env.reset()
    assert [str(one.message) for one in said] == []
    env.close()


def test_the_environment_is_registered_with_a_time_limit():
    assert gymnasium.spec(ID).max_episode_steps == 300


def test_an_action_is_eight_numbers_in_this_order():
    assert ACTION_NAMES == ("w", "a", "s", "d", "mouse_dx", "mouse_dy", "jump", "interact")
    env = make_one()
    assert env.action_space == gymnasium.spaces.Box(-1.0, 1.0, (8,), np.float32)
    env.close()


def test_info_has_its_keys_as_plain_numbers():
    env = make_one()
    _, info = env.reset(seed=0)
    assert set(info) == INFO_KEYS
    _, _, _, _, info = env.step(np.zeros(8, np.float32))
    assert set(info) == INFO_KEYS
    kinds = {key: type(value) for key, value in info.items()}
    assert kinds == {
        "task": str,
        "flag_distance": float,
        "flag_distance_delta": float,
        "heading": float,
        "heading_delta": float,
        "coins_collected": int,
        "collision": bool,
        "explored": bool,
        "goal_seen": bool,
        "success": bool,
        "double_jumps": int,
        "outcome": int,
    }
    env.close()


# Many environments.


def test_the_pool_has_the_spaces_that_gymnasium_would_give_it(pool):
    """The same as gymnasium's own vector environment of as many single ones."""
    assert isinstance(pool, VectorEnv)
    assert pool.metadata["autoreset_mode"] is AutoresetMode.SAME_STEP
    singles = SyncVectorEnv([make_one] * 3, autoreset_mode=AutoresetMode.SAME_STEP)
    assert pool.num_envs == singles.num_envs == 3
    assert pool.single_action_space == singles.single_action_space
    assert pool.action_space == singles.action_space
    assert pool.single_observation_space == singles.single_observation_space
    assert pool.observation_space == singles.observation_space
    theirs, our = singles.reset(seed=0), pool.reset(seed=0)
    assert our[0].keys() == theirs[0].keys() and INFO_KEYS == set(our[1]) <= set(theirs[1])
    for key in INFO_KEYS - {"task"}:
        assert our[1][key].shape == (3,) and our[1][key].dtype.kind == theirs[1][key].dtype.kind, key
    singles.close()


@pytest.mark.parametrize("check", ["check_reset_seed_determinism", "check_reset_options", "check_reset_return_type"])
def test_gymnasiums_checks_of_reset_hold_for_the_pool_too(pool, check):
    # They ask for nothing that a vector environment has not; the other checks want a single truth value from step.
    getattr(env_checker, check)(pool)


def test_gymnasiums_check_of_the_spaces_limits(pool):
    for name in ("action", "observation"):
        env_checker.check_space_limit(getattr(pool, f"single_{name}_space"), name)


def test_everything_returned_lies_in_the_spaces_also_where_episodes_end(pool):
    obs, info = pool.reset(seed=0)
    ended = 0
    for actions in random_actions(30, 3):
        obs, rewards, terminated, truncated, info = pool.step(actions)
        assert obs in pool.observation_space
        assert rewards.shape == terminated.shape == truncated.shape == (3,)
        assert np.isfinite(rewards).all() and not (terminated & truncated).any()
        done = terminated | truncated
        assert set(info) >= INFO_KEYS and ("final_obs" in info) == done.any()
        for env in np.flatnonzero(done):
            ended += 1
            assert info["_final_obs"][env] and info["final_obs"][env] in pool.single_observation_space
            assert set(info["final_info"]) >= INFO_KEYS and info["_final_info"][env]
    assert ended >= 6  # 3 environments, 30 steps, episodes of at most 12


def test_a_pool_of_one_gives_what_one_environment_gives(home):
    env = make_one()
    with WorldPool([toy_world()], 1, threads=1, max_episode_steps=None, **SMALL) as one:
        single, batch = env.reset(seed=5)[0], one.reset(seed=5)[0]
        assert_same_observation(single, batch)
        for action in random_actions(15, 1):
            obs, reward, terminated, truncated, _ = env.step(action[0])
            many, rewards, *_ = one.step(action)
            assert reward == rewards[0]
            if terminated or truncated:
                break
            assert_same_observation(obs, many)
    env.close()


def assert_same_observation(single: dict[str, Any], batch: dict[str, Any]) -> None:
    first = {key: value[0] for key, value in batch.items()}
    first["instruction_id"] = int(first["instruction_id"])
    assert data_equivalence(single, first, exact=False)


# Sizes and state.


@pytest.mark.parametrize("height, width", [(36, 64), (72, 128), (90, 160), (180, 320), (720, 1280)])
def test_every_16_to_9_size_is_drawn_natively(home, height, width):
    with WorldPool(None, 1, share=home, threads=1, height=height, width=width) as pool:
        image = pool.reset(seed=0)[0]["image"]
        assert image.shape == (1, height, width, 3) and image.dtype == np.uint8
        # Native, not enlarged: neighbouring rows and columns differ somewhere in every pair of them.
        assert (image[0, ::2] != image[0, 1::2]).any() and (image[0, :, ::2] != image[0, :, 1::2]).any()


def test_720p_is_the_native_size(home):
    with WorldPool(None, 1, share=home, threads=1) as pool:
        assert pool.reset(seed=0)[0]["image"].shape == (1, 720, 1280, 3)


@pytest.mark.parametrize("height, width", [(64, 64), (36, 48), (0, 0), (720, 1281)])
def test_other_sizes_are_refused(home, height, width):
    with pytest.raises(ValueError, match=rf"\b{width}\b"):
        WorldPool(None, 1, share=home, height=height, width=width)


def test_the_state_is_one_record_of_a_few_hundred_bytes():
    assert SIM_STATE.itemsize <= 300 and SIM_STATE.fields is not None
