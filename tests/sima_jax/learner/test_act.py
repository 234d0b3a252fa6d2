"""One acting step: what it decides, and that its randomness comes from key, counter and environment alone."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from sima_jax import distributions
from sima_jax.learner.act import acting_key
from sima_jax.types import Observation
from tests.sima_jax.toy_agent import CONFIG, IMAGE_SHAPE, TOKENS

BATCH = 4


@pytest.fixture(scope="module")
def act(programs, params):
    """act(function, counter, seed, **changes) on one batch of pictures."""
    rng = np.random.default_rng(0)
    seen = {
        "envs": np.arange(BATCH, dtype=np.int32),
        "image": rng.integers(0, 256, (BATCH, *IMAGE_SHAPE), np.uint8),
        "instruction": np.array([0, 1, 1, 0], np.int32),
        "told": np.ones(BATCH, np.float32),
        "resets": np.array([0, 0, 1, 0], np.float32),
        "previous_actions": rng.uniform(-1.0, 1.0, (BATCH, 8)).astype(np.float32),
        "privileged": rng.normal(size=(BATCH, CONFIG.guesses)).astype(np.float32),
        "memory": jax.device_put(rng.normal(size=(BATCH, CONFIG.memory_width)).astype(np.float32)),
    }
    language = programs.encode(params)

    def run(function, counter=0, seed=0, **changes):
        arrays = list((seen | changes).values())
        return function(params, language, *arrays, acting_key(seed), np.int32(counter))

    return run, seen


def test_it_decides_what_the_network_says(programs, params, act):
    run, seen = act
    observation = Observation(
        image=jnp.asarray(seen["image"])[None],
        tokens=jnp.asarray(TOKENS),
        instruction=jnp.asarray(seen["instruction"])[None],
        resets=jnp.asarray(seen["resets"])[None],
        previous_actions=jnp.asarray(seen["previous_actions"])[None],
        privileged=jnp.asarray(seen["privileged"])[None],
    )
    output = programs.objective.agent.apply(params, observation, seen["memory"])
    sampled, greedy = run(programs.act), run(programs.greedy)
    for decision in (sampled, greedy):
        np.testing.assert_allclose(decision.values, output.value[0], atol=1e-5)
        np.testing.assert_allclose(decision.memory, output.memory, atol=1e-5)
        log_probs = distributions.log_prob(decision.actions, output.mean[0], output.log_std)
        np.testing.assert_allclose(decision.log_probs, log_probs, atol=1e-4)
    np.testing.assert_allclose(greedy.actions, output.mean[0], atol=1e-5)
    assert np.abs(sampled.actions - greedy.actions).max() > 0.1


def test_key_and_counter_decide_the_noise(programs, act):
    run, _ = act
    one = run(programs.act, counter=3).actions
    assert np.array_equal(one, run(programs.act, counter=3).actions)
    assert np.abs(one - run(programs.act, counter=4).actions).max() > 0.1
    assert np.abs(one - run(programs.act, counter=3, seed=1).actions).max() > 0.1


def test_samples_scatter_about_the_mean_as_the_standard_deviation_says(programs, act):
    run, _ = act
    greedy = np.asarray(run(programs.greedy).actions)
    noise = np.stack([run(programs.act, counter=counter).actions for counter in range(300)]) - greedy
    spread = np.asarray(CONFIG.init_std)
    assert np.abs(noise.mean((0, 1)) / spread).max() < 0.12
    np.testing.assert_allclose(noise.std((0, 1)), spread, rtol=0.1)


def test_every_environment_has_noise_of_its_own(programs, act):
    run, _ = act
    noise = np.asarray(run(programs.act).actions) - np.asarray(run(programs.greedy).actions)
    assert np.abs(noise[0] - noise[1]).max() > 0.1


def test_the_noise_goes_with_the_environment_wherever_it_stands(programs, act):
    run, seen = act
    back = run(programs.act, **{name: np.asarray(array)[::-1].copy() for name, array in seen.items()})
    np.testing.assert_allclose(run(programs.act).actions, np.asarray(back.actions)[::-1], atol=1e-5)


def test_one_environment_does_not_change_what_another_does(programs, act):
    run, seen = act
    image = seen["image"].copy()
    image[0] = 255 - image[0]
    before, after = run(programs.act), run(programs.act, image=image)
    assert np.abs(before.values[0] - after.values[0]) > 1e-4
    np.testing.assert_allclose(before.actions[1:], after.actions[1:], atol=1e-6)


def test_memory_of_another_size_is_refused(programs, act):
    run, _ = act
    with pytest.raises((TypeError, ValueError), match="shape"):
        run(programs.act, memory=np.zeros((BATCH, 3), np.float32))
