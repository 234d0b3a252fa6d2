"""Momentum contrast worked by hand: loss, queue and the slow copy."""

import itertools
import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from sima_jax.losses.contrastive import contrastive_loss, enqueue, momentum_update

RIGHT, UP, LEFT = [1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]


def loss(query, key, queue, filled, temperature=1.0):
    query, key, queue = (jnp.asarray(x, float) for x in (query, key, queue))
    return contrastive_loss(query, key, queue, jnp.asarray(filled, jnp.int32), temperature=temperature)


def test_one_pair_and_two_negatives_by_hand():
    # Cosines 1 with the key, 0 and -1 with the queue: log(e + 1 + 1/e) - 1.
    total, metrics = loss([RIGHT], [RIGHT], [UP, LEFT], 2)
    assert float(total) == pytest.approx(math.log(math.e + 1 + 1 / math.e) - 1, rel=1e-5)
    assert float(metrics["positive_cosine"]) == pytest.approx(1.0)
    assert float(metrics["contrastive_accuracy"]) == 1.0


def test_pairs_are_averaged_and_temperature_divides():
    # At temperature 0.5: the first pair log(e^2 + 1) - 2; the second, whose key is at 0 and whose negative is itself,
    # log(1 + e^2) - 0, and that one is not recognised.
    total, metrics = loss([RIGHT, UP], [RIGHT, RIGHT], [UP], 1, temperature=0.5)
    assert float(total) == pytest.approx(math.log(math.e**2 + 1) - 1, rel=1e-5)
    assert float(metrics["contrastive_accuracy"]) == 0.5


def test_rows_of_the_queue_not_filled_are_ignored():
    rubbish = jnp.full((3, 2), 100.0).at[0].set(jnp.array(UP))
    total, _ = loss([RIGHT], [RIGHT], rubbish, 1)
    assert float(total) == pytest.approx(math.log(math.e + 1) - 1, rel=1e-5)
    total, _ = loss([RIGHT], [RIGHT], rubbish, 0)
    assert float(total) == 0.0


def test_a_query_is_drawn_to_its_key_and_away_from_the_queue():
    gradient = jax.grad(lambda query: loss(query, [RIGHT], [UP], 1)[0])(jnp.array([[0.6, 0.8]]))
    assert float(gradient[0, 0]) < 0.0 < float(gradient[0, 1])


def test_the_oldest_rows_are_written_over_and_the_queue_wraps_around():
    queue, cursor = jnp.zeros((5, 1)), jnp.asarray(0)
    expected = ([0, 1, 2, 0, 0], [5, 1, 2, 3, 4], [5, 6, 7, 8, 4])
    for wanted, keys in zip(expected, ([0, 1, 2], [3, 4, 5], [6, 7, 8]), strict=True):
        queue, cursor = enqueue(queue, cursor, jnp.asarray(keys, float)[:, None])
        assert queue[:, 0].tolist() == wanted
    assert int(cursor) == 9


def test_a_queue_holds_the_last_keys_whatever_their_portions():
    keys = np.arange(40.0)[:, None]
    queue, cursor = jnp.zeros((8, 1)), jnp.asarray(0)
    for first, last in itertools.pairwise((0, 1, 9, 12, 17, 24, 32, 34, 40)):
        queue, cursor = enqueue(queue, cursor, jnp.asarray(keys[first:last]))
    assert sorted(queue[:, 0].tolist()) == list(range(32, 40))


def test_nothing_to_queue_changes_nothing():
    queue = jnp.ones((4, 2))
    same, cursor = enqueue(queue, jnp.asarray(3), jnp.zeros((0, 2)))
    assert np.array_equal(queue, same) and int(cursor) == 3


def test_more_keys_than_places_are_refused():
    with pytest.raises(ValueError, match=r"3 keys do not fit into a queue of 2"):
        enqueue(jnp.zeros((2, 1)), jnp.asarray(0), jnp.zeros((3, 1)))


def test_momentum_update_by_hand():
    # A quarter of the way from 4 to 8, and from 0 to -2.
    target, online = (
        {"a": jnp.array([4.0]), "b": {"c": jnp.array(0.0)}},
        {"a": jnp.array([8.0]), "b": {"c": jnp.array(-2.0)}},
    )
    moved = momentum_update(target, online, 0.25)
    assert float(moved["a"][0]) == 5.0 and float(moved["b"]["c"]) == -0.5
    assert np.array_equal(momentum_update(target, online, 0.0)["a"], target["a"])
    assert np.array_equal(momentum_update(target, online, 1.0)["a"], online["a"])


def test_pairs_of_other_shapes_are_refused():
    with pytest.raises(AssertionError, match="shape"):
        loss([RIGHT, UP], [RIGHT], [UP], 1)
