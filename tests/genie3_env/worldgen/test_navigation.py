"""Cells, moves and distance fields on grids drawn by hand, in castles, and against the physics."""

import math

import numpy as np
import pytest

from genie3_env.materials import AIR, material
from genie3_env.sim.bank import build_bank
from genie3_env.sim.mechanisms import TOUCH_RADIUS_M, walkable_distance
from genie3_env.worldgen.builder import WorldBuilder
from genie3_env.worldgen.navigation import KEEP_OFF_M, distance_fields, drop_m, move_costs, reachable, survey
from tests.toy_world import toy_world

GROUND = 4
ROOT2 = math.sqrt(2.0)


def meadow(size=12, height=16):
    """A flat grid; soles stand at z = 4, columns 1..size-2 can be stood in."""
    voxels = np.zeros((size, size, height), np.uint8)
    voxels[:, :, :GROUND] = material("grass")
    return voxels


def metres(voxels, start, flag):
    """Metres from one voxel to another; inf where no way leads."""
    terrain = survey(voxels)
    return float(distance_fields(terrain, terrain.cell_index[tuple(np.array([flag]).T)])[0, terrain.cell_index[start]])


def test_cells_stand_on_solid_floor_with_two_free_voxels_above():
    voxels = meadow(6)
    voxels[2, 2, GROUND] = material("stone")  # a step: its cell is one higher
    voxels[3, 3, GROUND + 1] = material("stone")  # a low ceiling: too low below it, room on top
    voxels[4, 4, GROUND - 1] = material("lava")
    terrain = survey(voxels)
    assert terrain.cell_index[1, 1, GROUND] == 0
    levels = {tuple(cell[:2]): [] for cell in terrain.cells.tolist()}
    for x, y, z in terrain.cells.tolist():
        levels[x, y].append(z)
    assert levels[2, 2] == [GROUND + 1] and levels[3, 3] == [GROUND + 2]
    assert (4, 4) not in levels
    assert len(terrain.cells) == 4 * 4 - 1  # the outermost ring has none
    np.testing.assert_array_equal(terrain.cell_index[tuple(terrain.cells.T)], np.arange(15))
    assert (terrain.cell_index >= 0).sum() == 15


def test_straight_and_diagonal_metres():
    # From (2, 2) to (7, 4): five columns along x, two along y; two diagonals and three straight moves.
    assert metres(meadow(), (2, 2, GROUND), (7, 4, GROUND)) == pytest.approx(3 + 2 * ROOT2)


def test_a_diagonal_does_not_cut_the_corner_of_a_wall():
    voxels = meadow()
    assert metres(voxels, (4, 4, GROUND), (5, 5, GROUND)) == pytest.approx(ROOT2)
    voxels[5, 4, GROUND : GROUND + 3] = material("stone")
    assert metres(voxels, (4, 4, GROUND), (5, 5, GROUND)) == pytest.approx(2.0)


def test_a_diagonal_does_not_pass_over_a_pit():
    voxels = meadow()
    voxels[5, 4, GROUND - 2 : GROUND] = AIR
    assert metres(voxels, (4, 4, GROUND), (5, 5, GROUND)) == pytest.approx(2.0)


def test_one_voxel_up_is_a_step_and_two_are_a_wall():
    voxels = meadow()
    voxels[6:, :, GROUND] = material("stone")
    assert metres(voxels, (4, 4, GROUND), (7, 4, GROUND + 1)) == pytest.approx(3.0)
    voxels[6:, :, GROUND + 1] = material("stone")
    assert metres(voxels, (4, 4, GROUND), (7, 4, GROUND + 2)) == math.inf


def test_a_step_up_needs_room_above_the_head():
    voxels = meadow()
    voxels[6:, :, GROUND] = material("stone")
    voxels[5, :, GROUND + 2] = material("plank")  # 2 m of room where the body would rise by 1.05 m
    assert metres(voxels, (4, 4, GROUND), (7, 4, GROUND + 1)) == math.inf
    assert metres(voxels, (7, 4, GROUND + 1), (4, 4, GROUND)) == math.inf  # and on the way back the head hits it
    voxels[5, :, GROUND + 2] = AIR
    voxels[5, :, GROUND + 3] = material("plank")
    assert metres(voxels, (4, 4, GROUND), (7, 4, GROUND + 1)) == pytest.approx(3.0)


def test_a_drop_costs_the_way_that_its_time_is_worth():
    # Eight voxels down take sqrt(2 * 8 / 20) s = 0.894 s, in which the body walks 4.47 m.
    assert drop_m(8) == pytest.approx(5 * math.sqrt(0.8))
    assert drop_m(1) == 1.0 and drop_m(2) == pytest.approx(5 * math.sqrt(0.2))
    voxels = meadow()
    voxels[6:, :, GROUND : GROUND + 8] = material("stone")
    assert metres(voxels, (7, 4, GROUND + 8), (4, 4, GROUND)) == pytest.approx(1 + drop_m(8) + 1)
    assert metres(voxels, (4, 4, GROUND), (7, 4, GROUND + 8)) == math.inf


