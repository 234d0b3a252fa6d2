"""SimBank: what the physics and the tasks need of many worlds, concatenated for Numba kernels.

W: worlds, X, Y, Z: voxels of one world along each axis, C: standable cells, S: spawns, F: MAX_FLAGS.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numba import njit

from genie3_env.materials import DEADLY, SOLID
from genie3_env.types import MAX_FLAGS
from genie3_env.world import World

KIND_SOLID = 1  # bits of a voxel's kind
KIND_DEADLY = 2


class SimBank(NamedTuple):
    """W worlds, one after the other.

    kinds: uint8 [sum of X*Y*Z] KIND_SOLID and KIND_DEADLY bits of each voxel, world after world in C order.
    kind_start: int64 [W] first voxel of each world.
    shape: int64 [W, 3] X, Y, Z.
    column_cells: int32 [sum of X*Y + 1] first cell of each column (x, y) counted from the world's first; the column
        ends where the next one begins.
    column_start: int64 [W] first column of each world.
    cell_level: int16 [sum of C] z of each standable cell, ordered by column.
    cell_start: int64 [W] first cell of each world.
    flag_distances_m: float32 [sum of C, F] walkable metres from each cell to each flag.
    flag_positions_m: float64 [W, F, 3] foot of each pole.
    flag_colours: int32 [W, F].
    num_flags, num_goals: int64 [W] flags; the first of them that may be goals.
    spawns_m: float64 [sum of S, 3] where the soles of a new episode may stand.
    spawn_start: int64 [W + 1] first spawn of each world.
    """

    kinds: np.ndarray
    kind_start: np.ndarray
    shape: np.ndarray
    column_cells: np.ndarray
    column_start: np.ndarray
    cell_level: np.ndarray
    cell_start: np.ndarray
    flag_distances_m: np.ndarray
    flag_positions_m: np.ndarray
    flag_colours: np.ndarray
    num_flags: np.ndarray
    num_goals: np.ndarray
    spawns_m: np.ndarray
    spawn_start: np.ndarray


def build_bank(worlds: Sequence[World]) -> SimBank:
    """The bank of `worlds`; ValueError where a world cannot be played."""
    if not worlds:
        raise ValueError("A pool needs at least one world, got none; make some with WorldBuilder().generate(...).")
    for index, world in enumerate(worlds):
        _check(index, world)
    kind_table = (SOLID * KIND_SOLID + DEADLY * KIND_DEADLY).astype(np.uint8)
    shapes = np.array([world.voxels.shape for world in worlds], np.int64)
    columns, levels, distances = zip(*map(_cells_by_column, worlds), strict=True)
    flags = np.zeros((len(worlds), MAX_FLAGS, 3))
    colours = np.full((len(worlds), MAX_FLAGS), -1, np.int32)
    for index, world in enumerate(worlds):
        flags[index, : len(world.flag_colours)] = world.flag_positions_m
        colours[index, : len(world.flag_colours)] = world.flag_colours
    spawns = [world.cells[world.spawns] + (0.5, 0.5, 0.0) for world in worlds]
    return SimBank(
        kinds=np.concatenate([kind_table[world.voxels].ravel() for world in worlds]),
        kind_start=_starts([world.voxels.size for world in worlds])[:-1],
        shape=shapes,
        column_cells=np.concatenate(columns),
        column_start=_starts([len(column) for column in columns])[:-1],
        cell_level=np.concatenate(levels),
        cell_start=_starts([len(level) for level in levels])[:-1],
        flag_distances_m=np.concatenate(distances),
        flag_positions_m=flags,
        flag_colours=colours,
        num_flags=np.array([len(world.flag_colours) for world in worlds], np.int64),
        num_goals=np.array([world.num_goals or len(world.flag_colours) for world in worlds], np.int64),
        spawns_m=np.concatenate(spawns),
        spawn_start=_starts([len(spawn) for spawn in spawns]),
    )


@njit(cache=True, nogil=True, error_model="numpy")
def world_grid(bank, world):
    """uint8 [X, Y, Z] kinds of one world's voxels, a view."""
    nx, ny, nz = bank.shape[world]
    start = bank.kind_start[world]
    return bank.kinds[start : start + nx * ny * nz].reshape((nx, ny, nz))


def _check(index: int, world: World) -> None:
    num_flags = len(world.flag_colours)
    if not 1 <= num_flags <= MAX_FLAGS:
        raise ValueError(f"World {index} has {num_flags} flags; a world to play in has 1 to {MAX_FLAGS}.")
    if len(world.spawns) == 0:
        raise ValueError(f"World {index} has no spawns; a world to play in has at least one.")
    if not np.isfinite(world.flag_distances_m[:, world.spawns]).all():
        raise ValueError(f"World {index} has a spawn from which a flag cannot be reached; generate it again.")


def _starts(counts: Sequence[int]) -> np.ndarray:
    """int64 [n + 1] running sum of counts, from 0."""
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def _cells_by_column(world: World) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of one world: column_cells, cell_level, flag_distances_m [C, F]."""
    nx, ny, _ = world.voxels.shape
    x, y, z = world.cells.T
    order = np.lexsort((z, y, x))
    column_cells = np.searchsorted((x * ny + y)[order], np.arange(nx * ny + 1)).astype(np.int32)
    distances = np.full((len(order), MAX_FLAGS), np.inf, np.float32)
    distances[:, : len(world.flag_colours)] = world.flag_distances_m.T[order]
    return column_cells, z[order].astype(np.int16), distances
