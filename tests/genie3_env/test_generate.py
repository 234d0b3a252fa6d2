"""The command that writes worlds: what is written and said, that it repeats, and that nothing is lost."""

import subprocess
import sys
from concurrent.futures.process import BrokenProcessPool

import numpy as np
import pytest
from PIL import Image

from genie3_env.generate import main
from genie3_env.prompt.spec import WorldSpec
from genie3_env.world_file import load_world
from genie3_env.worldgen.builder import WorldBuilder

PROMPT = "a small castle with three towers and dragons, and ten blue flags by day"
SPEC = '{"theme": "castle", "size": "small", "hour": "night"}'


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder with three castles, made in this process."""
    folder = tmp_path_factory.mktemp("made") / "castles"
    assert main([PROMPT, "--num_worlds=3", "--seed=42", f"--out={folder}", "--workers=1"]) == 0
    return folder


def test_the_worlds_are_those_of_the_builder(made):
    assert sorted(contents(made)) == [
        "contact_sheet.jpg",
        "map.png",
        "world_00000.g3world",
        "world_00001.g3world",
        "world_00002.g3world",
    ]
    expected = WorldBuilder().generate(PROMPT, num_worlds=3, seed=42)
    loaded = [load_world(made / f"world_0000{index}.g3world") for index in range(3)]
    assert [world.digest for world in loaded] == [world.digest for world in expected]


def test_pictures_of_the_worlds_are_drawn(made):
    # Three pictures of 320 x 180, two in a row; three maps of 64 x 64 m, 8 pixels a metre, 8 pixels around each.
    pictures, maps = (np.asarray(Image.open(made / name)) for name in ("contact_sheet.jpg", "map.png"))
    assert pictures.shape == (360, 640, 3) and maps.shape == (1056, 1056, 3)
    for picture in (pictures, maps):
        height, width = picture.shape[0] // 2, picture.shape[1] // 2
        for top, left in ((0, 0), (0, width), (height, 0)):
            assert picture[top : top + height, left : left + width].std() > 20
        assert picture[height:, width:].std() < 2  # a place left over; JPEG


def test_the_command_says_what_it_understood_and_repeats_in_any_number_of_processes(made, capsys):
    before = contents(made)
    assert main([PROMPT, "--num_worlds=3", "--seed=42", f"--out={made}", "--workers=2"]) == 0
    assert contents(made) == before
    understood, unknown, note, spec, last = capsys.readouterr().out.splitlines()
    assert understood == "understood: small, castle, three, towers, ten, blue, flags, day"
    assert unknown == "not understood: dragons"
    assert note == "note: A world has at most 5 flags; 5 fewer stand than were asked for."
    assert WorldSpec.from_json(spec.removeprefix("spec: ")).objects == (("tower", 3),)
    assert last.startswith("3 worlds, 3 different, 0.1 MB, in ") and last.endswith(f": {made}")


def test_more_worlds_begin_with_the_same_ones(made, tmp_path):
    assert main([PROMPT, "--num_worlds=1", "--seed=42", f"--out={tmp_path}"]) == 0
    assert (tmp_path / "world_00000.g3world").read_bytes() == (made / "world_00000.g3world").read_bytes()


def test_a_preset_is_stronger_than_the_sentence(tmp_path, capsys):
    assert main(["a very hard small castle", "--preset=easy", f"--out={tmp_path}"]) == 0
    assert '"difficulty":0.1' in capsys.readouterr().out
    spec = load_world(tmp_path / "world_00000.g3world").spec
    assert (spec.task, spec.difficulty, spec.size) == ("reach_flag", 0.1, "small")


@pytest.mark.parametrize("other", [["a village", "--seed=42"], [PROMPT, "--seed=43"]])
def test_what_came_of_something_else_is_not_written_over(made, other, capsys):
    before = contents(made)
    assert main([*other, f"--out={made}"]) == 1
    assert "world_00000.g3world did not come of this spec and seed. Give another --out" in capsys.readouterr().err
    assert contents(made) == before


def test_damaged_worlds_and_foreign_pictures_are_not_written_over_without_force(tmp_path, capsys):
    for name in ("world_00007.g3world", "map.png"):
        folder = tmp_path / name[:3]
        folder.mkdir()
        (folder / name).write_text("mine")
        assert main(["a small castle", f"--out={folder}"]) == 1
        assert f"{name} did not come of this" in capsys.readouterr().err
        assert contents(folder) == {name: b"mine"}
        assert main(["a small castle", f"--out={folder}", "--force"]) == 0
        assert len(contents(folder)) == 3 + (name == "world_00007.g3world")
    assert (tmp_path / "wor" / "world_00007.g3world").read_text() == "mine"  # no name of what was written


def test_a_spec_may_be_given_as_json(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "spec.json").write_text(SPEC)
    assert main(["--spec=spec.json", "--seed=3"]) == 0
    spec = WorldSpec.from_json(SPEC)
    folder = tmp_path / "worlds" / f"castle-{spec.digest()[:8]}-3"  # where no --out is given
    world = load_world(folder / "world_00000.g3world")
    assert (world.spec, world.hour) == (spec, "night")
    assert "understood" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "spec.json: The spec is not JSON"),
        ("\xff", "spec.json: 'utf-8' codec can't decode"),
        ('{"theme": "castle", "towers": 3}', "spec.json: Unknown field 'towers' of a spec"),
        ('{"theme": "castel"}', "Unknown theme 'castel' of a world; did you mean 'castle'"),
        ('{"theme": "castle", "objects": {"gate": 0}}', "the spec asks for 0"),
    ],
)
def test_a_spec_that_cannot_be_is_refused(text, message, tmp_path, capsys):
    (tmp_path / "spec.json").write_bytes(text.encode("latin-1"))
    assert main([f"--spec={tmp_path / 'spec.json'}", f"--out={tmp_path / 'out'}"]) == 2
    assert message in capsys.readouterr().err
    assert not list((tmp_path / "out").glob("*"))


def test_a_disk_that_does_not_take_it_is_named(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    for out in (tmp_path / "file", tmp_path / "file" / "deeper"):
        assert main(["a castle", f"--out={out}"]) == 1
        assert f"{out} is no folder; give another --out=DIR" in capsys.readouterr().err
    assert main([f"--spec={tmp_path / 'absent'}"]) == 1
    assert "No such file or directory" in capsys.readouterr().err


def test_a_process_that_was_ended_is_no_riddle(tmp_path, monkeypatch, capsys):
    def ended(jobs, workers):
        assert (len(jobs), workers) == (2, 4)
        raise BrokenProcessPool

    monkeypatch.setattr("genie3_env.generate.work_off", ended)
    assert main(["a castle", "--num_worlds=2", "--workers=4", f"--out={tmp_path}"]) == 1
    assert "A process was ended, perhaps for want of memory; give --workers=2." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "give either a sentence or --spec"),
        (["a castle", "--spec=a.json"], "give either a sentence or --spec"),
        (["a castle", "--num_worlds=0"], "--num_worlds must be at least 1, not 0"),
        (["a castle", "--seed=-1"], "--seed must be at least 0, not -1"),
        (["a castle", "--workers=0"], "--workers must be at least 1, not 0"),
        (["a castle", "--num=3"], "unrecognized arguments: --num=3"),
    ],
)
def test_impossible_settings_are_refused(arguments, message, capsys):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2 and message in capsys.readouterr().err


def test_as_a_program_it_ends_without_a_traceback(tmp_path):
    command = [sys.executable, "-m", "genie3_env.generate", "a qwertz", f"--out={tmp_path / 'out'}"]
    said = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert said.returncode == 2 and not (tmp_path / "out").exists()
    assert said.stderr.startswith("error: ") and said.stderr.count("\n") == 1
    assert "'a qwertz' names no theme that is known" in said.stderr
