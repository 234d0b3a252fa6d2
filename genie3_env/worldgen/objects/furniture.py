"""What is left standing about: crates and barrels, carts, fences, benches, banners, platforms, stairs."""

from genie3_env.worldgen.objects.kind import Kind
from genie3_env.worldgen.site import Site


def crate(site: Site, x: int, y: int, z: int) -> None:
    """A large crate with a smaller one on it or beside it."""
    site.box(x, y, z, 2, 2, 2, "plank")
    if site.draw(0, 1):
        site.box(x + site.draw(0, 1), y + site.draw(0, 1), z + 2, 1, 1, 1, "plank")
    else:
        site.box(x + site.draw(0, 1), y + site.draw(0, 1), z + 1, 1, 1, 1, "air")


def barrel(site: Site, x: int, y: int, z: int) -> None:
    """A great barrel between two hoops of iron, or one that lies on its side."""
    if site.draw(0, 2):
        site.box(x, y, z, 2, 2, 3, "plank")
        site.box(x, y, z + 1, 2, 2, 1, "iron")
    else:
        site.box(x, y, z, 2, 2, 2, "plank")
        site.box(x, y, z, 1, 2, 2, "iron")


def container(site: Site, x: int, y: int, z: int) -> None:
    """A shipping container with ribs and iron ends; another stands on one in three."""
    for level in range(1 + (site.draw(0, 2) == 0)):
        shipping_box(site, x, y, z + 3 * level)


def shipping_box(site: Site, x: int, y: int, z: int) -> None:
    """One container in a colour of its own."""
    what = ("red", "yellow", "rust", "white", "hull", "metal")[site.draw(0, 5)]
    site.box(x, y, z, 7, 3, 3, what)
    for i in (0, 6):
        site.box(x + i, y, z, 1, 3, 3, "iron")
        site.box(x + i, y + 1, z, 1, 1, 3, what)


def cart(site: Site, x: int, y: int, z: int) -> None:
    """A cart on four wheels, heaped with hay, and its shafts in front; in a mine one for ore."""
    if site.spec.theme == "mine":
        ore_cart(site, x, y, z)
        return
    site.box(x, y, z + 1, 4, 3, 1, "plank")
    site.box(x + 1, y, z + 2, 2, 3, 1, "hay")
    site.box(x, y + 1, z + 2, 4, 1, 1, "hay")
    for i in (0, 3):
        for j in (0, 2):
            site.box(x + i, y + j, z, 1, 1, 1, "wood")
    site.box(x + 4, y + 1, z, 1, 1, 1, "wood")


def ore_cart(site: Site, x: int, y: int, z: int) -> None:
    """A rusty tub with a bright rim, low over four wheels, heaped with ore, gold and a glowing crystal."""
    site.box(x + 1, y + 1, z, 3, 1, 1, "wood")
    for i in (1, 3):
        for j in (0, 2):
            site.box(x + i, y + j, z, 1, 1, 1, "iron")
    site.box(x, y, z + 1, 5, 3, 1, "rust")
    site.box(x, y, z + 2, 5, 3, 1, "metal")
    site.box(x + 1, y + 1, z + 2, 3, 1, 1, "ore")
    site.box(x + 1, y, z + 3, 2, 3, 1, "ore")
    site.box(x + site.draw(1, 2), y + 2 * site.draw(0, 1), z + 3, 1, 1, 1, "gold")
    site.box(x + 3, y + 1, z + 3, 1, 1, 1, "crystal")
    site.box(x + 2, y + 1, z + 4, 1, 1, 1, "gold")


def fence(site: Site, x: int, y: int, z: int) -> None:
    """A length of fence too high to step over: posts and a rail that one sees through below."""
    for i in range(0, 7, 2):
        site.box(x + i, y, z, 1, 1, 2, "wood")
    for i in range(1, 7, 2):
        site.box(x + i, y, z + 1, 1, 1, 1, "plank")


def bench(site: Site, x: int, y: int, z: int) -> None:
    """A bench with a back."""
    site.box(x, y, z, 4, 1, 1, "plank")
    site.box(x, y + 1, z, 4, 1, 2, "wood")


