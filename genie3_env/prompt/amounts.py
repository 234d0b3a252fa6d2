"""Amounts: numbers, ranges, bounds, measures and difficulties in digits among the phrases of a prompt.

Each function takes phrases and returns phrases, some of them joined: "at least", "twenty", "five" is one number.
"""

from genie3_env.prompt.lexicon import Meaning
from genie3_env.prompt.phrases import Phrase, joined

MOST = 10**6
IDLE = ("filler", "article", "preposition", "bound", "range")  # between "difficulty" and its number


def amounts(phrases: list[Phrase]) -> list[Phrase]:
    """The phrases of a prompt with each amount in one."""
    for step in (_numbers, _ranges, _difficulties, _bounds, _measures):
        phrases = step(phrases)
    return phrases


def _join(parts: list[Phrase], kind: str, value: object) -> Phrase:
    return Phrase(joined([part.said for part in parts]), Meaning(kind, value))


def _is(phrase: Phrase | None, kind: str, *values: object) -> bool:
    return phrase is not None and phrase.kind == kind and (not values or phrase.meaning.value in values)


def _at(phrases: list[Phrase], index: int) -> Phrase | None:
    return phrases[index] if 0 <= index < len(phrases) else None


def _numbers(phrases: list[Phrase]) -> list[Phrase]:
    """ "twenty", "five" is 25; "two", "hundred", "and", "six" 206; 二, 十, 五 25; "a", "dozen" 12."""
    out, at = [], 0
    while at < len(phrases):
        end, value = _number_at(phrases, at)
        if end > at + 1:
            out.append(_join(phrases[at:end], "number", value))
        elif end > at:
            out.append(Phrase(phrases[at].said, Meaning("number", value)))
        else:
            out.append(phrases[at])
        at = max(end, at + 1)
    return out


def _number_at(phrases: list[Phrase], at: int) -> tuple[int, int | float]:
    """Past the last phrase of the number that begins at `at`, and the number; `at` where none begins."""
    if _is(phrases[at], "article") and _is(_at(phrases, at + 1), "unit"):
        at += 1
    if not _is(phrases[at], "number") and not _is(phrases[at], "unit"):
        return at, 0
    total, current, end, decimal = 0, None, at, False
    while end < len(phrases) and not decimal:
        kind, value = phrases[end].kind, phrases[end].meaning.value
        if kind == "number":
            if current is not None and not (20 <= current < 100 and current % 10 == 0 and 0 < value < 10):
                break
            current = value + (current or 0)
            decimal = isinstance(value, float)
        elif kind == "unit":
            if current is None and total:
                total *= value
            else:
                total, current = total + (1 if current is None else current) * value, None
        elif kind == "article" and phrases[end].said[0] == "一" and total and current is None:
            current = 1  # 十, 一座
        elif not (
            _is(phrases[end], "and") and total >= 100 and current is None and _is(_at(phrases, end + 1), "number")
        ):
            break
        end += 1
    value = total + (current or 0)
    return end, value if decimal else min(value, MOST)


