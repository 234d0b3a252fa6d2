"""Momentum contrast: one state in two skins of its world is one thing; every other state is another.

P: pairs, D: width, Q: queue length.
"""

import chex
import jax
import jax.numpy as jnp

from sima_jax.types import Params


def contrastive_loss(
    query: jax.Array, key: jax.Array, queue: jax.Array, filled: jax.Array, *, temperature: float
) -> tuple[jax.Array, dict[str, jax.Array]]:
    """-log( e^{q.k / t} / (e^{q.k / t} + sum_j e^{q.n_j / t}) ), averaged over the pairs.

    query, key: [P, D] unit vectors of the two views; queue: [Q, D] keys of earlier states, of which the first `filled`
    rows ([] int32) are in use. Source: He et al. 2020 (arXiv:1911.05722), eq. 1.
    """
    chex.assert_rank([query, key, queue, filled], [2, 2, 2, 0])
    chex.assert_equal_shape([query, key])
    positive = jnp.sum(query * key, axis=-1, keepdims=True)
    used = jnp.arange(queue.shape[0])[None, :] < filled
    negative = jnp.where(used, query @ queue.T, -1e9)
    logits = jnp.concatenate([positive, negative], axis=1) / temperature
    loss = -jnp.mean(jax.nn.log_softmax(logits, axis=1)[:, 0])
    accuracy = jnp.mean((positive[:, 0] > jnp.max(negative, axis=1)).astype(jnp.float32))
    return loss, {"contrastive_loss": loss, "contrastive_accuracy": accuracy, "positive_cosine": jnp.mean(positive)}


def enqueue(queue: jax.Array, cursor: jax.Array, keys: jax.Array) -> tuple[jax.Array, jax.Array]:
    """Write keys [P, D] over the oldest rows of the queue [Q, D]. cursor: [] int32, keys ever written.

    ValueError where P > Q: which of two keys for one row stays would be left to chance.
    """
    if len(keys) > len(queue):
        raise ValueError(f"{len(keys)} keys do not fit into a queue of {len(queue)}; make the queue at least as long.")
    rows = (cursor + jnp.arange(keys.shape[0])) % queue.shape[0]
    return queue.at[rows].set(keys), cursor + keys.shape[0]


def momentum_update(target: Params, online: Params, rate: float) -> Params:
    """target + rate * (online - target), leaf by leaf (He et al. 2020, eq. 2, rate = 1 - m)."""
    return jax.tree.map(lambda slow, fast: slow + rate * (fast - slow), target, online)
