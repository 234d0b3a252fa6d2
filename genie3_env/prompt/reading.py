"""Reading: the phrases of a prompt, one after the other, become the fields of a spec. The second half of parsing.

A phrase counts for itself (an hour, a ground), or for the next thing named ("three towers", "no trees", "a lava moat",
"blue flags"); a negation reaches over a list ("without trees, rocks or water").
"""

from collections.abc import Callable
from typing import Any

from genie3_env.prompt.lexicon import Meaning, is_chinese, lexicon
from genie3_env.prompt.naming import NAMES, break_bridge, collect_instead, colour_flags, count_again, leave_coins, name
from genie3_env.prompt.phrases import Phrase
from genie3_env.prompt.waiting import Waiting

# What a negation turns a trait of the whole world into.
OPPOSITE = {
    "hour": {"night": "day", "dusk": "day", "day": "night"},
    "relief": {"hilly": "flat", "mountainous": "flat", "flat": "hilly"},
    "ground": {"snow": "grass", "sand": "grass", "rock": "grass", "ash": "grass", "moss": "grass", "grass": "rock"},
    "weather": dict.fromkeys(("rain", "snow", "fog"), "clear"),
    "size": {"large": "medium", "small": "medium"},
    "state": dict.fromkeys(("ruined", "overgrown"), False),
    "difficulty": {0.8: 0.2, 0.9: 0.5, 1.0: 0.5, 0.1: 0.6, 0.05: 0.5},
}
TRAITS = ("hour", "weather", "ground", "relief", "state", "task", "difficulty", "hint", "scene")
ADJECTIVES = ("unknown", "strange", "size", "colour", "shade", "state", "amount", "number", "material")
COUNTS = ("number", "amount")
# What ends the words that stand before a thing, and what is a thing for the words that are said of it alone.
JOINTS = ("break", "and", "or", "opening", "preposition", "negation", "exception", "making")
THINGS = ("object", "flag", "coin", "body", "weather", "relief")
# What may be said to be collected, instead of coins.
COLLECTED = ("object", "hour", "task", "unknown", "strange")
DEADLY = ("lava", "acid")
# What a list after a negation may hold.
LISTED = ("object", "body", "liquid", "weather", "ground", "relief", "scene", *ADJECTIVES)


def read(phrases: list[Phrase]) -> Waiting:
    """The phrases of a prompt, taken in one after the other."""
    waiting = Waiting()
    for index, phrase in enumerate(phrases):
        following = phrases[index + 1 :]
        if not (waiting.collecting and _collects(waiting, phrase, following)):
            _READERS[phrase.kind](waiting, phrase, following)
        if phrase.kind != "filler":
            waiting.before = phrase
    return waiting


def finish(waiting: Waiting) -> dict[str, Any]:
    """The fields of the spec; without "theme" where nothing known was said."""
    waiting.size_the_world()  # "a castle, large and bright"
    waiting.end_phrase()
    if waiting.shunned and waiting.waiting_colours and waiting.coloured:  # "collect the red coins, leave the blue ones"
        leave_coins(waiting, None, waiting.waiting_colours)
        waiting.waiting_colours = []
    waiting.drop(waiting.negation, waiting.number, waiting.liquid, *waiting.waiting_colours, waiting.shunned)
    asked = waiting.setting.fields()
    waiting.understood += waiting.setting.understood
    waiting.not_understood += waiting.setting.not_understood
    if waiting.colours:
        asked["flag_colours"] = tuple(waiting.colours)
    return asked


# Words that join things and part them.


def _pass(waiting: Waiting, phrase: Phrase, following: list[Phrase]) -> None:
    """Words that only join others."""


def _read_pronoun(waiting: Waiting, phrase: Phrase, following: list[Phrase]) -> None:
    if waiting.coloured and waiting.waiting_colours:
        name(waiting, waiting.coloured._replace(said=phrase.said), following)


def _read_article(waiting: Waiting, phrase: Phrase, following: list[Phrase]) -> None:
    waiting.end_negation_that_missed()
    waiting.after_article, waiting.uncoloured = True, None


def _read_preposition(waiting: Waiting, phrase: Phrase, following: list[Phrase]) -> None:
    waiting.end_negation_that_missed()
    waiting.carried = waiting.last = waiting.uncoloured = None
    waiting.collecting = False
    waiting.after_article &= phrase.kind == "making" or phrase.said == "被"  # 一座冰做的塔 is one


