"""What lies or grows out of the ground: rocks, crystals, spikes, craters, ruins."""

from genie3_env.worldgen.objects.kind import Kind
from genie3_env.worldgen.site import Site

# Of what rocks are, by the kind of ground (prompt.spec.GROUNDS).
ROCK_OF = {
    "grass": "cobble",
    "snow": "cobble",
    "sand": "sandstone",
    "rock": "cobble",
    "ash": "obsidian",
    "moss": "moss",
}


def rock(site: Site, x: int, y: int, z: int) -> None:
    """A rounded boulder of what the ground is made of underneath, with a smaller one leaning on it."""
    what = ROCK_OF[site.cover]
    x, y = x + 1, y + 1
    site.box(x - 1, y, z, 3, 2, 1, what)
    site.box(x, y - 1, z, 2, 3, 1, what)
    site.box(x - site.draw(0, 1), y - site.draw(0, 1), z + 1, 2, 2, 1, what)
    site.box(x, y, z + 2, 1, 1, site.draw(0, 1), what)
    if site.cover in ("grass", "moss"):
        site.box(x + site.draw(0, 1), y - 1, z, 1, 1, 1, "moss")


def crystal(site: Site, x: int, y: int, z: int) -> None:
    """A glowing cluster: one tall shard, and smaller ones around it that lean away."""
    site.box(x + 1, y + 1, z, 1, 1, site.draw(4, 6), "crystal")
    for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        site.box(x + 1 + dx, y + 1 + dy, z, 1, 1, site.draw(0, 3), "crystal")
    for dx, dy in ((1, 1), (-1, 1), (1, -1), (-1, -1)):
        site.box(x + 1 + dx, y + 1 + dy, z, 1, 1, site.draw(-2, 1), "crystal")


def spike(site: Site, x: int, y: int, z: int) -> None:
    """A tapering spike of what the ground is made of underneath; of ice in the snow."""
    what = "ice" if site.cover == "snow" else ROCK_OF[site.cover]
    high = site.draw(5, 8)
    site.box(x + 1, y + 1, z, 1, 1, high, what)
    for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        site.box(x + 1 + dx, y + 1 + dy, z, 1, 1, site.draw(1, high // 2 + 1), what)


def crater(site: Site, x: int, y: int, z: int) -> None:
    """A shallow bowl with a raised, broken rim, a charred floor, and in its middle what fell from the sky."""
    site.disc(x + 4, y + 4, z - 1, 4.2, 1, "air")
    site.disc(x + 4, y + 4, z - 2, 4.2, 1, "ash")
    site.disc(x + 4, y + 4, z - 2, 2.2, 1, "air")
    site.disc(x + 4, y + 4, z - 3, 2.2, 1, "ash")
    for i in range(9):
        for j in range(9):
            if 17 < (i - 4) ** 2 + (j - 4) ** 2 <= 24 and site.draw(0, 4):
                site.box(x + i, y + j, z, 1, 1, 1, "gravel")
    site.box(x + 4, y + 4, z - 2, 1, 1, 1, "crystal")


def ruin(site: Site, x: int, y: int, z: int) -> None:
    """What is left of a house: walls that have fallen unevenly, a doorway, an empty window, moss and rubble."""
    wall = site.stone.wall
    tops = [4, 5, 3, 2, 1, 0, 1, 3, 5, 4, 2, 3, 4, 2, 0, 1, 2, 1, 3, 4, 5, 4, 2, 3]
    first = site.draw(0, len(tops) - 1)
    around = [(i, 0) for i in range(6)] + [(6, i) for i in range(6)]
    around += [(6 - i, 6) for i in range(6)] + [(0, 6 - i) for i in range(6)]
    for step, (i, j) in enumerate(around):
        high = tops[(first + step) % len(tops)]
        site.box(x + i, y + j, z, 1, 1, high, wall)
        if high > 1 and site.draw(0, 2) == 0:
            site.box(x + i, y + j, z + high - 1, 1, 1, 1, "moss")
    site.box(x + 2, y, z, 2, 1, 5, "air")
    for i in (1, 4):
        site.box(x + i, y, z, 1, 1, 4, wall)
    site.box(x + 6, y + 3, z + 1, 1, 1, 2, "air")
    site.box(x + site.draw(2, 4), y + site.draw(2, 4), z, 1, 1, 1, "moss")


KINDS = {
    "rock": Kind(3, 3, rock, slope=1, few=(4, 7)),
    "crystal": Kind(3, 3, crystal, slope=1, few=(3, 6), turns=False),
    "spike": Kind(3, 3, spike, slope=1, few=(4, 8), turns=False),
    "crater": Kind(9, 9, crater, few=(1, 3), turns=False),
    "ruin": Kind(7, 7, ruin, slope=1, few=(2, 3)),
}
