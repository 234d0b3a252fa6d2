"""World files: what comes back, what each damage is called, and many thousand damages that must do no harm."""

import dataclasses
import hashlib
import struct
import tracemalloc
import zlib

import numpy as np
import pytest

from genie3_env import load_world, save_world
from genie3_env.container import MAX_ARRAY_BYTES, MAX_FILE_BYTES, pack, unpack
from genie3_env.pool import WorldPool
from genie3_env.world import Landmark, World
from genie3_env.world_file import DERIVED, FIELDS, WorldFileError, saved_origin, world_from_bytes, world_to_bytes
from genie3_env.worldgen.builder import WorldBuilder
from tests.toy_world import toy_world


@pytest.fixture(scope="module")
def world():
    return dataclasses.replace(toy_world(), landmarks=(Landmark("tower", 8, 1, 4),), num_goals=2)


@pytest.fixture(scope="module")
def saved(world):
    return world_to_bytes(world)


def test_every_field_of_a_world_is_in_the_table():
    assert {field.name for field in FIELDS} | {*DERIVED} == {field.name for field in dataclasses.fields(World)}


def test_all_fields_come_back(world, tmp_path):
    path = save_world(world, tmp_path / "toy.g3world")
    assert [entry.name for entry in tmp_path.iterdir()] == ["toy.g3world"]
    loaded = load_world(path)
    assert loaded.digest == world.digest
    for field in dataclasses.fields(World):
        before, after = getattr(world, field.name), getattr(loaded, field.name)
        if isinstance(before, np.ndarray):
            assert (after.dtype, after.shape, after.tobytes()) == (before.dtype, before.shape, before.tobytes())
            assert not after.flags.writeable
        else:
            assert after == before and type(after) is type(before)
    assert saved_origin(path) == (world.spec, world.seed)


def test_generated_worlds_come_back_and_can_be_played(tmp_path):
    prompt = "a village in the desert with three towers and blue flags at dusk"
    worlds = WorldBuilder().generate(prompt, num_worlds=2, seed=7)
    loaded = [load_world(save_world(world, tmp_path / f"{world.seed}.g3world")) for world in worlds]
    assert [world.digest for world in loaded] == [world.digest for world in worlds]
    for before, after in zip(worlds, loaded, strict=True):
        np.testing.assert_array_equal(before.cell_index, after.cell_index)
    frames = []
    for played in (worlds, loaded):
        with WorldPool(played, 2, height=36, width=64, threads=1) as pool:
            frames.append(pool.reset(seed=0)[0]["image"].copy())
    np.testing.assert_array_equal(*frames)


def test_the_same_world_gives_the_same_bytes(world, saved):
    assert world_to_bytes(world) == saved == world_to_bytes(world_from_bytes(saved))


def test_a_file_that_stood_there_stays_until_the_new_one_is_whole(world, tmp_path, monkeypatch):
    path = save_world(world, tmp_path / "toy.g3world")
    before = path.read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        save_world(toy_world("night"), path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_world_that_could_not_be_loaded_is_not_saved(world, tmp_path):
    broken = dataclasses.replace(world, spawns=np.array([10_000], np.int32))
    with pytest.raises(ValueError, match="a spawn is no cell"):
        save_world(broken, tmp_path / "toy.g3world")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("damage", "fault", "message"),
    [
        (lambda data: data[:1000], "truncated", r"1000 bytes of \d+ are there. Copy it once more"),
        (lambda data: b"", "truncated", "it has 0 bytes"),
        (lambda data: data + b"!", "altered", "1 more than it declares. Take an unchanged copy"),
        (lambda data: data[:999] + b"!" + data[1000:], "altered", "its SHA-256 does not fit"),
        (lambda data: b"GIF89a" + data, "foreign", "Name a .g3world file"),
        (lambda data: prefixed(data, version=2), "newer", "2, not 1. Update genie3_env"),
        (lambda data: prefixed(data, size=2**40), "oversized", "declares 1099511627776 bytes .* do not trust"),
    ],
)
def test_a_damaged_file_is_named_with_its_damage_and_a_way_out(saved, tmp_path, damage, fault, message):
    path = tmp_path / "toy.g3world"
    path.write_bytes(damage(saved))
    for load in (load_world, saved_origin):
        with pytest.raises(WorldFileError, match=f"(?s)^{path} .*{message}") as caught:
            load(path)
        assert caught.value.fault == fault


def test_what_is_no_file_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError):
        load_world(tmp_path / "absent.g3world")
    with pytest.raises(WorldFileError, match="foreign kind: it is no file"):
        load_world(tmp_path)
    with pytest.raises(WorldFileError, match="foreign kind: it is no file"):
        load_world("/dev/zero")


