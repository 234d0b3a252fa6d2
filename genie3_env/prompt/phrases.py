"""Phrases: a prompt -> the known words and phrases in it, in order. The first half of parsing."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from genie3_env.prompt.lexicon import Meaning, is_chinese, lexicon, split

MAX_PROMPT_LENGTH = 500
UNKNOWN = Meaning("unknown", None)
# What reading a prompt costs: the cheapest way to cut it into phrases is taken.
KNOWN_COST, UNKNOWN_COST = 2, 5
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")


class Phrase(NamedTuple):
    """Words of the prompt that mean something together. said: as the prompt has them; plural: "towers"."""

    said: str
    meaning: Meaning
    plural: bool = False

    @property
    def kind(self) -> str:
        return self.meaning.kind


def tokens(prompt: str) -> list[str]:
    """Words, numbers, marks and Chinese characters of the prompt in lower case; ValueError where there is no word."""
    if not isinstance(prompt, str):
        raise ValueError(f"The prompt must be text, such as 'a castle at night'; got {type(prompt).__name__}.")
    if len(prompt) > MAX_PROMPT_LENGTH:
        raise ValueError(f"The prompt has {len(prompt)} characters; at most {MAX_PROMPT_LENGTH} are read.")
    plain = unicodedata.normalize("NFKD", prompt).replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))  # château is chateau
    found = list(split(_THOUSANDS.sub("", plain.casefold().replace("'s ", " ")).replace("\n", ".")))
    if not any(token[0].isalnum() for token in found):
        raise ValueError(f"The prompt {prompt!r} has no words; say for example 'a castle at night'.")
    return found


def phrases(words: list[str]) -> Iterator[Phrase]:
    """The words cut into phrases: as few words unknown, and then as few phrases, as can be; at the same cost the last
    one is the longest, as is right for Chinese. Unknown Chinese characters in a row are one phrase."""
    simplified = dict(lexicon().simplified)
    plain = [word.translate(simplified) for word in words]
    best: list[tuple[int, int, Meaning, bool]] = [(0, 0, UNKNOWN, False)]  # cost, start, meaning, plural of the last
    for end in range(1, len(words) + 1):
        ways = []
        for start in range(max(0, end - lexicon().longest), end):
            meaning, plural = _meaning(plain[start:end])
            if meaning is not UNKNOWN or start == end - 1:
                cost = UNKNOWN_COST if meaning is UNKNOWN else KNOWN_COST
                ways.append((best[start][0] + cost, start, meaning, plural))
        best.append(min(ways, key=lambda way: way[:2]))
    found = []
    end = len(words)
    while end:
        _, start, meaning, plural = best[end]
        found.append(Phrase(joined(words[start:end]), meaning, plural))
        end = start
    unknown = ""
    for phrase in reversed(found):
        if phrase.meaning is UNKNOWN and is_chinese(phrase.said[0]):
            unknown += phrase.said
            continue
        if unknown:
            yield Phrase(unknown, UNKNOWN)
            unknown = ""
        yield phrase
    if unknown:
        yield Phrase(unknown, UNKNOWN)


def singulars(word: str) -> list[str]:
    """The word, and what it may be the plural of."""
    endings = (("ies", "y"), ("ves", "f"), ("es", ""), ("s", ""))
    longer = [word[: -len(end)] + singular for end, singular in endings if word.endswith(end) and len(word) > 3]
    return [word, *longer]


def joined(words: list[str]) -> str:
    """Words as they are written: with spaces between them, Chinese characters without."""
    text = words[0]
    for before, word in pairwise(words):
        text += word if is_chinese(before[-1]) or is_chinese(word[0]) or not word[0].isalnum() else " " + word
    return text


def _meaning(plain: list[str]) -> tuple[Meaning, bool]:
    """What the words mean together, and whether they stand in the plural."""
    *before, last = plain
    for singular in singulars(last):
        meaning = lexicon().meanings.get((*before, singular))
        if meaning:
            return meaning, singular != last
    if not before and last[0].isdecimal():
        return Meaning("number", float(last[:9]) if "." in last else min(int(last[:9]), 10**6)), False
    if not before and not last[0].isalnum():
        return Meaning("filler", None), False
    return UNKNOWN, False
