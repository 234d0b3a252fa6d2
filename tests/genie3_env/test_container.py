"""Container: bytes worked by hand, what comes back, what is refused and at what cost."""

import hashlib
import json
import struct
import tracemalloc
import zlib

import numpy as np
import pytest

from genie3_env.container import (
    MAGIC,
    MAX_ARRAY_BYTES,
    MAX_FILE_BYTES,
    VERSION,
    ContainerError,
    pack,
    unpack,
    unpack_fields,
)

LINE = {"crc": zlib.crc32(b"\x07"), "dtype": "uint8", "name": "a", "packed_bytes": 3, "raw_bytes": 1, "shape": [1]}
STORED = zlib.compress(b"\x07", 6)[2:-4]  # deflate without zlib's frame


def sealed(
    header: bytes | dict, sections: bytes = STORED, version: int = VERSION, declared: int | None = None
) -> bytes:
    """A container with checksums that fit, whatever it says."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    size = 28 + len(text) + len(sections) + 32 if declared is None else declared
    start = struct.pack("<8sIIQ", MAGIC, version, len(text), size)
    body = start + struct.pack("<I", zlib.crc32(start)) + text + sections
    return body + hashlib.sha256(body).digest()


def test_bytes_worked_by_hand():
    data = pack({"n": 1}, {"a": np.array([7], np.uint8)})
    header = (
        b'{"arrays":[{"crc":%d,"dtype":"uint8","name":"a","packed_bytes":3,"raw_bytes":1,"shape":[1]}],"fields":{"n":1}}'
        % LINE["crc"]
    )
    assert len(STORED) == 3
    assert data[:12] == b"\x89G3W\r\n\x1a\n\x01\x00\x00\x00"
    assert struct.unpack("<IQ", data[12:24]) == (len(header), len(data)) == (len(header), 28 + len(header) + 3 + 32)
    assert data[28 : 28 + len(header)] == header
    assert data[-35:-32] == STORED
    assert data == sealed(header)


def test_what_went_in_comes_out():
    rng = np.random.default_rng(0)
    arrays = {
        "grid": rng.integers(0, 3, (5, 4, 3)).astype(np.uint8),
        "turned": np.arange(12, dtype=np.int32).reshape(3, 4).T,
        "metres": np.array([0.1, np.inf, -0.0], np.float32),
        "none": np.empty((0, 3), np.float64),
        "scalar": np.array(2**63, np.uint64),
    }
    fields = {"name": "\u4e00\U0001f3f0", "list": [1, None, True, 0.1], "deep": {"a": {}}}
    found, back = unpack(pack(fields, arrays))
    assert found == fields == unpack_fields(pack(fields, arrays))
    assert list(back) == list(arrays)
    for name, array in arrays.items():
        assert (back[name].dtype, back[name].shape) == (array.dtype, array.shape)
        assert back[name].tobytes() == array.tobytes() and not back[name].flags.writeable


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"a": np.array([True])}, "dtype bool; a container holds uint8"),
        ({"a": np.zeros((1,) * 5, np.uint8)}, "at most 4 axes of an array; this one would have 5"),
        ({str(i): np.zeros(0, np.uint8) for i in range(65)}, "at most 64 arrays"),
        ({"a": np.zeros(MAX_ARRAY_BYTES // 8 + 1)}, "at most 67108864 bytes of arrays"),
    ],
)
def test_what_could_not_be_read_again_is_not_written(arrays, message):
    with pytest.raises(ValueError, match=message):
        pack({}, arrays)
    with pytest.raises(ValueError, match="bytes of header"):
        pack({"long": "x" * 300_000}, {})


def test_each_fault_has_its_name():
    good = pack({"n": 1}, {"a": np.arange(100)})
    cases = {
        "truncated": [b"", good[:5], good[:27], good[:40], good[:-1]],
        "foreign": [b"PK\x03\x04" + good, b"\x89PNG\r\n\x1a\n" + bytes(100), good.replace(b"\r\n", b"\n")],
        "altered": [good + b"\0", good[:-1] + b"\0", good[:60] + b"#" + good[61:], good[:9] + b"\1" + good[10:]],
        "newer": [sealed({}, version=2), sealed(b"", version=2**32 - 1)],
        "older": [sealed({}, version=0)],
        "oversized": [sealed({}, declared=MAX_FILE_BYTES + 1), sealed(b" " * 300_000)],
    }
    for fault, all_data in cases.items():
        for data in all_data:
            with pytest.raises(ContainerError) as caught:
                unpack(data)
            assert caught.value.fault == fault, caught.value


def lines(**changes) -> dict:
    return {"fields": {}, "arrays": [LINE | changes]}


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"{",
        b"\xff",
        b"NaN",
        b"[" * 100_000,
        b"9" * 5000,
        [],
        {"fields": {}},
        {"fields": [], "arrays": []},
        {"fields": {}, "arrays": {}},
        {"fields": {}, "arrays": [LINE], "more": 1},
        {"fields": {}, "arrays": [7]},
        {"fields": {}, "arrays": []},
        {"fields": {}, "arrays": [LINE, LINE | {"packed_bytes": 0}]},
        lines(name=3),
        lines(dtype="object"),
        lines(dtype=["uint8"]),
        lines(shape=[2]),
        lines(shape=[-1, -1]),
        lines(shape=[1.0]),
        lines(shape=[True]),
        lines(shape="1"),
        lines(shape=1),
        lines(shape=[1] * 5),
        lines(shape=[0, 2**62], raw_bytes=0),
        lines(shape=[2**62], raw_bytes=2**62 * 8, dtype="int64"),
        lines(packed_bytes=4),
        lines(packed_bytes=-1),
        lines(crc=None),
        lines(extra=0),
    ],
)
def test_a_sealed_container_that_makes_no_sense_is_malformed(header):
    data = sealed(header if isinstance(header, bytes) else json.dumps(header).encode())
    with pytest.raises(ContainerError) as caught:
        unpack(data)
    assert caught.value.fault == "malformed"


def test_sections_that_are_not_what_the_table_says_are_altered():
    longer, shorter = zlib.compress(bytes(9), 6)[2:-4], zlib.compress(b"", 6)[2:-4]
    for section in (longer, shorter, STORED[:-1], STORED + b"\0", b"\xff\xff\xff"):
        with pytest.raises(ContainerError, match="array 'a'") as caught:
            unpack(sealed(lines(packed_bytes=len(section)), section))
        assert caught.value.fault == "altered"
    with pytest.raises(ContainerError, match="checksum"):
        unpack(sealed(lines(crc=1)))


def test_a_hostile_container_costs_no_memory():
    """A bomb, which inflates to a thousand times its size, and tables that declare too much."""
    bomb = zlib.compress(bytes(MAX_ARRAY_BYTES), 9)[2:-4]
    huge = MAX_ARRAY_BYTES + 1
    half = MAX_ARRAY_BYTES // 2 + 1
    hostile = [
        sealed(lines(packed_bytes=len(bomb)), bomb),
        sealed(lines(packed_bytes=len(bomb), raw_bytes=huge, shape=[huge]), bomb),
        sealed({"fields": {}, "arrays": [LINE | {"name": n, "raw_bytes": half, "shape": [half]} for n in "ab"]}),
        sealed({"fields": {}, "arrays": [{}] * 65}),
    ]
    tracemalloc.start()
    for data in hostile:
        with pytest.raises(ContainerError):
            unpack(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1 << 20, peak
