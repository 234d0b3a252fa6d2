"""Facades: what is seen of the buildings of a city from outside."""

import numpy as np

from genie3_env.materials import AIR, material
from genie3_env.worldgen.site import Site

GLOWS = ("neon_pink", "neon_blue")
LIT = 0.3  # share of the windows behind which somebody is


def dress(site: Site, x: int, y: int, z: int, width: int, depth: int, height: int) -> None:
    """Windows in the four walls of a block, in one of three patterns: bands, columns or a grid; some are lit."""
    if height < 2:
        return
    style = site.draw(0, 2)
    for face in _faces(site, x, y, z, width, depth, height):
        along, up = np.meshgrid(np.arange(face.shape[0]), np.arange(face.shape[1]), indexing="ij")
        inside = (along > 0) & (along < face.shape[0] - 1)
        panes = inside & ((up % 3 < 2, along % 2 == 1, (up % 3 < 2) & (along % 2 == 1))[style])
        lit = site.rng.random(face.shape) < LIT
        face[panes] = material("glass")
        face[panes & lit] = material("window")


def shopfronts(site: Site, x: int, y: int, z: int, width: int, depth: int) -> None:
    """At the foot of a block: dark walls with lit windows, and a strip of neon over them."""
    for index, face in enumerate(_faces(site, x, y, z, width, depth, 4)):
        along = np.arange(face.shape[0])
        inside = (along > 0) & (along < len(along) - 1)
        face[inside, 0] = material("black")
        face[inside & (along % 4 != 0), 1:3] = material(("window", "screen", "lantern", "window")[(index + x + y) % 4])
        face[inside, 3] = material(GLOWS[site.draw(0, 1)])


def _faces(site: Site, x: int, y: int, z: int, width: int, depth: int, height: int) -> list[np.ndarray]:
    """Views [along, up] of a block's four outer walls, where they are."""
    block = site.voxels[x : x + width, y : y + depth, z : z + height]
    return [face for face in (block[:, 0], block[:, -1], block[0], block[-1]) if face.size and (face != AIR).any()]
