"""A task laid out in a draft: where the flags stand, what colours they have, where episodes begin.

C: standable cells. F: flags. S: spawns.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit

from genie3_env.materials import SOLID, WATER
from genie3_env.prompt.spec import FLAGS, WorldSpec
from genie3_env.world import FLAG_COLOURS
from genie3_env.worldgen.canvas import Draft
from genie3_env.worldgen.course import Leap
from genie3_env.worldgen.navigation import Terrain, flag_ways, reachable, survey

MAX_SPAWNS = 64
MIN_SPAWNS = 16
FLAG_SPACING_M = 6.0
GATE_CLEARANCE_M = 5.0  # no flag stands nearer to a gate: whoever comes in shall not run into it
NEAREST_SPAWN_M = 6.0
ATTEMPTS = 12
HOMES_TRIED = 8  # places from which the most reachable part of a land is looked for

# Share of flags at difficulty d: slope * (d - onset), at most the limit; the rest stands in the inner zone.
_FLAG_SHARES = {"hall": (0.5, 0.25, 0.25), "outer": (0.6, 0.35, 0.3), "high": (0.6, 0.4, 0.3)}


class CannotLayOut(Exception):
    """No layout of the task was found in this draft; another draft may have one."""


@dataclass(frozen=True, eq=False)
class Targets:
    """Cells to get to. cells, kinds: int32 [n]; distances_m: float32 [n, C]; via: int32 [n, C] (navigation.ways_to)."""

    cells: np.ndarray
    kinds: np.ndarray
    distances_m: np.ndarray
    via: np.ndarray


NO_TARGETS = Targets(
    np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros((0, 0), np.float32), np.zeros((0, 0), np.int32)
)


@dataclass(frozen=True, eq=False)
class Layout:
    """A task in a terrain.

    flags: int32 [F] cells where they stand.
    colours: int32 [F] indices in FLAG_COLOURS.
    distances_m: float32 [F, C] walkable metres from each cell to each flag.
    spawns: int32 [S] cells.
    via: int32 [F, C] moves on the way to each flag (navigation.ways_to).
    num_goals: the first flags, or colours of coins, that may be the goal; 0: all.
    coins: kinds are colours; the first num_coins are there from the beginning.
    triggers: kinds are 0 for a lever, 1 for a key; one for each gate.
    """

    terrain: Terrain
    flags: np.ndarray
    colours: np.ndarray
    distances_m: np.ndarray
    spawns: np.ndarray
    via: np.ndarray
    num_goals: int = 0
    coins: Targets = NO_TARGETS
    num_coins: int = 0
    triggers: Targets = NO_TARGETS


def farthest_spawn_m(difficulty: float) -> float:
    """How far a spawn may be from any flag."""
    return 20.0 + 60.0 * difficulty


def lay_out(draft: Draft, spec: WorldSpec, rng: np.random.Generator, leaps: Sequence[Leap] = ()) -> Layout:
    """Flags and spawns as `spec` asks; CannotLayOut where the draft has no room for them.

    leaps: of a course on the way to the flags, on whose start episodes then begin.
    """
    drawn = int(rng.integers(FLAGS[0], FLAGS[1] + 1))
    drawn = FLAGS[0] if leaps else drawn  # a terrace has room for more only by luck
    colours = draw_colours(spec, drawn, rng.permutation(len(FLAG_COLOURS)))
    num_flags = len(colours)
    terrain = survey(draft.voxels, leaps)
    zones = find_zones(draft, terrain)
    flag_spots = find_flag_spots(draft, terrain, zones)
    spawn_spots = zones["open"] & (zones["home"] if leaps else zones["inner"] | zones["outer"])
    spawn_zone = zones["home"] if leaps else zones["inner"]
    limit = np.inf if leaps else farthest_spawn_m(spec.difficulty)
    reason = "no attempt was made"
    for _ in range(ATTEMPTS):
        flags = draw_flags(terrain.cells, flag_spots, num_flags, spec.difficulty, rng)
        if flags is None:
            reason = f"There is no room for {num_flags} flags {FLAG_SPACING_M:.0f} m apart; ask for fewer."
            continue
        distances, via = flag_ways(terrain, flags, colours)
        inside = spawn_spots & (distances >= NEAREST_SPAWN_M).all(0) & (distances <= limit).all(0)
        spawns = draw_spawns(inside & spawn_zone, inside & zones["outer"], rng)
        if len(spawns) >= MIN_SPAWNS:
            return Layout(terrain, flags, colours, distances, spawns, via, num_goals=len(spec.flag_colours))
        reason = (
            f"Only {len(spawns)} places to begin at lie within {limit:.0f} m of all flags; ask for more difficulty."
        )
    raise CannotLayOut(reason)


def draw_colours(spec: WorldSpec, drawn: int, order: np.ndarray) -> np.ndarray:
    """int32 [F] colours of the flags: first those that the spec names, then others as the seed has them in `order`.

    Beside flags of one colour at least one of another stands, if there is room: who does not listen shall not succeed.
    """
    named = [FLAG_COLOURS.index(colour) for colour in spec.flag_colours]
    others = [int(colour) for colour in order if colour not in named]
    if spec.flags is not None:
        count = max(spec.flags, len(named))
    else:
        count = max(FLAGS[0], len(named) + (len(set(named)) == 1)) if named else drawn
    return np.array((named + others)[: min(count, FLAGS[1])], np.int32)


def find_zones(draft: Draft, terrain: Terrain) -> dict[str, np.ndarray]:
    """Masks [C]: the draft's places as far as a way leads there from its home.

    And "hall": what has a roof in the inner zone; "open" and "wide": level and free all round, for a body and a flag.
    """
    zones = {}
    for kind, places in draft.places.items():
        found = terrain.cell_index[tuple(places.T)]
        zones[kind] = np.zeros(len(terrain.cells), bool)
        zones[kind][found[found >= 0]] = True
    home = _home(terrain, zones)
    zones = {kind: mask & home for kind, mask in zones.items()}
    x, y, z = terrain.cells.T
    highest = draft.voxels.shape[2] - 1 - SOLID[draft.voxels][:, :, ::-1].argmax(2)
    covered = highest[x, y] > z
    zones["hall"] = zones["inner"] & covered & (not draft.indoors)
    zones["inner"] &= ~zones["hall"]
    ground = terrain.cell_index, terrain.cells
    hilly = zones["outer"] | (zones["inner"] & draft.hilly)
    zones["open"] = _level_ground(*ground, 1, hilly) & (draft.voxels[x, y, z] != WATER)
    zones["wide"] = _level_ground(*ground, draft.flag_room, hilly) & zones["open"]
    return zones


def _home(terrain: Terrain, zones: dict[str, np.ndarray]) -> np.ndarray:
    """bool [C] what can be reached from where the draft says, or else from the middle of most of the inner zone."""
    said = np.flatnonzero(zones["home"])
    if len(said):
        return reachable(terrain, said)
    inner = np.flatnonzero(zones["inner"])
    if not len(inner):
        raise CannotLayOut("There is nowhere to stand.")
    best = np.zeros(len(terrain.cells), bool)
    for start in inner[np.linspace(0, len(inner) - 1, HOMES_TRIED).astype(int)]:
        if not best[start]:
            found = reachable(terrain, np.array([start]))
            best = found if found.sum() > best.sum() else best
    return best


@njit(cache=True, nogil=True, error_model="numpy")
def _level_ground(cell_index, cells, reach, hilly):
    """bool [C] whether all columns up to `reach` away have a cell at this level; where hilly [C], near it."""
    level = np.zeros(len(cells), np.bool_)
    for cell in range(len(cells)):
        x, y, z = cells[cell]
        slack = 1 if hilly[cell] else 0
        level[cell] = _is_level(cell_index, x, y, z - slack, z + slack, reach)
    return level


@njit(cache=True, nogil=True, error_model="numpy")
def _is_level(cell_index, x, y, low, high, reach):
    """Whether each column up to `reach` from (x, y) has a cell with its z in low..high."""
    if min(x, y) < reach or x + reach >= cell_index.shape[0] or y + reach >= cell_index.shape[1]:
        return False
    for i in range(x - reach, x + reach + 1):
        for j in range(y - reach, y + reach + 1):
            found = False
            for k in range(max(low, 0), min(high + 1, cell_index.shape[2])):
                found |= cell_index[i, j, k] >= 0
            if not found:
                return False
    return True


def find_flag_spots(draft: Draft, terrain: Terrain, zones: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Cells int64 [n] of each zone where a flag may stand."""
    aside = apart(terrain.cells, draft.places["entrance"], GATE_CLEARANCE_M)
    free = {
        "inner": zones["inner"] & zones["wide"],
        "outer": zones["outer"] & zones["wide"],
        "hall": zones["hall"] & zones["open"],  # nobody has to pass a flag in a hall or on a wall
        "high": zones["high"],
    }
    return {zone: np.flatnonzero(mask & aside) for zone, mask in free.items()}


