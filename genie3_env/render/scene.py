"""Scene: what the renderer keeps of one world. Built once per world, read by every frame.

Q: quads, G: groups of quads in one plane, L: luxels (cells of baked light).
"""

from dataclasses import dataclass

import numpy as np

LUXELS_PER_METRE = 4
TEXELS_PER_METRE = 16

# Surface class of the far ground's quads: one face's luxels repeated for ever (other classes: materials.Surface).
SURFACE_GROUND = 4


@dataclass(frozen=True, eq=False)
class Scene:
    """Merged faces and baked light of one world.

    groups: float64 [G, 4] first quad, past-the-last quad, face (0..5: +x -x +y -y +z -z), plane coordinate in metres.
    quads: float64 [Q, 4] u0, v0, u1, v1 in metres along the plane's axes: (y, z) for x faces, (x, z) for y faces,
        (x, y) for z faces.
    surfaces: int32 [Q, 2] surface class, first luxel.
    luxels: uint32 [L] material << 24 | blue << 16 | green << 8 | red, light 128 = 1.0; quad after quad, rows along u,
        a row of (u1 - u0) * LUXELS_PER_METRE.
    skin: int row of the skin table that this world naturally wears (its hour, first palette).
    entity_light: float32 [F, 3] light at each flag, 1.0 as 128 in luxels, so that flags fit their surroundings.
    thing_light: float32 [n, 3] likewise at each of things.thing_points_m.
    """

    groups: np.ndarray
    quads: np.ndarray
    surfaces: np.ndarray
    luxels: np.ndarray
    skin: int
    entity_light: np.ndarray
    thing_light: np.ndarray
