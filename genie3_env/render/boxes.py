"""Boxes that stand anywhere, beside the grid of voxels: gates, doors, moving platforms, crates.

B: boxes, at most MOST_BOXES of one frame. A box wears a material's side, top and bottom, fixed to its low corner, in
one light; what that light is was written down among the luxels of the bank (see `box_luxels`).
"""

import math

import numpy as np
from numpy import uint64

from genie3_env.materials import MATERIALS, Surface
from genie3_env.render.compiled import kernel
from genie3_env.render.raster import BOX_PIXEL
from genie3_env.render.scene import TEXELS_PER_METRE
from genie3_env.render.setup import near_rows, write_quad
from genie3_env.render.shade import TEXTURE, write_paint

MOST_BOXES = 64  # one for each bit of a mask
FACES_SEEN = 3  # of a box, at most
FACES = 6  # +x -x +y -y +z -z
FACE_LIGHT = (0.92, 0.92, 0.80, 0.80, 1.08, 0.60)  # share of the box's light on each of its faces
OPAQUE = int(Surface.OPAQUE)


def box_luxels(materials: np.ndarray, lights: np.ndarray) -> np.ndarray:
    """uint32 [B * FACES] luxels of boxes made of `materials` int [B], in `lights` float [B, 3] (1.0 as 128)."""
    for index in materials:
        if not 0 <= index < len(MATERIALS) or MATERIALS[index].surface != Surface.OPAQUE:
            name = MATERIALS[index].name if 0 <= index < len(MATERIALS) else "none"
            raise ValueError(f"A box cannot be made of material {index} ({name}); take one that is opaque.")
    shown = np.clip(np.asarray(lights)[:, None] * np.array(FACE_LIGHT)[:, None], 0.0, 255.0).astype(np.uint32)
    kind = np.asarray(materials, np.uint32)[:, None] << np.uint32(24)
    return (kind | shown[..., 0] | shown[..., 1] << 8 | shown[..., 2] << 16).astype(np.uint32).reshape(-1)


@kernel
def set_up_boxes(scratch, count, camera, low_m, high_m, luxels, shown):
    """Appends the faces of boxes that the eye is in front of to the `count` quads of scratch. Returns the new count.

    To be called after the world's quads and before the first sprite.
    low_m, high_m: float64 [B, 3] corners. luxels: int32 [B] the first of each box's six in bank.luxels.
    shown: uint64, bit i of which says whether box i is there.
    """
    for box in range(min(low_m.shape[0], MOST_BOXES)):
        if (uint64(shown) >> uint64(box)) & uint64(1) == uint64(0):
            continue
        for axis in range(3):
            if camera.eye[axis] > high_m[box, axis]:
                count += _set_up_face(scratch, count, camera, low_m[box], high_m[box], luxels[box], box, axis, 0)
            elif camera.eye[axis] < low_m[box, axis]:
                count += _set_up_face(scratch, count, camera, low_m[box], high_m[box], luxels[box], box, axis, 1)
    return count


@kernel
def _set_up_face(scratch, index, camera, low, high, first_luxel, box, axis, far_side):
    """Sets up the face at the high (far_side 0) or low end of an axis. Returns 1, or 0 if it is out of the picture."""
    u_axis, v_axis = (1 if axis == 0 else 0), (1 if axis == 2 else 2)
    face = 2 * axis + far_side
    plane = high[axis] if far_side == 0 else low[axis]
    k, eye = plane - camera.eye[axis], camera.eye
    a, b, c, d = (
        low[u_axis] - eye[u_axis],
        high[u_axis] - eye[u_axis],
        low[v_axis] - eye[v_axis],
        high[v_axis] - eye[v_axis],
    )
    top, bottom = near_rows(k, a, b, c, d, axis, u_axis, v_axis, camera, scratch.height, scratch.width)
    if top >= bottom:
        return 0
    scratch.rows[index, 0], scratch.rows[index, 1] = top, bottom
    write_quad(scratch, index, camera, k, a, b, c, d, axis, u_axis, v_axis)
    write_paint(scratch, index, camera, axis, u_axis, v_axis, plane, low[u_axis], low[v_axis])
    scratch.visible[index] = BOX_PIXEL - (box * FACES + face)
    codes = scratch.codes
    codes[index, 0], codes[index, 1], codes[index, 4] = first_luxel + face, 0, 0  # one luxel everywhere
    codes[index, 2] = max(math.ceil((b - a) * TEXELS_PER_METRE), 1) - 1
    codes[index, 3] = max(math.ceil((d - c) * TEXELS_PER_METRE), 1) - 1
    codes[index, 5] = TEXTURE * (1 if face == 4 else (2 if face == 5 else 0))
    codes[index, 6] = OPAQUE
    return 1
