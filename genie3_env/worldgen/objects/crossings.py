"""Bridges that stand on land, and the race track. Over a river bridges are laid by worldgen/waters.py."""

import math

from genie3_env.worldgen.objects.kind import Kind
from genie3_env.worldgen.site import Site


def bridge(site: Site, x: int, y: int, z: int) -> None:
    """A footbridge with steps at both ends."""
    _deck(site, x, y, z, gap=0)


def broken_bridge(site: Site, x: int, y: int, z: int) -> None:
    """A footbridge whose middle has fallen: a gap to be jumped."""
    _deck(site, x, y, z, gap=2)


def _deck(site: Site, x: int, y: int, z: int, gap: int) -> None:
    length, rise = 13, 3
    for i in range(length):
        high = min(i + 1, length - i, rise)
        if abs(i - length // 2) * 2 < gap:
            continue
        site.box(x + i, y, z, 1, 4, high, site.stone.trim if high < rise else "air")
        site.box(x + i, y, z + high - 1, 1, 4, 1, "plank")
        for j in (0, 3):
            site.box(x + i, y + j, z + high, 1, 1, 1, "wood")
    for i in (2, 10):
        site.box(x + i, y, z, 1, 4, rise - 1, site.stone.wall)


def racetrack(site: Site, x: int, y: int, z: int) -> None:
    """An oval of asphalt with red and white kerbs, a starting line under a gantry, and a racing car on it."""
    width, depth, corner = 26, 20, 8
    for i in range(width):
        for j in range(depth):
            dx = max(corner - 0.5 - i, i - (width - corner - 0.5), 0.0)
            dy = max(corner - 0.5 - j, j - (depth - corner - 0.5), 0.0)
            inside = (
                corner - math.sqrt(dx * dx + dy * dy) if dx and dy else min(i, width - 1 - i, j, depth - 1 - j) + 0.5
            )
            if 0.0 <= inside < 6.2:
                kerb = inside < 1.0 or inside >= 5.2
                site.box(x + i, y + j, z - 1, 1, 1, 1, ("red", "white")[(i + j) // 2 % 2] if kerb else "asphalt")
    middle = width // 2
    for j in range(1, 5):
        site.box(x + middle, y + j, z - 1, 1, 1, 1, "white" if j % 2 else "black")
        site.box(x + middle + 1, y + j, z - 1, 1, 1, 1, "black" if j % 2 else "white")
    for j in (0, 5):
        site.box(x + middle, y + j, z, 1, 1, 5, "iron")
    site.box(x + middle, y, z + 5, 1, 6, 1, "black")
    site.box(x + middle, y + 1, z + 5, 1, 4, 1, "yellow")
    racing_car(site, x + middle - 8, y + 1, z, "red")


def racing_car(site: Site, x: int, y: int, z: int, colour: str) -> None:
    """A racing car, six by three voxels, that looks along x: wings at both ends, four tyres clear of a narrow body.

    Behind the driver's helmet the air box is as high as the wing.
    """
    site.box(x, y + 1, z, 6, 1, 1, colour)
    site.box(x + 2, y, z, 2, 3, 1, colour)
    for i in (1, 4):
        for j in (0, 2):
            site.box(x + i, y + j, z, 1, 1, 1, "black")
    site.box(x, y, z + 1, 1, 3, 1, colour)
    site.box(x + 2, y + 1, z + 1, 1, 1, 1, colour)
    site.box(x + 3, y + 1, z + 1, 1, 1, 1, "black" if colour == "white" else "white")
    site.box(x + 5, y, z, 1, 3, 1, "red" if colour == "white" else "white")


KINDS = {
    "bridge": Kind(13, 4, bridge, slope=1, few=(1, 1)),
    "broken_bridge": Kind(13, 4, broken_bridge, slope=1, few=(1, 1)),
    "racetrack": Kind(26, 20, racetrack, margin=0, slope=0, few=(1, 1)),
}
