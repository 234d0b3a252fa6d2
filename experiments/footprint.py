"""Bytes that an experiment needs on each device and on the host, counted before anything is made.

What a gradient step is given (parameters, moments, momentum encoder, lessons, pictures) is exact: the shapes and
shardings are those that the learner compiles with. What it needs on top is counted by hand from the shapes, for an
agent of transformers, and by JAX (what it keeps for the gradient) for any other.

N: sequences of tokens on a device, L: tokens, C: width of a token, F: width of a layer's hidden part, H: heads.
"""

import math
from dataclasses import asdict, dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import AbstractMesh, NamedSharding

from experiments.settings import Settings
from genie3_env.types import SIM_STATE
from sima_jax.config import SIGLIP_PATCH, TowerConfig, TransformerAgentConfig
from sima_jax.learner.frames import AHEAD
from sima_jax.learner.programs import BY_ENV, group_size, train_state_shardings
from sima_jax.learner.state import initial_state
from sima_jax.learner.update import Objective
from sima_jax.networks.attention import LANES
from sima_jax.types import Params, TrainState

FLOAT = 4  # bytes
TRANSFERS = 2  # groups of minibatches on the devices: one is learned from, the next has been sent


@dataclass(frozen=True)
class DeviceBytes:
    """Of one device in the gradient steps of one computation. The first six are what it is given.

    frames: pictures of its minibatches. gradients: and the optimiser's steps made of them.
    """

    parameters: int
    moments: int
    momentum_encoder: int
    other_state: int
    lessons: int
    frames: int
    gradients: int
    activations: int
    gathered: int
    acting_copy: int

    @property
    def arguments(self) -> int:
        """What XLA calls the arguments of the computation."""
        return self.parameters + self.moments + self.momentum_encoder + self.other_state + self.lessons + self.frames

    @property
    def temporaries(self) -> int:
        """What XLA calls its temporaries."""
        return self.gradients + self.activations + self.gathered

    @property
    def total(self) -> int:
        return self.arguments + (TRANSFERS - 1) * self.frames + self.temporaries + self.acting_copy


@dataclass(frozen=True)
class HostBytes:
    """Of one host. in_flight: pictures that are drawn, waited for or sent."""

    rollout: int
    latents: int
    in_flight: int
    worlds: int

    @property
    def total(self) -> int:
        return sum(asdict(self).values())


@dataclass(frozen=True)
class MinibatchSize:
    """Of what one gradient step takes, of all devices together; `together`: gradient steps of one computation."""

    steps: int  # of a sequence
    sequences: int
    pairs: int
    picture: int  # bytes
    together: int

    @property
    def pictures(self) -> int:
        return self.steps * self.sequences

    @property
    def frames(self) -> int:
        """Bytes of its pictures; each pair has two."""
        return (self.pictures + 2 * self.pairs) * self.picture


def minibatch_of(settings: Settings) -> MinibatchSize:
    ppo, image = settings.ppo, settings.image
    one = MinibatchSize(
        steps=settings.rollout_steps // ppo.sequences,
        sequences=settings.num_envs * ppo.sequences // ppo.minibatches,
        pairs=settings.auxiliary.pairs // ppo.minibatches,
        picture=image.height * image.width * 3,
        together=1,
    )
    return replace(one, together=group_size(one.frames, ppo.epochs * ppo.minibatches))


def shape_of_state(settings: Settings, objective: Objective) -> TrainState:
    """The train state's shapes; nothing is made."""
    image = (settings.image.height, settings.image.width, 3)
    birth = lambda key: initial_state(objective, key, image, settings.num_envs)  # noqa: E731
    return jax.eval_shape(birth, jax.random.key(0))


