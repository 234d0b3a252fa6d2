"""WorldSpec: its text and its digest, and what it refuses to be."""

import dataclasses
import hashlib
import json

import pytest

from genie3_env.prompt.spec import WorldSpec

CASTLE = WorldSpec("castle", moat="lava", objects={"tower": 3, "gate": None})  # pyright: ignore[reportArgumentType]


def test_the_canonical_json_is_sorted_and_compact_and_leaves_out_what_is_open():
    text = CASTLE.to_json()
    assert text == (
        '{"difficulty":0.3,"moat":"lava","objects":{"gate":null,"tower":3},"task":"reach_flag","theme":"castle"}'
    )
    assert WorldSpec.from_json(text) == CASTLE
    assert (
        WorldSpec.from_json(json.dumps(json.loads(text) | {"difficulty": 1})).to_json().startswith('{"difficulty":1.0')
    )


def test_equal_specs_have_equal_digests_and_different_ones_have_not():
    spec = WorldSpec("castle", hour="day")
    assert (
        spec.digest()
        == WorldSpec(hour="day", theme="castle").digest()
        == hashlib.sha256(spec.to_json().encode()).hexdigest()
    )
    assert hash(spec) == hash(WorldSpec("castle", hour="day"))
    others = [
        {"hour": "night"},
        {"flags": 4},
        {"difficulty": 0.4},
        {"objects": {"tree": 0}},
        {"objects": {"tree": None}},
        {"flag_colours": ["red", "blue"]},
        {"flag_colours": ["blue", "red"]},
        {"ruined": False},
        {"overgrown": True},
        {"foliage": "autumn"},
        {"coin_colour": "red"},
    ]
    assert len({dataclasses.replace(spec, **other).digest() for other in others} | {spec.digest()}) == 12


def test_what_is_asked_for_goes_before_what_is_drawn():
    spec = WorldSpec("castle", objects=(("gate", None), ("tower", 3), ("tree", 0)), liquid="acid", lake="water")
    assert [spec.count(name, drawn) for name, drawn in (("tower", 5), ("tree", 9), ("gate", 0), ("gate", 2))] == [
        3,
        0,
        1,
        2,
    ]
    assert spec.count("well", 4) == 4
    assert (spec.filling("river", "lava"), spec.filling("river", "none"), spec.filling("lake", "none")) == (
        "acid",
        "none",
        "water",
    )
    assert dataclasses.replace(spec, liquid="none").filling("river", "lava") == "none"


def test_a_spec_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        WorldSpec("castle").hour = "day"  # pyright: ignore[reportAttributeAccessIssue]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"hour": "teatime"}, "Unknown hour 'teatime' of a world; known: day, dusk, night"),
        ({"hour": ["day"]}, "Unknown hour"),
        ({"size": "lrge"}, "Unknown size 'lrge' of a world; did you mean 'large'\\?"),
        ({"moat": "custard"}, "Unknown moat 'custard'"),
        ({"task": None}, "Unknown task None"),
        ({"ruined": "very"}, "ruined must be true, false or None; got 'very'"),
        ({"overgrown": 1}, "overgrown must be true, false or None; got 1"),
        ({"foliage": "autum"}, "Unknown foliage 'autum' of a world; did you mean 'autumn'"),
        ({"coin_colour": "gold"}, "Unknown coin_colour 'gold' of a world; known: red, blue"),
        ({"flags": 2}, "flags must be a whole number, 3 to 5, or None; got 2"),
        ({"flags": 4.0}, "got 4.0"),
        ({"coins": 0}, "coins must be a whole number, 1 to 12"),
        ({"objects": {"towre": 1}}, "Unknown object 'towre' of a world; did you mean 'tower'"),
        ({"objects": {"tower": -1}}, "number of tower must be a whole number, 0 to 12, or None; got -1"),
        ({"objects": {"tower": True}}, "number of tower must be"),
        ({"objects": 5}, "objects are a mapping such as"),
        ({"flag_colours": "red"}, "flag_colours are a list such as"),
        ({"flag_colours": ["beige"]}, "Unknown flag colour 'beige'"),
        ({"flag_colours": ["red"] * 6}, "at most 5 flags; flag_colours lists 6"),
        ({"difficulty": 1.1}, "between 0 and 1; got 1.1"),
        ({"difficulty": float("nan")}, "between 0 and 1"),
        ({"difficulty": None}, "between 0 and 1"),
        ({"difficulty": True}, "between 0 and 1"),
    ],
)
def test_what_a_world_cannot_be_is_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        WorldSpec("castle", **wrong)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a castle", "The spec is not JSON: .* It looks like"),
        ("[" * 100_000, "The spec is not JSON"),
        ("[]", "A spec is an object such as .*; got list"),
        ("{}", "The spec names no theme; known themes: castle, "),
        ('{"theme": "castel"}', "Unknown theme 'castel' of a world; did you mean 'castle'"),
        ('{"theme": "castle", "colour": "red"}', "Unknown field 'colour' of a spec;"),
        ('{"theme": "castle", "hours": "day"}', "did you mean 'hour'"),
    ],
)
def test_text_that_is_no_spec_is_refused(text, message):
    with pytest.raises(ValueError, match=message):
        WorldSpec.from_json(text)
