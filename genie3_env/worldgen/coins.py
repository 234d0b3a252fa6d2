"""Coins laid out in a draft: as many of one colour as of another; the instruction says which to collect."""

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
    draw_spawns,
    farthest_spawn_m,
    find_zones,
)
from genie3_env.worldgen.navigation import Terrain, move_costs, survey, ways_to

USUAL = 5  # of each colour
SPARE = 3  # more of the first colour, for events
COIN_SPACING_M = 3.0
NEAREST_SPAWN_M = 3.0
ROUND_M = 25.0  # a way that leads past all coins is longer than that to a flag


def lay_out_coins(draft: Draft, spec: WorldSpec, rng: np.random.Generator) -> Layout:
    """Coins of two colours and spawns; CannotLayOut where the draft has no room for them."""
    order = rng.permutation(len(FLAG_COLOURS))
    wanted = [FLAG_COLOURS.index(colour) for colour in (spec.coin_colour,) if colour]
    first, second = (wanted + [int(colour) for colour in order if colour not in wanted])[:2]
    number = USUAL if spec.coins is None else spec.coins
    colours = np.array([first] * number + [second] * number + [first] * SPARE, np.int32)
    terrain = survey(draft.voxels)
    zones = find_zones(draft, terrain)
    spots = np.flatnonzero(zones["open"] & (zones["inner"] | zones["outer"] | zones["hall"]))
    limit = ROUND_M + 1.5 * farthest_spawn_m(spec.difficulty)
    reason = "no attempt was made"
    for _ in range(ATTEMPTS):
        coins = _draw_coins(terrain, spots, len(colours), limit / 4.0, rng)
        if coins is None:
            reason = f"There is no room for {len(colours)} coins {COIN_SPACING_M:.0f} m apart; ask for fewer."
            continue
        distances, via = coin_ways(terrain, coins, colours)
        inside = zones["open"] & (distances >= NEAREST_SPAWN_M).all(0) & (distances <= limit).all(0)
        spawns = draw_spawns(inside & zones["inner"], inside & zones["outer"], rng)
        if len(spawns) >= MIN_SPAWNS and np.isfinite(distances[:, coins]).all():
            none = np.zeros(0, np.int32)
            empty = np.zeros((0, len(terrain.cells)), np.float32)
            return Layout(
                terrain,
                none,
                none,
                empty,
                spawns,
                empty.astype(np.int32),
                num_goals=len(wanted),
                coins=Targets(coins, colours, distances, via),
                num_coins=2 * number,
            )
        reason = f"Only {len(spawns)} places to begin at lie within {limit:.0f} m of all coins."
    raise CannotLayOut(reason)


def coin_ways(terrain: Terrain, coins: np.ndarray, colours: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(distances float32 [K, C], via int32 [K, C]): the way to each coin, which keeps off those of other colours."""
    found = [
        ways_to(terrain, move_costs(terrain, coins, coin, np.flatnonzero(colours == colour)), coins[coin : coin + 1])
        for coin, colour in enumerate(colours)
    ]
    distances, via = zip(*found, strict=True)
    return np.stack(distances).astype(np.float32), np.stack(via)


def _draw_coins(
    terrain: Terrain, spots: np.ndarray, count: int, radius_m: float, rng: np.random.Generator
) -> np.ndarray | None:
    """int32 [K] cells COIN_SPACING_M apart, all within radius_m of somewhere; None where there was no room."""
    if not len(spots):
        return None
    middle = terrain.cells[rng.choice(spots)][None]
    free = spots[~apart(terrain.cells[spots], middle, radius_m)]
    coins: list[int] = []
    for _ in range(count):
        free = free[apart(terrain.cells[free], terrain.cells[coins[-1:]], COIN_SPACING_M)]
        if not len(free):
            return None
        coins.append(int(rng.choice(free)))
    return np.array(coins, np.int32)
