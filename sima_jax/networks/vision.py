"""Images -> latents, with the instruction in mind.

N: images, H, W: pixels, G: patches, S: stem channels, D: latent width.

Everything is a matrix product over patches that do not overlap: on a CPU such products run several times faster
than convolutions of the same cost.
"""

import flax.linen as nn
import jax
import jax.numpy as jnp

from sima_jax.config import AgentConfig
from sima_jax.networks.linear import Linear

PIXEL_MEAN, PIXEL_SPREAD = 100.0, 64.0  # of frames, about


def cut_patches(image: jax.Array, grid: tuple[int, int], merge: tuple[int, int]) -> jax.Array:
    """Cut [N, H, W, 3] into [N, tokens, patches of a token, values of a patch], keeping the dtype."""
    n, height, width, channels = image.shape
    down, across = height // grid[0], width // grid[1]
    rows, columns = grid[0] // merge[0], grid[1] // merge[1]
    cut = image.reshape(n, rows, merge[0], down, columns, merge[1], across, channels)
    cut = cut.transpose(0, 1, 4, 2, 5, 3, 6, 7)
    return cut.reshape(n, rows * columns, merge[0] * merge[1], down * across * channels)


class PatchEncoder(nn.Module):
    """Two stages of patches. Between them the instruction scales and shifts every channel (FiLM, Perez et al. 2018)."""

    config: AgentConfig

    def setup(self):
        self.stem = Linear(self.config.stem_width)
        self.merge = Linear(self.config.token_width)
        self.latent = Linear(self.config.vision_width)

    def patches(self, image: jax.Array) -> jax.Array:
        """[N, H, W, 3] uint8 -> [N, tokens, merged, S]: what is there, whatever the instruction."""
        cut = cut_patches(image, self.config.grid, self.config.merge)
        return nn.relu(self.stem((cut.astype(jnp.float32) - PIXEL_MEAN) * (1.0 / PIXEL_SPREAD)))

    def __call__(self, image: jax.Array, scale: jax.Array, shift: jax.Array) -> jax.Array:
        """image [N, H, W, 3] uint8, scale and shift [N, S] from the instruction -> latent [N, D]."""
        stem = self.patches(image)
        read = stem * (1.0 + scale[:, None, None, :]) + shift[:, None, None, :]
        tokens = nn.relu(self.merge(read.reshape(*read.shape[:2], -1)))
        return nn.relu(self.latent(tokens.reshape(tokens.shape[0], -1)))
