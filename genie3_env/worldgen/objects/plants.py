"""Plants."""

from genie3_env.worldgen import features
from genie3_env.worldgen.objects.kind import Kind
from genie3_env.worldgen.site import Site


def tree(site: Site, x: int, y: int, z: int) -> None:
    """A round crown on a trunk; one in six blossoms."""
    leaves = site.rng.random((5, 5, 5)) < 0.9
    crown = "blossom" if site.draw(1, 6) == 1 else "leaf"
    features.tree(site.voxels, x + 1, y + 1, z, site.draw(3, 5), leaves, crown)


def pine(site: Site, x: int, y: int, z: int) -> None:
    """A slim conifer."""
    features.pine(site.voxels, x + 1, y + 1, z, site.draw(3, 6))


def palm(site: Site, x: int, y: int, z: int) -> None:
    """A bare trunk that leans, with eight fronds."""
    height = site.draw(5, 7)
    x, y = x + 1, y + 1
    lean_x, lean_y = site.draw(-1, 1), site.draw(-1, 1)
    for step in range(height):
        far = 1 if step > height // 2 else 0
        site.box(x + lean_x * far, y + lean_y * far, z + step, 1, 1, 1, "wood")
    x, y, z = x + lean_x, y + lean_y, z + height
    site.box(x, y, z, 1, 1, 1, "palm")
    for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1)):
        site.box(x + dx, y + dy, z, 1, 1, 1, "palm")
        site.box(x + 2 * dx, y + 2 * dy, z - (1 if dx and dy else 0), 1, 1, 1, "palm")
        if not (dx and dy):
            site.box(x + 3 * dx, y + 3 * dy, z - 1, 1, 1, 1, "palm")


def cactus(site: Site, x: int, y: int, z: int) -> None:
    """A column with one or two arms."""
    height = site.draw(3, 5)
    site.box(x + 1, y + 1, z, 1, 1, height, "cactus")
    for arm in (-1, 1)[: site.draw(1, 2)]:
        low = z + site.draw(1, height - 2)
        site.box(x + 1 + arm, y + 1, low, 1, 1, 2, "cactus")


def bush(site: Site, x: int, y: int, z: int) -> None:
    """Leaves to the height of a knee, or of a breast."""
    site.box(x, y, z, 2, 2, 1, "leaf")
    site.box(x + site.draw(0, 1), y + site.draw(0, 1), z + 1, 1, 1, 1, "leaf")


def flowerbed(site: Site, x: int, y: int, z: int) -> None:
    """A low bed of blossom framed by grass."""
    site.box(x, y, z, 3, 2, 1, "leaf")
    site.box(x + 1, y, z, 1, 2, 1, "blossom")
    site.box(x + site.draw(0, 1) * 2, y + site.draw(0, 1), z, 1, 1, 1, "blossom")


def mushroom(site: Site, x: int, y: int, z: int) -> None:
    """A mushroom taller than a body: a pale stem under a red cap with a rim."""
    height = site.draw(2, 4)
    site.box(x + 1, y + 1, z, 1, 1, height, "marble")
    site.disc(x + 1, y + 1, z + height, 1.5, 1, "mushroom")
    site.disc(x + 1, y + 1, z + height + 1, 1.0, 1, "mushroom")


def bamboo(site: Site, x: int, y: int, z: int) -> None:
    """Three canes of different heights with tufts on top."""
    for i, j in ((0, 0), (1, 1), (0, 1)):
        height = site.draw(5, 8)
        site.box(x + i, y + j, z, 1, 1, height, "bamboo")
        site.box(x + i, y + j, z + height, 1, 1, 2, "leaf")


def dead_tree(site: Site, x: int, y: int, z: int) -> None:
    """A bare trunk with broken branches."""
    height = site.draw(4, 6)
    site.box(x + 1, y + 1, z, 1, 1, height, "wood")
    for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        if site.draw(0, 2):
            at = z + site.draw(height // 2, height - 1)
            site.box(x + 1 + dx, y + 1 + dy, at, 1, 1, site.draw(1, 2), "wood")


def hedge(site: Site, x: int, y: int, z: int) -> None:
    """A clipped hedge, higher than a body."""
    site.box(x, y, z, 6, 1, 3, "leaf")


def log(site: Site, x: int, y: int, z: int) -> None:
    """A felled trunk that lies on the ground, with moss on it, beside its stump."""
    site.box(x, y, z, 4, 1, 1, "wood")
    site.box(x + site.draw(1, 2), y, z, 1, 1, 1, "moss")
    site.box(x + 5, y, z, 1, 1, 1, "wood")


KINDS = {
    "tree": Kind(3, 3, tree, slope=1, few=(5, 9)),
    "pine": Kind(3, 3, pine, slope=1, few=(5, 9)),
    "palm": Kind(3, 3, palm, slope=1, few=(3, 6)),
    "cactus": Kind(3, 3, cactus, slope=1, few=(4, 7)),
    "bush": Kind(2, 2, bush, slope=1, few=(4, 8)),
    "flowerbed": Kind(3, 2, flowerbed, few=(4, 7)),
    "mushroom": Kind(3, 3, mushroom, slope=1, few=(3, 6)),
    "bamboo": Kind(2, 2, bamboo, slope=1, few=(5, 9)),
    "dead_tree": Kind(3, 3, dead_tree, slope=1, few=(3, 6)),
    "hedge": Kind(6, 1, hedge, few=(3, 5)),
    "log": Kind(6, 1, log, few=(2, 4)),
}
