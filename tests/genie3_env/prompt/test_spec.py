"""WorldSpec: its text and its digest, and what it refuses to be."""

import dataclasses
import hashlib
import json

import pytest

from genie3_env.prompt.spec import WorldSpec


def test_the_canonical_json_is_sorted_and_compact():
    text = WorldSpec("castle", moat="lava", towers=3).to_json()
    assert text == (
        '{"difficulty":0.3,"extras":[],"flags":null,"gates":null,"hour":null,"moat":"lava","size":null,'
        '"task":"reach_flag","theme":"castle","towers":3,"trees":null}'
    )
    assert WorldSpec(**json.loads(text) | {"extras": ()}) == WorldSpec("castle", moat="lava", towers=3)


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
        {"trees": False},
        {"extras": (("weather", "rain"),)},
    ]
    assert len({dataclasses.replace(spec, **other).digest() for other in others} | {spec.digest()}) == 6


def test_a_spec_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        WorldSpec("castle").hour = "day"  # pyright: ignore[reportAttributeAccessIssue]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"hour": "teatime"}, "Unknown hour 'teatime' of a world; known: day, dusk, night"),
        ({"size": "xl"}, "Unknown size 'xl'"),
        ({"moat": "custard"}, "Unknown moat 'custard'"),
        ({"task": None}, "Unknown task None"),
        ({"flags": 2}, "flags must be a whole number, 3 to 5, or None; got 2"),
        ({"flags": 6}, "got 6"),
        ({"flags": 4.0}, "got 4.0"),
        ({"towers": -1}, "towers must be a whole number, at least 0"),
        ({"gates": True}, "gates must be"),
        ({"difficulty": 1.1}, "between 0 and 1; got 1.1"),
        ({"difficulty": float("nan")}, "between 0 and 1"),
        ({"difficulty": None}, "between 0 and 1"),
    ],
)
def test_what_a_world_cannot_be_is_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        WorldSpec("castle", **wrong)
