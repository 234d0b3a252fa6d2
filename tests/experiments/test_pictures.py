"""Pictures: the montage worked by hand, what is written and repeats, a folder that cannot be."""

import numpy as np
from PIL import Image

from experiments.pictures import HEIGHT, VIEWS, WIDTH, main, montage, save_pictures


def test_montage_of_three():
    # Tiles of 1 x 2 pixels, two in a row: the third begins the second row, the fourth place stays black.
    tiles = [np.full((1, 2, 3), value, np.uint8) for value in (10, 20, 30)]
    assert montage(tiles)[..., 0].tolist() == [[10, 10, 20, 20], [30, 30, 0, 0]]


def test_views_have_names_of_their_own():
    names = [view.name for view in VIEWS]
    assert len(set(names)) == len(names) == 4 and "montage" not in names


def test_a_picture_and_a_montage_are_written(tmp_path):
    night = [view for view in VIEWS if view.name == "castle_night"]
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
