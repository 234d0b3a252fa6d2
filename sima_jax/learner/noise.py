"""Word noise: training misspells instructions, so that words which it never read disturb the agent little.

K: instructions, L: tokens.
"""

import jax
import jax.numpy as jnp

from sima_jax.tokens import PADDING

_SEED = 7919  # of the noise alone: it depends on the update's number and on nothing else


def noisy_tokens(tokens: jax.Array, step: jax.Array, *, share: float, vocabulary: int) -> jax.Array:
    """tokens [K, L] with about `share` of the words replaced by any tokens of the vocabulary; padding stays.

    The same step gives the same noise, so acting and learning read one rollout's instructions alike.
    """
    if not share:
        return tokens
    key_where, key_what = jax.random.split(jax.random.fold_in(jax.random.key(_SEED), step))
    replaced = jax.random.bernoulli(key_where, share, tokens.shape) & (tokens != PADDING)
    return jnp.where(replaced, jax.random.randint(key_what, tokens.shape, 1, vocabulary), tokens)
