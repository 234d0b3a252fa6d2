"""Kind: how one kind of thing is put on a site."""

from collections.abc import Callable
from dataclasses import dataclass

from genie3_env.worldgen.site import Site


@dataclass(frozen=True)
class Kind:
    """A thing with a footprint of width x depth columns.

    paint: draws it, given the site and the low corner's x, y and the z of the first air voxel above the land there.
    margin: free columns around it, so that there is a way past; slope: how uneven its footprint may be.
    few: how many there are where a prompt says only that there are some: least and most.
    """

    width: int
    depth: int
    paint: Callable[[Site, int, int, int], None]
    margin: int = 1
    slope: int = 0
    few: tuple[int, int] = (2, 3)
