"""Machines: antennas and dishes, panels, pipes, rockets, reactors, robots, screens, rails."""

from genie3_env.worldgen.objects.kind import Kind
from genie3_env.worldgen.site import Site


def antenna(site: Site, x: int, y: int, z: int) -> None:
    """A mast in red and white bands on splayed feet, with cross-bars and a red light."""
    height = site.draw(9, 13)
    for step in range(height):
        site.box(x + 1, y + 1, z + step, 1, 1, 1, "red" if step // 2 % 2 else "white")
    for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        site.box(x + 1 + dx, y + 1 + dy, z, 1, 1, 2, "iron")
    for level in (height - 5, height - 2):
        site.box(x, y + 1, z + level, 3, 1, 1, "iron")
    site.box(x + 1, y + 1, z + height, 1, 1, 1, "neon_pink")


def dish(site: Site, x: int, y: int, z: int) -> None:
    """A wide bowl on a mast, with its receiver held before it."""
    site.box(x + 2, y + 1, z, 3, 3, 1, "iron")
    site.box(x + 3, y + 2, z, 1, 1, 4, "iron")
    for i in range(7):
        for k in range(7):
            away = (i - 3) ** 2 + (k - 3) ** 2
            if away <= 12:
                back = 1 if away <= 4 else 0
                site.box(x + i, y + 1 + back, z + 3 + k, 1, 1, 1, "hull" if away <= 1 else "white")
    site.box(x + 3, y + 1, z + 6, 1, 2, 1, "iron")
    site.box(x + 3, y, z + 6, 1, 1, 1, "red")


def solar_panel(site: Site, x: int, y: int, z: int) -> None:
    """Blue cells on a frame, tilted by one step."""
    site.box(x + 1, y + 1, z, 1, 1, 1, "iron")
    site.box(x + 3, y + 1, z, 1, 1, 1, "iron")
    site.box(x, y, z + 1, 5, 1, 1, "solar")
    site.box(x, y + 1, z + 1, 5, 2, 1, "iron")
    site.box(x, y + 1, z + 2, 5, 2, 1, "solar")


def pipe(site: Site, x: int, y: int, z: int) -> None:
    """A pipe on supports, high enough to walk under, that goes into the ground at both ends; a red valve on it."""
    for i in (0, 8):
        site.box(x + i, y, z, 1, 1, 4, "rust")
    site.box(x, y, z + 3, 9, 1, 1, "rust")
    for i in (2, 6):
        site.box(x + i, y, z + 3, 1, 1, 1, "iron")
    site.box(x + 4, y, z + 4, 1, 1, 1, "red")


def rocket(site: Site, x: int, y: int, z: int) -> None:
    """A white rocket with red fins and nose on its pad, beside a service tower."""
    site.box(x, y, z - 1, 9, 8, 1, "concrete")
    x, y = x + 3, y + 3
    high = min(11, site.voxels.shape[2] - z - 7)
    site.disc(x, y, z, 1.5, 1, "black")
    site.disc(x, y, z + 1, 1.5, high, "white")
    site.disc(x, y, z + high - 3, 1.5, 1, "red")
    site.disc(x, y, z + 3, 1.5, 1, "red")
    site.disc(x, y, z + high + 1, 1.0, 2, "white")
    site.box(x, y, z + high + 3, 1, 1, 2, "red")
    site.box(x, y - 1, z + high - 1, 1, 1, 1, "glass")
    for dx, dy in ((2, 0), (-2, 0), (0, 2), (0, -2)):
        site.box(x + dx, y + dy, z, 1, 1, 4, "red")
        site.box(x + dx + dx // 2, y + dy + dy // 2, z, 1, 1, 2, "red")
    for step in range(high + 2):
        site.box(x + 4, y, z + step, 1, 1, 1, "iron" if step % 3 else "yellow")
    for level in (4, high - 1):
        site.box(x + 2, y, z + level, 2, 1, 1, "iron")


def reactor(site: Site, x: int, y: int, z: int) -> None:
    """A glowing core between rings of metal."""
    site.disc(x + 3, y + 3, z, 3.2, 1, "hull")
    site.disc(x + 3, y + 3, z + 1, 1.0, 5, "neon_blue")
    site.disc(x + 3, y + 3, z + 6, 3.2, 1, "hull")
    for dx, dy in ((2, 2), (-2, 2), (2, -2), (-2, -2)):
        site.box(x + 3 + dx, y + 3 + dy, z + 1, 1, 1, 5, "metal")
    site.disc(x + 3, y + 3, z + 7, 1.5, 1, "iron")


def robot(site: Site, x: int, y: int, z: int) -> None:
    """A robot twice as tall as a body: broad shoulders, a lit visor, a light on its chest."""
    what = ("metal", "hull", "yellow")[site.draw(0, 2)]
    for i in (1, 3):
        site.box(x + i, y, z, 1, 1, 2, "iron")
    site.box(x + 1, y, z + 2, 3, 1, 2, what)
    site.box(x + 2, y, z + 3, 1, 1, 1, "lamp")
    site.box(x, y, z + 4, 5, 1, 1, what)
    for i in (0, 4):
        site.box(x + i, y, z + 2, 1, 1, 2, "iron")
    site.box(x + 1, y, z + 5, 3, 1, 1, "neon_blue")
    site.box(x + 1, y, z + 6, 3, 1, 1, what)


def billboard(site: Site, x: int, y: int, z: int) -> None:
    """A lit screen in a frame of neon, high on two posts; at race tracks a painted board with arrows."""
    for i in (1, 7):
        site.box(x + i, y, z, 1, 1, 4, "iron")
    if site.spec.theme == "track":
        site.box(x, y, z + 4, 9, 1, 4, "white")
        for i in (1, 5):
            for j, level in ((0, 4), (1, 5), (1, 6), (0, 7)):
                site.box(x + i + j, y, z + level, 2, 1, 1, "red")
        return
    edge = "neon_pink" if site.draw(0, 1) else "neon_blue"
    site.box(x, y, z + 4, 9, 1, 6, edge)
    site.box(x + 1, y, z + 5, 7, 1, 4, "screen")


def rail(site: Site, x: int, y: int, z: int) -> None:
    """A length of railway in the ground, sleepers under two rails, with a buffer at one end."""
    site.box(x, y, z - 1, 14, 3, 1, "gravel")
    for i in range(0, 14, 2):
        site.box(x + i, y, z - 1, 1, 3, 1, "wood")
    site.box(x, y, z - 1, 14, 1, 1, "iron")
    site.box(x, y + 2, z - 1, 14, 1, 1, "iron")
    site.box(x, y, z, 1, 3, 1, "wood")
    site.box(x, y, z + 1, 1, 3, 1, "red")


def crane(site: Site, x: int, y: int, z: int) -> None:
    """A yellow harbour crane on four legs: a cabin, a long jib, a counterweight, and a container on its rope."""
    for i in (0, 4):
        for j in (0, 4):
            site.box(x + i, y + j, z, 1, 1, 5, "yellow")
    site.box(x, y, z + 5, 5, 5, 1, "yellow")
    site.box(x + 1, y + 1, z + 6, 3, 3, 3, "yellow")
    site.box(x + 3, y + 1, z + 7, 1, 3, 1, "glass")
    site.box(x + 2, y + 2, z + 9, 1, 1, 6, "yellow")
    site.box(x - 1, y + 2, z + 11, 16, 1, 1, "yellow")
    site.box(x - 2, y + 1, z + 10, 2, 3, 2, "iron")
    for step in range(3):
        site.box(x + 3 + step, y + 2, z + 14 - step, 1, 1, 1, "yellow")
    site.box(x + 13, y + 2, z + 8, 1, 1, 3, "black")
    site.box(x + 10, y + 1, z + 5, 5, 3, 3, ("red", "white", "rust")[site.draw(0, 2)])


KINDS = {
    "antenna": Kind(3, 3, antenna, slope=1, few=(2, 4)),
    "dish": Kind(7, 4, dish, few=(1, 3)),
    "solar_panel": Kind(5, 3, solar_panel, few=(3, 6)),
    "pipe": Kind(9, 1, pipe, slope=1, few=(2, 3)),
    "rocket": Kind(9, 8, rocket, few=(1, 1)),
    "reactor": Kind(7, 7, reactor, few=(1, 2), turns=False),
    "robot": Kind(5, 1, robot, slope=1, few=(2, 4)),
    "billboard": Kind(9, 1, billboard, slope=1, few=(2, 3)),
    "rail": Kind(14, 3, rail, few=(1, 2)),
    "crane": Kind(15, 5, crane, few=(1, 2)),
}
