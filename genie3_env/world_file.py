"""World <-> *.g3world files: which fields a file has, and what has to hold of them; docs/g3world.md says how they lie.

X, Y, Z: voxels along each axis. F: flags. C: standable cells. S: spawn cells. K: coins. L: levers and keys. P: lifts.
G: goals that are proven, T: environment steps of all proofs.
"""

import contextlib
import json
import os
import stat
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, get_type_hints

import numpy as np

from genie3_env.container import (
    LEAST_BYTES,
    MAX_FILE_BYTES,
    ContainerError,
    check_prefix,
    pack,
    unpack,
    unpack_fields,
)
from genie3_env.materials import MATERIALS, NUM_MATERIALS
from genie3_env.prompt.spec import HOURS, THEMES, WEATHERS, WorldSpec
from genie3_env.types import MAX_COINS, MAX_FLAGS, MAX_TRIGGERS
from genie3_env.world import FLAG_COLOURS, VOID, Landmark, World

SUFFIX = ".g3world"
MAX_SIDE = 512  # voxels along one axis
MAX_VOXELS = 1 << 24
MAX_LIFTS = 64
MAX_PERIOD = 100_000  # physics steps of a lift; above any coordinate too
MAX_PROOF = 100_000  # environment steps
WAY_OUT = {
    "foreign": f"Name a {SUFFIX} file; `python -m genie3_env.generate` writes some.",
    "newer": "Update genie3_env to load it.",
    "older": "Make it again (python -m genie3_env.generate) from its sentence and seed.",
    "truncated": "Copy it once more, or make it again (python -m genie3_env.generate).",
    "altered": "Take an unchanged copy, or make it again (python -m genie3_env.generate).",
    "oversized": "It is no world that genie3_env has written; do not trust where it came from.",
    "malformed": "It is no world that this version of genie3_env has written; make it again with this one.",
}


class WorldFileError(ValueError):
    """A file holds no world that can be loaded. fault: one of container.FAULTS."""

    def __init__(self, name: str, failure: ContainerError):
        super().__init__(f"{name} {failure}. {WAY_OUT[failure.fault]}")
        self.fault = failure.fault


class Scalar(NamedTuple):
    """A field that JSON can say. kind: its Python type; dump, load: where JSON says it differently."""

    name: str
    kind: type
    dump: Callable[[Any], Any] = lambda value: value
    load: Callable[[Any], Any] = lambda value: value


class Array(NamedTuple):
    """An array. axes: a letter for each axis, the same size wherever it stands; a digit is a fixed size."""

    name: str
    dtype: str
    axes: str


def rows(name: str, kind: type) -> Scalar:
    """A field that is a tuple of NamedTuples."""
    types = tuple(get_type_hints(kind).values())

    def load(lines: list) -> tuple:
        if not all(isinstance(line, list) and tuple(map(type, line)) == types for line in lines):
            raise ValueError(f"{name} are not rows of {', '.join(kind._fields)}")  # pyright: ignore
        return tuple(kind(*line) for line in lines)

    return Scalar(name, list, lambda values: [list(value) for value in values], load)


# What a file holds of a world: a line for each field. Who adds one gives container.VERSION a new number.
FIELDS: tuple[Scalar | Array, ...] = (
    Scalar("spec", dict, lambda spec: json.loads(spec.to_json()), WorldSpec.from_dict),
    Scalar("seed", int),
    Scalar("hour", str),
    Scalar("ground_m", int),
    Scalar("weather", str),
    Scalar("ground", str),
    rows("landmarks", Landmark),
    Scalar("num_goals", int),
    Scalar("num_coins", int),
    Array("voxels", "uint8", "XYZ"),
    Array("flag_positions_m", "float64", "F3"),
    Array("flag_colours", "int32", "F"),
    Array("cells", "int32", "C3"),
    Array("flag_distances_m", "float32", "FC"),
    Array("spawns", "int32", "S"),
    Array("coin_positions_m", "float64", "K3"),
    Array("coin_colours", "int32", "K"),
    Array("coin_distances_m", "float32", "KC"),
    Array("trigger_positions_m", "float64", "L3"),
    Array("trigger_is_key", "uint8", "L"),
    Array("trigger_distances_m", "float32", "LC"),
    Array("gates", "int32", "L6"),
    Array("lifts", "float64", "P9"),
    Array("proof_starts", "int32", "G"),
    Array("proof_lengths", "int32", "G"),
    Array("proof_actions", "int8", "T8"),
)
DERIVED = ("cell_index",)  # from cells
GROUNDS = (VOID, *(material.name for material in MATERIALS))