def device_bytes(
    settings: Settings,
    objective: Objective,
    state: TrainState,
    tokens: np.ndarray,
    *,
    attention: str,
    processes: int = 1,
    value_bytes: int | None = None,
) -> DeviceBytes:
    """state: see `shape_of_state`; tokens: the instruction table [K, L], without empty columns.

    attention: "gpu", "tpu" or "cpu", see `attention_bytes`. value_bytes: of a number that the towers compute with;
    None: as configured.
    """
    data, model = settings.mesh.data, settings.mesh.model
    mesh: Any = AbstractMesh((data, model), ("data", "model"))
    image = (settings.image.height, settings.image.width, 3)
    where = train_state_shardings(objective, mesh, state, image)
    parameters = tree_bytes(state.params, where.params)
    moments = tree_bytes(state.opt_state, where.opt_state)
    target = tree_bytes(state.target, where.target)
    batch = minibatch_of(settings)
    whole = tree_bytes(state.params, None)
    activations = activation_bytes(settings, objective, state.params, tokens, attention, value_bytes)
    frames = batch.together * batch.frames // data
    side_by_side = frames if batch.together > 1 else 0  # several minibatches are stacked before they are learned from
    return DeviceBytes(
        parameters=parameters,
        moments=moments,
        momentum_encoder=target,
        other_state=tree_bytes(state, where) - parameters - moments - target + _keys_bytes(settings) + tokens.nbytes,
        lessons=lessons_bytes(settings, mesh),
        frames=frames,
        gradients=2 * parameters,
        activations=activations + side_by_side,
        gathered=gathered_bytes(settings.agent, model) if data > 1 else 0,
        acting_copy=whole if processes > 1 else 0,
    )


def tree_bytes(tree: Any, shardings: Any) -> int:
    """Bytes that one device holds of arrays that lie as `shardings` says; None: all of each."""
    arrays = jax.tree.leaves(tree)
    places = [None] * len(arrays) if shardings is None else jax.tree.leaves(shardings)
    return sum(
        math.prod(x.shape if place is None else place.shard_shape(x.shape)) * x.dtype.itemsize
        for x, place in zip(arrays, places, strict=True)
    )


def _keys_bytes(settings: Settings) -> int:
    return settings.auxiliary.pairs * settings.agent.match_width * FLOAT


def lessons_bytes(settings: Settings, mesh: Any) -> int:
    """Of update.Lessons without latents, cut along the environments."""
    agent, ppo = settings.agent, settings.ppo
    steps, sequences = settings.rollout_steps // ppo.sequences, settings.num_envs * ppo.sequences
    numbers = 7 + 2 * agent.action_dim + agent.guesses  # seven of Lessons' arrays have one number a step
    cut = NamedSharding(mesh, BY_ENV).shard_shape((steps, sequences))
    return FLOAT * cut[1] * (cut[0] * numbers + agent.memory_width)


def gathered_bytes(agent: Any, model: int) -> int:
    """Where weights lie along "data": those of one layer, whole for a moment, the next one's, and its gradient."""
    if not isinstance(agent, TransformerAgentConfig):
        return 0
    return 3 * FLOAT * layer_parameters(agent.vision) // model


def layer_parameters(tower: TowerConfig) -> int:
    """Kernels and biases of one layer: qkv, out, MLP, and two norms."""
    width, mlp = tower.width, tower.mlp
    return 4 * width * width + 2 * width * mlp + 4 * width + mlp + width + 4 * width


def activation_bytes(
    settings: Settings,
    objective: Objective,
    params: Params,
    tokens: np.ndarray,
    attention: str,
    value_bytes: int | None = None,
) -> int:
    """What the gradient step keeps on the way there, and needs at once on the way back."""
    agent, batch, mesh = settings.agent, minibatch_of(settings), settings.mesh
    if not isinstance(agent, TransformerAgentConfig):
        return kept_by_jax(settings, objective, params, tokens) // mesh.data
    value = value_bytes or jnp.dtype(agent.compute).itemsize
    patches = agent.grid[0] * agent.grid[1]
    pictures, pairs = batch.pictures // mesh.data, batch.pairs // mesh.data
    sentences, length = math.ceil(len(tokens) / mesh.data), tokens.shape[1]
    kept = tower_kept(agent.vision, pictures + pairs, patches, value)
    kept += tower_kept(agent.language, sentences, length, value)
    # The patches themselves: the gradient of their projection needs them.
    pixels = batch.picture if agent.front == "native" else 3 * patches * SIGLIP_PATCH**2
    kept += (pictures + pairs) * pixels * value
    looking = layer_working(agent.vision, pictures, patches, value, mesh.model, attention)
    # Sentences are of different lengths, and so masked, which cuDNN's attention is not asked for.
    masked = "tpu" if attention == "tpu" else "cpu"
    reading = layer_working(agent.language, sentences, length, value, mesh.model, masked)
    return kept + max(looking, reading)


