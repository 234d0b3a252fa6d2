"""Files of weights: mapped, not read; and damaged ones are told apart from whole ones before anything is read."""

import json
import tracemalloc
import zipfile

import jax.numpy as jnp
import numpy as np
import pytest

from sima_jax.weight_files import HEADER_LIMIT, open_weights
from tests.sima_jax.weight_samples import safetensors, write, write_npz, write_safetensors, write_shards

TENSORS = {"a": np.arange(6, dtype=np.float32).reshape(2, 3), "b": np.array([1.5, -2.0], np.float16)}


def entry(dtype: str, shape: list, begin: int, end: int) -> dict:
    return {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}


def test_a_file_worked_by_hand(tmp_path):
    # Little endian: 1.0 in float32 is 00 00 80 3f, 2.0 is 00 00 00 40; 1.0 in bfloat16 is the upper half, 80 3f.
    header = b'{"x":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},'
    header += b'"y":{"dtype":"BF16","shape":[],"data_offsets":[8,10]}}'
    data = bytes.fromhex("0000803f 00000040 803f")
    path = tmp_path / "x.safetensors"
    path.write_bytes(bytes([len(header), 0, 0, 0, 0, 0, 0, 0]) + header + data)
    tensors = open_weights(path)
    assert {name: (tensor.dtype, tensor.shape) for name, tensor in tensors.items()} == {
        "x": ("F32", (1, 2)),
        "y": ("BF16", ()),
    }
    assert tensors["x"].read().tolist() == [[1.0, 2.0]]
    assert tensors["y"].read().dtype == jnp.bfloat16 and float(tensors["y"].read()) == 1.0


@pytest.mark.parametrize("save, name", [(write_safetensors, "x.safetensors"), (write_npz, "x.npz")])
def test_what_was_written_is_read(tmp_path, save, name):
    tensors = open_weights(save(tmp_path / name, TENSORS))
    assert tensors.keys() == TENSORS.keys()
    for key, expected in TENSORS.items():
        assert tensors[key].shape == expected.shape
        assert tensors[key].read().dtype == expected.dtype and np.array_equal(tensors[key].read(), expected)


def test_a_compressed_npz_and_one_of_bfloat16_are_read(tmp_path):
    half = np.array([1.0, -0.5], jnp.bfloat16)
    np.savez_compressed(tmp_path / "x.npz", **{"deep/name": TENSORS["a"], "half": half})
    tensors = open_weights(tmp_path / "x.npz")
    assert np.array_equal(tensors["deep/name"].read(), TENSORS["a"])
    assert tensors["half"].read().dtype == jnp.bfloat16 and tensors["half"].read().tolist() == [1.0, -0.5]


