"""Operations of an experiment, and how fast a machine would be done with them."""

import math
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from experiments.footprint import minibatch_of
from experiments.hardware import GB, Machine, known, pictures_per_second
from experiments.settings import Settings
from sima_jax.config import TransformerAgentConfig
from sima_jax.costs import LEARNING, Flops, flops
from sima_jax.learner.update import Objective
from sima_jax.types import Observation, Params


@dataclass(frozen=True)
class Work:
    """FLOPs per environment step. learning_frozen: while the vision stays as it is."""

    acting: float
    learning: float
    learning_frozen: float
    counted_by: str


@dataclass(frozen=True)
class Held:
    """Bytes that each device reads or writes at the least: in one acting step, and in one gradient step."""

    acting: float
    learning: float


@dataclass(frozen=True)
class Speed:
    """Seconds of one update; see `speed_of`. thinking and drawing of all steps of a rollout."""

    thinking: float
    drawing: float
    collecting: float
    computing: float
    drawing_again: float
    learning: float
    learning_frozen: float
    steps: int  # environment steps of one update
    updates: int
    frozen_updates: int

    @property
    def update(self) -> float:
        return self.collecting + self.learning

    @property
    def update_frozen(self) -> float:
        return self.collecting + self.learning_frozen

    @property
    def steps_per_second(self) -> float:
        """Of an update whose vision learns."""
        return self.steps / self.update

    @property
    def frozen_steps_per_second(self) -> float:
        return self.steps / self.update_frozen

    @property
    def seconds(self) -> float:
        """Of all updates."""
        return (self.updates - self.frozen_updates) * self.update + self.frozen_updates * self.update_frozen


def work_of(settings: Settings, objective: Objective, params: Params, tokens: np.ndarray) -> Work:
    """tokens: the instruction table [K, L]; params: their shapes."""
    agent, image = settings.agent, settings.image
    if isinstance(agent, TransformerAgentConfig):
        each, by = flops(agent, image.height, image.width, tokens.shape[1]), "hand from the shapes (sima_jax/costs.py)"
    else:
        each, by = counted_by_xla(objective, params, tokens, image.height, image.width), "XLA, of one frame"
    acting, learning, frozen = work_per_step(settings, each, len(tokens))
    return Work(acting, learning, frozen, by)


def work_per_step(settings: Settings, each: Flops, sentences: int) -> tuple[float, float, float]:
    """(acting, learning, learning with the vision frozen), FLOPs per environment step.

    Acting looks and decides once a step, and once more after the last. Learning does LEARNING times that in each epoch;
    reads all sentences anew in each gradient step; and of each pair looks at one picture to learn, at the other not.
    """
    ppo, steps = settings.ppo, settings.steps_per_update
    acting = (each.vision + each.decision) * (1 + 1 / settings.rollout_steps) + sentences * each.language / steps
    pairs = ppo.epochs * settings.auxiliary.pairs / steps
    read = LEARNING * ppo.epochs * ppo.minibatches * sentences * each.language / steps
    rest = LEARNING * ppo.epochs * each.decision + read
    learning = rest + (LEARNING * ppo.epochs + pairs * (LEARNING + 1)) * each.vision
    return acting, learning, rest + 2 * pairs * each.vision


def counted_by_xla(objective: Objective, params: Params, tokens: np.ndarray, height: int, width: int) -> Flops:
    """Of an agent that nobody counted by hand: what XLA says of its compiled functions, for one frame and one table."""
    agent = objective.agent
    table, nothing = (jax.ShapeDtypeStruct(size, jnp.int32) for size in (tokens.shape, (0, 0)))
    language = jax.eval_shape(agent.encode, params, table)  # type: ignore[arg-type]: shapes alone
    shape: Any = lambda *tail, dtype=jnp.float32: jax.ShapeDtypeStruct((1, 1, *tail), dtype)  # noqa: E731
    config = agent.config
    seen = Observation(
        image=shape(height, width, 3, dtype=jnp.uint8),
        tokens=nothing,  # type: ignore[arg-type]: shapes alone
        instruction=shape(dtype=jnp.int32),
        resets=shape(),
        previous_actions=shape(config.action_dim),
        privileged=shape(config.guesses),
    )
    memory = jax.ShapeDtypeStruct((1, config.memory_width), jnp.float32)
    forward = _cost(agent.apply_encoded, params, seen, language, memory)
    return Flops(forward, 0.0, _cost(agent.encode, params, table) / len(tokens))


def _cost(function: Any, *arguments: Any) -> float:
    cost: Any = jax.jit(function).lower(*arguments).compile().cost_analysis()
    return float(cost["flops"])


def speed_of(settings: Settings, work: Work, held: Held, machine: Machine) -> Speed:
    """How long one update takes. settings: with the mesh.

    A computation takes as long as its operations at the assumed utilisation, or as its memory needs to be read,
    whichever is longer; and the time to start it.

    Acting: one half of the environments is simulated and drawn while the agent thinks for the other, so a step takes
    what is longer: to think twice, or to think for one half and draw it. Learning: minibatches are drawn ahead. The
    two alternate. What devices exchange is not counted.
    """
    assumed = known()["assumed"]
    devices = settings.mesh.data * settings.mesh.model
    peak, bandwidth = machine.chip.tflops * 1e12 * devices, machine.chip.bandwidth_gb_s * GB
    steps, length, half = settings.steps_per_update, settings.rollout_steps, settings.num_envs // 2
    call = assumed["call_seconds"]
    think = call + max(half * work.acting / (peak * assumed["acting"]), held.acting / bandwidth)
    core = pictures_per_second(settings.image.height)
    draw = half / (core * min(machine.cores, half))
    batch = minibatch_of(settings)
    pictures, pairs = settings.ppo.epochs * steps, settings.ppo.epochs * settings.auxiliary.pairs
    again = (pictures + 2 * pairs) if settings.rollout.frames == "rerender" else 0
    again_frozen = 2 * pairs if again else 0
    drawn = core * min(machine.cores, batch.pictures)
    gradient_steps = settings.ppo.epochs * settings.ppo.minibatches
    least = held.learning / bandwidth
    computing, computing_frozen = (
        gradient_steps * (call + max(steps * flops / gradient_steps / (peak * assumed["learning"]), least))
        for flops in (work.learning, work.learning_frozen)
    )
    return Speed(
        thinking=2 * length * think,
        drawing=2 * length * draw,
        collecting=length * max(2 * think, think + draw),
        computing=computing,
        drawing_again=again / drawn,
        learning=max(computing, again / drawn),
        learning_frozen=max(computing_frozen, again_frozen / drawn),
        steps=steps,
        updates=settings.total_updates,
        frozen_updates=min(math.ceil(settings.ppo.frozen_vision_steps / steps), settings.total_updates),
    )