def apart(cells: np.ndarray, others: np.ndarray, least_m: float) -> np.ndarray:
    """bool [n] which of cells int [n, 3] lie at least so far from all of others int [m, 3], seen from above."""
    offset = cells[:, None, :2] - others[None, :, :2]
    return ((offset**2).sum(2) >= least_m**2).all(1)


def draw_flags(
    cells: np.ndarray, spots: dict[str, np.ndarray], count: int, difficulty: float, rng: np.random.Generator
) -> np.ndarray | None:
    """int32 [F] cells FLAG_SPACING_M apart; None where there was no room."""
    shares = {
        zone: min(max(slope * (difficulty - onset), 0.0), limit) for zone, (slope, onset, limit) in _FLAG_SHARES.items()
    }
    shares["inner"] = 1.0 - sum(shares.values())
    wanted = rng.choice(list(shares), size=count, p=list(shares.values()))
    flags: list[int] = []
    for zone in wanted:
        for candidates in (spots[str(zone)], spots["inner"]):  # a castle may be without a hall
            free = candidates[apart(cells[candidates], cells[flags], FLAG_SPACING_M)]
            if len(free):
                flags.append(int(rng.choice(free)))
                break
        else:
            return None
    return np.array(flags, np.int32)


def draw_spawns(inner: np.ndarray, outer: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """int32 [S <= MAX_SPAWNS] cells, two thirds of them in the inner zone if there are as many on either side."""
    indoors, outdoors = (rng.permutation(np.flatnonzero(mask)) for mask in (inner, outer))
    num_outdoors = min(len(outdoors), max(MAX_SPAWNS // 3, MAX_SPAWNS - len(indoors)))
    chosen = np.concatenate([indoors[: MAX_SPAWNS - num_outdoors], outdoors[:num_outdoors]])
    return np.sort(chosen).astype(np.int32)
