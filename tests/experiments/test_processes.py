"""Two processes with four devices each learn what one process with eight learns, and it goes on where they stopped."""

import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
PATIENCE_S = 280
UPDATES = 2
TINY = {
    "worlds.num_train": 3,
    "worlds.num_eval": 2,
    "curriculum.max_steps": 12,
    "num_envs": 16,
    "rollout_steps": 8,
    "total_timesteps": UPDATES * 128,
    "ppo.epochs": 1,
    "ppo.minibatches": 2,
    "auxiliary.pairs": 16,
    "auxiliary.queue_size": 16,
    "checkpoint.every_updates": 1,
    "mesh.data": 4,
    "mesh.model": 2,
}


def begin(
    file: Path, workdir: Path, devices: int, environment: dict[str, str], **overrides: object
) -> subprocess.Popen:
    """One process of a run with so many pretend devices."""
    flags = [f"--config.{key}={value}" for key, value in (TINY | overrides).items()]
    command = [sys.executable, "-m", "tests.experiments.process", str(file), f"--workdir={workdir}", *flags]
    platform = {"JAX_PLATFORMS": "cpu", "XLA_FLAGS": f"--xla_force_host_platform_device_count={devices}", "NPROC": "16"}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    return subprocess.Popen(command, cwd=ROOT, env={**os.environ, **platform, **environment}, **pipes)


def finish(processes: list[subprocess.Popen]) -> None:
    """Wait for all; where one fails, none is left behind."""
    try:
        said = [process.communicate(timeout=PATIENCE_S)[0] for process in processes]
    finally:
        for process in processes:
            process.kill()
            process.wait()
    assert [process.returncode for process in processes] == [0] * len(processes), "\n\n".join(said)


def two(folder: Path, workdir: Path, **overrides: object) -> list[dict[str, np.ndarray]]:
    """The parameters that each of two processes has at the end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    shared = {"JAX_COORDINATOR_ADDRESS": f"127.0.0.1:{port}", "JAX_NUM_PROCESSES": "2"}
    files = [folder / f"two_{number}.npz" for number in range(2)]
    finish(
        [
            begin(file, workdir, 4, shared | {"JAX_PROCESS_ID": str(number)}, **overrides)
            for number, file in enumerate(files)
        ]
    )
    return [dict(np.load(file)) for file in files]


def one(folder: Path, workdir: Path, **overrides: object) -> dict[str, np.ndarray]:
    """The parameters that one process has at the end."""
    finish([begin(folder / "one.npz", workdir, 8, {}, **overrides)])
    return dict(np.load(folder / "one.npz"))


@pytest.fixture(scope="module")
def learned(tmp_path_factory):
    """What two processes and what one learned; and the two's workdir."""
    folder = tmp_path_factory.mktemp("processes")
    return two(folder, folder / "two"), one(folder, folder / "one"), folder / "two"


def test_two_processes_agree_bit_for_bit_and_with_one_but_for_rounding(learned):
    (first, second), alone, _ = learned
    assert (first["updates"], first["devices"], alone["devices"]) == (UPDATES, 8, 8)
    for name in alone:
        np.testing.assert_array_equal(first[name], second[name], name)
        np.testing.assert_allclose(first[name], alone[name], atol=1e-4, err_msg=name)


def test_the_first_process_notes_what_all_environments_did(learned):
    *_, workdir = learned
    noted, expected = (
        [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
        for folder in (workdir, workdir.parent / "one")
    )
    assert len(noted) == len(expected) == UPDATES
    # Episodes end after at most 12 steps, so in the second rollout of 8 each environment has come to an end.
    for name in ("success", "episode_return", "episode_length", "wrong_flag", "burnt"):
        assert noted[1][name] == pytest.approx(expected[1][name], abs=1e-2), name
    assert noted[1]["episode_length"] > 0


def test_one_process_restores_what_two_have_saved(learned, tmp_path):
    # Nothing is left to be done: what is restored onto another mesh of one process is what two processes had.
    (first, _), _, workdir = learned
    restored = one(tmp_path, workdir, **{"mesh.data": 8, "mesh.model": 1})
    assert restored["updates"] == UPDATES
    for name in first:
        np.testing.assert_array_equal(first[name], restored[name], name)


def test_one_process_goes_on_where_two_have_stopped(learned, tmp_path):
    # As if the two had been killed in their last update: it is made again, by one process on another mesh.
    (first, _), _, workdir = learned
    shutil.copytree(workdir, tmp_path / "run")
    shutil.rmtree(tmp_path / "run" / "checkpoints" / str(UPDATES))
    alone = one(tmp_path, tmp_path / "run", **{"mesh.data": 8, "mesh.model": 1})
    assert alone["updates"] == UPDATES
    for name in first:
        np.testing.assert_allclose(first[name], alone[name], atol=1e-4, err_msg=name)
    assert len((tmp_path / "run" / "metrics.jsonl").read_text().splitlines()) == UPDATES


def test_an_environment_that_does_not_say_which_process_this_is_is_refused(tmp_path):
    process = begin(tmp_path / "none.npz", tmp_path / "run", 1, {"JAX_COORDINATOR_ADDRESS": "127.0.0.1:1"})
    said, _ = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 2 and "JAX_NUM_PROCESSES and JAX_PROCESS_ID do not say" in said
