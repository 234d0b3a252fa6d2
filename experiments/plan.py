"""What a training will need, said before anything is spent: memory, operations, time and money.

    python -m experiments.plan --config=experiments/configs/castle.py:full --hardware=8xH100

--hardware: a machine of experiments/hardware.toml by its name, such as RTX4090, 4xA100, 8xH100, 1xH200, v4-8, v5e-8,
v5p-8 or v6e-8; 1xH100 if left out. --json prints one JSON object in place of the tables. No worlds and no parameters
are made. Where a configuration does not fit, the first settings that do are computed and named.
"""

import json
import os
import sys
from collections.abc import Sequence

from experiments.command import Options, run_command
from experiments.hardware import machine_named
from experiments.settings import Settings


def main(argv: Sequence[str] | None = None) -> int:
    """The command; returns its exit code: 0 where it fits, 1 where it does not, 2 after a mistake of the user's."""
    return run_command(_plan, __doc__, argv, {"hardware": "1xH100", "json": False})


def _plan(options: Options) -> int:
    settings = Settings.from_config(options.config)
    machine = machine_named(options.own["hardware"])
    # JAX is loaded when everything else is known to be right: it takes seconds. Counting needs no accelerator.
    os.environ.setdefault("JAX_PLATFORMS", "cpu")
    from experiments.forecast import Planner, as_json, as_text

    planner = Planner(settings)
    plan = planner.plan(settings, machine)
    advice = [] if plan.fits else planner.advice(settings, machine)
    print(json.dumps(as_json(plan, advice)) if options.own["json"] else as_text(plan, advice), flush=True)
    return 0 if plan.fits else 1


if __name__ == "__main__":
    sys.exit(main())
