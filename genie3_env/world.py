"""World: the immutable result of generation. Everything that physics, tasks and renderer need, nothing that moves.

X, Y, Z: voxels along each axis. F: flags. C: standable cells. S: spawn cells.
"""

import hashlib
import importlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np

from genie3_env.prompt.spec import COLOURS, WorldSpec

FLAG_COLOURS = COLOURS
# The arrays of a World that its digest covers.
DIGESTED = (
    *("voxels", "flag_positions_m", "flag_colours", "cells", "flag_distances_m", "spawns", "coin_positions_m"),
    *("coin_colours", "coin_distances_m", "trigger_positions_m", "trigger_is_key", "trigger_distances_m", "gates"),
    *("lifts", "proof_starts", "proof_lengths", "proof_actions"),
)
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
    coin_positions_m: float64 [K, 3] floor below each coin; coin_colours: int32 [K] indices in FLAG_COLOURS.
    num_coins: so many of them are there from the beginning; the others come by events.
    trigger_positions_m: float64 [L, 3] floor below each lever or key; trigger_is_key: uint8 [L], 1 for a key.
    gates: int32 [L, 6] low and high voxel (x, y, z each, high excluded) of what stays closed until trigger l is used.
    lifts: float64 [P, 9] moving platforms: middle of the upper side at one end of the way (x, y, z) and at the other
        one, half its sides (x, y), physics steps for the way there and back.
    proof_starts: int32 [G] for each goal the spawn cell from which a walker reached it in the physics;
        proof_lengths: int32 [G] in so many environment steps; proof_actions: int8 [sum of lengths, 8] by these inputs,
        127 being 1.0, goal after goal. See worldgen.proof.verify.
    coin_distances_m, trigger_distances_m: float32 [K, C], [L, C] as flag_distances_m. Ways to triggers lead through no
        gate, all others through open ones.
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
    num_coins: int = 0
    coin_positions_m: np.ndarray = field(default_factory=lambda: np.zeros((0, 3)))
    coin_colours: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int32))
    coin_distances_m: np.ndarray = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    trigger_positions_m: np.ndarray = field(default_factory=lambda: np.zeros((0, 3)))
    trigger_is_key: np.ndarray = field(default_factory=lambda: np.zeros(0, np.uint8))
    trigger_distances_m: np.ndarray = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    gates: np.ndarray = field(default_factory=lambda: np.zeros((0, 6), np.int32))
    proof_starts: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int32))
    proof_lengths: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int32))
    proof_actions: np.ndarray = field(default_factory=lambda: np.zeros((0, 8), np.int8))
    lifts: np.ndarray = field(default_factory=lambda: np.zeros((0, 9)))

    def __post_init__(self):
        for name in ("coin_distances_m", "trigger_distances_m"):
            if not len(getattr(self, name)):  # of nothing, but from every cell
                object.__setattr__(self, name, np.zeros((0, len(self.cells)), np.float32))
        for name in (*DIGESTED, "cell_index"):
            getattr(self, name).flags.writeable = False

    def verify(self) -> bool:
        """Whether the proof holds: its inputs, played again in the physics, solve the world; see worldgen.proof."""
        # Physics stands above this module, and is loaded when it is asked for.
        return importlib.import_module("genie3_env.worldgen.proof").verify(self)

    @cached_property
    def digest(self) -> str:
        """SHA-256 over spec, seed and every array: equal exactly when two worlds are."""
        decided = (
            self.spec.to_json(),
            self.seed,
            self.hour,
            self.weather,
            self.ground,
            self.ground_m,
            self.num_goals,
            self.num_coins,
        )
        decided += tuple(f"{mark.kind} {mark.x} {mark.y} {mark.z}" for mark in self.landmarks)
        sha = hashlib.sha256("|".join(map(str, decided)).encode())
        for array in (getattr(self, name) for name in DIGESTED):
            sha.update(f"{array.dtype.str}{array.shape}".encode())
            sha.update(np.ascontiguousarray(array).tobytes())
        return sha.hexdigest()
