"""Machines: antennas and dishes, panels, pipes, rockets, reactors, robots, screens, rails."""

from genie3_env.worldgen.objects.kind import Kind
from genie3_env.worldgen.site import Site


def antenna(site: Site, x: int, y: int, z: int) -> None:
    """A lattice mast with cross-bars and a red light."""
    height = site.draw(8, 12)
    site.box(x + 1, y, z, 1, 1, height, "iron")
    for level in (3, 5, height - 2):
        site.box(x, y, z + level, 3, 1, 1, "metal")
    site.box(x + 1, y, z + height, 1, 1, 1, "neon_pink")


def dish(site: Site, x: int, y: int, z: int) -> None:
    """A bowl on a mast that looks to the south."""
    site.box(x + 2, y + 2, z, 1, 1, 3, "iron")
    for i in range(5):
        for k in range(5):
            if (i - 2) ** 2 + (k - 2) ** 2 <= 5:
                back = 1 if (i - 2) ** 2 + (k - 2) ** 2 <= 1 else 0
                site.box(x + i, y + 1 + back, z + 3 + k, 1, 1, 1, "white")
    site.box(x + 2, y, z + 5, 1, 2, 1, "iron")


def solar_panel(site: Site, x: int, y: int, z: int) -> None:
    """Blue cells on a frame, tilted by one step."""
    site.box(x + 1, y + 1, z, 1, 1, 1, "iron")
    site.box(x + 3, y + 1, z, 1, 1, 1, "iron")
    site.box(x, y, z + 1, 5, 1, 1, "solar")
    site.box(x, y + 1, z + 1, 5, 2, 1, "iron")
    site.box(x, y + 1, z + 2, 5, 2, 1, "solar")


def pipe(site: Site, x: int, y: int, z: int) -> None:
    """A pipe on supports, high enough to walk under, that goes into the ground at both ends."""
    for i in (0, 8):
        site.box(x + i, y, z, 1, 1, 4, "rust")
    site.box(x, y, z + 3, 9, 1, 1, "rust")
    site.box(x + 4, y, z + 3, 1, 1, 2, "red")


def rocket(site: Site, x: int, y: int, z: int) -> None:
    """A rocket on its pad beside a service tower."""
    site.box(x, y, z - 1, 9, 8, 1, "concrete")
    x, y = x + 3, y + 3
    site.disc(x, y, z, 1.5, 1, "black")
    site.disc(x, y, z + 1, 1.5, 9, "white")
    site.disc(x, y, z + 6, 1.5, 1, "red")
    site.disc(x, y, z + 10, 1.0, 1, "white")
    site.box(x, y, z + 11, 1, 1, 2, "red")
    for dx, dy in ((2, 0), (-2, 0), (0, 2), (0, -2)):
        site.box(x + dx, y + dy, z, 1, 1, 3, "red")
    site.box(x + 4, y, z, 1, 1, 11, "iron")
    site.box(x + 2, y, z + 7, 2, 1, 1, "iron")


def reactor(site: Site, x: int, y: int, z: int) -> None:
    """A glowing core between rings of metal."""
    site.disc(x + 3, y + 3, z, 3.2, 1, "hull")
    site.disc(x + 3, y + 3, z + 1, 1.0, 5, "neon_blue")
    site.disc(x + 3, y + 3, z + 6, 3.2, 1, "hull")
    for dx, dy in ((2, 2), (-2, 2), (2, -2), (-2, -2)):
        site.box(x + 3 + dx, y + 3 + dy, z + 1, 1, 1, 5, "metal")
    site.disc(x + 3, y + 3, z + 7, 1.5, 1, "iron")


def robot(site: Site, x: int, y: int, z: int) -> None:
    """A robot twice as tall as a body, with a lit visor."""
    what = ("metal", "hull", "yellow")[site.draw(0, 2)]
    site.box(x, y, z, 1, 1, 2, "iron")
    site.box(x + 2, y, z, 1, 1, 2, "iron")
    site.box(x, y, z + 2, 3, 1, 2, what)
    site.box(x + 1, y, z + 4, 1, 1, 1, "neon_blue")
    site.box(x + 1, y, z + 5, 1, 1, 1, what)
    for i in (-1, 3):
        site.box(x + i, y, z + 2, 1, 1, 2, "iron")


def billboard(site: Site, x: int, y: int, z: int) -> None:
    """A lit screen high on two posts."""
    for i in (1, 6):
        site.box(x + i, y, z, 1, 1, 4, "iron")
    site.box(x, y, z + 4, 8, 1, 4, "screen")
    edge = "neon_pink" if site.draw(0, 1) else "neon_blue"
    site.box(x, y, z + 7, 8, 1, 1, edge)


def rail(site: Site, x: int, y: int, z: int) -> None:
    """A length of railway in the ground, with a buffer at one end."""
    site.box(x, y, z - 1, 14, 3, 1, "gravel")
    for i in range(0, 14, 2):
        site.box(x + i, y, z - 1, 1, 3, 1, "wood")
    site.box(x, y, z - 1, 14, 1, 1, "iron")
    site.box(x, y + 2, z - 1, 14, 1, 1, "iron")
    site.box(x, y, z, 1, 3, 1, "red")


def crane(site: Site, x: int, y: int, z: int) -> None:
    """A yellow harbour crane with a hanging load."""
    site.box(x, y, z, 3, 3, 1, "concrete")
    site.box(x + 1, y + 1, z + 1, 1, 1, 12, "yellow")
    site.box(x - 1, y + 1, z + 12, 11, 1, 1, "yellow")
    site.box(x - 1, y + 1, z + 11, 2, 1, 1, "iron")
    site.box(x + 8, y + 1, z + 8, 1, 1, 4, "black")
    site.box(x + 7, y + 1, z + 6, 3, 1, 2, "plank")


KINDS = {
    "antenna": Kind(3, 1, antenna, slope=1, few=(2, 4)),
    "dish": Kind(5, 4, dish, few=(1, 3)),
    "solar_panel": Kind(5, 3, solar_panel, few=(3, 6)),
    "pipe": Kind(9, 1, pipe, slope=1, few=(2, 3)),
    "rocket": Kind(9, 8, rocket, few=(1, 1)),
    "reactor": Kind(7, 7, reactor, few=(1, 2)),
    "robot": Kind(4, 1, robot, slope=1, few=(2, 4)),
    "billboard": Kind(8, 1, billboard, slope=1, few=(2, 3)),
    "rail": Kind(14, 3, rail, few=(1, 2)),
    "crane": Kind(11, 3, crane, few=(1, 2)),
}
