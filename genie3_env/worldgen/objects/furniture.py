"""What is left standing about: crates and barrels, carts, fences, benches, banners, platforms, stairs."""

from genie3_env.worldgen.objects.kind import Kind
from genie3_env.worldgen.site import Site


def crate(site: Site, x: int, y: int, z: int) -> None:
    """A wooden crate; a smaller one stands on every other."""
    site.box(x, y, z, 2, 2, 1, "plank")
    if site.draw(0, 1):
        site.box(x + site.draw(0, 1), y + site.draw(0, 1), z + 1, 1, 1, 1, "plank")


def barrel(site: Site, x: int, y: int, z: int) -> None:
    """A barrel with an iron hoop."""
    site.box(x, y, z, 1, 1, 2, "wood")
    site.box(x, y, z + 1, 1, 1, 1, "iron" if site.draw(0, 2) == 0 else "wood")


def container(site: Site, x: int, y: int, z: int) -> None:
    """A shipping container; another stands on one in three."""
    colours = ("red", "yellow", "rust", "white")
    for level in range(1 + (site.draw(0, 2) == 0)):
        what = colours[site.draw(0, 3)]
        site.box(x, y, z + 3 * level, 7, 3, 3, what)
        site.box(x, y, z + 3 * level, 1, 3, 3, "rust")
        site.box(x + 3, y, z + 3 * level, 1, 3, 3, "rust")


def cart(site: Site, x: int, y: int, z: int) -> None:
    """A cart on four wheels with ore or hay in it."""
    site.box(x, y, z, 4, 3, 1, "plank")
    site.box(x + 1, y + 1, z + 1, 2, 1, 1, "ore" if site.spec.theme == "mine" else "hay")
    for i in (0, 3):
        for j in (0, 2):
            site.box(x + i, y + j, z, 1, 1, 1, "iron")
            site.box(x + i, y + j, z + 1, 1, 1, 1, "wood")


def fence(site: Site, x: int, y: int, z: int) -> None:
    """A length of fence too high to step over: posts and a rail."""
    for i in range(7):
        site.box(x + i, y, z, 1, 1, 2 if i % 2 == 0 else 1, "wood")
        site.box(x + i, y, z + 1, 1, 1, 1, "plank" if i % 2 else "wood")


def bench(site: Site, x: int, y: int, z: int) -> None:
    """A bench with a back."""
    site.box(x, y, z, 4, 1, 1, "plank")
    site.box(x, y + 1, z, 4, 1, 2, "wood")


def haystack(site: Site, x: int, y: int, z: int) -> None:
    """A heap of hay."""
    site.box(x, y, z, 3, 3, 2, "hay")
    site.box(x + 1, y + 1, z + 2, 1, 1, 1, "hay")


def cannon(site: Site, x: int, y: int, z: int) -> None:
    """A cannon on its carriage, beside a heap of balls."""
    site.box(x, y, z, 2, 2, 1, "wood")
    site.box(x, y, z + 1, 4, 1, 1, "iron")
    site.box(x + 3, y + 1, z, 1, 1, 1, "black")


def sign(site: Site, x: int, y: int, z: int) -> None:
    """A signpost with two boards."""
    site.box(x + 1, y, z, 1, 1, 4, "wood")
    site.box(x, y, z + 3, 2, 1, 1, "plank")
    site.box(x + 1, y, z + 2, 2, 1, 1, "plank")


def banner(site: Site, x: int, y: int, z: int) -> None:
    """A long cloth on a pole with a golden knob."""
    site.box(x, y, z, 1, 1, 7, "wood")
    site.box(x, y, z + 7, 1, 1, 1, "gold")
    site.box(x + 1, y, z + 3, 1, 1, 4, "cloth")


def snowman(site: Site, x: int, y: int, z: int) -> None:
    """Three balls of snow with a hat, a nose and arms."""
    site.box(x, y, z, 3, 3, 2, "snow")
    site.box(x + 1, y, z + 2, 1, 3, 1, "snow")
    site.box(x, y + 1, z + 2, 3, 1, 1, "snow")
    site.box(x + 1, y + 1, z + 3, 1, 1, 1, "white")
    site.box(x + 1, y + 1, z + 4, 1, 1, 1, "black")
    site.box(x, y + 1, z + 3, 1, 1, 1, "red")


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
    "barrel": Kind(1, 1, barrel, few=(4, 8)),
    "container": Kind(7, 3, container, few=(2, 4)),
    "cart": Kind(4, 3, cart, few=(1, 3)),
    "fence": Kind(7, 1, fence, few=(2, 4)),
    "bench": Kind(4, 2, bench, few=(2, 4)),
    "haystack": Kind(3, 3, haystack, few=(3, 5)),
    "cannon": Kind(4, 2, cannon, few=(2, 4)),
    "sign": Kind(3, 1, sign, few=(2, 4)),
    "banner": Kind(2, 1, banner, few=(3, 6)),
    "snowman": Kind(3, 3, snowman, few=(2, 3)),
    "platform": Kind(7, 5, platform, few=(2, 3)),
    "stairs": Kind(8, 3, stairs, few=(1, 2)),
}
