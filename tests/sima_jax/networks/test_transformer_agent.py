"""The agent of transformers: its sizes, and that looking, reading, remembering and deciding stay apart."""

from dataclasses import replace
from typing import Any

import flax.linen as nn
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from sima_jax import sharding
from sima_jax.config import TowerConfig, TransformerAgentConfig, agent_named
from sima_jax.learner.act import act
from sima_jax.networks.agent import Agent
from sima_jax.networks.tower import Tower, layer
from sima_jax.networks.vision import cut_patches
from sima_jax.networks.vision_tower import VisionTower
from sima_jax.types import Observation
from tests.sima_jax.toy_agent import TRANSFORMER

AGENT: Any = Agent(TRANSFORMER, vocabulary=20, length=6)
IMAGE = (9, 16, 3)
TOKENS = np.array([[3, 4, 5, 0, 0, 0], [3, 4, 6, 7, 0, 0]], np.int32)


@pytest.fixture(scope="module")
def params():
    return AGENT.init(jax.random.key(0), IMAGE)


def observation(seed=0, **changes) -> Any:
    rng = np.random.default_rng(seed)
    seen = {
        "image": rng.integers(0, 256, (4, 2, *IMAGE), np.uint8),
        "tokens": TOKENS,
        "instruction": np.array([[0, 1]] * 4, np.int32),
        "resets": np.zeros((4, 2), np.float32),
        "previous_actions": rng.normal(size=(4, 2, 8)).astype(np.float32),
        "privileged": np.zeros((4, 2, TRANSFORMER.guesses), np.float32),
    }
    return Observation(**{name: jnp.asarray(array) for name, array in (seen | changes).items()})


@pytest.mark.parametrize("name", ["sima_continuous", "sima_continuous_siglip"])
def test_the_published_sizes(name):
    # By hand: a ViT layer has 4 * 1152^2 + 2 * 1152 * 4304 products and 14,624 others, 15.24 M; 27 of them 411.5 M; a
    # BERT layer 7.09 M, 12 of them 85.1 M, and its words 23.4 M.
    agent: Any = Agent(agent_named(name), vocabulary=20, length=6)
    shapes = jax.eval_shape(lambda key: agent.init(key, (720, 1280, 3)), jax.random.key(0))
    size = {part: sum(leaf.size for leaf in jax.tree.leaves(shapes[part])) for part in shapes}
    assert size["vision"] == pytest.approx(400e6, rel=0.05)
    assert size["language"] == pytest.approx(110e6, rel=0.05)
    assert size["policy"] + size["value"] == pytest.approx(10e6, rel=0.05)
    assert shapes["vision"]["tower"]["qkv_kernel"].shape == (27, 1152, 3, 1152)
    assert shapes["vision"]["places"].shape == (18 * 32, 1152)
    latent = jax.eval_shape(agent.look, shapes, jax.ShapeDtypeStruct((2, 720, 1280, 3), jnp.uint8))
    assert (latent.shape, latent.dtype) == ((2, 1024), jnp.float32)
    assert jax.eval_shape(agent.encode, shapes, TOKENS).shape == (3, 512)


def test_the_agent_in_between():
    agent: Any = Agent(agent_named("sima_base"), vocabulary=20, length=6)
    shapes = jax.eval_shape(lambda key: agent.init(key, (180, 320, 3)), jax.random.key(0))
    assert sum(leaf.size for leaf in jax.tree.leaves(shapes)) == pytest.approx(90e6, rel=0.1)


def test_scanned_layers_are_layers_one_after_the_other():
    config = TowerConfig(width=8, depth=3, mlp=16, heads=2)
    tower: Any = Tower(config)
    x = jax.random.normal(jax.random.key(1), (2, 5, 8))
    params = nn.unbox(tower.init(jax.random.key(0), x)["params"])
    one_by_one = x
    for number in range(3):
        one_by_one = layer(config, {name: array[number] for name, array in params.items()}, one_by_one, None)
    np.testing.assert_allclose(tower.apply({"params": params}, x), one_by_one, atol=1e-5)
    # Every layer begins differently, and none is much larger than its inputs.
    kernels = np.asarray(params["mlp_in_kernel"])
    assert np.abs(kernels[0] - kernels[1]).max() > 0.1 and 0.2 < kernels.std() * 8**0.5 < 1.5


def test_a_tower_on_eight_devices_takes_any_number_of_sequences():
    # Three sequences, which eight devices do not divide, with and without a mask of their tokens.
    config = TowerConfig(width=8, depth=2, mlp=16, heads=2)
    tower: Any = Tower(config)
    x = jax.random.normal(jax.random.key(1), (3, 5, 8))
    params = nn.unbox(tower.init(jax.random.key(0), x)["params"])
    across = jax.jit(sharding.within(sharding.make_mesh(8, 1), tower.apply))
    for mask in (None, jnp.arange(5)[None] < jnp.array([[2], [5], [3]])):
        expected = tower.apply({"params": params}, x, mask)
        np.testing.assert_allclose(across({"params": params}, x, mask), expected, atol=1e-5)


