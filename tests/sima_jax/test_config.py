"""Configurations refuse what could not run, when they are built."""

import re
from dataclasses import FrozenInstanceError, replace

import pytest

from sima_jax.config import AGENTS, AuxiliaryConfig, OptimizerConfig, PPOConfig, agent_named


def test_published_agents_are_found_by_name():
    for name, config in AGENTS.items():
        assert agent_named(name) is config and config.name == name


def test_an_unknown_agent_is_refused_with_what_was_meant():
    with pytest.raises(
        ValueError, match=r"Unknown agent 'sima_tny'; did you mean 'sima_tiny'\? Known agents: sima_tiny"
    ):
        agent_named("sima_tny")
    with pytest.raises(ValueError, match=r"Unknown agent 'zebra'\. Known agents"):
        agent_named("zebra")


@pytest.mark.parametrize("size", [(9, 16), (36, 64), (72, 128), (180, 320), (720, 1280)])
def test_images_of_nine_by_sixteen_fit(size):
    agent_named("sima_tiny").check_image(*size)


@pytest.mark.parametrize("size", [(36, 48), (35, 64), (37, 64), (36, 128), (64, 36)])
def test_other_images_are_refused_with_examples(size):
    height, width = size
    with pytest.raises(ValueError, match=rf"image size is '{width}x{height}'.*16k x 9k pixels for sima_tiny.*64x36"):
        agent_named("sima_tiny").check_image(height, width)


def test_sizes_of_the_agent_must_divide():
    tiny = agent_named("sima_tiny")
    with pytest.raises(ValueError, match=r"merge\[0\] is 2; it must be a divisor of grid\[0\] = 9"):
        replace(tiny, merge=(2, 2))
    with pytest.raises(ValueError, match=r"language_heads is 5; it must be a divisor of 32"):
        replace(tiny, language_heads=5)


@pytest.mark.parametrize(
    ("kind", "change", "message"),
    [
        (PPOConfig, {"epochs": 0}, "ppo.epochs is 0; it must be at least 1"),
        (PPOConfig, {"minibatches": 0}, "ppo.minibatches is 0; it must be at least 1"),
        (PPOConfig, {"discount": 1.0}, "ppo.discount is 1.0; it must be in [0, 1)"),
        (PPOConfig, {"gae_lambda": 1.5}, "ppo.gae_lambda is 1.5; it must be in [0, 1]"),
        (PPOConfig, {"clip": 0.0}, "ppo.clip is 0.0; it must be positive"),
        (AuxiliaryConfig, {"pairs": -1}, "auxiliary.pairs is -1; it must be at least 1"),
        (AuxiliaryConfig, {"pairs": 0}, "auxiliary.pairs is 0; it must be at least 1"),
        (
            AuxiliaryConfig,
            {"queue_size": 255},
            "auxiliary.queue_size is 255; it must be at least auxiliary.pairs = 256",
        ),
        (AuxiliaryConfig, {"target_rate": 2.0}, "auxiliary.target_rate is 2.0; it must be in [0, 1]"),
        (AuxiliaryConfig, {"contrastive_weight": -0.1}, "auxiliary.contrastive_weight is -0.1; it must be at least 0"),
        (
            AuxiliaryConfig,
            {"language_matching_temperature": 0.0},
            "auxiliary.language_matching_temperature is 0.0; it must be positive",
        ),
        (
            AuxiliaryConfig,
            {"language_matching_stride": 0},
            "auxiliary.language_matching_stride is 0; it must be at least 1",
        ),
        (OptimizerConfig, {"learning_rate": 0.0}, "optimizer.learning_rate is 0.0; it must be positive"),
        (OptimizerConfig, {"final_fraction": -0.1}, "optimizer.final_fraction is -0.1; it must be in [0, 1]"),
        (OptimizerConfig, {"warmup_updates": -1}, "optimizer.warmup_updates is -1; it must be at least 0"),
        (OptimizerConfig, {"max_grad_norm": 0.0}, "optimizer.max_grad_norm is 0.0; it must be positive"),
        (OptimizerConfig, {"total_updates": 0}, "optimizer.total_updates is 0; it must be at least 1"),
    ],
)
def test_each_message_names_the_key_the_value_and_the_way_out(kind, change, message):
    kind()  # what it was made from is fine
    with pytest.raises(ValueError, match=re.escape(message)):
        kind(**change)


def test_without_contrastive_leaves_only_that_out():
    full = AuxiliaryConfig(pairs=64)
    less = full.without_contrastive()
    assert (less.contrastive_weight, less.pairs) == (0.0, 0)
    assert replace(less, contrastive_weight=full.contrastive_weight, pairs=64) == full


def test_configurations_do_not_change():
    config: PPOConfig = PPOConfig()
    with pytest.raises(FrozenInstanceError):
        config.epochs = 3  # type: ignore[misc]
