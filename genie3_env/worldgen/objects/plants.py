"""Plants. They grow over what stands beside them, but never into it."""

from genie3_env.worldgen import features
from genie3_env.worldgen.objects import woodland
from genie3_env.worldgen.objects.kind import Kind
from genie3_env.worldgen.site import Site

SIDES = ((1, 0), (-1, 0), (0, 1), (0, -1))
CORNERS = ((1, 1), (-1, 1), (1, -1), (-1, -1))


def tree(site: Site, x: int, y: int, z: int) -> None:
    """A round crown on a trunk, one in six in blossom; in forests of many kinds, in jungles all are giants."""
    if site.cover == "moss":
        giant(site, x, y, z)
    elif site.spec.theme == "forest":
        woodland.grow(site, x, y, z)
    else:
        leaves = site.rng.random((5, 5, 5)) < 0.9
        crown = "blossom" if site.draw(1, 6) == 1 else "leaf"
        features.tree(site.voxels, x + 1, y + 1, z, site.draw(3, 5), leaves, crown)


def giant(site: Site, x: int, y: int, z: int) -> None:
    """A tree of the jungle: a long trunk on buttresses, a wide flat crown, vines that hang from it."""
    height = site.draw(7, 12)
    for dx, dy in SIDES:
        site.box(x + 1 + dx, y + 1 + dy, z, 1, 1, site.draw(0, 2), "wood")
    site.box(x + 1, y + 1, z, 1, 1, height, "wood")
    radius = site.draw(2, 3) + 0.7
    if site.draw(0, 1):
        site.disc(x + 1, y + 1, z + height - 1, radius, 1, "canopy", over=False)
        site.disc(x + 1, y + 1, z + height, radius + 0.8, 1, "canopy", over=False)
        site.disc(x + 1, y + 1, z + height + 1, radius - 1, 1, "canopy", over=False)
    else:
        site.ball(x + 1, y + 1, z + height, 3, "canopy", 0.95)
        site.ball(x + 1 + site.draw(-2, 2), y + 1 + site.draw(-2, 2), z + height - 2, 2, "canopy", 0.95)
    for dx, dy in (*SIDES, *CORNERS):
        if site.draw(0, 2):
            site.hang(x + 1 + 2 * dx, y + 1 + 2 * dy, z + height - 1, site.draw(1, height - 4), "canopy")


def pine(site: Site, x: int, y: int, z: int) -> None:
    """A slim conifer: skirts of twigs that narrow to a tip; in forests a spruce, in the ice one with snow on it."""
    if site.spec.theme in ("forest", "ice"):
        snowy = site.spec.theme == "ice" and site.cover == "snow"
        woodland.spruce(site, x, y, z, "snow" if snowy else "canopy")
        return
    trunk = site.draw(2, 5)
    rings = (2.3, 1.5, 2.0, 1.1, 1.5, 1.0, 0.4) if site.draw(0, 2) else (2.3, 1.5, 2.0, 1.1, 0.4)
    site.box(x + 1, y + 1, z, 1, 1, trunk + len(rings) - 1, "wood")
    for level, radius in enumerate(rings):
        site.disc(x + 1, y + 1, z + trunk + level, radius, 1, "leaf", over=False)


def palm(site: Site, x: int, y: int, z: int) -> None:
    """A bare trunk with a bend in it and eight fronds that hang at their ends."""
    height, bend = site.draw(5, 8), site.draw(2, 3)
    x, y = x + 1, y + 1
    site.box(x, y, z, 1, 1, bend + 1, "wood")
    dx, dy = SIDES[site.draw(0, 3)]
    x, y = x + dx, y + dy
    site.box(x, y, z + bend, 1, 1, height - bend, "wood")
    z += height
    site.box(x, y, z, 1, 1, 1, "palm")
    for dx, dy in SIDES:
        site.box(x + dx, y + dy, z, 1, 1, 1, "palm")
        site.box(x + 2 * dx, y + 2 * dy, z, 1, 1, 1, "palm")
        site.box(x + 3 * dx, y + 3 * dy, z - 1, 1, 1, 1, "palm")
        site.box(x + 2 * dx, y + 2 * dy, z - 1, 1, 1, 1, "palm")
    for dx, dy in CORNERS:
        site.box(x + dx, y + dy, z, 1, 1, 1, "palm")
        site.box(x + 2 * dx, y + 2 * dy, z - 1, 1, 1, 1, "palm")


def cactus(site: Site, x: int, y: int, z: int) -> None:
    """A column with two arms that turn upwards at different heights; one in four is young and has none."""
    height = site.draw(4, 6)
    site.box(x + 1, y + 1, z, 1, 1, height, "cactus")
    if site.draw(0, 3) == 0:
        return
    for side in (-1, 1):
        low = site.draw(1, height - 3)
        site.box(x + 1 + side, y + 1, z + low, 1, 1, 1, "cactus")
        site.box(x + 1 + 2 * side, y + 1, z + low, 1, 1, site.draw(2, 3), "cactus")


