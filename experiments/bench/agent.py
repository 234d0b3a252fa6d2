"""Speed of an agent of transformers: `python -m experiments.bench.agent --config=experiments/configs/castle.py:full`.

    --parts forward update end_to_end   which to measure; all if left out
    --rounds=5                          figures are medians over so many
    --agent_depth=1                     layers of each tower, as --config.agent_depth

* forward: pictures per second when half of the environments' agents look, remember and decide.
* update: pictures per second in one gradient step, with the vision learning and with the vision frozen, which then
  learns from latents; their ratio is what the warm-up gains.
* end_to_end: environment steps per second of training, again with the vision learning and frozen. Trains as
  `python -m experiments.train` does, in rollouts of at most four sequences, with the minibatches that are configured.

In the first two, pictures lie on the device already. Everything is compiled before. Model FLOPs are what the agent's
products need (sima_jax.costs); utilisation is their share of the devices' bf16 peak, null where that is not known.
Overrides are given as to experiments.train, for example --config.num_envs=32. The last line is one JSON object.
"""

import argparse
import contextlib
import dataclasses
import functools
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jax
import numpy as np

from experiments.command import Options, run_command
from experiments.config_keys import SettingsError
from experiments.settings import Settings
from sima_jax.config import AGENTS, TransformerAgentConfig
from sima_jax.costs import LEARNING, Flops, flops

if TYPE_CHECKING:
    from experiments.loop import Run

# bf16 FLOP/s of one device at its best, sparsity not used; names as jax.Device.device_kind has them.
PEAK_FLOPS = {
    "NVIDIA H100 80GB HBM3": 989e12,  # NVIDIA H100 Tensor Core GPU datasheet, SXM; half of the figure with sparsity
    "NVIDIA H100 PCIe": 756e12,  # the same
    "NVIDIA H200": 989e12,  # NVIDIA H200 Tensor Core GPU datasheet, SXM; half of the figure with sparsity
    "NVIDIA A100-SXM4-40GB": 312e12,  # NVIDIA A100 Tensor Core GPU datasheet
    "NVIDIA A100-SXM4-80GB": 312e12,
    "NVIDIA A100-PCIE-40GB": 312e12,
    "NVIDIA A100 80GB PCIe": 312e12,
    "NVIDIA GeForce RTX 4090": 165.2e12,  # NVIDIA Ada GPU architecture whitepaper, appendix A; float32 sums
    "TPU v4": 275e12,  # Google Cloud TPU documentation, system architecture, per chip; so are the others
    "TPU v5 lite": 197e12,
    "TPU v5e": 197e12,
    "TPU v5": 459e12,
    "TPU v5p": 459e12,
    "TPU v6 lite": 918e12,
    "TPU v6e": 918e12,
}
PARTS = ("forward", "update", "end_to_end")
SEQUENCES = 4  # of a rollout in end_to_end
ROUND_S = 0.5  # a round makes as many calls as take about so long