def _ranges(phrases: list[Phrase]) -> list[Phrase]:
    """ "between 3 and 5", "two or three", 三到五 and 两三: the middle, rounded up."""
    out: list[Phrase] = []
    at = 0
    while at < len(phrases):
        start = at + _is(phrases[at], "range", "between")
        first, middle, last = (_at(phrases, start + step) for step in range(3))
        length = 0
        if _whole(first) and _whole(last) and (_is(middle, "range", "to") or _is(middle, "or") or start > at):
            length, high = start + 3 - at, last
        elif _whole(first) and _whole(middle) and first.meaning.value < middle.meaning.value:  # type: ignore[union-attr]
            length, high = start + 2 - at, middle
        if length:
            low, high = first.meaning.value, high.meaning.value  # type: ignore[union-attr]
            out.append(_join(phrases[at : at + length], "number", (low + high + 1) // 2))
        else:
            out.append(phrases[at])
        at += length or 1
    return out


def _whole(phrase: Phrase | None) -> bool:
    return phrase is not None and phrase.kind == "number" and isinstance(phrase.meaning.value, int)


def _difficulties(phrases: list[Phrase]) -> list[Phrase]:
    """ "difficulty", "0.7"; "70", "%", "difficulty"; "difficulty", "is", "hard"; "level", "3", which is 0.3."""
    out: list[Phrase] = []
    at = 0
    while at < len(phrases):
        end, value = _difficulty_at(phrases, at)
        out.append(_join(phrases[at:end], "difficulty", value) if end > at else phrases[at])
        at = max(end, at + 1)
    return out


def _difficulty_at(phrases: list[Phrase], at: int) -> tuple[int, float]:
    """Past the last phrase of the difficulty that begins at `at`, and it; `at` where none begins that takes joining."""
    here = phrases[at]
    if _is(here, "measure", "difficulty", "level"):
        after = at + 1
        while after < len(phrases) and (phrases[after].kind in IDLE or _is(phrases[after], "measure", "level")):
            after += 1
        if _is(_at(phrases, after), "difficulty") and _is(here, "measure", "difficulty"):
            return after + 1, phrases[after].meaning.value
        if _is(_at(phrases, after), "number") and (after == at + 1 or not _is(here, "measure", "level")):
            return _share_at(phrases, after, levels=_is(here, "measure", "level"))
    if _is(here, "number"):
        end, value = _share_at(phrases, at, levels=False)
        while _is(_at(phrases, end), "filler"):
            end += 1
        if _is(_at(phrases, end), "measure", "difficulty"):
            return end + 1, value
    if _is(here, "difficulty") and _is(_at(phrases, at + 1), "measure", "difficulty"):
        return at + 2, here.meaning.value
    return at, 0.0


def _share_at(phrases: list[Phrase], at: int, *, levels: bool) -> tuple[int, float]:
    """Past the last phrase of a share of one: "0.7", "70", "%", "7", "/", "10", or "7" of ten or of a hundred."""
    value, end = phrases[at].meaning.value, at + 1
    if _is(_at(phrases, end), "measure", "percent"):
        return end + 1, min(value / 100, 1.0)
    if _is(_at(phrases, end), "measure", "of") and _is(_at(phrases, end + 1), "number"):
        whole = phrases[end + 1].meaning.value
        return end + 2, min(value / whole, 1.0) if whole else 1.0
    if value > 1 or levels:
        value = value / 10 if value <= 10 else value / 100
    return end, min(float(value), 1.0)


def _bounds(phrases: list[Phrase]) -> list[Phrase]:
    """ "no more than three" is three, "more than three" four; a bound without a number means nothing."""
    out: list[Phrase] = []
    for phrase in reversed(phrases):
        if phrase.kind == "bound" and out and _whole(out[-1]):
            number = out.pop()
            change = {"more": 1, "fewer": -1}.get(phrase.meaning.value, 0)
            value = max(number.meaning.value + change, 0)
            out.append(_join([phrase, number], "number", value))
        elif phrase.kind in ("bound", "range"):
            out.append(Phrase(phrase.said, Meaning("filler", "filler")))
        else:
            out.append(phrase)
    return out[::-1]


def _measures(phrases: list[Phrase]) -> list[Phrase]:
    """ "two", "storey" counts nothing that stands in a world; nor does what is left of decimals and of levels."""
    out: list[Phrase] = []
    for phrase in phrases:
        if phrase.kind != "measure":
            strange = _is(phrase, "number") and not _whole(phrase)
            out.append(Phrase(phrase.said, Meaning("strange", "strange")) if strange else phrase)
        elif phrase.meaning.value in ("level", "of"):
            out.append(Phrase(phrase.said, Meaning("filler", "filler")))
        elif out and (_is(out[-1], "number") or _is(out[-1], "article")) and phrase.meaning.value != "difficulty":
            out.append(_join([out.pop(), phrase], "strange", "strange"))
        else:
            out.append(Phrase(phrase.said, Meaning("strange", "strange")))
    return out
