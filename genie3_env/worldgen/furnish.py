"""Furnish: put on a site what the spec asks for and what its theme usually has."""

from collections.abc import Iterable, Mapping

import numpy as np

from genie3_env.materials import MATERIALS
from genie3_env.prompt.spec import WorldSpec
from genie3_env.worldgen import vault as vaults
from genie3_env.worldgen.objects import KINDS
from genie3_env.worldgen.site import NoRoom, Site


def furnish(
    site: Site,
    usual: Mapping[str, tuple[int, int]],
    *,
    where: np.ndarray | None = None,
    done: Iterable[str] = (),
) -> None:
    """Put things on free places: first what the spec asks for, the largest first.

    usual: what the theme has if the spec says nothing of it, least and most; it is left out where there is no room.
    where: bool [X, Y] columns to put them on. done: names that the theme has seen to itself.
    NoRoom where the spec asks for more than there is room for.
    """
    if site.spec.task == "puzzle" and site.vault is None:
        _put_vault(site, where)
    asked = dict(site.spec.objects)
    names = sorted(
        {*usual, *asked} - site.seen_to - set(done),
        key=lambda name: (name not in asked, -KINDS[name].width * KINDS[name].depth, name),
    )
    for name in names:
        low, high = usual.get(name, KINDS[name].few)
        drawn = site.draw(low, high)
        wanted = site.spec.count(name, drawn)
        put = put_many(site, name, wanted, where)
        if put < wanted and (asked.get(name) is not None or (name in asked and put == 0)):
            raise NoRoom(
                f"There is room for {put} of {name.replace('_', ' ')}, not for {wanted}; ask for a larger world."
            )


def widest_asked(spec: WorldSpec, beside: Iterable[str] = ()) -> int:
    """The longer side of the largest thing that the spec asks for, but for what the theme sees to itself; 0: none."""
    asked = [KINDS[name] for name, count in spec.objects if count != 0 and name not in beside]
    vault = max(vaults.WIDTH, vaults.depth_of(spec.difficulty)) if spec.task == "puzzle" else 0
    return max([max(kind.width, kind.depth) for kind in asked] + [vault])


def _put_vault(site: Site, where: np.ndarray | None) -> None:
    width, depth = vaults.WIDTH, vaults.depth_of(site.spec.difficulty)
    for slope in (0, 2, 4):
        spot = site.spot(width, depth, margin=2, slope=slope, where=where)
        if spot is not None:
            break
    else:
        raise NoRoom("There is no room for a vault; ask for a larger world.")
    x, y = spot
    z = int(site.top[x : x + width, y : y + depth].max())
    site.footing(x, y, z, width, depth, _footing_of(site, x, y))
    site.vault = vaults.build_vault(site, x, y, z)
    site.take(x, y, width, depth, margin=2)


def put_many(site: Site, name: str, count: int, where: np.ndarray | None = None) -> int:
    """Put up to `count` things of one kind on free places; how many found one."""
    kind = KINDS[name]
    for done in range(count):
        spot = site.spot(kind.width, kind.depth, margin=kind.margin, slope=kind.slope, where=where)
        if spot is None:
            return done
        put(site, name, *spot)
    return count


def put_afloat(site: Site, name: str, count: int) -> int:
    """Put up to `count` things on the site's water; how many found a place."""
    kind = KINDS[name]
    for done in range(count):
        spot = site.spot(kind.width, kind.depth, margin=kind.margin, taken=~site.water)
        if spot is None:
            return done
        x, y = spot
        kind.paint(site, x, y, site.ground)
        site.water[x - kind.margin : x + kind.width + kind.margin, y - kind.margin : y + kind.depth + kind.margin] = (
            False
        )
        site.mark(name, x + kind.width // 2, y + kind.depth // 2, site.ground)
    return count


def put(site: Site, name: str, x: int, y: int) -> None:
    """Put a thing with the low corner of its footprint at (x, y)."""
    kind = KINDS[name]
    z = int(site.top[x : x + kind.width, y : y + kind.depth].max())
    site.footing(x, y, z, kind.width, kind.depth, _footing_of(site, x, y))
    kind.paint(site, x, y, z)
    site.take(x, y, kind.width, kind.depth, kind.margin)
    site.mark(name, x + kind.width // 2, y + kind.depth // 2, z)


def _footing_of(site: Site, x: int, y: int) -> str:
    return MATERIALS[site.voxels[x, y, site.top[x, y] - 1]].name
