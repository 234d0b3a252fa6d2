"""Skies: the sky, the fog and the colour of what falls from it, for each hour and weather.

K: kinds of sky: the WEATHERS of prompt.spec, then SPACE, which clear nights of a space station have.
"""

from typing import NamedTuple

import numpy as np

from genie3_env.prompt.spec import WEATHERS
from genie3_env.render import sky as layout
from genie3_env.render.daylight import Colour, Daylight
from genie3_env.world import VOID, World

CLEAR, RAIN, SNOW, FOG = (WEATHERS.index(name) for name in ("clear", "rain", "snow", "fog"))
SPACE = len(WEATHERS)
SKY_KINDS = (*WEATHERS, "space")


class Sky(NamedTuple):
    """The sky of one hour; colours 0..255, see sky.py for how they are mixed.

    star_count: of 1024 directions so many hold a star. low_stars: how bright stars are at the horizon and below, beside
    those overhead. falling: colour of raindrops or flakes.
    """

    zenith: Colour
    horizon: Colour
    sun: Colour
    clouds: Colour
    cloud_amount: float
    stars: float
    fog_m: float
    star_count: int = 3
    low_stars: float = 0.0
    falling: Colour = (0.0, 0.0, 0.0)


SKIES = {
    "day": Sky(
        (52.0, 116.0, 206.0), (178.0, 208.0, 232.0), (255.0, 236.0, 190.0), (255.0, 255.0, 255.0), 0.85, 0.0, 150.0
    ),
    "dusk": Sky(
        (58.0, 66.0, 132.0), (242.0, 164.0, 112.0), (255.0, 168.0, 84.0), (250.0, 176.0, 156.0), 0.75, 0.12, 130.0
    ),
    "night": Sky((10.0, 14.0, 38.0), (34.0, 44.0, 82.0), (150.0, 164.0, 196.0), (52.0, 60.0, 92.0), 0.55, 1.0, 120.0),
}
SPACE_SKY = Sky((2.0, 2.0, 7.0), (5.0, 5.0, 13.0), (150.0, 164.0, 196.0), (0.0, 0.0, 0.0), 0.0, 1.0, 300.0, 14, 0.9)


class Veil(NamedTuple):
    """What a weather draws over the sky: grey of the brightness of the hour's horizon, times these shares.

    own: of the horizon's own hue that is left. fog_m: how far one sees at most. falling: colour of what falls, as a
    share of the light of day, and what is added to it at every hour.
    """

    own: float
    zenith: float
    horizon: float
    clouds: float
    cloud_amount: float
    fog_m: float
    falling: tuple[float, float] = (0.0, 0.0)


VEILS = {
    "rain": Veil(0.22, 0.52, 0.74, 0.40, 0.9, 70.0, (130.0, 74.0)),
    "snow": Veil(0.16, 0.86, 0.98, 1.00, 0.8, 60.0, (150.0, 100.0)),
    "fog": Veil(0.16, 0.94, 0.98, 0.98, 0.3, 22.0),
}
BRIGHTEST_HORIZON = 206.0  # by day
CLOUD_SCALE_TEXELS = 46.0
CLOUD_OFFSET_TEXELS = (19.0, 53.0)


def clear_kind(world: World) -> int:
    """Index in SKY_KINDS of what clear weather is in a world: SPACE around a station without ground."""
    return SPACE if world.ground == VOID and world.spec.theme == "station" else CLEAR


def sky_of(hour: str, kind: str) -> Sky:
    """The sky of one of HOURS in one of SKY_KINDS."""
    sky = SKIES[hour]
    if kind == "space":
        return SPACE_SKY if hour == "night" else sky
    if kind not in VEILS:
        return sky
    veil = VEILS[kind]
    grey = sum(sky.horizon) / 3.0
    light = grey / BRIGHTEST_HORIZON
    return Sky(
        zenith=_greyed(sky.horizon, veil.own, veil.zenith),
        horizon=_greyed(sky.horizon, veil.own, veil.horizon),
        sun=(0.0, 0.0, 0.0),
        clouds=_greyed(sky.horizon, veil.own, veil.clouds),
        cloud_amount=veil.cloud_amount,
        stars=0.0,
        fog_m=min(sky.fog_m, veil.fog_m),
        falling=_greyed(sky.horizon, veil.own, (veil.falling[0] * light + veil.falling[1]) / grey),
    )


def _greyed(colour: Colour, own: float, brightness: float) -> Colour:
    """Grey of a colour's mean with a share of its own hue, made brighter."""
    mean = sum(colour) / 3.0
    red, green, blue = ((mean + (channel - mean) * own) * brightness for channel in colour)
    return red, green, blue


def sky_row(sky: Sky, daylight: Daylight, haze: Colour) -> np.ndarray:
    """float32 [SKY_ROW] as sky.py lays it out. haze: what its colours are multiplied by."""
    row = np.zeros(layout.SKY_ROW, np.float32)
    tint = np.array(haze)
    row[layout.ZENITH : layout.ZENITH + 3] = np.clip(np.array(sky.zenith) * tint, 0.0, 255.0)
    row[layout.HORIZON : layout.HORIZON + 3] = np.clip(np.array(sky.horizon) * tint, 0.0, 255.0)
    row[layout.SUN : layout.SUN + 3] = daylight.sun
    row[layout.SUN_COLOUR : layout.SUN_COLOUR + 3] = sky.sun
    row[layout.CLOUD_SCALE] = CLOUD_SCALE_TEXELS
    row[layout.CLOUD_OFFSET : layout.CLOUD_OFFSET + 2] = CLOUD_OFFSET_TEXELS
    row[layout.CLOUD_AMOUNT] = sky.cloud_amount
    row[layout.STARS] = sky.stars
    row[layout.CLOUD_COLOUR : layout.CLOUD_COLOUR + 3] = np.clip(np.array(sky.clouds) * tint, 0.0, 255.0)
    row[layout.STAR_COUNT] = sky.star_count
    row[layout.LOW_STARS] = sky.low_stars
    row[layout.FALLING : layout.FALLING + 3] = np.clip(np.array(sky.falling) * tint, 0.0, 255.0)
    return row
