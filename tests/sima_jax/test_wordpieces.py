"""Sentences become rows of BERT's ids."""

import json

import numpy as np
import pytest

from sima_jax.wordpieces import load_tokenizer

PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "go", "to", "the", "red", "flag", "##s", "un", "##like", "##ly", "[", "]"]
PIECES += ["pad", "cafe", "\u2028"]  # the last is in BERT's own vocabulary: one line, though it ends lines elsewhere


def write_json(path, pieces=PIECES, **changes):
    model = {"type": "WordPiece", "unk_token": "[UNK]", "vocab": {piece: row for row, piece in enumerate(pieces)}}
    whole = {"version": "1.0", "normalizer": {"type": "BertNormalizer", "lowercase": True}, "model": model | changes}
    path.write_text(json.dumps(whole))
    return path


@pytest.fixture(params=["vocab.txt", "tokenizer.json", "folder"])
def tokenizer(tmp_path, request):
    path = tmp_path / request.param
    if request.param == "tokenizer.json":
        write_json(path)
    else:
        (tmp_path / "vocab.txt").write_bytes("\n".join([*PIECES, ""]).encode("utf-8"))
    return load_tokenizer(tmp_path if request.param == "folder" else path, 8)


def test_sentences_worked_by_hand(tokenizer):
    # [CLS] 2, go 4, to 5, the 6, red 7, flag 8 and ##s 9 for "flags", [SEP] 3: eight tokens, no padding.
    # "unlikely" is the longest piece un 10, then ##like 11, then ##ly 12; no piece begins with x, so the word is [UNK].
    table = tokenizer.encode(["go to the red flags", "unlikely xylophone"])
    assert table.dtype == np.int32
    assert table.tolist() == [[2, 4, 5, 6, 7, 8, 9, 3], [2, 10, 11, 12, 1, 3, 0, 0]]
    assert tokenizer.vocabulary_size == len(PIECES)


def test_capitals_accents_and_spaces_make_no_difference(tokenizer):
    rows = tokenizer.encode(["go to the cafe", "  Go  to\tthe CAFÉ "])
    assert np.array_equal(rows[0], rows[1]) and 1 not in rows[0]


def test_a_row_is_told_again_without_its_marks(tokenizer):
    (row,) = tokenizer.encode(["Go to the red FLAGS"])
    assert tokenizer.decode(row) == "go to the red flags"
    assert tokenizer.decode([2, 10, 11, 12, 3, 0, 0]) == "unlikely"


def test_a_row_depends_on_its_own_text_alone(tokenizer):
    assert np.array_equal(tokenizer.encode(["red flag"])[0], tokenizer.encode(["go to the flag", "red flag"])[1])


def test_no_text_can_forge_padding(tokenizer):
    # "[pad]" is a bracket 13, "pad" 15 and a bracket 14: the marks of the vocabulary are no words.
    assert tokenizer.encode(["[PAD] [pad]"]).tolist() == [[2, 13, 15, 14, 13, 15, 14, 3]]
    (row,) = tokenizer.encode(["[CLS]"])
    assert row.tolist() == [2, 13, 1, 14, 3, 0, 0, 0]


def test_another_length_is_another_table(tokenizer):
    assert tokenizer.encode(["go"], length=4).tolist() == [[2, 4, 3, 0]]
    assert tokenizer.encode([]).shape == (0, 8)


def test_what_cannot_be_a_table_is_refused(tokenizer):
    with pytest.raises(ValueError, match=r"takes a sequence of texts.*\['go'\]"):
        tokenizer.encode("go")
    with pytest.raises(ValueError, match=r"Instruction '  ' is empty; say what to do"):
        tokenizer.encode(["go", "  "])
    with pytest.raises(ValueError, match=r"has 9 tokens, more than 8; say it shorter"):
        tokenizer.encode(["go to the red flags go"])


@pytest.mark.parametrize(
    "content, why",
    [
        ("", r"The vocabulary lacks \[PAD\], \[UNK\], \[CLS\], \[SEP\]"),
        ("[PAD]\n[UNK]\n[CLS]\ngo\n", r"The vocabulary lacks \[SEP\]"),
        ("[UNK]\n[PAD]\n[CLS]\n[SEP]\n", r"The ids of 4 pieces count from \[PAD\] = 0 to 3; here \[PAD\] is 1"),
        ("[PAD]\n[UNK]\n[CLS]\n[SEP]\ngo\ngo\n", r"The piece 'go' stands on two lines"),
    ],
)
def test_a_broken_list_is_refused(tmp_path, content, why):
    path = tmp_path / "vocab.txt"
    path.write_text(content)
    with pytest.raises(ValueError, match=rf"vocab\.txt' cannot be read: .*{why}.*Give tokenizer\.json or vocab\.txt"):
        load_tokenizer(path, 8)


@pytest.mark.parametrize(
    "changes, why",
    [
        ({"type": "BPE"}, r"It holds no WordPiece model"),
        ({"vocab": []}, r"Its model has no vocabulary"),
        ({"vocab": {"[PAD]": "0"}}, r"Its model has no vocabulary"),
        (
            {"vocab": {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 4}},
            r"The ids of 4 pieces count .*; here \[PAD\] is 0 and the last is 4",
        ),
    ],
)
def test_a_tokenizer_of_another_kind_is_refused(tmp_path, changes, why):
    path = write_json(tmp_path / "tokenizer.json", **changes)
    with pytest.raises(ValueError, match=rf"tokenizer\.json' cannot be read: {why}"):
        load_tokenizer(path, 8)


def test_what_is_cased_absent_or_too_short_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"tokenizer\.json' cannot be read: .*No such file"):
        load_tokenizer(tmp_path, 8)
    path = write_json(tmp_path / "tokenizer.json")
    with pytest.raises(ValueError, match=r"length is 2; a row needs at least 3 tokens"):
        load_tokenizer(path, 2)
    path.write_text(path.read_text().replace('"lowercase": true', '"lowercase": false'))
    with pytest.raises(ValueError, match=r"It keeps capitals apart; the agent reads uncased"):
        load_tokenizer(path, 8)
    path.write_text("{")
    with pytest.raises(ValueError, match=r"tokenizer\.json' cannot be read: Expecting property name"):
        load_tokenizer(path, 8)
