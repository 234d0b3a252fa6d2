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
    """A crowned figure on a pedestal, one arm raised with a golden orb."""
    what = site.stone.wall if site.stone.wall not in ("plank", "leaf") else "marble"
    site.box(x, y, z, 3, 3, 1, site.stone.trim if site.stone.trim != "leaf" else "cobble")
    site.box(x, y + 1, z + 1, 3, 1, 1, what)
    for i in (0, 2):
        site.box(x + i, y + 1, z + 2, 1, 1, 2, what)
    site.box(x, y + 1, z + 4, 3, 1, 2, what)
    site.box(x - 1, y + 1, z + 4, 1, 1, 2, what)
    site.box(x + 3, y + 1, z + 5, 1, 1, 2, what)
    site.box(x + 3, y + 1, z + 7, 1, 1, 1, "gold")
    site.box(x + 1, y + 1, z + 6, 1, 1, 1, what)
    site.box(x + 1, y + 1, z + 7, 1, 1, 1, "gold")


def obelisk(site: Site, x: int, y: int, z: int) -> None:
    """A needle on a step that tapers to a golden tip."""
    site.box(x, y, z, 3, 3, 1, site.stone.trim)
    height = site.draw(8, 11)
    site.box(x + 1, y + 1, z + 1, 1, 1, height, site.stone.wall)
    site.box(x, y + 1, z + 1, 3, 1, height // 2, site.stone.wall)
    site.box(x + 1, y, z + 1, 1, 3, height // 2, site.stone.wall)
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
    """A mound before a headstone; one in three has a cross."""
    site.box(x + 1, y, z - 1, 1, 2, 1, "gravel")
    if site.draw(0, 2) == 0:
        site.box(x + 1, y + 2, z, 1, 1, 4, "marble")
        site.box(x, y + 2, z + 2, 3, 1, 1, "marble")
    else:
        site.box(x + 1, y + 2, z, 1, 1, 2, "cobble")
        site.box(x + 1, y, z, 1, 1, 1, ("blossom", "air", "air")[site.draw(0, 2)])


def totem(site: Site, x: int, y: int, z: int) -> None:
    """A carved pole of bright faces, with wings spread wide below its golden top."""
    for step, what in enumerate(("wood", "red", "white", "wood", "yellow", "black", "red")):
        site.box(x + 2, y, z + step, 1, 1, 1, what)
    site.box(x + 1, y, z + 2, 3, 1, 1, "wood")
    site.box(x + 2, y, z + 2, 1, 1, 1, "white")
    site.box(x + 1, y, z + 5, 3, 1, 1, "red")
    for i in (0, 4):
        site.box(x + i, y, z + 5, 1, 1, 2, "white")
    site.box(x + 2, y, z + 5, 1, 1, 1, "black")
    site.box(x + 2, y, z + 7, 1, 1, 1, "gold")


def pyramid(site: Site, x: int, y: int, z: int) -> None:
    """A stepped pyramid that can be climbed, with a dark doorway and a golden tip."""
    stepped_pyramid(site, x, y, z, 15)


def stepped_pyramid(site: Site, x: int, y: int, z: int, wide: int) -> None:
    """A pyramid of layers one voxel high, `wide` (odd) at its foot; a doorway between two fires in its south side."""
    what = "sandstone" if site.plain_stone else site.stone.wall
    middle = wide // 2
    for layer in range(middle):
        site.box(x + layer, y + layer, z + layer, wide - 2 * layer, wide - 2 * layer, 1, what)
    tip = 2 if wide > 20 else 1
    for layer in range(middle - tip, middle + 1):
        site.box(x + layer, y + layer, z + layer, wide - 2 * layer, wide - 2 * layer, 1, "gold")
    site.box(x + middle - 2, y, z, 5, 5, 4, what)
    site.box(x + middle - 1, y, z, 3, 5, 3, "air")
    site.box(x + middle - 1, y + 4, z, 3, 1, 3, "black")
    for i in (-2, 2):
        site.box(x + middle + i, y, z + 4, 1, 1, 1, "torch")


def altar(site: Site, x: int, y: int, z: int) -> None:
    """A table of stone on a step, a golden idol upon it, a fire at each end."""
    site.box(x, y, z, 5, 4, 1, site.stone.trim)
    site.box(x + 1, y + 1, z + 1, 3, 2, 1, site.stone.wall)
    site.box(x + 2, y + 2, z + 2, 1, 1, 2, "gold")
    for i in (0, 4):
        site.box(x + i, y + 3, z + 1, 1, 1, 2, site.stone.wall)
        site.box(x + i, y + 3, z + 3, 1, 1, 1, "torch")


KINDS = {
    "column": Kind(3, 3, column, slope=1, few=(4, 8), turns=False),
    "statue": Kind(3, 3, statue, slope=1, few=(2, 3)),
    "obelisk": Kind(3, 3, obelisk, slope=1, few=(1, 3), turns=False),
    "arch": Kind(6, 2, arch, few=(1, 3)),
    "grave": Kind(3, 3, grave, few=(5, 9)),
    "totem": Kind(5, 1, totem, few=(2, 4)),
    "pyramid": Kind(15, 15, pyramid, few=(1, 1)),
    "altar": Kind(5, 4, altar, few=(1, 1)),
}
