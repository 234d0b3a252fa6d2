"""Things that come and go: gates and lifts as boxes, coins, keys and levers as billboards; the state says which.

B: boxes, S: billboards, P: lifts, each over all worlds of a bank. W: worlds.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy import uint64

from genie3_env.materials import material
from genie3_env.motion import lift_at
from genie3_env.render.billboards import set_up_billboards
from genie3_env.render.boxes import FACES, MOST_BOXES, box_luxels, set_up_boxes
from genie3_env.render.compiled import kernel
from genie3_env.render.sprites import COIN_SPRITE, KEY_SPRITE, LEVER_OFF_SPRITE, LEVER_ON_SPRITE
from genie3_env.world import World

COIN_M, KEY_M, LEVER_M = 0.8, 0.9, 1.3
FLOATS_M = 0.5  # how high above the floor coins and keys float
COIN_SPINS, KEY_SPINS = 0.45, 0.25  # per second
GATE_INSET_M = 0.25  # a gate is thinner than the wall that it stands in
LIFT_THICK_M = 0.35
LEVER_GATE, KEY_GATE, LIFT = "iron", "plank", "gold"
KEY_COLOURS = (2, 4, 0, 1)  # of FLAG_COLOURS, one for each key of a world


class Things(NamedTuple):
    """Boxes and billboards of many worlds, one after the other.

    box_start, board_start: int64 [W + 1] first of each world. lift_start: int64 [W + 1]; lifts: float64 [P, 9].
    low_m, high_m: float64 [B, 3] corners of gates, then of lifts (those are worked out for each frame).
    box_bits: uint64 [B] the trigger's bit that takes a gate away; 0 for a lift. luxels: int32 [B].
    feet_m, sizes_m, spins, sprites, lights: [S, ...] see billboards.set_up_billboards.
    coin_bits: uint64 [S] the bit of a coin; 0: it is none. off_bits, on_bits: uint64 [S] bits of triggers that must not
        be set, or be set, for the billboard to be there.
    coins: uint64 [W] coins that are there at first.
    """

    box_start: np.ndarray
    board_start: np.ndarray
    lift_start: np.ndarray
    lifts: np.ndarray
    low_m: np.ndarray
    high_m: np.ndarray
    box_bits: np.ndarray
    luxels: np.ndarray
    feet_m: np.ndarray
    sizes_m: np.ndarray
    spins: np.ndarray
    sprites: np.ndarray
    lights: np.ndarray
    coin_bits: np.ndarray
    off_bits: np.ndarray
    on_bits: np.ndarray
    coins: np.ndarray


def thing_points_m(world: World) -> np.ndarray:
    """float64 [n, 3] where the light of a world's gates, lifts, coins and triggers is measured, in this order."""
    gates = world.gates.astype(float)
    before = 0.5 * (gates[:, :3] + gates[:, 3:]) - np.array([0.0, 1.0, 0.0])
    up = np.array([0.0, 0.0, 0.5])
    return np.concatenate(
        [before, world.lifts[:, :3] + up, world.coin_positions_m + up, world.trigger_positions_m + up]
    )


def bank_things(worlds: Sequence[World], lights: Sequence[np.ndarray], first_luxel: int) -> tuple[Things, np.ndarray]:
    """Things of `worlds` in `lights` float32 [n, 3] (see thing_points_m), and the luxels to add to the bank's."""
    boxes, boards, materials, box_lights = [], [], [], []
    box_start, board_start, lift_start = [0], [0], [0]
    for world, light in zip(worlds, lights, strict=True):
        gates, lifts, coins = len(world.gates), len(world.lifts), len(world.coin_colours)
        boxes += [_gate_box(world, gate) for gate in range(gates)] + [(np.zeros(3), np.zeros(3), 0)] * lifts
        materials += [KEY_GATE if is_key else LEVER_GATE for is_key in world.trigger_is_key[:gates]] + [LIFT] * lifts
        box_lights += list(light[: gates + lifts])
        boards += _boards(world, light[gates + lifts :], coins)
        for starts, count in (
            (box_start, len(boxes)),
            (board_start, len(boards)),
            (lift_start, lift_start[-1] + lifts),
        ):
            starts.append(count)
    low, high, bits = ([box[part] for box in boxes] for part in range(3))
    feet, sizes, spins, sprites, shown_lights, coin_bits, off, on = ([row[k] for row in boards] for k in range(8))
    added = box_luxels(np.array([material(name) for name in materials], int), np.array(box_lights).reshape(-1, 3))
    return (
        Things(
            box_start=np.array(box_start, np.int64),
            board_start=np.array(board_start, np.int64),
            lift_start=np.array(lift_start, np.int64),
            lifts=np.concatenate([world.lifts for world in worlds]),
            low_m=np.array(low, float).reshape(-1, 3),
            high_m=np.array(high, float).reshape(-1, 3),
            box_bits=np.array(bits, np.uint64),
            luxels=(first_luxel + FACES * np.arange(len(boxes))).astype(np.int32),
            feet_m=np.array(feet, float).reshape(-1, 3),
            sizes_m=np.array(sizes, float).reshape(-1, 2),
            spins=np.array(spins, float),
            sprites=np.array(sprites, np.int32),
            lights=np.array(shown_lights, np.float32).reshape(-1, 3),
            coin_bits=np.array(coin_bits, np.uint64),
            off_bits=np.array(off, np.uint64),
            on_bits=np.array(on, np.uint64),
            coins=np.array([(1 << world.num_coins) - 1 for world in worlds], np.uint64),
        ),
        added,
    )