def _read_opening(waiting: Waiting, phrase: Phrase, following: list[Phrase]) -> None:
    _read_preposition(waiting, phrase, following)
    waiting.size_the_world()
    waiting.end_phrase()


def _read_world(waiting: Waiting, phrase: Phrase, following: list[Phrase]) -> None:
    """ "A huge world"."""
    waiting.size_the_world()


def _read_exception(waiting: Waiting, phrase: Phrase, following: list[Phrase]) -> None:
    """ "All but towers" are no towers; "no light except for torches" are torches."""
    if waiting.denied:
        waiting.drop(waiting.negation)
        waiting.negation, waiting.missed = None, False
        _read_opening(waiting, phrase, following)
        return
    _read_negation(waiting, phrase._replace(meaning=Meaning("negation", "without")), following)


def _read_break(waiting: Waiting, phrase: Phrase, following: list[Phrase]) -> None:
    goes_on = waiting.carried if _list_goes_on(waiting, following) else None
    waiting.drop(waiting.negation)
    waiting.negation, waiting.missed = goes_on, False
    if not goes_on:
        waiting.carried = None
    waiting.end_shunning()
    after = _next(following, skip=("filler", *ADJECTIVES))
    if after is None or after.kind not in (*NAMES, "break", "and"):  # "a castle that is big, with small towers"
        waiting.size_the_world()
    waiting.denied = False
    waiting.end_phrase(keep_colour=bool(following) and following[0].kind == "colour")


def _read_and(waiting: Waiting, phrase: Phrase, following: list[Phrase]) -> None:
    waiting.end_negation_that_missed()
    after = _next(following)
    bare = after and after.kind in LISTED and after.kind not in COUNTS and following[0].kind != "article"
    if bare and waiting.carried and waiting.carried.meaning.value == "without":
        waiting.negation = waiting.negation or waiting.carried
    waiting.end_shunning()
    waiting.end_phrase(keep_colour=bool(after) and after.kind == "colour")


def _read_or(waiting: Waiting, phrase: Phrase, following: list[Phrase]) -> None:
    waiting.end_negation_that_missed()
    waiting.negation = waiting.negation or waiting.carried
    waiting.end_phrase()


def _list_goes_on(waiting: Waiting, following: list[Phrase]) -> bool:
    """Whether a list of things follows that ends in "or", or after "without" in "and"."""
    for phrase in following:
        if phrase.kind == "or":
            return True
        if phrase.kind == "and":
            return waiting.carried is not None and waiting.carried.meaning.value == "without"
        if phrase.kind not in (*LISTED, "filler", "break") or phrase.said == ".":
            return False
        if phrase.kind in COUNTS:
            return False
    return False


# Words that wait for the next thing.


def _read_negation(waiting: Waiting, phrase: Phrase, following: list[Phrase]) -> None:
    waiting.drop(waiting.negation)
    waiting.end_phrase()
    waiting.negation, waiting.missed, waiting.carried, waiting.denied = phrase, False, None, True


def _read_shunning(waiting: Waiting, phrase: Phrase, following: list[Phrase]) -> None:
    waiting.end_negation_that_missed()
    waiting.drop(waiting.shunned)
    waiting.shunned = phrase


def _read_number(waiting: Waiting, phrase: Phrase, following: list[Phrase]) -> None:
    waiting.end_negation_that_missed()
    after = _next(following, skip=("filler", *ADJECTIVES))
    if waiting.last and not (after and after.kind in ("object", "flag", "coin", "body")):  # "flags: 3"
        waiting.number = phrase
        count_again(waiting, waiting.last)
        return
    waiting.drop(waiting.number)
    waiting.number = phrase


def _read_amount(waiting: Waiting, phrase: Phrase, following: list[Phrase]) -> None:
    waiting.end_negation_that_missed()
    waiting.amount = phrase
    after = _next(following)
    if waiting.last and waiting.last.kind == "object" and (after is None or after.kind in JOINTS):  # 树很多
        count_again(waiting, waiting.last)


def _read_size(waiting: Waiting, phrase: Phrase, following: list[Phrase]) -> None:
    if waiting.negation and not waiting.missed:
        _read_trait(waiting, phrase, following)
        return
    waiting.drop(waiting.size)
    waiting.size = phrase


