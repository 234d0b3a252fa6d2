"""Container: named fields and arrays <-> bytes, versioned, self-describing, checksummed; docs/g3world.md says how.

What it reads may be damaged or hostile: every size is checked against a limit before anything is reserved for it.
"""

import hashlib
import json
import math
import struct
import zlib
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

MAGIC = b"\x89G3W\r\n\x1a\n"  # not text: a transfer that rewrites line ends is seen
VERSION = 1
MAX_FILE_BYTES = 64 << 20
MAX_HEADER_BYTES = 256 << 10
MAX_ARRAY_BYTES = 64 << 20  # of all arrays together, inflated
MAX_ARRAYS = 64
MAX_AXES = 4
DTYPES = ("uint8", "int8", "int16", "int32", "int64", "uint32", "uint64", "float32", "float64")

_PREFIX = struct.Struct("<8sIIQI")  # magic, version, bytes of the header, bytes of the file, CRC-32 of these
_SEAL_BYTES = hashlib.sha256().digest_size
LEAST_BYTES = _PREFIX.size + _SEAL_BYTES
_DEFLATE = -15  # zlib's wbits for deflate without a frame: the table has lengths and checksums of its own


FAULTS = {
    "foreign": "is of a foreign kind",
    "newer": "has a newer version of the format",
    "older": "has an older version of the format",
    "truncated": "was truncated",
    "altered": "was altered",
    "oversized": "is oversized",
    "malformed": "is malformed",
}


class ContainerError(ValueError):
    """Bytes are no container that can be read. fault: one of FAULTS; the message begins with its predicate."""

    def __init__(self, fault: str, detail: str):
        super().__init__(f"{FAULTS[fault]}: {detail}")
        self.fault = fault


class Entry(NamedTuple):
    """A line of the table of arrays: where one lies among the sections, and what comes out of it."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    packed_bytes: int
    raw_bytes: int
    crc: int


def pack(fields: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> bytes:
    """A container of what JSON can say and of arrays; ValueError where it would be too large to be read again."""
    sections, table = [], []
    for name, array in arrays.items():
        if array.dtype.name not in DTYPES:
            raise ValueError(f"The array {name!r} has dtype {array.dtype}; a container holds {', '.join(DTYPES)}.")
        raw = np.ascontiguousarray(array, array.dtype.newbyteorder("<")).tobytes()
        deflate = zlib.compressobj(6, zlib.DEFLATED, _DEFLATE)
        sections.append(deflate.compress(raw) + deflate.flush())
        table.append(Entry(name, array.dtype.name, array.shape, len(sections[-1]), len(raw), zlib.crc32(raw)))
    described = {"fields": fields, "arrays": [entry._asdict() for entry in table]}
    header = json.dumps(described, sort_keys=True, separators=(",", ":"), allow_nan=False).encode("ascii")
    size = LEAST_BYTES + len(header) + sum(map(len, sections))
    for what, number, limit in (
        ("arrays", len(table), MAX_ARRAYS),
        ("axes of an array", max((len(entry.shape) for entry in table), default=0), MAX_AXES),
        ("bytes of arrays", sum(entry.raw_bytes for entry in table), MAX_ARRAY_BYTES),
        ("bytes of header", len(header), MAX_HEADER_BYTES),
        ("bytes", size, MAX_FILE_BYTES),
    ):
        if number > limit:
            raise ValueError(f"A container has at most {limit} {what}; this one would have {number}.")
    unsealed = b"".join([_prefix(VERSION, len(header), size), header, *sections])
    return unsealed + hashlib.sha256(unsealed).digest()


def unpack(data: bytes) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """(fields, arrays) of a container's bytes, the arrays read-only; ContainerError where they are none."""
    fields, table, sections = _opened(data)
    return fields, dict(_inflated(table, sections))


def unpack_fields(data: bytes) -> dict[str, Any]:
    """The fields alone of a container's bytes, without the cost of the arrays; ContainerError as of `unpack`."""
    return _opened(data)[0]


def _opened(data: bytes) -> tuple[dict[str, Any], list[Entry], memoryview]:
    """Fields, table of arrays and sections, once the seal is known to fit."""
    header_bytes = check_prefix(data, len(data))
    body, seal = memoryview(data)[:-_SEAL_BYTES], data[-_SEAL_BYTES:]
    if hashlib.sha256(body).digest() != seal:
        raise ContainerError("altered", "its SHA-256 does not fit")
    fields, table = _read_header(bytes(body[_PREFIX.size : _PREFIX.size + header_bytes]))
    sections = body[_PREFIX.size + header_bytes :]
    if sum(entry.packed_bytes for entry in table) != len(sections):
        raise ContainerError("malformed", "its table of arrays does not cover its sections")
    return fields, table, sections


