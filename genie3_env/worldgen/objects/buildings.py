"""Buildings: what has walls and a roof, and what defends. Doors are two wide and three high, so that one can go in."""

from genie3_env.worldgen import features
from genie3_env.worldgen.objects.kind import Kind
from genie3_env.worldgen.site import Site
from genie3_env.worldgen.stonework import Stonework

# What houses are made of where the spec leaves it open, by theme.
HOUSES = {
    "village": (
        Stonework("white", "wood", "roof", "plank"),
        Stonework("white", "wood", "thatch", "plank"),
        Stonework("brick", "wood", "slate", "plank"),
        Stonework("plank", "wood", "roof", "plank"),
        Stonework("cobble", "wood", "thatch", "plank"),
    ),
    "harbour": (
        Stonework("white", "wood", "slate", "plank"),
        Stonework("brick", "white", "slate", "plank"),
        Stonework("yellow", "white", "roof", "plank"),
        Stonework("red", "white", "slate", "plank"),
    ),
    "islands": (Stonework("white", "wood", "roof", "plank"), Stonework("plank", "wood", "thatch", "plank")),
    "forest": (Stonework("plank", "wood", "thatch", "plank"),),
}
CHAPEL = Stonework("white", "stone", "slate", "cobble")


def dressed(site: Site) -> Stonework:
    """What one house is made of."""
    known = HOUSES.get(site.spec.theme, (site.stone,))
    return known[site.draw(0, len(known) - 1)] if site.plain_stone else site.stone