def main(argv: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    name, *words = sys.argv if argv is None else argv
    parser = argparse.ArgumentParser(prog="experiments.bench.agent", add_help=False, allow_abbrev=False)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--parts", nargs="+", default=PARTS, choices=PARTS)
    parser.add_argument("--agent_depth")
    own, words = parser.parse_known_args(words)
    if own.rounds < 1:
        parser.error(f"--rounds must be at least 1, not {own.rounds}")
    if own.agent_depth is not None:
        words.append(f"--config.agent_depth={own.agent_depth}")
    return run_command(lambda options: _measure(options, own.parts, own.rounds), __doc__, [name, *words])


def _measure(options: Options, parts: Sequence[str], rounds: int) -> int:
    from experiments.loop import open_run

    settings = Settings.from_config(options.config)
    if not isinstance(settings.agent, TransformerAgentConfig):
        known = ", ".join(name for name, one in AGENTS.items() if isinstance(one, TransformerAgentConfig))
        raise SettingsError(
            f"agent is {settings.agent.name!r}, which has no towers to be measured; experiments.bench.train measures "
            f"it. Known with towers: {known}."
        )
    with contextlib.ExitStack() as stack:
        workdir = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        run = open_run(shortened(settings), workdir, stack)
        bench = Bench(run, workdir, rounds)
        device = run.programs.mesh.devices.flat[0]
        result = {
            "bench": "agent",
            "config": Path(options.workdir).name,
            "agent": settings.agent.name,
            "agent_depth": settings.agent_depth,
            "parameters": sum(leaf.size for leaf in jax.tree.leaves(run.state.params)),
            "image": f"{settings.image.width}x{settings.image.height}",
            "num_envs": settings.num_envs,
            "device": device.device_kind,
            "devices": run.programs.mesh.size,
            "peak_flops_per_s": bench.peak,
            "rounds": rounds,
        }
        print(", ".join(f"{name} {value}" for name, value in result.items()), flush=True)
        for part in PARTS:
            if part in parts:
                result[part] = getattr(bench, part)()
                print(f"{part}: {json.dumps(result[part])}", flush=True)
        result["device_memory"] = bench.device_memory()
        result["rollout"] = rollout_bytes(settings, run)
        print(", ".join(f"{name} {result[name]}" for name in ("device_memory", "rollout")), flush=True)
    print(json.dumps(result))
    return 0


class Bench:
    """A run that is measured part after part; each leaves it as training would."""

    def __init__(self, run: "Run", workdir: Path, rounds: int):
        self.run, self._workdir, self._rounds = run, workdir, rounds
        settings, programs = run.settings, run.programs
        assert isinstance(settings.agent, TransformerAgentConfig)
        rows, tokens = programs.tokens.shape
        self._rows = rows
        self._flops = flops(settings.agent, settings.image.height, settings.image.width, tokens)
        peak = PEAK_FLOPS.get(programs.mesh.devices.flat[0].device_kind)
        self.peak = None if peak is None else peak * programs.mesh.size
        self._compiled: list[jax.stages.Compiled] = []

    def forward(self) -> dict[str, Any]:
        """The first half of the environments decides, again and again about the same pictures."""
        run, programs, pool = self.run, self.run.programs, self.run.pools[0]
        put = functools.partial(jax.device_put, device=programs.tokens.sharding)
        params, seen, count = programs.acting_params(run.state.params), pool.observe(), pool.num_envs
        fresh = np.ones(count, np.float32)
        given = put((np.arange(count, dtype=np.int32), seen["image"], seen["instruction_id"], fresh, fresh))
        given = (*given, *put((programs.no_actions(count), pool.privileged)), programs.initial_memory(count))
        language, key = programs.encode_for_training(params, np.int32(0)), jax.random.key(run.settings.seed)
        given = (params, language, *given, *put((key, np.int32(0))))
        compiled = programs.act.lower(*given).compile()
        self._compiled.append(compiled)
        seconds, _ = seconds_of(lambda _: compiled(*given), None, self._rounds)
        work = count * (self._flops.vision + self._flops.decision)
        return {"pictures": count} | rates("pictures_per_s", count, seconds, work, self.peak)

    def update(self) -> dict[str, Any]:
        """One gradient step after another on the first minibatch of a rollout."""
        run = self.run
        rollout, frames, _, _ = run.collector.collect(run.state, keep_latents=True)
        learning = self._steps(rollout.replace(latent=None), frames)
        frozen = self._steps(rollout, frames)
        told: dict[str, Any] = {"pictures": self._pictures, "pairs": self._pairs, "sentences": self._rows}
        speed_up = round(frozen["pictures_per_s"] / learning["pictures_per_s"], 2)
        return told | {"learning": learning, "frozen": frozen, "speed_up": speed_up}

    def end_to_end(self) -> dict[str, Any]:
        """A few rollouts and updates, as training makes them."""
        from experiments.progress import Progress
        from sima_jax.metrics import MetricsWriter

        settings = self.run.settings
        with contextlib.ExitStack() as stack:
            writer = stack.enter_context(MetricsWriter(self._workdir))
            progress = stack.enter_context(Progress(2 * (1 + self._rounds) * settings.steps_per_update))
            learning = self._train(0, writer, progress)
            frozen = self._train(sys.maxsize, writer, progress)
        told: dict[str, Any] = {"rollout_steps": settings.rollout_steps, "frames": settings.rollout.frames}
        speed_up = round(frozen["steps_per_s"] / learning["steps_per_s"], 2)
        return told | {"learning": learning, "frozen": frozen, "speed_up": speed_up}

    def device_memory(self) -> dict[str, Any] | None:
        """Most bytes that a device held, as it says; else what XLA planned for the largest of the parts; or None."""
        stats = [device.memory_stats() for device in self.run.programs.mesh.local_devices]
        if all(stats):
            return {"bytes": max(one["peak_bytes_in_use"] for one in stats), "source": "memory_stats"}
        planned = [one for compiled in self._compiled if (one := compiled.memory_analysis()) is not None]
        if not planned:
            return None
        return {"bytes": max(map(planned_bytes, planned)), "source": "memory_analysis"}

    @property
    def _pictures(self) -> int:
        """Of one minibatch."""
        return self.run.settings.steps_per_update // self.run.settings.ppo.minibatches

    @property
    def _pairs(self) -> int:
        """Contrastive pairs of one minibatch."""
        return self.run.settings.auxiliary.pairs // self.run.settings.ppo.minibatches

    def _step_flops(self, frozen: bool) -> float:
        return step_flops(self._flops, self._pictures, self._pairs, self._rows, frozen=frozen)

    def _steps(self, rollout: Any, frames: Any) -> dict[str, Any]:
        """Figures of a gradient step that learns from `rollout`."""
        run = self.run
        step, learning, rest = run.programs.first_step(run.state, rollout, frames)
        self._compiled.append(step)
        seconds, learning = seconds_of(lambda learning: step(learning, *rest)[0], learning, self._rounds)
        run.state = learning.state
        work = self._step_flops(frozen=rollout.latent is not None)
        return rates("pictures_per_s", self._pictures, seconds, work, self.peak)

    def _train(self, frozen_steps: int, writer: Any, progress: Any) -> dict[str, Any]:
        """Figures of a training whose vision is frozen for so many environment steps."""
        from experiments.loop import Spent, advance

        run = self.run
        settings = run.settings
        run.settings = dataclasses.replace(
            settings, ppo=dataclasses.replace(settings.ppo, frozen_vision_steps=frozen_steps)
        )
        advance(run, writer, progress)
        run.rates.clear()
        run.spent = Spent()
        for _ in range(self._rounds):
            advance(run, writer, progress)
        steps, ppo = settings.steps_per_update, settings.ppo
        looks = (steps + settings.num_envs) * (self._flops.vision + self._flops.decision)
        work = looks + self._rows * self._flops.language
        work += ppo.epochs * ppo.minibatches * self._step_flops(frozen=frozen_steps > 0)
        figures = rates("steps_per_s", steps, steps / statistics.median(run.rates), work, self.peak)
        return figures | {"shares": {name: round(share, 4) for name, share in run.spent.shares().items()}}


def shortened(settings: Settings) -> Settings:
    """The same with rollouts of at most SEQUENCES sequences, and as many fewer minibatches: each stays what it was."""
    parts = (settings.ppo.sequences, settings.rollout_steps, settings.ppo.minibatches, settings.auxiliary.pairs)
    if parts[0] <= SEQUENCES or any(part * SEQUENCES % parts[0] for part in parts):
        return settings
    sequences, steps, minibatches, pairs = (part * SEQUENCES // parts[0] for part in parts)
    return dataclasses.replace(
        settings,
        rollout_steps=steps,
        ppo=dataclasses.replace(settings.ppo, sequences=sequences, minibatches=minibatches),
        auxiliary=dataclasses.replace(settings.auxiliary, pairs=pairs),
    )


def step_flops(one: Flops, pictures: int, pairs: int, sentences: int, *, frozen: bool) -> float:
    """Model FLOPs of a gradient step on so many pictures, contrastive pairs and sentences of the instruction table.

    One picture of a pair is learned from, the other is seen by the momentum encoder, which needs no gradient. With a
    frozen vision the pictures' latents are known, and pairs are only looked at.
    """
    looks = 2 * pairs if frozen else LEARNING * (pictures + pairs) + pairs
    return looks * one.vision + LEARNING * (pictures * one.decision + sentences * one.language)


def seconds_of(call: Callable[[Any], Any], given: Any, rounds: int) -> tuple[float, Any]:
    """Median seconds of a call over some rounds, and what the last one gave; each is given what the one before gave."""
    given = jax.block_until_ready(call(given))  # memory that is touched for the first time is slow
    begin = time.perf_counter()
    given = jax.block_until_ready(call(given))
    calls = max(1, round(ROUND_S / (time.perf_counter() - begin)))
    seconds = []
    for _ in range(rounds):
        begin = time.perf_counter()
        for _ in range(calls):
            given = call(given)
        jax.block_until_ready(given)
        seconds.append((time.perf_counter() - begin) / calls)
    return statistics.median(seconds), given


def rates(name: str, count: int, seconds: float, work: float, peak: float | None) -> dict[str, Any]:
    """`count` things in so many seconds as `name`; work: model FLOPs in that time; peak: FLOP/s of all devices."""
    return {
        name: float(f"{count / seconds:.4g}"),
        "flops_per_s": float(f"{work / seconds:.4g}"),
        "utilisation": None if peak is None else round(work / seconds / peak, 4),
    }


def planned_bytes(plan: Any) -> int:
    """Bytes on one device that XLA planned for a compiled function; what is given up is reused for what comes out."""
    held = plan.argument_size_in_bytes + plan.output_size_in_bytes - plan.alias_size_in_bytes
    return held + plan.temp_size_in_bytes


def rollout_bytes(settings: Settings, run: "Run") -> dict[str, int]:
    """Host memory of one rollout as configured; of the latents kept beside it while the vision is frozen; and what its
    pictures are, kept or not.
    """
    from sima_jax.learner.collect import Collector

    assert isinstance(settings.agent, TransformerAgentConfig)
    rerender = settings.rollout.frames == "rerender"
    kept: dict[str, Any] = {"sequences": settings.ppo.sequences, "rerender": rerender}
    with Collector(run.programs, run.pools, settings.rollout_steps, settings.auxiliary.pairs, 0, **kept) as collector:
        held = collector.host_bytes
    return {
        "bytes": held,
        "latents_bytes": settings.steps_per_update * settings.agent.vision_width * np.dtype(np.float32).itemsize,
        "pictures_bytes": settings.steps_per_update * settings.image.height * settings.image.width * 3,
    }


if __name__ == "__main__":
    sys.exit(main())
