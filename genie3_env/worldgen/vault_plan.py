"""Vault: where the flags of a puzzle stand, and the gates before them."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Vault:
    """flags: int32 [2, 3] voxels where flags stand inside. gates: int32 [L, 6] see World.gates, the inner one first."""

    flags: np.ndarray
    gates: np.ndarray
