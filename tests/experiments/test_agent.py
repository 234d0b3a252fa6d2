"""What the experiment tells the learner about the instructions."""

from experiments.agent import meanings
from genie3_env.tasks.instructions import instruction_table


def test_paraphrases_have_one_meaning_and_colours_differ():
    table = instruction_table()
    numbers = meanings(table)
    assert len(numbers) == len(table)
    assert len(set(numbers) - {-1}) == 5
    for row, number in zip(table, numbers, strict=True):
        assert (number == -1) == (row.split == "held_out")  # a learner must not be told
        if number == -1:
            continue
        assert {other.colour for other, same in zip(table, numbers, strict=True) if same == number} == {row.colour}
