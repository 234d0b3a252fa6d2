"""The lexicon: complete, without contradictions, and every word of it can be said."""

import tomllib
from importlib import resources

import pytest

from genie3_env.prompt import spec
from genie3_env.prompt.lexicon import TABLES, is_chinese, lexicon, split
from genie3_env.prompt.parse import parse
from genie3_env.worldgen.objects import KINDS
from genie3_env.worldgen.themes import THEMES

KNOWN = {
    "theme": set(THEMES),
    "style": set(THEMES),
    "ground": set(spec.GROUNDS),
    "relief": set(spec.RELIEFS),
    "hour": set(spec.HOURS),
    "weather": set(spec.WEATHERS),
    "size": set(spec.SIZES),
    "liquid": set(spec.LIQUIDS),
    "body": set(spec.BODIES),
    "material": set(spec.BUILDING_MATERIALS),
    "object": set(KINDS) - {"racetrack"},  # said by naming the theme
    "colour": set(spec.COLOURS),
    "task": set(spec.TASKS),
    "scene": set(lexicon().brings) - set(THEMES),
    "state": set(spec.SWITCHES),
    "amount": {"few", "several", "many", "dense"},
    "negation": {"without", "no"},
}
WITHOUT_EFFECT = (
    "number",
    "unit",
    "amount",
    "bound",
    "range",
    "measure",
    "negation",
    "colour",
    "hint",
    "flag",
    "shade",
)
WITHOUT_EFFECT += (
    "pronoun",
    "filler",
    "article",
    "preposition",
    "making",
    "world",
    "exception",
    "opening",
    "break",
    "and",
    "or",
    "shunning",
    "strange",
)


def load(name):
    return tomllib.loads(resources.files("genie3_env.prompt").joinpath(name).read_text("utf-8"))


@pytest.mark.parametrize("name", ["lexicon.toml", "lexicon_zh.toml"])
def test_each_language_has_words_for_everything_that_worlds_know_and_for_nothing_else(name):
    data = load(name)
    for kind, known in KNOWN.items():
        assert set(data[kind]) == known, kind
        assert all(data[kind].values()), kind
    assert set(spec.THEMES) == set(THEMES) and set(spec.OBJECTS) == set(KINDS)
    assert all(0.0 <= float(value) <= 1.0 for value in data["difficulty"])


def test_no_word_means_two_things():
    phrases = []
    for data in map(load, ("lexicon.toml", "lexicon_zh.toml")):
        phrases += [phrase for kind in TABLES for listed in data[kind].values() for phrase in listed]
        phrases += [phrase for listed in data["grammar"].values() for phrase in listed]
    assert len(phrases) == len(set(phrases)) == len(lexicon().meanings)


def test_chinese_words_stand_in_simplified_characters():
    traditional = set(load("lexicon_zh.toml")["variants"]["traditional"])
    assert not traditional & {letter for phrase in lexicon().meanings for token in phrase for letter in token}


def test_at_least_14_themes_and_60_features_that_combine():
    others = ("theme", "style", "colour", "task", "size", "amount", "negation")
    features = sum(len(known) for kind, known in KNOWN.items() if kind not in others)
    assert len(THEMES) >= 14 and features >= 60


def test_every_theme_has_a_rank_of_its_own_and_brings_only_what_a_spec_can_hold():
    brings = lexicon().brings
    assert len({brings[theme]["rank"] for theme in THEMES}) == len(THEMES)
    assert all(("rank" in brought) == (name in THEMES) for name, brought in brings.items())
    for brought in brings.values():
        fields = {name: value for name, value in brought.items() if name not in ("rank", "place", "theme", "objects")}
        objects = {name: None if count == "some" else count for name, count in brought.get("objects", {}).items()}
        spec.WorldSpec(brought.get("theme", "castle"), **fields, objects=tuple(objects.items()))
        assert brought.get("theme", "castle") in THEMES
    assert set(lexicon().implied.values()) == set(THEMES) - {"track"}
    assert set(lexicon().built) <= set(KINDS) and set(lexicon().natural) <= set(spec.BUILDING_MATERIALS)
    assert all(set(names) <= set(KINDS) for names in lexicon().natural.values())


def test_every_word_can_be_said_and_changes_the_spec():
    plain = {theme: spec.WorldSpec(theme) for theme in THEMES}
    for phrase, meaning in lexicon().meanings.items():
        if meaning.kind in WITHOUT_EFFECT:
            continue
        said = ("" if is_chinese(phrase[0]) else " ").join(phrase)
        theme = "village" if meaning.value == "castle" else "castle"
        read = parse(f"{theme}. {said}")
        assert not read.not_understood and not read.notes, said
        if (meaning.kind, meaning.value) != ("task", "reach_flag"):  # the usual one
            assert read.spec != plain[theme], said


def test_words_that_only_join_others_hold_no_content():
    joining = {phrase for phrase, meaning in lexicon().meanings.items() if meaning.kind == "filler"}
    for word in (
        "deep",
        "old",
        "ancient",
        "time",
        "light",
        "red",
        "high",
        "beautiful",
        "hidden",
        "road",
        "光",
        "高",
        "路",
    ):
        assert tuple(split(word)) not in joining, word


def test_phrases_are_split_into_words_numbers_and_characters():
    assert split("4-tower castle, 两座塔") == ("4", "tower", "castle", ",", "两", "座", "塔")
    assert split("0.7 of sci-fi") == ("0.7", "of", "sci", "fi")
