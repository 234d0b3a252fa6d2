"""Numbers, ranges, bounds, units and difficulties in digits among the phrases of a prompt."""

import pytest

from genie3_env.prompt.amounts import amounts
from genie3_env.prompt.phrases import phrases, tokens


def of_kind(prompt, kind):
    return [
        (phrase.said, phrase.meaning.value) for phrase in amounts(list(phrases(tokens(prompt)))) if phrase.kind == kind
    ]


@pytest.mark.parametrize(
    ("prompt", "number"),
    [
        ("7 towers", 7),
        ("\uff17 towers", 7),
        ("twenty five trees", 25),
        ("a dozen towers", 12),
        ("two dozen towers", 2 * 12),
        ("two hundred and six trees", 206),
        ("1,200 trees", 1200),
        ("二十五棵樹", 2 * 10 + 5),
        ("十一座塔", 11),
        ("三百二十棵树", 3 * 100 + 2 * 10),
        ("两座塔", 2),
        # The middle of a range, rounded up.
        ("between 3 and 6 trees", 5),
        ("3 to 5 trees", 4),
        ("3-5 trees", 4),
        ("two or three towers", 3),
        ("三到五座塔", 4),
        ("两三座塔", 3),
        # Bounds hold at the number itself, but for "more than" and "fewer than".
        ("no more than three towers", 3),
        ("at least four towers", 4),
        ("three or more towers", 3),
        ("more than three towers", 4),
        ("fewer than three towers", 2),
        ("at least two dozen trees", 24),
        ("不超过三座塔", 3),
        ("至少四座塔", 4),
        ("少于三座塔", 2),
        ("9" * 400 + " trees", 10**6),  # more than anything can be
    ],
)
def test_the_words_of_a_number_are_one_number(prompt, number):
    ((_, value),) = of_kind(prompt, "number")
    assert value == number


@pytest.mark.parametrize(
    ("prompt", "difficulty"),
    [
        ("difficulty 0.7", 0.7),
        ("difficulty: 0.7", 0.7),
        ("the difficulty is 1", 1.0),
        ("difficulty level 7", 0.7),
        ("difficulty of 70%", 0.7),
        ("70% difficulty", 0.7),
        ("difficulty 7/10", 0.7),
        ("difficulty 3 out of 4", 0.75),
        ("level 3", 0.3),
        ("level 1", 0.1),
        ("difficulty 999", 1.0),
        ("difficulty: hard", 0.8),
        ("hard difficulty", 0.8),
        ("medium difficulty", 0.5),
        ("not too hard", 0.2),
        ("难度0.7", 0.7),
        ("難度\uff1a7", 0.7),
        ("难度困难", 0.8),
        ("不要太难", 0.2),
    ],
)
def test_difficulties_are_shares_of_one(prompt, difficulty):
    ((_, value),) = of_kind(f"castle, {prompt}", "difficulty")
    assert value == pytest.approx(difficulty)
    assert not of_kind(f"castle, {prompt}", "number")


@pytest.mark.parametrize(
    "prompt", ["a two-storey house", "a house of 2 floors", "三层的塔", "50 metres", "0.5 towers", "70%"]
)
def test_numbers_that_count_nothing_are_no_counts(prompt):
    assert not of_kind(prompt, "number") and len(of_kind(prompt, "strange")) >= 1


def test_nothing_that_was_said_is_lost():
    for prompt in (
        "at least twenty five trees",
        "between 3 and 5 towers and a dozen flags, difficulty 0.7",
        "三到五座塔",
    ):
        before = "".join(phrase.said for phrase in phrases(tokens(prompt)))
        after = "".join(phrase.said for phrase in amounts(list(phrases(tokens(prompt)))))
        assert after.replace(" ", "") == before.replace(" ", "")
