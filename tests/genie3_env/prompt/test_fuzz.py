"""Any prompt and any spec get an answer: a spec that survives being written down, or a ValueError that says why not."""

import json
import random
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from genie3_env.prompt import spec as specs
from genie3_env.prompt.lexicon import lexicon
from genie3_env.prompt.parse import MAX_PROMPT_LENGTH, parse
from genie3_env.prompt.phrases import joined
from genie3_env.prompt.repair import FIELDS, repaired
from genie3_env.prompt.spec import WorldSpec

PHRASES = [joined(list(key)) for key in sorted(lexicon().meanings)]
JOINTS = (
    " ",
    " ",
    " ",
    ", ",
    " and ",
    " without ",
    " of ",
    ". ",
    "",
    "的",
    "、",
    " (",
    ") ",
    "-",
    "3",
    " 0.5 ",
    " s ",
    "\n",
)
WORST_S = 1.0  # of 500 characters, on a busy machine


def cases(number):
    """So many examples, the same ones each time; no folder of earlier failures is kept."""
    unhurried = {"deadline": None, "database": None, "suppress_health_check": list(HealthCheck)}
    return settings(max_examples=number, derandomize=True, **unhurried)


NAMES = [*FIELDS, "hours", "", "theme "]
WORDS = [*specs.THEMES, *specs.OBJECTS, *(word for known in specs.CHOICES.values() for word in known), "towers", "x"]
leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(WORDS)
values = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4)
)


def random_value(rng, deep=0):
    """A value such as a spec may hold, or almost."""
    kind = rng.randrange(10 if deep < 3 else 7)
    if kind >= 7:
        inner = [random_value(rng, deep + 1) for _ in range(rng.randrange(4))]
        return inner if kind == 9 else {rng.choice(WORDS): value for value in inner}
    small = rng.randint(-2, 70), rng.uniform(-0.5, 1.5)
    return (None, rng.choice(WORDS), rng.choice(WORDS), *small, rng.random() < 0.5, str(rng.randrange(9)))[kind]


def check(prompt):
    """Whether `prompt` was understood; fails where parse does anything but answer or refuse."""
    try:
        read = parse(prompt)
    except ValueError as refusal:
        assert len(str(refusal)) > 20
        return False
    text = read.spec.to_json()
    assert WorldSpec.from_json(text) == read.spec and WorldSpec.from_json(text).to_json() == text
    assert all(isinstance(word, str) and word for word in (*read.understood, *read.not_understood))
    assert all(note.endswith(".") for note in read.notes)
    return True


@cases(7000)
@given(st.text(max_size=60) | st.text(alphabet=st.characters(codec="utf-8"), max_size=120))
def test_any_text_is_answered(prompt):
    check(prompt)


def test_any_row_of_known_phrases_is_answered():
    rng = random.Random(3)
    understood = 0
    for _ in range(7000):
        prompt = "".join(rng.choice(PHRASES) + rng.choice(JOINTS) for _ in range(rng.randint(1, 14)))
        understood += check(prompt[:MAX_PROMPT_LENGTH])
    assert understood > 5000


def check_object(data):
    """Whether a spec can be made of `data`, repaired or not."""
    try:
        made = WorldSpec.from_dict(data)
    except ValueError as refusal:
        assert len(str(refusal)) > 20
    else:
        assert WorldSpec.from_json(made.to_json()) == made
    try:
        fields, _ = repaired(data)
    except ValueError as refusal:
        assert "theme" in str(refusal) or "no JSON object" in str(refusal)
        return False
    made = WorldSpec.from_dict(fields)
    assert repaired(json.loads(made.to_json()))[1] == []  # what has been repaired is right
    return True


@cases(300)
@given(st.dictionaries(st.sampled_from(NAMES), values, max_size=6) | values)
def test_any_json_is_a_spec_or_can_be_repaired_or_is_refused(data):
    check_object(data)


def test_almost_any_object_with_a_theme_can_be_repaired():
    rng = random.Random(4)
    for _ in range(5000):
        data = {rng.choice(NAMES): random_value(rng) for _ in range(rng.randrange(8))}
        check_object(data)
        assert check_object(data | {"theme": rng.choice(specs.THEMES)})


@cases(300)
@given(st.text(max_size=80) | values.map(json.dumps))
def test_any_text_is_a_spec_or_is_refused(text):
    try:
        WorldSpec.from_json(text)
    except ValueError as refusal:
        assert len(str(refusal)) > 20


@pytest.mark.parametrize(
    "prompt",
    [
        "castel " * 71,
        "".join(random.Random(1).choice("abcdefghijklmnopqrstuvwxyz ") for _ in range(500)),
        "".join(chr(random.Random(2).randint(0x4E00, 0x9FFF) + i % 50) for i in range(500)),
        "not " * 125,
        "no " + "a, " * 150 + "or b",
        "九" * 500,
        "two hundred thousand " * 23,
        "m" * 500,
        "\ufdfa" * 500,  # one character that stands for eighteen
        "without trees, " * 33,
    ],
)
def test_the_longest_prompts_are_read_at_once(prompt):
    parse("castle")  # the lexicon is loaded
    start = time.perf_counter()
    check(prompt[:MAX_PROMPT_LENGTH])
    assert time.perf_counter() - start < WORST_S
