"""The training, told from beginning to end: worlds, pools, agent; collect, update, note, save; judge.

A run that is stopped or killed and started again gives the same parameters, bit for bit, as one that never was.
"""

import contextlib
import statistics
import time
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jax
import numpy as np

from experiments.agent import build_programs, make_policy, newborn, open_checkpoints, parameters_by_part, restore
from experiments.evaluate import evaluate_and_report
from experiments.film import film_bytes, montage, training_film
from experiments.progress import RECENT_EPISODES, Progress, duration
from experiments.settings import Settings
from experiments.shutdown import Shutdown
from experiments.worlds import evaluation_pool, held_out_worlds, set_curriculum, training_halves, training_worlds
from genie3_env.pool import WorldPool
from genie3_env.types import Outcome
from sima_jax.checkpoint import Checkpointer
from sima_jax.learner.collect import Collector
from sima_jax.learner.episodes import Episodes, Seconds
from sima_jax.learner.programs import Programs
from sima_jax.metrics import MetricsWriter
from sima_jax.processes import any_of, gather_uneven, is_first, meet
from sima_jax.types import TrainState

MONTAGE_ENVS = 16


@dataclass
class Recent:
    """What the last finished episodes were like."""

    success: deque[float] = field(default_factory=lambda: deque(maxlen=RECENT_EPISODES))
    episode_return: deque[float] = field(default_factory=lambda: deque(maxlen=RECENT_EPISODES))
    episode_length: deque[float] = field(default_factory=lambda: deque(maxlen=RECENT_EPISODES))
    wrong_flag: deque[float] = field(default_factory=lambda: deque(maxlen=RECENT_EPISODES))
    burnt: deque[float] = field(default_factory=lambda: deque(maxlen=RECENT_EPISODES))

    def add(self, episodes: Episodes) -> None:
        """Count the episodes that just ended."""
        self.success.extend(map(float, episodes.success))
        self.episode_return.extend(episodes.episode_return)
        self.episode_length.extend(map(float, episodes.length))
        for outcome, shares in ((Outcome.WRONG_FLAG, self.wrong_flag), (Outcome.BURNT, self.burnt)):
            shares.extend(float(one == outcome) for one in episodes.outcome)

    def means(self) -> dict[str, float | None]:
        """Mean of each; None before the first episode ended."""
        return {name: statistics.fmean(values) if values else None for name, values in vars(self).items()}

    def state_dict(self) -> dict[str, list[float]]:
        """As plain lists."""
        return {name: list(values) for name, values in vars(self).items()}

    def load_state_dict(self, saved: dict[str, list[float]]) -> None:
        """Go on where `state_dict` was taken."""
        for name, values in vars(self).items():
            values.clear()
            values.extend(saved[name])


@dataclass
class Spent:
    """Wall time of the training in seconds, and what it went into. Simulation that inference covers is not counted."""

    total: float = 0.0
    simulation: float = 0.0
    inference: float = 0.0
    update: float = 0.0

    def add(self, total: float, collecting: Seconds, update: float) -> None:
        """Count one rollout and its update."""
        self.total += total
        self.simulation += collecting.waiting
        self.inference += collecting.inference
        self.update += update

    def shares(self) -> dict[str, float]:
        """Parts of the total; they sum to one."""
        parts = {name: getattr(self, name) / self.total for name in ("simulation", "inference", "update")}
        return parts | {"everything_else": 1.0 - sum(parts.values())}


@dataclass
class Run:
    """A training under way: everything that one update needs or leaves behind."""

    settings: Settings
    programs: Programs
    pools: tuple[WorldPool, WorldPool]
    collector: Collector
    checkpointer: Checkpointer
    state: TrainState
    recent: Recent = field(default_factory=Recent)
    spent: Spent = field(default_factory=Spent)  # without the first update of each process, which compiles
    rates: list[float] = field(default_factory=list)  # environment steps per second of every other update
    seconds: float = 0.0  # of all processes that worked on this run
    updates_here: int = 0  # made by this process

    @property
    def updates(self) -> int:
        return int(self.state.step)

    @property
    def steps(self) -> int:
        """Environment steps made."""
        return self.updates * self.settings.steps_per_update


def train(settings: Settings, config: dict[str, Any], workdir: Path, shutdown: Shutdown) -> None:
    """Train to the configuration's end, then evaluate; or, when a shutdown is requested, save and return."""
    began = time.perf_counter()
    with contextlib.ExitStack() as stack:
        run = open_run(settings, workdir, stack)
        writer = progress = None
        if is_first():
            print(_what_begins(run, time.perf_counter() - began), flush=True)
            project = settings.wandb_project
            writer = MetricsWriter(workdir, first_step=run.steps, wandb_project=project, config=config)
            progress = Progress(settings.total_timesteps, first_step=run.steps)
            stack.enter_context(writer)
            stack.enter_context(progress)
        stop = False
        while run.updates < settings.total_updates and not stop:
            advance(run, writer, progress)
            stop = any_of(shutdown.requested)
        save(run)
    if not stop:
        judge(run, config, workdir)
    meet("the end")


