"""The command: what it prints, what it advises, what it refuses."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from experiments.agent import parameters_by_part
from experiments.config_keys import SettingsError
from experiments.forecast import Planner, as_text, mesh_for
from experiments.hardware import Machine, machine_named
from experiments.plan import main
from experiments.settings import MeshSettings
from tests.experiments.castle_settings import settings_of

CASTLE = "--config=experiments/configs/castle.py"


def run(capsys, *arguments: str) -> tuple[int, str]:
    code = main(["plan", *arguments])
    return code, capsys.readouterr().out


def test_the_full_agent_on_eight_gpus(capsys):
    code, said = run(capsys, f"{CASTLE}:full", "--hardware=8xH100")
    assert code == 0
    assert said.startswith("sima_continuous at 1280x720 on 8xH100, mesh data=8 x model=1\n")
    assert "It fits. Predicted: " in said and "What would fit" not in said
    lines = said.splitlines()
    assert max(map(len, lines)) <= 120
    readme = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    shown = readme.split("Shortened:\n\n```\n")[1].split("```")[0].splitlines()
    assert shown[0] == lines[0]
    for line in shown:
        assert line in lines, "README shows what the command does not print"


def test_json_holds_the_same(capsys):
    code, said = run(capsys, f"{CASTLE}:full", "--hardware=4xA100", "--json")
    found = json.loads(said)
    assert code == 0 and said.count("\n") == 1
    assert found["mesh"] == {"data": 4, "model": 1}
    total = sum(found["parameters"].values())
    assert total == pytest.approx(540.1e6, rel=0.001)
    assert found["device_bytes"]["parameters"] == pytest.approx(total * 4 / 4, rel=0.01)  # a quarter of float32
    assert found["device_bytes"]["moments"] == pytest.approx(2 * found["device_bytes"]["parameters"], rel=0.001)
    # Dollars are hours at the list price of four chips.
    assert found["dollars"] == pytest.approx(found["hours"] * 4 * 2.79)
    assert found["steps_per_second"] * found["hours"] * 3600 == pytest.approx(9_994_240, rel=0.01)


def test_the_small_agent_is_counted_by_xla(capsys):
    code, said = run(capsys, CASTLE, "--hardware=RTX4090")
    assert code == 0 and "counted by XLA" in said


def test_what_does_not_fit_gets_the_first_settings_that_do(capsys):
    code, said = run(capsys, f"{CASTLE}:full", "--hardware=RTX4090")
    assert code == 1 and "It does not fit the device." in said
    advised = "--config.ppo.minibatches=512"
    assert f"smaller minibatches: {advised} (64 pictures each)" in said
    assert "more devices: --hardware=2xRTX4090" in said
    assert "another agent: --config.agent=sima_base" in said
    # The advice is true, and it is the first that is: one step back does not fit.
    assert run(capsys, f"{CASTLE}:full", "--hardware=RTX4090", advised)[0] == 0
    assert run(capsys, f"{CASTLE}:full", "--hardware=2xRTX4090")[0] == 0


def test_a_host_that_is_too_small_is_told_to_keep_states():
    settings = settings_of("full", **{"rollout.frames": "store"})
    machine = Machine(replace(machine_named("H100").chip, host_chips=1, host_memory_gb=64), 1)
    planner = Planner(settings)
    plan = planner.plan(settings, machine)
    assert plan.fits_device and not plan.fits_host  # 90.6 GB of pictures in 64 GB
    assert "It does not fit the host." in as_text(plan, [])
    advice = planner.advice(settings, machine)
    assert "states in place of pictures: --config.rollout.frames=rerender" in advice
    assert "fewer environments: --config.num_envs=16" in advice  # 22.7 GB, and as much for the pairs' two pictures


def test_the_mesh_is_the_longest_that_minibatches_can_be_cut_for():
    full = settings_of("full")  # 8 sequences and 8 pairs a minibatch
    assert mesh_for(full, 8) == MeshSettings(8, 1)
    assert mesh_for(full, 6) == MeshSettings(4, 1)
    assert mesh_for(full, 64) == MeshSettings(8, 1)
    assert mesh_for(settings_of("full", **{"mesh.model": 4}), 16) == MeshSettings(4, 4)
    with pytest.raises(SettingsError, match=r"mesh\.model is 4; it must be at most 2"):
        mesh_for(settings_of("full", **{"mesh.model": 4}), 2)


def test_idle_chips_are_told():
    settings = settings_of("full")
    assert "mesh data=4 x model=1, 2 chips idle" in as_text(
        Planner(settings).plan(settings, machine_named("6xH100")), []
    )


def test_parts_are_told_apart():
    one, two, three = ({"kernel": np.zeros(size)} for size in (1, 2, 3))
    found = parameters_by_part({"vision": one, "untold": two, "match_seen": three, "guess": three})
    assert (found["vision"], found["language"], found["auxiliary heads"], found["policy"]) == (1, 2, 6, 0)


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ("--hardware=8xH10", "did you mean 8xH100?"),
        ("--hardwere=8xH100", "did you mean --hardware?"),
        ("--zzz", "The flags are --config, --workdir, --hardware, --json"),
        ("--config.num_env=3", "did you mean 'num_envs'?"),
    ],
)
def test_mistakes_are_one_message(argument, message, capsys):
    assert main(["plan", argument]) == 2
    said = capsys.readouterr().err
    assert message in said and said.count("\n") == 1
