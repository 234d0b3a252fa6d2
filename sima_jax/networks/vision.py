"""Images -> latents, with the instruction in mind.

N: images, H, W: pixels, G: patches, S: stem channels, D: latent width.

Everything is a matrix product over patches that do not overlap: on a CPU such products run several times faster
than convolutions of the same cost.
"""

from collections.abc import Callable
from functools import reduce

import flax.linen as nn
import jax
import jax.numpy as jnp
import numpy as np

from sima_jax.config import AgentConfig
from sima_jax.networks.linear import Linear

PIXEL_MEAN, PIXEL_SPREAD = 100.0, 64.0  # of frames, about
DARK = 20.0  # brightness below which hues fade


def cut_patches(image: jax.Array, grid: tuple[int, int], merge: tuple[int, int]) -> jax.Array:
    """Cut [N, H, W, 3] into [N, tokens, patches of a token, values of a patch], keeping the dtype."""
    n, height, width, channels = image.shape
    down, across = height // grid[0], width // grid[1]
    rows, columns = grid[0] // merge[0], grid[1] // merge[1]
    cut = image.reshape(n, rows, merge[0], down, columns, merge[1], across, channels)
    cut = cut.transpose(0, 1, 4, 2, 5, 3, 6, 7)
    return cut.reshape(n, rows * columns, merge[0] * merge[1], down * across * channels)


def colour_extremes(image: jax.Array, grid: tuple[int, int]) -> jax.Array:
    """Images [N, H, W, 3] uint8 -> float32 [N, *grid, 8], the most and the least of four quantities in every patch.

    The four: how much redder, greener and bluer than grey a pixel is, in units of the patch's brightness, and its
    brightness. A patch's average hardly shows a distant flag, which is a pixel or two of it; its extremes do.
    """
    n, height, width, _ = image.shape
    # Small integers, rows of pixels before columns: XLA makes long vector loops of that, ten times as fast as others.
    red, green, blue = (image[..., channel].astype(jnp.int16) for channel in range(3))
    total = red + green + blue
    quantities = (3 * red - total, 3 * green - total, 3 * blue - total, total)

    def extreme(pick: Callable[[jax.Array, jax.Array], jax.Array], quantity: jax.Array) -> jax.Array:
        rows = quantity.reshape(n, grid[0], height // grid[0], width)
        of_rows = reduce(pick, (rows[:, :, row] for row in range(rows.shape[2])))
        columns = of_rows.reshape(n, grid[0], grid[1], width // grid[1])
        return reduce(pick, (columns[..., column] for column in range(columns.shape[-1]))).astype(jnp.float32)

    most, least = (jnp.stack([extreme(pick, one) for one in quantities], -1) for pick in (jnp.maximum, jnp.minimum))
    brightness = 0.5 * (most[..., 3:] + least[..., 3:])
    hues = jnp.concatenate([most[..., :3], least[..., :3]], axis=-1) * (1.5 / (brightness + 3.0 * DARK))
    lights = jnp.concatenate([most[..., 3:], least[..., 3:]], axis=-1)
    return jnp.concatenate([hues, (lights - 3.0 * PIXEL_MEAN) * (1.0 / (3.0 * PIXEL_SPREAD))], axis=-1)


def in_tokens(patches: jax.Array, grid: tuple[int, int], merge: tuple[int, int]) -> jax.Array:
    """[N, *grid, C] -> [N, tokens, patches of a token, C], in the order of `cut_patches`."""
    rows, columns = grid[0] // merge[0], grid[1] // merge[1]
    cut = patches.reshape(-1, rows, merge[0], columns, merge[1], patches.shape[-1]).swapaxes(2, 3)
    return cut.reshape(-1, rows * columns, merge[0] * merge[1], patches.shape[-1])


def patch_places(grid: tuple[int, int]) -> np.ndarray:
    """float32 [1, *grid, 2]: how far down and across the picture each patch lies, -1 to 1."""
    down, across = (np.linspace(-1.0, 1.0, count, dtype=np.float32) for count in grid)
    return np.stack(np.meshgrid(down, across, indexing="ij"), axis=-1)[None]


class PatchEncoder(nn.Module):
    """Two stages of patches. Between them the instruction scales and shifts every channel (FiLM, Perez et al. 2018).

    Beside them, spatial attention (the spatial softmax of Levine et al. 2016, arXiv:1504.00702): a few detectors, the
    same ones in every patch, tell where in the picture they found most of what they look for, and how much. A flag
    learnt on the left is known on the right, which the flat second stage would have to learn place by place.
    """

    config: AgentConfig

    def setup(self):
        config = self.config
        self.stem = Linear(config.stem_width)
        self.merge = Linear(config.token_width)
        self.layout = Linear(config.vision_width - config.found_width)
        self.detect = Linear(config.detector_width)
        self.detectors = Linear(config.detectors, 1.0, ("embed", None))
        self.found = Linear(config.found_width)

    def patches(self, image: jax.Array) -> jax.Array:
        """[N, H, W, 3] uint8 -> [N, tokens, merged, S]: what is there, whatever the instruction."""
        grid, merge = self.config.grid, self.config.merge
        values = (cut_patches(image, grid, merge).astype(jnp.float32) - PIXEL_MEAN) * (1.0 / PIXEL_SPREAD)
        extremes = in_tokens(colour_extremes(image, grid), grid, merge)
        return nn.relu(self.stem(jnp.concatenate([values, extremes], axis=-1)))

    def __call__(self, image: jax.Array, scale: jax.Array, shift: jax.Array, sought: jax.Array) -> jax.Array:
        """image [N, H, W, 3] uint8 -> latent [N, D].

        From the instruction: scale and shift [N, S] of what is seen, and what is sought [N, detector_width].
        """
        stem = self.patches(image)
        read = stem * (1.0 + scale[:, None, None, :]) + shift[:, None, None, :]
        tokens = nn.relu(self.merge(read.reshape(*read.shape[:2], -1)))
        layout = nn.relu(self.layout(tokens.reshape(tokens.shape[0], -1)))
        return jnp.concatenate([layout, self._found(read, sought)], axis=-1)

    def _found(self, read: jax.Array, sought: jax.Array) -> jax.Array:
        """[N, tokens, merged, S] -> what the detectors found [N, found_width]."""
        patches = nn.relu(read.reshape(read.shape[0], -1, read.shape[-1]))
        signs = nn.relu(self.detect(patches)) * (1.0 + sought[:, None])
        evidence = self.detectors(signs)  # [N, patches, detectors]
        grid, merge = self.config.grid, self.config.merge
        where = in_tokens(jnp.asarray(patch_places(grid)), grid, merge).reshape(-1, 2)
        places = jnp.einsum("npd,pc->ndc", jax.nn.softmax(evidence, axis=1), where)
        most = 0.2 * evidence.max(axis=1)
        return nn.relu(self.found(jnp.concatenate([places.reshape(read.shape[0], -1), most], axis=-1)))