def _gate_box(world: World, gate: int) -> tuple[np.ndarray, np.ndarray, int]:
    """(low, high, bit) of a gate, thinner than the wall along the axis on which it is thin."""
    low, high = world.gates[gate, :3].astype(float), world.gates[gate, 3:].astype(float)
    thin = 0 if high[0] - low[0] < high[1] - low[1] else 1
    low[thin] += GATE_INSET_M
    high[thin] -= GATE_INSET_M
    return low, high, 1 << gate


def _boards(world: World, lights: np.ndarray, num_coins: int) -> list[tuple]:
    """(foot, size, spins, sprite, light, coin bit, bit that must be off, bit that must be on) of coins and triggers."""
    rows = []
    for coin, (foot, colour) in enumerate(zip(world.coin_positions_m, world.coin_colours.tolist(), strict=True)):
        foot = foot + (0.0, 0.0, FLOATS_M)
        rows.append((foot, (COIN_M, COIN_M), COIN_SPINS, COIN_SPRITE + colour, lights[coin], 1 << coin, 0, 0))
    for trigger, (foot, is_key) in enumerate(zip(world.trigger_positions_m, world.trigger_is_key, strict=True)):
        light, bit = lights[num_coins + trigger], 1 << trigger
        if is_key:
            foot = foot + (0.0, 0.0, FLOATS_M)
            rows.append((foot, (KEY_M, KEY_M), KEY_SPINS, KEY_SPRITE + KEY_COLOURS[trigger], light, 0, bit, 0))
            continue
        for sprite, off, on in ((LEVER_OFF_SPRITE, bit, 0), (LEVER_ON_SPRITE, 0, bit)):
            rows.append((foot, (LEVER_M, LEVER_M), 0.0, sprite, light, 0, off, on))
    return rows


@kernel
def set_up_things_boxes(things, scratch, count, world, camera, tick, triggers):
    """Appends the boxes of a world, `tick` physics steps after its episode began, with so many triggers used."""
    first, past = things.box_start[world], things.box_start[world + 1]
    if first == past:
        return count
    low_m, high_m = scratch.boxes_m[0], scratch.boxes_m[1]
    shown = uint64(0)
    lift = things.lift_start[world]
    for box in range(min(past - first, MOST_BOXES)):
        bit = things.box_bits[first + box]
        for axis in range(3):
            low_m[box, axis], high_m[box, axis] = things.low_m[first + box, axis], things.high_m[first + box, axis]
        if bit != uint64(0):
            if bit & uint64(triggers) == uint64(0):
                shown |= uint64(1) << uint64(box)
            continue
        row = things.lifts[lift]
        x, y, z = lift_at(row, tick)
        low_m[box, 0], low_m[box, 1], low_m[box, 2] = x - row[6], y - row[7], z - LIFT_THICK_M
        high_m[box, 0], high_m[box, 1], high_m[box, 2] = x + row[6], y + row[7], z
        shown |= uint64(1) << uint64(box)
        lift += 1
    many = past - first
    return set_up_boxes(scratch, count, camera, low_m[:many], high_m[:many], things.luxels[first:past], shown)


@kernel
def set_up_things_boards(things, scratch, count, world, camera, time_s, coins, triggers):
    """Appends the billboards of a world of which the coins with bits in `coins` are there."""
    first, past = things.board_start[world], things.board_start[world + 1]
    if first == past:
        return count
    shown = uint64(0)
    for board in range(past - first):
        row = first + board
        there = things.coin_bits[row] == uint64(0) or things.coin_bits[row] & uint64(coins) != uint64(0)
        there = there and things.off_bits[row] & uint64(triggers) == uint64(0)
        there = there and things.on_bits[row] & uint64(triggers) == things.on_bits[row]
        if there:
            shown |= uint64(1) << uint64(board)
    return set_up_billboards(
        scratch,
        count,
        camera,
        time_s,
        things.feet_m[first:past],
        things.sizes_m[first:past],
        things.spins[first:past],
        things.sprites[first:past],
        things.lights[first:past],
        shown,
    )
