"""The instruction table: every sentence that a task may be asked for with, and which of them training never sees.

A sentence is a frame ("go to the {colour} {noun}") with a colour word and a noun. Of each colour's nine (word, noun)
pairs two are held out of training, though each word and each noun occurs there; so are whole frames, and some verbs
with some nouns. The table does not take the full product: it walks frames and pairs in step, so that both are used
about equally often.

* split "train": TRAIN_ROWS sentences a colour, training frame and training pair;
* split "held_out": 20 a colour: eight with a new frame and a new pair, four with only the frame new, four with only
  the pair, four with only the verb new to the noun.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from genie3_env.world import FLAG_COLOURS

TRAIN_ROWS = 40


@dataclass(frozen=True)
class Instruction:
    """One sentence. id: its row in the table; colour: index in FLAG_COLOURS; split: "train" or "held_out"."""

    id: int
    text: str
    task: str
    colour: int
    split: str


@cache
def instruction_table(tasks: tuple[str, ...] = ("reach_flag",)) -> tuple[Instruction, ...]:
    """All instructions of some tasks, task after task; row i has id i."""
    data = tomllib.loads(resources.files("genie3_env.tasks").joinpath("instructions.toml").read_text("utf-8"))
    rows: list[Instruction] = []
    for task in tasks:
        for colour, name in enumerate(FLAG_COLOURS):
            for split, frame, word, noun in _of_colour(data[task], data["colours"][name], colour):
                text = frame.format(colour=word, noun=noun)
                rows.append(Instruction(len(rows), text, task, colour, split))
    return tuple(rows)


def _of_colour(task: dict[str, list[str]], words: list[str], colour: int) -> list[tuple[str, str, str, str]]:
    """(split, frame, colour word, noun) of every row of one colour."""
    nouns, frames, new_frames, new_verbs = (
        task[key] for key in ("nouns", "frames", "held_out_frames", "held_out_verbs")
    )
    pairs = [(word, noun) for word in words for noun in nouns]
    new = [(words[i], nouns[(i + 1 + colour) % len(nouns)]) for i in range(2)]
    known = [pair for pair in pairs if pair not in new]
    rows = [("train", *_in_step(frames, known, k, new_verbs)) for k in range(TRAIN_ROWS)]
    rows += [("held_out", frame, *pair) for frame in new_frames for pair in new]
    rows += [("held_out", *_in_step(new_frames, known, k + colour)) for k in range(4)]
    rows += [("held_out", *_in_step(frames, new, 3 * k + colour)) for k in range(4)]
    for verb, noun in new_verbs:
        frame = next(frame for frame in frames if verb in frame)
        rows.append(("held_out", frame, *next(pair for pair in known if pair[1] == noun)))
    return rows


def _in_step(
    frames: list[str], pairs: list[tuple[str, str]], k: int, new_verbs: Sequence[Sequence[str]] = ()
) -> tuple[str, str, str]:
    """Frame k and pair k, or the next pair whose noun is not held out with the frame's verb."""
    frame = frames[k % len(frames)]
    new_nouns = [noun for verb, noun in new_verbs if verb in frame]
    following = (pairs[(k + skip) % len(pairs)] for skip in range(len(pairs)))
    return frame, *next(pair for pair in following if pair[1] not in new_nouns)
