"""Puzzles laid out in a draft: flags in a vault, outside the levers and keys of its gates, and other flags."""

import numpy as np

from genie3_env.prompt.spec import WorldSpec
from genie3_env.world import FLAG_COLOURS
from genie3_env.worldgen.canvas import Draft
from genie3_env.worldgen.layout import (
    ATTEMPTS,
    MIN_SPAWNS,
    CannotLayOut,
    Layout,
    Targets,
    apart,
    draw_colours,
    draw_flags,
    draw_spawns,
    farthest_spawn_m,
    find_flag_spots,
    find_zones,
)
from genie3_env.worldgen.navigation import Terrain, flag_ways, move_costs, shut, survey, ways_to

LEVER, KEY = 0, 1
TRIGGER_SPACING_M = 6.0
NEAREST_SPAWN_M = 3.0


def lay_out_puzzle(draft: Draft, spec: WorldSpec, rng: np.random.Generator) -> Layout:
    """Flags, triggers and spawns; CannotLayOut where the draft has no vault or no room for them."""
    vault = draft.vault
    if vault is None:
        raise CannotLayOut("There is no room for a vault; ask for fewer things.")
    colours = draw_colours(spec, int(rng.integers(3, 5)), rng.permutation(len(FLAG_COLOURS)))
    one_key = int(rng.integers(2))
    kinds = np.array([one_key] if len(vault.gates) == 1 else [KEY, LEVER], np.int32)
    terrain = survey(draft.voxels)
    zones = find_zones(draft, terrain)
    inside_vault = terrain.cell_index[tuple(vault.flags.T)]
    outside = _outside(terrain, zones, vault.gates)
    flag_spots = {zone: cells[outside[cells]] for zone, cells in find_flag_spots(draft, terrain, zones).items()}
    spots = np.flatnonzero(zones["open"] & outside & (zones["inner"] | zones["outer"]))
    door = vault.gates[-1:, :3]
    limit = 1.5 * farthest_spawn_m(spec.difficulty)
    reason = "no attempt was made"
    for _ in range(ATTEMPTS):
        others = draw_flags(terrain.cells, flag_spots, len(colours) - len(inside_vault), spec.difficulty, rng)
        triggers = None if others is None else _draw_triggers(terrain, spots, others, door, len(kinds), rng)
        if others is None or triggers is None:
            reason = "There is no room for the flags, levers and keys outside of the vault; ask for fewer things."
            continue
        flags = np.concatenate([inside_vault, others]).astype(np.int32)
        distances, via = flag_ways(terrain, flags, colours)
        to_triggers = _trigger_ways(terrain, flags, triggers, vault.gates)
        metres = to_triggers[0]
        good = zones["open"] & outside & np.isfinite(distances).all(0)
        good &= (metres >= NEAREST_SPAWN_M).all(0) & (metres <= limit).all(0) & (distances >= NEAREST_SPAWN_M).all(0)
        spawns = draw_spawns(good & zones["inner"], good & zones["outer"], rng)
        if len(spawns) >= MIN_SPAWNS and np.isfinite(metres[:, triggers]).all():
            return Layout(
                terrain,
                flags,
                colours,
                distances,
                spawns,
                via,
                num_goals=len(inside_vault),
                triggers=Targets(triggers, kinds, *to_triggers),
            )
        reason = f"Only {len(spawns)} places to begin at lie within {limit:.0f} m of all levers and keys."
    raise CannotLayOut(reason)


def _outside(terrain: Terrain, zones: dict[str, np.ndarray], gates: np.ndarray) -> np.ndarray:
    """bool [C] from where most of the open land can be reached while all gates are closed."""
    land = np.flatnonzero(zones["open"] & (zones["inner"] | zones["outer"]))
    if not len(land):
        raise CannotLayOut("There is nowhere to stand.")
    best = np.zeros(len(terrain.cells), bool)
    costs = shut(terrain, terrain.move_m, gates)
    for cell in land[np.linspace(0, len(land) - 1, 4).astype(int)]:
        found = np.isfinite(ways_to(terrain, costs, np.array([cell]))[0])
        best = found if found.sum() > best.sum() else best
    return best


def _draw_triggers(
    terrain: Terrain, spots: np.ndarray, flags: np.ndarray, door: np.ndarray, count: int, rng: np.random.Generator
) -> np.ndarray | None:
    """int32 [L] cells apart from flags, from the door and from each other; None where there was no room."""
    triggers: list[int] = []
    free = spots[apart(terrain.cells[spots], np.concatenate([terrain.cells[flags], door]), TRIGGER_SPACING_M)]
    for _ in range(count):
        free = free[apart(terrain.cells[free], terrain.cells[triggers[-1:]], TRIGGER_SPACING_M)]
        if not len(free):
            return None
        triggers.append(int(rng.choice(free)))
    return np.array(triggers, np.int32)


def _trigger_ways(
    terrain: Terrain, flags: np.ndarray, triggers: np.ndarray, gates: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """(distances float32 [L, C], via int32 [L, C]) with all gates closed, keeping off the flags."""
    found = []
    for trigger in triggers:
        costs = move_costs(terrain, np.append(flags, trigger), len(flags))
        found.append(ways_to(terrain, shut(terrain, costs, gates), np.array([trigger])))
    distances, via = zip(*found, strict=True)
    return np.stack(distances).astype(np.float32), np.stack(via)
