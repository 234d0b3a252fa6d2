"""Pictures: montage and captions worked by hand, each theme shown, what is written and repeats, refusals."""

import numpy as np
from PIL import Image

from experiments.pictures import (
    CAPTION_HEIGHT,
    CASTLES,
    HEIGHT,
    THEME_HEIGHT,
    THEME_WIDTH,
    THEMES,
    WIDTH,
    captioned,
    main,
    montage,
    save_pictures,
    save_themes,
)
from genie3_env.prompt.parse import parse
from genie3_env.prompt.spec import THEMES as KNOWN


def test_montage_of_three():
    # Tiles of 1 x 2 pixels, two in a row: the third begins the second row, the fourth place stays black.
    tiles = [np.full((1, 2, 3), value, np.uint8) for value in (10, 20, 30)]
    assert montage(tiles)[..., 0].tolist() == [[10, 10, 20, 20], [30, 30, 0, 0]]
    assert montage(tiles, 3)[..., 0].tolist() == [[10, 10, 20, 20, 30, 30]]


def test_a_caption_darkens_the_lowest_rows_and_leaves_the_picture():
    tile = np.full((60, 160, 3), 200, np.uint8)
    shown = captioned(tile, "ice")
    assert (shown[:-CAPTION_HEIGHT] == 200).all() and (tile == 200).all()
    assert shown[-1, 0].tolist() == [50, 50, 50] and shown[-CAPTION_HEIGHT:].max() == 255  # 200 // 4; white letters


def test_views_have_names_of_their_own():
    names = [view.name for view in CASTLES]
    assert len(set(names)) == len(names) == 4 and "montage" not in names
    assert len({view.name for view in THEMES}) == len(THEMES)


def test_every_theme_is_shown_and_every_word_of_the_prompts_is_understood():
    understood = [parse(view.prompt) for view in THEMES]
    assert {one.spec.theme for one in understood} == set(KNOWN)
    assert not [word for one in understood for word in one.not_understood]


def test_themes_are_put_together_and_each_is_written_if_asked(tmp_path):
    view = [view for view in THEMES if view.name == "ice"]
    path = save_themes(view, tmp_path, each=True)
    assert path.name == "themes.jpg"
    assert np.asarray(Image.open(path)).shape == (THEME_HEIGHT, 4 * THEME_WIDTH, 3)
    assert np.asarray(Image.open(tmp_path / "theme_ice.jpg")).shape == (HEIGHT, WIDTH, 3)


def test_a_picture_and_a_montage_are_written(tmp_path):
    night = [view for view in CASTLES if view.name == "castle_night"]
    paths = save_pictures(night, tmp_path)
    assert [path.name for path in paths] == ["castle_night.jpg", "montage.jpg"]
    picture = np.asarray(Image.open(paths[0]))
    assert picture.shape == (HEIGHT, WIDTH, 3)
    assert picture.std() > 20  # not a blank wall
    written = [path.read_bytes() for path in paths]
    assert [path.read_bytes() for path in save_pictures(night, tmp_path)] == written


def test_a_folder_that_cannot_be_is_refused(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert main([f"--out={tmp_path / 'file'}"]) == 1
    assert "give another --out=DIR" in capsys.readouterr().err
