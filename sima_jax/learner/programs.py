"""The compiled functions of one experiment: born, acting, learning; each traced once, sharded over one mesh.

Every process of a run holds some of the environments and calls the same functions in the same order. Learning is one
computation of all processes. Acting is each process's own: it takes a copy of the parameters that lies on its devices.
"""

import contextlib
import itertools
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import Mesh, NamedSharding
from jax.sharding import PartitionSpec as P

from sima_jax import sharding
from sima_jax.learner.act import Decision, act
from sima_jax.learner.frames import Frames, ahead
from sima_jax.learner.order import minibatches
from sima_jax.learner.state import initial_state
from sima_jax.learner.update import (
    Learning,
    Lessons,
    Metrics,
    Minibatch,
    Objective,
    as_trained,
    begin,
    end,
    learn_all,
    target_params,
)
from sima_jax.processes import put
from sima_jax.tokens import PADDING
from sima_jax.types import ContrastivePairs, Params, Rollout, TrainState

BY_ENV = P(None, "data")  # [T, B] and [S, Q]
TOGETHER_BYTES = 64_000_000  # of pictures: minibatches that are smaller are learned from in one computation


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
    encode_for_training: Callable[[Params, Any], jax.Array]  # as update number `step` reads the instructions
    act: Callable[..., Decision]
    greedy: Callable[..., Decision]
    _stage: NamedSharding  # all of it on each device of this process
    _begin: Callable[..., tuple[Learning, Lessons, Metrics]]
    _learn: Callable[..., tuple[Learning, Metrics]]
    _end: Callable[..., tuple[TrainState, Metrics]]

    def update(self, state: TrainState, rollout: Rollout, frames: Frames) -> tuple[TrainState, Metrics]:
        """One PPO update. The old state's buffers are given up: use only the returned one.

        rollout, frames: of this process's environments, on the host. Where the rollout holds latents, the vision stays
        as it is, and of the frames only the contrastive pairs are asked for.
        """
        rng = _lots(state)
        learning, lessons, metrics = self._begin(state, put_rollout(self.mesh, rollout))
        sums: Any = None
        steps = self.objective.ppo.epochs * self.objective.ppo.minibatches
        for group in in_groups(self._batches(rng, rollout, frames), steps):
            learning, told = self._learn(learning, lessons, group, self.tokens)
            sums = told if sums is None else jax.tree.map(jnp.add, sums, told)
        return self._end(learning.state, learning.keys, sums, metrics)

    def first_step(
        self, state: TrainState, rollout: Rollout, frames: Frames
    ) -> tuple[jax.stages.Compiled, Learning, tuple[Any, ...]]:
        """The first gradient step of `update`, compiled and not yet taken, to be looked at by itself.

        (step, learning, rest): step(learning, *rest) -> (learning, metrics). The buffers of `state`, and those of
        `learning` once the step is taken, are given up.
        """
        rng = _lots(state)
        learning, lessons, _ = self._begin(state, put_rollout(self.mesh, rollout))
        with contextlib.closing(self._batches(rng, rollout, frames)) as batches:
            rest = (lessons, (next(batches),), self.tokens)
        return self._learn.lower(learning, *rest).compile(), learning, rest

    def _batches(self, rng: np.random.Generator, rollout: Rollout, frames: Frames) -> Generator[Minibatch, None, None]:
        """What each gradient step takes beside the lessons, on the devices, in the order that rng draws."""
        ppo, pairs = self.objective.ppo, self.objective.auxiliary.pairs
        steps, sequences = self._sequences(rollout)
        chosen = minibatches(rng, sequences, ppo.minibatches, ppo.epochs)
        paired = minibatches(rng, pairs, ppo.minibatches, ppo.epochs)
        here = list(zip(self._own(chosen, sequences), self._own(paired, pairs), strict=True))
        for number, (image, own) in enumerate(ahead(frames, here, steps, seen=rollout.latent is None)):
            yield self._put(image, own, chosen[number].astype(np.int32), np.int32(number))

    def _sequences(self, rollout: Rollout) -> tuple[int, int]:
        """Steps of a sequence, and how many sequences all processes hold together."""
        steps, envs = np.shape(rollout.rewards)
        count = len(rollout.memory)
        return steps // count, count * envs * jax.process_count()

    def _own(self, numbers: np.ndarray, count: int) -> np.ndarray:
        """Those of numbers [N, m] below `count` that this process holds, counted from its first one."""
        processes, index = jax.process_count(), jax.process_index()
        width = numbers.shape[1] // processes
        return numbers[:, index * width : (index + 1) * width] - index * (count // processes)

    def _put(
        self, image: np.ndarray | None, pairs: ContrastivePairs, chosen: np.ndarray, number: np.int32
    ) -> Minibatch:
        """A minibatch of this process -> global arrays: all that crosses to the devices in a gradient step."""
        return Minibatch(
            image=None if image is None else put(self.mesh, BY_ENV, image),
            pairs=jax.tree.map(partial(put, self.mesh, P("data")), pairs),
            chosen=put(self.mesh, P(), chosen),
            number=put(self.mesh, P(), np.asarray(number)),
        )

    def acting_params(self, params: Params) -> Params:
        """The parameters on this process's own devices; to be called by all processes at once."""
        if jax.process_count() == 1:
            return params
        whole = jax.jit(lambda x: x, out_shardings=NamedSharding(self.mesh, P()))(params)
        devices = jax.local_devices()

        def local(x: jax.Array) -> jax.Array:
            here = {shard.device: shard.data for shard in x.addressable_shards}
            return jax.make_array_from_single_device_arrays(x.shape, self._stage, [here[one] for one in devices])

        return jax.tree.map(local, whole)

    def player(self, *, greedy: bool, guidance: float = 0.0) -> Callable[..., Decision]:
        """`act` that takes the mean, or is guided by the instruction; see learner.act."""
        if not guidance:
            return self.greedy if greedy else self.act
        return compile_acting(self.objective, self._stage, greedy=greedy, guidance=guidance)

    def initial_memory(self, batch: int) -> jax.Array:
        """Memory [B, M] before anything happened."""
        # Laid out as `act` gives it back: otherwise the second step would compile everything once more.
        return jax.device_put(self.objective.agent.initial_memory(batch), self._stage)

    def no_actions(self, batch: int) -> np.ndarray:
        """The previous actions [B, A] before anything was done."""
        return np.array(self.objective.agent.no_actions(batch))


def compile_programs(
    objective: Objective, mesh: Mesh, tokens: np.ndarray, image_shape: tuple[int, int, int], num_envs: int
) -> Programs:
    """Prepare (lazily compile) everything for images of image_shape and num_envs environments of all processes.

    tokens: the instruction table [K, L].
    Raises ValueError where environments, minibatches or pairs do not divide evenly.
    """
    _check(objective, mesh, num_envs)
    birth = partial(initial_state, objective, image_shape=image_shape, num_envs=num_envs)
    shapes = jax.eval_shape(birth, jax.random.key(0))
    shardings = train_state_shardings(objective, mesh, shapes, image_shape)
    everywhere = NamedSharding(mesh, P())
    by_env: Any = NamedSharding(mesh, BY_ENV)
    abstract = jax.tree.map(lambda a, s: jax.ShapeDtypeStruct(a.shape, a.dtype, sharding=s), shapes, shardings)
    agent = objective.agent
    own = _without_empty_columns(np.asarray(tokens, np.int32))
    table = put(mesh, P(), own)
    stage = everywhere
    if jax.process_count() > 1:
        stage = NamedSharding(sharding.make_mesh(jax.local_device_count(), 1, jax.local_devices()), P())
    acting_mesh: Any = stage.mesh
    whole: Any = everywhere
    learning = Learning(state=shardings, keys=whole)
    lessons: Any = dict.fromkeys(Lessons.__dataclass_fields__, by_env)
    lessons = Lessons(**lessons | {"memory": NamedSharding(mesh, P("data"))})
    return Programs(
        objective=objective,
        mesh=mesh,
        tokens=table,
        shardings=shardings,
        abstract_state=abstract,
        init=compile_birth(birth, shardings, mesh),
        encode=jax.jit(
            sharding.within(acting_mesh, lambda params: agent.encode(params, jnp.asarray(own))), out_shardings=stage
        ),
        encode_for_training=jax.jit(
            sharding.within(
                acting_mesh, lambda params, step: agent.encode(params, as_trained(objective, jnp.asarray(own), step))
            ),
            out_shardings=stage,
        ),
        act=compile_acting(objective, stage),
        greedy=compile_acting(objective, stage, greedy=True),
        _stage=stage,
        _begin=jax.jit(partial(begin, objective), donate_argnums=0, out_shardings=(learning, lessons, everywhere)),
        _learn=jax.jit(
            sharding.within(mesh, partial(learn_all, objective)), donate_argnums=0, out_shardings=(learning, everywhere)
        ),
        _end=jax.jit(partial(end, objective), donate_argnums=0, out_shardings=(shardings, everywhere)),
    )


def in_groups(batches: Iterable[Minibatch], count: int) -> Iterator[tuple[Minibatch, ...]]:
    """`count` minibatches in equal groups, each as large as TOGETHER_BYTES allows, and never less than one."""
    batches = iter(batches)
    for first in batches:
        size = group_size(sum(x.nbytes for x in jax.tree.leaves((first.image, first.pairs))), count)
        yield first, *itertools.islice(batches, size - 1)


def group_size(size: int, count: int) -> int:
    """How many minibatches of `size` bytes are learned from in one computation, where an update has `count`."""
    most = max(1, TOGETHER_BYTES // size)
    return max(number for number in range(1, count + 1) if count % number == 0 and number <= most)


def compile_birth(
    birth: Callable[[jax.Array], TrainState], shardings: TrainState, mesh: Mesh
) -> Callable[[jax.Array], TrainState]:
    """`birth`, each part of the state made on the devices that keep it."""
    if mesh.size == 1 or jax.default_backend() != "cpu":
        return jax.jit(birth, out_shardings=shardings)
    # Pretend devices share the cores, and LAPACK, which makes orthogonal matrices, waits for all of them time and
    # again, a thousand times as long as on one device. So the state is made on one, and then cut.
    data = lambda state: state.replace(key=jax.random.key_data(state.key))  # noqa: E731
    keyed = lambda state: state.replace(key=jax.random.wrap_key_data(state.key))  # noqa: E731
    on_one, cut = jax.jit(lambda key: data(birth(key))), jax.jit(keyed, out_shardings=shardings)
    return lambda key: cut(jax.device_get(on_one(key)))


def _lots(state: TrainState) -> np.random.Generator:
    """What draws the order of an update; to be made before the state's buffers are given up."""
    return np.random.default_rng([*np.asarray(jax.random.key_data(state.key)), int(state.step)])


def compile_acting(
    objective: Objective, stage: NamedSharding, *, greedy: bool = False, guidance: float = 0.0
) -> Callable[..., Decision]:
    """`learner.act.act` for one agent, compiled."""
    decide = partial(act, objective.agent, greedy=greedy, guidance=guidance)
    mesh: Any = stage.mesh
    return jax.jit(sharding.within(mesh, decide), out_shardings=stage)


def _without_empty_columns(tokens: np.ndarray) -> np.ndarray:
    """The table [K, L] cut to its longest row: padding changes no latent, but costs as much as a word."""
    return tokens[:, : max(1, int((tokens != PADDING).sum(axis=1).max()))]


def _check(objective: Objective, mesh: Mesh, num_envs: int) -> None:
    parts, pairs = objective.ppo.minibatches, objective.auxiliary.pairs
    data, cut = mesh.shape["data"], objective.ppo.sequences
    held = "num_envs" if cut == 1 else "num_envs * ppo.sequences"
    for name, value, divisor, why in (
        (held, num_envs * cut, parts, "ppo.minibatches"),
        ("auxiliary.pairs", pairs, parts, "ppo.minibatches"),
        ("num_envs", num_envs, data, "mesh.data"),
        (f"{held} / ppo.minibatches", num_envs * cut // parts, data, "mesh.data"),
        ("auxiliary.pairs / ppo.minibatches", pairs // parts, data, "mesh.data"),
    ):
        if value % divisor:
            raise ValueError(f"{name} is {value}, which {why} = {divisor} does not divide; choose a multiple of it.")


def train_state_shardings(
    objective: Objective, mesh: Mesh, shapes: TrainState, image_shape: tuple[int, int, int]
) -> TrainState:
    """A NamedSharding for every array of the state; Adam's moments lie where their parameters lie."""
    named = lambda axes, x: NamedSharding(mesh, sharding.partition_spec(axes, x.shape, mesh))  # noqa: E731
    is_spec = lambda x: isinstance(x, P)  # noqa: E731
    params: Any = jax.tree.map(named, objective.agent.logical_axes(image_shape), shapes.params, is_leaf=is_spec)
    everywhere: Any = NamedSharding(mesh, P())
    queue: Any = NamedSharding(mesh, sharding.partition_spec(("embed", None), shapes.queue.shape, mesh))
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
        queue=queue,
        queue_cursor=everywhere,
        reward_scale=jax.tree.map(lambda _: everywhere, shapes.reward_scale),
        key=everywhere,
    )


def put_rollout(mesh: Mesh, rollout: Rollout) -> Rollout:
    """Host arrays of this process -> global arrays on the mesh, cut along the environments."""
    where = {"bootstrap": P("data"), "memory": P(None, "data")}
    arrays = {
        name: put(mesh, where.get(name, BY_ENV), np.asarray(value))
        for name in Rollout.__dataclass_fields__
        if (value := getattr(rollout, name)) is not None
    }
    return Rollout(**arrays)
