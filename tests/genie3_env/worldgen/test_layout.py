"""Flags and spawns: where they stand, and that a body gets from each spawn to each flag."""

import numpy as np
import pytest

from genie3_env.materials import WATER, material
from genie3_env.prompt.spec import WorldSpec
from genie3_env.sim.bank import build_bank
from genie3_env.types import Outcome
from genie3_env.worldgen.builder import WorldBuilder
from genie3_env.worldgen.canvas import Draft
from genie3_env.worldgen.layout import (
    FLAG_SPACING_M,
    MIN_SPAWNS,
    NEAREST_SPAWN_M,
    CannotLayOut,
    farthest_spawn_m,
    lay_out,
)
from tests.genie3_env.walker import walk_to_flag

GROUND = 4
DIFFICULTIES = (0.0, 0.3, 1.0)


@pytest.fixture(scope="module")
def castles():
    """difficulty -> castles, with moats of every kind."""
    return {
        difficulty: [
            world
            for moat in ("lava", "water", "none")
            for world in WorldBuilder().generate(
                spec=WorldSpec("castle", moat=moat, difficulty=difficulty), num_worlds=4, seed=2
            )
        ]
        for difficulty in DIFFICULTIES
    }


def yard(size):
    """A meadow of size x size columns that is all courtyard, with its gate in a corner."""
    voxels = np.zeros((size, size, 12), np.uint8)
    voxels[:, :, :GROUND] = material("grass")
    x, y = np.mgrid[1 : size - 1, 1 : size - 1].reshape(2, -1)
    places = {
        "inner": np.stack([x, y, np.full(len(x), GROUND)], 1).astype(np.int32),
        "outer": np.zeros((0, 3), np.int32),
        "high": np.zeros((0, 3), np.int32),
        "home": np.array([[1, 1, GROUND]], np.int32),
        "entrance": np.array([[1, 1, GROUND]], np.int32),
    }
    return Draft(voxels, GROUND, "day", places)


def test_spawns_are_at_most_20_m_away_and_60_more_at_full_difficulty():
    assert [farthest_spawn_m(d) for d in (0.0, 0.3, 1.0)] == pytest.approx([20, 38, 80])


def test_a_yard_takes_three_flags():
    layout = lay_out(yard(26), WorldSpec("castle", flags=3), np.random.default_rng(0))
    cells = layout.terrain.cells
    assert len(layout.flags) == len(set(layout.colours)) == len(layout.distances_m) == 3
    assert (layout.distances_m[np.arange(3), layout.flags] == 0).all()
    # Flags keep three columns from the outermost ring, which nobody enters, and five metres from the gate.
    assert cells[layout.flags, :2].min() >= 4 and cells[layout.flags, :2].max() <= 21
    assert (np.hypot(*(cells[layout.flags, :2] - 1).T) >= 5).all()


def test_a_yard_too_small_for_its_flags_is_refused():
    with pytest.raises(CannotLayOut, match="no room for 5 flags 6 m apart"):
        lay_out(yard(14), WorldSpec("castle", flags=5), np.random.default_rng(0))


def test_flags_stand_apart_in_different_colours(castles):
    for worlds in castles.values():
        for world in worlds:
            feet = world.flag_positions_m
            assert 3 <= len(feet) <= 5 and len(set(world.flag_colours)) == len(feet)
            gaps = np.linalg.norm((feet[:, None] - feet[None])[..., :2], axis=-1)[np.triu_indices(len(feet), 1)]
            assert gaps.min() >= FLAG_SPACING_M
            at = np.floor(feet).astype(int)
            assert (world.cell_index[tuple(at.T)] >= 0).all() and (feet == at + (0.5, 0.5, 0.0)).all()


def test_every_flag_is_within_reach_of_every_spawn(castles):
    for difficulty, worlds in castles.items():
        for world in worlds:
            metres = world.flag_distances_m[:, world.spawns]
            assert metres.min() >= NEAREST_SPAWN_M and metres.max() <= farthest_spawn_m(difficulty)
            assert MIN_SPAWNS <= len(world.spawns) <= 64 and len(set(world.spawns)) == len(world.spawns)
            assert (world.voxels[tuple(world.cells[world.spawns].T)] != WATER).all()


def test_low_difficulty_keeps_flags_in_the_courtyard_and_high_difficulty_does_not(castles):
    heights = {
        difficulty: np.concatenate([world.flag_positions_m[:, 2] - world.ground_m for world in worlds])
        for difficulty, worlds in castles.items()
    }
    assert (heights[0.0] == 0).all()
    assert (heights[1.0] >= 5).any()  # on a wall
    means = {d: np.mean([w.flag_distances_m[:, w.spawns].mean() for w in worlds]) for d, worlds in castles.items()}
    assert means[0.0] < 15 < means[0.3] < 30 < means[1.0]


def test_some_episodes_begin_in_the_courtyard_and_some_outside():
    worlds = WorldBuilder().generate("a castle with lava moat", num_worlds=10, seed=4)
    outside = []
    for world in worlds:
        lava = np.argwhere((world.voxels == material("lava")).any(2))
        at = world.cells[world.spawns][:, :2]
        inner = (at > lava.min(0)).all(1) & (at < lava.max(0)).all(1)
        outside.append((~inner).mean())
    assert 0.03 < np.mean(outside) < 0.5


@pytest.mark.parametrize("difficulty", DIFFICULTIES)
def test_a_body_that_follows_the_field_reaches_the_flag(castles, difficulty):
    worlds, rng = castles[difficulty], np.random.default_rng(0)
    bank = build_bank(worlds)
    walks = [
        (
            index,
            spawn,
            flag,
            walk_to_flag(bank, index, world, spawn, flag, max_steps=300),
            world.flag_distances_m[flag, spawn],
        )
        for index, world in enumerate(worlds)
        for flag in range(len(world.flag_colours))
        for spawn in rng.choice(world.spawns, 3)
    ]
    failures = [walk for walk in walks if walk[3].outcome != Outcome.SUCCESS]
    assert len(failures) <= 0.05 * len(walks), failures
    # At 5 m/s a step of 0.1 s is half a metre: the field promises neither much too little nor too much.
    pace = np.mean([0.5 * walk.steps / metres for *_, walk, metres in walks])
    assert 0.85 < pace < 1.2
