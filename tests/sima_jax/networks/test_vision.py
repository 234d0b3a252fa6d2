"""Cutting images into patches, what each patch tells, and the encoder on top."""

import jax
import numpy as np
import pytest

from sima_jax.config import SIMA_TINY, agent_named
from sima_jax.networks.vision import (
    DARK,
    PIXEL_MEAN,
    PIXEL_SPREAD,
    PatchEncoder,
    colour_extremes,
    cut_patches,
    in_tokens,
    patch_places,
)


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
    agent_named("sima_tiny").check_image(*size)


def test_odd_size_is_refused_with_examples():
    with pytest.raises(ValueError, match=r"100x50.*sima_tiny.*64x36"):
        agent_named("sima_tiny").check_image(50, 100)


def test_colour_extremes_by_hand():
    # Two patches of 2 x 2 pixels: one grey with a red pixel, one of a single grey.
    image = np.full((1, 2, 4, 3), 90, np.uint8)
    image[0, 1, 0] = (210, 30, 30)
    extremes = np.asarray(colour_extremes(jax.numpy.asarray(image), (1, 2)))
    assert extremes.shape == (1, 1, 2, 8) and extremes.dtype == np.float32
    # Both pixels' channels sum to 270: brightness 90. Of the red one, red is 120 above it, green and blue 60 below.
    unit = 1.5 * 3.0 / (270.0 + 3.0 * DARK)
    light = (90.0 - PIXEL_MEAN) / PIXEL_SPREAD
    red = [120 * unit, 0, 0, 0, -60 * unit, -60 * unit, light, light]
    assert np.allclose(extremes[0, 0, 0], red, atol=1e-6)
    assert np.allclose(extremes[0, 0, 1], [0, 0, 0, 0, 0, 0, light, light], atol=1e-6)


def test_colour_extremes_against_a_slow_one():
    image = np.random.default_rng(1).integers(0, 256, (3, 36, 64, 3), np.uint8)
    extremes = np.asarray(colour_extremes(jax.numpy.asarray(image), (9, 16)))
    patches = np.asarray(cut_patches(jax.numpy.asarray(image), (9, 16), (1, 1))).reshape(3, 9, 16, 16, 3).astype(float)
    light = patches.sum(-1)
    middle = 0.5 * (light.max(-1) + light.min(-1))
    hue = (3.0 * patches - light[..., None]) * 1.5 / (middle + 3.0 * DARK)[..., None, None]
    assert np.allclose(extremes[..., :3], hue.max(3), atol=1e-5)
    assert np.allclose(extremes[..., 3:6], hue.min(3), atol=1e-5)
    assert np.allclose(extremes[..., 6], (light.max(-1) / 3.0 - PIXEL_MEAN) / PIXEL_SPREAD, atol=1e-5)
    assert np.allclose(extremes[..., 7], (light.min(-1) / 3.0 - PIXEL_MEAN) / PIXEL_SPREAD, atol=1e-5)


def test_a_small_flag_stands_out_by_night_as_by_day():
    day = np.full((1, 36, 64, 3), 140, np.uint8)
    night = np.full((1, 36, 64, 3), 12, np.uint8)
    for image in (day, night):
        image[0, 17, 33] = (240, 20, 210)
        extremes = np.asarray(colour_extremes(jax.numpy.asarray(image), (9, 16)))
        strongest = np.unravel_index(np.argmin(extremes[0, ..., 4]), (9, 16))  # the least green
        assert strongest == (4, 8) and extremes[0, 4, 8, 4] < extremes[0, 0, 0, 4] - 0.5


def test_patches_and_their_extremes_are_in_the_same_order():
    image = np.random.default_rng(2).integers(0, 256, (2, 36, 64, 3), np.uint8)
    cut = np.asarray(cut_patches(jax.numpy.asarray(image), (9, 16), (3, 2)))
    one_by_one = cut_patches(jax.numpy.asarray(image), (9, 16), (1, 1)).reshape(2, 9, 16, 48)
    assert np.array_equal(np.asarray(in_tokens(one_by_one, (9, 16), (3, 2))), cut)


def test_places_of_patches():
    places = patch_places((3, 5))
    assert places.shape == (1, 3, 5, 2) and places.dtype == np.float32
    assert places[0, 0, 0].tolist() == [-1.0, -1.0] and places[0, 2, 4].tolist() == [1.0, 1.0]
    assert places[0, 1, 2].tolist() == [0.0, 0.0] and places[0, 1, 3].tolist() == [0.0, 0.5]


def test_detectors_find_the_same_thing_everywhere():
    """What is found moves with the picture: two pictures that differ in the order of their patches find as much."""
    config = SIMA_TINY
    encoder = PatchEncoder(config)
    images = np.full((2, 36, 64, 3), 100, np.uint8)
    images[0, 4:8, 8:12] = images[1, 20:24, 48:52] = (240, 20, 20)
    plain = np.zeros((2, config.stem_width), np.float32)
    anything = np.zeros((2, config.detector_width), np.float32)
    variables = encoder.init(jax.random.key(0), images, plain, plain, anything)
    _, kept = encoder.apply(variables, images, plain, plain, anything, capture_intermediates=True)
    evidence = np.asarray(kept["intermediates"]["detectors"]["__call__"][0])  # [2, patches, detectors]
    assert np.allclose(evidence[0].max(0), evidence[1].max(0), atol=1e-5)
    assert not np.array_equal(evidence[0].argmax(0), evidence[1].argmax(0))