def open_run(settings: Settings, workdir: Path, stack: contextlib.ExitStack) -> Run:
    """A new run, or the one that the workdir holds; the stack closes what is opened."""
    worlds = training_worlds(settings)
    pools = training_halves(settings, worlds, jax.process_count())
    for pool in pools:
        stack.enter_context(pool)
    programs = build_programs(settings, pools[0].instruction_table)
    checkpointer = stack.enter_context(open_checkpoints(settings, workdir))
    found = restore(checkpointer, programs)
    pairs = settings.auxiliary.pairs
    collector = Collector(
        programs,
        pools,
        settings.rollout_steps,
        pairs,
        settings.seed,
        sequences=settings.ppo.sequences,
        rerender=settings.rollout.frames == "rerender",
        untold=settings.auxiliary.instruction_dropout,
    )
    stack.enter_context(collector)
    if found is None:
        state, said = newborn(settings, programs)
        if is_first():
            print(*said, sep="\n", end="\n" if said else "", flush=True)
        return Run(settings, programs, pools, collector, checkpointer, state)
    _, state, host = found
    collector.load_state_dict(host["collector"])
    run = Run(settings, programs, pools, collector, checkpointer, state, seconds=host["seconds"])
    run.recent.load_state_dict(host["recent"])
    return run


def _what_begins(run: Run, seconds: float) -> str:
    settings = run.settings
    sizes = parameters_by_part(run.state.params)
    towers = ""
    if run.programs.objective.agent.looks_apart:
        policy = sizes["policy"] + sizes["value"]
        parts = (("vision", sizes["vision"]), ("language", sizes["language"]), ("policy", policy))
        towers = f" ({', '.join(f'{part} {size / 1e6:.1f} M' for part, size in parts)})"
    begins = f"going on after {run.steps:,} steps" if run.updates else "training anew"
    return (
        f"{settings.worlds.num_train} worlds of {settings.prompt!r} made in {duration(seconds)}; "
        f"{settings.agent.name} with {sum(sizes.values()):,} parameters{towers}, {begins}."
    )


def advance(run: Run, writer: MetricsWriter | None, progress: Progress | None) -> None:
    """One rollout and one update, noted down; every so many updates the run is saved and shown.

    Of several processes the first alone notes, for all of them, and shows what its own environments did.
    """
    began = time.perf_counter()
    for pool in run.pools:  # follows from the updates made: a run that goes on meets the same
        set_curriculum(run.settings.curriculum, pool, run.updates / run.settings.total_updates)
    frozen = run.steps < run.settings.ppo.frozen_vision_steps
    rollout, frames, own, collecting = run.collector.collect(run.state, keep_latents=frozen)
    collected = time.perf_counter()
    run.state, learned = jax.block_until_ready(run.programs.update(run.state, rollout, frames))
    updating = time.perf_counter() - collected
    episodes = of_all_processes(own)
    run.recent.add(episodes)
    if progress is not None:
        progress.update(run.steps, episodes.success)
    seconds = {name: getattr(collecting, name) for name in ("waiting", "inference", "simulation")}
    if writer is not None:
        writer.scalars(
            run.steps,
            run.recent.means()
            | {"minutes": (run.seconds + time.perf_counter() - began) / 60.0}
            | {f"learner/{name}": float(value) for name, value in jax.device_get(learned).items()}
            | {f"seconds/{name}": value for name, value in (seconds | {"update": updating}).items()},
        )
    if run.updates % run.settings.checkpoint.every_updates == 0:
        save(run)
        if writer is not None:
            show(writer, run)
    total = time.perf_counter() - began
    run.seconds += total
    run.updates_here += 1
    if run.updates_here > 1:
        run.spent.add(total, collecting, updating)
        run.rates.append(run.settings.steps_per_update / total)


def of_all_processes(episodes: Episodes) -> Episodes:
    """The same episodes in every process."""
    arrays = {name: np.asarray(values, np.float64) for name, values in vars(episodes).items()}
    return Episodes(**{name: x.tolist() for name, x in gather_uneven(arrays).items()})


def save(run: Run) -> None:
    """Begin to save the run as it stands."""
    host = {"collector": run.collector.state_dict(), "recent": run.recent.state_dict(), "seconds": run.seconds}
    run.checkpointer.save(run.updates, run.state, host)


def show(writer: MetricsWriter, run: Run) -> None:
    """What the agent sees now, and a film of one environment's last rollout, for TensorBoard."""
    pool = run.pools[0]
    images = np.asarray(pool.observe()["image"])[:MONTAGE_ENVS]
    writer.image(run.steps, "what the agent sees", montage(images))
    states, actions = run.collector.recorded(0)
    frames = training_film(states, actions, pool.worlds, pool.instruction_table)
    width, height = frames[0][0].size
    writer.film(run.steps, "a rollout", film_bytes(frames, "GIF"), height, width)


def judge(run: Run, config: dict[str, Any], workdir: Path) -> None:
    """Evaluate in held-out worlds with held-out sentences, and write the report."""
    settings = run.settings
    policy = make_policy(settings, run.programs, run.state.params)
    if not is_first():
        return
    training: dict[str, Any] = {"environment_steps": run.steps, "minutes": round(run.seconds / 60.0, 2)}
    if run.rates:
        training["steps_per_s"] = round(statistics.median(run.rates), 1)
        training |= {f"share_of_{name}": round(share, 4) for name, share in run.spent.shares().items()}
    with evaluation_pool(settings, held_out_worlds(settings)) as pool:
        evaluate_and_report(settings, config, policy, pool, workdir, training if run.updates_here else None)
