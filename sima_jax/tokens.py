"""Text -> token ids of a byte-pair vocabulary (Sennrich et al. 2016, arXiv:1508.07909, on bytes).

N: texts, L: tokens.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import tokenizers

PADDING = 0
MAX_TOKENS = 24
VOCABULARY = Path(__file__).with_name("vocabulary.json")


class Tokenizer:
    """Reads instructions. Every byte has a token, so any text can be read; capitals and spacing make no difference."""

    def __init__(self, path: Path | str = VOCABULARY):
        """path: a vocabulary as `python -m experiments.vocabulary` writes it; ValueError where it cannot be read."""
        try:
            self._pairs = tokenizers.Tokenizer.from_str(Path(path).read_text("utf-8"))
        except Exception as error:  # the library raises bare Exception
            raise ValueError(
                f"Vocabulary {str(path)!r} cannot be read ({error}). "
                "`python -m experiments.vocabulary` writes a new one, or reinstall the package."
            ) from error

    @property
    def vocabulary_size(self) -> int:
        """Number of ids, padding included."""
        return self._pairs.get_vocab_size() + 1

    def encode(self, texts: Sequence[str], length: int = MAX_TOKENS) -> np.ndarray:
        """int32 [N, L] with L = length, padded at the end with 0.

        ValueError where a text is empty or longer than `length` tokens: cutting it might cut off what it asks for.
        """
        if isinstance(texts, str):
            raise ValueError(f"encode takes a sequence of texts, not one text: write encode([{texts!r}]).")
        table = np.full((len(texts), length), PADDING, np.int32)
        for row, (text, encoding) in enumerate(zip(texts, self._pairs.encode_batch(list(texts)), strict=True)):
            ids = encoding.ids
            if not ids:
                raise ValueError(f"Instruction {text!r} is empty; say what to do, for example 'go to the red flag'.")
            if len(ids) > length:
                raise ValueError(f"Instruction {text!r} has {len(ids)} tokens, more than {length}; say it shorter.")
            # Shifted by one: no text, whatever it contains, can produce the padding.
            table[row, : len(ids)] = np.asarray(ids) + 1
        return table

    def decode(self, ids: Iterable[int]) -> str:
        """The text of one row of `encode`, as the tokenizer understood it (small letters, single spaces)."""
        return self._pairs.decode([int(i) - 1 for i in ids if i != PADDING]).strip()
