"""What is almost a spec is made one, and every repair is told."""

import math

import pytest

from genie3_env.prompt.repair import repaired
from genie3_env.prompt.spec import WorldSpec


def test_a_spec_is_left_as_it_is():
    fields = {"theme": "castle", "hour": "night", "objects": {"tower": 3, "tree": None}, "ruined": True, "coins": 4}
    assert repaired(fields) == (fields, [])


@pytest.mark.parametrize(
    ("data", "fields", "note"),
    [
        ({"hours": "night"}, {"hour": "night"}, "field 'hours' was read as 'hour'."),
        ({"mood": "sad"}, {}, "field 'mood' is not known: left out."),
        ({"hour": "Night "}, {"hour": "night"}, None),
        ({"hour": "nigth"}, {"hour": "night"}, "hour 'nigth' was read as 'night'."),
        ({"hour": "teatime"}, {}, "hour 'teatime' is not known: left out."),
        ({"hour": None, "objects": {}}, {"objects": {}}, None),
        ({"flags": 9}, {"flags": 5}, "flags 9 lies outside 3 to 5 or is not whole: it is 5."),
        ({"coins": "7"}, {"coins": 7}, None),
        ({"coins": [7]}, {}, "coins of type list is no number: left out."),
        ({"ruined": "true"}, {"ruined": True}, None),
        ({"ruined": 3}, {}, "ruined 3 is neither true nor false: left out."),
        ({"difficulty": 3}, {"difficulty": 1.0}, "difficulty 3 lies outside 0 to 1: it is 1."),
        ({"difficulty": math.nan}, {}, "difficulty nan is no number: left out."),
        ({"objects": {"towers": 3}}, {"objects": {"tower": 3}}, "object 'towers' was read as 'tower'."),
        ({"objects": {"Palm": 99}}, {"objects": {"palm": 40}}, "number of palm 99 lies outside 0 to 40"),
        ({"objects": ["tree", {"name": "well", "count": 2}, ["hut", 1]]},
         {"objects": {"tree": None, "well": 2, "hut": 1}}, None),
        ({"objects": {"tree": True, "well": False}}, {"objects": {"tree": None, "well": 0}}, None),
        ({"objects": "trees"}, {}, "objects 'trees' is no mapping of names to counts: left out."),
        ({"flag_colours": "red"}, {"flag_colours": ("red",)}, None),
        ({"flag_colours": ["red"] * 7}, {"flag_colours": ("red",) * 5}, "at most 5 flags: 2 colours are left out."),
        ({"flag_colours": 5}, {}, "flag_colours 5 is no list of colours: left out."),
        ({"coins": 10**5000}, {}, "coins of very many digits is no number: left out."),
        ({"x" * 1000: 1}, {}, "field '" + "x" * 39 + "... is not known: left out."),
    ],
)  # fmt: skip
def test_what_can_be_repaired_is_and_is_told(data, fields, note):
    made, notes = repaired({"theme": "castle", **data})
    assert made == {"theme": "castle", **fields}
    assert len(notes) == (note is not None) and (not note or note in notes[0])
    WorldSpec.from_dict(made)


def test_a_spec_within_an_object_is_found():
    assert repaired({"spec": {"theme": "Castle"}}) == ({"theme": "castle"}, [])


@pytest.mark.parametrize("data", [{}, {"theme": "zzz"}, {"theme": None}, {"theme": 5}, [], "castle", None, 3.0])
def test_without_a_theme_there_is_no_spec(data):
    with pytest.raises(ValueError, match=r"names no theme that is known. Known themes: castle, |is no JSON object but"):
        repaired(data)
