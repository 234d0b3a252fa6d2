"""Furnish: put on a site what the spec asks for and what its theme usually has."""

from collections.abc import Iterable, Mapping

import numpy as np

from genie3_env.materials import MATERIALS
from genie3_env.prompt.spec import WorldSpec
from genie3_env.worldgen import vault as vaults
from genie3_env.worldgen.objects import KINDS
from genie3_env.worldgen.site import NoRoom, Site

USUAL_LAND = 64 * 64  # columns of the land that a theme's usual numbers are meant for
SEVERAL = 3  # what there are more of usually becomes more with the land


def furnish(
    site: Site,
    usual: Mapping[str, tuple[int, int]],
    *,
    where: np.ndarray | None = None,
    done: Iterable[str] = (),
) -> None:
    """Put things on free places: first what the spec asks for, the largest first, of equal ones as `usual` has them.

    usual: what the theme has on a small land if the spec says nothing of it, least and most; of what it has many, there
    are more on a larger land. It is left out where there is no room.
    where: bool [X, Y] columns to put them on. done: names that the theme has seen to itself.
    NoRoom where the spec asks for more than there is room for.
    """
    if site.spec.task == "puzzle" and site.vault is None:
        _put_vault(site, where)
    asked = dict(site.spec.objects)
    seen_to = site.seen_to | set(done)
    names = sorted(
        (name for name in {**usual, **dict.fromkeys(asked)} if name not in seen_to),
        key=lambda name: (name not in asked, -KINDS[name].width * KINDS[name].depth),
    )
    for name in names:
        low, high = usual.get(name, KINDS[name].few)
        drawn = site.draw(low, high)
        if name in usual and high > SEVERAL:
            drawn = drawn * site.taken.size // USUAL_LAND
        wanted = site.spec.count(name, drawn)
        put = put_many(site, name, wanted, where)
        if put < wanted and (asked.get(name) is not None or (name in asked and put == 0)):
            raise NoRoom(
                f"There is room for {put} of {name.replace('_', ' ')}, not for {wanted}; ask for fewer things."
            )


def widest_asked(spec: WorldSpec, beside: Iterable[str] = ()) -> int:
    """The longer side of the largest thing that the spec asks for, but for what the theme sees to itself; 0: none."""
    vault = max(vaults.WIDTH, vaults.depth_of(spec.difficulty)) if spec.task == "puzzle" else 0
    return max([max(KINDS[name].width, KINDS[name].depth) for name, _ in _asked(spec, beside)] + [vault])


def _put_vault(site: Site, where: np.ndarray | None) -> None:
    width, depth = vaults.WIDTH, vaults.depth_of(site.spec.difficulty)
    for slope in (0, 2, 4):
        spot = site.spot(width, depth, margin=2, slope=slope, where=where)
        if spot is not None:
            break
    else:
        raise NoRoom("There is no room for a vault; ask for fewer things.")
    x, y = spot
    z = int(site.top[x : x + width, y : y + depth].max())
    site.footing(x, y, z, width, depth, _footing_of(site, x, y))
    site.vault = vaults.build_vault(site, x, y, z)
    site.take(x, y, width, depth, margin=2)


def _asked(spec: WorldSpec, beside: Iterable[str]) -> list[tuple[str, int | None]]:
    return [(name, count) for name, count in spec.objects if count != 0 and name not in beside]


def room_asked(spec: WorldSpec, beside: Iterable[str] = ()) -> int:
    """Columns that the things take which the spec asks for, with a way around each."""
    asked = [(KINDS[name], KINDS[name].few[1] if count is None else count) for name, count in _asked(spec, beside)]
    return sum(count * (kind.width + 2 * kind.margin) * (kind.depth + 2 * kind.margin) for kind, count in asked)


def put_many(site: Site, name: str, count: int, where: np.ndarray | None = None) -> int:
    """Put up to `count` things of one kind on free places, or on water if they float; how many found one."""
    afloat = put_afloat(site, name, count) if KINDS[name].floats else 0
    return afloat + _put_free(site, name, count - afloat, where)


def put_afloat(site: Site, name: str, count: int) -> int:
    """Put up to `count` things on the site's water; how many found a place."""
    ashore = site.taken, site.top
    site.taken, site.top = ~site.water | site.bridged, np.full_like(site.top, site.ground)
    done = _put_free(site, name, count, None)
    site.water = ~site.taken
    site.taken, site.top = ashore
    return done


def _put_free(site: Site, name: str, count: int, where: np.ndarray | None) -> int:
    if count < 1:
        return 0
    kind = KINDS[name]
    corners, quarters = _places(site, name, where)
    done = 0
    for index in site.rng.permutation(len(corners)).tolist():
        x, y = corners[index].tolist()
        if site.free(x, y, *kind.footprint(int(quarters[index])), kind.margin):
            put(site, name, x, y, int(quarters[index]))
            done += 1
            if done == count:
                break
    return done


def _places(site: Site, name: str, where: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """Low corners int64 [n, 2] of all places where a thing may stand, and how it is turned there [n]."""
    kind = KINDS[name]
    found = []
    for across in (0, 1) if kind.turns and kind.width != kind.depth else (0,):
        width, depth = kind.footprint(across)
        found.append(site.spots(width, depth, margin=kind.margin, slope=kind.slope, where=where))
    corners = np.concatenate(found)
    quarters = np.repeat(np.arange(len(found)), [len(places) for places in found])
    if kind.turns:
        step = 2 if kind.width != kind.depth else 1
        quarters = quarters + step * site.rng.integers(4 // step, size=len(corners))
    return corners, quarters


def put(site: Site, name: str, x: int, y: int, quarters: int = 0) -> None:
    """Put a thing with the low corner of its footprint at (x, y), turned left by so many quarters."""
    kind = KINDS[name]
    width, depth = kind.footprint(quarters)
    z = int(site.top[x : x + width, y : y + depth].max())
    site.footing(x, y, z, width, depth, _footing_of(site, x, y))
    with site.turned(x, y, kind.width, kind.depth, quarters):
        kind.paint(site, x, y, z)
    site.take(x, y, width, depth, kind.margin)
    site.mark(name, x + width // 2, y + depth // 2, z)


def _footing_of(site: Site, x: int, y: int) -> str:
    return MATERIALS[site.voxels[x, y, site.top[x, y] - 1]].name
