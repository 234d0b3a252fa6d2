"""The split of the themes: each theme in one part, and a castle to learn in."""

import pytest

from genie3_env.prompt.spec import THEMES
from genie3_env.prompt.splits import themes_of


def test_every_theme_is_in_one_split():
    train, held_out = themes_of("train"), themes_of("held_out")
    assert sorted(train + held_out) == sorted(THEMES)
    assert "castle" in train and len(held_out) == 3


def test_an_unknown_split_is_refused():
    with pytest.raises(ValueError, match="Unknown split 'test' of the themes; known: train, held_out"):
        themes_of("test")
