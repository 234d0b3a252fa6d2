"""What gives light."""

from genie3_env.worldgen import features
from genie3_env.worldgen.objects.kind import Kind
from genie3_env.worldgen.site import Site

# Three tubes wide and four high.
GLYPHS = (
    ("###", ".#.", "###", "#.#"),
    ("#.#", "###", ".#.", "###"),
    (".#.", "###", "#.#", "#.#"),
    ("###", "#..", "##.", "###"),
    ("##.", "#.#", "##.", "#.#"),
    ("###", "..#", ".#.", "#.."),
)


def torch(site: Site, x: int, y: int, z: int) -> None:
    """A torch on a post."""
    features.torch_post(site.voxels, x, y, z)


def lantern(site: Site, x: int, y: int, z: int) -> None:
    """A paper lantern that hangs from the end of a bent pole."""
    site.box(x, y, z, 1, 1, 5, "wood")
    site.box(x, y, z + 5, 3, 1, 1, "wood")
    site.box(x + 2, y, z + 3, 1, 1, 2, "lantern")


def lamp(site: Site, x: int, y: int, z: int) -> None:
    """A street lamp."""
    site.box(x, y, z, 1, 1, 5, "iron")
    site.box(x, y, z + 5, 2, 1, 1, "iron")
    site.box(x + 1, y, z + 4, 1, 1, 1, "lamp")


def beacon(site: Site, x: int, y: int, z: int) -> None:
    """A stepped base with a beam of light that goes up high."""
    site.box(x, y, z, 3, 3, 1, site.stone.trim)
    site.box(x + 1, y + 1, z + 1, 1, 1, 1, "gold")
    site.box(x + 1, y + 1, z + 2, 1, 1, 12, "lamp")


def neon_sign(site: Site, x: int, y: int, z: int) -> None:
    """A tall black board between two posts with glyphs of glowing tubes, one above the other."""
    one, other = ("neon_pink", "neon_blue") if site.draw(0, 1) else ("neon_blue", "neon_pink")
    for i in (0, 4):
        site.box(x + i, y, z, 1, 1, 3, "iron")
    site.box(x, y, z + 3, 5, 1, 8, "black")
    for low, what in ((3, one), (7, other)):
        for row, tubes in enumerate(GLYPHS[site.draw(0, len(GLYPHS) - 1)]):
            for i, tube in enumerate(tubes):
                if tube == "#":
                    site.box(x + 1 + i, y, z + low + 3 - row, 1, 1, 1, what)
    site.box(x, y, z + 11, 5, 1, 1, one)


def campfire(site: Site, x: int, y: int, z: int) -> None:
    """Logs around a fire, inside of a ring of stones."""
    site.box(x, y, z - 1, 3, 3, 1, "gravel")
    site.box(x + 1, y, z, 1, 3, 1, "wood")
    site.box(x, y + 1, z, 3, 1, 1, "wood")
    site.box(x + 1, y + 1, z, 1, 1, 2, "torch")


KINDS = {
    "torch": Kind(1, 1, torch, slope=1, few=(5, 9), turns=False),
    "lantern": Kind(3, 1, lantern, few=(5, 9)),
    "lamp": Kind(2, 1, lamp, few=(5, 9)),
    "beacon": Kind(3, 3, beacon, few=(1, 3)),
    "neon_sign": Kind(5, 1, neon_sign, few=(4, 8)),
    "campfire": Kind(3, 3, campfire, few=(1, 3)),
}
