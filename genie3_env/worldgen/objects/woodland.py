"""The trees of forests: oaks, beeches, birches, now and then a maple or a cherry, spruces, and young ones at the edge.

Crowns have no holes, and begin so high that one can walk below them.
"""

from genie3_env.worldgen.site import Site

EDGE_M = 9  # so near to where the forest ends most trees are young
SPREAD = ((2, 0), (-2, 1), (1, 2), (-1, -2))  # of an oak's boughs
BEECH = (1.6, 2.5, 3.2, 3.5, 3.2, 2.5, 1.6)  # radii of its crown, from below
BIRCH = (1.1, 1.5, 2.1, 2.1, 1.5, 1.5, 1.0, 0.4)


def grow(site: Site, x: int, y: int, z: int) -> None:
    """One leafy tree around the middle of a footprint of 3 x 3: of which kind is drawn."""
    x, y = x + 1, y + 1
    nx, ny = site.taken.shape
    edge = min(x, y, nx - 1 - x, ny - 1 - y)
    kind = site.draw(0, 15)
    if edge < EDGE_M and site.draw(0, 3):
        _young(site, x, y, z)
    elif kind < 5:
        _oak(site, x, y, z)
    elif kind < 9:
        _beech(site, x, y, z)
    elif kind < 14:
        _birch(site, x, y, z)
    else:
        _small(site, x, y, z, "blossom" if kind == 14 else ("yellow_leaf", "red_leaf")[site.draw(0, 1)])


def _oak(site: Site, x: int, y: int, z: int) -> None:
    """Wide and uneven: roots, a short trunk, and boughs that each carry a cloud of leaves."""
    height = site.draw(5, 7)
    for dx, dy in ((1, 0), (0, 1), (-1, 0), (0, -1))[site.draw(0, 1) : site.draw(2, 4)]:
        site.box(x + dx, y + dy, z, 1, 1, 1, "wood")
    site.box(x, y, z, 1, 1, height + 1, "wood")
    site.ball(x, y, z + height + 1, 3, "leaf")
    for dx, dy in SPREAD[: site.draw(2, 4)]:
        site.ball(x + dx, y + dy, z + height + site.draw(-1, 3), 2, "leaf")


def _beech(site: Site, x: int, y: int, z: int) -> None:
    """Tall and dark, its crown an egg with a bulge or two."""
    height = site.draw(4, 8)
    site.box(x, y, z, 1, 1, height + 3, "wood")
    _crown(site, x, y, z + height, BEECH, "canopy")
    for dx, dy in SPREAD[: site.draw(1, 2)]:
        site.ball(x + dx, y + dy, z + height + site.draw(2, 5), 2, "canopy")


def _birch(site: Site, x: int, y: int, z: int) -> None:
    """A white trunk with dark marks, a slim bright crown."""
    height = site.draw(5, 8)
    for step in range(height + 4):
        site.box(x, y, z + step, 1, 1, 1, "white" if step % 3 != 1 else "concrete")
    _crown(site, x, y, z + height, BIRCH, "leaf" if site.spec.foliage else "palm")


def _small(site: Site, x: int, y: int, z: int, crown: str) -> None:
    """A low tree with a round crown of its own colour."""
    height = site.draw(3, 5)
    site.box(x, y, z, 1, 1, height, "wood")
    site.ball(x, y, z + height + 1, 2, crown)
    site.ball(x + site.draw(-1, 1), y + site.draw(-1, 1), z + height + 2, 2, crown)


def _young(site: Site, x: int, y: int, z: int) -> None:
    """Hardly taller than a body."""
    site.box(x, y, z, 1, 1, site.draw(2, 3), "wood")
    site.ball(x, y, z + 4, site.draw(1, 2), ("leaf", "canopy")[site.draw(0, 1)])


def _crown(site: Site, x: int, y: int, z: int, radii: tuple[float, ...], what: str) -> None:
    """Layers of leaves with these radii, each drawn a little wider or narrower."""
    for layer, radius in enumerate(radii):
        site.disc(x, y, z + layer, radius + 0.3 * site.draw(-1, 1), 1, what, over=False)


def spruce(site: Site, x: int, y: int, z: int, upper: str = "canopy") -> None:
    """A dark conifer, some twice as tall as others: skirts of twigs, wide below, that narrow to a tip.

    upper: of what the upper half of each skirt is, as where snow lies on it.
    """
    x, y = x + 1, y + 1
    skirts = site.draw(3, 6)
    site.box(x, y, z, 1, 1, 2 * skirts + 1, "wood")
    for skirt in range(skirts):
        radius = 1.2 + 2.2 * (skirts - skirt) / skirts
        site.disc(x, y, z + 2 + 2 * skirt, radius, 1, "canopy", over=False)
        site.disc(x, y, z + 3 + 2 * skirt, max(radius - 1.0, 1.0), 1, upper, over=False)
    site.box(x, y, z + 2 + 2 * skirts, 1, 1, 1, "canopy")
    site.box(x, y, z + 3 + 2 * skirts, 1, 1, 1, upper)
