"""Sprites: flags whose colours can be told apart, far away and by night."""

import itertools

import numpy as np
import pytest

from genie3_env.prompt.spec import HOURS
from genie3_env.render.bank import build_scene_bank
from genie3_env.render.frame import FLAG_PIXEL, new_scratch, render_view, see_quads
from genie3_env.render.raster import SPRITE_SIZE
from genie3_env.render.sprites import CLOTHS, cloth, sprite_table
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
    assert table.shape == (len(FLAG_COLOURS), SPRITE_SIZE * SPRITE_SIZE) and table.dtype == np.uint32
    words = table.reshape(-1, SPRITE_SIZE, SPRITE_SIZE)
    assert (words[:, :, :20] != 0).all()
    assert ((words != 0).mean((1, 2)) > 0.85).all()
    assert (words[words != 0] >> 24 >= 1).all()


def test_colours_are_far_apart():
    means = {}
    for name, words in zip(FLAG_COLOURS, sprite_table(), strict=True):
        bytes_ = np.ascontiguousarray(words[words != 0]).view(np.uint8).reshape(-1, 4)
        means[name] = bytes_[:, :3].mean(0)
    for one, other in itertools.combinations(FLAG_COLOURS, 2):
        assert np.linalg.norm(means[one] - means[other]) > 140, (one, other)


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
