"""End-to-end speed of training: `python -m experiments.bench.train`, some minutes with compilation and worlds.

Trains exactly as `python -m experiments.train` does (progress, metrics, checkpoints and pictures included) for a few
dozen updates after those that compile, and says how many environment steps a second that makes and where the time
goes: waiting for simulation (what inference does not cover), inference, the update, everything else. Overrides are
given as to experiments.train, for example --config.num_envs=32. The last line is one JSON object.
"""

import contextlib
import json
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from experiments.command import Options, run_command
from experiments.settings import Settings

UPDATES = 60  # measured, of which one saves and shows if a checkpoint is due every 60 or fewer
WARM_UP = 3


def main(argv: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    return run_command(_measure, __doc__, argv)


def _measure(options: Options) -> int:
    from experiments.loop import Spent, advance, open_run
    from experiments.progress import Progress
    from sima_jax.metrics import MetricsWriter

    settings = Settings.from_config(options.config)
    updates = min(UPDATES, max(1, settings.total_updates - WARM_UP))
    with contextlib.ExitStack() as stack:
        workdir = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        run = open_run(settings, workdir, stack)
        writer = stack.enter_context(MetricsWriter(workdir))
        progress = stack.enter_context(Progress((updates + WARM_UP) * settings.steps_per_update))
        for _ in range(WARM_UP):
            advance(run, writer, progress)
        run.rates.clear()
        run.spent = Spent()
        for _ in range(updates):
            advance(run, writer, progress)
    result = {
        "bench": "train",
        "config": Path(options.workdir).name,
        "image": f"{settings.image.width}x{settings.image.height}",
        "num_envs": settings.num_envs,
        "updates": updates,
        "steps_per_s": round(updates * settings.steps_per_update / run.spent.total, 1),
        "steps_per_s_median_update": round(statistics.median(run.rates), 1),
        "shares": {name: round(share, 4) for name, share in run.spent.shares().items()},
    }
    print(json.dumps(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
