"""The lexicon: what the words of a prompt mean, read from lexicon.toml and lexicon_zh.toml."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

TABLES = (
    "theme",
    "style",
    "hint",
    "scene",
    "ground",
    "relief",
    "hour",
    "weather",
    "size",
    "liquid",
    "body",
    "material",
    "shade",
    "state",
    "object",
    "flag",
    "coin",
    "colour",
    "task",
    "difficulty",
    "number",
    "unit",
    "amount",
    "bound",
    "range",
    "measure",
    "negation",
)
_CHINESE = "\u3007\u3400-\u9fff\uf900-\ufaff"  # ideographs: unified ones, extension A, compatibility; zero
_TOKEN = re.compile(rf"[{_CHINESE}]|\d+(?:\.\d+)?|[^\W\d_{_CHINESE}]+|[-.,;:!?\u2026\u3002\u3001\u2022|&+%/~\n]")
_UNSPOKEN = "-:"  # they part words and mean nothing


@dataclass(frozen=True)
class Meaning:
    """What a word or phrase means. kind: one of TABLES, or a list of [grammar]; value: the entry that lists it.

    of_things: "alone" for a word that says nothing of the world where it stands before a thing ("a bright red flag");
        "weakly" for one that says it only if nothing else does ("a dark tower at noon"); "in_water" for an island that
        need not float in the sky; "of_house" for a roof that need not be a city's.
    collective: for a word that means many of an object ("an orchard").
    """

    kind: str
    value: Any
    of_things: str = ""
    collective: bool = False


@dataclass(frozen=True)
class Lexicon:
    """meanings: phrase, as a tuple of tokens -> what it means; Chinese characters are tokens of their own.

    longest: tokens of the longest phrase.
    implied: entry -> the theme of a prompt that names none.
    brings: theme -> what it gives to another one that the same prompt names, and its "rank" among themes;
        scene -> what it brings, "place": it is one, and the "theme" of a prompt that names none.
    natural: material -> the objects that are made of it whatever the world is built of.
    built: the objects that are made of what the world is built of.
    fixed: theme -> fields of a spec, objects, and "no" objects that it does not take as asked -> what to say of it.
    room: theme -> how many things of a kind there can be where the prompt does not give the number.
    simplified: table of str.translate from traditional characters to simplified ones.
    """

    meanings: Mapping[tuple[str, ...], Meaning]
    longest: int
    implied: Mapping[str, str]
    brings: Mapping[str, Mapping[str, Any]]
    natural: Mapping[str, tuple[str, ...]]
    built: frozenset[str]
    fixed: Mapping[str, Mapping[str, str]]
    room: Mapping[str, int]
    simplified: Mapping[int, int]


@cache
def lexicon() -> Lexicon:
    """Both files, by phrase."""
    english, chinese = (_load(name) for name in ("lexicon.toml", "lexicon_zh.toml"))
    meanings: dict[tuple[str, ...], Meaning] = {}
    for data in (english, chinese):
        for kind in TABLES:
            for value, phrases in data[kind].items():
                meaning = Meaning(kind, _value(kind, value))
                meanings |= {split(phrase): meaning for phrase in phrases}
        for kind, phrases in data["grammar"].items():
            meanings |= {split(phrase): Meaning(kind, kind) for phrase in phrases}
        for way, phrases in data["of_things"].items():
            meanings |= {split(phrase): replace(meanings[split(phrase)], of_things=way) for phrase in phrases}
        for phrase in data["collective"]["words"]:
            meanings[split(phrase)] = replace(meanings[split(phrase)], collective=True)
    variants = chinese["variants"]
    return Lexicon(
        meanings=MappingProxyType(meanings),
        longest=max(map(len, meanings)),
        implied=MappingProxyType({word: theme for theme, words in english["implied"].items() for word in words}),
        brings=MappingProxyType(english["brings"]),
        natural=MappingProxyType({material: tuple(names) for material, names in english["natural"].items()}),
        built=frozenset(english["built"]["objects"]),
        fixed=MappingProxyType(english["fixed"]),
        room=MappingProxyType(english["room"]),
        simplified=MappingProxyType(str.maketrans(variants["traditional"], variants["simplified"])),
    )


def split(phrase: str) -> tuple[str, ...]:
    """The tokens of a phrase: words, numbers, marks that part sentences, and each Chinese character for itself."""
    return tuple(token for token in _TOKEN.findall(phrase) if token not in _UNSPOKEN)


def is_chinese(letter: str) -> bool:
    """Whether a character is a Chinese one (CJK unified ideographs, extension A, compatibility)."""
    return letter == "\u3007" or "\u3400" <= letter <= "\u9fff" or "\uf900" <= letter <= "\ufaff"


def _load(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files("genie3_env.prompt").joinpath(name).read_text("utf-8"))


def _value(kind: str, value: str) -> Any:
    if kind == "difficulty":
        return float(value)
    return int(value) if kind in ("number", "unit") else value
