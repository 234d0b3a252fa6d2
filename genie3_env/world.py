"""World: the immutable result of generation. Everything that physics, tasks and renderer need, nothing that moves.

X, Y, Z: voxels along each axis. F: flags. C: standable cells. S: spawn cells.
"""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from genie3_env.prompt.spec import COLOURS, WorldSpec

FLAG_COLOURS = COLOURS
VOID = "none"  # of World.ground: there is no ground outside


class Landmark(NamedTuple):
    """A thing that stands in a world: its kind (prompt.spec.OBJECTS) and a voxel at its foot."""

    kind: str
    x: int
    y: int
    z: int


@dataclass(frozen=True, eq=False)
class World:
    """One world with one task.

    voxels: uint8 [X, Y, Z] bytes of `materials.MATERIALS`.
    flag_positions_m: float64 [F, 3] foot of each flagpole: centre of a standable cell, at floor height.
    flag_colours: int32 [F] indices in FLAG_COLOURS; flags of one colour are one goal.
    cell_index: int32 [X, Y, Z] number of the standable cell whose air the soles are in, else -1.
    cells: int32 [C, 3] voxel of each standable cell (the lower of its two air voxels).
    flag_distances_m: float32 [F, C] walkable metres from each cell to each flag; inf where there is no way.
    spawns: int32 [S] standable cells where an episode may begin; every flag can be reached from each.
    hour: "day", "dusk" or "night" (decided by the spec or the seed).
    ground_m: height of the endless ground outside of the grid.
    weather: one of prompt.spec.WEATHERS.
    ground: material of the endless ground outside of the grid, or VOID.
    landmarks: what stands where, in the order in which it was put there.
    num_goals: so many flags, the first ones, may be the goal; 0: all of them.
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
    weather: str = "clear"
    ground: str = "grass"
    landmarks: tuple[Landmark, ...] = ()
    num_goals: int = 0

    def __post_init__(self):
        for name in ("voxels", "flag_positions_m", "flag_colours", "cell_index", "cells", "flag_distances_m", "spawns"):
            getattr(self, name).flags.writeable = False

    @cached_property
    def digest(self) -> str:
        """SHA-256 over spec, seed and every array: equal exactly when two worlds are."""
        decided = self.spec.to_json(), self.seed, self.hour, self.weather, self.ground, self.ground_m, self.num_goals
        decided += tuple(f"{mark.kind} {mark.x} {mark.y} {mark.z}" for mark in self.landmarks)
        sha = hashlib.sha256("|".join(map(str, decided)).encode())
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
