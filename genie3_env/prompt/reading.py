"""Reading: the phrases of a prompt, one after the other, become the fields of a spec. The second half of parsing.

A phrase counts for itself (an hour, a ground), or for the next thing named ("three towers", "no trees", "a lava moat",
"blue flags"); a negation reaches over a list ("without trees, rocks or water").
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from genie3_env.prompt.lexicon import lexicon
from genie3_env.prompt.phrases import Phrase
from genie3_env.prompt.setting import Setting
from genie3_env.prompt.spec import COINS, COLOURS, FLAGS, OBJECTS

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
NAMES = ("theme", "style", "body", "object", "flag", "coin")
PLACES = ("theme", "style", "scene", "hint")
ADJECTIVES = ("unknown", "strange", "size", "colour", "shade", "state", "amount", "number", "material")
LISTED = (
    "object",
    "body",
    "liquid",
    "weather",
    "ground",
    "relief",
    "scene",
    *ADJECTIVES,
)  # what a list after a negation may hold
FEW, SEVERAL = 3, 5


@dataclass
class Reading:
    """A prompt read phrase by phrase: what was found, and what waits for the next thing to be named."""

    setting: Setting = field(default_factory=Setting)
    colours: list[str] = field(default_factory=list)  # of flags
    understood: list[str] = field(default_factory=list)
    not_understood: list[str] = field(default_factory=list)
    # What waits for the next thing.
    negation: Phrase | None = None
    missed: bool = False  # the negation stood before a word that is not known
    carried: Phrase | None = None  # the negation of the thing just named, which a list carries on
    number: Phrase | None = None
    amount: Phrase | None = None
    size: Phrase | None = None
    shunned: Phrase | None = None
    waiting_colours: list[Phrase] = field(default_factory=list)
    liquid: Phrase | None = None
    after_article: bool = False
    broken: bool = False  # the bridge to come
    # What has just been named.
    last: Phrase | None = None  # a thing in the plural without a number, which may follow
    last_body: str | None = None  # which has no liquid yet
    uncoloured: str | None = None  # "flag" or "coin": its colour may follow
    flag_colours: list[str] = field(default_factory=list)  # of the flags just named
    first_colour: int = 0  # their first place in `colours`
    coloured: Phrase | None = None  # the flags or coins last named: the "ones" of "red ones"

    def read(self, phrase: Phrase, following: list[Phrase]) -> None:
        """Take the next phrase in, of those that follow knowing what they are."""
        self._readers()[phrase.kind](phrase, following)

    def finish(self) -> dict[str, Any]:
        """The fields of the spec; without "theme" where nothing known was said."""
        self._end_phrase()
        if self.size:  # "a castle, large and bright"
            self._set("size", self.size)
        if self.shunned and self.waiting_colours and self.coloured:  # "collect the red coins, leave the blue ones"
            self._leave_coins(None, self.waiting_colours)
            self.waiting_colours = []
        self._drop(self.negation, self.number, *self.waiting_colours, self.shunned)
        asked = self.setting.fields()
        self.understood += self.setting.understood
        self.not_understood += self.setting.not_understood
        if self.colours:
            asked["flag_colours"] = tuple(self.colours)
        return asked

    def _readers(self) -> dict[str, Callable[[Phrase, list[Phrase]], None]]:
        traits = ("hour", "weather", "ground", "relief", "state", "task", "difficulty", "hint", "scene")
        return {
            "filler": self._pass,
            "pronoun": self._read_pronoun,
            "article": self._read_article,
            "preposition": self._read_preposition,
            "opening": self._read_opening,
            "break": self._read_break,
            "and": self._read_and,
            "or": self._read_or,
            "negation": self._read_negation,
            "shunning": self._read_shunning,
            "number": self._read_number,
            "amount": self._read_amount,
            "colour": self._read_colour,
            "shade": self._read_shade,
            "size": self._read_size,
            "unknown": self._read_unknown,
            "strange": self._read_unknown,
            "liquid": self._read_liquid,
            "material": self._read_material,
            **dict.fromkeys(traits, self._read_trait),
            **dict.fromkeys(NAMES, self._name),
        }

    # Words that join things and part them.

    def _pass(self, phrase: Phrase, following: list[Phrase]) -> None:
        pass

    def _read_pronoun(self, phrase: Phrase, following: list[Phrase]) -> None:
        if self.coloured and self.waiting_colours:
            self._name(self.coloured._replace(said=phrase.said), following)

    def _read_article(self, phrase: Phrase, following: list[Phrase]) -> None:
        self._end_negation_that_missed()
        self.after_article, self.uncoloured = True, None

    def _read_preposition(self, phrase: Phrase, following: list[Phrase]) -> None:
        self._end_negation_that_missed()
        self.carried = self.last = self.uncoloured = None

    def _read_opening(self, phrase: Phrase, following: list[Phrase]) -> None:
        self._read_preposition(phrase, following)
        self._end_phrase()

    def _read_break(self, phrase: Phrase, following: list[Phrase]) -> None:
        goes_on = self.carried if self._list_goes_on(following) else None
        self._drop(self.negation)
        self.negation, self.missed = goes_on, False
        if not goes_on:
            self.carried = None
        self._end_phrase(keep_colour=bool(following) and following[0].kind == "colour")

    def _read_and(self, phrase: Phrase, following: list[Phrase]) -> None:
        self._end_negation_that_missed()
        after = _next(following)
        listed = after and after.kind in LISTED and after.kind not in ("number", "amount")
        article = following and following[0].kind == "article"
        if self.carried and self.carried.meaning.value == "without" and listed and not article:
            self.negation = self.negation or self.carried
        self._end_phrase(keep_colour=bool(after) and after.kind == "colour")

    def _read_or(self, phrase: Phrase, following: list[Phrase]) -> None:
        self._end_negation_that_missed()
        self.negation = self.negation or self.carried
        self._end_phrase()

    def _end_phrase(self, *, keep_colour: bool = False) -> None:
        """What was named before is done with."""
        if not keep_colour:
            self.uncoloured = None
        self.last, self.after_article = None, False
        if self.number and self.number.meaning.value == 1:
            self.number = None

    def _list_goes_on(self, following: list[Phrase]) -> bool:
        """Whether a list of things follows that ends in "or", or after "without" in "and"."""
        for phrase in following:
            if phrase.kind == "or":
                return True
            if phrase.kind == "and":
                return self.carried is not None and self.carried.meaning.value == "without"
            if phrase.kind not in (*LISTED, "filler", "break") or phrase.said == ".":
                return False
            if phrase.kind in ("number", "amount"):
                return False
        return False

    # Words that wait for the next thing.

    def _read_negation(self, phrase: Phrase, following: list[Phrase]) -> None:
        self._drop(self.negation)
        self._end_phrase()
        self.negation, self.missed, self.carried = phrase, False, None

    def _read_shunning(self, phrase: Phrase, following: list[Phrase]) -> None:
        self._end_negation_that_missed()
        self._drop(self.shunned)
        self.shunned = phrase

    def _read_number(self, phrase: Phrase, following: list[Phrase]) -> None:
        self._end_negation_that_missed()
        after = _next(following, skip=("filler", *ADJECTIVES))
        if self.last and not (after and after.kind in ("object", "flag", "coin", "body")):  # "flags: 3"
            self.number = phrase
            self._count_again(self.last)
            return
        self._drop(self.number)
        self.number = phrase

    def _count_again(self, phrase: Phrase) -> None:
        """The number came after the thing."""
        self.number, self.last, number = None, None, self.number
        if phrase.kind == "flag" and self.flag_colours:
            del self.colours[self.first_colour :]
            self._add_flags(self.flag_colours, number.meaning.value if number else 0)
            self.understood += [number.said] if number else []
            return
        self.number = number
        {"object": self._name_object, "flag": self._name_flags, "coin": self._name_coins}[phrase.kind](phrase, [])
        self.number = None

    def _read_amount(self, phrase: Phrase, following: list[Phrase]) -> None:
        self._end_negation_that_missed()
        self.amount = phrase

    def _read_size(self, phrase: Phrase, following: list[Phrase]) -> None:
        if self.negation and not self.missed:
            self._read_trait(phrase, following)
            return
        self._drop(self.size)
        self.size = phrase

    def _read_unknown(self, phrase: Phrase, following: list[Phrase]) -> None:
        self.not_understood.append(phrase.said)
        self.missed = self.negation is not None
        self.last = None

    def _read_colour(self, phrase: Phrase, following: list[Phrase]) -> None:
        if self.uncoloured and not (following and following[0].kind in ("flag", "coin", "colour")):
            if self.uncoloured == "flag":  # "the flag is red"
                self._colour_flags([phrase], 1)
            else:
                self._set("coin_colour", phrase)
            return
        self.waiting_colours.append(phrase)

    def _read_shade(self, phrase: Phrase, following: list[Phrase]) -> None:
        after = _next(following, skip=("filler", *ADJECTIVES))
        if after and (
            after.kind in ("theme", "style") or (after.kind == "object" and after.meaning.value in lexicon().built)
        ):
            self.setting.offer("material", phrase.meaning.value, phrase.said)
        else:
            self.not_understood.append(phrase.said)

    # Words that count for themselves.

    def _read_liquid(self, phrase: Phrase, following: list[Phrase]) -> None:
        value = phrase.meaning.value
        beside = bool(following) and following[0].kind == "body"  # "a moat and a lava river"
        after = _next(following, skip=("filler", "article"))
        if beside or (after and after.kind == "body" and not self.last_body):  # "a lava-filled moat"
            self._drop(self.liquid)
            self.liquid = phrase
            return
        self.understood.append(phrase.said)
        self._drop_amount()
        if self.negation:
            self.setting.unwanted_liquids.append(value)
            self._settle_negation()
        elif self.last_body:
            self.setting.bodies[self.last_body] = value
            self.last_body = None
        else:
            self._set("liquid", phrase)

    def _read_material(self, phrase: Phrase, following: list[Phrase]) -> None:
        value = phrase.meaning.value
        after = _next(following, skip=("filler", *ADJECTIVES))
        beside = following[0].kind if following else ""
        if self.negation:
            self._drop(self.negation, phrase)
            self.negation = None
        elif (after and after.kind == "coin" and value == "gold") or (
            after and after.kind == "object" and after.meaning.value in lexicon().natural.get(value, ())
        ):  # golden coins: coins are
            self.understood.append(phrase.said)
        elif after and after.kind == "object" and after.meaning.value in lexicon().built:
            self.setting.offer("material", value, phrase.said, thing=after.said)
        elif beside in ("unknown", "strange", "flag", "coin", "liquid", "body") or (after and after.kind in NAMES[2:]):
            self.not_understood.append(phrase.said)
        else:
            self._set("material", phrase)

    def _read_trait(self, phrase: Phrase, following: list[Phrase]) -> None:
        """An hour, a ground, a task...: of the whole world."""
        kind, value = phrase.kind, phrase.meaning.value
        self.last_body, self.last = None, None
        if kind != "task":
            self._drop_amount()
        negated = self.negation
        if negated and kind == "task":
            self.setting.unwanted.append(("task", value, (negated.said, phrase.said)))
            self._settle_negation(silent=True)
        elif negated:
            opposite = OPPOSITE.get(kind, {}).get(value)
            if opposite is None:
                self._drop(negated, phrase)
                self.negation = None
                return
            self._settle_negation()
            self._set(value if kind == "state" else kind, phrase, opposite)
        elif kind in ("hint", "scene"):
            self.carried = None
            getattr(self.setting, f"{kind}s").append((phrase.said, value))
        elif kind == "state":
            self.carried = None
            after = _next(following)
            if value == "ruined" and after and after.kind == "object" and after.meaning.value == "bridge":
                self.broken = True
                self.understood.append(phrase.said)
            else:
                self._set(value, phrase, True)
        else:
            self.carried = None
            self._set(kind, phrase)

    # Things by their names.

    def _name(self, phrase: Phrase, following: list[Phrase]) -> None:
        """A thing is named: give it the number, the negation, the size and the colours that wait for it."""
        kind = phrase.kind
        modifies = bool(following) and following[0].kind in (*PLACES, "object", "ground")  # a skyscraper city
        if kind not in ("theme", "style") and not modifies:
            self._drop(self.size)
            self.size = None
        if kind not in ("flag", "coin"):
            self._drop(*self.waiting_colours, self.shunned)
            self.waiting_colours, self.shunned = [], None
        if kind not in ("object", "flag", "coin") and self.number:
            if self.number.meaning.value == 1:  # "one castle"
                self.understood.append(self.number.said)
            elif not modifies:
                self._drop(self.number)
            self.number = None if not modifies else self.number
        self.last_body = self.uncoloured = self.last = None
        if not self.negation:
            self.carried = None
        {
            "theme": self._name_theme,
            "style": self._name_theme,
            "body": self._name_body,
            "object": self._name_object,
            "flag": self._name_flags,
            "coin": self._name_coins,
        }[kind](phrase, following)
        self._drop_amount()
        self.number, self.after_article = None, False

    def _name_theme(self, phrase: Phrase, following: list[Phrase]) -> None:
        if self.negation and self.missed:  # 没有龙的城堡: there is no dragon, but a castle
            self._end_negation_that_missed()
        if self.negation:
            self.setting.unwanted.append(("theme", phrase.meaning.value, (self.negation.said, phrase.said)))
            self._settle_negation(silent=True)
            return
        named = self.setting.themes if phrase.kind == "theme" else self.setting.styles
        named.append((phrase.said, phrase.meaning.value))
        if self.size and phrase.kind == "theme":
            self._set("size", self.size)
            self.size = None

    def _name_body(self, phrase: Phrase, following: list[Phrase]) -> None:
        value = phrase.meaning.value
        liquid, self.liquid = self.liquid, None
        self.understood += [phrase.said] + ([liquid.said] if liquid else [])
        if not self.negation:
            self.setting.implying += [("liquid", liquid.meaning.value)] if liquid else []
            self.setting.implying.append(("body", value))
        bodies = self.setting.bodies
        if self.negation:
            self._settle_negation()
            filling = "none"
        else:
            filling = liquid and liquid.meaning.value
            self.last_body = None if liquid else value
        before = bodies.get(value)
        if before and filling and before != filling:
            self.setting.notes.append(f"A world has one {value}; it holds {before}, not {filling}.")
        else:
            bodies[value] = filling or before

    def _name_object(self, phrase: Phrase, following: list[Phrase]) -> None:
        value, notes, objects = phrase.meaning.value, self.setting.notes, self.setting.objects
        if self.broken and value == "bridge":
            value = "broken_bridge"
        self.broken = False
        if not self.negation:
            self.setting.implying.append(("object", value))
        alone = not (following and following[0].kind in (*PLACES, "object", "ground"))  # "a pine forest" has many
        if self.amount and not self.number:
            self.setting.vague.add(value)
        number = self._taken_number(OBJECTS[value])
        if number is None and self.after_article and not phrase.plural and alone:
            number = 1
        if number is not None and number > OBJECTS[value]:
            notes.append(f"A world has at most {OBJECTS[value]} of {phrase.said!r}, not {number}.")
            number = OBJECTS[value]
        before = objects.get(value)
        self.understood.append(phrase.said)
        if number is None:
            self.last = phrase
        if before is not None and number is not None and before != number:
            notes.append(f"{phrase.said!r}: {before} and {number} were asked for; there are {before}.")
            return
        objects[value] = before if number is None else number

    def _name_flags(self, phrase: Phrase, following: list[Phrase]) -> None:
        colours, self.waiting_colours = self.waiting_colours, []
        if self.negation:
            self._drop(self.negation, phrase, *colours)
            self.negation = None
            self.setting.notes.append(f"A world has {FLAGS[0]} to {FLAGS[1]} flags: they are what is to be reached.")
            return
        number = self._taken_number(FLAGS[1])
        self.understood.append(phrase.said)
        self.coloured = phrase
        self.setting.implying.append(("flag", "flag"))
        if number is None:
            self.last = phrase
        self.flag_colours, self.first_colour = [colour.meaning.value for colour in colours], len(self.colours)
        if colours:
            self._colour_flags(colours, number or (1 + phrase.plural if len(colours) == 1 else 0))
            return
        self.uncoloured = "flag"
        if number is None:
            return
        least, most = FLAGS
        held = min(max(number, least), most)
        if held != number:
            self.setting.notes.append(f"A world has {least} to {most} flags, not {number}; it has {held}.")
        self._set("flags", phrase, held)

    def _colour_flags(self, colours: list[Phrase], count: int) -> None:
        self.understood += [colour.said for colour in colours]
        self._add_flags([colour.meaning.value for colour in colours], max(count, len(colours)))

    def _add_flags(self, colours: list[str], count: int) -> None:
        room = FLAGS[1] - len(self.colours)
        if count > room:
            self.setting.notes.append(
                f"A world has at most {FLAGS[1]} flags; {count - room} fewer stand than were asked for."
            )
        self.colours += [colours[index % len(colours)] for index in range(min(count, room))]

    def _name_coins(self, phrase: Phrase, following: list[Phrase]) -> None:
        colours, self.waiting_colours = self.waiting_colours, []
        if self.negation and not colours:
            self.setting.unwanted.append(("task", "collect_coins", (self.negation.said, phrase.said)))
            self._settle_negation(silent=True)
            return
        if self.negation or self.shunned:
            self._leave_coins(phrase, colours)
            return
        number = self._taken_number(COINS[1])
        self.understood.append(phrase.said)
        self.coloured = phrase
        self.setting.found.setdefault("task", "collect_coins")
        self.setting.implying += [("coin", "coins"), ("task", "collect_coins")]
        for colour in colours:
            self._set("coin_colour", colour)
        if not colours:
            self.uncoloured = "coin"
        if number is None:
            self.last = phrase
            return
        least, most = COINS
        held = min(max(number, least), most)
        if held != number:
            self.setting.notes.append(f"A world has {least} to {most} coins to collect, not {number}; it has {held}.")
        self._set("coins", phrase, held)

    def _leave_coins(self, phrase: Phrase | None, colours: list[Phrase]) -> None:
        """ "Not the red coins": those of any colour but the one to be collected are left alone anyway."""
        words = [word for word in (self.negation, self.shunned, *colours, phrase) if word]
        self.negation = self.shunned = self.number = None
        self.setting.implying += [("coin", "coins"), ("task", "collect_coins")]
        self.setting.found.setdefault("task", "collect_coins")
        left = [colour.meaning.value for colour in colours]
        if len(left) == len(COLOURS) - 1:
            self.setting.found["coin_colour"] = next(colour for colour in COLOURS if colour not in left)
        self.setting.left_coins += [(left, tuple(word.said for word in words))]

    def _taken_number(self, most: int) -> int | None:
        """How many of the thing named were asked for: 0 after a negation; None where nothing was said."""
        if self.negation:
            self._drop(self.number)
            self.amount = None
            self._settle_negation()
            return 0
        if self.number:
            self.understood.append(self.number.said)
            return self.number.meaning.value
        if not self.amount:
            return None
        amount, self.amount = self.amount, None
        self.understood.append(amount.said)
        vague = {"few": FEW, "several": SEVERAL}.get(amount.meaning.value, max(SEVERAL, (most + 1) // 2))
        return min(vague, most)

    def _drop_amount(self) -> None:
        """ "Much" of what cannot be counted says nothing; "lush" does."""
        if self.amount and self.amount.meaning.value == "dense":
            self._drop(self.amount)
        self.amount = None

    def _settle_negation(self, *, silent: bool = False) -> None:
        """The negation has been used; a list may carry it further."""
        if self.negation:
            if not silent:
                self.understood.append(self.negation.said)
            self.carried, self.negation, self.missed = self.negation, None, False

    def _end_negation_that_missed(self) -> None:
        """ "Without dragons in ...": the negation belonged to what is not known."""
        if self.negation and self.missed:
            self._drop(self.negation)
            self.carried, self.negation, self.missed = self.negation, None, False

    def _set(self, name: str, phrase: Phrase, value: Any = None) -> None:
        value = phrase.meaning.value if value is None else value
        (self.understood if self.setting.set(name, value) else self.not_understood).append(phrase.said)

    def _drop(self, *phrases: Phrase | None) -> None:
        self.not_understood += [phrase.said for phrase in phrases if phrase]


def _next(following: list[Phrase], skip: tuple[str, ...] = ("filler",)) -> Phrase | None:
    """The first phrase that is none of a kind to be skipped."""
    return next((phrase for phrase in following if phrase.kind not in skip), None)
