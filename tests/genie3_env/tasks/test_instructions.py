"""The instruction table: what training sees, what it never sees, and that both come from the data alone."""

import re
import tomllib
from collections import Counter
from importlib import resources

import pytest

from genie3_env.prompt.spec import TASKS
from genie3_env.tasks.instructions import TRAIN_ROWS, instruction_table
from genie3_env.world import FLAG_COLOURS

DATA = tomllib.loads(resources.files("genie3_env.tasks").joinpath("instructions.toml").read_text("utf-8"))
HELD_OUT_ROWS = 20  # a colour: 8 + 4 + 4 + 4


def texts(task, split):
    return [row.text for row in instruction_table((task,)) if row.split == split]


def test_rows_of_one_colour_by_hand():
    # Row 0: frame 0 and pair 0. Pair 1, (red, banner), is held out: row 1 has the next pair, (red, pennant).
    red = [row.text for row in instruction_table()[: TRAIN_ROWS + HELD_OUT_ROWS]]
    assert red[:2] == ["go to the red flag", "walk to the red pennant"]
    assert red[TRAIN_ROWS : TRAIN_ROWS + 2] == ["get to the red banner", "get to the crimson pennant"]
    assert red[-4:] == [
        "approach the red pennant",
        "navigate to the red flag",
        "head for the crimson banner",
        "visit the red pennant",
    ]


@pytest.mark.parametrize("task", TASKS)
def test_every_colour_has_as_many_rows_and_no_sentence_stands_in_both_splits(task):
    table = instruction_table((task,))
    assert [row.id for row in table] == list(range(len(table)))
    counts = Counter((row.colour, row.split) for row in table)
    wanted = {"train": TRAIN_ROWS, "held_out": HELD_OUT_ROWS}
    assert counts == {(colour, split): wanted[split] for colour in range(len(FLAG_COLOURS)) for split in wanted}
    assert not set(texts(task, "train")) & set(texts(task, "held_out"))


@pytest.mark.parametrize("task", TASKS)
def test_training_sees_every_verb_and_every_noun_but_not_those_held_out_together(task):
    train, held_out = texts(task, "train"), texts(task, "held_out")
    assert len(DATA[task]["held_out_verbs"]) == 4
    for verb, noun in DATA[task]["held_out_verbs"]:
        said = re.compile(rf"\b{verb}\b.* {noun}\b")
        assert not [text for text in train if said.search(text)]
        assert sum(bool(said.search(text)) for text in held_out) >= len(FLAG_COLOURS)
        assert any(re.search(rf"\b{verb}\b", text) for text in train)
        assert any(re.search(rf"\b{noun}\b", text) for text in train)


@pytest.mark.parametrize("task", TASKS)
def test_training_sees_no_frame_that_is_held_out(task):
    for frame in DATA[task]["held_out_frames"]:
        said = re.compile(re.escape(frame).replace(r"\{colour\}", r"\w+").replace(r"\{noun\}", ".+"))
        assert not [text for text in texts(task, "train") if said.fullmatch(text)]
        assert [text for text in texts(task, "held_out") if said.fullmatch(text)]