def test_patches_go_row_by_row():
    image = jnp.arange(2 * 4 * 3, dtype=jnp.uint8).reshape(1, 2, 4, 3)  # two patches of 2 x 2 beside each other
    left, right = cut_patches(image, (1, 2), (1, 1))[0, :, 0]
    assert left.tolist() == [0, 1, 2, 3, 4, 5, 12, 13, 14, 15, 16, 17]
    assert right.tolist() == [6, 7, 8, 9, 10, 11, 18, 19, 20, 21, 22, 23]


def test_the_siglip_front_takes_any_size_and_smooths_it():
    config: Any = replace(TRANSFORMER, front="siglip", grid=(9, 16), siglip_size=(126, 224))
    tower: Any = VisionTower(config)
    params = tower.init(jax.random.key(0), np.zeros((1, *IMAGE), np.uint8))
    # Stripes as fine as pixels, and the grey that they make from afar, look alike; without smoothing they would not.
    stripes = np.zeros((1, 720, 1280, 3), np.uint8)
    stripes[:, :, ::2] = 254
    fine, grey = (np.asarray(tower.apply(params, image)) for image in (stripes, np.full_like(stripes, 127)))
    black = np.asarray(tower.apply(params, np.zeros_like(stripes)))
    assert np.abs(fine - grey).max() < 0.1 * np.abs(black - grey).max()


def test_neither_what_is_seen_nor_what_is_remembered_depends_on_the_instruction(params):
    memory = AGENT.initial_memory(2)
    one = AGENT.apply(params, observation(), memory)
    other = AGENT.apply(params, observation(instruction=np.array([[1, 0]] * 4, np.int32)), memory)
    np.testing.assert_array_equal(one.latent, other.latent)
    np.testing.assert_array_equal(one.memory, other.memory)
    np.testing.assert_array_equal(one.mean_untold, other.mean_untold)
    assert np.abs(one.mean - other.mean).max() > 1e-6


def test_minus_one_says_nothing(params):
    nothing = AGENT.apply(params, observation(instruction=np.full((4, 2), -1, np.int32)), AGENT.initial_memory(2))
    np.testing.assert_allclose(nothing.mean, nothing.mean_untold, atol=1e-6)


def test_latents_that_are_known_are_not_looked_for_again(params):
    memory = AGENT.initial_memory(2)
    seen = AGENT.apply(params, observation(), memory)
    known = AGENT.apply(params, observation().replace(image=None, latent=seen.latent), memory)
    for name in ("mean", "value", "memory", "guess"):
        np.testing.assert_allclose(getattr(known, name), getattr(seen, name), atol=1e-6)


def test_padding_and_what_comes_after_it_are_not_read(params):
    padded = np.concatenate([TOKENS, np.zeros((2, 2), np.int32)], axis=1)
    np.testing.assert_allclose(AGENT.encode(params, padded), AGENT.encode(params, TOKENS), atol=1e-5)
    other = TOKENS.copy()
    other[0, 2] = 9
    assert np.abs(AGENT.encode(params, other)[0] - AGENT.encode(params, TOKENS)[0]).max() > 1e-4


def test_guidance_stresses_the_instruction(params):
    # mean + 1.5 * (mean - mean without instruction)
    o = observation()
    language = AGENT.encode(params, TOKENS)
    step = jnp.arange(2), o.image[0], o.instruction[0], jnp.ones(2), o.resets[0], o.previous_actions[0], o.privileged[0]
    inputs: Any = (params, language, *step, AGENT.initial_memory(2), jax.random.key(0), 0)
    output = AGENT.apply(params, o, AGENT.initial_memory(2))
    guided = act(AGENT, *inputs, greedy=True, guidance=1.5).actions
    np.testing.assert_allclose(guided, 2.5 * output.mean[0] - 1.5 * output.mean_untold[0], atol=1e-5)


def test_sizes_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="sima_continuous has 30522 words; the instructions need 40000"):
        Agent(agent_named("sima_continuous"), vocabulary=40000, length=6)
    with pytest.raises(ValueError, match="image size is '64x37'"):
        agent_named("sima_base").check_image(37, 64)
    with pytest.raises(ValueError, match="heads is 3; it must be a divisor of width = 8"):
        TowerConfig(width=8, depth=1, mlp=8, heads=3)
    with pytest.raises(ValueError, match="front is 'conv'; it must be one of native, siglip"):
        replace(agent_named("sima_base"), front="conv")


def test_the_toy_has_the_published_parts():
    shapes = jax.eval_shape(lambda key: AGENT.init(key, IMAGE), jax.random.key(0))
    large = Agent(agent_named("sima_continuous"), vocabulary=20, length=6)
    published = jax.eval_shape(lambda key: large.init(key, (720, 1280, 3)), jax.random.key(0))
    assert jax.tree.structure(shapes) == jax.tree.structure(published)
    assert isinstance(TRANSFORMER, TransformerAgentConfig)
