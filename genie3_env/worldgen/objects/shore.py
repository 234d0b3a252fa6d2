"""What belongs to the water. Boats lie on it where there is room; a harbour builds its piers itself."""

from genie3_env.worldgen.objects.kind import Kind
from genie3_env.worldgen.site import Site


def boat(site: Site, x: int, y: int, z: int) -> None:
    """A sailing boat with a pointed bow, a white sail and a red pennant; on land it lies drawn up."""
    site.box(x + 1, y, z, 7, 3, 1, "wood")
    site.box(x, y + 1, z, 9, 1, 1, "wood")
    site.box(x + 9, y + 1, z, 1, 1, 2, "wood")
    site.box(x + 1, y + 1, z, 7, 1, 1, "air")
    site.box(x + 1, y, z - 1, 8, 3, 1, "plank")
    site.box(x + 5, y + 1, z, 1, 1, 9, "wood")
    for level in range(2, 8):
        wide = (9 - level) // 2 + 1
        site.box(x + 5 - wide, y + 1, z + level, wide, 1, 1, "white")
    for level in range(2, 6):
        site.box(x + 6, y + 1, z + level, (6 - level) // 2 + 1, 1, 1, "white")
    site.box(x + 4, y + 1, z + 8, 1, 1, 1, "red")


def pier(site: Site, x: int, y: int, z: int) -> None:
    """A deck of planks on posts."""
    site.box(x, y, z, 12, 3, 1, "plank")
    for i in range(0, 12, 3):
        for j in (0, 2):
            site.box(x + i, y + j, z - 3, 1, 1, 5, "wood")


def fountain(site: Site, x: int, y: int, z: int) -> None:
    """A round basin of stone; from a bowl on a column in its middle bright jets rise and fall to four sides."""
    basin = "stone" if site.stone.trim == "wood" else site.stone.trim
    site.disc(x + 3, y + 3, z - 1, 3.3, 2, basin)
    site.disc(x + 3, y + 3, z, 2.4, 1, "water")
    site.box(x + 3, y + 3, z, 1, 1, 2, site.stone.wall)
    site.box(x + 2, y + 2, z + 2, 3, 3, 1, basin)
    site.box(x + 3, y + 3, z + 3, 1, 1, 2, "ice")
    for dx, dy in ((2, 0), (-2, 0), (0, 2), (0, -2)):
        site.box(x + 3 + dx, y + 3 + dy, z, 1, 1, 2, "ice")


def waterfall(site: Site, x: int, y: int, z: int) -> None:
    """Water that falls from a mossy crag, broken at its sides, into a basin."""
    for i in range(9):
        for j in range(4):
            high = (4, 6, 8, 8, 8, 8, 8, 7, 5)[i] - (1 if j == 3 else 0) - site.draw(0, 1)
            what = "moss" if site.draw(0, 3) == 0 else "cobble"
            site.box(x + i, y + 4 + j, z, 1, 1, high, "cobble")
            site.box(x + i, y + 4 + j, z + high - 1, 1, 1, 1, what)
    for i in (2, 6):
        site.box(x + i, y + 3, z, 1, 1, site.draw(2, 5), "cobble")
    site.box(x + 3, y + 4, z, 3, 1, 8, "water")
    site.box(x + 3, y + 5, z + 7, 3, 2, 1, "water")
    site.box(x + 3, y + 5, z + 6, 3, 2, 1, "cobble")
    site.box(x + 1, y + 7, z + 7, 2, 1, 1, "leaf")
    site.box(x + 2, y, z - 2, 5, 4, 1, "gravel")
    site.box(x + 2, y, z - 1, 5, 4, 1, "water")


KINDS = {
    "boat": Kind(10, 3, boat, few=(1, 3), floats=True),
    "pier": Kind(12, 3, pier, few=(1, 2)),
    "fountain": Kind(7, 7, fountain, few=(1, 1), turns=False),
    "waterfall": Kind(9, 8, waterfall, few=(1, 1)),
}