def _read_unknown(waiting: Waiting, phrase: Phrase, following: list[Phrase]) -> None:
    waiting.not_understood.append(phrase.said)
    waiting.missed = waiting.negation is not None
    waiting.last = None


def _read_colour(waiting: Waiting, phrase: Phrase, following: list[Phrase]) -> None:
    if waiting.uncoloured and not (following and following[0].kind in ("flag", "coin", "colour")):
        if waiting.uncoloured == "flag":  # "the flag is red"
            colour_flags(waiting, [phrase], 1)
        else:
            waiting.set("coin_colour", phrase)
        return
    if phrase.meaning.value == "green" and following and following[0].kind == "relief" and not waiting.negation:
        waiting.setting.offer("ground", "grass", phrase.said)  # "a green valley"
        return
    waiting.waiting_colours.append(phrase)


def _read_shade(waiting: Waiting, phrase: Phrase, following: list[Phrase]) -> None:
    after = _next(following, skip=("filler", *ADJECTIVES))
    if after and (
        after.kind in ("theme", "style") or (after.kind == "object" and after.meaning.value in lexicon().built)
    ):
        waiting.setting.offer("material", phrase.meaning.value, phrase.said)
    else:
        waiting.not_understood.append(phrase.said)


# Words that count for themselves.


def _read_liquid(waiting: Waiting, phrase: Phrase, following: list[Phrase]) -> None:
    value = phrase.meaning.value
    beside = bool(following) and following[0].kind == "body"  # "a moat and a lava river"
    after = _next(following, skip=("filler", "article"))
    if beside or (after and after.kind == "body" and not waiting.last_body):  # "a lava-filled moat"
        waiting.drop(waiting.liquid)
        waiting.liquid = phrase
        return
    waiting.understood.append(phrase.said)
    waiting.drop_amount()
    if waiting.shunned:  # "without touching the lava": who does has failed
        (waiting.understood if value in DEADLY else waiting.not_understood).append(waiting.shunned.said)
        waiting.shunned = None
    if _made(waiting, phrase, following):
        waiting.setting.notes.append(f"Nothing can be built of {phrase.said!r}: it flows there.")
    if waiting.negation:
        waiting.setting.unwanted_liquids.append(value)
        waiting.settle_negation()
    elif waiting.last_body:
        waiting.setting.bodies[waiting.last_body] = value
        waiting.last_body = None
    else:
        waiting.set("liquid", phrase)


def _read_material(waiting: Waiting, phrase: Phrase, following: list[Phrase]) -> None:
    value = phrase.meaning.value
    after = _next(following, skip=("filler", *ADJECTIVES))
    beside = following[0].kind if following else ""
    last = _next(following)
    if (
        waiting.named
        and waiting.named.kind != "theme"
        and (_made(waiting, phrase, following, "of") or last is None or last.kind in JOINTS)
    ):
        after = waiting.named  # "a statue of gold", "the statue is golden"
    if waiting.negation:
        waiting.drop(waiting.negation, phrase)
        waiting.negation = None
    elif after and after.meaning.value in ("coin" if value == "gold" else "", *lexicon().natural.get(value, ())):
        waiting.understood.append(phrase.said)  # coins are golden
    elif after and after.kind == "object" and after.meaning.value in lexicon().built:
        waiting.setting.offer("material", value, phrase.said, thing=after.said)
    elif beside in ("unknown", "strange", "flag", "coin", "liquid", "body") or (after and after.kind in NAMES[2:]):
        waiting.not_understood.append(phrase.said)
    else:
        waiting.set("material", phrase)


