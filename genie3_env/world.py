"""World: the immutable result of generation. Everything that physics, tasks and renderer need, nothing that moves.

X, Y, Z: voxels along each axis. F: flags. C: standable cells. S: spawn cells.
"""

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from genie3_env.prompt.spec import WorldSpec

FLAG_COLOURS = ("red", "blue", "yellow", "green", "pink")


@dataclass(frozen=True, eq=False)
class World:
    """One world with one task.

    voxels: uint8 [X, Y, Z] bytes of `materials.MATERIALS`.
    flag_positions_m: float64 [F, 3] foot of each flagpole: centre of a standable cell, at floor height.
    flag_colours: int32 [F] indices in FLAG_COLOURS, all different.
    cell_index: int32 [X, Y, Z] number of the standable cell whose air the soles are in, else -1.
    cells: int32 [C, 3] voxel of each standable cell (the lower of its two air voxels).
    flag_distances_m: float32 [F, C] walkable metres from each cell to each flag; inf where there is no way.
    spawns: int32 [S] standable cells where an episode may begin; every flag can be reached from each.
    hour: "day", "dusk" or "night" (decided by the spec or the seed).
    ground_m: height of the endless ground outside of the grid.
    """

    spec: WorldSpec
    seed: int
    hour: str
    ground_m: int
    voxels: np.ndarray
    flag_positions_m: np.ndarray
    flag_colours: np.ndarray
    cell_index: np.ndarray
    cells: np.ndarray
    flag_distances_m: np.ndarray
    spawns: np.ndarray

    def __post_init__(self):
        for name in ("voxels", "flag_positions_m", "flag_colours", "cell_index", "cells", "flag_distances_m", "spawns"):
            getattr(self, name).flags.writeable = False

    @cached_property
    def digest(self) -> str:
        """SHA-256 over spec, seed and every array: equal exactly when two worlds are."""
        sha = hashlib.sha256(f"{self.spec.to_json()}|{self.seed}|{self.hour}|{self.ground_m}".encode())
        for array in (
            self.voxels,
            self.flag_positions_m,
            self.flag_colours,
            self.cells,
            self.flag_distances_m,
            self.spawns,
        ):
            sha.update(f"{array.dtype.str}{array.shape}".encode())
            sha.update(np.ascontiguousarray(array).tobytes())
        return sha.hexdigest()
