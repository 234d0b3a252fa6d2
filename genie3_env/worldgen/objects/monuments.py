"""What is set up to be looked at: columns, statues, obelisks, arches, graves, altars, pyramids."""

from genie3_env.worldgen.objects.kind import Kind
from genie3_env.worldgen.site import Site


def column(site: Site, x: int, y: int, z: int) -> None:
    """A column on a square base, under a square capital."""
    site.box(x, y, z, 3, 3, 1, site.stone.trim)
    height = site.draw(4, 7)
    site.box(x + 1, y + 1, z + 1, 1, 1, height, site.stone.wall)
    site.box(x, y, z + 1 + height, 3, 3, 1, site.stone.trim)


def statue(site: Site, x: int, y: int, z: int) -> None:
    """A figure with outstretched arms on a pedestal."""
    site.box(x, y, z, 3, 3, 2, site.stone.trim)
    what = site.stone.wall if site.stone.wall != "plank" else "stone"
    site.box(x + 1, y, z + 2, 1, 1, 2, what)
    site.box(x + 1, y + 2, z + 2, 1, 1, 2, what)
    site.box(x + 1, y, z + 4, 1, 3, 2, what)
    site.box(x + 1 + site.draw(-1, 1), y, z + 5, 1, 1, 1, what)
    site.box(x + 1, y + 1, z + 6, 1, 1, 1, what)
    site.box(x + 1, y + 1, z + 7, 1, 1, 1, "gold")


def obelisk(site: Site, x: int, y: int, z: int) -> None:
    """A square needle with a golden tip."""
    site.box(x, y, z, 3, 3, 1, site.stone.trim)
    height = site.draw(7, 10)
    site.box(x + 1, y + 1, z + 1, 1, 1, height, site.stone.wall)
    site.box(x, y + 1, z + 1, 3, 1, 2, site.stone.wall)
    site.box(x + 1, y, z + 1, 1, 3, 2, site.stone.wall)
    site.box(x + 1, y + 1, z + 1 + height, 1, 1, 1, "gold")


def arch(site: Site, x: int, y: int, z: int) -> None:
    """A free-standing archway that one can walk through."""
    for i in (0, 5):
        site.box(x + i, y, z, 1, 2, 5, site.stone.wall)
    site.box(x + 1, y, z + 4, 1, 2, 1, site.stone.wall)
    site.box(x + 4, y, z + 4, 1, 2, 1, site.stone.wall)
    site.box(x, y, z + 5, 6, 2, 1, site.stone.trim)
    site.box(x + 2, y, z + 6, 2, 2, 1, site.stone.trim)


def grave(site: Site, x: int, y: int, z: int) -> None:
    """A mound with a headstone; a cross on one in three."""
    site.box(x, y, z - 1, 1, 2, 1, "gravel")
    site.box(x, y + 2, z, 1, 1, 2, "cobble")
    if site.draw(0, 2) == 0:
        site.box(x, y + 2, z, 1, 1, 3, "wood")


def totem(site: Site, x: int, y: int, z: int) -> None:
    """A carved pole of bright blocks with wings."""
    for step, what in enumerate(("wood", "red", "wood", "yellow", "wood", "black")):
        site.box(x + 1, y, z + step, 1, 1, 1, what)
    site.box(x, y, z + 4, 3, 1, 1, "white")
    site.box(x + 1, y, z + 6, 1, 1, 1, "gold")


def pyramid(site: Site, x: int, y: int, z: int) -> None:
    """A stepped pyramid that can be climbed, with a golden tip."""
    for layer in range(7):
        wide = 15 - 2 * layer
        site.box(x + layer, y + layer, z + layer, wide, wide, 1, "sandstone" if site.plain_stone else site.stone.wall)
    site.box(x + 7, y + 7, z + 7, 1, 1, 1, "gold")


def altar(site: Site, x: int, y: int, z: int) -> None:
    """A table of stone on a step, with a fire at each end."""
    site.box(x, y, z, 5, 4, 1, site.stone.trim)
    site.box(x + 1, y + 1, z + 1, 3, 2, 1, site.stone.wall)
    site.box(x + 1, y + 1, z + 2, 1, 1, 1, "gold")
    for i in (0, 4):
        site.box(x + i, y + 3, z + 1, 1, 1, 2, site.stone.wall)
        site.box(x + i, y + 3, z + 3, 1, 1, 1, "torch")


KINDS = {
    "column": Kind(3, 3, column, slope=1, few=(4, 8)),
    "statue": Kind(3, 3, statue, few=(2, 3)),
    "obelisk": Kind(3, 3, obelisk, few=(1, 3)),
    "arch": Kind(6, 2, arch, few=(1, 3)),
    "grave": Kind(1, 3, grave, few=(5, 9)),
    "totem": Kind(3, 1, totem, few=(2, 4)),
    "pyramid": Kind(15, 15, pyramid, few=(1, 1)),
    "altar": Kind(5, 4, altar, few=(1, 1)),
}
