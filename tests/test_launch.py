"""The launch scripts, run with stand-ins for gcloud, ssh and git; the notebook, the image and the pins are in order."""

import importlib.util
import json
import os
import re
import runpy
import subprocess
from pathlib import Path
from typing import Any

import pytest
import setuptools
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
SCRIPTS = sorted((ROOT / "launch").glob("*.sh"))
TRAIN = "python -m experiments.train --config=experiments/configs/castle.py"

# Writes its name and arguments, one call a line, and succeeds; `git archive --output=FILE` makes the file.
STAND_IN = """#!/bin/bash
echo "$(basename "$0") $*" >>"$CALLS"
for word; do case $word in --output=*) : >"${word#--output=}" ;; esac; done
[[ "$(basename "$0") $*" != *" describe "* ]]
"""


def run_script(name: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = ["bash", str(ROOT / "launch" / name), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, env=os.environ | environment)


@pytest.fixture
def stand_ins(tmp_path):
    """An environment in which gcloud, ssh, git and tar only note how they were called; and the file of notes."""
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("gcloud", "ssh", "git", "tar"):
        (programs / name).write_text(STAND_IN)
        (programs / name).chmod(0o755)
    calls = tmp_path / "calls"
    calls.touch()
    return {"PATH": f"{programs}:/usr/bin:/bin", "CALLS": str(calls)}, calls


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_scripts_are_strict_executable_and_parse(script):
    assert os.access(script, os.X_OK)
    text = script.read_text("utf-8")
    assert text.startswith("#!/usr/bin/env bash\n") and "\nset -euo pipefail\n" in text
    subprocess.run(["bash", "-n", script], check=True, timeout=60)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_the_command_is_the_same_everywhere(script):
    assert TRAIN in script.read_text("utf-8")


@pytest.mark.parametrize("arguments", [[], ["--help"]], ids=["none", "help"])
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_without_what_it_needs_a_script_says_so_and_does_nothing(script, arguments, stand_ins):
    environment, calls = stand_ins
    said = run_script(script.name, *arguments, **environment)
    assert said.returncode == 2
    assert said.stderr.startswith(f"usage: launch/{script.name} ") and "OVERRIDE" in said.stderr
    assert calls.read_text() == ""


def test_a_missing_argument_is_missed(stand_ins):
    environment, calls = stand_ins
    assert run_script("a3.sh", "castle", **environment).returncode == 2
    assert run_script("tpu_vm.sh", "castle", "us-west4-a", **environment).returncode == 2
    assert run_script("on_machine.sh", "gpu", **environment).returncode == 2
    assert calls.read_text() == ""


def test_a_missing_program_is_named(tmp_path):
    (tmp_path / "bash").symlink_to("/bin/bash")
    said = run_script("a3.sh", "castle", "us-central1-a", PATH=str(tmp_path))
    assert (said.returncode, said.stderr) == (1, "a3.sh: gcloud is not installed\n")


def test_a3_makes_eight_h100s_trains_on_all_and_says_how_to_delete_them(stand_ins):
    environment, notes = stand_ins
    said = run_script("a3.sh", "castle", "us-central1-a", "--config.prompt=a castle", **environment)
    assert said.returncode == 0, said.stderr
    calls = notes.read_text().splitlines()
    created = next(call for call in calls if "instances create castle" in call)
    assert "--machine-type=a3-highgpu-8g" in created and "--max-run-duration=12h" in created
    train = r"--command=genie3-sima/launch/on_machine.sh cuda --config.mesh.data=8 --config.prompt=a\ castle"
    assert f"gcloud compute ssh castle --zone=us-central1-a {train}" in calls
    assert calls[-1] == "gcloud compute scp --recurse castle:genie3-sima/runs . --zone=us-central1-a"
    assert "gcloud compute instances delete castle --zone=us-central1-a" in said.stdout


def test_tpu_vm_works_on_every_host(stand_ins):
    environment, notes = stand_ins
    said = run_script("tpu_vm.sh", "castle", "us-west4-a", "v5litepod-32", **environment)
    assert said.returncode == 0, said.stderr
    calls = notes.read_text().splitlines()
    create = "tpu-vm create castle --accelerator-type=v5litepod-32 --version=v2-alpha-tpuv5-lite --zone=us-west4-a"
    assert f"gcloud compute tpus {create}" in calls
    train = "tpu-vm ssh castle --worker=all --command=genie3-sima/launch/on_machine.sh tpu --zone=us-west4-a"
    assert f"gcloud compute tpus {train}" in calls
    assert all("--worker=all" in call for call in calls if "tpu-vm ssh" in call)
    assert "gcloud compute tpus tpu-vm delete castle --zone=us-west4-a" in said.stdout


def test_lambda_goes_where_ssh_goes(stand_ins):
    environment, notes = stand_ins
    said = run_script("lambda.sh", "me@box", "--config.num_envs=128", SSH="ssh -p 2222", **environment)
    assert said.returncode == 0, said.stderr
    calls = notes.read_text().splitlines()
    assert "ssh -p 2222 -t me@box genie3-sima/launch/on_machine.sh cuda --config.num_envs=128" in calls


def test_a_failure_on_the_way_ends_the_script(stand_ins, tmp_path):
    environment, _ = stand_ins
    (tmp_path / "programs" / "ssh").write_text("#!/bin/bash\ncat >/dev/null\nexit 255\n")
    assert run_script("lambda.sh", "me@box", **environment).returncode == 255


def modules_run(text: str) -> set[str]:
    """What `python -m NAME` names."""
    return set(re.findall(r"python -m ([\w.]+)", text))


def test_dockerfile_copies_what_is_there_and_trains_the_castle():
    text = (ROOT / "launch" / "Dockerfile").read_text("utf-8")
    copied = [word for line in re.findall(r"^COPY (.*) \S+$", text, re.MULTILINE) for word in line.split()]
    assert set(copied) >= {"setup.py", "genie3_env", "sima_jax", "experiments"}
    assert all((ROOT / name).exists() for name in copied)
    entry = re.search(r"^ENTRYPOINT (.*)$", text, re.MULTILINE)
    assert entry and " ".join(json.loads(entry[1])) == TRAIN


def test_notebook_is_valid_and_runs_modules_that_exist():
    notebook = json.loads((ROOT / "launch" / "colab.ipynb").read_text("utf-8"))
    assert notebook["nbformat"] == 4 and notebook["nbformat_minor"] >= 5
    assert set(notebook) == {"cells", "metadata", "nbformat", "nbformat_minor"}
    assert len({cell["id"] for cell in notebook["cells"]}) == len(notebook["cells"])
    for cell in notebook["cells"]:
        fields = {"cell_type", "id", "metadata", "source"}
        assert set(cell) == (fields | {"execution_count", "outputs"} if cell["cell_type"] == "code" else fields)
        assert cell.get("outputs", []) == []  # results of nobody's machine
    code = "\n".join("".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code")
    assert TRAIN in code
    for module in modules_run(code):
        assert importlib.util.find_spec(module), module


def setup_arguments(monkeypatch) -> dict[str, Any]:
    """What setup.py says of the project."""
    said: dict[str, Any] = {}
    monkeypatch.setattr(setuptools, "setup", said.update)
    monkeypatch.setattr(setuptools, "find_packages", lambda **_: [])
    runpy.run_path(str(ROOT / "setup.py"))
    return said


def pins() -> dict[str, str]:
    """{package: version} of requirements-tpu.txt, each pinned exactly."""
    found = {}
    for line in (ROOT / "requirements-tpu.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            requirement = Requirement(line)
            (specifier,) = requirement.specifier
            assert specifier.operator == "==" and "*" not in specifier.version, line
            found[requirement.name] = specifier.version
    return found


def test_tpu_pins_lie_within_the_bounds_of_setup_py_and_leave_none_open(monkeypatch):
    said = setup_arguments(monkeypatch)
    pinned = pins()
    for text in said["install_requires"] + said["extras_require"]["tpu"]:
        requirement = Requirement(text)
        assert requirement.name in pinned, f"{requirement.name} is not pinned"
        assert requirement.specifier.contains(pinned[requirement.name]), f"{requirement} against {pinned}"
    assert "libtpu" in pinned


def test_extras_are_those_promised(monkeypatch):
    said = setup_arguments(monkeypatch)
    assert set(said["extras_require"]) == {"dev", "cuda", "tpu", "wandb", "bench"}
    assert said["python_requires"] == ">=3.11"