def test_safetensors_are_mapped_not_read(tmp_path):
    # 2 GiB of zeros that take no room on the disk; only the touched page may be read.
    size = 2**31
    path = write(tmp_path / "x.safetensors", {"x": entry("F32", [size // 4096, 1024], 0, size)}, b"")
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size + size)
    tracemalloc.start()
    values = open_weights(path)["x"].read()
    assert values.shape == (524288, 1024) and values[500000, 3] == 0.0
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2**20
    assert not values.flags.writeable


def test_a_folder_is_its_only_file_or_its_shards(tmp_path):
    index = write_shards(tmp_path, TENSORS, count=2)
    for path in (tmp_path, index):
        tensors = open_weights(path)
        assert tensors.keys() == TENSORS.keys() and np.array_equal(tensors["b"].read(), TENSORS["b"])
    write_safetensors(tmp_path / "model.safetensors", {"c": TENSORS["a"]})
    assert open_weights(tmp_path).keys() == {"c"}


def test_what_is_not_there_is_refused(tmp_path):
    with pytest.raises(
        ValueError, match=r"Folder .* holds neither model\.safetensors nor .*index\.json; name the file"
    ):
        open_weights(tmp_path)
    with pytest.raises(ValueError, match=r"absent\.npz' do not exist; give the path of a safetensors or npz file"):
        open_weights(tmp_path / "absent.npz")


@pytest.mark.parametrize(
    "header, data, why",
    [
        (b"\xff", b"", r"what should be JSON is not"),
        (b"[" * 100000, b"", r"what should be JSON is not"),
        (b"[]", b"", r"what should be a JSON object is not"),
        (b'{"x": 1, "x": 2}', b"", r"a name stands there twice"),
        ({"x": 5}, b"", r"tensor 'x' is described by 5, not by"),
        ({"x": entry("F32", [-1], 0, 4)}, bytes(4), r"tensor 'x' is described by .*\[-1\]"),
        ({"x": entry("F32", [True], 0, 4)}, bytes(4), r"tensor 'x' is described by .*\[True\]"),
        ({"x": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4, 4]}}, bytes(4), r"tensor 'x' is described by"),
        ({"x": entry("F31", [1], 0, 4)}, bytes(4), r"tensor 'x' has the unknown dtype 'F31' \(known: F32, F16, BF16"),
        ({"x": entry("F32", [2], 0, 4)}, bytes(4), r"tensor 'x', F32 \(2,\), needs 8 bytes, not offsets 0:4"),
        ({"x": entry("F32", [2**62, 2**62], 0, 4)}, bytes(4), r"tensor 'x', F32 .* needs \d{30,} bytes"),
        ({"x": entry("F32", [1], 8, 4)}, bytes(8), r"tensor 'x', F32 \(1,\), needs 4 bytes, not offsets 8:4"),
        ({"x": entry("F32", [2], 0, 8)}, bytes(7), r"cut off; tensor 'x' ends at byte 8 of the data, which has 7"),
        (
            {"x": entry("F32", [2], 0, 8), "y": entry("F32", [1], 4, 8)},
            bytes(8),
            r"tensor 'y', bytes 4:8, overlaps 'x', which ends at 8",
        ),
        (
            {"x": entry("F32", [1], 0, 4), "y": entry("F32", [1], 8, 12)},
            bytes(12),
            r"tensor 'y', bytes 8:12, leaves a hole after 'x', which ends at 4",
        ),
        ({"x": entry("F32", [1], 4, 8)}, bytes(8), r"leaves a hole after the header, which ends at 0"),
        ({"x": entry("F32", [1], 0, 4)}, bytes(6), r"2 bytes after its last tensor belong to none"),
    ],
)
def test_a_wrong_header_is_refused(tmp_path, header, data, why):
    path = write(tmp_path / "x.safetensors", header, data)
    with pytest.raises(ValueError, match=rf"(?s)x\.safetensors' cannot be read: .*{why}.*Download or convert"):
        open_weights(path)


def test_a_file_cut_off_anywhere_is_refused(tmp_path):
    whole = write(tmp_path / "x.safetensors", *safetensors(TENSORS)).read_bytes()
    path = tmp_path / "cut.safetensors"
    for size in range(len(whole)):
        path.write_bytes(whole[:size])
        with pytest.raises(
            ValueError, match=r"cut\.safetensors' cannot be read: (its \d bytes do not begin|cut off; )"
        ):
            open_weights(path)


def test_a_header_that_would_fill_the_memory_is_refused(tmp_path):
    path = tmp_path / "x.safetensors"
    with path.open("wb") as file:
        file.write((HEADER_LIMIT + 1).to_bytes(8, "little"))
        file.truncate(HEADER_LIMIT + 100)
    with pytest.raises(ValueError, match=rf"do not begin with a header of at most {HEADER_LIMIT} bytes"):
        open_weights(path)


def test_a_dtype_that_holds_no_weights_is_refused_when_it_is_read(tmp_path):
    path = write_safetensors(tmp_path / "x.safetensors", {"ids": np.arange(3)})
    with pytest.raises(ValueError, match=r"Tensor 'ids' of .* is I64; weights are read from F32, F16, BF16"):
        open_weights(path)["ids"].read()
    path = write_npz(tmp_path / "x.npz", {"ids": np.arange(3)})
    with pytest.raises(ValueError, match=r"Tensor 'ids\.npy' of .* is int64; weights are float32, float16, bfloat16"):
        open_weights(path)["ids"].read()


@pytest.mark.parametrize(
    "table, why",
    [
        ({}, r"it has no weight_map"),
        ({"weight_map": {"a": 5}}, r"it has no weight_map"),
        ({"weight_map": {"a": "absent.safetensors"}}, r"its shard 'absent\.safetensors' is no file beside it"),
        ({"weight_map": {"a": "../x.safetensors"}}, r"its shard '\.\./x\.safetensors' is no file beside it"),
        ({"weight_map": {"a": "x.safetensors"}}, r"it and x\.safetensors disagree about b\."),
        ({"weight_map": dict.fromkeys("abc", "x.safetensors")}, r"it and x\.safetensors disagree about c\."),
    ],
)
def test_an_index_that_does_not_fit_its_shards_is_refused(tmp_path, table, why):
    folder = tmp_path / "model"
    folder.mkdir()
    for where in (tmp_path, folder):
        write_safetensors(where / "x.safetensors", TENSORS)
    index = folder / "model.safetensors.index.json"
    index.write_text(json.dumps(table))
    with pytest.raises(ValueError, match=rf"index\.json' cannot be read: {why}"):
        open_weights(folder)


def test_a_damaged_npz_is_refused(tmp_path):
    # Long enough that its end is not looked at when the file is opened.
    whole = write_npz(tmp_path / "x.npz", {"a": np.ones(100000, np.float32)}).read_bytes()
    path = tmp_path / "bad.npz"
    path.write_bytes(whole[:-30])
    with pytest.raises(ValueError, match=r"bad\.npz' cannot be read: File is not a zip file"):
        open_weights(path)
    path.write_bytes(whole[:300000] + b"\x01" + whole[300001:])
    with pytest.raises(ValueError, match=r"bad\.npz' cannot be read: a\.npy: Bad CRC-32"):
        open_weights(path)["a"].read()
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/data.pkl", b"")
    with pytest.raises(ValueError, match=r"its member 'archive/data\.pkl' is no npy file"):
        open_weights(path)
    np.savez(path, x=np.array([{}], object))
    with pytest.raises(ValueError, match=r"x\.npy: Object arrays cannot be loaded when allow_pickle=False"):
        open_weights(path)["x"].read()
