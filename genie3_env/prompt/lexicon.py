"""The lexicon: what the words of a prompt mean, read from lexicon.toml and lexicon_zh.toml."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

TABLES = (
    "theme",
    "hint",
    "ground",
    "relief",
    "hour",
    "weather",
    "size",
    "liquid",
    "body",
    "material",
    "state",
    "object",
    "flag",
    "coin",
    "colour",
    "task",
    "difficulty",
    "number",
)


@dataclass(frozen=True)
class Meaning:
    """What a word or phrase means. kind: one of TABLES, or a list of [grammar]; value: the entry that lists it."""

    kind: str
    value: Any


@dataclass(frozen=True)
class Lexicon:
    """meanings: phrase, as a tuple of tokens -> what it means; Chinese characters are tokens of their own.

    longest: tokens of the longest phrase.
    implied: entry -> the theme of a prompt that names none.
    traits: theme -> what it gives to another one that the same prompt names, and its "rank" among themes.
    simplified: table of str.translate from traditional characters to simplified ones.
    """

    meanings: Mapping[tuple[str, ...], Meaning]
    longest: int
    implied: Mapping[str, str]
    traits: Mapping[str, Mapping[str, Any]]
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
    variants = chinese["variants"]
    return Lexicon(
        meanings=MappingProxyType(meanings),
        longest=max(map(len, meanings)),
        implied=MappingProxyType({word: theme for theme, words in english["implied"].items() for word in words}),
        traits=MappingProxyType(english["trait"]),
        simplified=MappingProxyType(str.maketrans(variants["traditional"], variants["simplified"])),
    )


def split(phrase: str) -> tuple[str, ...]:
    """The tokens of a phrase: words, numbers, and each Chinese character for itself."""
    tokens: list[str] = []
    word = ""
    for letter in phrase:
        if is_chinese(letter):
            tokens += [word, letter] if word else [letter]
            word = ""
        elif letter.isalnum() and (not word or word[-1].isdecimal() == letter.isdecimal()):
            word += letter
        else:
            tokens += [word] if word else []
            word = letter if letter.isalnum() else ""
    return tuple(tokens + ([word] if word else []))


def is_chinese(letter: str) -> bool:
    """Whether a character is a Chinese one (CJK unified ideographs, extension A, compatibility)."""
    return "\u3400" <= letter <= "\u9fff" or "\uf900" <= letter <= "\ufaff"


def _load(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files("genie3_env.prompt").joinpath(name).read_text("utf-8"))


def _value(kind: str, value: str) -> Any:
    if kind == "difficulty":
        return float(value)
    return int(value) if kind == "number" else value
