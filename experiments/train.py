"""Train an agent: from a sentence to worlds, to an agent that walks in them, to pictures that show it.

    python -m experiments.train --config=experiments/configs/castle.py

The workdir (runs/castle if none is given) receives checkpoints, TensorBoard files, metrics.jsonl and, at the end,
results.json, results.md, learning_curve.png and a film. The same command goes on with a run that was stopped.
Ctrl-C and SIGTERM save the run and leave.

On several hosts: the same command on each, with a workdir that all of them see, and JAX_COORDINATOR_ADDRESS=HOST:PORT,
JAX_NUM_PROCESSES and JAX_PROCESS_ID in its environment (or JAX_COORDINATOR_ADDRESS=auto on a TPU pod or under Slurm).
"""

import contextlib
import importlib.util
import os
import sys
from collections.abc import Sequence

from experiments.command import Options, run_command
from experiments.config_keys import SettingsError
from experiments.settings import Settings
from experiments.shutdown import Shutdown
from experiments.workdir import Workdir
from experiments.worlds import remarks, understand


def main(argv: Sequence[str] | None = None) -> int:
    """The command; returns its exit code: 0, 1 or 2 after a mistake of the user's, 128 + the signal when stopped."""
    return run_command(_train, __doc__, argv)


def _train(options: Options) -> int:
    settings = Settings.from_config(options.config)
    if settings.wandb_project and importlib.util.find_spec("wandb") is None:
        raise SettingsError("wandb_project is given, but wandb is not installed; try: pip install -e .[wandb]")
    for remark in remarks(understand(settings)):
        print(remark, file=sys.stderr)
    first = _meet_the_others()
    workdir = Workdir(options.workdir, options.config) if first else contextlib.nullcontext()
    with workdir, Shutdown() as shutdown:
        # JAX is loaded when everything else is known to be right: it takes seconds.
        from experiments.loop import train

        train(settings, options.config, options.workdir, shutdown)
        if shutdown.requested and first:
            print(f"Stopped and saved. Go on with: python -m experiments.train --workdir={options.workdir}")
        return shutdown.exit_code


def _meet_the_others() -> bool:
    """Where a run has several processes (see sima_jax.processes), join them; whether this one speaks for all."""
    if "JAX_COORDINATOR_ADDRESS" not in os.environ:
        return True
    from sima_jax.processes import is_first, join

    try:
        join()
    except ValueError as error:
        raise SettingsError(str(error)) from error
    return is_first()


if __name__ == "__main__":
    sys.exit(main())