def prefixed(data: bytes, version: int = 1, size: int | None = None) -> bytes:
    """The same bytes behind another beginning, and sealed anew."""
    magic, _, header, own = struct.unpack_from("<8sIIQ", data)
    start = struct.pack("<8sIIQ", magic, version, header, own if size is None else size)
    body = start + struct.pack("<I", zlib.crc32(start)) + data[28:-32]
    return body + hashlib.sha256(body).digest()


def nan_at_spawn(distances):
    distances[0, 0] = np.nan


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f, a: f.update(coins=3), "section 'coins' is unknown"),
        (lambda f, a: a.update(levers=np.zeros(3)), "section 'levers' is unknown"),
        (lambda f, a: f.pop("weather"), "section 'weather' is missing"),
        (lambda f, a: a.pop("spawns"), "section 'spawns' is missing"),
        (lambda f, a: f.update(seed=True), "its seed is a bool, not a int"),
        (lambda f, a: f.update(seed=-1), "its seed is -1"),
        (lambda f, a: f.update(spec=[]), "its spec is a list, not a dict"),
        (lambda f, a: f["spec"].update(size="larg"), "Unknown size 'larg' of a world; did you mean 'large'"),
        (lambda f, a: f["spec"].update(theme="castel"), "Unknown theme 'castel' of a world; did you mean 'castle'"),
        (lambda f, a: f.update(hour="noon"), "its hour is 'noon'"),
        (lambda f, a: f.update(weather="hail"), "its weather is 'hail'"),
        (lambda f, a: f.update(ground="cheese"), "its ground is 'cheese'"),
        (lambda f, a: f.update(ground_m=10**9), "its ground_m is 1000000000"),
        (lambda f, a: f.update(num_goals=4), "too many flags or goals"),
        (lambda f, a: f.update(landmarks=[["tower", 8, 1]]), "landmarks are not rows of kind, x, y, z"),
        (lambda f, a: f.update(landmarks=[["tower", 8, 1, 4.0]]), "landmarks are not rows"),
        (lambda f, a: a.update(voxels=a["voxels"].astype(np.int32)), r"voxels are int32 \[16, 16, 16\], not uint8"),
        (lambda f, a: a.update(voxels=a["voxels"].reshape(16, 256)), r"\[16, 256\], not uint8 \[X, Y, Z\]"),
        (lambda f, a: a.update(voxels=np.full((16, 16, 16), 255, np.uint8)), "a voxel is of an unknown material"),
        (lambda f, a: a.update(voxels=np.zeros((1, 1, 513), np.uint8)), r"a grid of \(1, 1, 513\) voxels"),
        (lambda f, a: a.update(voxels=np.zeros((512, 512, 65), np.uint8)), "all have at most 16777216"),
        (lambda f, a: a.update(voxels=np.zeros((0, 4, 4), np.uint8)), r"a grid of \(0, 4, 4\)"),
        (lambda f, a: a.update(cells=a["cells"] + np.int32(9)), "cells lie outside of the grid"),
        (lambda f, a: a.update(cells=a["cells"] - np.int32(9)), "cells lie outside of the grid"),
        (lambda f, a: a.update(cells=np.roll(a["cells"], 1, 0) * np.int32(0)), "two cells are the same"),
        (lambda f, a: a.update(spawns=a["spawns"] - np.int32(10_000)), "a spawn is no cell"),
        (lambda f, a: a.update(flag_colours=np.array([0, 1, 5], np.int32)), "a flag has an unknown colour"),
        (lambda f, a: a.update(flag_colours=np.zeros(2, np.int32)), r"flag_colours are int32 \[2\], not int32 \[F\]"),
        (lambda f, a: a.update(flag_positions_m=a["flag_positions_m"] * np.nan), "a flag lies outside"),
        (lambda f, a: a.update(flag_positions_m=a["flag_positions_m"] * 30.0), "a flag stands where nobody can"),
        (lambda f, a: a.update(flag_positions_m=a["flag_positions_m"] + 1e9), "a flag lies outside"),
        (lambda f, a: a.update(flag_positions_m=a["flag_positions_m"] + 2.0), "a flag stands where nobody can"),
        (lambda f, a: nan_at_spawn(a["flag_distances_m"]), "a distance is less than nothing, or no number"),
        (lambda f, a: f.update(digest="0" * 64), "was altered: the world in it has another digest"),
        (lambda f, a: f.pop("digest"), "was altered: the world in it has another digest"),
        (lambda f, a: f.update(ground_m=5), "was altered: the world in it has another digest"),
    ],
)
def test_a_forged_world_is_refused(saved, change, message):
    """Whatever the checksums say: what physics and renderer would stumble over is found before."""
    fields, arrays = unpack(saved)
    arrays = {name: array.copy() for name, array in arrays.items()}
    change(fields, arrays)
    with pytest.raises(WorldFileError, match=message):
        world_from_bytes(pack(fields, arrays))