def bush(site: Site, x: int, y: int, z: int) -> None:
    """A round bush up to the breast."""
    what = "canopy" if site.cover == "moss" else "leaf"
    if site.spec.theme == "forest" and site.draw(0, 1):
        what = "canopy"
    site.box(x, y + 1, z, 3, 1, 1, what)
    site.box(x + 1, y, z, 1, 3, 1, what)
    for dx, dy in CORNERS:
        if site.draw(0, 1):
            site.box(x + 1 + dx, y + 1 + dy, z, 1, 1, 1, what)
    site.box(x + 1, y + 1, z + 1, 1, 1, 1, what)


def flowerbed(site: Site, x: int, y: int, z: int) -> None:
    """Rows of flowers in three colours between low hedges."""
    site.box(x, y, z, 4, 3, 1, "leaf")
    colours = ("blossom", "red", "yellow", "white", "blossom", "mushroom")
    for i in range(4):
        site.box(x + i, y + 1, z, 1, 1, 1, colours[site.draw(0, 5)])
    for i in (0, 3):
        site.box(x + i, y + 2 * site.draw(0, 1), z, 1, 1, 1, "blossom")


def mushroom(site: Site, x: int, y: int, z: int) -> None:
    """A mushroom taller than a body: a white stem under a wide red cap with spots."""
    height = site.draw(3, 4)
    site.box(x + 1, y + 1, z, 1, 1, height, "white")
    site.disc(x + 1, y + 1, z + height, 2.3, 1, "mushroom", over=False)
    site.disc(x + 1, y + 1, z + height + 1, 1.5, 1, "mushroom", over=False)


def bamboo(site: Site, x: int, y: int, z: int) -> None:
    """A clump of canes of different heights, with tufts of leaves at their tips and joints."""
    for i, j in ((0, 0), (2, 1), (0, 2), (2, 2)):
        height = site.draw(4, 9)
        site.box(x + i, y + j, z, 1, 1, height, "bamboo")
        site.box(x + i, y + j, z + height, 1, 1, 1, "leaf")
        site.box(x + i, y + 1, z + height - site.draw(1, 2), 1, 1, 1, "leaf")


def dead_tree(site: Site, x: int, y: int, z: int) -> None:
    """A bare, broken trunk whose branches reach out and up."""
    height = site.draw(6, 8)
    site.box(x + 1, y + 1, z, 1, 1, height, "wood")
    low = height // 2 - 1
    for side in site.rng.permutation(4)[:3].tolist():
        dx, dy = SIDES[side]
        low = min(low + site.draw(1, 2), height - 1)
        site.box(x + 1 + dx, y + 1 + dy, z + low, 1, 1, 1, "wood")
        site.box(x + 1 + 2 * dx, y + 1 + 2 * dy, z + low + 1, 1, 1, 1, "wood")


def hedge(site: Site, x: int, y: int, z: int) -> None:
    """A clipped hedge, higher than a body, with a ball at each end."""
    site.box(x, y, z, 6, 1, 3, "leaf")
    for i in (0, 5):
        site.box(x + i, y, z + 3, 1, 1, 1, "leaf")


def log(site: Site, x: int, y: int, z: int) -> None:
    """A felled trunk that lies on the ground, with moss and a mushroom on it, beside its stump."""
    site.box(x, y, z, 5, 1, 1, "wood")
    site.box(x + site.draw(0, 3), y, z, 2, 1, 1, "moss")
    site.box(x + 6, y, z, 1, 1, 1, "wood")


KINDS = {
    "tree": Kind(3, 3, tree, slope=1, few=(5, 9), turns=False),
    "pine": Kind(3, 3, pine, slope=1, few=(5, 9), turns=False),
    "palm": Kind(3, 3, palm, slope=1, few=(3, 6), turns=False),
    "cactus": Kind(3, 3, cactus, slope=1, few=(4, 7)),
    "bush": Kind(3, 3, bush, slope=1, few=(4, 8), turns=False),
    "flowerbed": Kind(4, 3, flowerbed, few=(4, 7)),
    "mushroom": Kind(3, 3, mushroom, slope=1, few=(3, 6), turns=False),
    "bamboo": Kind(3, 3, bamboo, slope=1, few=(5, 9)),
    "dead_tree": Kind(3, 3, dead_tree, slope=1, few=(3, 6), turns=False),
    "hedge": Kind(6, 1, hedge, few=(3, 5)),
    "log": Kind(7, 1, log, few=(2, 4)),
}
