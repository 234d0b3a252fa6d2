"""The agent at toy size: 9 x 16 pixels, two sentences of six tokens, sixteen environments."""

from dataclasses import replace

import jax
import numpy as np

from sima_jax import sharding
from sima_jax.config import (
    SIMA_TINY,
    AgentConfig,
    AuxiliaryConfig,
    OptimizerConfig,
    PPOConfig,
    TowerConfig,
    TransformerAgentConfig,
    agent_named,
)
from sima_jax.learner.frames import StoredFrames
from sima_jax.learner.optimizer import make_optimizer
from sima_jax.learner.programs import Programs, compile_programs
from sima_jax.learner.update import Objective
from sima_jax.networks.agent import Agent
from sima_jax.types import ContrastivePairs, Rollout

IMAGE_SHAPE = (9, 16, 3)
STEPS, ENVS, PAIRS = 4, 16, 16
TOKENS = np.array([[3, 4, 5, 0, 0, 0], [3, 4, 6, 7, 0, 0]], np.int32)
CONFIG = replace(
    SIMA_TINY,
    stem_width=8,
    token_width=8,
    vision_width=16,
    detectors=2,
    detector_width=8,
    found_width=8,
    memory_width=16,
    head_width=16,
    language_hidden=8,
    language_width=8,
    language_layers=1,
    language_heads=2,
    match_width=8,
    guesses=3,
)
TRANSFORMER = replace(
    agent_named("sima_continuous"),
    vision=TowerConfig(width=8, depth=2, mlp=16, heads=2),
    language=TowerConfig(width=8, depth=2, mlp=16, heads=2, epsilon=1e-12, norm_first=False, tanh_gelu=False),
    grid=(9, 16),
    siglip_size=(126, 224),
    squeeze=4,
    vision_width=16,
    pool_heads=2,
    language_width=8,
    words=20,
    places=8,
    memory_width=16,
    head_width=16,
    value_width=16,
    match_width=8,
    guesses=3,
    compute="float32",
)
WITHOUT_AUXILIARY = AuxiliaryConfig(language_matching_weight=0.0, contrastive_weight=0.0, pairs=0)


OPTIMIZER = OptimizerConfig(warmup_updates=0, total_updates=50)


def make_objective(
    auxiliary: AuxiliaryConfig | None = None,
    optimizer: OptimizerConfig = OPTIMIZER,
    meanings: tuple[int, ...] = (),
    config: AgentConfig | TransformerAgentConfig = CONFIG,
    **ppo,
) -> Objective:
    """Two epochs of two minibatches, unless told otherwise."""
    settings = PPOConfig(**({"epochs": 2, "minibatches": 2} | ppo))
    auxiliary = auxiliary or AuxiliaryConfig(guess_weight=0.1, pairs=PAIRS, queue_size=32, language_matching_stride=2)
    gradient_steps = settings.epochs * settings.minibatches
    agent = Agent(config, vocabulary=20, length=6)
    return Objective(agent, settings, auxiliary, make_optimizer(optimizer, gradient_steps), meanings)


def make_programs(data: int = 1, model: int = 1, tokens: np.ndarray = TOKENS, **objective) -> Programs:
    """Compiled functions over a mesh of the first data * model devices."""
    mesh = sharding.make_mesh(data, model)
    return compile_programs(make_objective(**objective), mesh, tokens, IMAGE_SHAPE, ENVS)


def random_rollout(seed: int = 0, pairs: int = PAIRS, sequences: int = 1) -> Rollout:
    """A rollout of noise, on the host."""
    return random_lesson(seed, pairs, sequences)[0]


def random_lesson(seed: int = 0, pairs: int = PAIRS, sequences: int = 1) -> tuple[Rollout, StoredFrames]:
    """A rollout of noise with its pictures, on the host."""
    rng = np.random.default_rng(seed)
    shape = (STEPS, ENVS)

    def normal(*tail: int) -> np.ndarray:
        return rng.normal(size=(*shape, *tail)).astype(np.float32)

    arrays: dict = {
        "instruction": rng.integers(0, 2, shape).astype(np.int32),
        "told": np.ones(shape, np.float32),
        "resets": (rng.random(shape) < 0.2).astype(np.float32),
        "previous_actions": np.clip(normal(8), -1.0, 1.0),
        "actions": normal(8),
        "log_probs": normal() - 8.0,
        "values": normal(),
        "rewards": normal(),
        "continues": (rng.random(shape) > 0.2).astype(np.float32),
        "privileged": normal(3),
        "truncation_values": np.zeros(shape, np.float32),
        "bootstrap": rng.normal(size=ENVS).astype(np.float32),
        "memory": np.zeros((sequences, ENVS, CONFIG.memory_width), np.float32),
    }
    image = rng.integers(0, 256, (*shape, *IMAGE_SHAPE), np.uint8)
    seen: dict = {
        "image": rng.integers(0, 256, (pairs, *IMAGE_SHAPE), np.uint8),
        "other": rng.integers(0, 256, (pairs, *IMAGE_SHAPE), np.uint8),
        "instruction": rng.integers(0, 2, pairs).astype(np.int32),
    }
    return Rollout(**arrays), StoredFrames(image, ContrastivePairs(**seen))


def host(tree):
    """Copies on the host, which an update that gives up its state's buffers cannot touch."""
    return jax.tree.map(np.array, tree)