def damaged(data: bytes, rng: np.random.Generator) -> bytes:
    """The bytes with some flipped, cut out, doubled or put in."""
    out = bytearray(data)
    for _ in range(rng.integers(1, 4)):
        at, length = int(rng.integers(len(out) + 1)), int(rng.integers(1, 9))
        match rng.integers(5):
            case 0 if at < len(out):
                out[at] ^= 1 << rng.integers(8)
            case 1:
                del out[at : at + length]
            case 2:
                out[at:at] = rng.bytes(length)
            case 3:
                out[at : at + length] = rng.bytes(len(out[at : at + length]))
            case _:
                out = out[:at] if rng.integers(2) else out + rng.bytes(length)
    return bytes(out)


def outcome(data: bytes, digest: str) -> str:
    """ "same" or the fault; any other exception, and any other world, fails the test."""
    try:
        world = world_from_bytes(data)
    except WorldFileError as failure:
        return failure.fault
    assert world.digest == digest
    return "same"


def test_no_damage_does_harm(world, saved):
    rng = np.random.default_rng(0)
    found = {outcome(damaged(saved, rng), world.digest) for _ in range(20_000)}
    assert found >= {"truncated", "altered", "foreign"}


def test_no_flipped_bit_of_any_byte_is_missed(world, saved):
    for at in range(len(saved)):
        flipped = saved[:at] + bytes([saved[at] ^ 1 << at % 8]) + saved[at + 1 :]
        assert outcome(flipped, world.digest) in ("altered", "foreign"), at


def test_no_damage_behind_good_checksums_does_harm(world, saved):
    """Header and sections are damaged, then the beginning and the seal are made to fit."""
    rng = np.random.default_rng(1)
    header_bytes = struct.unpack_from("<I", saved, 12)[0]
    header, sections = saved[28 : 28 + header_bytes], saved[28 + header_bytes : -32]
    found = set()
    for case in range(8_000):
        head, tail = (damaged(header, rng), sections) if case % 2 else (header, damaged(sections, rng))
        start = struct.pack("<8sIIQ", saved[:8], 1, len(head), 60 + len(head) + len(tail))
        body = start + struct.pack("<I", zlib.crc32(start)) + head + tail
        found.add(outcome(body + hashlib.sha256(body).digest(), world.digest))
    assert found >= {"altered", "malformed"}


def test_no_forged_array_crashes_the_pool(saved):
    """Arrays are damaged and everything is sealed anew, the digest too: it is refused, or it can be played."""
    rng = np.random.default_rng(2)
    played = refused = 0
    names = [field.name for field in FIELDS if unpack(saved)[1].get(field.name, np.zeros(0)).size]
    for case in range(600):
        fields, arrays = unpack(saved)
        name = names[case % len(names)]
        array = arrays[name].copy()
        array.reshape(-1).view(np.uint8)[rng.integers(array.nbytes, size=rng.integers(1, 4))] = rng.integers(256)
        arrays[name] = array
        try:
            world = forged(fields, arrays)
        except WorldFileError:
            refused += 1
            continue
        if not np.isfinite(world.flag_distances_m[:, world.spawns]).all():
            continue  # the pool's own refusal
        played += 1
        if played % 10 == 0:
            with WorldPool([world], 1, height=18, width=32, threads=1) as pool:
                pool.reset(seed=0)
                for _ in range(3):
                    pool.step(rng.uniform(-1.0, 1.0, (1, 8)).astype(np.float32))
    assert played > 50 and refused > 50


def forged(fields: dict, arrays: dict) -> World:
    """The world that a file of these would give, had it the digest that belongs to them."""
    try:
        return world_from_bytes(pack(fields, arrays))
    except WorldFileError as failure:
        if "another digest" not in str(failure):
            raise
    data = pack(fields | {"digest": digest_of(fields, arrays)}, arrays)
    return world_from_bytes(data)


def digest_of(fields: dict, arrays: dict) -> str:
    values = {field.name: getattr(field, "load", lambda a: a)((fields | arrays)[field.name]) for field in FIELDS}
    return World(**values, cell_index=np.empty(0)).digest


def test_a_file_that_declares_too_much_costs_no_memory(saved, tmp_path):
    path = tmp_path / "toy.g3world"
    hostile = [prefixed(saved, size=2**62), prefixed(saved, size=MAX_FILE_BYTES)]
    fields, arrays = unpack(saved)
    huge = {"voxels": np.zeros((512, 512, 128), np.uint8)}  # within the container's limit, beyond a world's
    assert huge["voxels"].nbytes < MAX_ARRAY_BYTES
    big = pack(fields, arrays | huge)
    tracemalloc.start()
    for data in hostile:
        path.write_bytes(data)
        with pytest.raises(WorldFileError):
            load_world(path)
    assert tracemalloc.get_traced_memory()[1] < 1 << 20
    tracemalloc.reset_peak()
    with pytest.raises(WorldFileError, match="a grid of"):
        world_from_bytes(big)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2.5 * huge["voxels"].nbytes, peak
