"""Train the byte-pair vocabulary on the training instructions: python -m experiments.vocabulary

Takes a second. The file is committed and belongs to every checkpoint made with it: after a change of the instructions
it keeps working (every byte has a token), so make a new one only before training anew.
"""

import sys
from collections.abc import Iterable
from pathlib import Path

from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

from genie3_env.tasks.instructions import instruction_table
from sima_jax.tokens import VOCABULARY

SIZE = 511  # 512 with the padding


def train_vocabulary(texts: Iterable[str]) -> str:
    """A vocabulary for sima_jax.tokens.Tokenizer as JSON; the same texts give the same bytes."""
    tokenizer = Tokenizer(models.BPE())
    spaces = normalizers.Replace(Regex(r"\s+"), " ")
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Lowercase(), spaces, normalizers.Strip()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer.train_from_iterator(
        texts, trainers.BpeTrainer(vocab_size=SIZE, initial_alphabet=alphabet, show_progress=False)
    )
    return tokenizer.to_str(pretty=True) + "\n"


def main(path: Path = VOCABULARY) -> int:
    """Write the vocabulary of the training instructions to `path`."""
    texts = [instruction.text for instruction in instruction_table() if instruction.split == "train"]
    path.write_text(train_vocabulary(texts), "utf-8")
    print(f"{path}: a vocabulary trained on {len(texts)} instructions")
    return 0


if __name__ == "__main__":
    sys.exit(main())
