"""Classes of what pixels show: the labels of segmentation frames.

A label below NUM_MATERIALS is the material of a voxel or a box (0, air, is the sky), else that of a sprite.
"""

import numpy as np
from numpy import uint32, uint64

from genie3_env.materials import LIQUID, MATERIALS, NUM_MATERIALS
from genie3_env.materials import LIQUIDS as MATERIAL_OF
from genie3_env.prompt.spec import LIQUIDS
from genie3_env.render.compiled import kernel
from genie3_env.render.sprites import SPRITE_NAMES

SKY_LABEL = 0
CLASS_NAMES = ("sky", *(kind.name for kind in MATERIALS[1:]), *SPRITE_NAMES)


@kernel
def sprite_label(sprite):
    """Label of a row of sprites.sprite_table; a flag's pole has that of its cloth."""
    return NUM_MATERIALS + sprite


LIQUID_MATERIALS = np.array([MATERIAL_OF[name] for name in LIQUIDS])


@kernel
def label_row(scratch, start, liquid, labels):
    """Writes the classes of a row, whose ids begin at `start` and whose luxels are looked up, to labels uint8 [W].

    liquid: an index in prompt.spec.LIQUIDS that stands for every other one; -1: each for itself.
    """
    for x in range(uint64(scratch.width)):
        quad = scratch.ids[start + x]
        if quad < 0:
            labels[x] = SKY_LABEL
        elif quad >= scratch.first_sprite[0]:
            labels[x] = scratch.codes[quad, 7]
        else:
            kind = scratch.row.luxels[x] >> uint32(24)
            labels[x] = LIQUID_MATERIALS[liquid] if liquid >= 0 and LIQUID[kind] else kind
