"""Checkpoints: what is saved comes back to the bit, three stay, damage is named and nothing is deleted."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from sima_jax.checkpoint import Checkpointer, CheckpointError
from sima_jax.types import RewardScale, TrainState

HOST = {
    "pool": {"states": np.arange(6, dtype=np.uint8).reshape(2, 3), "digest": "abc", "version": 1},
    "lengths": np.array([3, 1 << 40]),
    "recent": [1.0, 0.5],
}


def train_state(seed: int) -> TrainState:
    key_params, key = jax.random.split(jax.random.key(seed))
    zero = jnp.zeros(())
    return TrainState(
        step=jnp.int32(seed),
        params={"kernel": jax.random.normal(key_params, (4, 3))},
        opt_state=(jnp.ones(3),),
        target={"kernel": jnp.ones((4, 3))},
        queue=jnp.ones((2, 2)),
        queue_cursor=jnp.int32(5),
        reward_scale=RewardScale(running_return=jnp.ones(2), mean=zero, variance=zero, count=zero),
        key=key,
    )


def abstract(state: TrainState) -> TrainState:
    return jax.tree.map(lambda x: jax.ShapeDtypeStruct(x.shape, x.dtype, sharding=x.sharding), state)


def leaves(state: TrainState) -> list[np.ndarray]:
    as_data = lambda x: jax.random.key_data(x) if jnp.issubdtype(x.dtype, jax.dtypes.prng_key) else x  # noqa: E731
    return [np.asarray(as_data(leaf)) for leaf in jax.tree.leaves(state)]


def test_what_was_saved_comes_back_to_the_bit(tmp_path):
    state = train_state(7)
    with Checkpointer(tmp_path) as checkpointer:
        assert checkpointer.restore(abstract(state)) is None
        checkpointer.save(7, state, HOST)
    with Checkpointer(tmp_path) as checkpointer:
        found = checkpointer.restore(abstract(state))
    assert found is not None
    step, restored, host = found
    assert step == 7
    assert all(map(np.array_equal, leaves(state), leaves(restored)))
    assert host["pool"]["states"].dtype == np.uint8 and host["pool"]["states"].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert (host["pool"]["digest"], host["pool"]["version"], host["recent"]) == ("abc", 1, [1.0, 0.5])
    assert host["lengths"].dtype == np.int64 and host["lengths"].tolist() == [3, 1 << 40]
    host["lengths"][0] = 4  # a copy that may be written


def test_the_last_three_are_kept_and_none_is_saved_twice(tmp_path):
    with Checkpointer(tmp_path, keep=3) as checkpointer:
        for step in (1, 2, 3, 4, 4):
            checkpointer.save(step, train_state(step), {})
        checkpointer.wait()
        assert checkpointer.steps == [2, 3, 4]


def test_what_a_killed_save_left_is_ignored(tmp_path):
    with Checkpointer(tmp_path) as checkpointer:
        checkpointer.save(1, train_state(1), {})
    (tmp_path / "2.orbax-checkpoint-tmp").mkdir()
    with Checkpointer(tmp_path) as checkpointer:
        found = checkpointer.restore(abstract(train_state(1)))
    assert found is not None and found[0] == 1


def test_reading_leaves_alone_what_another_process_is_saving(tmp_path):
    with Checkpointer(tmp_path) as checkpointer:
        checkpointer.save(1, train_state(1), HOST)
    under_way = tmp_path / "2.orbax-checkpoint-tmp"
    under_way.mkdir()
    (under_way / "part").write_text("half")
    with Checkpointer(tmp_path, read_only=True) as reader:
        found = reader.restore(abstract(train_state(1)))
    assert found is not None and found[0] == 1
    assert (under_way / "part").read_text() == "half"


@pytest.mark.parametrize("part", ["state", "host"])
def test_a_damaged_checkpoint_is_named_and_left_alone(tmp_path, part):
    with Checkpointer(tmp_path) as checkpointer:
        for step in (1, 2):
            checkpointer.save(step, train_state(step), HOST)
    for file in (tmp_path / "2" / part).rglob("*"):
        if file.is_file():
            file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    with Checkpointer(tmp_path) as checkpointer:
        with pytest.raises(CheckpointError, match=r"/2 is damaged.*go on from update 1"):
            checkpointer.restore(abstract(train_state(2)))
        assert checkpointer.steps == [1, 2]


def test_a_checkpoint_of_another_agent_is_refused(tmp_path):
    with Checkpointer(tmp_path) as checkpointer:
        checkpointer.save(1, train_state(1), {})
    other = abstract(train_state(1))
    other = other.replace(params={"matrix": jax.ShapeDtypeStruct((9, 9), jnp.float32)})
    with Checkpointer(tmp_path) as checkpointer, pytest.raises(CheckpointError, match="of another agent"):
        checkpointer.restore(other)


def test_a_folder_that_cannot_be_used_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CheckpointError, match="cannot be used"):
        Checkpointer(tmp_path / "file" / "checkpoints")