def test_no_way_leads_over_lava_or_onto_it():
    voxels = meadow()
    voxels[5, :, GROUND - 2 : GROUND] = AIR
    voxels[5, :, GROUND - 2] = material("lava")
    assert metres(voxels, (4, 4, GROUND), (6, 4, GROUND)) == math.inf
    voxels[5, 8, GROUND - 1] = material("plank")  # a bridge one wide
    # Four columns along the bank, two across, four back; no diagonal move passes over the lava beside the bridge.
    assert metres(voxels, (4, 4, GROUND), (6, 4, GROUND)) == pytest.approx(4 + 2 + 4)


def test_shallow_water_is_waded_through_and_deep_water_is_not_left():
    voxels = meadow()
    voxels[5, :, GROUND - 1] = material("water")
    assert metres(voxels, (4, 4, GROUND), (6, 4, GROUND)) == pytest.approx(2.0)
    voxels[5, :, GROUND - 2] = material("water")
    assert metres(voxels, (4, 4, GROUND), (6, 4, GROUND)) == math.inf
    assert metres(voxels, (4, 4, GROUND), (5, 4, GROUND - 2)) == pytest.approx(drop_m(2))  # but one can fall in


def test_fields_agree_with_the_slow_reference_of_the_toy_world():
    world = toy_world()
    terrain = survey(world.voxels)
    np.testing.assert_array_equal(terrain.cells, world.cells)
    low = world.cells[:, 2] <= GROUND + 1  # a drop from wall or ledge has no price there
    for flag, foot in enumerate(np.floor(world.flag_positions_m).astype(int)):
        field = distance_fields(terrain, terrain.cell_index[tuple(foot[:, None])])[0]
        np.testing.assert_allclose(field[low], world.flag_distances_m[flag, low], rtol=1e-6)


def test_the_way_to_a_flag_keeps_off_another():
    # The other flag stands half way on the straight way of 8 m. Nearer than 2 m are its eight neighbours: the way has
    # to pass it two columns aside. Four diagonal moves lead there and back, four straight ones are left.
    terrain = survey(meadow(14))
    flags = terrain.cell_index[[2, 6], 6, GROUND]
    fields = distance_fields(terrain, flags)
    assert fields[0, terrain.cell_index[10, 6, GROUND]] == pytest.approx(4 + 4 * ROOT2)
    assert fields[1, terrain.cell_index[10, 6, GROUND]] == pytest.approx(
        4.0
    )  # to the nearer flag nothing is in the way
    assert np.isfinite(fields).all()  # who stands beside the wrong flag has a way out


def test_coming_near_another_flag_does_not_pay():
    terrain = survey(meadow(14))
    flags = terrain.cell_index[[2, 6], 6, GROUND]
    field = distance_fields(terrain, flags)[0].astype(float)
    gap = np.hypot(*(terrain.cells - terrain.cells[flags[1]])[:, :2].T)
    target = np.repeat(np.arange(len(terrain.cells)), np.diff(terrain.move_start))
    nearer = (gap[target] < KEEP_OFF_M) & (gap[target] > TOUCH_RADIUS_M) & (gap[terrain.move_origin] >= KEEP_OFF_M)
    # The four diagonal neighbours lie within 2 m and are not touched yet. Into each of them lead five moves from
    # outside. A move of m metres that leads in gains less than m.
    assert nearer.sum() == 4 * 5
    gained = (field[terrain.move_origin] - field[target])[nearer]
    assert (gained < terrain.move_m[nearer] - 0.05).all()


def test_reachable_follows_moves_forwards():
    voxels = meadow()
    voxels[6:, :, GROUND : GROUND + 2] = material("stone")
    terrain = survey(voxels)
    low, high = terrain.cell_index[3, 3, GROUND], terrain.cell_index[8, 3, GROUND + 2]
    assert not reachable(terrain, np.array([low]))[high]
    assert reachable(terrain, np.array([high])).all()  # one can drop down
    assert not reachable(terrain, np.array([], int)).any()


def test_a_grid_without_cells_has_no_moves():
    terrain = survey(np.zeros((4, 4, 4), np.uint8))
    assert len(terrain.cells) == 0 and len(terrain.move_m) == 0 and (terrain.cell_index == -1).all()


@pytest.fixture(scope="module")
def castles():
    return WorldBuilder().generate("a castle with lava moat", num_worlds=4, seed=3)


def test_fields_of_castles_are_shortest(castles):
    """No move leads to a shorter way than the field tells, and one move from each cell leads to just that."""
    for world in castles:
        terrain = survey(world.voxels)
        flags = terrain.cell_index[tuple(np.floor(world.flag_positions_m).astype(int).T)]
        target = np.repeat(np.arange(len(terrain.cells)), np.diff(terrain.move_start))
        for goal in range(len(flags)):
            field = world.flag_distances_m[goal].astype(float)
            through = field[target] + move_costs(terrain, flags, goal)
            assert (field[terrain.move_origin] <= through + 1e-4).all()
            best = np.full(len(field), np.inf)
            np.minimum.at(best, terrain.move_origin, through)
            best[flags[goal]] = 0.0
            np.testing.assert_allclose(field, best, atol=1e-4)


def test_physics_measures_what_the_field_says(castles):
    bank = build_bank(castles)
    for index, world in enumerate(castles):
        for flag in range(len(world.flag_colours)):
            for spawn in world.spawns[::8]:
                measured = walkable_distance(bank, index, flag, world.cells[spawn] + (0.5, 0.5, 0.0))
                assert measured == pytest.approx(world.flag_distances_m[flag, spawn], abs=0.5)