def tower_kept(tower: TowerConfig, sequences: int, tokens: int, value: int) -> int:
    """What enters each layer: all else is computed again."""
    return tower.depth * sequences * tokens * tower.width * value


def layer_working(tower: TowerConfig, sequences: int, tokens: int, value: int, model: int, attention: str) -> int:
    """The most that one layer needs while its gradient is found: in its MLP, or in its attention.

    In the MLP: what enters the layer, normalised, query, key and value, what they are mixed to, their sum, normalised,
    and the gradient so far (9 C, of which query, key, value and what is mixed are cut along "model"), and the hidden
    part before and after the activation, with its gradient (3 F). In attention no more of the MLP, but the gradients of
    query, key and value, of what is mixed, and so far (11 C).
    """
    numbers = sequences * tokens * value
    width, mlp = tower.width, tower.mlp
    in_mlp = numbers * (5 * width + (4 * width + 3 * mlp) // model)
    in_attention = numbers * (3 * width + 8 * width // model)
    in_attention += attention_bytes(tower, sequences, tokens, value, attention) // model
    return max(in_mlp, in_attention)


def attention_bytes(tower: TowerConfig, sequences: int, tokens: int, value: int, attention: str) -> int:
    """What attention needs beside its inputs, outputs and their gradients.

    "gpu": cuDNN keeps one float32 a row. "tpu": the kernel takes heads first, padded to whole lanes: query, key, value,
    what is mixed, and the gradients of the four, and two rows of statistics, a whole lane wide. "cpu": the four and
    their gradients heads first; and the weights of all tokens for all tokens, as scores, as shares and as the gradients
    of both in float32, and once in the towers' own dtype.
    """
    heads, width = tower.heads, tower.width // tower.heads
    if attention == "gpu":
        return sequences * heads * tokens * FLOAT
    if attention == "tpu":
        rows = sequences * heads * (tokens + -tokens % LANES)
        return rows * (8 * (width + -width % LANES) * value + 2 * LANES * FLOAT)
    return 8 * sequences * tokens * tower.width * value + sequences * heads * tokens**2 * (4 * FLOAT + 2)


def kept_by_jax(settings: Settings, objective: Objective, params: Params, tokens: np.ndarray) -> int:
    """Bytes that JAX keeps for the gradient of what the agent makes of one minibatch, beside parameters and inputs."""
    agent, batch, image = objective.agent, minibatch_of(settings), settings.image
    shape = jax.ShapeDtypeStruct
    count = batch.pictures + batch.pairs
    pictures = shape((count, image.height, image.width, 3), jnp.uint8)
    rows = shape((count,), jnp.int32)

    def keep(params: Params, pictures: jax.Array, rows: jax.Array, table: jax.Array) -> Any:
        def seen(params: Params) -> jax.Array:
            return agent.see(params, pictures, rows, agent.encode(params, table))

        return jax.vjp(seen, params)[1]

    kept = jax.tree.leaves(jax.eval_shape(keep, params, pictures, rows, shape(tokens.shape, jnp.int32)))
    given = {x.shape for x in jax.tree.leaves(params)}
    return sum(math.prod(x.shape) * x.dtype.itemsize for x in kept if x.shape not in given)


def host_bytes(settings: Settings, processes: int, world_bytes: float) -> HostBytes:
    """See collect.Collector and frames.ahead for what is held. world_bytes: of one world with its pools' banks."""
    agent, batch = settings.agent, minibatch_of(settings)
    envs = settings.num_envs // processes
    store = settings.rollout.frames == "store"
    numbers = 9 + 2 * agent.action_dim + agent.guesses  # nine of the collector's buffers have one number a step
    step = FLOAT * numbers + SIM_STATE.itemsize + (batch.picture if store else 0)
    rollout = settings.rollout_steps * envs * step + settings.ppo.sequences * envs * agent.memory_width * FLOAT
    if store:
        rollout += 2 * settings.auxiliary.pairs // processes * batch.picture
    latents = 0
    if settings.ppo.frozen_vision_steps and isinstance(agent, TransformerAgentConfig):
        latents = settings.rollout_steps * envs * agent.vision_width * FLOAT
    # Both pools' observations; minibatches that are waited for, and the one that is handed over.
    in_flight = envs * batch.picture + (AHEAD + 1) * batch.frames // processes
    return HostBytes(rollout, latents, in_flight, round(settings.worlds.num_train * world_bytes))
