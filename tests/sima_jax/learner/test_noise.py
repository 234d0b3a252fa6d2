"""Word noise: some words become others, sentences move; acting and learning read alike; without it nothing changes."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from sima_jax.config import AuxiliaryConfig
from sima_jax.learner.noise import noisy_tokens
from tests.sima_jax.toy_agent import make_programs

TABLE = jnp.full((200, 10), 7, jnp.int32).at[:, 8:].set(0)


def test_the_share_of_words_that_are_replaced():
    noisy = np.asarray(noisy_tokens(TABLE, jnp.int32(3), share=0.2, vocabulary=50))
    assert ((noisy != 0).sum(axis=1) == 8).all()
    words = noisy[noisy != 0]
    assert words.max() < 50
    # 1600 words, each replaced with probability 0.2 by one of 49, which is the same word in one case of 49:
    # 313.5 expected, and a spread of sqrt(1600 * 0.196 * 0.804) = 15.9.
    assert abs((words != 7).sum() - 313.5) < 5 * 15.9


def test_a_sentence_stays_whole_and_begins_at_every_place():
    table = jnp.tile(jnp.array([[3, 4, 5, 0, 0]], jnp.int32), (60, 1))
    noisy = np.asarray(noisy_tokens(table, jnp.int32(0), share=1e-6, vocabulary=50))
    begins = (noisy == 3).argmax(axis=1)
    assert set(begins) == {0, 1, 2}
    for row, begin in zip(noisy, begins, strict=True):
        assert row[begin : begin + 3].tolist() == [3, 4, 5]


def test_each_step_has_its_own_noise_and_always_the_same():
    one, again, other = (
        np.asarray(noisy_tokens(TABLE, jnp.int32(step), share=0.2, vocabulary=50)) for step in (3, 3, 4)
    )
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)


def test_no_noise_changes_nothing():
    assert noisy_tokens(TABLE, jnp.int32(3), share=0.0, vocabulary=50) is TABLE
    programs = make_programs()
    params = programs.init(jax.random.key(0)).params
    np.testing.assert_array_equal(programs.encode(params), programs.encode_for_training(params, jnp.int32(3)))


def test_training_reads_with_noise_and_playing_without():
    noise = AuxiliaryConfig(word_noise=0.5, language_matching_weight=0.0, contrastive_weight=0.0, pairs=0)
    programs = make_programs(auxiliary=noise)
    params = programs.init(jax.random.key(0)).params
    read = np.asarray(programs.encode_for_training(params, jnp.int32(1)))
    expected = programs.objective.agent.encode(
        params, noisy_tokens(programs.tokens, jnp.int32(1), share=0.5, vocabulary=20)
    )
    np.testing.assert_allclose(read, expected, atol=1e-6)
    assert np.abs(read - programs.encode(params)).max() > 1e-4


def test_a_share_of_everything_is_refused():
    with pytest.raises(ValueError, match=r"auxiliary.word_noise is 1.0; it must be in \[0, 1\)"):
        AuxiliaryConfig(word_noise=1.0)
