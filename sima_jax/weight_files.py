"""Files of weights as others publish them: what is in them at once, what the tensors hold one by one.

A safetensors file is its header's length (8 bytes, little endian), the header (JSON: name -> dtype, shape, offsets) and
the data, without holes. An npz file is a zip of npy files.
"""

import json
import math
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeGuard

import jax.numpy as jnp
import numpy as np

HEADER_LIMIT = 16 * 2**20  # bytes; the header of a model of a thousand tensors has a hundredth of it
SINGLE, INDEX = "model.safetensors", "model.safetensors.index.json"
_BFLOAT16 = np.dtype(jnp.bfloat16)
_READ = {"F32": np.dtype("<f4"), "F16": np.dtype("<f2"), "BF16": _BFLOAT16}
# Bytes of what may lie beside weights: no weight is read from it.
_BESIDE = {"BOOL": 1, "U8": 1, "I8": 1, "F8_E4M3": 1, "F8_E5M2": 1, "I16": 2, "U16": 2, "I32": 4, "U32": 4}
_BYTES = {name: dtype.itemsize for name, dtype in _READ.items()} | _BESIDE | {"F64": 8, "I64": 8, "U64": 8}
_ZIP = b"PK\x03\x04"
_BROKEN_ZIP = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)


@dataclass(frozen=True)
class Tensor:
    """An array of a file. Its dtype is the file's name for it."""

    shape: tuple[int, ...]
    dtype: str
    read: Callable[[], np.ndarray]  # float32, float16 or bfloat16; ValueError where the file holds anything else


def open_weights(path: Path | str) -> dict[str, Tensor]:
    """Name -> Tensor of a safetensors or npz file, an index of shards, or a folder with one of the published names.

    Safetensors are mapped into memory, not read. ValueError where a file is missing, cut off or damaged.
    """
    path = Path(path)
    if path.is_dir():
        found = next((path / name for name in (SINGLE, INDEX) if (path / name).is_file()), None)
        if found is None:
            raise ValueError(f"Folder {str(path)!r} holds neither {SINGLE} nor {INDEX}; name the file of the weights.")
        path = found
    if not path.is_file():
        raise ValueError(f"Weights {str(path)!r} do not exist; give the path of a safetensors or npz file.")
    if path.name.endswith(".index.json"):
        return _shards(path)
    with path.open("rb") as file:
        start = file.read(len(_ZIP))
    return _npz(path) if start == _ZIP else _safetensors(path)


def _broken(path: Path, why: str) -> ValueError:
    return ValueError(f"Weights {str(path)!r} cannot be read: {why}. Download or convert them again.")


def _safetensors(path: Path) -> dict[str, Tensor]:
    size = path.stat().st_size
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if size < 8 or length > HEADER_LIMIT:
            wanted = f"a header of at most {HEADER_LIMIT} bytes, as safetensors has"
            raise _broken(path, f"its {size} bytes do not begin with {wanted}")
        if 8 + length > size:
            raise _broken(path, f"cut off; its header has {length} bytes, the file only {size}")
        header = _json(path, file.read(length))
    header.pop("__metadata__", None)
    entries = {name: _entry(path, name, entry) for name, entry in header.items()}
    _check_offsets(path, {name: offsets for name, (_, _, offsets) in entries.items()}, size - 8 - length)
    data = np.memmap(path, np.uint8, "r", offset=8 + length) if size > 8 + length else np.empty(0, np.uint8)
    return {
        name: Tensor(shape, dtype, partial(_mapped, path, name, dtype, shape, data[slice(*offsets)]))
        for name, (dtype, shape, offsets) in entries.items()
    }


def _json(path: Path, text: bytes) -> dict[str, Any]:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) < len(pairs):
            raise ValueError("a name stands there twice")
        return dict(pairs)

    try:
        parsed = json.loads(text.decode("utf-8"), object_pairs_hook=once)
    except (ValueError, RecursionError) as error:
        raise _broken(path, f"what should be JSON is not ({error})") from error
    if not isinstance(parsed, dict):
        raise _broken(path, "what should be a JSON object is not")
    return parsed


