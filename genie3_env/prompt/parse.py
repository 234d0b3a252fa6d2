"""parse: a sentence -> WorldSpec, and an account of which words were understood.

The words and what they mean are data: lexicon.toml. A word counts for itself (an hour, a difficulty, what fills the
moat) or for the next thing named ("three towers", "no trees", "a large castle").
"""

import difflib
import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from genie3_env.prompt.spec import WorldSpec

MAX_PROMPT_LENGTH = 500
CLOSE_ENOUGH = 0.76  # difflib's ratio from which on a word may be meant for another


@dataclass(frozen=True)
class Understanding:
    """What a prompt says.

    understood: the words that decided something, in order.
    not_understood: the words that changed nothing because they are not known, or not known in this place.
    suggestions: word of not_understood -> the known word that may have been meant.
    """

    spec: WorldSpec
    understood: tuple[str, ...]
    not_understood: tuple[str, ...]
    suggestions: Mapping[str, str]


@dataclass(frozen=True)
class Lexicon:
    """meanings: word -> (kind, value), kind being a table of lexicon.toml, or a list of its grammar.

    counts: thing that can be counted -> its table.
    """

    meanings: Mapping[str, tuple[str, Any]]
    themes: tuple[str, ...]
    counts: Mapping[str, Mapping[str, Any]]


def parse(prompt: str) -> Understanding:
    """What `prompt` asks for.

    ValueError where the prompt is no text, empty, too long, names no theme, contradicts itself or asks for a number
    of things that cannot be.
    """
    words = _words(prompt)
    reading = _Reading()
    for word in words:
        reading.read(word)
    reading.finish()
    understood = tuple(word for word in dict.fromkeys(words) if word in reading.understood)
    not_understood = tuple(dict.fromkeys(reading.not_understood))
    suggestions = {word: close for word in not_understood if (close := _closest(word))}
    if "theme" not in reading.found:
        raise ValueError(_no_theme(prompt, suggestions))
    return Understanding(WorldSpec(**reading.found), understood, not_understood, MappingProxyType(suggestions))


@cache
def lexicon() -> Lexicon:
    """lexicon.toml, by word."""
    data = tomllib.loads(resources.files("genie3_env.prompt").joinpath("lexicon.toml").read_text("utf-8"))
    meanings: dict[str, tuple[str, Any]] = {}
    for kind in ("theme", "hour", "size", "filling", "difficulty", "thing"):
        for value, words in data[kind].items():
            meanings |= {word: (kind, float(value) if kind == "difficulty" else value) for word in words}
    meanings |= {word: ("count", thing) for thing, table in data["count"].items() for word in table["words"]}
    meanings |= {word: ("number", value) for word, value in data["number"].items()}
    meanings |= {word: (kind, word) for kind, words in data["grammar"].items() for word in words}
    return Lexicon(MappingProxyType(meanings), tuple(data["theme"]), MappingProxyType(data["count"]))


def _words(prompt: str) -> list[str]:
    """Words and numbers of the prompt in lower case, without punctuation."""
    if not isinstance(prompt, str):
        raise ValueError(f"The prompt must be text, such as 'a castle at night'; got {type(prompt).__name__}.")
    if len(prompt) > MAX_PROMPT_LENGTH:
        raise ValueError(f"The prompt has {len(prompt)} characters; at most {MAX_PROMPT_LENGTH} are read.")
    plain = unicodedata.normalize("NFKD", prompt).replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))  # château is chateau
    words = re.findall(r"[^\W\d_]+|\d+", re.sub(r"'s\b", "", plain.casefold()))
    if not words:
        raise ValueError(f"The prompt {prompt!r} has no words; say for example 'a castle at night'.")
    return words


