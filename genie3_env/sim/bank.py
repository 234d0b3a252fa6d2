"""SimBank: what the physics and the tasks need of many worlds, concatenated for Numba kernels.

W: worlds, X, Y, Z: voxels of one world along each axis, C: standable cells, S: spawns, F: MAX_FLAGS, K: coins,
L: levers and keys ("triggers"), P: lifts, T: targets.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numba import njit

from genie3_env.materials import DEADLY, LIQUID, SOLID
from genie3_env.prompt.spec import LIQUIDS, TASKS
from genie3_env.types import MAX_COINS, MAX_FLAGS, MAX_TRIGGERS
from genie3_env.world import World

WATER = LIQUIDS.index("water")
KIND_SOLID = 1  # bits of a voxel's kind
KIND_DEADLY = 2
KIND_LIQUID = 4
GATE_SHIFT = 3  # what is left of a kind, shifted by this, is one more than the gate that the voxel belongs to


class SimBank(NamedTuple):
    """W worlds, one after the other.

    kinds: uint8 [sum of X*Y*Z] KIND_SOLID, KIND_DEADLY and KIND_LIQUID bits of each voxel, and its gate; world after
        world in C order.
    kind_start: int64 [W] first voxel of each world.
    shape: int64 [W, 3] X, Y, Z.
    column_cells: int32 [sum of X*Y + 1] first cell of each column (x, y) counted from the world's first; the column
        ends where the next one begins.
    column_start: int64 [W] first column of each world.
    cell_level: int16 [sum of C] z of each standable cell, ordered by column.
    cell_start: int64 [W] first cell of each world.
    distances_m: float32 [sum of C, T] walkable metres from each cell to each target: to flags in columns 0 .. F - 1,
        then to coins, then to triggers.
    first_trigger: the column of the first trigger.
    flag_positions_m: float64 [W, F, 3] foot of each pole.
    flag_colours: int32 [W, F].
    num_flags, num_coins, num_triggers: int64 [W]. coins: uint64 [W] bits of the coins that are there at first.
    goals: int64 [W, G] what may be the goal (SIM_STATE.goal); num_goals: int64 [W] how many of them.
    tasks: int64 [W] index in prompt.spec.TASKS.
    coin_positions_m: float64 [W, K, 3]; coin_colours: int32 [W, K].
    trigger_positions_m: float64 [W, L, 3]; trigger_is_key: uint8 [W, L].
    lifts: float64 [sum of P, 9] see World; lift_start: int64 [W + 1] first lift of each world.
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
    distances_m: np.ndarray
    first_trigger: int
    flag_positions_m: np.ndarray
    flag_colours: np.ndarray
    num_flags: np.ndarray
    num_coins: np.ndarray
    num_triggers: np.ndarray
    coins: np.ndarray
    goals: np.ndarray
    num_goals: np.ndarray
    tasks: np.ndarray
    coin_positions_m: np.ndarray
    coin_colours: np.ndarray
    trigger_positions_m: np.ndarray
    trigger_is_key: np.ndarray
    lifts: np.ndarray
    lift_start: np.ndarray
    spawns_m: np.ndarray
    spawn_start: np.ndarray


def build_bank(worlds: Sequence[World]) -> SimBank:
    """The bank of `worlds`; ValueError where a world cannot be played."""
    if not worlds:
        raise ValueError("A pool needs at least one world, got none; make some with WorldBuilder().generate(...).")
    for index, world in enumerate(worlds):
        _check(index, world)
    kind_table = (SOLID * KIND_SOLID + DEADLY * KIND_DEADLY + LIQUID * KIND_LIQUID).astype(np.uint8)
    shapes = np.array([world.voxels.shape for world in worlds], np.int64)
    num_coins, num_triggers = (
        max(len(getattr(world, name)) for world in worlds) for name in ("coin_colours", "trigger_is_key")
    )
    first_trigger = MAX_FLAGS + num_coins
    columns, levels, distances = zip(
        *(_cells_by_column(world, first_trigger, num_triggers) for world in worlds), strict=True
    )
    goals = [_goals(world) for world in worlds]
    spawns = [world.cells[world.spawns] + (0.5, 0.5, 0.0) for world in worlds]
    return SimBank(
        kinds=np.concatenate([_kinds(world, kind_table).ravel() for world in worlds]),
        kind_start=_starts([world.voxels.size for world in worlds])[:-1],
        shape=shapes,
        column_cells=np.concatenate(columns),
        column_start=_starts([len(column) for column in columns])[:-1],
        cell_level=np.concatenate(levels),
        cell_start=_starts([len(level) for level in levels])[:-1],
        distances_m=np.concatenate(distances),
        first_trigger=first_trigger,
        flag_positions_m=_padded([world.flag_positions_m for world in worlds], MAX_FLAGS, 0.0),
        flag_colours=_padded([world.flag_colours for world in worlds], MAX_FLAGS, -1),
        num_flags=np.array([len(world.flag_colours) for world in worlds], np.int64),
        num_coins=np.array([len(world.coin_colours) for world in worlds], np.int64),
        num_triggers=np.array([len(world.trigger_is_key) for world in worlds], np.int64),
        coins=np.array([(1 << world.num_coins) - 1 for world in worlds], np.uint64),
        goals=_padded(goals, max(map(len, goals)), 0),
        num_goals=np.array([len(of_world) for of_world in goals], np.int64),
        tasks=np.array([TASKS.index(world.spec.task) for world in worlds], np.int64),
        coin_positions_m=_padded([world.coin_positions_m for world in worlds], num_coins, 0.0),
        coin_colours=_padded([world.coin_colours for world in worlds], num_coins, -1),
        trigger_positions_m=_padded([world.trigger_positions_m for world in worlds], num_triggers, 0.0),
        trigger_is_key=_padded([world.trigger_is_key for world in worlds], num_triggers, 0),
        lifts=np.concatenate([world.lifts for world in worlds]),
        lift_start=_starts([len(world.lifts) for world in worlds]),
        spawns_m=np.concatenate(spawns),
        spawn_start=_starts([len(spawn) for spawn in spawns]),
    )


