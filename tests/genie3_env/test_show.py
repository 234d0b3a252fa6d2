"""The command that tells what is in world files: every line of it, pictures, and files that hold none."""

import dataclasses

import numpy as np
import pytest
from PIL import Image

from genie3_env.render.chart import chart
from genie3_env.render.postcard import postcard
from genie3_env.show import main
from genie3_env.world import Landmark
from genie3_env.world_file import save_world
from tests.toy_world import toy_world


@pytest.fixture(scope="module")
def world():
    marks = (Landmark("tower", 8, 1, 4), Landmark("bridge", 2, 2, 4), Landmark("tower", 8, 9, 4))
    return dataclasses.replace(toy_world(), landmarks=marks, num_goals=1)


@pytest.fixture
def path(world, tmp_path):
    return save_world(world, tmp_path / "toy.g3world")


def test_what_is_told(world, path, capsys):
    assert main([str(path)]) == 0
    # Yellow (5, 13) and (6, 10): one diagonal, two straight: 3.4 m. Longest: from (5, 5) round the wall to blue.
    shortest, longest = world.flag_distances_m[:, world.spawns].min(), world.flag_distances_m[:, world.spawns].max()
    assert shortest == pytest.approx(2 + 2**0.5) and longest > 10
    assert capsys.readouterr().out.splitlines() == [
        str(path),
        '  spec       {"difficulty":0.3,"flags":3,"hour":"day","task":"reach_flag","theme":"castle"}',
        "  seed       0",
        f"  hash       {world.digest}",
        "  hour       day, clear",
        f"  size       16 x 16 x 16 m on grass at 4 m, {len(world.cells)} cells",
        "  landmarks  1 bridge, 2 tower",
        "  flags      red, blue, yellow; goals: the first 1",
        f"  spawns     4, 3 to {longest:.0f} m of way from a flag",
        "  proof      NOT SOLVED BY IT",  # the toy world has none
    ]


def test_a_world_is_drawn(world, path, tmp_path):
    assert main([str(path), f"--picture={tmp_path / 'p.png'}", f"--map={tmp_path / 'm.png'}"]) == 0
    np.testing.assert_array_equal(np.asarray(Image.open(tmp_path / "p.png")), postcard(world, 720, 1280))
    np.testing.assert_array_equal(np.asarray(Image.open(tmp_path / "m.png")), chart(world))


def test_several_are_drawn_side_by_side_and_never_too_many(path, tmp_path, capsys):
    assert main([str(path)] * 3 + [f"--picture={tmp_path / 'p.png'}"]) == 0
    assert np.asarray(Image.open(tmp_path / "p.png")).shape == (720, 1280, 3)  # two by two
    assert main([str(path)] * 26 + [f"--map={tmp_path / 'm.png'}"]) == 0
    assert np.asarray(Image.open(tmp_path / "m.png")).shape == (5 * 128, 5 * 128, 3)
    assert "note: the first 24 of 26 worlds are drawn." in capsys.readouterr().out


def test_files_that_hold_no_world_are_named_and_the_others_shown(path, tmp_path, capsys):
    (tmp_path / "text.g3world").write_text("hello")
    absent = tmp_path / "absent.g3world"
    assert main([str(tmp_path / "text.g3world"), str(path), str(absent), f"--map={tmp_path / 'm.png'}"]) == 1
    said = capsys.readouterr()
    assert said.out.startswith(str(path)) and (tmp_path / "m.png").exists()
    first, second = said.err.splitlines()
    assert first.startswith(f"error: {tmp_path / 'text.g3world'} is of a foreign kind")
    assert second == f"error: {absent}: No such file or directory."


def test_pictures_that_cannot_be_written_are_refused(path, tmp_path, capsys):
    with pytest.raises(SystemExit) as ended:
        main([str(path), "--picture=a.gif"])
    assert ended.value.code == 2 and "--picture=a.gif must end in .png or .jpg" in capsys.readouterr().err
    assert main([str(path), f"--map={tmp_path / 'absent' / 'm.png'}"]) == 1
    assert "error: No such file or directory" in capsys.readouterr().err
