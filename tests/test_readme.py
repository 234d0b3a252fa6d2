"""README stays true: its commands parse, its quickstart runs, and what it names is there."""

import importlib.util
import os
import re
import subprocess
from pathlib import Path

import pytest

from genie3_env.tasks.instructions import instruction_table

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
TEXTS = {"README.md": README, "launch/README.md": (ROOT / "launch" / "README.md").read_text("utf-8")}
NOT_OURS = {"__pycache__", "runs", "build", "dist"}  # see .gitignore; and what begins with a dot


def section(title: str) -> str:
    """The text under a heading of the second level."""
    return README.split(f"\n## {title}\n")[1].split("\n## ")[0]


def blocks(language: str, text: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def test_there_are_exactly_two_commands_and_each_is_one_line():
    train, test = blocks("bash", section("Two commands"))
    assert blocks("bash", README) == [train, test]
    for command in (train, test):
        assert command.count("\n") == 1
        subprocess.run(["bash", "-n", "-c", command], check=True, timeout=60)
    castle = ".venv/bin/python -m experiments.train --config=experiments/configs/castle.py\n"
    assert train.endswith(f" && .venv/bin/pip install -e . && {castle}")
    assert test.endswith(" && .venv/bin/pip install -e '.[dev]' && .venv/bin/python -m pytest\n")


@pytest.mark.parametrize("uid, asks", [("0", []), ("1000", ["sudo"])], ids=["root", "user"])
def test_on_a_bare_machine_the_commands_bring_what_is_missing(uid, asks, tmp_path):
    """Stand-ins for the system's programs; this python3 has no ensurepip, as on a fresh Debian."""
    fake = '#!/bin/bash\necho "$(basename "$0") $*" >>"$CALLS"\n'
    programs = {
        "apt-get": fake,
        "sudo": fake + '"$@"\n',
        "id": f"#!/bin/bash\necho {uid}\n",
        "python3": '#!/bin/bash\n[ "$1" = -m ] && echo "python3 $*" >>"$CALLS"\n',
    }
    for name, text in programs.items():
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    calls = tmp_path / "calls"
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "CALLS": str(calls)}
    command = blocks("bash", section("Two commands"))[0].split(" && .venv/bin/pip")[0]
    subprocess.run(["bash", "-c", command], check=True, env=environment, cwd=tmp_path, timeout=60)
    done = [call for call in calls.read_text().splitlines() if not call.startswith("sudo")]
    assert done == ["apt-get update", "apt-get install -y python3-venv", "python3 -m venv .venv"]
    assert [call.split()[0] for call in calls.read_text().splitlines() if call.startswith("sudo")] == asks * 2


def folders_of(tree: str) -> set[str]:
    """The folders of a drawn tree, two blanks of indentation a level."""
    path: list[str] = []
    found = set()
    for line in tree.splitlines():
        depth, name = len(re.match(" *", line)[0]) // 2, line.split()[0].rstrip("/")  # pyright: ignore
        path = [*path[:depth], name]
        found.add("/".join(path))
    return found


def test_the_tree_shows_every_folder_and_no_other():
    (tree,) = blocks("", section("Files"))
    there = {".ci", "tests"}  # within tests the folders are those of the packages
    for top in ("genie3_env", "sima_jax", "experiments", "launch", "docs"):
        for folder, inner, files in os.walk(ROOT / top):
            inner[:] = [name for name in inner if name not in NOT_OURS and not name.startswith(".")]
            if files or inner:
                there.add(str(Path(folder).relative_to(ROOT)))
    assert folders_of(tree) == there
    for line in tree.splitlines():
        assert len(line.split()) > 2, f"{line}: say what is in it"


def test_the_quickstart_runs(capsys):
    (code,) = blocks("python", README)
    exec(compile(code, "README.md", "exec"), {})
    said = capsys.readouterr().out
    found = re.fullmatch(r"(.+) \(180, 320, 3\) \d+\.\d+\n", said)
    assert found and found[1] in {instruction.text for instruction in instruction_table()}


@pytest.mark.parametrize("name", TEXTS)
def test_links_lead_somewhere(name):
    text, folder = TEXTS[name], (ROOT / name).parent
    anchors = {
        re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in re.findall(r"^#+ (.*)$", text, re.M)
    }
    for target in re.findall(r"\]\(([^)]+)\)", text):
        if target.startswith("#"):
            assert target[1:] in anchors, target
        else:
            assert (folder / target).exists(), target


@pytest.mark.parametrize("name", TEXTS)
def test_what_is_named_is_there(name):
    modules = re.findall(r"python -m (experiments[\w.]*)", TEXTS[name])
    assert modules
    for module in modules:
        assert importlib.util.find_spec(module), module
    for path in re.findall(r"`((?:genie3_env|experiments|tests|launch)/[\w./]+)`", TEXTS[name]):
        assert (ROOT / path).exists(), path
    for extra in re.findall(r"\.\[(\w+)\]", TEXTS[name]):
        assert f'"{extra}": [' in (ROOT / "setup.py").read_text("utf-8"), extra
