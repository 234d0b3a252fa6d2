"""Cutting images into patches, and the encoder on top."""

import jax
import numpy as np
import pytest

from sima_jax.config import AgentConfig
from sima_jax.networks.vision import cut_patches


def test_cut_patches_by_hand():
    # 2 x 4 pixels, grid 2 x 4 (one pixel a patch), two by two patches a token: two tokens of four pixels.
    image = np.arange(8, dtype=np.uint8).reshape(1, 2, 4, 1) * np.ones((1, 1, 1, 3), np.uint8)
    cut = np.asarray(cut_patches(jax.numpy.asarray(image), (2, 4), (2, 2)))
    assert cut.shape == (1, 2, 4, 3) and cut.dtype == np.uint8
    assert cut[0, :, :, 0].tolist() == [[0, 1, 4, 5], [2, 3, 6, 7]]


def test_every_pixel_is_in_exactly_one_patch():
    image = np.random.default_rng(0).integers(0, 256, (2, 36, 64, 3), np.uint8)
    cut = np.asarray(cut_patches(jax.numpy.asarray(image), (9, 16), (3, 2)))
    assert cut.shape == (2, 24, 6, 48)
    assert np.array_equal(np.sort(cut.reshape(2, -1)), np.sort(image.reshape(2, -1)))


@pytest.mark.parametrize("size", [(720, 1280), (36, 64)])
def test_native_sizes_fit(size):
    AgentConfig.named("sima_tiny").check_image(*size)


def test_odd_size_is_refused_with_examples():
    with pytest.raises(ValueError, match=r"100x50.*sima_tiny.*64x36"):
        AgentConfig.named("sima_tiny").check_image(50, 100)
