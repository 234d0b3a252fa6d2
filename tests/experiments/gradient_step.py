"""The castle's gradient step with shapes for arrays, to be compiled or lowered; nothing is made."""

from typing import Any

import jax
import jax.numpy as jnp
from jax.sharding import NamedSharding
from jax.sharding import PartitionSpec as P

from experiments import footprint
from experiments.settings import Settings
from sima_jax.learner.programs import BY_ENV, Programs
from sima_jax.learner.update import Learning, Lessons, Minibatch
from sima_jax.types import ContrastivePairs


def arguments(settings: Settings, programs: Programs) -> tuple:
    """What `Programs.update` gives to the gradient steps of one computation, as shapes with shardings."""
    agent, batch = settings.agent, footprint.minibatch_of(settings)
    image = (settings.image.height, settings.image.width, 3)

    def array(*shape, spec=None, dtype: Any = jnp.float32) -> Any:
        return jax.ShapeDtypeStruct(shape, dtype, sharding=NamedSharding(programs.mesh, spec or P()))

    sequences = settings.num_envs * settings.ppo.sequences
    tails = {"previous_actions": agent.action_dim, "actions": agent.action_dim, "privileged": agent.guesses}
    lessons = {name: array(batch.steps, sequences, spec=BY_ENV) for name in Lessons.__dataclass_fields__}
    lessons |= {name: array(batch.steps, sequences, size, spec=BY_ENV) for name, size in tails.items()}
    lessons["instruction"] = array(batch.steps, sequences, spec=BY_ENV, dtype=jnp.int32)
    lessons["memory"] = array(sequences, agent.memory_width, spec=P("data"))
    lessons["latent"] = None
    pair = array(batch.pairs, *image, spec=P("data"), dtype=jnp.uint8)
    keys = array(settings.auxiliary.pairs, agent.match_width)
    minibatch = Minibatch(
        image=array(batch.steps, batch.sequences, *image, spec=BY_ENV, dtype=jnp.uint8),
        pairs=ContrastivePairs(pair, pair, array(batch.pairs, spec=P("data"), dtype=jnp.int32)),
        chosen=array(batch.sequences, dtype=jnp.int32),
        number=array(dtype=jnp.int32),
    )
    return (
        Learning(state=programs.abstract_state, keys=keys),
        Lessons(**lessons),
        (minibatch,) * batch.together,
        array(*programs.tokens.shape, dtype=jnp.int32),
    )
