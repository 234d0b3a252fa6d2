"""Floating-point operations of an agent of transformers: what its products need, two for each multiply-add.

Counted by hand from the shapes, as utilisation of a machine is counted (Chowdhery et al. 2022, arXiv:2204.02311,
appendix B): norms, activations, resizing and what is computed again for the gradient are not in it.
"""

from dataclasses import dataclass

from sima_jax.config import SIGLIP_PATCH, TowerConfig, TransformerAgentConfig

LEARNING = 3  # a gradient step needs three times what a look ahead needs: twice more on the way back


@dataclass(frozen=True)
class Flops:
    """vision, decision: of one picture and of one decision. language: of one sentence."""

    vision: float
    decision: float
    language: float


def flops(config: TransformerAgentConfig, height: int, width: int, tokens: int) -> Flops:
    """Of a look ahead; pictures of height x width pixels, sentences of so many tokens."""
    patches, channels = config.grid[0] * config.grid[1], config.vision.width
    if config.front == "native":
        pixels = 3 * (height // config.grid[0]) * (width // config.grid[1])
        embedding = pixels * config.squeeze + config.squeeze * channels
    else:
        embedding = 3 * SIGLIP_PATCH**2 * channels
    pooling = patches * channels * (channels + config.vision_width)  # the questions cost next to nothing
    pooling += patches * (channels + config.vision_width)
    vision = 2 * (patches * embedding + pooling) + tower_flops(config.vision, patches)
    memory, known = config.memory_width, config.vision_width + config.memory_width
    joined = known + config.language_width
    remembering = 3 * memory * (config.vision_width + config.action_dim + memory)
    policy = joined * config.head_width + config.head_width**2 + config.head_width * config.action_dim
    value = (joined + config.guesses) * config.value_width + config.value_width + joined * config.guesses
    language = 2 * config.language.width * config.language_width + tower_flops(config.language, tokens)
    return Flops(vision, 2.0 * (remembering + policy + value), language)


def tower_flops(config: TowerConfig, tokens: int) -> float:
    """Of one sequence of so many tokens through all layers of a tower."""
    products = tokens * config.width * (4 * config.width + 2 * config.mlp)
    attention = 2 * tokens**2 * config.width
    return 2.0 * config.depth * (products + attention)
