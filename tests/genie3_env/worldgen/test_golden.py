"""Golden worlds: the same bytes with every version of Python and NumPy, and on every kind of processor.

Who changes a digest changes worlds, and with them every stored result.
`python -m tests.genie3_env.worldgen.test_golden` writes golden_worlds.json anew; only what was meant to change should.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__

from genie3_env.prompt.spec import HOURS, TASKS, THEMES, WorldSpec
from genie3_env.worldgen.builder import build_world

GOLDEN = Path(__file__).with_name("golden_worlds.json")
# What a theme is asked for beside its tasks: everything that generation has a part for.
VARIED = (
    {"relief": "mountainous", "river": "water", "weather": "snow", "foliage": "autumn"},
    {"ruined": True, "overgrown": True, "lake": "acid", "objects": {"house": 2, "racetrack": 0}},
    {"edge": "floating", "material": "marble", "size": "large", "objects": {"broken_bridge": 1, "bridge": 1}},
    {"moat": "lava", "ground": "sand", "size": "small", "objects": {"tower": 3, "tree": None}},
)


def specs() -> dict[str, WorldSpec]:
    """50 specs by name: three for each theme, together of all tasks and from easy to hard, and eight varied ones."""
    found = {}
    for number, theme in enumerate(THEMES):
        for k in range(3):
            task, difficulty = TASKS[(number + k) % len(TASKS)], ((7 * number + 4 * k) % 11) / 10
            found[f"{theme} {task} {difficulty}"] = WorldSpec(
                theme, task=task, difficulty=difficulty, hour=HOURS[(number + k) % len(HOURS)]
            )
    for number, varied in enumerate(VARIED):
        for theme in ("castle", THEMES[3 * number + 2]):
            found[f"{theme}, varied {number}"] = WorldSpec.from_dict({"theme": theme, **varied})
    return found


def test_there_are_fifty():
    assert len(specs()) == 50
    assert {spec.task for spec in specs().values()} == set(TASKS)
    assert list(json.loads(GOLDEN.read_text("utf-8"))) == list(specs())


@pytest.mark.parametrize("name", specs())
def test_golden(name):
    assert build_world(specs()[name], seed=2026).digest == json.loads(GOLDEN.read_text("utf-8"))[name]


def test_a_processor_without_vector_instructions_makes_the_same(tmp_path):
    # Kernels compiled anew for any x86-64 or any ARM, and NumPy kept from all that it chooses by the processor.
    names = ["castle reach_flag 0.0", "rooftops parkour 0.0", "temple puzzle 0.2"]
    plain = {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": "", "NUMBA_CACHE_DIR": str(tmp_path)}
    plain["NPY_DISABLE_CPU_FEATURES"] = " ".join(name for name in __cpu_dispatch__ if __cpu_features__[name])
    program = "import sys; from tests.genie3_env.worldgen.test_golden import told; told(sys.argv[1:])"
    said = subprocess.run(
        [sys.executable, "-c", program, *names],
        env={**os.environ, **plain},
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        timeout=280,
    )
    golden = json.loads(GOLDEN.read_text("utf-8"))
    assert said.stdout.split() == [golden[name] for name in names], said.stderr


def told(names: list[str]) -> None:
    """Print the digests of the worlds of some names."""
    for name in names:
        print(build_world(specs()[name], seed=2026).digest)


def write() -> None:
    """Make the worlds and write down their digests."""
    digests = {name: build_world(spec, seed=2026).digest for name, spec in specs().items()}
    GOLDEN.write_text(json.dumps(digests, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    write()