def haystack(site: Site, x: int, y: int, z: int) -> None:
    """A round heap of hay."""
    site.disc(x + 1, y + 1, z, 1.5, 1, "hay")
    site.disc(x + 1, y + 1, z + 1, 1.0 + 0.5 * site.draw(0, 1), 1, "hay")
    site.box(x + 1, y + 1, z + 2, 1, 1, 1, "hay")


def cannon(site: Site, x: int, y: int, z: int) -> None:
    """A long iron barrel between two wheels, beside a heap of balls."""
    for j in (0, 2):
        site.box(x + 1, y + j, z, 2, 1, 2, "wood")
    site.box(x, y + 1, z, 2, 1, 1, "wood")
    site.box(x, y + 1, z + 1, 5, 1, 1, "iron")
    site.box(x + 4, y + 2, z, 1, 1, 1, "black")


def sign(site: Site, x: int, y: int, z: int) -> None:
    """A signpost with two boards that point to either side."""
    site.box(x + 1, y, z, 1, 1, 5, "wood")
    site.box(x, y, z + 4, 2, 1, 1, "plank")
    site.box(x + 1, y, z + 3, 2, 1, 1, "plank")
    site.box(x + 1, y, z + 2, 1, 1, 1, "wood")


def banner(site: Site, x: int, y: int, z: int) -> None:
    """A pole with a cross-bar, from which a long cloth hangs down."""
    site.box(x, y, z, 1, 1, 8, "wood")
    site.box(x, y, z + 8, 1, 1, 1, "gold")
    site.box(x + 1, y, z + 7, 2, 1, 1, "wood")
    what = ("cloth", "red", "yellow")[site.draw(0, 2)]
    site.box(x + 1, y, z + 3, 2, 1, 4, what)
    site.box(x + 1, y, z + 5, 2, 1, 1, "white")
    site.box(x + 1 + site.draw(0, 1), y, z + 2, 1, 1, 1, what)


def snowman(site: Site, x: int, y: int, z: int) -> None:
    """Balls of snow one on the other, a red scarf, a black hat, arms of wood."""
    site.box(x, y, z, 3, 3, 1, "white")
    site.disc(x + 1, y + 1, z + 1, 1.0, 2, "white")
    for i in (-1, 3):
        site.box(x + i, y + 1, z + 2, 1, 1, 1, "wood")
    site.box(x + 1, y + 1, z + 3, 1, 1, 1, "red")
    site.box(x + 1, y + 1, z + 4, 1, 1, 1, "white")
    site.box(x + 1, y + 1, z + 5, 1, 1, 1, "black")


def platform(site: Site, x: int, y: int, z: int) -> None:
    """A deck on four posts, with two steps up to it."""
    height = site.draw(2, 3)
    for i in (0, 4):
        for j in (0, 4):
            site.box(x + i, y + j, z, 1, 1, height, "wood")
    site.box(x, y, z + height - 1, 5, 5, 1, "plank")
    for step in range(height - 1):
        site.box(x + 5 + height - 2 - step, y + 1, z, 1, 3, step + 1, "plank")


def stairs(site: Site, x: int, y: int, z: int) -> None:
    """Steps up to a landing with a wall at its end."""
    for step in range(5):
        site.box(x + step, y, z, 1, 3, step + 1, site.stone.trim)
    site.box(x + 5, y, z, 3, 3, 5, site.stone.trim)
    site.box(x + 7, y, z + 5, 1, 3, 1, site.stone.wall)


KINDS = {
    "crate": Kind(2, 2, crate, few=(4, 8)),
    "barrel": Kind(2, 2, barrel, few=(4, 8)),
    "container": Kind(7, 3, container, few=(2, 4)),
    "cart": Kind(5, 3, cart, few=(1, 3)),
    "fence": Kind(7, 1, fence, few=(2, 4)),
    "bench": Kind(4, 2, bench, few=(2, 4)),
    "haystack": Kind(3, 3, haystack, few=(3, 5), turns=False),
    "cannon": Kind(5, 3, cannon, few=(2, 4)),
    "sign": Kind(3, 1, sign, few=(2, 4)),
    "banner": Kind(3, 1, banner, few=(3, 6)),
    "snowman": Kind(3, 3, snowman, few=(2, 3)),
    "platform": Kind(7, 5, platform, few=(2, 3)),
    "stairs": Kind(8, 3, stairs, few=(1, 2)),
}
