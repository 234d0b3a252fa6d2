"""What lies or grows out of the ground: rocks, crystals, spikes, craters."""

from genie3_env.worldgen.objects.kind import Kind
from genie3_env.worldgen.site import Site


def rock(site: Site, x: int, y: int, z: int) -> None:
    """A boulder with one corner or two worn off."""
    site.box(x, y, z, 3, 3, 1, "stone")
    site.box(x + site.draw(0, 1), y + site.draw(0, 1), z + 1, 2, 2, site.draw(1, 2), "stone")
    site.box(x + 2 * site.draw(0, 1), y + 2 * site.draw(0, 1), z, 1, 1, 3, "air")
    site.box(x + 1, y + site.draw(0, 2), z, 1, 1, 1, "moss")


def crystal(site: Site, x: int, y: int, z: int) -> None:
    """A glowing cluster: one tall shard and smaller ones around it."""
    site.box(x + 1, y + 1, z, 1, 1, site.draw(3, 5), "crystal")
    for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        site.box(x + 1 + dx, y + 1 + dy, z, 1, 1, site.draw(0, 2), "crystal")


def spike(site: Site, x: int, y: int, z: int) -> None:
    """A tapering spike of what the ground is made of underneath; of ice in the snow."""
    what = "ice" if site.cover == "snow" else ("obsidian" if site.cover == "ash" else "stone")
    site.box(x, y, z, 2, 2, 1, what)
    site.box(x, y, z + 1, 1, 2, 1, what)
    site.box(x, y, z + 1, 1, 1, site.draw(3, 4), what)


def crater(site: Site, x: int, y: int, z: int) -> None:
    """A shallow bowl with a raised rim and a charred floor."""
    site.disc(x + 4, y + 4, z - 1, 4.2, 1, "air")
    site.disc(x + 4, y + 4, z - 2, 4.2, 1, "ash")
    site.disc(x + 4, y + 4, z - 2, 2.2, 1, "air")
    site.disc(x + 4, y + 4, z - 3, 2.2, 1, "ash")
    for i in range(9):
        for j in range(9):
            if 17 < (i - 4) ** 2 + (j - 4) ** 2 <= 24:
                site.box(x + i, y + j, z, 1, 1, 1, "gravel")
    site.box(x + 4, y + 4, z - 2, 1, 1, 1, "crystal")


def ruin(site: Site, x: int, y: int, z: int) -> None:
    """What is left of a house: broken walls, a doorway, moss and rubble."""
    wall = site.stone.wall
    for i in range(6):
        for j in (0, 5):
            site.box(x + i, y + j, z, 1, 1, site.draw(0, 4), wall)
            site.box(x + j, y + i, z, 1, 1, site.draw(0, 4), wall)
    site.box(x, y, z, 1, 1, 5, wall)
    site.box(x + 5, y + 5, z, 1, 1, 4, "moss")
    site.box(x + 2, y, z, 2, 1, 5, "air")
    site.box(x + site.draw(2, 3), y + site.draw(2, 3), z, 1, 1, 1, "moss")


KINDS = {
    "rock": Kind(3, 3, rock, slope=1, few=(4, 7)),
    "crystal": Kind(3, 3, crystal, slope=1, few=(3, 6)),
    "spike": Kind(2, 2, spike, slope=1, few=(4, 8)),
    "crater": Kind(9, 9, crater, few=(1, 3)),
    "ruin": Kind(6, 6, ruin, slope=1, few=(2, 3)),
}