class Grid(NamedTuple):
    """One world as a body meets it.

    kinds: uint8 [X, Y, Z], a view. lifts: float64 [P, 9] see World, a view.
    open_gates: a bit for each gate. deadly: bits of the kinds that burn.
    """

    kinds: np.ndarray
    lifts: np.ndarray
    open_gates: int
    deadly: int


@njit(cache=True, nogil=True, error_model="numpy")
def world_grid(bank, world, open_gates, deadly):
    """The Grid of one world."""
    nx, ny, nz = bank.shape[world]
    start = bank.kind_start[world]
    kinds = bank.kinds[start : start + nx * ny * nz].reshape((nx, ny, nz))
    lifts = bank.lifts[bank.lift_start[world] : bank.lift_start[world + 1]]
    return Grid(kinds, lifts, open_gates, deadly)


@njit(cache=True, nogil=True, error_model="numpy")
def grid_of(bank, state):
    """The Grid of the world of a state, as events and the body have left it."""
    deadly = KIND_DEADLY
    if state.liquid >= 0:  # an event has filled everything with another liquid
        deadly = 0 if state.liquid == WATER else KIND_LIQUID
    return world_grid(bank, state.world, int(state.triggers), deadly)


@njit(cache=True, nogil=True, error_model="numpy")
def is_solid(kind, open_gates):
    """Whether a voxel of a kind stops a body. It takes no Grid: to pass one on costs more than the rest."""
    if kind & KIND_SOLID:
        return True
    gate = kind >> GATE_SHIFT
    return gate > 0 and (open_gates >> (gate - 1)) & 1 == 0


def _check(index: int, world: World) -> None:
    num_flags = len(world.flag_colours)
    if world.spec.task == "collect_coins":
        if not 1 <= world.num_coins <= len(world.coin_colours) <= MAX_COINS:
            raise ValueError(
                f"World {index} has {len(world.coin_colours)} coins, {world.num_coins} of them at first; a world to"
                f" collect coins in has 1 to {MAX_COINS}."
            )
    elif not 1 <= num_flags <= MAX_FLAGS:
        raise ValueError(f"World {index} has {num_flags} flags; a world to play in has 1 to {MAX_FLAGS}.")
    if len(world.trigger_is_key) > MAX_TRIGGERS:
        raise ValueError(f"World {index} has {len(world.trigger_is_key)} levers and keys; at most {MAX_TRIGGERS} work.")
    if len(world.spawns) == 0:
        raise ValueError(f"World {index} has no spawns; a world to play in has at least one.")
    for name, metres in (
        ("flag", world.flag_distances_m),
        ("coin", world.coin_distances_m),
        ("lever or key", world.trigger_distances_m),
    ):
        if metres.size and not np.isfinite(metres[:, world.spawns]).all():
            raise ValueError(f"World {index} has a spawn from which a {name} cannot be reached; generate it again.")


def _starts(counts: Sequence[int]) -> np.ndarray:
    """int64 [n + 1] running sum of counts, from 0."""
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def _padded(rows: Sequence[np.ndarray], width: int, filler: float) -> np.ndarray:
    """[W, width, ...] arrays of different lengths, one below the other."""
    out = np.full((len(rows), width, *rows[0].shape[1:]), filler, rows[0].dtype)
    for index, row in enumerate(rows):
        out[index, : len(row)] = row
    return out


def _goals(world: World) -> np.ndarray:
    """int64 [G] what may be the goal: flags, or the first coin of each colour that may have to be collected."""
    if world.spec.task != "collect_coins":
        return np.arange(world.num_goals or len(world.flag_colours))
    colours = world.coin_colours[: world.num_coins]
    first = np.sort(np.unique(colours, return_index=True)[1])
    return MAX_FLAGS + first[: world.num_goals or len(first)]


def _kinds(world: World, table: np.ndarray) -> np.ndarray:
    """uint8 [X, Y, Z] see SimBank.kinds."""
    kinds = table[world.voxels]
    for gate, (x0, y0, z0, x1, y1, z1) in enumerate(world.gates.tolist()):
        kinds[x0:x1, y0:y1, z0:z1] |= (gate + 1) << GATE_SHIFT
    return kinds


def _cells_by_column(world: World, first_trigger: int, num_triggers: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of one world: column_cells, cell_level, distances_m [C, T]."""
    nx, ny, _ = world.voxels.shape
    x, y, z = world.cells.T
    order = np.lexsort((z, y, x))
    column_cells = np.searchsorted((x * ny + y)[order], np.arange(nx * ny + 1)).astype(np.int32)
    distances = np.full((len(order), first_trigger + num_triggers), np.inf, np.float32)
    for column, metres in (
        (0, world.flag_distances_m),
        (MAX_FLAGS, world.coin_distances_m),
        (first_trigger, world.trigger_distances_m),
    ):
        if len(metres):
            distances[:, column : column + len(metres)] = metres.T[order]
    return column_cells, z[order].astype(np.int16), distances
