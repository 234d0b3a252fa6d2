"""Recurrent memory over time, forgotten where an episode begins.

T: time, B: environments, I: inputs, M: memory width.
"""

import flax.linen as nn
import jax
import jax.numpy as jnp

from sima_jax.networks.linear import Linear, named


class GatedMemory(nn.Module):
    """A gated recurrent unit (Cho et al. 2014). Inputs of all times are projected in one product before the scan."""

    width: int

    @nn.compact
    def __call__(self, inputs: jax.Array, resets: jax.Array, memory: jax.Array) -> tuple[jax.Array, jax.Array]:
        """inputs [T, B, I], resets [T, B], memory [B, M] -> outputs [T, B, M], memory after the last step [B, M]."""
        kernel_init = named(nn.initializers.orthogonal(), "embed", "mlp")
        bias_init = named(nn.initializers.zeros, "embed")
        kernel = self.param("kernel", kernel_init, (self.width, 3 * self.width), jnp.float32)
        bias = self.param("bias", bias_init, (self.width,), jnp.float32)
        projected = Linear(3 * self.width, 1.0, name="inputs")(inputs)

        def step(memory: jax.Array, now: tuple[jax.Array, jax.Array]) -> tuple[jax.Array, jax.Array]:
            projected, reset = now
            memory = memory * (1.0 - reset)[:, None]
            reset_in, update_in, new_in = jnp.split(projected, 3, axis=-1)
            reset_mem, update_mem, new_mem = jnp.split(memory @ kernel, 3, axis=-1)
            keep = jax.nn.sigmoid(update_in + update_mem)
            new = jnp.tanh(new_in + jax.nn.sigmoid(reset_in + reset_mem) * (new_mem + bias[None]))
            memory = keep * memory + (1.0 - keep) * new
            return memory, memory

        memory, outputs = jax.lax.scan(step, memory, (projected, resets))
        return outputs, memory
