"""Operations counted by hand are those that XLA counts in the compiled functions, but for what is no product."""

from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
import pytest

from sima_jax.config import TowerConfig, agent_named
from sima_jax.costs import flops, tower_flops
from sima_jax.networks.agent import Agent

CONTINUOUS: Any = agent_named("sima_continuous")


def test_a_tower_by_hand():
    # One layer of width 4, hidden 8, on 3 tokens: qkv and out 4 * 4 * 4 = 64, MLP 2 * 4 * 8 = 64: 3 * 128 = 384;
    # attention 3 * 3 * 4 * 2 = 72. Two for each: 912. Two layers: 1,824.
    assert tower_flops(TowerConfig(width=4, depth=2, mlp=8, heads=2), 3) == 1824


def test_the_published_agent():
    # 27 layers of 576 * 1152 * (4 * 1152 + 2 * 4304) * 2 = 17.5 GFLOP and attention of 1.5; 0.51 TFLOP with the rest.
    found = flops(CONTINUOUS, 720, 1280, tokens=24)
    assert found.vision == pytest.approx(0.523e12, rel=0.01)
    assert found.decision < 0.001 * found.vision


@pytest.mark.parametrize("front", ["native", "siglip"])
def test_xla_counts_about_as_many(front):
    # Scanned layers are counted once by XLA: so one layer. Norms and activations are on top of the products.
    config = replace(CONTINUOUS, front=front, compute="float32").with_depth(1)
    agent = Agent(config, vocabulary=20, length=6)
    params = jax.eval_shape(lambda key: agent.init(key, (252, 448, 3)), jax.random.key(0))
    image = jax.ShapeDtypeStruct((2, 252, 448, 3), jnp.uint8)
    cost: Any = jax.jit(agent.look).lower(params, image).compile().cost_analysis()
    assert cost["flops"] / 2 == pytest.approx(flops(config, 252, 448, tokens=6).vision, rel=0.05)