def check_prefix(start: bytes, file_bytes: int) -> int:
    """How many bytes the header has, from a file's first bytes and its size; ContainerError where it cannot be read."""
    if not start.startswith(MAGIC[: len(start)]):
        raise ContainerError("foreign", "it does not begin as a container of this project does")
    if min(len(start), file_bytes) < _PREFIX.size:
        raise ContainerError("truncated", f"it has {file_bytes} bytes, fewer than the smallest")
    _, version, header_bytes, declared, crc = _PREFIX.unpack_from(start)
    if zlib.crc32(start[: _PREFIX.size - 4]) != crc:
        raise ContainerError("altered", "the checksum of its first bytes does not fit")
    if version != VERSION:
        raise ContainerError("newer" if version > VERSION else "older", f"{version}, not {VERSION}")
    if declared > MAX_FILE_BYTES or header_bytes > MAX_HEADER_BYTES:
        raise ContainerError(
            "oversized",
            f"it declares {declared} bytes with a header of {header_bytes}; "
            f"at most {MAX_FILE_BYTES} and {MAX_HEADER_BYTES} are read",
        )
    if declared < LEAST_BYTES + header_bytes:
        raise ContainerError("malformed", f"a header of {header_bytes} bytes does not fit into {declared}")
    if file_bytes < declared:
        raise ContainerError("truncated", f"{file_bytes} bytes of {declared} are there")
    if file_bytes > declared:
        raise ContainerError("altered", f"it has {file_bytes} bytes, {file_bytes - declared} more than it declares")
    return header_bytes


def _prefix(version: int, header_bytes: int, file_bytes: int) -> bytes:
    unsigned = _PREFIX.pack(MAGIC, version, header_bytes, file_bytes, 0)[:-4]
    return unsigned + struct.pack("<I", zlib.crc32(unsigned))


def _read_header(text: bytes) -> tuple[dict[str, Any], list[Entry]]:
    try:
        header = json.loads(text.decode("ascii"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as failure:
        raise ContainerError("malformed", f"its header is not JSON ({failure})") from failure
    if not isinstance(header, dict) or set(header) != {"fields", "arrays"}:
        raise ContainerError("malformed", "its header has not just 'fields' and 'arrays'")
    fields, lines = header["fields"], header["arrays"]
    if not isinstance(fields, dict) or not isinstance(lines, list):
        raise ContainerError("malformed", "'fields' and 'arrays' of its header are not an object and a list")
    if len(lines) > MAX_ARRAYS:
        raise ContainerError("oversized", f"it declares {len(lines)} arrays; at most {MAX_ARRAYS} are read")
    table = [_read_entry(line) for line in lines]
    if len({entry.name for entry in table}) < len(table):
        raise ContainerError("malformed", "two of its arrays have one name")
    total = sum(entry.raw_bytes for entry in table)
    if total > MAX_ARRAY_BYTES:
        raise ContainerError("oversized", f"its arrays declare {total} bytes; at most {MAX_ARRAY_BYTES} are read")
    return fields, table


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")


def _read_entry(line: Any) -> Entry:
    """A line of the table, every number of which can be trusted to be one and to fit the others."""
    if not isinstance(line, dict) or set(line) != set(Entry._fields):
        raise ContainerError("malformed", f"an array is described by {', '.join(Entry._fields)}")
    entry = Entry(**line)
    shape = entry.shape
    numbers = (entry.packed_bytes, entry.raw_bytes, entry.crc, *(shape if isinstance(shape, list) else [None]))
    if (
        not isinstance(entry.name, str)
        or entry.dtype not in DTYPES
        or any(type(number) is not int or not 0 <= number < 2**63 for number in numbers)
        or len(shape) > MAX_AXES
        or math.prod(shape) * np.dtype(entry.dtype).itemsize != entry.raw_bytes
        or max(shape, default=0) > MAX_ARRAY_BYTES  # beside an axis of 0
    ):
        raise ContainerError("malformed", f"an array is described as {str(line)[:200]}")
    return entry._replace(shape=tuple(shape))


def _inflated(table: list[Entry], sections: memoryview) -> Iterator[tuple[str, np.ndarray]]:
    """(name, array) of every line. Never inflates more than a line says."""
    start = 0
    for entry in table:
        inflate = zlib.decompressobj(_DEFLATE)
        try:  # one byte more, so that an end too late is seen; 0 would mean without limit
            raw = inflate.decompress(sections[start : start + entry.packed_bytes], entry.raw_bytes + 1)
        except zlib.error as failure:
            raise ContainerError("altered", f"its array {entry.name!r} cannot be inflated ({failure})") from failure
        whole = inflate.eof and not inflate.unused_data and len(raw) == entry.raw_bytes
        if not whole or zlib.crc32(raw) != entry.crc:
            raise ContainerError("altered", f"its array {entry.name!r} has another length or checksum")
        dtype = np.dtype(entry.dtype)
        array = np.frombuffer(raw, dtype.newbyteorder("<")).reshape(entry.shape)
        yield entry.name, array.astype(dtype, copy=False)
        start += entry.packed_bytes
