"""parse: a sentence -> WorldSpec, and an account of which words were understood.

What words mean is data: lexicon.toml and lexicon_zh.toml. English and Chinese may be mixed. phrases.py cuts the
sentence up, amounts.py joins its numbers, reading.py and naming.py take the phrases in, setting.py makes a spec of it.
"""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from genie3_env.prompt.amounts import amounts
from genie3_env.prompt.lexicon import is_chinese, lexicon
from genie3_env.prompt.phrases import MAX_PROMPT_LENGTH, UNKNOWN, Phrase, joined, phrases, singulars, tokens
from genie3_env.prompt.reading import finish, read
from genie3_env.prompt.spec import THEMES, WorldSpec

__all__ = ["MAX_PROMPT_LENGTH", "Understanding", "parse"]
CLOSE_ENOUGH = 0.78  # difflib's ratio from which on a word may be meant for another
MOST_SUGGESTIONS = 20  # words of one prompt that others are looked for


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


def parse(prompt: str) -> Understanding:
    """What `prompt` asks for; ValueError where it is no text, empty, too long, or says nothing that is known."""
    found = amounts(list(phrases(tokens(prompt))))
    slips = _slips(found)
    reading = read(found)
    corrected = _corrected(found, slips) if not reading.setting.named() else found
    if corrected != found:
        reading = read(corrected)
        reading.setting.notes += [f"{word!r} was read as {meant!r}." for word, meant in slips.items()]
        reading.understood += slips
    asked = finish(reading)
    if "theme" not in asked:
        raise ValueError(_nothing_known(prompt, slips))
    said = set(reading.understood)
    return Understanding(
        spec=WorldSpec(**asked),
        understood=tuple(dict.fromkeys(phrase.said for phrase in found if phrase.said in said)),
        not_understood=tuple(dict.fromkeys(reading.not_understood)),
        suggestions=MappingProxyType(slips),
        notes=tuple(dict.fromkeys(reading.setting.notes)),
    )


def _slips(found: list[Phrase]) -> dict[str, str]:
    """Words that are not known -> the known one that each may be a slip of."""
    unknown = dict.fromkeys(phrase.said for phrase in found if phrase.meaning is UNKNOWN)
    close = {word: _closest(word) for word in list(unknown)[:MOST_SUGGESTIONS]}
    return {word: meant for word, meant in close.items() if meant}


def _corrected(found: list[Phrase], slips: Mapping[str, str]) -> list[Phrase]:
    """The phrases with slips put right, where that names the place that nothing else names."""
    meant = {word: next(iter(phrases(tokens(known)))) for word, known in slips.items()}
    if not any(phrase.kind in ("theme", "style") for phrase in meant.values()):
        return found
    return [meant[phrase.said]._replace(said=phrase.said) if phrase.said in meant else phrase for phrase in found]


def _closest(word: str) -> str | None:
    """The known word that `word` may be a slip of, of those that begin alike; None for what resembles nothing."""
    if len(word) < (2 if is_chinese(word[0]) else 3):
        return None
    known = [other for other in _by_first_letter().get(word[0], ()) if abs(len(other) - len(word)) <= 3]
    if {*singulars(word)} & {*known}:
        return None
    return next(iter(difflib.get_close_matches(word[:40], known, 1, CLOSE_ENOUGH)), None)


@cache
def _by_first_letter() -> Mapping[str, tuple[str, ...]]:
    """The words of the lexicon that stand for something, by their first letter."""
    words: dict[str, list[str]] = {}
    for key, meaning in lexicon().meanings.items():
        if meaning.kind not in ("filler", "strange", "preposition", "measure", "break"):
            word = joined(list(key))
            words.setdefault(word[0], []).append(word)
    return {letter: tuple(found) for letter, found in words.items()}


def _nothing_known(prompt: str, slips: Mapping[str, str]) -> str:
    close = f" Did you mean {', '.join(map(repr, slips.values()))}?" if slips else ""
    return f"The prompt {prompt!r} names no theme that is known.{close} Known themes: {', '.join(THEMES)}."
