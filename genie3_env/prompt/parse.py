"""parse: a sentence -> WorldSpec, and an account of which words were understood.

What words mean is data: lexicon.toml and lexicon_zh.toml. A phrase counts for itself (an hour, a ground), or for the
next thing named ("three towers", "no trees", "a lava moat", "blue flags"). English and Chinese may be mixed.
"""

import difflib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

from genie3_env.prompt.lexicon import Meaning, is_chinese, lexicon, split
from genie3_env.prompt.spec import BODIES, COINS, FLAGS, OBJECTS, THEMES, WorldSpec

MAX_PROMPT_LENGTH = 500
CLOSE_ENOUGH = 0.76  # difflib's ratio from which on a word may be meant for another
OPPOSITE = {"hour": {"night": "day", "dusk": "day", "day": "night"}, "relief": {"hilly": "flat", "mountainous": "flat"}}


@dataclass(frozen=True)
class Understanding:
    """What a prompt says.

    understood: the words that decided something, in order.
    not_understood: the words that changed nothing because they are not known, or not known in this place.
    suggestions: word of not_understood -> the known word that may have been meant.
    notes: sentences about what was asked for and cannot be, or not all at once, and what is there instead.
    """

    spec: WorldSpec
    understood: tuple[str, ...]
    not_understood: tuple[str, ...]
    suggestions: Mapping[str, str]
    notes: tuple[str, ...]


class Phrase(NamedTuple):
    """Words of the prompt that mean something together. said: as the prompt has them; plural: "towers"."""

    said: str
    meaning: Meaning
    plural: bool


UNKNOWN = Meaning("unknown", None)


def parse(prompt: str) -> Understanding:
    """What `prompt` asks for; ValueError where it is no text, empty, too long, or says nothing that is known."""
    phrases = read_phrases(prompt)
    reading = _Reading()
    for index, phrase in enumerate(phrases):
        reading.read(phrase, phrases[index + 1 :])
    asked = reading.finish()
    not_understood = tuple(dict.fromkeys(reading.not_understood))
    suggestions = {word: close for word in not_understood if (close := _closest(word))}
    if "theme" not in asked:
        raise ValueError(_nothing_known(prompt, suggestions))
    said = set(reading.understood)
    return Understanding(
        spec=WorldSpec(**asked),
        understood=tuple(dict.fromkeys(phrase.said for phrase in phrases if phrase.said in said)),
        not_understood=not_understood,
        suggestions=MappingProxyType(suggestions),
        notes=tuple(reading.notes),
    )


def read_phrases(text: str) -> list[Phrase]:
    """The phrases of a text, with what they mean; ValueError where it is no text, empty or too long."""
    return list(_phrases(_tokens(text)))


def _tokens(prompt: str) -> list[str]:
    """Words, numbers and Chinese characters of the prompt in lower case, without punctuation."""
    if not isinstance(prompt, str):
        raise ValueError(f"The prompt must be text, such as 'a castle at night'; got {type(prompt).__name__}.")
    if len(prompt) > MAX_PROMPT_LENGTH:
        raise ValueError(f"The prompt has {len(prompt)} characters; at most {MAX_PROMPT_LENGTH} are read.")
    plain = unicodedata.normalize("NFKD", prompt).replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))  # château is chateau
    tokens = split(plain.casefold().replace("'s ", " "))
    if not tokens:
        raise ValueError(f"The prompt {prompt!r} has no words; say for example 'a castle at night'.")
    return list(tokens)


def _phrases(tokens: list[str]) -> Iterator[Phrase]:
    """The longest known phrase at each place; unknown Chinese characters in a row are one word."""
    plain = [token.translate(dict(lexicon().simplified)) for token in tokens]
    at, unknown = 0, ""
    while at < len(tokens):
        length, meaning, plural = _longest_phrase(plain, at)
        said = _joined(tokens[at : at + length])
        at += length
        if meaning is UNKNOWN and is_chinese(said):
            unknown += said
            continue
        if unknown:
            yield Phrase(unknown, UNKNOWN, False)
            unknown = ""
        yield Phrase(said, meaning, plural)
    if unknown:
        yield Phrase(unknown, UNKNOWN, False)


