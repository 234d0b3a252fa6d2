"""The gated recurrent unit, and its forgetting."""

from typing import Any

import flax.linen as nn
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from sima_jax.networks.memory import GatedMemory

WIDTH, INPUTS = 4, 3
MEMORY = GatedMemory(WIDTH)


@pytest.fixture(scope="module")
def params():
    zeros = jnp.zeros((1, 1, INPUTS)), jnp.zeros((1, 1)), jnp.zeros((1, WIDTH))
    return nn.unbox(jax.jit(MEMORY.init)(jax.random.key(0), *zeros))["params"]


def run(params, inputs, resets, memory, module=MEMORY) -> Any:
    return jax.jit(module.apply)({"params": params}, inputs, resets, memory)


def sequence(time, batch=2, seed=0):
    rng = np.random.default_rng(seed)
    draw = lambda *shape: jnp.asarray(rng.normal(size=shape), jnp.float32)  # noqa: E731
    return draw(time, batch, INPUTS), jnp.zeros((time, batch)), draw(batch, WIDTH)


def test_one_unit_by_hand():
    # Width 1. The input is 1; it gives reset gate 0 (sigmoid 0.5), update gate 0 (0.5), new -1. The memory 2 goes
    # through 0, 0, 0.5 and a bias of 1: new = tanh(-1 + 0.5 * (0.5 * 2 + 1)) = tanh(0) = 0; memory = 0.5 * 2 + 0.5 * 0.
    # Then once more: new = tanh(-1 + 0.5 * (0.5 * 1 + 1)) = tanh(-0.25) = -0.2449; memory = 0.5 - 0.1225 = 0.3775.
    params = {
        "kernel": jnp.array([[0.0, 0.0, 0.5]]),
        "bias": jnp.array([1.0]),
        "inputs": {"kernel": jnp.array([[0.0, 0.0, -1.0]]), "bias": jnp.zeros(3)},
    }
    outputs, memory = run(params, jnp.ones((2, 1, 1)), jnp.zeros((2, 1)), jnp.array([[2.0]]), GatedMemory(1))
    np.testing.assert_allclose(outputs[:, 0, 0], [1.0, 0.3775], atol=1e-4)
    np.testing.assert_allclose(memory, [[0.3775]], atol=1e-4)


def test_outputs_end_with_the_memory(params):
    outputs, memory = run(params, *sequence(5))
    assert outputs.shape == (5, 2, WIDTH)
    np.testing.assert_array_equal(outputs[-1], memory)


def test_two_halves_are_one_whole(params):
    inputs, resets, memory = sequence(6)
    whole, last = run(params, inputs, resets, memory)
    first, between = run(params, inputs[:2], resets[:2], memory)
    second, end = run(params, inputs[2:], resets[2:], between)
    np.testing.assert_allclose(np.concatenate([first, second]), whole, atol=1e-6)
    np.testing.assert_allclose(end, last, atol=1e-6)


def test_a_reset_forgets_what_was_before_in_that_environment_alone(params):
    inputs, resets, memory = sequence(4)
    resets = resets.at[2, 0].set(1.0)
    outputs, _ = run(params, inputs, resets, memory)
    other, _ = run(params, inputs.at[:2].add(1.0), resets, memory + 1.0)
    np.testing.assert_array_equal(outputs[2:, 0], other[2:, 0])
    assert np.abs(outputs[2:, 1] - other[2:, 1]).max() > 1e-3
    fresh, _ = run(params, inputs[2:], resets[2:] * 0.0, memory * 0.0)
    np.testing.assert_allclose(outputs[2:, 0], fresh[:, 0], atol=1e-6)


def test_memory_stays_within_one(params):
    inputs, resets, memory = sequence(100)
    outputs, _ = run(params, 100.0 * inputs, resets, memory * 0.0)
    assert np.abs(outputs).max() <= 1.0


def test_a_memory_of_another_width_is_refused(params):
    inputs, resets, _ = sequence(2)
    with pytest.raises((TypeError, ValueError), match="shape"):
        run(params, inputs, resets, jnp.zeros((2, WIDTH + 1)))
