"""The agent of an experiment: its compiled functions, and its policy as a run left it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from experiments.config_keys import SettingsError
from experiments.errors import UserError
from experiments.settings import Settings
from genie3_env.tasks.instructions import Instruction
from sima_jax.checkpoint import Checkpointer, CheckpointError
from sima_jax.learner.optimizer import make_optimizer
from sima_jax.learner.policy import AgentPolicy
from sima_jax.learner.programs import Programs, compile_programs
from sima_jax.learner.update import Objective, target_params
from sima_jax.networks.agent import Agent
from sima_jax.pretrained import load_language, load_vision
from sima_jax.sharding import make_mesh
from sima_jax.tokens import MAX_TOKENS, Tokenizer
from sima_jax.types import Params, TrainState
from sima_jax.wordpieces import load_tokenizer

CHECKPOINTS = "checkpoints"  # folder in a workdir
PARTS = {"vision": "vision", "film": "vision", "seek": "vision", "language": "language", "untold": "language"}
PARTS |= {name: name for name in ("memory", "policy", "value")}


def build_programs(settings: Settings, table: Sequence[Instruction]) -> Programs:
    """The compiled functions of `settings`; SettingsError where mesh, minibatches and environments do not fit."""
    objective, tokens = make_objective(settings, table)
    image_shape = (settings.image.height, settings.image.width, 3)
    try:
        mesh = make_mesh(settings.mesh.data, settings.mesh.model)
        return compile_programs(objective, mesh, tokens, image_shape, settings.num_envs)
    except ValueError as error:
        raise SettingsError(str(error)) from error


def make_objective(settings: Settings, table: Sequence[Instruction]) -> tuple[Objective, np.ndarray]:
    """What is learned, and the tokens [K, L] of the instruction table."""
    folder = settings.pretrained.language
    try:
        tokenizer = load_tokenizer(folder, MAX_TOKENS) if folder else Tokenizer()
        tokens = tokenizer.encode([instruction.text for instruction in table])
    except (ValueError, OSError) as error:
        raise SettingsError(f"pretrained.language: {error}" if folder else str(error)) from error
    ppo = settings.ppo
    objective = Objective(
        agent=Agent(settings.agent, vocabulary=tokenizer.vocabulary_size, length=tokens.shape[1]),
        ppo=ppo,
        auxiliary=settings.auxiliary,
        optimizer=make_optimizer(settings.optimizer, ppo.epochs * ppo.minibatches),
        meanings=meanings(table),
    )
    return objective, tokens


def newborn(settings: Settings, programs: Programs) -> tuple[TrainState, list[str]]:
    """The train state of a new run, and what was loaded into it; SettingsError where published weights do not fit."""
    state, said = programs.init(jax.random.key(settings.seed)), []
    for part, load in (("vision", load_vision), ("language", load_language)):
        path = getattr(settings.pretrained, part)
        if path:
            try:
                params, report = load(path, state.params, settings.agent)
            except (ValueError, OSError) as error:
                raise SettingsError(f"pretrained.{part}: {error}") from error
            state, said = state.replace(params=params), [*said, f"{part} from {path}: {report}"]
    if said:  # the momentum encoder follows what was loaded
        agent = programs.objective.agent
        state = state.replace(target=jax.tree.map(jnp.copy, target_params(agent, state.params)))
    return state, said


def parameters_by_part(params: Any) -> dict[str, int]:
    """Vision, language, memory, policy, value, and the auxiliary heads together."""
    sizes: dict[str, int] = dict.fromkeys(("vision", "language", "memory", "policy", "value", "auxiliary heads"), 0)
    for name, part in params.items():
        sizes[PARTS.get(name, "auxiliary heads")] += sum(x.size for x in jax.tree.leaves(part))
    return sizes


def meanings(table: Sequence[Instruction]) -> tuple[int, ...]:
    """For each instruction a number of its task and colour: paraphrases have the same; those held out have -1."""
    numbers: dict[tuple[str, int], int] = {}
    return tuple(
        numbers.setdefault((row.task, row.colour), len(numbers)) if row.split == "train" else -1 for row in table
    )


def make_policy(settings: Settings, programs: Programs, params: Params) -> AgentPolicy:
    """The agent with fixed parameters, as evaluation plays it."""
    judged = settings.eval
    return AgentPolicy(programs, params, greedy=judged.greedy, seed=settings.seed, guidance=judged.guidance)


def load_policy(settings: Settings, workdir: Path, table: Sequence[Instruction]) -> tuple[AgentPolicy, int]:
    """The policy of the last checkpoint in the workdir, and the environment steps that it had learned from."""
    programs = build_programs(settings, table)
    # The run may be going on in another process: nothing of it may be touched.
    with open_checkpoints(settings, workdir, read_only=True) as checkpointer:
        found = restore(checkpointer, programs)
    if found is None:
        raise UserError(f"The workdir {workdir} holds no checkpoint yet; train first, or give another --workdir=DIR.")
    _, state, _ = found
    policy = make_policy(settings, programs, state.params)
    return policy, int(state.step) * settings.steps_per_update


def open_checkpoints(settings: Settings, workdir: Path, *, read_only: bool = False) -> Checkpointer:
    """The checkpoints of a workdir, to save to and restore from, or only to restore from."""
    return Checkpointer(workdir / CHECKPOINTS, keep=settings.checkpoint.keep, read_only=read_only)


def restore(checkpointer: Checkpointer, programs: Programs) -> tuple[int, TrainState, dict[str, Any]] | None:
    """Step, state and host values of the last checkpoint, None before the first; UserError where it is damaged."""
    try:
        return checkpointer.restore(programs.abstract_state)
    except CheckpointError as error:
        raise UserError(str(error)) from error
