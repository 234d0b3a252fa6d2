"""Text -> token ids of BERT's vocabulary (WordPiece: Schuster and Nakajima 2012; Devlin et al. 2019, arXiv:1810.04805).

N: texts, L: tokens.
"""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import tokenizers
from tokenizers import decoders, models, normalizers, pre_tokenizers

PAD, UNKNOWN, BEGIN, END = "[PAD]", "[UNK]", "[CLS]", "[SEP]"
FILES = ("tokenizer.json", "vocab.txt")


class WordPieces:
    """Reads instructions as BERT does, [CLS] before and [SEP] after, with the methods of tokens.Tokenizer."""

    def __init__(self, vocabulary: dict[str, int], length: int):
        """vocabulary: piece -> id, where [PAD] is 0. length: tokens of a row, unless `encode` is told otherwise."""
        missing = [name for name in (PAD, UNKNOWN, BEGIN, END) if name not in vocabulary]
        if missing:
            raise ValueError(f"The vocabulary lacks {', '.join(missing)}, which BERT's has.")
        ids = sorted(vocabulary.values())
        if ids != list(range(len(ids))) or vocabulary[PAD] != 0:
            found = f"here {PAD} is {vocabulary[PAD]} and the last is {ids[-1]}"
            raise ValueError(f"The ids of {len(ids)} pieces count from {PAD} = 0 to {len(ids) - 1}; {found}.")
        if length < 3:
            raise ValueError(f"length is {length}; a row needs at least 3 tokens: {BEGIN}, a piece and {END}.")
        # The names in brackets are no tokens to this tokenizer: a text that contains one cannot forge padding.
        self._pieces = tokenizers.Tokenizer(models.WordPiece(vocabulary, unk_token=UNKNOWN))
        self._pieces.normalizer = normalizers.BertNormalizer(lowercase=True)  # type: ignore[assignment]
        self._pieces.pre_tokenizer = pre_tokenizers.BertPreTokenizer()  # type: ignore[assignment]
        self._pieces.decoder = decoders.WordPiece()  # type: ignore[assignment]
        self._begin, self._end = vocabulary[BEGIN], vocabulary[END]
        self.length = length

    @property
    def vocabulary_size(self) -> int:
        """Number of ids, padding included."""
        return self._pieces.get_vocab_size()

    def encode(self, texts: Sequence[str], length: int | None = None) -> np.ndarray:
        """int32 [N, L] with L = length, padded at the end with 0.

        ValueError where a text is empty or longer than `length` tokens: cutting it might cut off what it asks for.
        """
        if isinstance(texts, str):
            raise ValueError(f"encode takes a sequence of texts, not one text: write encode([{texts!r}]).")
        length = self.length if length is None else length
        table = np.zeros((len(texts), length), np.int32)
        for row, (text, encoding) in enumerate(zip(texts, self._pieces.encode_batch(list(texts)), strict=True)):
            if not encoding.ids:
                raise ValueError(f"Instruction {text!r} is empty; say what to do, for example 'go to the red flag'.")
            ids = [self._begin, *encoding.ids, self._end]
            if len(ids) > length:
                raise ValueError(f"Instruction {text!r} has {len(ids)} tokens, more than {length}; say it shorter.")
            table[row, : len(ids)] = ids
        return table

    def decode(self, ids: Iterable[int]) -> str:
        """The text of one row of `encode`, as the tokenizer understood it (small letters, single spaces)."""
        return self._pieces.decode([int(i) for i in ids if i not in (0, self._begin, self._end)])


def load_tokenizer(path: Path | str, length: int) -> WordPieces:
    """The tokenizer of an uncased BERT, from its vocab.txt or tokenizer.json, or the folder that one of them is in.

    ValueError where the file cannot be read, or is of another kind of tokenizer.
    """
    path = Path(path)
    if path.is_dir():
        path = next((path / name for name in FILES if (path / name).is_file()), path / FILES[0])
    try:
        text = path.read_bytes().decode("utf-8")  # read_text would take pieces for the end of a line
        vocabulary = _of_json(text) if path.suffix == ".json" else _of_lines(text)
        return WordPieces(vocabulary, length)
    except (OSError, ValueError, RecursionError) as error:
        raise ValueError(
            f"Tokenizer {str(path)!r} cannot be read: {error} Give {' or '.join(FILES)} of BERT."
        ) from error


def _of_lines(text: str) -> dict[str, int]:
    """One piece on each line; its id is the number of lines before it."""
    # Not splitlines: some pieces are characters that it takes for the end of a line.
    lines = [line.removesuffix("\r") for line in text.removesuffix("\n").split("\n")]
    vocabulary = {piece: row for row, piece in enumerate(lines)}
    if len(vocabulary) < len(lines):
        twice = next(piece for row, piece in enumerate(lines) if vocabulary[piece] != row)
        raise ValueError(f"The piece {twice!r} stands on two lines.")
    return vocabulary


def _of_json(text: str) -> dict[str, int]:
    whole = json.loads(text)
    model = whole.get("model") if isinstance(whole, dict) else None
    if not isinstance(model, dict) or model.get("type", "WordPiece") != "WordPiece":
        raise ValueError("It holds no WordPiece model.")
    vocabulary = model.get("vocab")
    if not isinstance(vocabulary, dict) or not all(type(row) is int for row in vocabulary.values()):
        raise ValueError("Its model has no vocabulary of piece -> id.")
    normalizer = whole.get("normalizer")
    if isinstance(normalizer, dict) and normalizer.get("lowercase") is False:
        raise ValueError("It keeps capitals apart; the agent reads uncased.")
    return vocabulary
