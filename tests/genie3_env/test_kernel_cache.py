"""Cached kernels go when a source changes, and only then."""

import os
import subprocess
import sys

from genie3_env.kernel_cache import drop_stale_kernels


def package(tmp_path):
    for folder in (tmp_path, tmp_path / "sim"):
        (folder / "__pycache__").mkdir(parents=True)
        (folder / "code.py").write_text("x = 1\n")
        (folder / "__pycache__" / "code.f-1.py311.nbi").write_bytes(b"index")
        (folder / "__pycache__" / "code.f-1.py311.1.nbc").write_bytes(b"code")
        (folder / "__pycache__" / "code.cpython-311.pyc").write_bytes(b"bytes")
    return tmp_path


def cached(folder):
    return len(list(folder.rglob("*.nb?")))


def test_unknown_and_changed_sources_cost_the_cache(tmp_path):
    folder = package(tmp_path)
    assert drop_stale_kernels(folder) and cached(folder) == 0
    (folder / "sim" / "__pycache__" / "code.f-1.py311.nbi").write_bytes(b"index")
    assert not drop_stale_kernels(folder) and cached(folder) == 1  # nothing changed
    (folder / "sim" / "code.py").write_text("x = 2\n")
    os.utime(folder / "sim" / "code.py", ns=(0, 1))
    assert drop_stale_kernels(folder) and cached(folder) == 0
    assert len(list(folder.rglob("*.pyc"))) == 2  # Python's own are left alone


def test_a_kernel_in_another_file_is_never_stale(tmp_path):
    # The caller's file stays as it is; what it calls changes from +1 to +2.
    folder = tmp_path / "toy"
    folder.mkdir()
    (folder / "__init__.py").write_text(
        "from pathlib import Path\nfrom genie3_env.kernel_cache import drop_stale_kernels\n"
        "drop_stale_kernels(Path(__file__).parent)\n"
    )
    head = "from numba import njit\n"
    (folder / "callee.py").write_text(f"{head}@njit(cache=True)\ndef add(x): return x + 1\n")
    (folder / "caller.py").write_text(
        f"{head}from toy.callee import add\n@njit(cache=True)\ndef twice(x): return add(add(x))\nprint(twice(0))\n"
    )

    def run():
        path = os.pathsep.join([str(tmp_path), os.getcwd()])
        command = [sys.executable, "-c", "import toy.caller"]
        done = subprocess.run(command, env=os.environ | {"PYTHONPATH": path}, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    assert run() == "2"
    (folder / "callee.py").write_text(f"{head}@njit(cache=True)\ndef add(x): return x + 2\n")
    assert run() == "4"
