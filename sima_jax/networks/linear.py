"""A dense layer whose parameters carry logical axis names."""

from collections.abc import Callable

import flax.linen as nn
import jax
import jax.numpy as jnp


def named(initializer: Callable[..., jax.Array], *axes: str | None) -> Callable[..., jax.Array]:
    """The initialiser, with a logical name (see sharding.py) or None for each axis of the parameter that it makes."""
    return nn.with_logical_partitioning(initializer, axes)  # type: ignore[return-value]: boxed until Agent.init ends


class Linear(nn.Module):
    """x [..., I] -> x @ kernel + bias [..., O], orthogonal kernel of the given gain.

    axes: logical names of the kernel's two axes (see sharding.py). compute: dtype of the product; None: as it comes.
    """

    features: int
    gain: float = 2.0**0.5
    axes: tuple[str | None, str | None] = ("embed", "mlp")
    compute: jnp.dtype | None = None

    @nn.compact
    def __call__(self, x: jax.Array) -> jax.Array:
        kernel_init = named(nn.initializers.orthogonal(self.gain), *self.axes)
        bias_init = named(nn.initializers.zeros, *self.axes[1:])
        kernel = self.param("kernel", kernel_init, (x.shape[-1], self.features), jnp.float32)
        bias = self.param("bias", bias_init, (self.features,), jnp.float32)
        if self.compute is not None:
            kernel, bias = kernel.astype(self.compute), bias.astype(self.compute)
        return x @ kernel + bias[(None,) * (x.ndim - 1)]
