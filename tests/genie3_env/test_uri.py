"""genie3:// addresses: what each part says, that text and parts are the same, the worlds and what is refused."""

import dataclasses

import numpy as np
import pytest

import genie3_env
from genie3_env.prompt.parse import parse
from genie3_env.uri import WorldURI, parse_uri, spec_of, worlds_of
from genie3_env.world_file import save_world
from genie3_env.worldgen.builder import WorldBuilder
from tests.toy_world import toy_world


def test_a_sentence_with_parameters():
    text = "genie3://a%20castle%20at%20night?task=reach_flag&difficulty=0.4&seed=7&size=large&num_worlds=4"
    uri = parse_uri(text)
    assert uri == WorldURI(
        prompt="a castle at night",
        num_worlds=4,
        seed=7,
        overrides=(("difficulty", 0.4), ("size", "large"), ("task", "reach_flag")),
    )
    assert spec_of(uri) == dataclasses.replace(parse("a castle at night").spec, size="large", difficulty=0.4)


def test_a_file():
    assert parse_uri("genie3:///data/a%20b.g3world") == WorldURI(path="/data/a b.g3world")


def test_parameters_are_stronger_than_words():
    spec = spec_of(parse_uri("genie3://a small ruined castle with five flags by day?size=large&ruined=false&flags=3"))
    assert (spec.size, spec.ruined, spec.flags, spec.hour) == ("large", False, 3, "day")


def test_a_preset_stands_for_a_task_and_its_difficulty():
    uri = parse_uri("genie3://an easy castle?preset=puzzle")
    assert uri == WorldURI(prompt="an easy castle", overrides=(("difficulty", 0.5), ("task", "puzzle")))
    assert spec_of(uri) == parse("an easy castle").spec.with_preset("puzzle")
    assert spec_of(parse_uri("genie3://a castle?preset=puzzle&difficulty=0.9")).difficulty == 0.9


@pytest.mark.parametrize(
    "uri",
    [
        WorldURI(prompt="a castle"),
        WorldURI(prompt="100% castle & moat? #1/2 + [ruins]"),
        WorldURI(prompt="\u4e00\u5ea7\u57ce\u5821", seed=3, overrides=(("ruined", True), ("hour", "dusk"))),
        WorldURI(prompt="a castle", num_worlds=2, overrides=(("difficulty", 0.1), ("flags", 4), ("theme", "ice"))),
        WorldURI(path="/a/b c/\u57ce?#%.g3world"),
    ],
)
def test_text_and_parts_say_the_same(uri):
    assert str(uri).isascii()
    assert parse_uri(str(uri)) == uri


def test_worlds_of_a_sentence():
    worlds = worlds_of(parse_uri("genie3://a%20castle?num_worlds=2&seed=3&size=small"))
    spec = dataclasses.replace(parse("a castle").spec, size="small")
    expected = WorldBuilder().generate(spec=spec, num_worlds=2, seed=3)
    assert [world.digest for world in worlds] == [world.digest for world in expected]


def test_worlds_of_a_file_and_of_a_folder(tmp_path):
    for hour in ("night", "day"):
        save_world(toy_world(hour), tmp_path / f"{hour}.g3world")
    night = worlds_of(WorldURI(path=str(tmp_path / "night.g3world")))
    assert [world.hour for world in night] == ["night"]
    assert [world.hour for world in worlds_of(WorldURI(path=str(tmp_path)))] == ["day", "night"]
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match=r"holds no \.g3world file"):
        worlds_of(WorldURI(path=str(tmp_path / "empty")))
    with pytest.raises(FileNotFoundError):
        worlds_of(WorldURI(path=str(tmp_path / "absent.g3world")))


def test_make_plays_an_address_or_a_sentence(tmp_path):
    path = save_world(toy_world(), tmp_path / "toy.g3world")
    with genie3_env.make(str(WorldURI(path=str(path))), height=18, width=32) as env:
        obs, _ = env.reset(seed=0)
        assert obs["image"].shape == (18, 32, 3)
        assert env.pool.worlds[0].digest == toy_world().digest
    frames = []
    for said, settings in (("genie3://a%20castle?seed=5", {}), ("a castle", {"world_seed": 5})):
        with genie3_env.make(said, height=18, width=32, **settings) as env:
            frames.append(env.reset(seed=0)[0]["image"])
    np.testing.assert_array_equal(*frames)
    with pytest.raises(ValueError, match="num_worlds is what the address decides"):
        genie3_env.make("genie3://a%20castle", num_worlds=2)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (7, "An address is text .*; got int"),
        ("a castle", "does not begin with 'genie3://'"),
        ("http://castle", "does not begin with 'genie3://'"),
        ("genie3:a castle", "two slashes before a sentence and three before a file"),
        ("genie3://", "names a sentence or a file"),
        ("genie3://?seed=3", "names a sentence or a file"),
        ("genie3://a castle/with towers", "a '/' in its sentence; write it as %2F"),
        ("genie3://a castle#1", "a part after '#'"),
        ("genie3://castle.g3world", "a file has three"),
        ("genie3://a[castle", "is no address .Invalid IPv6 URL"),
        ("genie3://a%ffcastle", "is no address .*can't decode"),
        ("genie3://a castle\n", "cannot be printed"),
        ("genie3://a castle?seed", "is no address .bad query field"),
        ("genie3://" + "castle" * 2000, "has 12009 characters; at most 8192"),
        ("genie3://a castle?sed=1", "Unknown parameter 'sed' of an address; did you mean 'seed'"),
        ("genie3://a castle?objects=tower", "Unknown parameter 'objects'"),
        ("genie3://a castle?seed=1&seed=2", "'seed' is given twice, as 1 and '2'"),
        ("genie3://a castle?seed=x", "seed must be a whole number; got 'x'"),
        ("genie3://a castle?seed=-1", "seed must be a whole number of at least 0; got -1"),
        ("genie3://a castle?num_worlds=0", "num_worlds must be a whole number of at least 1; got 0"),
        ("genie3://a castle?difficulty=hard", "difficulty must be a number; got 'hard'"),
        ("genie3://a castle?difficulty=2", "lies between 0 and 1; got 2.0"),
        ("genie3://a castle?ruined=1", "ruined must be true or false; got '1'"),
        ("genie3://a castle?size=larg", "Unknown size 'larg' of a world; did you mean 'large'"),
        ("genie3://a castle?size=", "Unknown size ''"),
        ("genie3://a castle?preset=puzle", "Unknown preset 'puzle' of a world; did you mean 'puzzle'"),
        ("genie3:///a.g3world?seed=3", "A saved world is as it is"),
    ],
)
def test_refusals(text, message):
    with pytest.raises(ValueError, match=message):
        parse_uri(text)


def test_a_sentence_that_says_nothing_is_refused():
    with pytest.raises(ValueError, match="names no theme that is known"):
        spec_of(parse_uri("genie3://a%20qwertz"))
    with pytest.raises(ValueError, match="names a file"):
        spec_of(parse_uri("genie3:///a.g3world"))
