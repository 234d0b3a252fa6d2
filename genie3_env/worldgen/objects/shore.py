"""What belongs to the water. Where a site has a lake, boats lie in it and piers go out into it (worldgen/waters.py)."""

from genie3_env.worldgen.objects.kind import Kind
from genie3_env.worldgen.site import Site


def boat(site: Site, x: int, y: int, z: int) -> None:
    """A small sailing boat; on land it lies drawn up."""
    site.box(x + 1, y, z, 6, 1, 1, "wood")
    site.box(x + 1, y + 2, z, 6, 1, 1, "wood")
    site.box(x + 7, y + 1, z, 1, 1, 2, "wood")
    site.box(x, y + 1, z, 1, 1, 1, "wood")
    site.box(x + 1, y + 1, z - 1, 6, 1, 1, "plank")
    site.box(x + 4, y + 1, z, 1, 1, 7, "wood")
    for level in range(2, 7):
        wide = max(1, (8 - level) // 2)
        site.box(x + 4 - wide, y + 1, z + level, wide, 1, 1, "white")
    site.box(x + 4, y + 1, z + 7, 1, 1, 1, "red")


def pier(site: Site, x: int, y: int, z: int) -> None:
    """A deck of planks on posts."""
    site.box(x, y, z, 12, 3, 1, "plank")
    for i in range(0, 12, 3):
        for j in (0, 2):
            site.box(x + i, y + j, z - 3, 1, 1, 5, "wood")


def fountain(site: Site, x: int, y: int, z: int) -> None:
    """A basin of stone with a jet of water on a column."""
    site.disc(x + 3, y + 3, z - 1, 3.3, 2, site.stone.trim)
    site.disc(x + 3, y + 3, z, 2.4, 1, "water")
    site.box(x + 3, y + 3, z, 1, 1, 3, site.stone.wall)
    site.box(x + 3, y + 3, z + 3, 1, 1, 1, "water")
    for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        site.box(x + 3 + dx, y + 3 + dy, z + 2, 1, 1, 1, "water")


def waterfall(site: Site, x: int, y: int, z: int) -> None:
    """Water that falls from a rock into a basin."""
    site.box(x, y + 3, z, 7, 4, 7, "stone")
    site.box(x + 1, y + 4, z + 7, 5, 3, 1, "moss")
    site.box(x, y + 3, z + 5, 1, 2, 2, "air")
    site.box(x + 6, y + 3, z + 4, 1, 1, 3, "air")
    site.box(x + 2, y + 3, z, 3, 1, 7, "water")
    site.box(x + 2, y + 4, z + 7, 3, 2, 1, "water")
    site.box(x + 1, y, z - 1, 5, 3, 1, "water")
    site.box(x + 1, y, z - 2, 5, 3, 1, "gravel")


KINDS = {
    "boat": Kind(8, 3, boat, few=(1, 3)),
    "pier": Kind(12, 3, pier, few=(1, 2)),
    "fountain": Kind(7, 7, fountain, few=(1, 1)),
    "waterfall": Kind(7, 7, waterfall, few=(1, 1)),
}
