"""Language matching: what is seen and what was asked for belong together (CLIP-style).

N: frames, D: width.
"""

import chex
import jax
import jax.numpy as jnp


def language_matching_loss(
    vision: jax.Array, language: jax.Array, meaning: jax.Array, *, temperature: float
) -> tuple[jax.Array, dict[str, jax.Array]]:
    """Symmetric cross-entropy between frames and instructions of one batch.

    vision, language: [N, D] unit vectors, row i of both from one step; meaning: [N] int32, a number of what
    each instruction asks for. Rows of one meaning are not negatives of each other: the target of row i is uniform over
    all rows of its meaning.
    Source: Radford et al. 2021 (arXiv:2103.00020), figure 3, with soft targets.
    """
    chex.assert_rank([vision, language, meaning], [2, 2, 1])
    chex.assert_equal_shape([vision, language])
    logits = vision @ language.T / temperature
    same = (meaning[:, None] == meaning[None, :]).astype(jnp.float32)
    targets = same / same.sum(axis=1, keepdims=True)
    by_vision = -jnp.sum(targets * jax.nn.log_softmax(logits, axis=1), axis=1)
    by_language = -jnp.sum(targets * jax.nn.log_softmax(logits.T, axis=1), axis=1)
    # The least that any vectors could reach is the targets' own entropy, so the metric starts from there.
    floor = jnp.mean(jnp.log(same.sum(axis=1)))
    loss = 0.5 * jnp.mean(by_vision + by_language)
    best = jnp.argmax(logits, axis=1)
    hit = jnp.take_along_axis(same, best[:, None], axis=1)[:, 0]
    return loss, {"matching_loss": loss, "matching_excess": loss - floor, "matching_accuracy": jnp.mean(hit)}
