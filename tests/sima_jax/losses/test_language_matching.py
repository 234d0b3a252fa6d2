"""Frames and instructions of one batch, worked by hand."""

import math

import jax.numpy as jnp
import numpy as np
import pytest

from sima_jax.losses.language_matching import language_matching_loss

RIGHT, UP = [1.0, 0.0], [0.0, 1.0]


def loss(vision, language, rows, temperature=1.0):
    return language_matching_loss(
        jnp.asarray(vision), jnp.asarray(language), jnp.asarray(rows, jnp.int32), temperature=temperature
    )


def test_two_instructions_by_hand():
    # Each frame meets its own instruction at cosine 1 and the other at 0: log(e + 1) - 1 = 0.3133 both ways.
    total, metrics = loss([RIGHT, UP], [RIGHT, UP], [0, 1])
    assert float(total) == pytest.approx(math.log(math.e + 1) - 1, rel=1e-5)
    assert float(metrics["matching_accuracy"]) == 1.0
    # Crossed: log(e + 1) - 0.
    total, metrics = loss([UP, RIGHT], [RIGHT, UP], [0, 1])
    assert float(total) == pytest.approx(math.log(math.e + 1), rel=1e-5)
    assert float(metrics["matching_accuracy"]) == 0.0


def test_temperature_sharpens():
    # Cosines count ten times: log(e^10 + 1) - 10.
    total, _ = loss([RIGHT, UP], [RIGHT, UP], [0, 1], temperature=0.1)
    assert float(total) == pytest.approx(math.log1p(math.exp(-10)), rel=1e-2)


def test_identical_instructions_are_not_negatives_of_each_other():
    # Three frames, the first two told the same. Each of these two has target 1/2 on both: their row of logits is
    # 1, 1, 0, so log(2e + 1) - 1; the third's is 0, 0, 1: log(2 + e) - 1. Frame and instruction sides are alike.
    vision = [RIGHT, RIGHT, UP]
    total, metrics = loss(vision, vision, [0, 0, 1])
    twins, single = math.log(2 * math.e + 1) - 1, math.log(2 + math.e) - 1
    assert float(total) == pytest.approx((2 * twins + single) / 3, rel=1e-5)
    # Two of the three rows have targets of entropy log 2, below which no vectors get.
    assert float(metrics["matching_excess"]) == pytest.approx(float(total) - 2 * math.log(2) / 3, rel=1e-4)
    assert float(metrics["matching_accuracy"]) == 1.0


def test_with_one_instruction_for_all_there_is_nothing_to_tell_apart():
    # Each of the five rows has target 1/5 on all: log 5, which is also the least there is.
    total, metrics = loss([RIGHT] * 5, [RIGHT] * 5, [0] * 5)
    assert float(total) == pytest.approx(math.log(5), rel=1e-5)
    assert float(metrics["matching_excess"]) == pytest.approx(0.0, abs=1e-5)


def test_excess_goes_to_zero_for_perfect_vectors_and_order_makes_no_difference():
    rng = np.random.default_rng(1)
    rows = rng.integers(0, 4, 12)
    vectors = np.eye(4)[rows]
    total, metrics = loss(vectors, vectors, rows, temperature=0.02)
    assert float(metrics["matching_excess"]) == pytest.approx(0.0, abs=1e-4)
    order = rng.permutation(12)
    shuffled, _ = loss(vectors[order], vectors[order], rows[order], temperature=0.02)
    np.testing.assert_allclose(total, shuffled, rtol=1e-5)


def test_unequal_numbers_are_refused():
    with pytest.raises(AssertionError, match="shape"):
        loss([RIGHT, UP], [RIGHT], [0, 1])
