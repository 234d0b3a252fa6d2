"""The whole way, tiny: train, stop, kill, go on, evaluate. Each run is a process of its own, as a user's is."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import jax
import numpy as np
import pytest

from experiments.agent import build_programs, open_checkpoints, restore
from experiments.settings import Settings
from experiments.workdir import saved_config
from genie3_env.tasks.instructions import instruction_table

UPDATES = 150
TINY = {
    "worlds.num_train": 3,
    "worlds.num_eval": 2,
    "curriculum.max_steps": 12,
    "episode.max_steps": 12,
    "num_envs": 4,
    "rollout_steps": 8,
    "total_timesteps": UPDATES * 32,
    "ppo.epochs": 1,
    "ppo.minibatches": 2,
    "auxiliary.pairs": 4,
    "auxiliary.queue_size": 16,
    "checkpoint.every_updates": 3,
    "eval.episodes": 6,
}


def command(workdir: Path, **overrides: object) -> list[str]:
    arguments = [f"--config.{key}={value}" for key, value in (TINY | overrides).items()]
    return [sys.executable, "-m", "experiments.train", f"--workdir={workdir}", *arguments]


def finish(arguments: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(arguments, capture_output=True, text=True, timeout=240)


def metrics(workdir: Path) -> list[dict]:
    path = workdir / "metrics.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines() if line.endswith("}")] if path.exists() else []


def interrupt(workdir: Path, with_signal: int, after_lines: int) -> tuple[int, str]:
    """Start the run, send it a signal once it has written so many lines; its exit code and what it said."""
    process = subprocess.Popen(command(workdir), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    until = time.monotonic() + 200
    while len(metrics(workdir)) < after_lines and process.poll() is None and time.monotonic() < until:
        time.sleep(0.01)
    process.send_signal(with_signal)
    said, _ = process.communicate(timeout=100)
    return process.returncode, said


def parameters(workdir: Path) -> tuple[int, list[np.ndarray]]:
    """Updates made and every array of the last checkpoint."""
    config = saved_config(workdir)
    assert config is not None
    settings = Settings.from_config(config)
    with open_checkpoints(settings, workdir) as checkpointer:
        found = restore(checkpointer, build_programs(settings, instruction_table()))
    assert found is not None
    state = found[1].replace(key=jax.random.key_data(found[1].key))
    return found[0], [np.asarray(leaf) for leaf in jax.tree.leaves(state)]


@pytest.fixture(scope="module")
def finished(tmp_path_factory) -> Path:
    """The workdir of a run that nothing interrupted."""
    workdir = tmp_path_factory.mktemp("finished")
    done = finish(command(workdir))
    assert done.returncode == 0, done.stderr
    return workdir


def test_a_run_leaves_what_it_promises(finished):
    results = json.loads((finished / "results.json").read_text())
    assert set(results["evaluation"]) == {"agent", "random", "wrong_instruction"}
    assert all(summary["episodes"] == 6 for summary in results["evaluation"].values())
    assert results["training"]["environment_steps"] == UPDATES * 32
    shares = [value for name, value in results["training"].items() if name.startswith("share_of_")]
    assert len(shares) == 4 and sum(shares) == pytest.approx(1.0, abs=1e-3) and min(shares) >= 0.0
    assert [line["step"] for line in metrics(finished)] == [32 * (k + 1) for k in range(UPDATES)]
    assert {"learner/loss", "success", "minutes", "seconds/update"} <= set(metrics(finished)[-1])
    for name in ("results.md", "learning_curve.png", "evaluation.webp", "config.json"):
        assert (finished / name).stat().st_size > 100, name
    assert sorted(int(path.name) for path in (finished / "checkpoints").iterdir()) == [144, 147, 150]
    assert list((finished / "tensorboard").glob("events.*"))


def test_killed_at_any_instant_it_ends_with_the_same_parameters(finished, tmp_path):
    for after_lines in (8, 60):
        code, said = interrupt(tmp_path, signal.SIGKILL, after_lines)
        assert code == -signal.SIGKILL, said
        assert after_lines <= len(metrics(tmp_path)) < UPDATES
    done = finish(command(tmp_path))
    assert done.returncode == 0, done.stderr
    assert "going on after" in done.stdout
    expected, got = parameters(finished), parameters(tmp_path)
    assert expected[0] == got[0] == UPDATES
    assert all(map(np.array_equal, expected[1], got[1]))
    same = [{k: v for k, v in line.items() if "seconds" not in k and k != "minutes"} for line in metrics(finished)]
    assert same == [
        {k: v for k, v in line.items() if "seconds" not in k and k != "minutes"} for line in metrics(tmp_path)
    ]
    evaluations = [json.loads((path / "results.json").read_text())["evaluation"] for path in (finished, tmp_path)]
    assert evaluations[0] == evaluations[1]


@pytest.mark.parametrize(("number", "exit_code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_asked_to_stop_it_saves_and_leaves(tmp_path, number, exit_code):
    code, said = interrupt(tmp_path, number, 5)
    assert code == exit_code, said
    assert f"Go on with: python -m experiments.train --workdir={tmp_path}" in said
    assert "Traceback" not in said
    saved = max(int(path.name) for path in (tmp_path / "checkpoints").iterdir())
    assert saved == len(metrics(tmp_path)) >= 5
    assert not (tmp_path / "results.json").exists()


def test_evaluation_alone_repeats_the_figures(finished):
    before = json.loads((finished / "results.json").read_text())
    (finished / "evaluation.webp").unlink()
    done = finish([sys.executable, "-m", "experiments.evaluate", f"--workdir={finished}"])
    assert done.returncode == 0, done.stderr
    assert "| agent" in done.stdout
    after = json.loads((finished / "results.json").read_text())
    assert after["evaluation"] == before["evaluation"]
    assert after["training"] == before["training"]
    assert (finished / "evaluation.webp").exists()


@pytest.mark.parametrize(
    ("overrides", "exit_code", "message"),
    [
        ({"num_env": 4}, 2, "did you mean 'num_envs'?"),
        ({"image.width": 60}, 2, "16:9"),
        ({"prompt": "a submarine in the deep"}, 2, "submarine"),
        ({"prompt": "a qwertz"}, 2, "names no theme that is known"),
        (
            {
                "mesh.data": 64,
                "num_envs": 128,
                "total_timesteps": 1024,
                "auxiliary.pairs": 128,
                "auxiliary.queue_size": 128,
            },
            2,
            "64 devices",
        ),
        ({"mesh.data": 64, "num_envs": 64, "total_timesteps": 512}, 2, "num_envs / ppo.minibatches is 32"),
    ],
)
def test_mistakes_are_said_in_one_line(tmp_path, overrides, exit_code, message):
    done = finish(command(tmp_path / "run", **({"total_timesteps": 64} | overrides)))
    assert done.returncode == exit_code, done.stderr
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_a_workdir_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    done = finish(command(tmp_path / "file" / "run"))
    assert done.returncode == 1
    assert done.stderr.startswith("error: The workdir") and done.stderr.count("\n") == 1


def test_a_broken_checkpoint_is_said_and_nothing_is_lost(finished, tmp_path):
    files = {path.relative_to(finished): path.read_bytes() for path in finished.rglob("*") if path.is_file()}
    for name, content in files.items():
        broken = name.parts[:2] == ("checkpoints", "150") and len(content) > 64
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content[: len(content) // 2] if broken else content)
    before = {path: path.stat().st_size for path in tmp_path.rglob("*") if path.is_file()}
    for module in ("experiments.train", "experiments.evaluate"):
        done = finish([sys.executable, "-m", module, f"--workdir={tmp_path}"])
        assert done.returncode == 1, done.stderr
        assert "is damaged" in done.stderr and "go on from update 147" in done.stderr
        assert "Traceback" not in done.stderr
    kept = {path: path.stat().st_size for path in before if path.exists()}
    assert {path for path in before if ".lock" not in path.name} <= set(kept)
    os.rename(tmp_path / "checkpoints" / "150", tmp_path / "moved away")
    done = finish([sys.executable, "-m", "experiments.train", f"--workdir={tmp_path}"])
    assert done.returncode == 0, done.stderr
    assert parameters(tmp_path)[0] == UPDATES