def walls(site: Site, stone: Stonework, x: int, y: int, z: int, width: int, depth: int, height: int) -> None:
    """Four walls with corner posts around a floor, a door in the middle of the south side, windows in the others."""
    site.box(x, y, z, width, depth, height, stone.wall)
    for i in (0, width - 1):
        for j in (0, depth - 1):
            site.box(x + i, y + j, z, 1, 1, height, stone.trim)
    site.box(x + 1, y + 1, z, width - 2, depth - 2, height, "air")
    site.box(x, y, z - 1, width, depth, 1, stone.floor)
    door = x + width // 2 - 1
    site.box(door - 1, y, z, 4, 1, 4, stone.trim)
    site.box(door, y, z, 2, 1, 3, "air")
    for level in range(z + 2, z + height - 1, 3):
        for i in (2, width - 3):
            site.box(x + i, y + depth - 1, level, 1, 1, 1, "window")
        for i in (1, width - 2):
            site.box(x + i, y, level, 1, 1, 1, "window")
        for side in (x, x + width - 1):
            site.box(side, y + depth // 2, level, 1, 1, 1, "window")


def gable(site: Site, x: int, y: int, z: int, width: int, depth: int, roof: str, wall: str) -> None:
    """A roof that rises from both long sides to a ridge along x, and overhangs by one; walls below its ends."""
    for layer in range((depth + 3) // 2):
        left = depth + 2 - 2 * layer
        if left < 1:
            break
        site.box(x - 1, y - 1 + layer, z + layer, width + 2, left, 1, roof)
        if layer and left > 2:
            for i in (-1, width):
                site.box(x + i, y + layer, z + layer, 1, left - 2, 1, "air")
            site.box(x, y + layer, z + layer, width, left - 2, 1, wall)
            if layer == 1:
                for i in (0, width - 1):
                    site.box(x + i, y + depth // 2, z + layer, 1, 1, 1, "window")


def house(site: Site, x: int, y: int, z: int) -> None:
    """A house with a gable roof and a chimney that one can enter; one in three has an upper storey."""
    stone = dressed(site)
    high = 4 if site.draw(0, 2) else 6
    x, y = x + 1, y + 1
    walls(site, stone, x, y, z, 7, 6, high)
    if high > 4:
        site.box(x, y, z + 3, 7, 6, 1, stone.trim)
    gable(site, x, y, z + high, 7, 6, stone.roof, stone.wall)
    site.box(x + 5, y + 4, z + high, 1, 1, 5, "cobble")
    site.box(x + 1, y + 4, z, 1, 1, 1, "hay")
    site.box(x + 5, y + 4, z, 1, 1, 2, "plank")
    for i in (1, 5):
        site.box(x + i, y + 6, z, 1, 1, 1, "blossom" if site.draw(0, 1) else "leaf")


def hut(site: Site, x: int, y: int, z: int) -> None:
    """A round hut of wood under a cone of thatch."""
    site.disc(x + 3, y + 3, z, 2.9, 3, "plank" if site.plain_stone else site.stone.wall)
    site.disc(x + 3, y + 3, z, 1.9, 3, "air")
    site.box(x + 2, y, z, 2, 2, 3, "air")
    for layer, radius in enumerate((3.7, 2.9, 2.3, 1.4, 0.5)):
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
    """A red barn with a wide door in its gable, white edges, a thatched roof, and hay inside."""
    x, y = x + 1, y + 1
    site.box(x, y, z, 10, 8, 5, "red")
    site.box(x + 1, y + 1, z, 8, 6, 5, "air")
    for i in (0, 9):
        for j in (0, 7):
            site.box(x + i, y + j, z, 1, 1, 5, "white")
    gable(site, x, y, z + 5, 10, 8, "thatch", "red")
    for i in (0, 9):
        site.box(x + i, y + 3, z + 6, 1, 2, 1, "white")
        site.box(x + i, y + 1, z + 4, 1, 6, 1, "white")
        site.box(x + i, y + 2, z, 1, 4, 4, "white")
        site.box(x + i, y + 3, z, 1, 2, 3, "air")
    site.box(x + 3, y, z, 4, 1, 4, "air")
    site.box(x + 3, y, z + 4, 4, 1, 1, "white")
    site.box(x + 2, y + 5, z, 3, 2, 2, "hay")


def windmill(site: Site, x: int, y: int, z: int) -> None:
    """A tapering white mill under a thatched cap, with four great sails: they reach past its walls and over its cap."""
    x, y = x + 5, y + 4
    for level, radius in enumerate((3.2, 3.2, 3.2, 2.9, 2.9, 2.4, 2.4, 2.3, 2.3, 2.3)):
        site.disc(x, y, z + level, radius, 1, "white" if level else site.stone.trim)
    for level, radius in enumerate((3.0, 2.3, 1.5, 0.5)):
        site.disc(x, y, z + 10 + level, radius, 1, "thatch")
    site.box(x, y - 3, z, 1, 2, 3, "wood")
    for level in (4, 7):
        site.box(x, y - 2, z + level, 1, 1, 1, "window")
    hub = z + 10
    site.box(x, y - 4, hub, 1, 3, 1, "iron")
    for step in range(1, 7):
        for dx, dz in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            site.box(x + dx * step, y - 4, hub + dz * step, 1, 1, 1, "wood")
            if step > 1:  # the sail lies to the left of each spar
                for aside in (1, 2) if step > 2 else (1,):
                    i, k = dx * step - dz * aside, dz * step + dx * aside
                    site.box(x + i, y - 4, hub + k, 1, 1, 1, "white")


def lighthouse(site: Site, x: int, y: int, z: int) -> None:
    """A tower in red and white bands, with a gallery and a glowing lantern room, on a base of rock."""
    x, y = x + 3, y + 3
    site.disc(x, y, z, 3.4, 1, "cobble")
    for level in range(1, 15):
        site.disc(x, y, z + level, 2.3 if level < 8 else 1.8, 1, "red" if ((level - 1) // 3) % 2 else "white")
    site.disc(x, y, z + 15, 2.9, 1, "iron")
    site.disc(x, y, z + 16, 1.5, 2, "lamp")
    for dx, dy in ((1, 1), (-1, 1), (1, -1), (-1, -1)):
        site.box(x + dx, y + dy, z + 16, 1, 1, 2, "iron")
    site.disc(x, y, z + 18, 2.3, 1, "red")
    site.disc(x, y, z + 19, 1.0, 1, "red")
    site.box(x, y - 2, z + 1, 1, 1, 3, "wood")
    for level in (6, 11):
        site.box(x, y - (2 if level < 8 else 1), z + level, 1, 1, 1, "window")


def church(site: Site, x: int, y: int, z: int) -> None:
    """A nave with a steep roof behind a tower with a pointed steeple and a golden cross."""
    stone = CHAPEL if site.plain_stone and site.spec.theme != "castle" else site.stone
    x, y = x + 1, y + 1
    walls(site, stone, x + 4, y, z, 9, 7, 5)
    gable(site, x + 4, y, z + 5, 9, 7, stone.roof, stone.wall)
    for i in (6, 10):
        for j in (0, 6):
            site.box(x + i, y + j, z + 1, 1, 1, 3, "window")
    site.box(x, y + 1, z, 5, 5, 12, stone.wall)
    for i in (0, 4):
        for j in (1, 5):
            site.box(x + i, y + j, z, 1, 1, 12, stone.trim)
    site.box(x + 1, y + 2, z, 3, 3, 4, "air")
    site.box(x, y + 3, z, 1, 1, 3, "air")
    site.box(x + 4, y + 3, z, 1, 1, 3, "air")
    for dx, dy in ((0, 2), (4, 2), (2, 0), (2, 4)):
        site.box(x + dx, y + 1 + dy, z + 8, 1, 1, 2, "window")
    site.box(x - 1, y, z + 12, 7, 7, 1, stone.roof)
    site.box(x, y + 1, z + 13, 5, 5, 1, stone.roof)
    site.box(x + 1, y + 2, z + 14, 3, 3, 2, stone.roof)
    site.box(x + 2, y + 3, z + 16, 1, 1, 3, stone.roof)
    site.box(x + 2, y + 3, z + 19, 1, 1, 3, "gold")
    site.box(x + 2, y + 2, z + 20, 1, 3, 1, "gold")


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
    """A market stall: fruit on a counter under a striped awning that leans forward."""
    stripe = ("cloth", "red", "yellow")[site.draw(0, 2)]
    for i in (0, 4):
        site.box(x + i, y + 3, z, 1, 1, 4, "wood")
    for i in range(5):
        what = stripe if stripe == "cloth" or i % 2 == 0 else "white"
        site.box(x + i, y, z + 3, 1, 2, 1, what)
        site.box(x + i, y + 2, z + 4, 1, 2, 1, what)
    site.box(x + 1, y + 1, z, 3, 1, 1, "plank")
    for i in range(1, 4):
        site.box(x + i, y + 1, z + 1, 1, 1, 1, ("mushroom", "hay", "blossom", "gold", "leaf", "air")[site.draw(0, 5)])


def skyscraper(site: Site, x: int, y: int, z: int) -> None:
    """A tall block of glass and concrete, stepped back near its top, with lit windows, neon edges and an aerial."""
    height = min(site.draw(14, 22), site.voxels.shape[2] - z - 5)
    step = height - 5
    site.box(x, y, z, 8, 8, step, "concrete")
    site.box(x + 1, y + 1, z + step, 6, 6, height - step, "concrete")
    for low, wide, first, last in ((0, 8, 2, step - 1), (1, 6, step + 1, height - 1)):
        for level in range(first, last, 3):
            for i in range(low + 1, low + wide - 1):
                far = low + wide - 1
                for at in ((x + i, y + low), (x + i, y + far), (x + low, y + i), (x + far, y + i)):
                    site.box(*at, z + level, 1, 1, 2, "window" if site.draw(0, 2) == 0 else "glass")
    glow, other = ("neon_pink", "neon_blue") if site.draw(0, 1) else ("neon_blue", "neon_pink")
    site.box(x, y, z + step - 1, 8, 8, 1, glow)
    site.box(x + 1, y + 1, z + step - 1, 6, 6, 1, "concrete")
    site.box(x + 1, y + 1, z + height - 1, 6, 6, 1, other)
    site.box(x + 2, y + 2, z + height - 1, 4, 4, 1, "concrete")
    site.box(x + 3, y + 3, z + height, 1, 1, 4, "iron")


def igloo(site: Site, x: int, y: int, z: int) -> None:
    """A dome of blocks of snow with a low passage into it, and a fire inside."""
    for level, radius in enumerate((3.3, 3.3, 3.0, 2.3, 1.0)):
        site.disc(x + 3, y + 5, z + level, radius, 1, "snow" if level % 2 else "white")
    site.box(x + 2, y, z, 3, 3, 3, "white")
    for i in (2, 4):
        site.box(x + i, y, z + 2, 1, 3, 1, "air")
    for level, radius in enumerate((2.3, 2.3, 1.8)):
        site.disc(x + 3, y + 5, z + level, radius, 1, "air")
    site.box(x + 3, y, z, 1, 4, 2, "air")
    site.box(x + 3, y + 6, z, 1, 1, 1, "torch")


def dome(site: Site, x: int, y: int, z: int) -> None:
    """A dome of glass on a ring of metal, with a lock to go in and plants inside."""
    site.disc(x + 5, y + 5, z - 1, 5.3, 1, "hull")
    for level, radius in enumerate((5.3, 5.3, 5.0, 4.6, 3.8, 2.4)):
        site.disc(x + 5, y + 5, z + level, radius, 1, "hull" if level == 0 else "glass")
    for level, radius in enumerate((4.3, 4.3, 4.0, 3.5, 2.4)):
        site.disc(x + 5, y + 5, z + level, radius, 1, "air")
    site.box(x + 3, y, z, 5, 2, 4, "hull")
    site.box(x + 4, y, z, 3, 3, 3, "air")
    for i, j in ((3, 7), (5, 8), (7, 7)):
        site.box(x + i, y + j, z, 1, 1, site.draw(1, 2), "leaf")
    site.box(x + 5, y + 5, z + 5, 1, 1, 1, "lamp")


def tank(site: Site, x: int, y: int, z: int) -> None:
    """A round tank with a hazard stripe and a ladder."""
    site.disc(x + 2, y + 2, z, 2.3, 6, "metal")
    site.disc(x + 2, y + 2, z + 2, 2.3, 1, "yellow")
    site.disc(x + 2, y + 2, z + 6, 1.5, 1, "iron")
    site.box(x + 2, y, z, 1, 1, 6, "black")


KINDS = {
    "tower": Kind(9, 9, tower, margin=0, few=(1, 2), turns=False),
    "gate": Kind(11, 6, gate, few=(1, 2), turns=False),
    "wall": Kind(9, 2, wall, slope=1, few=(2, 3)),
    "house": Kind(9, 8, house, slope=1, few=(3, 5)),
    "hut": Kind(7, 7, hut, slope=1, few=(2, 4)),
    "tent": Kind(5, 6, tent, few=(2, 4)),
    "barn": Kind(12, 10, barn, few=(1, 1)),
    "windmill": Kind(11, 8, windmill, slope=1, few=(1, 1)),
    "lighthouse": Kind(7, 7, lighthouse, slope=1, few=(1, 1)),
    "church": Kind(15, 9, church, few=(1, 1)),
    "well": Kind(4, 4, well, few=(1, 2), turns=False),
    "stall": Kind(5, 4, stall, few=(2, 4)),
    "skyscraper": Kind(8, 8, skyscraper, few=(2, 4), turns=False),
    "igloo": Kind(7, 9, igloo, few=(2, 3)),
    "dome": Kind(11, 11, dome, few=(1, 2)),
    "tank": Kind(5, 5, tank, few=(2, 3)),
}
