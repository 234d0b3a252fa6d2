"""A workdir belongs to one run, and to one process at a time."""

import json
import os

import pytest

from experiments.configs.castle import get_config
from experiments.workdir import CONFIG, Workdir, WorkdirError, different_keys, saved_config


def test_the_configuration_is_written_down(tmp_path):
    with Workdir(tmp_path / "new" / "run", get_config().to_dict()) as workdir:
        assert saved_config(workdir.path) == get_config().to_dict()
    with Workdir(workdir.path, get_config().to_dict()):
        pass  # the same run goes on


def test_keys_that_do_not_matter_may_change():
    config = {"seed": 1, "eval": {"episodes": 8}, "checkpoint": {"keep": 3}, "wandb_project": ""}
    other = {"seed": 2, "eval": {"episodes": 9}, "checkpoint": {"keep": 1}, "wandb_project": "x"}
    assert different_keys(config, other) == {"seed": ("1", "2")}
    assert different_keys({}, {"seed": 2}) == {"seed": ("nothing", "2")}


def test_a_run_of_another_configuration_is_left_alone(tmp_path):
    with Workdir(tmp_path, get_config().to_dict()):
        pass
    before = (tmp_path / CONFIG).read_bytes()
    other = get_config().to_dict() | {"num_envs": 32}
    with pytest.raises(WorkdirError, match="num_envs: 64 there, 32 now") as refusal, Workdir(tmp_path, other):
        pass
    assert "--workdir" in str(refusal.value)
    assert (tmp_path / CONFIG).read_bytes() == before


def test_a_workdir_in_use_is_refused(tmp_path):
    with (
        Workdir(tmp_path, get_config().to_dict()),
        pytest.raises(WorkdirError, match=f"in use by process {os.getpid()}"),
        Workdir(tmp_path, get_config().to_dict()),
    ):
        pass


def test_a_file_in_the_way_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(WorkdirError, match="cannot be written"), Workdir(tmp_path / "file", get_config().to_dict()):
        pass


@pytest.mark.parametrize("text", ["{", "[]", "\x00"])
def test_a_damaged_configuration_is_refused(tmp_path, text):
    (tmp_path / CONFIG).write_text(text)
    with pytest.raises(WorkdirError, match="damaged"), Workdir(tmp_path, get_config().to_dict()):
        pass
    assert (tmp_path / CONFIG).read_text() == text


def test_files_appear_whole(tmp_path):
    with Workdir(tmp_path, get_config().to_dict()):
        json.loads((tmp_path / CONFIG).read_text())
    assert not list(tmp_path.glob("*.unfinished"))