def _entry(path: Path, name: str, entry: Any) -> tuple[str, tuple[int, ...], tuple[int, int]]:
    """dtype, shape and offsets of one tensor; they agree with each other."""

    def numbers(value: Any) -> TypeGuard[list[int]]:
        return isinstance(value, list) and all(type(number) is int and number >= 0 for number in value)

    described: dict[str, Any] = entry if isinstance(entry, dict) else {}
    dtype, shape, offsets = (described.get(part) for part in ("dtype", "shape", "data_offsets"))
    if not (isinstance(dtype, str) and numbers(shape) and numbers(offsets) and len(offsets) == 2):
        raise _broken(path, f"tensor {name!r} is described by {str(entry)[:200]}, not by dtype, shape and two offsets")
    if dtype not in _BYTES:
        raise _broken(path, f"tensor {name!r} has the unknown dtype {dtype!r} (known: {', '.join(_BYTES)})")
    (begin, end), needed = offsets, math.prod(shape) * _BYTES[dtype]
    if end - begin != needed:
        raise _broken(path, f"tensor {name!r}, {dtype} {tuple(shape)}, needs {needed} bytes, not offsets {begin}:{end}")
    return dtype, tuple(shape), (begin, end)


def _check_offsets(path: Path, offsets: dict[str, tuple[int, int]], size: int) -> None:
    """ValueError unless the tensors cover the data, `size` bytes, without a hole or an overlap."""
    reached, before = 0, "the header"
    for name, (begin, end) in sorted(offsets.items(), key=lambda item: item[1]):
        if end > size:
            raise _broken(path, f"cut off; tensor {name!r} ends at byte {end} of the data, which has {size}")
        if begin != reached:
            what = "overlaps" if begin < reached else "leaves a hole after"
            raise _broken(path, f"tensor {name!r}, bytes {begin}:{end}, {what} {before}, which ends at {reached}")
        reached, before = end, repr(name)
    if reached != size:
        raise _broken(path, f"{size - reached} bytes after its last tensor belong to none")


def _mapped(path: Path, name: str, dtype: str, shape: tuple[int, ...], data: np.ndarray) -> np.ndarray:
    if dtype not in _READ:
        raise ValueError(f"Tensor {name!r} of {str(path)!r} is {dtype}; weights are read from {', '.join(_READ)}.")
    return data.view(_READ[dtype]).reshape(shape)


def _shards(index: Path) -> dict[str, Tensor]:
    if index.stat().st_size > HEADER_LIMIT:
        raise _broken(index, f"an index has at most {HEADER_LIMIT} bytes, not {index.stat().st_size}")
    table = _json(index, index.read_bytes()).get("weight_map")
    if not isinstance(table, dict) or not all(isinstance(shard, str) for shard in table.values()):
        raise _broken(index, "it has no weight_map of tensor -> file")
    tensors: dict[str, Tensor] = {}
    for shard in sorted(set(table.values())):
        path = index.parent / shard
        if Path(shard).name != shard or not path.is_file():
            raise _broken(index, f"its shard {shard!r} is no file beside it")
        found = _safetensors(path)
        listed = {name for name, of in table.items() if of == shard}
        if listed != set(found):
            raise _broken(index, f"it and {shard} disagree about {', '.join(sorted(listed ^ set(found))[:5])}")
        tensors |= found
    return tensors


def _npz(path: Path) -> dict[str, Tensor]:
    tensors: dict[str, Tensor] = {}
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.namelist():
                name = member.removesuffix(".npy")
                if name == member or name in tensors:
                    raise ValueError(f"its member {member!r} is no npy file, or is there twice")
                with archive.open(member) as file:
                    header = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
                    shape, _, dtype = header[np.lib.format.read_magic(file)](file)
                if min(shape, default=0) < 0:
                    raise ValueError(f"its member {member!r} has the shape {shape}")
                tensors[name] = Tensor(shape, dtype.str, partial(_member, path, member))
    except (*_BROKEN_ZIP, KeyError) as error:
        raise _broken(path, str(error)) from error
    return tensors


def _member(path: Path, member: str) -> np.ndarray:
    try:
        with zipfile.ZipFile(path) as archive, archive.open(member) as file:
            array = np.lib.format.read_array(file, allow_pickle=False)
    except _BROKEN_ZIP as error:
        raise _broken(path, f"{member}: {error}") from error
    if array.dtype == np.dtype("V2"):  # NumPy's files have no name for bfloat16
        return array.view(_BFLOAT16)
    if array.dtype not in (np.float32, np.float16):
        raise ValueError(
            f"Tensor {member!r} of {str(path)!r} is {array.dtype}; weights are float32, float16, bfloat16."
        )
    return array
