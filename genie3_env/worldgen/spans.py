"""Spans: ways through the air, from one height to another."""

from genie3_env.worldgen.site import Site

WIDTH = 3


def join(
    site: Site,
    start: tuple[int, int, int],
    end: tuple[int, int, int],
    trim: float = 0,
    far_trim: float = 0,
    what: str = "plank",
) -> None:
    """A way between two points (x, y, z of the air above the floor), straight but for one bend, in steps of one voxel.

    trim, far_trim: how far it is inside of what stands at either end, where it need not change its height.
    """
    (x, y, z), (to_x, to_y, to_z) = start, end
    cells = [(x + (1 if to_x > x else -1) * i, y) for i in range(abs(to_x - x) + 1)]
    cells += [(to_x, y + (1 if to_y > y else -1) * i) for i in range(1, abs(to_y - y) + 1)]
    first, last = int(trim), len(cells) - 1 - int(far_trim)
    for index, (i, j) in enumerate(cells):
        share = min(max((index - first) / max(last - first, 1), 0.0), 1.0)
        level = z + round((to_z - z) * share)
        for di in range(-(WIDTH // 2), WIDTH // 2 + 1):
            for dj in range(-(WIDTH // 2), WIDTH // 2 + 1):
                _plank(site, i + di, j + dj, level, what)
    site.mark("bridge", *cells[(first + last) // 2], z)


def _plank(site: Site, x: int, y: int, level: int, what: str) -> None:
    if not (2 <= x < site.taken.shape[0] - 2 and 2 <= y < site.taken.shape[1] - 2):
        return
    standing = int(site.top[x, y])
    if standing >= level or (standing and not site.bridged[x, y]):
        return
    site.box(x, y, level - 1, 1, 1, 1, what)
    site.box(x, y, level, 1, 1, 3, "air")
    site.top[x, y] = level
    site.taken[x, y] = site.bridged[x, y] = True
