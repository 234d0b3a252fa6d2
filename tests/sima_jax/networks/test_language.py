"""The transformer that reads instructions."""

from typing import Any

import flax.linen as nn
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from sima_jax.networks.language import Attention, LanguageEncoder, LayerNorm
from tests.sima_jax.toy_agent import CONFIG

ENCODER = LanguageEncoder(CONFIG, vocabulary=20, length=6)


def apply(module: nn.Module, params: Any, *inputs: jax.Array) -> Any:
    return jax.jit(module.apply)({"params": params}, *inputs)


@pytest.fixture(scope="module")
def params():
    return nn.unbox(jax.jit(ENCODER.init)(jax.random.key(0), jnp.ones((1, 6), jnp.int32)))["params"]


@pytest.fixture(scope="module")
def encode(params):
    run = jax.jit(ENCODER.apply)
    return lambda *rows: np.asarray(run({"params": params}, jnp.asarray(rows, jnp.int32)))


def test_layer_norm_by_hand():
    # 1 and 3 lie one standard deviation from their mean 2; scaled by 2 and 10, shifted by 5 and 0.
    params = {"scale": jnp.array([2.0, 10.0]), "shift": jnp.array([5.0, 0.0])}
    np.testing.assert_allclose(apply(LayerNorm(), params, jnp.array([[1.0, 3.0]])), [[3.0, 10.0]], atol=1e-3)


def test_attention_by_hand():
    # One head of width 2, queries all 0: every token that may be looked at counts alike. Values and output pass
    # through, so that each token gets the mean of those unmasked, (1 + 3) / 2 and (2 + 4) / 2, not the third.
    nothing, through = {"kernel": jnp.zeros((2, 2)), "bias": jnp.zeros(2)}, {"kernel": jnp.eye(2), "bias": jnp.zeros(2)}
    params = {"query": nothing, "key": through, "value": through, "out": through}
    x = jnp.array([[[1.0, 2.0], [3.0, 4.0], [50.0, 60.0]]])
    mixed = apply(Attention(heads=1), params, x, jnp.array([[True, True, False]]))
    np.testing.assert_allclose(mixed, [[[2.0, 3.0]] * 3], rtol=1e-5)


def test_padding_is_ignored(encode):
    (short,), (long,) = encode([3, 4, 5]), encode([3, 4, 5, 0, 0, 0])
    np.testing.assert_allclose(short, long, atol=1e-6)


def test_what_a_padded_place_holds_makes_no_difference(params, encode):
    before = encode([3, 4, 0, 0, 0, 0])
    changed = params | {"places": params["places"].at[2:].add(100.0)}
    after = apply(ENCODER, changed, jnp.asarray([[3, 4, 0, 0, 0, 0]], jnp.int32))
    np.testing.assert_allclose(before, after, atol=1e-6)


def test_words_and_their_order_matter(encode):
    one, word, order = encode([3, 4, 5, 0, 0, 0], [3, 4, 6, 0, 0, 0], [5, 4, 3, 0, 0, 0])
    assert np.abs(one - word).max() > 1e-3
    assert np.abs(one - order).max() > 1e-3


def test_a_sentence_is_read_apart_from_the_others_of_the_table(encode):
    one, two = [3, 4, 5, 0, 0, 0], [7, 8, 9, 10, 11, 12]
    np.testing.assert_allclose(encode(one, two)[0], encode(one, one)[0], atol=1e-6)


def test_latents_are_within_one_and_finite_even_without_words(encode):
    latents = encode([3, 4, 5, 0, 0, 0], [0, 0, 0, 0, 0, 0])
    assert latents.shape == (2, CONFIG.language_width)
    assert (np.abs(latents) <= 1.0).all()


def test_more_tokens_than_places_are_refused(params):
    with pytest.raises((TypeError, ValueError), match="shape"):
        apply(ENCODER, params, jnp.ones((1, 7), jnp.int32))
