"""Skins: the same worlds by another hour's light, or in other colours.

A world's light is baked for its own hour. A skin is therefore (baked hour, shown hour, palette): its textures are
tinted by the ratio of the two hours' light, so that a world baked by day looks like night in a night skin. A world may
wear any skin of its baked hour.

S: skins, K: kinds of sky (skies.SKY_KINDS), M: materials, then frames of lava.
"""

from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np

from genie3_env.prompt.spec import HOURS
from genie3_env.render.compiled import kernel
from genie3_env.render.daylight import DAYLIGHT, Colour, Daylight
from genie3_env.render.skies import SKY_KINDS, sky_of, sky_row
from genie3_env.render.textures import texel_words, texture_table


class Palette(NamedTuple):
    """Colours of a world. mix: [3][3] share of the painted red, green, blue in each shown colour; emitted light keeps
    its own. fog: how far one sees, 1.0 as far as usual. haze: what the colours of the sky are multiplied by."""

    name: str
    mix: tuple[Colour, Colour, Colour]
    fog: float
    haze: Colour


PALETTES = (
    Palette("natural", ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)), 1.0, (1.0, 1.0, 1.0)),
    Palette("autumn", ((0.62, 0.66, -0.20), (0.22, 0.58, 0.12), (0.10, 0.06, 0.70)), 0.85, (1.06, 0.98, 0.92)),
    Palette("frost", ((0.52, 0.34, 0.12), (0.20, 0.70, 0.14), (0.20, 0.42, 0.56)), 0.70, (0.96, 1.0, 1.04)),
)


NUM_HOURS, NUM_PALETTES = len(HOURS), len(PALETTES)
BRIGHTEST_TINT = 1.4  # a world baked by night cannot be as bright as day: its texels would all be white


@dataclass(frozen=True, eq=False)
class Skins:
    """All that a skin decides.

    textures: uint32 [S, 4 levels, M * 3, 256] texels (see textures.py).
    sky: float32 [S, K, SKY_ROW] laid out as sky.py says.
    fog: float32 [S, K] metres at which half of a colour is the horizon's.
    """

    textures: np.ndarray
    sky: np.ndarray
    fog: np.ndarray


def skin_number(baked: str, shown: str, palette: int) -> int:
    """Row of the skin table."""
    return (HOURS.index(baked) * len(HOURS) + HOURS.index(shown)) * len(PALETTES) + palette


def natural_skin(hour: str) -> int:
    """The skin of a world by its own hour, in its own colours."""
    return skin_number(hour, hour, 0)


@kernel
def skin_at_hour(natural, hour):
    """The skin of a world that naturally wears `natural` at another hour (index in HOURS)."""
    palette = natural % NUM_PALETTES
    baked = natural // (NUM_HOURS * NUM_PALETTES)
    return (baked * NUM_HOURS + hour) * NUM_PALETTES + palette


def other_skin(skin: int, draw: float) -> int:
    """Another skin that a world in `skin` can wear, chosen uniformly by `draw` in [0, 1)."""
    each = len(HOURS) * len(PALETTES)
    if not 0 <= skin < len(HOURS) * each:
        raise ValueError(f"skin={skin} is out of range; skins go from 0 to {len(HOURS) * each - 1}.")
    if not 0.0 <= draw < 1.0:
        raise ValueError(f"draw={draw} is out of range; draw from [0, 1).")
    own = skin % each
    other = int(draw * (each - 1))
    return skin - own + other + (other >= own)


@cache
def skin_table() -> Skins:
    """All skins. Read-only; made once."""
    painted = texture_table()
    textures, skies, fog = [], [], []
    for baked in HOURS:
        for shown in HOURS:
            for palette in PALETTES:
                textures.append(texel_words(dyed(painted, palette, tint(DAYLIGHT[baked], DAYLIGHT[shown]))))
                of_kind = [sky_of(shown, kind) for kind in SKY_KINDS]
                skies.append([sky_row(sky, DAYLIGHT[shown], palette.haze) for sky in of_kind])
                fog.append([sky.fog_m * palette.fog for sky in of_kind])
    skins = Skins(np.stack(textures), np.array(skies), np.array(fog, np.float32))
    for array in (skins.textures, skins.sky, skins.fog):
        array.flags.writeable = False
    return skins


def tint(baked: Daylight, shown: Daylight) -> np.ndarray:
    """float64 [3]: what textures are multiplied by, so that light baked for one hour looks like another's."""
    ratio = np.array(shown.exposure) * _usual_light(shown) / _usual_light(baked)
    return ratio * min(1.0, BRIGHTEST_TINT / ratio.max())


def _usual_light(daylight: Daylight) -> np.ndarray:
    """Light of a face that stands somewhere: most of the sky, the sun on one face in three."""
    return 0.8 * np.array(daylight.ambient) + 0.35 * np.array(daylight.sun_colour)


def dyed(painted: np.ndarray, palette: Palette, tint: np.ndarray) -> np.ndarray:
    """A texture table [M, 3, 16, 16, 4] in a palette's colours and a tint; what emits light stays as painted."""
    emitted = painted[..., 3:].astype(np.float64) / 255.0
    own = painted[..., :3].astype(np.float64)
    mixed = sum(own[..., c, None] * np.array([row[c] for row in palette.mix]) for c in range(3))
    colours = own * emitted + np.clip(mixed * tint, 0.0, 255.0) * (1.0 - emitted)
    return np.concatenate([np.clip(colours, 0.0, 255.0), painted[..., 3:]], axis=-1)