def save_world(world: World, path: str | os.PathLike[str]) -> Path:
    """Write `world` to a file, all of it or nothing: a file that stood there stays until the new one is whole.

    Returns the path. ValueError where the world is not one that could be loaded again.
    """
    target = Path(path)
    data = world_to_bytes(world)
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.{threading.get_ident()}")
    try:
        with open(unfinished, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, target)
    except BaseException:
        with contextlib.suppress(OSError):
            unfinished.unlink()
        raise
    return target


def load_world(path: str | os.PathLike[str]) -> World:
    """The world that a file holds; WorldFileError says what is wrong with one that holds none."""
    with _named(path):
        return _world_of(*unpack(_read(Path(path))))


def saved_origin(path: str | os.PathLike[str]) -> tuple[WorldSpec, int]:
    """(spec, seed) of a saved world, without loading it; WorldFileError as of `load_world`."""
    with _named(path):
        fields = unpack_fields(_read(Path(path)))
        by_name = {field.name: field for field in FIELDS if isinstance(field, Scalar)}
        return _loaded(by_name["spec"], fields), _loaded(by_name["seed"], fields)


def world_to_bytes(world: World) -> bytes:
    """What a file of `world` holds: the same bytes for the same world and the same version of zlib."""
    _check(world)
    fields = {field.name: field.dump(getattr(world, field.name)) for field in FIELDS if isinstance(field, Scalar)}
    arrays = {field.name: getattr(world, field.name) for field in FIELDS if isinstance(field, Array)}
    return pack({**fields, "digest": world.digest}, arrays)


def world_from_bytes(data: bytes, name: str = "the data") -> World:
    """The world in what `world_to_bytes` gave; WorldFileError calls the bytes by `name`."""
    with _named(name):
        return _world_of(*unpack(data))


@contextlib.contextmanager
def _named(path: str | os.PathLike[str]) -> Iterator[None]:
    try:
        yield
    except ContainerError as failure:
        raise WorldFileError(os.fspath(path), failure) from failure


