"""The agent: image + instruction -> latents -> memory -> action and value, as pure functions.

T: time, B: environments, K: instructions, L: tokens, M: memory width, P: contrastive pairs, D: width of a match,
G: quantities that only the simulator knows.
"""

from dataclasses import dataclass
from typing import Any

import flax.linen as nn
import jax
import jax.numpy as jnp

from sima_jax.config import AgentConfig, TransformerAgentConfig
from sima_jax.networks.language import LanguageEncoder
from sima_jax.networks.linear import Linear
from sima_jax.networks.memory import GatedMemory
from sima_jax.networks.policy import PolicyHead, ValueHead
from sima_jax.networks.transformer_agent import TransformerNetwork
from sima_jax.networks.unit import unit
from sima_jax.networks.vision import PatchEncoder
from sima_jax.types import AgentOutput, Observation, Params


class _Network(nn.Module):
    config: AgentConfig
    vocabulary: int
    length: int

    def setup(self):
        config = self.config
        self.vision = PatchEncoder(config)
        self.language = LanguageEncoder(config, self.vocabulary, self.length)
        # Nearly the identity at first: before it is understood, a sentence only disturbs what is seen.
        self.film = Linear(2 * config.stem_width, 0.3)
        self.seek = Linear(config.detector_width, 1.0)
        self.memory = GatedMemory(config.memory_width)
        self.policy = PolicyHead(config.head_width, config.init_mean, config.init_std)
        self.value = ValueHead(config.head_width)
        self.guess = Linear(config.guesses, 1.0, ("embed", None))
        self.match_hidden = Linear(config.match_width)
        self.match_seen = Linear(config.match_width, 1.0)
        self.match_read = Linear(config.match_width, 1.0)
        self.contrast = Linear(config.match_width, 1.0)

    def encode(self, tokens):
        return self.language(tokens)

    def see(self, image, instruction, language):
        # The film of each table row is made once, then looked up: the table is shorter than a batch of frames.
        scale, shift = jnp.split(self.film(language)[instruction], 2, axis=-1)
        return self.vision(image, scale, shift, self.seek(language)[instruction])

    def act(self, image, instruction, resets, previous_actions, privileged, language, memory):
        time, batch = image.shape[:2]
        flat = self.see(image.reshape(time * batch, *image.shape[2:]), instruction.reshape(-1), language)
        read = language[instruction]
        latent = jnp.concatenate([flat.reshape(time, batch, -1), read], axis=-1)
        # The body's own movement: what tells it how far it has turned since it saw something.
        moved = previous_actions * (1.0 - resets)[..., None]
        remembered, memory = self.memory(jnp.concatenate([latent, moved], axis=-1), resets, memory)
        joined = jnp.concatenate([latent, remembered], axis=-1)
        mean, log_std = self.policy(joined)
        value = self.value(joined, privileged)
        return AgentOutput(mean=mean, log_std=log_std, value=value, guess=self.guess(joined), memory=memory)

    def seen(self, image):
        stem = self.vision.patches(image)
        pooled = jnp.concatenate([stem.mean((1, 2)), stem.max((1, 2))], axis=-1)
        return unit(self.match_seen(nn.relu(self.match_hidden(pooled))))

    def read(self, language):
        return unit(self.match_read(language))

    def skin_free(self, image, instruction, language):
        return unit(self.contrast(self.see(image, instruction, language)))

    def everything(self, image, instruction, resets, previous_actions, privileged, tokens, memory):
        """Touches every parameter, for initialisation only."""
        language = self.encode(tokens)
        self.seen(image[0])
        self.read(language)
        self.skin_free(image[0], instruction[0], language)
        return self.act(image, instruction, resets, previous_actions, privileged, language, memory)