def _read_trait(waiting: Waiting, phrase: Phrase, following: list[Phrase]) -> None:
    """An hour, a ground, a task...: of the whole world."""
    kind, value = phrase.kind, phrase.meaning.value
    waiting.last_body, waiting.last = None, None
    waiting.end_negation_that_missed()  # 没有敌人的简单城堡
    if kind != "task":
        waiting.drop_amount()
    negated = waiting.negation
    if kind == "task":
        waiting.end_shunning()
    if not negated and phrase.meaning.of_things and _of_a_thing(waiting, phrase, following):
        return
    of = ("of",) if waiting.named and waiting.named.meaning.value in lexicon().built else ()  # "a wall of ice"
    if kind == "ground" and _made(waiting, phrase, following, *of):
        waiting.setting.notes.append(f"Nothing can be built of {phrase.said!r}: the ground is {value}.")
    if negated and kind == "task":
        waiting.setting.unwanted.append(("task", value, (negated.said, phrase.said)))
        waiting.settle_negation(silent=True)
    elif negated:
        opposite = OPPOSITE.get(kind, {}).get(value)
        if opposite is None:
            waiting.drop(negated, phrase)
            waiting.negation = None
            return
        field, value = (value, True) if kind == "state" else (kind, value)
        waiting.setting.oppose(field, value, opposite, (negated.said, phrase.said))
        waiting.settle_negation(silent=True)
    elif kind in ("hint", "scene"):
        waiting.carried = None
        getattr(waiting.setting, f"{kind}s").append((phrase.said, value))
    elif kind == "state":
        waiting.carried = None
        after = _next(following)
        if value == "ruined" and after and after.kind == "object" and after.meaning.value == "bridge":
            waiting.broken = True
            waiting.understood.append(phrase.said)
        elif value == "ruined" and waiting.speaks_of_bridge() and (after is None or after.kind in JOINTS):
            waiting.understood.append(phrase.said)  # "the bridge is broken"
            break_bridge(waiting)
        else:
            waiting.set(value, phrase, True)
    else:
        waiting.carried = None
        waiting.set(kind, phrase)
    if (kind, value) == ("task", "collect_coins") and not negated:
        waiting.collecting = True


def _of_a_thing(waiting: Waiting, phrase: Phrase, following: list[Phrase]) -> bool:
    """ "Bright" makes no day where the flag to come is bright, but is told; "dark" is night if nothing else is said."""
    described = [phrase]
    for after in following:
        if after.kind not in ("filler", *ADJECTIVES):
            break
        described += [after] if after.kind != "filler" else []
    else:
        after = None
    if phrase.meaning.of_things == "weakly" or (after is not None and after.kind == phrase.kind):  # "a steep hill"
        waiting.setting.offer(phrase.kind, phrase.meaning.value, phrase.said)
        return True
    thing = after is not None and after.kind in THINGS and after.meaning.value != "flat"
    if thing or (described[-1].kind in ("unknown", "strange") and (after is None or after.kind in JOINTS)):
        waiting.drop(phrase)
        return True
    return False


def _made(waiting: Waiting, phrase: Phrase, following: list[Phrase], *also: str) -> bool:
    """Whether a thing is said to be made of it: "made of ice", 冰做的."""
    if is_chinese(phrase.said[0]):
        return bool(following) and following[0].kind == "making"
    return waiting.before is not None and (waiting.before.kind == "making" or waiting.before.said in also)


def _collects(waiting: Waiting, phrase: Phrase, following: list[Phrase]) -> bool:
    """Whether the phrase is what is said to be collected, instead of coins, and is done with."""
    after = _next(following)
    alone = not after or after.kind not in (*NAMES, *ADJECTIVES, "scene", "ground")
    if phrase.kind in ("filler", "article", *COUNTS) or (phrase.kind in ADJECTIVES and not alone):
        return False
    waiting.collecting = False
    if phrase.kind not in COLLECTED or not alone:
        return False
    collect_instead(waiting, phrase)
    return phrase.kind != "object"


def _next(following: list[Phrase], skip: tuple[str, ...] = ("filler",)) -> Phrase | None:
    """The first phrase that is none of a kind to be skipped."""
    return next((phrase for phrase in following if phrase.kind not in skip), None)


_READERS: dict[str, Callable[[Waiting, Phrase, list[Phrase]], None]] = {
    "filler": _pass,
    "pronoun": _read_pronoun,
    "article": _read_article,
    **dict.fromkeys(("preposition", "making"), _read_preposition),
    "opening": _read_opening,
    "world": _read_world,
    "exception": _read_exception,
    "break": _read_break,
    "and": _read_and,
    "or": _read_or,
    "negation": _read_negation,
    "shunning": _read_shunning,
    "number": _read_number,
    "amount": _read_amount,
    "colour": _read_colour,
    "shade": _read_shade,
    "size": _read_size,
    "unknown": _read_unknown,
    "strange": _read_unknown,
    "liquid": _read_liquid,
    "material": _read_material,
    **dict.fromkeys(TRAITS, _read_trait),
    **dict.fromkeys(NAMES, name),
}