@dataclass
class _Reading:
    """A prompt read word by word: what was found, and what waits for the next thing to be named."""

    found: dict[str, Any] = field(default_factory=dict)
    understood: list[str] = field(default_factory=list)
    not_understood: list[str] = field(default_factory=list)
    negation: str | None = None
    carried: str | None = None  # the negation of the thing just named, which "or" carries on
    number: tuple[str, int] | None = None
    size: tuple[str, str] | None = None
    after_article: bool = False
    moat_named: bool = False

    def read(self, word: str) -> None:
        """Take the next word in."""
        kind, value = lexicon().meanings.get(word, ("number", int(word)) if word.isdecimal() else ("unknown", word))
        if kind == "joining":
            self.negation = self.negation or self.carried
            return
        if kind in ("filler", "article"):
            self.after_article |= kind == "article"
            return
        if value != "moat":  # "without a lava moat or trees": the negation outlives the moat
            self.carried = None
        if kind == "negation":
            self._drop(self.negation)
            self.negation = word
        elif kind == "number":
            self._drop(self.number and self.number[0])
            self.number = word, int(value)
        elif kind == "size":
            self._drop(self.size and self.size[0])
            self.size = word, value
        elif kind == "unknown":
            self.not_understood.append(word)
        elif kind == "filling":
            self._set("moat", "none" if self.negation else value, word)
            self._settle_negation()
        elif kind in ("hour", "difficulty"):
            self._set_unless_negated(kind, value, word)
        else:
            self._name(kind, value, word)

    def finish(self) -> None:
        """Settle what was said of nothing named after it."""
        if self.size:  # "a castle, large and bright"
            self._set("size", self.size[1], self.size[0])
        self._drop(self.negation)
        self._drop(self.number and self.number[0])
        if self.moat_named:
            self.found.setdefault("moat", "water")

    def _name(self, kind: str, value: str, word: str) -> None:
        """A thing is named: give it the number, the negation and the size that wait for it."""
        if kind == "theme":
            self._set_unless_negated("theme", value, word)
            if self.size:
                self._set("size", self.size[1], self.size[0])
            self._drop(self.number and self.number[0])
        elif kind == "given":
            self._drop(self.size and self.size[0])
            self._drop(self.number and self.number[0])
            self._drop(self.negation)
            self.negation = None
        else:
            self._drop(self.size and self.size[0])
            if kind == "count":
                self._count(value, word)
            elif value == "trees":
                self._drop(self.number and self.number[0])
                self._set("trees", self.negation is None, word)
            elif self.negation:
                self._set("moat", "none", word)
            else:
                self.moat_named = True
                self.understood.append(word)
        self._settle_negation()
        self.number, self.size, self.after_article = None, None, False

    def _count(self, thing: str, word: str) -> None:
        table = lexicon().counts[thing]
        number = self.number[1] if self.number else None
        if self.negation:
            self._drop(self.number and self.number[0])
            number, self.number = 0, None
        elif number is None and self.after_article and word in table["one"]:
            number = 1
        if number is None:  # "with towers": as many as the seed draws
            self.understood.append(word)
            return
        if not table["least"] <= number <= table["most"]:
            raise ValueError(
                f"The prompt asks for {number} {thing}; a world has {table['least']} to {table['most']} {thing}."
            )
        if self.number:
            self.understood.append(self.number[0])
        self._set(thing, number, word)

    def _settle_negation(self) -> None:
        """The negation has been used; only "or" and "nor" carry it further."""
        if self.negation:
            self.understood.append(self.negation)
            self.carried, self.negation = self.negation, None

    def _set_unless_negated(self, name: str, value: Any, word: str) -> None:
        if self.negation:  # "not at night" may be any other hour
            self.not_understood += [self.negation, word]
            self.negation = None
        else:
            self._set(name, value, word)

    def _set(self, name: str, value: Any, word: str) -> None:
        if self.found.get(name, value) != value:
            raise ValueError(f"The prompt asks for {name} {self.found[name]!r} and for {name} {value!r}; choose one.")
        self.found[name] = value
        self.understood.append(word)

    def _drop(self, word: str | None) -> None:
        if word:
            self.not_understood.append(word)


def _closest(word: str) -> str | None:
    """The known word that `word` may be a slip of; None for numbers and for what resembles nothing."""
    known = [word for word, (kind, _) in lexicon().meanings.items() if kind not in ("filler", "article")]
    if word in lexicon().meanings or len(word) < 3:
        return None
    return next(iter(difflib.get_close_matches(word, known, 1, CLOSE_ENOUGH)), None)


def _no_theme(prompt: str, suggestions: Mapping[str, str]) -> str:
    close = f" Did you mean {', '.join(map(repr, suggestions.values()))}?" if suggestions else ""
    return f"The prompt {prompt!r} names no theme that is known.{close} Known themes: {', '.join(lexicon().themes)}."