@dataclass(frozen=True)
class Agent:
    """Pure functions of one agent. `vocabulary` and `length` are the token table's."""

    config: AgentConfig | TransformerAgentConfig
    vocabulary: int
    length: int

    def __post_init__(self):
        config = self.config
        if isinstance(config, TransformerAgentConfig):
            for name, most, needed in (
                ("words", config.words, self.vocabulary),
                ("places", config.places, self.length),
            ):
                if needed > most:
                    raise ValueError(f"{config.name} has {most} {name}; the instructions need {needed}.")

    @property
    def looks_apart(self) -> bool:
        """Whether what is seen does not depend on the instruction: latents can be kept (see `look`)."""
        return isinstance(self.config, TransformerAgentConfig)

    @property
    def target_parts(self) -> tuple[str, ...]:
        """The parts of the parameters that the momentum encoder copies."""
        return ("vision", "contrast") if self.looks_apart else ("vision", "film", "seek", "contrast")

    @property
    def _network(self) -> Any:
        if isinstance(self.config, TransformerAgentConfig):
            return TransformerNetwork(self.config)
        return _Network(self.config, self.vocabulary, self.length)

    def _apply(self, method: str, params: Params, *inputs: Any) -> Any:
        return self._network.apply({"params": params}, *inputs, method=method)

    def _boxed_init(self, key: jax.Array, image_shape: tuple[int, int, int]) -> Any:
        self.config.check_image(*image_shape[:2])
        image = jnp.zeros((1, 1, *image_shape), jnp.uint8)
        row = jnp.zeros((1, 1), jnp.int32)
        tokens = jnp.ones((1, self.length), jnp.int32)
        reset = jnp.zeros((1, 1), jnp.float32)
        inputs = (
            image,
            row,
            reset,
            self.no_actions(1)[None],
            self.nothing_known(1)[None],
            tokens,
            self.initial_memory(1),
        )
        return self._network.init(key, *inputs, method="everything")["params"]

    def init(self, key: jax.Array, image_shape: tuple[int, int, int]) -> Params:
        """Parameters for images of image_shape (H, W, 3), as a plain nested dict of arrays."""
        return nn.unbox(self._boxed_init(key, image_shape))

    def logical_axes(self, image_shape: tuple[int, int, int]) -> Any:
        """The tree of `init`, with a tuple of logical axis names (or None) for each parameter's axes."""
        boxed = jax.eval_shape(lambda key: self._boxed_init(key, image_shape), jax.random.key(0))
        return nn.get_partition_spec(boxed)

    def initial_memory(self, batch: int) -> jax.Array:
        """Memory [B, M] before anything happened."""
        return jnp.zeros((batch, self.config.memory_width), jnp.float32)

    def no_actions(self, batch: int) -> jax.Array:
        """The previous actions [B, A] before anything was done."""
        return jnp.zeros((batch, self.config.action_dim), jnp.float32)

    def nothing_known(self, batch: int) -> jax.Array:
        """What the simulator knows [B, G], where nobody asks for the value."""
        return jnp.zeros((batch, self.config.guesses), jnp.float32)

    def encode(self, params: Params, tokens: jax.Array) -> jax.Array:
        """Instruction table [K, L] -> language latents [K, C], or [K + 1, C] with one of no instruction at the end."""
        return self._apply("encode", params, tokens)

    def apply(self, params: Params, observation: Observation, memory: jax.Array) -> AgentOutput:
        """[T, B] observations and memory [B, M] -> what to do, and the memory after them."""
        return self.apply_encoded(params, observation, self.encode(params, observation.tokens), memory)

    def apply_encoded(
        self, params: Params, observation: Observation, language: jax.Array, memory: jax.Array
    ) -> AgentOutput:
        """`apply` with the instruction table already encoded: acting encodes it once per rollout.

        An observation that holds latents is not looked at again.
        """
        o = observation
        rest = (o.instruction, o.resets, o.previous_actions, o.privileged, language, memory)
        if o.latent is not None:
            return self._apply("decide", params, o.latent, *rest)
        return self._apply("act", params, o.image, *rest)

    def see(self, params: Params, image: jax.Array, instruction: jax.Array, language: jax.Array) -> jax.Array:
        """[N, H, W, 3] and table rows [N] -> vision latents [N, D], read with the instruction in mind if it can be."""
        return (
            self.look(params, image) if self.looks_apart else self._apply("see", params, image, instruction, language)
        )

    def look(self, params: Params, image: jax.Array) -> jax.Array:
        """[N, H, W, 3] -> vision latents [N, D] of an agent that looks apart."""
        return self._apply("look", params, image)

    def match_vision(self, params: Params, image: jax.Array | None, latent: jax.Array | None = None) -> jax.Array:
        """[N, H, W, 3], or its latents [N, D] if it has any -> unit vectors [N, D], made without the instruction."""
        return self._apply("seen", params, image if latent is None else latent)

    def match_language(self, params: Params, language: jax.Array) -> jax.Array:
        """[K, C] -> unit vectors [K, D] of what is read."""
        return self._apply("read", params, language)

    def contrast(self, params: Params, image: jax.Array, instruction: jax.Array, language: jax.Array) -> jax.Array:
        """[P, H, W, 3] and table rows [P] -> unit vectors [P, D]; needs only the target_parts of the parameters."""
        if self.looks_apart:
            return self._apply("skin_free", params, self.look(params, image))
        return self._apply("skin_free", params, image, instruction, language)
