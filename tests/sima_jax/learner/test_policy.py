"""A trained agent as a policy: memory between calls, noise from its seed, actions in range."""

import jax.numpy as jnp
import numpy as np
import pytest

from sima_jax.learner.policy import AgentPolicy
from sima_jax.types import Observation
from tests.sima_jax.toy_agent import IMAGE_SHAPE

BATCH, STEPS = 3, 4


@pytest.fixture(scope="module")
def episode():
    rng = np.random.default_rng(0)
    resets = np.zeros((STEPS, BATCH))
    resets[0] = 1.0
    resets[2, 1] = 1.0
    images = rng.integers(0, 256, (STEPS, BATCH, *IMAGE_SHAPE), np.uint8)
    return images, rng.integers(0, 2, (STEPS, BATCH)), resets


def play(policy, episode, batch=BATCH):
    policy.reset(batch)
    return np.stack([policy(*(part[:batch] for part in step)) for step in zip(*episode, strict=True)])


def test_greedy_play_is_the_mean_of_the_network_run_over_the_whole_episode(programs, params, episode):
    images, rows, resets = episode
    played = play(AgentPolicy(programs, params, greedy=True, seed=0), episode)
    seen = Observation(
        image=images,
        tokens=programs.tokens,
        instruction=rows,
        resets=resets.astype(np.float32),
        previous_actions=jnp.concatenate([jnp.zeros((1, BATCH, 8)), played[:-1]]),
        privileged=jnp.ones((STEPS, BATCH, 3)),
    )
    output = programs.objective.agent.apply(params, seen, programs.initial_memory(BATCH))
    np.testing.assert_allclose(played, np.clip(output.mean, -1, 1), atol=1e-5)


def test_the_seed_decides_everything_and_reset_begins_anew(programs, params, episode):
    policy = AgentPolicy(programs, params, greedy=False, seed=1)
    first = play(policy, episode)
    assert np.array_equal(first, play(policy, episode))
    assert np.array_equal(first, play(AgentPolicy(programs, params, greedy=False, seed=1), episode))
    assert not np.array_equal(first, play(AgentPolicy(programs, params, greedy=False, seed=2), episode))


def test_actions_stay_in_range_and_do_not_repeat_themselves(programs, params, episode):
    images, rows, resets = episode
    still = tuple(np.repeat(part[:1], 50, axis=0) for part in (images, rows, resets))
    actions = play(AgentPolicy(programs, params, greedy=False, seed=0), still)
    assert actions.shape == (50, BATCH, 8) and actions.dtype == np.float32
    assert np.abs(actions).max() == 1.0
    # The same picture at the beginning of an episode, yet new noise every time.
    assert len(np.unique(actions[:, 0, 4])) > 40


def test_it_remembers_until_an_episode_begins(programs, params, episode):
    images, rows, resets = episode
    policy = AgentPolicy(programs, params, greedy=True, seed=0)
    other = images.copy()
    other[0] = 255 - other[0]
    one, changed = play(policy, (images, rows, resets)), play(policy, (other, rows, resets))
    assert np.abs(one[1] - changed[1]).max() > 1e-6  # what was seen at step 0 still matters at step 1
    assert np.array_equal(one[2:, 1], changed[2:, 1])  # but not once environment 1 has begun anew


def test_playing_before_reset_or_with_another_number_is_refused(programs, params, episode):
    images, rows, resets = episode
    policy = AgentPolicy(programs, params, greedy=True, seed=0)
    with pytest.raises(RuntimeError, match=r"remembers no environments but sees 3: call reset\(3\) first"):
        policy(images[0], rows[0], resets[0])
    policy.reset(2)
    with pytest.raises(RuntimeError, match=r"remembers 2 environments but sees 3"):
        policy(images[0], rows[0], resets[0])