def _read(path: Path) -> bytes:
    """All bytes of a file that can be a container, judged by its beginning."""
    if not stat.S_ISREG(path.stat().st_mode):  # opening a pipe would wait for ever
        raise ContainerError("foreign", "it is no file")
    with open(path, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        check_prefix(file.read(LEAST_BYTES), size)
        file.seek(0)
        return file.read(min(size, MAX_FILE_BYTES))


def _world_of(fields: dict[str, Any], arrays: dict[str, np.ndarray]) -> World:
    """The world of a container's fields and arrays; ContainerError where they are not one."""
    known = {"digest"} | {field.name for field in FIELDS}
    for name in (*fields, *arrays):
        if name not in known:
            raise ContainerError("malformed", f"its section {name!r} is unknown")
    sizes: dict[str, int] = {}
    values: dict[str, Any] = {
        field.name: _loaded(field, fields) if isinstance(field, Scalar) else _fitting(field, arrays, sizes)
        for field in FIELDS
    }
    try:
        world = World(**values, cell_index=_cell_index(values["voxels"], values["cells"]))
        _check(world)
    except ValueError as failure:
        raise ContainerError("malformed", f"{failure}") from failure
    if world.digest != fields.get("digest"):
        raise ContainerError("altered", "the world in it has another digest than was saved")
    return world


def _loaded(field: Scalar, fields: dict[str, Any]) -> Any:
    if field.name not in fields:
        raise ContainerError("malformed", f"its section {field.name!r} is missing")
    value = fields[field.name]
    if type(value) is not field.kind:
        raise ContainerError("malformed", f"its {field.name} is a {type(value).__name__}, not a {field.kind.__name__}")
    try:
        return field.load(value)
    except ValueError as failure:
        raise ContainerError("malformed", f"{failure}") from failure


def _fitting(field: Array, arrays: dict[str, np.ndarray], sizes: dict[str, int]) -> np.ndarray:
    """The array of a field, if its dtype is right and its axes have the sizes that others gave them."""
    if field.name not in arrays:
        raise ContainerError("malformed", f"its section {field.name!r} is missing")
    array = arrays[field.name]
    wanted = [int(axis) if axis.isdecimal() else sizes.get(axis) for axis in field.axes]
    fits = len(array.shape) == len(wanted) and all(a in (b, None) for b, a in zip(array.shape, wanted, strict=True))
    if array.dtype.name != field.dtype or not fits:
        raise ContainerError(
            "malformed",
            f"its {field.name} are {array.dtype} {list(array.shape)}, not {field.dtype} [{', '.join(field.axes)}]",
        )
    sizes.update(zip(field.axes, array.shape, strict=True))
    return array


def _cell_index(voxels: np.ndarray, cells: np.ndarray) -> np.ndarray:
    """int32 [X, Y, Z] number of each of cells [C, 3], else -1; ValueError where one is outside or two are one."""
    shape = voxels.shape
    if not 0 < min(shape) <= max(shape) <= MAX_SIDE or voxels.size > MAX_VOXELS:
        raise ValueError(f"a grid of {shape} voxels; each side has 1 to {MAX_SIDE}, all have at most {MAX_VOXELS}")
    if len(cells) and not (cells.min() >= 0 and (cells < shape).all()):
        raise ValueError("cells lie outside of the grid")
    index = np.full(shape, -1, np.int32)
    number = np.arange(len(cells), dtype=np.int32)
    index[tuple(cells.T)] = number
    if (index[tuple(cells.T)] != number).any():
        raise ValueError("two cells are the same")
    return index


def _check(world: World) -> None:
    """ValueError where the fields of a world contradict each other or what physics and renderer rely on."""
    goals = max(len(world.flag_colours), len(set(world.coin_colours.tolist())))
    for holds, otherwise in (
        (world.spec.theme in THEMES, f"its theme is {world.spec.theme!r}"),
        (world.hour in HOURS, f"its hour is {world.hour!r}"),
        (world.weather in WEATHERS, f"its weather is {world.weather!r}"),
        (world.ground in GROUNDS, f"its ground is {world.ground!r}"),
        (0 <= world.seed < 2**63, f"its seed is {world.seed}"),
        (0 <= world.ground_m <= world.voxels.shape[2], f"its ground_m is {world.ground_m}"),
        (len(world.flag_colours) <= MAX_FLAGS and 0 <= world.num_goals <= goals, "it has too many flags or goals"),
        (0 <= world.num_coins <= len(world.coin_colours) <= MAX_COINS, "it has too many coins"),
        (len(world.trigger_is_key) <= MAX_TRIGGERS, "it has too many levers and keys"),
        (len(world.lifts) <= MAX_LIFTS, "it has too many lifts"),
        (_within(world.coin_colours, len(FLAG_COLOURS)), "a coin has an unknown colour"),
        (_within(world.trigger_is_key, 2), "something is neither lever nor key"),
        (_are_blocks(world.gates, world.voxels.shape), "a gate is no block of the grid"),
        (_within(world.lifts, MAX_PERIOD) and (world.lifts[:, 8] >= 2).all(), "a lift moves beyond measure"),
        (_within(world.proof_starts, len(world.cells)), "a proof begins in no cell"),
        (_within(world.proof_lengths, MAX_PROOF + 1), "a proof is longer than any can be"),
        (
            world.proof_lengths.sum() == len(world.proof_actions),
            "the lengths of the proofs are not those of their inputs",
        ),
        (_within(world.coin_distances_m, np.inf), "a distance is less than nothing, or no number"),
        (_within(world.trigger_distances_m, np.inf), "a distance is less than nothing, or no number"),
        (_within(world.voxels, NUM_MATERIALS), "a voxel is of an unknown material"),
        (_within(world.flag_colours, len(FLAG_COLOURS)), "a flag has an unknown colour"),
        (_within(world.spawns, len(world.cells)), "a spawn is no cell"),
        (_within(world.flag_distances_m, np.inf), "a distance is less than nothing, or no number"),
    ):
        if not holds:
            raise ValueError(otherwise)
    for name in ("flag", "coin", "trigger"):
        points = getattr(world, f"{name}_positions_m")
        if not _within(points, MAX_SIDE):
            raise ValueError(f"a {name} lies outside of the grid")
        feet = points.astype(np.int64)
        if (feet >= world.voxels.shape).any() or (world.cell_index[tuple(feet.T)] < 0).any():
            raise ValueError(f"a {name} stands where nobody can")


def _are_blocks(blocks: np.ndarray, shape: tuple[int, ...]) -> bool:
    """Whether all of blocks int [n, 6], low and high voxel, are blocks of a grid."""
    low, high = blocks[:, :3], blocks[:, 3:]
    return bool((low >= 0).all() and (low < high).all() and (high <= shape).all())


def _within(array: np.ndarray, limit: float) -> bool:
    """Whether all of an array lies from 0 up to a limit, which only inf may reach."""
    return not array.size or bool(array.min() >= 0 and (array.max() < limit or limit == np.inf))
