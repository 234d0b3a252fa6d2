"""What is compiled once for an experiment: the table it reads, the memory it begins with, the sizes it refuses."""

import jax
import numpy as np
import pytest

from sima_jax.config import AuxiliaryConfig
from tests.sima_jax.toy_agent import CONFIG, TOKENS, make_programs


def test_the_table_ends_with_its_longest_row(programs):
    # 3 and 4 tokens of 6: two columns hold nothing.
    assert programs.tokens.tolist() == [[3, 4, 5, 0], [3, 4, 6, 7]]


def test_what_is_cut_off_the_table_changes_no_latent(programs, params):
    whole = programs.objective.agent.encode(params, TOKENS)
    np.testing.assert_allclose(programs.encode(params), whole, atol=1e-6)


def test_a_table_without_words_keeps_a_column():
    assert make_programs(tokens=np.zeros((2, 6), np.int32)).tokens.shape == (2, 1)


def test_memory_is_born_empty_where_acting_leaves_it(programs, params):
    memory = programs.initial_memory(3)
    assert memory.shape == (3, CONFIG.memory_width) and not np.asarray(memory).any()
    image, row, resets = np.zeros((3, 9, 16, 3), np.uint8), np.zeros(3, np.int32), np.ones(3, np.float32)
    seen = (
        np.arange(3, dtype=np.int32),
        image,
        row,
        resets,
        resets,
        np.zeros((3, 8), np.float32),
        np.zeros((3, 3), np.float32),
    )
    decision = programs.act(params, programs.encode(params), *seen, memory, jax.random.key(0), np.int32(0))
    assert decision.memory.sharding == memory.sharding


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ({"minibatches": 3}, r"num_envs is 16, which ppo\.minibatches = 3 does not divide"),
        ({"minibatches": 16, "data": 3}, r"num_envs is 16, which mesh\.data = 3 does not divide; choose a multiple"),
        ({"data": 8, "model": 2}, r"data=8 x model=2, which needs 16 devices; 8 are there"),
    ],
)
def test_sizes_that_do_not_divide_are_refused(sizes, message):
    with pytest.raises(ValueError, match=message):
        make_programs(**sizes)


def test_pairs_that_minibatches_do_not_divide_are_refused():
    with pytest.raises(ValueError, match=r"auxiliary\.pairs is 7, which ppo\.minibatches = 2 does not divide"):
        make_programs(auxiliary=AuxiliaryConfig(pairs=7))