def _longest_phrase(tokens: list[str], at: int) -> tuple[int, Meaning, bool]:
    """How many tokens from `at` on belong together, what they mean, and whether they stand in the plural."""
    meanings = lexicon().meanings
    for length in range(min(lexicon().longest, len(tokens) - at), 0, -1):
        *before, last = tokens[at : at + length]
        for singular in _singulars(last):
            meaning = meanings.get((*before, singular))
            if meaning:
                return length, meaning, singular != last
    if tokens[at].isdecimal():
        return 1, Meaning("number", min(int(tokens[at][:9]), 10**6)), False
    return 1, UNKNOWN, False


def _singulars(word: str) -> list[str]:
    """The word, and what it may be the plural of."""
    endings = (("ies", "y"), ("ves", "f"), ("es", ""), ("s", ""))
    longer = [word[: -len(end)] + singular for end, singular in endings if word.endswith(end) and len(word) > 3]
    return [word, *longer]


def _joined(tokens: list[str]) -> str:
    """Tokens as they are written: words with spaces between them, Chinese characters without."""
    return ("" if is_chinese(tokens[0][0]) else " ").join(tokens)


def _next_kind(phrases: list[Phrase]) -> str | None:
    """The kind of the first phrase, fillers left out."""
    return next((phrase.meaning.kind for phrase in phrases if phrase.meaning.kind not in ("filler", "article")), None)


