"""Random numbers of environments: each has a stream of its own, which follows from a seed and its place alone."""

from collections.abc import Sequence

import numpy as np


def random_streams(seed: int | Sequence[int], count: int) -> np.ndarray:
    """uint64 [count] where each environment's stream begins; seed: one number, or one for each environment."""
    if isinstance(seed, int | np.integer):
        sequences = [np.random.SeedSequence(int(seed), spawn_key=(i,)) for i in range(count)]
    elif len(seed) == count:
        sequences = [np.random.SeedSequence(int(one), spawn_key=(0,)) for one in seed]
    else:
        raise ValueError(f"seed has {len(seed)} numbers; give one number, or {count}.")
    return np.array([sequence.generate_state(1, np.uint64)[0] for sequence in sequences])
