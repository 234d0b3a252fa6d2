"""The agent of transformers: image -> latent, instruction -> latent, both and a memory -> action and value.

T: time, B: environments, K: instructions, M: memory width, P: contrastive pairs, D: latent width.

Neither what is seen nor what is remembered depends on the instruction. So latents can be kept while the vision is
frozen, and what the policy would do without an instruction costs one more pass through its head.
"""

import flax.linen as nn
import jax.numpy as jnp

from sima_jax.config import TransformerAgentConfig
from sima_jax.networks.language_tower import LanguageTower
from sima_jax.networks.linear import Linear, named
from sima_jax.networks.memory import GatedMemory
from sima_jax.networks.policy import PolicyHead, ValueHead
from sima_jax.networks.unit import unit
from sima_jax.networks.vision_tower import VisionTower
from sima_jax.types import AgentOutput


class Untold(nn.Module):
    """A learnt latent [1, C] that stands for no instruction."""

    width: int

    @nn.compact
    def __call__(self):
        begin = named(nn.initializers.normal(0.02), "embed")
        return jnp.tanh(self.param("latent", begin, (self.width,), jnp.float32))[None]


class TransformerNetwork(nn.Module):
    """The parts; see networks.agent.Agent for what each method gives."""

    config: TransformerAgentConfig

    def setup(self):
        config = self.config
        self.vision = VisionTower(config)
        self.language = LanguageTower(config)
        self.untold = Untold(config.language_width)
        self.memory = GatedMemory(config.memory_width)
        self.policy = PolicyHead(config.head_width, config.init_mean, config.init_std, layers=2)
        self.value = ValueHead(config.value_width)
        self.guess = Linear(config.guesses, 1.0, ("embed", None))
        self.match_seen = Linear(config.match_width, 1.0)
        self.match_read = Linear(config.match_width, 1.0)
        self.contrast = Linear(config.match_width, 1.0)

    def encode(self, tokens):
        """[K, L] -> [K + 1, C]; the last row, which -1 names, stands for no instruction."""
        return jnp.concatenate([self.language(tokens), self.untold()])

    def look(self, image):
        return self.vision(image)

    def act(self, image, instruction, resets, previous_actions, privileged, language, memory):
        time, batch = image.shape[:2]
        # Environment after environment: only so does the first axis stay cut along the devices as they hold it.
        flat = image.swapaxes(0, 1).reshape(time * batch, *image.shape[2:])
        latent = self.look(flat).reshape(batch, time, -1).swapaxes(0, 1)
        return self.decide(latent, instruction, resets, previous_actions, privileged, language, memory)

    def decide(self, latent, instruction, resets, previous_actions, privileged, language, memory):
        moved = previous_actions * (1.0 - resets)[..., None]
        remembered, memory = self.memory(jnp.concatenate([latent, moved], axis=-1), resets, memory)
        known = jnp.concatenate([latent, remembered], axis=-1)
        joined = jnp.concatenate([known, language[instruction]], axis=-1)
        untold = jnp.concatenate(
            [known, jnp.broadcast_to(language[-1], joined.shape[:2] + language.shape[1:])], axis=-1
        )
        mean, log_std = self.policy(joined)
        return AgentOutput(
            mean=mean,
            log_std=log_std,
            value=self.value(joined, privileged),
            guess=self.guess(joined),
            memory=memory,
            latent=latent,
            mean_untold=self.policy(untold)[0],
        )

    def seen(self, latent):
        return unit(self.match_seen(latent))

    def read(self, language):
        return unit(self.match_read(language))

    def skin_free(self, latent):
        return unit(self.contrast(latent))

    def everything(self, image, instruction, resets, previous_actions, privileged, tokens, memory):
        """Touches every parameter, for initialisation only."""
        language = self.encode(tokens)
        output = self.act(image, instruction, resets, previous_actions, privileged, language, memory)
        self.seen(output.latent)
        self.read(language)
        self.skin_free(output.latent)
        return output
