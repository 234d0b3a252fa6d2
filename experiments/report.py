"""The report of a run: results.json with every measured number, a table, the learning curve."""

import importlib.metadata
import json
import math
import os
import platform
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from experiments.workdir import write_json, write_text

RESULTS, TABLE, CURVE, METRICS = "results.json", "results.md", "learning_curve.png", "metrics.jsonl"
ROW_NAMES = {
    "agent": "agent",
    "random": "random policy",
    "wrong_instruction": "agent, told of another flag",
}
COLUMNS = ("policy", "success", "95 %", "episodes", "wrong flag", "burnt", "out of time", "seconds", "path efficiency")
PACKAGES = ("jax", "jaxlib", "flax", "optax", "orbax-checkpoint", "numpy", "numba", "gymnasium")


def write_report(
    workdir: Path,
    config: dict[str, Any],
    evaluations: Mapping[str, Mapping[str, Any]],
    training: Mapping[str, Any],
) -> dict[str, Any]:
    """Write results.json, results.md and learning_curve.png into the workdir; returns what results.json holds.

    evaluations: EvaluationResult.summary() of "agent", "random" and "wrong_instruction", in this order.
    training: what the training measured (steps, seconds, steps per second ...). Empty: what an earlier report of this
        workdir said stays.
    """
    results = {
        "config": config,
        "evaluation": {name: dict(summary) for name, summary in evaluations.items()},
        "training": dict(training) or earlier_training(workdir),
        "machine": machine(),
        "written": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }
    write_json(workdir / RESULTS, results)
    write_text(workdir / TABLE, results_markdown(results))
    rows = read_metrics(workdir / METRICS)
    if rows:
        draw_learning_curve(rows, evaluations, workdir / CURVE)
    return results


def results_markdown(results: Mapping[str, Any]) -> str:
    """The table with its heading and the lines that say what was measured."""
    config, training = results["config"], results["training"]
    measured = (
        f"Prompt: {config['prompt']!r}, seed {config['seed']}. {config['worlds']['num_eval']} held-out worlds and "
        "held-out sentences; success is reaching the flag that the sentence names (95 % Wilson interval)."
    )
    lines = ["# Results", "", measured, "", results_table(results["evaluation"]), ""]
    if training:
        lines += [", ".join(f"{name.replace('_', ' ')}: {_said(value)}" for name, value in training.items()) + ".", ""]
    return "\n".join(lines)


def results_table(evaluations: Mapping[str, Mapping[str, Any]]) -> str:
    """A Markdown table, aligned so that it reads well in a terminal too."""
    rows: list[list[str]] = [list(COLUMNS)]
    for name, summary in evaluations.items():
        low, high = summary["success_95"]
        outcomes, count = summary["outcomes"], summary["episodes"]
        seconds, efficiency = summary["seconds_to_flag"], summary["path_efficiency"]
        rows.append(
            [
                ROW_NAMES.get(name, name),
                f"{100 * summary['success']:.1f} %",
                f"{100 * low:.1f} - {100 * high:.1f}",
                str(count),
                *(f"{100 * outcomes[outcome] / count:.1f} %" for outcome in ("wrong_flag", "burnt", "timeout")),
                "-" if seconds is None else f"{seconds:.1f}",
                "-" if efficiency is None else f"{efficiency:.2f}",
            ]
        )
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    rows.insert(1, ["-" * width for width in widths])
    return "\n".join("| " + " | ".join(map(str.ljust, row, widths)) + " |" for row in rows)


def read_metrics(path: Path) -> list[dict[str, Any]]:
    """The lines of metrics.jsonl; one that a killed run left half written is left out."""
    if not path.exists():
        return []
    rows = []
    for line in path.read_text("utf-8").splitlines():
        try:
            rows.append(json.loads(line))
        except ValueError:
            continue
    return rows


def draw_learning_curve(
    rows: Sequence[Mapping[str, Any]], evaluations: Mapping[str, Mapping[str, Any]], path: Path
) -> None:
    """Success and return against environment steps, with minutes above. rows: of metrics.jsonl, with the keys
    step, success, episode_return and minutes where they are known."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure  # not pyplot: no window, no global state

    figure = Figure(figsize=(8, 6), layout="constrained")
    FigureCanvasAgg(figure)
    success, returns = figure.subplots(2, 1, sharex=True)
    for axes, key, scale, colour in ((success, "success", 100.0, "C0"), (returns, "episode_return", 1.0, "C2")):
        known = [(row["step"], row[key] * scale) for row in rows if row.get(key) is not None]
        axes.plot([step for step, _ in known], [value for _, value in known], colour, linewidth=1.2)
        axes.grid(alpha=0.3)
    last = max(row["step"] for row in rows)
    for name, colour in (("agent", "C1"), ("wrong_instruction", "C3"), ("random", "0.5")):
        if name in evaluations:
            share = 100.0 * evaluations[name]["success"]
            low, high = (100.0 * bound for bound in evaluations[name]["success_95"])
            label = f"{ROW_NAMES[name]}, held out: {share:.1f} %"
            success.errorbar(
                [last], [share], [[share - low], [high - share]], fmt="o", color=colour, label=label, capsize=4
            )
    success.set_ylabel("success of training episodes (%)")
    success.set_ylim(-2, 102)
    if success.get_legend_handles_labels()[0]:
        success.legend(loc="best")
    returns.set_ylabel("return")
    returns.set_xlabel("environment steps")
    timed = [(row["step"], row["minutes"]) for row in rows if row.get("minutes") is not None]
    if len(timed) > 1 and timed[-1][1] > timed[0][1]:
        _add_minutes(success, timed)
    figure.savefig(path.with_suffix(".unfinished.png"), dpi=120)
    os.replace(path.with_suffix(".unfinished.png"), path)


def _add_minutes(axes, timed: Sequence[tuple[int, float]]) -> None:
    """A second axis above, with the wall time at which a step was reached."""
    steps, minutes = np.array(timed, np.float64).T
    above = axes.twiny()
    above.set_xlim(*axes.get_xlim())
    ticks = nice_ticks(minutes[0], minutes[-1])
    above.set_xticks(np.interp(ticks, minutes, steps), [f"{tick:g}" for tick in ticks])
    above.set_xlabel("minutes")


def nice_ticks(low: float, high: float, most: int = 8) -> list[float]:
    """Multiples of 1, 2 or 5 times a power of ten within [low, high], at most `most` of them."""
    span = max(high - low, 1e-6)
    exponent = -6
    while True:
        for factor in (1, 2, 5):
            step = factor * 10.0**exponent
            if span / step <= most - 1:
                first, last = math.ceil(round(low / step, 9)), math.floor(round(high / step, 9))
                return [tick * step for tick in range(first, last + 1)]
        exponent += 1


def earlier_training(workdir: Path) -> dict[str, Any]:
    """What an earlier report of this workdir says of the training; {} where there is none."""
    try:
        return json.loads((workdir / RESULTS).read_text("utf-8")).get("training", {})
    except (OSError, ValueError, AttributeError):
        return {}


def machine() -> dict[str, Any]:
    """What it was measured on."""
    versions = {}
    for package in PACKAGES:
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            versions[package] = None
    return {
        "python": platform.python_version(),
        "system": platform.platform(),
        "processor": _processor(),
        "processors": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "packages": versions,
    }


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def _said(value: Any) -> str:
    return f"{value:,.4g}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)
