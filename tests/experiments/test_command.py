"""The border at which a user's mistake becomes one clear message."""

import errno

import pytest

from experiments import command
from experiments.command import read_flags, run_command
from experiments.config_keys import SettingsError, flat_keys
from experiments.configs.castle import get_config
from experiments.workdir import Workdir

PROGRAM = "train"


def refused(*arguments: str) -> str:
    with pytest.raises(SettingsError) as refusal:
        read_flags([PROGRAM, *arguments])
    assert refusal.value.exit_code == 2
    return str(refusal.value)


def test_overrides_reach_the_configuration():
    options = read_flags([PROGRAM, "--config.num_envs=32", "--config.ppo.clip", "0.3", "--config.episode.difficulty=1"])
    assert options.config["num_envs"] == 32
    assert options.config["ppo"]["clip"] == 0.3
    assert options.config["episode"]["difficulty"] == 1.0
    assert str(options.workdir) == "runs/castle"


def test_workdir_is_named_after_the_configuration(tmp_path):
    islands = tmp_path / "islands.py"
    islands.write_text(command.CASTLE.read_text())
    assert str(read_flags([PROGRAM, f"--config={islands}"]).workdir) == "runs/islands"
    assert str(read_flags([PROGRAM, "--config", str(islands), "--workdir=here"]).workdir) == "here"


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ("--config.num_env=3", "'num_env'; did you mean 'num_envs'?"),
        ("--config.ppo.epoch=3", "'ppo.epoch'; did you mean 'ppo.epochs'?"),
        ("--noconfig.eval.greddy", "did you mean 'eval.greedy'?"),
        ("--config.ppo=3", "'ppo' is a group; override one of ppo.clip"),
        ("--config.num_envs=many", "--config.num_envs is 'many'; it must be a whole number."),
        ("--config.ppo.clip=much", "--config.ppo.clip is 'much'; it must be a number."),
        ("--config.eval.greedy=maybe", "--config.eval.greedy is 'maybe'; it must be true or false."),
        ("--config.episode.difficulty=hard", "--config.episode.difficulty is 'hard'; it must be a number."),
        ("--num_envs=3", "did you mean --config.num_envs?"),
        ("--wrokdir=x", "did you mean --workdir?"),
        ("--confg.seed=1", "did you mean --config.seed?"),
        ("--zzz", "The flags are --config, --workdir"),
        ("--config", "--config names no file"),
        ("castle", "Unexpected argument 'castle'"),
        ("--config=no_such.py", "--config=no_such.py: no such file"),
    ],
)
def test_what_cannot_be_understood_is_explained(argument, message):
    assert message in refused(argument)


def test_a_broken_configuration_file_is_explained(tmp_path):
    broken = tmp_path / "broken.py"
    broken.write_text("def get_config(:\n")
    assert "cannot be read: SyntaxError" in refused(f"--config={broken}")


def test_a_run_goes_on_with_its_own_configuration(tmp_path):
    config = get_config()
    config.update_from_flattened_dict({"num_envs": 32, "episode.difficulty": 0.5})
    with Workdir(tmp_path, config.to_dict()):
        pass
    here = f"--workdir={tmp_path}"
    again = flat_keys(read_flags([PROGRAM, here, "--config.eval.episodes=8"]).config)
    assert (again["num_envs"], again["episode.difficulty"], again["eval.episodes"]) == (32, 0.5, 8)
    # What is given counts, also where it is the value that the castle's configuration has.
    assert read_flags([PROGRAM, here, "--config.num_envs=64"]).config["num_envs"] == 64
    assert read_flags([PROGRAM, here, f"--config={command.CASTLE}"]).config["num_envs"] == 64


def test_a_mistake_is_one_message_and_no_traceback(capsys):
    assert run_command(lambda options: 0, "", [PROGRAM, "--config.num_env=3"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("error: ")
    assert said.count("\n") == 1


def test_a_full_disk_is_no_traceback(capsys):
    def work(options):
        raise OSError(errno.ENOSPC, "No space left on device", "runs/castle/metrics.jsonl")

    assert run_command(work, "", [PROGRAM]) == 1
    assert "No space left on device: runs/castle/metrics.jsonl" in capsys.readouterr().err


def test_faults_of_the_program_keep_their_traceback():
    def work(options):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run_command(work, "", [PROGRAM])


def test_help_names_every_key(capsys):
    assert run_command(lambda options: 1, "Trains.", [PROGRAM, "--help"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("Trains.")
    assert "--config.ppo.clip=0.2" in said
