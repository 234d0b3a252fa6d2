"""Sentences become rows of token ids."""

import json

import numpy as np
import pytest

from sima_jax.tokens import MAX_TOKENS, PADDING, Tokenizer


@pytest.fixture(scope="module")
def tokenizer():
    return Tokenizer()


def test_a_vocabulary_worked_by_hand(tmp_path):
    # The library reads ids 0 = "a", 1 = "b", 2 = "ab" and joins "a" and "b" wherever they meet. Everything moves up by
    # one, so that 0 is left for the padding: "aab" is a, ab.
    path = tmp_path / "vocabulary.json"
    model = {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": [["a", "b"]]}
    path.write_text(json.dumps({"version": "1.0", "added_tokens": [], "model": model}))
    small = Tokenizer(path)
    assert small.vocabulary_size == 4
    assert small.encode(["aab", "b"], length=4).tolist() == [[1, 3, 0, 0], [2, 0, 0, 0]]


def test_a_sentence_is_a_padded_row(tokenizer):
    table = tokenizer.encode(["go to the red flag", "find the blue banner"])
    assert table.shape == (2, MAX_TOKENS) and table.dtype == np.int32
    for row in table:
        used = int((row != PADDING).sum())
        assert used == 5 or used == 4
        assert (row[:used] > 0).all() and (row[used:] == PADDING).all()
    assert table.max() < tokenizer.vocabulary_size


def test_sentences_of_training_are_read_word_by_word(tokenizer):
    rows = tokenizer.encode(["go to the red flag", "go to the blue flag"])
    assert (rows[0] != rows[1]).sum() == 1


@pytest.mark.parametrize("text", ["go to the red flag", "日本 😀", "qwxz-42!", "the \t odd \x00 byte"])
def test_any_text_can_be_read_and_told_again(tokenizer, text):
    (row,) = tokenizer.encode([text], length=40)
    assert tokenizer.decode(row) == " ".join(text.split())


def test_capitals_and_spaces_make_no_difference(tokenizer):
    rows = tokenizer.encode(["go to the red flag", "  Go to   the RED flag "])
    assert np.array_equal(rows[0], rows[1])


def test_a_row_depends_on_its_own_text_alone(tokenizer):
    alone = tokenizer.encode(["go to the red flag"])
    among = tokenizer.encode(["find the blue banner", "go to the red flag", "reach the lime pennant"])
    assert np.array_equal(alone[0], among[1])


def test_what_cannot_be_a_table_is_refused(tokenizer):
    with pytest.raises(ValueError, match=r"takes a sequence of texts.*\['go'\]"):
        tokenizer.encode("go")
    with pytest.raises(ValueError, match=r"Instruction '  ' is empty; say what to do"):
        tokenizer.encode(["go", "  "])
    with pytest.raises(ValueError, match=r"has 5 tokens, more than 4; say it shorter"):
        tokenizer.encode(["go to the red flag"], length=4)


@pytest.mark.parametrize("content", [None, "", "{}", '{"version": "9"}'])
def test_a_broken_vocabulary_is_refused_with_the_way_out(tmp_path, content):
    path = tmp_path / "vocabulary.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ValueError, match=r"vocabulary\.json' cannot be read .*experiments\.vocabulary"):
        Tokenizer(path)
