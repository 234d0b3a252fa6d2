"""Daylight: the sun, or the moon, and the sky at each hour."""

import math
from typing import NamedTuple

Colour = tuple[float, float, float]


class Daylight(NamedTuple):
    """The light of one hour. Colours are red, green, blue; 1.0 shows a texture as it is painted.

    sun: direction towards the sun or moon, a unit vector. sun_colour: on a face that is turned to it.
    ambient: of the sky, on a face turned up. glow: how strongly burning things light all around them, however the light
    gets there. lamps: how strongly torches light what they see. exposure: true light of a luxel of 1.0.
    """

    sun: Colour
    sun_colour: Colour
    ambient: Colour
    glow: float
    lamps: float
    exposure: Colour


def _unit(x: float, y: float, z: float) -> Colour:
    length = math.sqrt(x * x + y * y + z * z)
    return x / length, y / length, z / length


DAYLIGHT = {
    "day": Daylight(_unit(0.50, 0.33, 0.80), (0.95, 0.84, 0.62), (0.50, 0.55, 0.66), 0.6, 0.5, (1.0, 1.0, 1.0)),
    "dusk": Daylight(_unit(-0.80, 0.42, 0.36), (1.20, 0.66, 0.34), (0.56, 0.50, 0.62), 0.8, 1.0, (0.90, 0.84, 0.84)),
    "night": Daylight(_unit(0.45, -0.55, 0.75), (0.24, 0.31, 0.46), (0.25, 0.29, 0.46), 2.2, 4.5, (0.55, 0.55, 0.56)),
}


def daylight_at(hour: str) -> Daylight:
    """The light of an hour of prompt.spec.HOURS; ValueError if there is none of that name."""
    if hour not in DAYLIGHT:
        raise ValueError(f"Unknown hour {hour!r}; known hours: {', '.join(DAYLIGHT)}.")
    return DAYLIGHT[hour]
