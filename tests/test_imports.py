"""Imports flow one way, as the design draws them: read from the source of every module."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("genie3_env", "sima_jax", "experiments", "tests")

# What no module of a package may import: {package: names}.
FORBIDDEN = {
    "genie3_env": {"jax", "jaxlib", "flax", "optax", "chex", "orbax", "sima_jax", "experiments", "tests"},
    "sima_jax": {"genie3_env", "experiments", "absl", "ml_collections", "tests"},
    "experiments": {"tests"},
}

# Parts of a package from the lowest level to the highest; each imports from lower levels only, never from its own.
LEVELS = {
    "genie3_env": (
        {"types", "materials", "trigonometry", "motion", "checks", "container", "command"},
        {"prompt"},
        {"world"},
        {"world_file"},
        {"sim", "render", "tasks"},
        {"worldgen"},
        {"infos", "instruction_split", "slices", "spaces", "streams"},
        {"pool"},
        {"env"},
        {"uri", "generate", "show"},
        {"bridge", "play", "record"},
    ),
    "sima_jax": (
        {"types", "config", "tokens", "wordpieces", "distributions", "sharding", "weight_files", "processes"},
        {"networks", "losses", "costs", "weight_layouts"},
        {"learner"},
        {"checkpoint", "metrics", "pretrained"},
    ),
}

SAYS_NOTHING = {"util", "utils", "common", "helper", "helpers", "misc", "tools"}


def modules_of(package: str) -> Iterator[tuple[str, str]]:
    """(dotted name, source) of every module."""
    for path in sorted((ROOT / package).rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path.read_text("utf-8")


def imports_of(source: str) -> set[str]:
    """Every name imported anywhere in the source, dotted: `from a.b import c` imports a.b.c."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"relative import in line {node.lineno}; write the whole name"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def level_of(package: str, part: str) -> int:
    for level, parts in enumerate(LEVELS[package]):
        if part in parts:
            return level
    raise AssertionError(f"{package}.{part} is new: give it a level in {Path(__file__).name}")


def test_imports_are_found_wherever_they_stand():
    source = "import a.b as x\nfrom c.d import e, f\ndef late():\n    if True:\n        import g\n"
    assert imports_of(source) == {"a.b", "c.d.e", "c.d.f", "g"}
    with pytest.raises(AssertionError, match="relative import in line 1"):
        imports_of("from . import a")


@pytest.mark.parametrize("package", PACKAGES)
def test_every_package_has_modules_to_check(package):
    assert len(dict(modules_of(package))) > 5


@pytest.mark.parametrize("package", FORBIDDEN)
def test_no_package_imports_what_it_must_not_know(package):
    wrong = {
        (module, name)
        for module, source in modules_of(package)
        for name in imports_of(source)
        if name.split(".")[0] in FORBIDDEN[package]
    }
    assert not wrong


def test_only_the_networks_import_linen():
    users = {
        module
        for package in PACKAGES
        for module, source in modules_of(package)
        for name in imports_of(source)
        if name.startswith("flax.linen")
    }
    assert users
    assert all(module.startswith(("sima_jax.networks.", "tests.sima_jax.networks.")) for module in users), users


@pytest.mark.parametrize("package", LEVELS)
def test_arrows_run_down(package):
    for module, source in modules_of(package):
        if module == package:  # the door: it names what the package offers, and loads it when asked
            continue
        part = module.split(".")[1]
        for name in imports_of(source):
            top, _, rest = name.partition(".")
            imported = rest.split(".")[0]
            if top == package and imported != part:
                assert level_of(package, imported) < level_of(package, part), f"{module} imports {name}"


@pytest.mark.parametrize("package", PACKAGES)
def test_every_name_says_something(package):
    for module, _ in modules_of(package):
        assert not SAYS_NOTHING & set(module.split(".")), f"{module}: give it a noun of the field"


@pytest.mark.parametrize(
    "statement, absent",
    [
        ("import genie3_env", ("jax", "flax", "numba")),
        ("import genie3_env.types", ("jax", "flax", "numba")),
        ("import genie3_env.generate, genie3_env.show, genie3_env.uri", ("jax", "flax", "absl", "sima_jax")),
        ("import genie3_env.pool", ("jax", "flax", "sima_jax")),
        ("import experiments.plan", ("jax", "flax")),
        ("import experiments.train", ("jax", "flax")),  # mistakes are told before the seconds that JAX takes to load
    ],
)
def test_what_an_import_does_not_load(statement, absent):
    code = f"import sys; {statement}; print([name for name in {absent!r} if name in sys.modules])"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=120)
    assert (said.returncode, said.stdout) == (0, "[]\n"), said.stderr
