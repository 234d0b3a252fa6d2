"""Sprites: flags whose colours can be told apart, far away and by night."""

import itertools

import numpy as np
import pytest

from genie3_env.prompt.spec import HOURS
from genie3_env.render.bank import build_scene_bank, sprite_levels
from genie3_env.render.frame import FLAG_PIXEL, new_scratch, render_view, see_quads
from genie3_env.render.raster import SPRITE_LEVELS, SPRITE_SIZE
from genie3_env.render.sprites import (
    CLOTHS,
    COIN_SPRITE,
    KEY_SPRITE,
    LEVER_OFF_KNOB,
    LEVER_OFF_SPRITE,
    LEVER_ON_KNOB,
    LEVER_ON_SPRITE,
    NUM_SPRITES,
    cloth,
    coin,
    sprite_table,
)
from genie3_env.world import FLAG_COLOURS
from tests.toy_world import FLAGS, toy_world


def test_a_cloth_texel_by_texel():
    # Plain cloth near the upper hem but one: its own colour; alpha 200. The hem is darker, the cross lighter, and the
    # swallow-tail's notch is cut out in the middle of the free end.
    words = cloth((232, 14, 22)).reshape(SPRITE_SIZE, SPRITE_SIZE)
    assert words[6, 5] == 200 << 24 | 22 << 16 | 14 << 8 | 232
    assert words[0, 5] & 255 == int(232 * 0.78)
    assert words[6, 10] & 255 == 255 and words[6, 10] >> 8 & 255 == int(14 * 1.3 + 0.3 * 90)
    assert (words[15:17, 30:] == 0).all() and words[0, 31] != 0 and words[31, 31] != 0


def test_cloths_hang_on_their_poles():
    table = sprite_table()
    assert table.shape == (NUM_SPRITES, SPRITE_SIZE * SPRITE_SIZE) and table.dtype == np.uint32
    table = table[: len(FLAG_COLOURS)]
    words = table.reshape(-1, SPRITE_SIZE, SPRITE_SIZE)
    assert (words[:, :, :20] != 0).all()
    assert ((words != 0).mean((1, 2)) > 0.85).all()
    assert (words[words != 0] >> 24 >= 1).all()


def test_colours_are_far_apart():
    means = {}
    for name, words in zip(FLAG_COLOURS, sprite_table()[: len(FLAG_COLOURS)], strict=True):
        bytes_ = np.ascontiguousarray(words[words != 0]).view(np.uint8).reshape(-1, 4)
        means[name] = bytes_[:, :3].mean(0)
    for one, other in itertools.combinations(FLAG_COLOURS, 2):
        assert np.linalg.norm(means[one] - means[other]) > 140, (one, other)


def test_a_coin_texel_by_texel():
    # Its middle is bright, as is a ring 11.5 texels around it; between them is the colour itself, alpha 200. The corner
    # is 15.5 * 1.41 = 21.9 from the middle: cut out.
    words = coin((20, 56, 255)).reshape(SPRITE_SIZE, SPRITE_SIZE)
    assert words[15, 25] == 200 << 24 | 255 << 16 | 56 << 8 | 20
    assert words[15, 27] & 255 == int(20 * 1.25 + 0.25 * 90) and words[15, 15] & 255 == int(20 * 1.45 + 0.45 * 90)
    assert words[0, 0] == words[31, 31] == 0 and words[15, 0] != 0


@pytest.mark.parametrize("first", [COIN_SPRITE, KEY_SPRITE])
def test_coins_and_keys_have_the_colours_of_flags_at_every_level_of_detail(first):
    directions = np.array([np.array(CLOTHS[name]) / np.linalg.norm(CLOTHS[name]) for name in FLAG_COLOURS])
    levels = sprite_levels(sprite_table())
    for colour in range(len(FLAG_COLOURS)):
        for level in range(SPRITE_LEVELS):
            words = levels[first + colour, level]
            pixels = np.ascontiguousarray(words[words != 0]).view(np.uint8).reshape(-1, 4)[:, :3].astype(float)
            assert len(pixels) > 0.4 * SPRITE_SIZE * SPRITE_SIZE
            assert ((pixels @ directions.T).argmax(1) == colour).mean() > 0.95


def test_a_lever_shows_which_way_it_is_and_keeps_its_knob_far_away():
    levels = sprite_levels(sprite_table()).reshape(-1, SPRITE_LEVELS, SPRITE_SIZE, SPRITE_SIZE)
    for sprite, knob, columns in (
        (LEVER_OFF_SPRITE, LEVER_OFF_KNOB, (0, 16)),
        (LEVER_ON_SPRITE, LEVER_ON_KNOB, (16, 32)),
    ):
        for level in range(SPRITE_LEVELS - 1):
            upper = np.ascontiguousarray(levels[sprite, level, :16, columns[0] : columns[1]]).view(np.uint8)
            shown = upper.reshape(-1, 4)
            mean = shown[shown[:, 3] > 0, :3].mean(0)
            assert mean @ knob > 0.93 * np.linalg.norm(mean) * np.linalg.norm(knob), (sprite, level)
        assert (levels[sprite, -1] != 0).all()


@pytest.mark.parametrize("hour", HOURS)
def test_small_frames_show_each_flags_own_colour(hour):
    # From about 4 m beside each flag, in a frame of 64 x 36: most of its pixels point along its own colour (the
    # rest is the pole).
    world = toy_world(hour)
    bank = build_scene_bank([world])
    scratch = new_scratch(bank, 36, 64)
    out, quads = np.empty((36, 64, 3), np.uint8), np.empty((36, 64), np.int32)
    names = list(CLOTHS)
    directions = np.array([np.array(CLOTHS[name]) / np.linalg.norm(CLOTHS[name]) for name in names])
    for name, (x, y) in FLAGS.items():
        view = (x - 3.5 if x > 8 else x + 4.5, y + 0.5, 6.2, 0.0 if x > 8 else np.pi, 0.05)
        render_view(bank, scratch, 0, -1, *view, 0.0, out)
        see_quads(bank, scratch, 0, *view, 0.0, quads)
        pixels = out[quads == FLAG_PIXEL].astype(float)
        nearest = (pixels @ directions.T).argmax(1)
        votes = np.bincount(nearest, minlength=len(names))
        assert votes.sum() > 100
        assert votes[names.index(name)] > 0.6 * votes.sum(), (name, dict(zip(names, votes, strict=True)))
