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
    turns: whether it may face any side; else it faces south, as it is painted.
    floats: whether it lies on water if there is room.
    """

    width: int
    depth: int
    paint: Callable[[Site, int, int, int], None]
    margin: int = 1
    slope: int = 0
    few: tuple[int, int] = (2, 3)
    turns: bool = True
    floats: bool = False

    def footprint(self, quarters: int) -> tuple[int, int]:
        """Width and depth when it is turned left by so many quarters."""
        return (self.depth, self.width) if quarters % 2 else (self.width, self.depth)
