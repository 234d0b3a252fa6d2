"""Sentences and what is understood of them."""

import re
import tomllib
from importlib import resources

import pytest

from genie3_env.prompt.parse import MAX_PROMPT_LENGTH, lexicon, parse
from genie3_env.prompt.spec import FLAGS, HOURS, MOATS, SIZES, WorldSpec
from genie3_env.worldgen.themes import THEMES, castle


def test_the_first_sentence_is_understood_completely():
    read = parse("a medieval castle with lava moat")
    assert read.spec == WorldSpec("castle", moat="lava")
    assert read.understood == ("medieval", "castle", "lava", "moat")
    assert read.not_understood == () and read.suggestions == {}


@pytest.mark.parametrize(
    ("prompt", "wanted"),
    [
        ("castle", {}),
        ("A FORTRESS!", {}),
        ("two strongholds", {}),
        ("château", {}),
        ("a castle by moonlight", {"hour": "night"}),
        ("a sunny citadel", {"hour": "day"}),
        ("a castle at sunset", {"hour": "dusk"}),
        ("a large castle", {"size": "large"}),
        ("a castle, small and bright", {"size": "small", "hour": "day"}),
        ("a castle with a magma-filled moat", {"moat": "lava"}),
        ("a castle with a moat of water", {"moat": "water"}),
        ("a castle with a moat", {"moat": "water"}),
        ("a castle without a moat", {"moat": "none"}),
        ("a castle without lava", {"moat": "none"}),
        ("a castle with no lava moat", {"moat": "none"}),
        ("a castle with three towers", {"towers": 3}),
        ("a 4-tower castle", {"towers": 4}),
        ("a castle with a tower and two gates", {"towers": 1, "gates": 2}),
        ("a castle with a dozen towers", {"towers": 12}),
        ("a castle with no towers", {"towers": 0}),
        ("a castle with towers and gates and flags", {}),
        ("a castle with 5 coloured flags", {"flags": 5}),
        ("a castle in a forest", {"trees": True}),
        ("a castle without trees", {"trees": False}),
        ("a castle without a moat or trees", {"moat": "none", "trees": False}),
        ("a castle without a lava moat or trees", {"moat": "none", "trees": False}),
        ("no trees and three towers, castle", {"trees": False, "towers": 3}),
        ("no lava and three towers, castle", {"moat": "none", "towers": 3}),
        ("an easy castle", {"difficulty": 0.1}),
        ("a hard castle", {"difficulty": 0.8}),
        (
            "Please make me a huge fortress at midnight with six towers, one gate, a lava moat and 4 flags, no trees!",
            {
                "size": "large",
                "hour": "night",
                "towers": 6,
                "gates": 1,
                "moat": "lava",
                "flags": 4,
                "trees": False,
            },
        ),
    ],
)
def test_sentences(prompt, wanted):
    read = parse(prompt)
    assert read.spec == WorldSpec("castle", **wanted)
    assert set(read.not_understood) <= {"two"}  # of castles there is one in a world


@pytest.mark.parametrize(
    ("prompt", "wanted", "not_understood", "suggestions"),
    [
        ("a spooky castle", {}, ("spooky",), {}),
        ("a castle with a laava moat", {"moat": "water"}, ("laava",), {"laava": "lava"}),
        ("a castle with three towrs", {}, ("towrs", "three"), {"towrs": "towers"}),
        ("a castle with a big tower", {"towers": 1}, ("big",), {}),
        ("a castle with a large courtyard", {}, ("large",), {}),
        ("a castle not at night", {}, ("not", "night"), {}),
        ("a castle with no walls and two towers", {"towers": 2}, ("no",), {}),
        ("three trees around a castle", {"trees": True}, ("three",), {}),
        ("a castle without", {}, ("without",), {}),
    ],
)
def test_what_changes_nothing_is_told(prompt, wanted, not_understood, suggestions):
    read = parse(prompt)
    assert read.spec == WorldSpec("castle", **wanted)
    assert (read.not_understood, dict(read.suggestions)) == (not_understood, suggestions)


def test_capitals_and_punctuation_change_nothing():
    plain = parse("a large castle at night with three towers and no trees")
    assert parse("  A LARGE castle: at NIGHT... with (three) towers -- and no trees?!  ") == plain


@pytest.mark.parametrize(
    ("prompt", "message"),
    [
        ("", "has no words"),
        (" ?! ", "has no words"),
        (None, "must be text, such as 'a castle at night'; got NoneType"),
        (b"a castle", "must be text"),
        ("castle " * 100, f"700 characters; at most {MAX_PROMPT_LENGTH}"),
        ("a spaceship", "'a spaceship' names no theme that is known. Known themes: castle."),
        ("medival castel", "Did you mean 'medieval', 'castle'? Known themes: castle."),
        ("a castle with nine flags", "asks for 9 flags; a world has 3 to 5 flags"),
        ("a castle with one flag", "asks for 1 flags"),
        ("a castle with seven gates", "asks for 7 gates; a world has 1 to 4 gates"),
        ("a castle without gates", "asks for 0 gates"),
        ("a castle with 99 towers", "asks for 99 towers; a world has 0 to 12 towers"),
        ("a castle by day and by night", "hour 'day' and for hour 'night'; choose one"),
        ("a castle with a lava moat and a water moat", "moat 'lava' and for moat 'water'"),
        ("a castle with trees and without trees", "trees True and for trees False"),
    ],
)
def test_what_cannot_be_is_refused(prompt, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        parse(prompt)


def test_the_lexicon_names_only_what_worlds_know():
    values: dict[str, set] = {}
    for kind, value in lexicon().meanings.values():
        values.setdefault(kind, set()).add(value)
    assert values["theme"] == set(lexicon().themes) == set(THEMES)
    assert values["hour"] == set(HOURS) and values["size"] == set(SIZES)
    assert values["filling"] == set(MOATS) - {"none"}
    assert all(0 <= value <= 1 for value in values["difficulty"])
    limits = {thing: (table["least"], table["most"]) for thing, table in lexicon().counts.items()}
    assert limits == {"towers": (0, castle.MAX_TOWERS), "gates": (1, castle.MAX_GATES), "flags": FLAGS}


def test_every_word_of_the_lexicon_can_be_said():
    for word, (kind, _) in lexicon().meanings.items():
        if kind not in ("negation", "number", "count", "theme"):
            assert word not in parse(f"castle {word}").not_understood, word


def test_no_word_means_two_things():
    data = tomllib.loads(resources.files("genie3_env.prompt").joinpath("lexicon.toml").read_text("utf-8"))
    words = [word for table in data["count"].values() for word in table["words"]] + list(data["number"])
    for kind in ("theme", "hour", "size", "filling", "difficulty", "thing", "grammar"):
        words += [word for listed in data[kind].values() for word in listed]
    assert sorted(words) == sorted(lexicon().meanings)
