"""Buildings: what has walls and a roof, and what defends. Doors are two wide and three high, so that one can go in."""

from genie3_env.worldgen import canvas, features
from genie3_env.worldgen.objects.kind import Kind
from genie3_env.worldgen.site import Site


def walls(site: Site, x: int, y: int, z: int, width: int, depth: int, height: int) -> None:
    """Four walls around a floor, with a door in the middle of the south side and windows in the others."""
    stone = site.stone
    site.box(x, y, z, width, depth, height, stone.wall)
    site.box(x + 1, y + 1, z, width - 2, depth - 2, height, "air")
    site.box(x, y, z - 1, width, depth, 1, stone.floor)
    door = x + width // 2 - 1
    site.box(door, y, z, 2, 1, 3, "air")
    site.box(door, y, z + 3, 2, 1, 1, "wood")
    for i in (2, width - 3):
        site.box(x + i, y + depth - 1, z + 2, 1, 1, 1, "window")
    for side in (x, x + width - 1):
        site.box(side, y + depth // 2, z + 2, 1, 1, 1, "window")


def gable(site: Site, x: int, y: int, z: int, width: int, depth: int, what: str) -> None:
    """A roof that rises from both long sides to a ridge along x, and overhangs by one."""
    for layer in range((depth + 3) // 2):
        left = depth + 2 - 2 * layer
        if left < 1:
            break
        site.box(x - 1, y - 1 + layer, z + layer, width + 2, left, 1, what)
        if layer and left > 2:
            site.box(x, y + layer, z + layer, width, left - 2, 1, site.stone.wall)


def house(site: Site, x: int, y: int, z: int) -> None:
    """A house with a gable roof and a chimney that one can enter."""
    x, y = x + 1, y + 1
    walls(site, x, y, z, 7, 6, 4)
    gable(site, x, y, z + 4, 7, 6, site.stone.roof)
    site.box(x + 5, y + 4, z + 4, 1, 1, 5, "brick")
    site.box(x + 1, y + 4, z, 1, 1, 1, "hay")
    site.box(x + 5, y + 4, z, 1, 1, 2, "plank")


def hut(site: Site, x: int, y: int, z: int) -> None:
    """A round hut of wood under a cone of thatch."""
    site.disc(x + 3, y + 3, z, 2.9, 3, "plank")
    site.disc(x + 3, y + 3, z, 1.9, 3, "air")
    site.box(x + 2, y, z, 2, 2, 3, "air")
    for layer, radius in enumerate((3.7, 2.9, 2.0, 1.0)):
        site.disc(x + 3, y + 3, z + 3 + layer, radius, 1, "thatch")


def tent(site: Site, x: int, y: int, z: int) -> None:
    """A ridge tent of striped cloth, open in front."""
    for layer in range(3):
        site.box(x, y + layer, z + layer, 5, 1, 1, "cloth")
        site.box(x, y + 5 - layer, z + layer, 5, 1, 1, "cloth")
    site.box(x, y + 2, z + 3, 5, 2, 1, "cloth")
    site.box(x + 4, y + 1, z, 1, 4, 2, "cloth")
    site.box(x + 4, y + 2, z + 2, 1, 2, 1, "cloth")


def barn(site: Site, x: int, y: int, z: int) -> None:
    """A red barn with a wide door, a thatched roof, and hay inside."""
    x, y = x + 1, y + 1
    site.box(x, y, z, 10, 8, 5, "red")
    site.box(x + 1, y + 1, z, 8, 6, 5, "air")
    for i in (0, 9):
        for j in (0, 7):
            site.box(x + i, y + j, z, 1, 1, 5, "white")
    site.box(x + 3, y, z, 4, 1, 4, "air")
    site.box(x + 3, y, z + 4, 4, 1, 1, "white")
    for layer in range(5):
        left = 10 - 2 * layer
        if left > 0:
            site.box(x - 1, y - 1 + layer, z + 5 + layer, 12, left, 1, "thatch")
            site.box(x, y + layer, z + 5 + layer, 10, max(left - 2, 0), 1, "red")
    site.box(x + 1, y + 5, z, 3, 2, 2, "hay")


def windmill(site: Site, x: int, y: int, z: int) -> None:
    """A tapering mill with four sails."""
    x, y = x + 4, y + 4
    for level, radius in enumerate((3.2, 3.2, 3.2, 2.8, 2.8, 2.4, 2.4, 2.2, 2.2, 2.2)):
        site.disc(x, y, z + level, radius, 1, "white" if level else site.stone.trim)
    for level, radius in enumerate((2.6, 2.0, 1.0, 0.5)):
        site.disc(x, y, z + 10 + level, radius, 1, "roof")
    site.box(x, y - 3, z, 1, 2, 3, "wood")
    site.box(x, y - 3, z + 5, 1, 1, 1, "window")
    site.box(x, y - 4, z + 9, 1, 2, 1, "wood")
    for step in range(1, 5):
        for dx, dz in ((1, 1), (-1, -1), (1, -1), (-1, 1)):
            site.box(x + dx * step, y - 4, z + 9 + dz * step, 1, 1, 1, "plank" if step < 2 else "cloth")


def lighthouse(site: Site, x: int, y: int, z: int) -> None:
    """A striped tower with a glowing lantern room on a base of rock."""
    x, y = x + 3, y + 3
    site.disc(x, y, z, 3.4, 1, "cobble")
    for level in range(1, 13):
        site.disc(x, y, z + level, 2.3 if level < 8 else 1.8, 1, "red" if (level // 3) % 2 else "white")
    site.disc(x, y, z + 13, 2.9, 1, "iron")
    site.disc(x, y, z + 14, 1.2, 2, "lamp")
    site.disc(x, y, z + 16, 2.3, 1, "red")
    site.disc(x, y, z + 17, 1.0, 1, "red")
    site.box(x, y - 2, z + 1, 1, 1, 2, "wood")


def church(site: Site, x: int, y: int, z: int) -> None:
    """A nave with a gable roof behind a tower with a steeple."""
    stone = site.stone
    x, y = x + 1, y + 1
    walls(site, x + 4, y, z, 9, 7, 5)
    gable(site, x + 4, y, z + 5, 9, 7, stone.roof)
    site.box(x, y + 1, z, 5, 5, 11, stone.wall)
    site.box(x + 1, y + 2, z, 3, 3, 4, "air")
    site.box(x, y + 3, z, 1, 1, 3, "air")
    site.box(x + 4, y + 3, z, 1, 1, 3, "air")
    for dx, dy in ((0, 2), (4, 2), (2, 0), (2, 4)):
        site.box(x + dx, y + 1 + dy, z + 8, 1, 1, 2, "window")
    canvas.spire(site.voxels, (x + 2, y + 3), 2, z + 11, stone.roof, round_=False)


def tower(site: Site, x: int, y: int, z: int) -> None:
    """A watchtower with a crown of battlements and a torch, or a roof."""
    round_ = bool(site.draw(0, 1))
    features.tower(
        site.voxels, (x + 4, y + 4), 2, z, site.draw(9, 12), site.stone, round_=round_, roofed=bool(site.draw(0, 1))
    )


def gate(site: Site, x: int, y: int, z: int) -> None:
    """A gatehouse that stands alone, with a passage to walk through."""
    features.gatehouse(site.voxels, features.Gate(x + 5, y + 3, "south"), 2, z, 6, site.stone)


def wall(site: Site, x: int, y: int, z: int) -> None:
    """A length of battlemented wall."""
    site.box(x, y, z, 9, 2, 4, site.stone.wall)
    site.box(x, y, z + 3, 9, 2, 1, site.stone.trim)
    for i in range(0, 9, 2):
        site.box(x + i, y, z + 4, 1, 1, 1, site.stone.trim)


def well(site: Site, x: int, y: int, z: int) -> None:
    """A roofed well."""
    features.well(site.voxels, x, y, z)


def stall(site: Site, x: int, y: int, z: int) -> None:
    """A market stall."""
    features.stall(site.voxels, x, y, z)


def skyscraper(site: Site, x: int, y: int, z: int) -> None:
    """A tall block of glass and concrete with lit windows and an aerial."""
    height = min(site.draw(14, 22), site.voxels.shape[2] - z - 5)
    site.box(x, y, z, 8, 8, height, "concrete")
    for level in range(2, height - 1, 3):
        for i in range(1, 7):
            what = "window" if site.draw(0, 2) == 0 else "glass"
            for at in ((x + i, y), (x + i, y + 7), (x, y + i), (x + 7, y + i)):
                site.box(*at, z + level, 1, 1, 2, what)
    glow = "neon_pink" if site.draw(0, 1) else "neon_blue"
    site.box(x, y, z + height - 1, 8, 8, 1, glow)
    site.box(x + 1, y + 1, z + height - 1, 6, 6, 1, "concrete")
    site.box(x + 3, y + 3, z + height, 1, 1, 4, "iron")


def igloo(site: Site, x: int, y: int, z: int) -> None:
    """A dome of blocks of snow with a low passage into it."""
    for level, radius in enumerate((3.3, 3.3, 3.0, 2.3, 1.2)):
        site.disc(x + 3, y + 4, z + level, radius, 1, "snow" if level % 2 else "white")
    for level, radius in enumerate((2.3, 2.3, 1.8)):
        site.disc(x + 3, y + 4, z + level, radius, 1, "air")
    site.box(x + 1, y, z, 5, 2, 4, "white")
    site.box(x + 2, y, z, 3, 3, 3, "air")


def dome(site: Site, x: int, y: int, z: int) -> None:
    """A dome of glass on a ring of metal, with a lock to go in and plants inside."""
    site.disc(x + 5, y + 5, z - 1, 5.3, 1, "hull")
    for level, radius in enumerate((5.3, 5.3, 5.0, 4.6, 3.8, 2.4)):
        site.disc(x + 5, y + 5, z + level, radius, 1, "hull" if level == 0 else "glass")
    for level, radius in enumerate((4.3, 4.3, 4.0, 3.5, 2.4)):
        site.disc(x + 5, y + 5, z + level, radius, 1, "air")
    site.box(x + 3, y - 0, z, 5, 2, 4, "hull")
    site.box(x + 4, y - 0, z, 3, 3, 3, "air")
    site.box(x + 5, y + 7, z, 1, 1, 2, "leaf")
    site.box(x + 5, y + 5, z + 5, 1, 1, 1, "lamp")


def tank(site: Site, x: int, y: int, z: int) -> None:
    """A round tank with a hazard stripe and a ladder."""
    site.disc(x + 2, y + 2, z, 2.3, 6, "metal")
    site.disc(x + 2, y + 2, z + 2, 2.3, 1, "yellow")
    site.disc(x + 2, y + 2, z + 6, 1.5, 1, "iron")
    site.box(x + 2, y, z, 1, 1, 6, "black")


KINDS = {
    "tower": Kind(9, 9, tower, margin=0, few=(1, 2)),
    "gate": Kind(11, 6, gate, few=(1, 2)),
    "wall": Kind(9, 2, wall, slope=1, few=(2, 3)),
    "house": Kind(9, 8, house, slope=1, few=(3, 5)),
    "hut": Kind(7, 7, hut, slope=1, few=(2, 4)),
    "tent": Kind(5, 6, tent, few=(2, 4)),
    "barn": Kind(12, 10, barn, few=(1, 1)),
    "windmill": Kind(9, 8, windmill, slope=1, few=(1, 1)),
    "lighthouse": Kind(7, 7, lighthouse, slope=1, few=(1, 1)),
    "church": Kind(15, 9, church, few=(1, 1)),
    "well": Kind(4, 4, well, few=(1, 2)),
    "stall": Kind(4, 3, stall, few=(2, 4)),
    "skyscraper": Kind(8, 8, skyscraper, few=(2, 4)),
    "igloo": Kind(7, 8, igloo, few=(2, 3)),
    "dome": Kind(11, 11, dome, few=(1, 2)),
    "tank": Kind(5, 5, tank, few=(2, 3)),
}
