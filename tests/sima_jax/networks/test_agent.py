"""The whole agent: what it must ignore, and what it must not."""

import jax
import jax.numpy as jnp
import numpy as np

from sima_jax.types import Observation
from tests.sima_jax.toy_agent import IMAGE_SHAPE, TOKENS, make_objective

AGENT = make_objective().agent
PER_STEP = ("image", "instruction", "resets", "previous_actions", "privileged")


def observation(time=3, batch=2, seed=0):
    rng = np.random.default_rng(seed)
    return Observation(
        image=jnp.asarray(rng.integers(0, 256, (time, batch, *IMAGE_SHAPE), np.uint8)),
        tokens=jnp.asarray(TOKENS),
        instruction=jnp.asarray(rng.integers(0, 2, (time, batch)), jnp.int32),
        resets=jnp.zeros((time, batch)),
        previous_actions=jnp.asarray(rng.uniform(-1.0, 1.0, (time, batch, 8)), jnp.float32),
        privileged=jnp.asarray(rng.normal(size=(time, batch, 3)), jnp.float32),
    )


def test_shapes(params):
    output = AGENT.apply(params, observation(), AGENT.initial_memory(2))
    assert output.mean.shape == (3, 2, 8) and output.log_std.shape == (8,)
    assert output.value.shape == (3, 2) and output.memory.shape == (2, 16)


def test_steps_one_by_one_equal_a_sequence(params):
    o = observation()
    whole = AGENT.apply(params, o, AGENT.initial_memory(2))
    memory = AGENT.initial_memory(2)
    for t in range(3):
        now = {name: getattr(o, name)[t : t + 1] for name in PER_STEP}
        one = AGENT.apply(params, o.replace(**now), memory)
        memory = one.memory
        np.testing.assert_allclose(one.mean[0], whole.mean[t], atol=1e-5)
        np.testing.assert_allclose(one.value[0], whole.value[t], atol=1e-5)
    np.testing.assert_allclose(memory, whole.memory, atol=1e-5)


def test_a_reset_forgets(params):
    o = observation()
    o = o.replace(resets=o.resets.at[0].set(1.0))
    clean = AGENT.apply(params, o, AGENT.initial_memory(2))
    dirty = AGENT.apply(params, o, AGENT.initial_memory(2) + 5.0)
    np.testing.assert_array_equal(clean.mean, dirty.mean)


def test_what_was_done_is_remembered_but_not_across_a_reset(params):
    o = observation()
    other = o.replace(previous_actions=-o.previous_actions)
    memory = AGENT.initial_memory(2)
    assert np.abs(AGENT.apply(params, o, memory).memory - AGENT.apply(params, other, memory).memory).max() > 1e-4
    o, other = (one.replace(resets=jnp.ones((3, 2))) for one in (o, other))
    np.testing.assert_array_equal(AGENT.apply(params, o, memory).mean, AGENT.apply(params, other, memory).mean)


def test_what_only_the_simulator_knows_reaches_the_value_and_nothing_else(params):
    o, memory = observation(), AGENT.initial_memory(2)
    one, other = (AGENT.apply(params, o.replace(privileged=p), memory) for p in (o.privileged, -o.privileged))
    assert np.abs(one.value - other.value).min() > 1e-3
    for name in ("mean", "log_std", "guess", "memory"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


def test_padding_is_ignored_and_words_are_not(params):
    short = jnp.asarray([[3, 4, 5]], jnp.int32)
    padded = jnp.asarray([[3, 4, 5, 0, 0, 0]], jnp.int32)
    other = jnp.asarray([[3, 4, 6, 0, 0, 0]], jnp.int32)
    np.testing.assert_allclose(AGENT.encode(params, short), AGENT.encode(params, padded), atol=1e-6)
    assert np.abs(AGENT.encode(params, padded) - AGENT.encode(params, other)).max() > 1e-3


def test_the_instruction_changes_what_is_seen(params):
    o = observation()
    language = AGENT.encode(params, o.tokens)
    image = jnp.asarray(o.image)[0]
    one = AGENT.contrast(params, image, jnp.zeros(2, jnp.int32), language)
    other = AGENT.contrast(params, image, jnp.ones(2, jnp.int32), language)
    assert np.abs(one - other).max() > 1e-4
    np.testing.assert_allclose(np.linalg.norm(one, axis=-1), 1.0, atol=1e-4)


def test_matching_looks_without_reading(params):
    assert AGENT.match_vision(params, jnp.asarray(observation().image)[0]).shape == (2, 8)


def test_every_parameter_has_axis_names(params):
    axes = AGENT.logical_axes(IMAGE_SHAPE)
    names = jax.tree.leaves(axes, is_leaf=lambda x: isinstance(x, jax.sharding.PartitionSpec))
    assert len(names) == len(jax.tree.leaves(params))
    for spec, value in zip(names, jax.tree.leaves(params), strict=True):
        assert len(spec) == value.ndim
