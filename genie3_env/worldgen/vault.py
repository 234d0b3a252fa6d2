"""Vaults: rooms that hold the flags of a puzzle, closed by one gate or by two, one behind the other."""

import numpy as np

from genie3_env.worldgen.site import Site
from genie3_env.worldgen.vault_plan import Vault

WIDTH, ROOM = 11, 8  # columns across, and of the inner room's depth
LOBBY = 4  # columns between two gates
HEIGHT = 5
TWO_GATES_FROM = 0.5  # of difficulty


def depth_of(difficulty: float) -> int:
    """Columns along y of a vault's footprint."""
    return ROOM + 2 + (LOBBY if difficulty >= TWO_GATES_FROM else 0)


def build_vault(site: Site, x: int, y: int, z: int) -> Vault:
    """Walls and roof with the low corner at (x, y); the way in is on the low side along y."""
    stone, depth = site.stone, depth_of(site.spec.difficulty)
    site.box(x, y, z - 1, WIDTH, depth, 1, stone.floor)
    site.box(x, y, z, WIDTH, depth, HEIGHT + 1, stone.wall)
    site.box(x, y, z + HEIGHT, WIDTH, depth, 1, stone.trim)
    inner = y + depth - ROOM - 2
    site.box(x + 1, inner + 1, z, WIDTH - 2, ROOM, HEIGHT, "air")
    gates = [_gate(site, x, inner, z)]
    if depth > ROOM + 2:
        site.box(x + 1, y + 1, z, WIDTH - 2, LOBBY - 1, HEIGHT, "air")
        gates.append(_gate(site, x, y, z))
    for i in (0, WIDTH - 1):  # lights outside and in
        site.box(x + i, y, z + HEIGHT + 1, 1, 1, 1, "torch")
    for i in (1, WIDTH - 2):
        site.box(x + i, inner + ROOM, z + 3, 1, 1, 1, "torch")
    flags = [(x + 2, inner + ROOM - 1, z), (x + WIDTH - 3, inner + ROOM - 1, z)]
    return Vault(np.array(flags, np.int32), np.array(gates, np.int32))


def _gate(site: Site, x: int, y: int, z: int) -> tuple[int, int, int, int, int, int]:
    """A passage three wide and three high through the wall at y, framed."""
    low = x + WIDTH // 2 - 1
    site.box(low - 1, y, z, 5, 1, 4, site.stone.trim)
    site.box(low, y, z, 3, 1, 3, "air")
    return low, y, z, low + 3, y + 1, z + 3
