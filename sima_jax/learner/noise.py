"""Word noise: training misspells and moves instructions, so that what it never read disturbs the agent little.

K: instructions, L: tokens.
"""

import jax
import jax.numpy as jnp

from sima_jax.tokens import PADDING

_SEED = 7919  # of the noise alone: it depends on the update's number and on nothing else


def noisy_tokens(tokens: jax.Array, step: jax.Array, *, share: float, vocabulary: int) -> jax.Array:
    """tokens [K, L] with about `share` of the words replaced by any of the vocabulary, each sentence moved in its row.

    With a share of 0 nothing is changed. The same step gives the same noise, so acting and learning read one rollout's
    instructions alike.
    """
    if not share:
        return tokens
    key_where, key_what, key_place = jax.random.split(jax.random.fold_in(jax.random.key(_SEED), step), 3)
    replaced = jax.random.bernoulli(key_where, share, tokens.shape) & (tokens != PADDING)
    noisy = jnp.where(replaced, jax.random.randint(key_what, tokens.shape, 1, vocabulary), tokens)
    # A sentence may begin anywhere: otherwise the colour of one longer than all others stands where none ever stood.
    free = (tokens == PADDING).sum(axis=1)
    places = jax.random.randint(key_place, free.shape, 0, free + 1)
    return jax.vmap(jnp.roll)(noisy, places)
