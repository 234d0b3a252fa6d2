"""Skins: which may be worn, what they tint, what they leave alone."""

import itertools

import numpy as np
import pytest

from genie3_env.materials import LAVA, NUM_MATERIALS, material
from genie3_env.prompt.spec import HOURS
from genie3_env.render import sky
from genie3_env.render.daylight import DAYLIGHT
from genie3_env.render.shade import LAVA_FRAMES
from genie3_env.render.skies import CLEAR, SKY_KINDS
from genie3_env.render.skins import (
    PALETTES,
    dyed,
    natural_skin,
    other_skin,
    skin_at_hour,
    skin_number,
    skin_table,
    tint,
)

EACH = len(HOURS) * len(PALETTES)


def colours(skin: int, row: int) -> np.ndarray:
    """[256, 4] red, green, blue, alpha of the side of a material in a skin."""
    return np.ascontiguousarray(skin_table().textures[skin, 0, row * 3]).view(np.uint8).reshape(-1, 4)


def test_other_skins_of_the_same_baked_hour():
    # Nine skins have the baked hour "day": numbers 0 to 8. From skin 4 the eight draws lead to 0, 1, 2, 3, 5, 6, 7, 8.
    draws = [(k + 0.5) / 8 for k in range(8)]
    assert [other_skin(4, draw) for draw in draws] == [0, 1, 2, 3, 5, 6, 7, 8]
    assert other_skin(0, 0.0) == 1 and other_skin(8, 0.999) == 7
    night = natural_skin("night")
    assert night == skin_number("night", "night", 0) == 24
    assert sorted({other_skin(night, draw) for draw in draws}) == [18, 19, 20, 21, 22, 23, 25, 26]


def test_a_world_at_another_hour_keeps_its_baked_light_and_its_palette():
    # Skins are numbered (baked hour, shown hour, palette), three of each: a world baked by day in autumn's colours
    # wears skin 1; at night, hour 2, it wears 2 * 3 + 1. One baked by night wears 24; by day 18.
    assert skin_at_hour(1, 2) == skin_number("day", "night", 1) == 7
    assert skin_at_hour(natural_skin("night"), 0) == skin_number("night", "day", 0) == 18


@pytest.mark.parametrize(("skin", "draw"), [(-1, 0.5), (27, 0.5), (0, 1.0), (0, -0.1), (0, float("nan"))])
def test_skins_that_are_none_are_refused(skin, draw):
    with pytest.raises(ValueError, match="out of range"):
        other_skin(skin, draw)


def test_tint_is_the_ratio_of_the_lights():
    # A face that stands somewhere by day gets red 0.8 * 0.50 + 0.35 * 0.95 = 0.7325; a skin that shows day as it was
    # baked leaves it so. By night it gets 0.8 * 0.25 + 0.35 * 0.24 = 0.284, of an exposure of 0.55: 0.1562 in truth.
    # A world baked by day looks like night when its textures are 0.1562 / 0.7325 = 0.2132 as red.
    day, night = DAYLIGHT["day"], DAYLIGHT["night"]
    assert tint(day, day) == pytest.approx([1.0, 1.0, 1.0])
    assert tint(night, night) == pytest.approx(night.exposure)
    assert tint(day, night)[0] == pytest.approx(0.2132, abs=1e-4)
    # The other way round 1 / (0.284 / 0.7325) = 2.58 would make most texels white: the strongest channel stops at 1.4.
    assert tint(night, day).max() == pytest.approx(1.4)


def test_palettes_mix_and_emitted_light_stays():
    # One texel (100, 50, 0) that emits nothing, one that emits all, in a palette that swaps red and green.
    swap = PALETTES[0]._replace(mix=((0.0, 1.0, 0.0), (1.0, 0.0, 0.0), (0.0, 0.0, 1.0)))
    painted = np.zeros((1, 3, 16, 16, 4), np.float32)
    painted[..., :3] = (100, 50, 0)
    painted[:, :, 8:, :, 3] = 255
    shown = dyed(painted, swap, np.array([0.5, 0.5, 0.5]))
    assert shown[0, 0, 0, 0].tolist() == [25, 50, 0, 0]
    assert shown[0, 0, 15, 0].tolist() == [100, 50, 0, 255]


def test_table_has_a_row_for_every_skin():
    skins = skin_table()
    count = len(HOURS) * EACH
    assert skins.textures.shape == (count, 4, (NUM_MATERIALS + LAVA_FRAMES) * 3, 256)
    assert skins.textures.dtype == np.uint32
    assert skins.sky.shape == (count, len(SKY_KINDS), sky.SKY_ROW) and skins.fog.shape == (count, len(SKY_KINDS))
    assert skins.sky.dtype == skins.fog.dtype == np.float32
    assert len({skins.textures[i].tobytes() for i in range(count)}) == count
    assert skin_table() is skins and not skins.textures.flags.writeable


def test_lava_is_lava_in_every_skin():
    for skin in range(len(HOURS) * EACH):
        red, green, blue, _ = colours(skin, LAVA).mean(0)
        assert red > 140 and red > 1.5 * green and green > 1.5 * blue


def test_grass_tells_hours_and_palettes_apart():
    grass = material("grass")
    means = [colours(skin, grass)[:, :3].mean(0) for skin in range(EACH)]
    for one, other in itertools.combinations(means, 2):
        assert np.abs(one - other).max() > 2
    night, day = (colours(skin_number("day", hour, 0), grass)[:, :3].mean() for hour in ("night", "day"))
    assert night < 0.4 * day


def test_sky_belongs_to_the_shown_hour():
    table = skin_table().sky
    for baked, (shown, palette) in itertools.product(HOURS, itertools.product(HOURS, range(len(PALETTES)))):
        row = table[skin_number(baked, shown, palette), CLEAR]
        assert row[sky.SUN : sky.SUN + 3] == pytest.approx(DAYLIGHT[shown].sun)
        assert np.linalg.norm(row[sky.SUN : sky.SUN + 3]) == pytest.approx(1.0, abs=1e-6)
        assert (row[sky.STARS] > 0.5) == (shown == "night")
        assert row[:6].min() >= 0 and row[:6].max() <= 255
