"""One process of a run, as `python -m experiments.train` is, which writes its parameters down at the end.

python -m tests.experiments.process FILE.npz [flags of experiments.train]
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np

from experiments import train


def main() -> int:
    """The command; FILE.npz then holds every parameter as this process has it, whole."""
    file, *flags = sys.argv[1:]

    def write_down(run, config, workdir) -> None:
        import jax

        params = run.programs.acting_params(run.state.params)
        leaves: Any = {jax.tree_util.keystr(path): np.asarray(leaf) for path, leaf in jax.tree.leaves_with_path(params)}
        np.savez(Path(file), **leaves, updates=run.updates, devices=jax.device_count())

    from experiments import loop

    loop.judge = write_down
    return train.main(["train", *flags])


if __name__ == "__main__":
    sys.exit(main())
