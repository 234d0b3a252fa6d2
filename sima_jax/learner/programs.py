"""The compiled functions of one experiment: born, acting, learning; each traced once, sharded over one mesh."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import jax
import numpy as np
from jax.sharding import Mesh, NamedSharding
from jax.sharding import PartitionSpec as P

from sima_jax import sharding
from sima_jax.learner.act import Decision, act
from sima_jax.learner.state import initial_state
from sima_jax.learner.update import Metrics, Objective, as_trained, target_params, update
from sima_jax.tokens import PADDING
from sima_jax.types import Params, Rollout, TrainState


@dataclass(frozen=True)
class Programs:
    """Compiled functions; they satisfy collect.Actor."""

    objective: Objective
    mesh: Mesh
    tokens: jax.Array  # [K, L], L: tokens of the longest instruction
    shardings: TrainState  # of NamedSharding
    abstract_state: TrainState  # of ShapeDtypeStruct with shardings
    init: Callable[[jax.Array], TrainState]
    encode: Callable[[Params], jax.Array]
    encode_for_training: Callable[[Params, jax.Array], jax.Array]  # as update number `step` reads the instructions
    act: Callable[..., Decision]
    greedy: Callable[..., Decision]
    _update: Callable[..., tuple[TrainState, Metrics]]

    def update(self, state: TrainState, rollout: Rollout) -> tuple[TrainState, Metrics]:
        """One PPO update. The old state's buffers are given up: use only the returned one."""
        return self._update(state, put_rollout(self.mesh, rollout), self.tokens)

    def initial_memory(self, batch: int) -> jax.Array:
        """Memory [B, M] before anything happened."""
        # Laid out as `act` gives it back: otherwise the second step would compile everything once more.
        return jax.device_put(self.objective.agent.initial_memory(batch), NamedSharding(self.mesh, P()))

    def no_actions(self, batch: int) -> np.ndarray:
        """The previous actions [B, A] before anything was done."""
        return np.array(self.objective.agent.no_actions(batch))


def compile_programs(
    objective: Objective, mesh: Mesh, tokens: np.ndarray, image_shape: tuple[int, int, int], num_envs: int
) -> Programs:
    """Prepare (lazily compile) everything for images of image_shape and num_envs environments.

    tokens: the instruction table [K, L].
    Raises ValueError where environments, minibatches or pairs do not divide evenly.
    """
    _check(objective, mesh, num_envs)
    birth = partial(initial_state, objective, image_shape=image_shape, num_envs=num_envs)
    shapes = jax.eval_shape(birth, jax.random.key(0))
    shardings = train_state_shardings(objective, mesh, shapes, image_shape)
    everywhere = NamedSharding(mesh, P())
    abstract = jax.tree.map(lambda a, s: jax.ShapeDtypeStruct(a.shape, a.dtype, sharding=s), shapes, shardings)
    agent = objective.agent
    table = jax.device_put(_without_empty_columns(np.asarray(tokens, np.int32)), everywhere)
    return Programs(
        objective=objective,
        mesh=mesh,
        tokens=table,
        shardings=shardings,
        abstract_state=abstract,
        init=jax.jit(birth, out_shardings=shardings),
        encode=jax.jit(lambda params: agent.encode(params, table), out_shardings=everywhere),
        encode_for_training=jax.jit(
            lambda params, step: agent.encode(params, as_trained(objective, table, step)), out_shardings=everywhere
        ),
        act=jax.jit(partial(act, agent), out_shardings=everywhere),
        greedy=jax.jit(partial(act, agent, greedy=True), out_shardings=everywhere),
        _update=jax.jit(
            partial(update, objective),
            in_shardings=(shardings, rollout_shardings(mesh), everywhere),
            out_shardings=(shardings, everywhere),
            donate_argnums=0,
        ),
    )


def _without_empty_columns(tokens: np.ndarray) -> np.ndarray:
    """The table [K, L] cut to its longest row: padding changes no latent, but costs as much as a word."""
    return tokens[:, : max(1, int((tokens != PADDING).sum(axis=1).max()))]


def _check(objective: Objective, mesh: Mesh, num_envs: int) -> None:
    parts, pairs = objective.ppo.minibatches, objective.auxiliary.pairs
    data = mesh.shape["data"]
    for name, value, divisor, why in (
        ("num_envs", num_envs, parts, "ppo.minibatches"),
        ("auxiliary.pairs", pairs, parts, "ppo.minibatches"),
        ("num_envs", num_envs, data, "mesh.data"),
    ):
        if value % divisor:
            raise ValueError(f"{name} is {value}, which {why} = {divisor} does not divide; choose a multiple of it.")


def train_state_shardings(
    objective: Objective, mesh: Mesh, shapes: TrainState, image_shape: tuple[int, int, int]
) -> TrainState:
    """A NamedSharding for every array of the state; Adam's moments lie where their parameters lie."""
    named = lambda axes: NamedSharding(mesh, sharding.partition_spec(axes))  # noqa: E731
    is_spec = lambda x: isinstance(x, P)  # noqa: E731
    params: Any = jax.tree.map(named, objective.agent.logical_axes(image_shape), is_leaf=is_spec)
    everywhere: Any = NamedSharding(mesh, P())
    structure = jax.tree.structure(params)

    def moments(node: Any) -> Any:
        if jax.tree.structure(node) == structure:
            return params
        return jax.tree.map(lambda _: everywhere, node)

    like_params = lambda node: jax.tree.structure(node) == structure  # noqa: E731
    return TrainState(
        step=everywhere,
        params=params,
        opt_state=jax.tree.map(moments, shapes.opt_state, is_leaf=like_params),
        target=target_params(objective.agent, params),
        queue=everywhere,
        queue_cursor=everywhere,
        reward_scale=jax.tree.map(lambda _: everywhere, shapes.reward_scale),
        key=everywhere,
    )


def rollout_shardings(mesh: Mesh) -> Any:
    """Rollouts are cut along the environments; [B] arrays along their only axis; pairs are whole everywhere."""
    time_major: Any = NamedSharding(mesh, P(None, "data"))
    first: Any = NamedSharding(mesh, P("data"))
    whole: Any = NamedSharding(mesh, P())
    return Rollout(
        image=time_major,
        instruction=time_major,
        resets=time_major,
        previous_actions=time_major,
        actions=time_major,
        log_probs=time_major,
        values=time_major,
        rewards=time_major,
        continues=time_major,
        privileged=time_major,
        truncation_values=time_major,
        bootstrap=first,
        memory=first,
        pairs=whole,
    )


def put_rollout(mesh: Mesh, rollout: Rollout) -> Rollout:
    """Host arrays of this process -> global arrays on the mesh."""
    shardings = rollout_shardings(mesh)
    pairs = jax.tree.map(lambda x: jax.device_put(x, shardings.pairs), rollout.pairs)
    put = {
        name: jax.make_array_from_process_local_data(getattr(shardings, name), np.asarray(getattr(rollout, name)))
        for name in shardings.__dataclass_fields__
        if name != "pairs"
    }
    return Rollout(**put, pairs=pairs)