@dataclass
class _Reading:
    """A prompt read phrase by phrase: what was found, and what waits for the next thing to be named."""

    found: dict[str, Any] = field(default_factory=dict)
    objects: dict[str, int | None] = field(default_factory=dict)
    colours: list[str] = field(default_factory=list)  # of flags
    themes: dict[str, str] = field(default_factory=dict)  # theme -> the phrase that named it first
    hints: list[tuple[str, str]] = field(default_factory=list)  # (phrase, theme)
    bodies: dict[str, str | None] = field(default_factory=dict)
    unwanted_liquids: list[str] = field(default_factory=list)
    understood: list[str] = field(default_factory=list)
    not_understood: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    implying: list[str] = field(default_factory=list)  # what may imply a theme, in order
    # What waits for the next thing.
    negation: str | None = None
    carried: str | None = None  # the negation of the thing just named, which "or" carries on
    number: tuple[str, int] | None = None
    size: tuple[str, str] | None = None
    waiting_colours: list[tuple[str, str]] = field(default_factory=list)
    liquid: tuple[str, str] | None = None
    after_article: bool = False
    last_body: str | None = None  # which has no liquid yet

    def read(self, phrase: Phrase, following: list[Phrase]) -> None:
        """Take the next phrase in, of those that follow knowing what they are."""
        kind, value = phrase.meaning.kind, phrase.meaning.value
        if kind == "joining":
            self.negation = self.negation or self.carried
        elif kind in ("filler", "article"):
            self.after_article |= kind == "article"
        elif kind == "negation":
            self._drop(self.negation)
            self.negation, self.carried = phrase.said, None
        elif kind == "number":
            self._read_number(phrase)
        elif kind == "colour":
            self.waiting_colours.append((phrase.said, value))
        elif kind == "size":
            self._drop(self.size and self.size[0])
            self.size = phrase.said, value
        elif kind == "unknown":
            self.not_understood.append(phrase.said)
        elif kind == "liquid":
            self._read_liquid(phrase, following)
        elif kind == "material" and _next_kind(following) == "coin":
            self.understood.append(phrase.said)  # golden coins: coins are
        elif kind in ("hour", "weather", "ground", "relief", "material", "state", "task", "difficulty", "hint"):
            self._read_trait(kind, value, phrase.said)
        else:
            self._name(kind, value, phrase)

    def finish(self) -> dict[str, Any]:
        """The fields of the spec; without "theme" where nothing known was said."""
        if self.size:  # "a castle, large and bright"
            self._set("size", self.size[1], self.size[0])
        self._drop(self.negation)
        self._drop(self.number and self.number[0])
        self.not_understood += [word for word, _ in self.waiting_colours]
        self._choose_theme()
        self._fill_bodies()
        asked = dict(self.found)
        if self.objects:
            asked["objects"] = self.objects
        if self.colours:
            asked["flag_colours"] = tuple(self.colours)
        return asked

    def _read_number(self, phrase: Phrase) -> None:
        value = phrase.meaning.value
        if self.number and self.number[1] >= 10 and self.number[1] % 10 == 0 and 0 < value < 10:  # twenty five
            joint = "" if is_chinese(phrase.said[0]) else " "
            self.understood.append(phrase.said)
            self.number = self.number[0] + joint + phrase.said, self.number[1] + value
            return
        self._drop(self.number and self.number[0])
        self.number = phrase.said, value

    def _read_liquid(self, phrase: Phrase, following: list[Phrase]) -> None:
        value = phrase.meaning.value
        beside = bool(following) and following[0].meaning.kind == "body"  # "a moat and a lava river"
        if beside or (_next_kind(following) == "body" and not self.last_body):  # "a lava-filled moat"
            self._drop(self.liquid and self.liquid[0])
            self.liquid = phrase.said, value
            return
        self.understood.append(phrase.said)
        if self.negation:
            self.unwanted_liquids.append(value)
            self._settle_negation()
        elif self.last_body:
            self.bodies[self.last_body] = value
            self.last_body = None
        else:
            self._set("liquid", value, phrase.said)
            self.implying.append(value)

    def _read_trait(self, kind: str, value: Any, word: str) -> None:
        """An hour, a ground, a task...: of the whole world."""
        self.last_body = None
        if self.negation:
            opposite = {"weather": "clear", "state": False}.get(kind, OPPOSITE.get(kind, {}).get(value))
            if opposite is None:
                self.not_understood += [self.negation, word]
                self.negation = None
                return
            self._settle_negation()
            value = opposite
        if kind == "hint":
            self.hints.append((word, value))
        elif kind == "state":
            self._set("ruined", value == "ruined", word)
            self.implying.append("ruined")
        elif kind == "task" and self.found.get("task") == "collect_coins" != value and "coins" in self.implying:
            self.found["task"] = value  # "parkour with coins"
            self.understood.append(word)
        else:
            self._set(kind, value, word)
            self.implying.append(str(value))

    def _name(self, kind: str, value: str, phrase: Phrase) -> None:
        """A thing is named: give it the number, the negation, the size and the colours that wait for it."""
        if kind != "theme":
            self._drop(self.size and self.size[0])
            self.size = None
        if kind not in ("flag", "coin"):
            self.not_understood += [word for word, _ in self.waiting_colours]
            self.waiting_colours = []
        if kind not in ("object", "flag", "coin") and self.number:
            if self.number[1] == 1:  # "one castle"
                self.understood.append(self.number[0])
            else:
                self.not_understood.append(self.number[0])
            self.number = None
        self.last_body = None
        {
            "theme": self._name_theme,
            "body": self._name_body,
            "object": self._name_object,
            "flag": self._name_flags,
            "coin": self._name_coins,
        }[kind](value, phrase)
        self.number, self.after_article = None, False

    def _name_theme(self, value: str, phrase: Phrase) -> None:
        if self.negation:
            self.not_understood += [self.negation, phrase.said]
            self.negation = None
            return
        self.themes.setdefault(value, phrase.said)
        self.understood.append(phrase.said)
        if self.size:
            self._set("size", self.size[1], self.size[0])
            self.size = None

    def _name_body(self, value: str, phrase: Phrase) -> None:
        liquid, self.liquid = self.liquid, None
        self.understood += [phrase.said] + ([liquid[0]] if liquid else [])
        self.implying.append(value)
        if self.negation:
            self._settle_negation()
            filling = "none"
        else:
            filling = liquid and liquid[1]
            self.last_body = None if liquid else value
        before = self.bodies.get(value)
        if before and filling and before != filling:
            self.notes.append(f"A world has one {value}; it holds {before}, not {filling}.")
        else:
            self.bodies[value] = filling or before

    def _name_object(self, value: str, phrase: Phrase) -> None:
        self.implying.append(value)
        number = self._taken_number(phrase)
        if number is None and self.after_article and not phrase.plural:
            number = 1
        if number is not None and number > OBJECTS[value]:
            self.notes.append(f"A world has at most {OBJECTS[value]} of {phrase.said!r}, not {number}.")
            number = OBJECTS[value]
        before = self.objects.get(value)
        self.understood.append(phrase.said)
        if before is not None and number is not None and before != number:
            self.notes.append(f"{phrase.said!r}: {before} and {number} were asked for; there are {before}.")
            return
        self.objects[value] = before if number is None else number

    def _name_flags(self, _: str, phrase: Phrase) -> None:
        colours, self.waiting_colours = self.waiting_colours, []
        if self.negation:
            self.not_understood += [self.negation, phrase.said, *(word for word, _ in colours)]
            self.negation = None
            return
        number = self._taken_number(phrase)
        self.understood += [phrase.said, *(word for word, _ in colours)]
        if colours:
            count = max(len(colours), number or (1 + phrase.plural if len(colours) == 1 else 0))
            room = FLAGS[1] - len(self.colours)
            if count > room:
                self.notes.append(
                    f"A world has at most {FLAGS[1]} flags; {count - room} fewer stand than were asked for."
                )
            self.colours += [colours[index % len(colours)][1] for index in range(min(count, room))]
        elif number is not None:
            least, most = FLAGS
            held = min(max(number, least), most)
            if held != number:
                self.notes.append(f"A world has {least} to {most} flags, not {number}; it has {held}.")
            self._set("flags", held, phrase.said)

    def _name_coins(self, _: str, phrase: Phrase) -> None:
        self.not_understood += [word for word, _ in self.waiting_colours]
        self.waiting_colours = []
        if self.negation:
            self.not_understood += [self.negation, phrase.said]
            self.negation = None
            return
        number = self._taken_number(phrase)
        self.understood.append(phrase.said)
        self.found.setdefault("task", "collect_coins")
        self.implying += ["coins", "collect_coins"]
        if number is not None:
            least, most = COINS
            held = min(max(number, least), most)
            if held != number:
                self.notes.append(f"A world has {least} to {most} coins to collect, not {number}; it has {held}.")
            self._set("coins", held, phrase.said)

    def _taken_number(self, phrase: Phrase) -> int | None:
        """How many of the thing named were asked for: 0 after a negation; None where nothing was said."""
        if self.negation:
            self._drop(self.number and self.number[0])
            self._settle_negation()
            return 0
        if self.number is None:
            return None
        self.understood.append(self.number[0])
        return self.number[1]

    def _settle_negation(self) -> None:
        """The negation has been used; only "or" and "nor" carry it further."""
        if self.negation:
            self.understood.append(self.negation)
            self.carried, self.negation = self.negation, None

    def _choose_theme(self) -> None:
        """The theme named that ranks highest; the others give it their traits."""
        traits = lexicon().traits
        ranked = sorted(self.themes, key=lambda theme: -traits[theme]["rank"])
        for word, theme in self.hints:
            if ranked:
                self.not_understood.append(word)
            else:
                ranked = [theme]
                self.understood.append(word)
        if not ranked:
            ranked = [lexicon().implied[name] for name in self.implying if name in lexicon().implied][:1]
        if not ranked:
            return
        self.found["theme"] = ranked[0]
        for theme in ranked[1:]:
            for name, value in traits[theme].items():
                if name == "objects":
                    self.objects = dict(value) | self.objects
                elif name in BODIES:
                    self.bodies.setdefault(name, value)
                elif name != "rank":
                    self.found.setdefault(name, value)

    def _fill_bodies(self) -> None:
        """What moats, rivers and lakes hold that were named without saying it."""
        usual = self.found.get("liquid") or lexicon().traits.get(self.found.get("theme", ""), {}).get("liquid", "water")
        for body, filling in self.bodies.items():
            self.found[body] = filling or usual
        if self.unwanted_liquids and self.found.get("liquid") in (None, *self.unwanted_liquids):
            self.found["liquid"] = "none"

    def _set(self, name: str, value: Any, word: str) -> None:
        before = self.found.get(name, value)
        if before != value:
            self.not_understood.append(word)
            self.notes.append(f"The {name} is {_shown(before)}; it cannot be {_shown(value)} as well.")
            return
        self.found[name] = value
        self.understood.append(word)

    def _drop(self, word: str | None) -> None:
        if word:
            self.not_understood.append(word)


def _shown(value: Any) -> str:
    return str(value).replace("_", " ")


def _closest(word: str) -> str | None:
    """The known word that `word` may be a slip of; None for numbers and for what resembles nothing."""
    known = ["".join(key) if is_chinese(key[0][0]) else " ".join(key) for key in lexicon().meanings]
    if {*_singulars(word)} & {*known} or len(word) < (2 if is_chinese(word[0]) else 3):
        return None
    return next(iter(difflib.get_close_matches(word, known, 1, CLOSE_ENOUGH)), None)


def _nothing_known(prompt: str, suggestions: Mapping[str, str]) -> str:
    close = f" Did you mean {', '.join(map(repr, suggestions.values()))}?" if suggestions else ""
    return f"The prompt {prompt!r} names no theme that is known.{close} Known themes: {', '.join(THEMES)}."
