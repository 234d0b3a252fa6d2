"""Waiting: what the phrases read so far have said, and what of it waits for the next thing to be named."""

from dataclasses import dataclass, field
from typing import Any

from genie3_env.prompt.phrases import Phrase
from genie3_env.prompt.setting import Setting

FEW, SEVERAL = 3, 5


@dataclass
class Waiting:
    """What was found, what waits for the next thing, and what has just been named."""

    setting: Setting = field(default_factory=Setting)
    colours: list[str] = field(default_factory=list)  # of flags
    understood: list[str] = field(default_factory=list)
    not_understood: list[str] = field(default_factory=list)
    # What waits for the next thing.
    negation: Phrase | None = None
    missed: bool = False  # the negation stood before a word that is not known
    denied: bool = False  # the sentence has a negation
    carried: Phrase | None = None  # the negation of the thing just named, which a list carries on
    number: Phrase | None = None
    amount: Phrase | None = None
    size: Phrase | None = None
    shunned: Phrase | None = None
    waiting_colours: list[Phrase] = field(default_factory=list)
    liquid: Phrase | None = None
    after_article: bool = False
    broken: bool = False  # the bridge to come
    collecting: bool = False  # what is to come is to be collected
    before: Phrase | None = None  # the phrase before, if it says anything
    # What has just been named.
    named: Phrase | None = None  # the thing that is spoken of
    spans: bool = False  # a bridge is spoken of, and maybe what it spans
    last: Phrase | None = None  # a thing in the plural without a number, which may follow
    last_body: str | None = None  # which has no liquid yet
    uncoloured: str | None = None  # "flag" or "coin": its colour may follow
    flag_colours: list[str] = field(default_factory=list)  # of the flags just named
    first_colour: int = 0  # their first place in `colours`
    coloured: Phrase | None = None  # the flags or coins last named: the "ones" of "red ones"

    def end_phrase(self, *, keep_colour: bool = False) -> None:
        """What was named before is done with."""
        if not keep_colour:
            self.uncoloured = None
        self.last, self.named, self.after_article, self.collecting = None, None, False, False
        self.spans = False
        self.drop(self.amount)  # "full of life"
        self.amount = None
        if self.number and self.number.meaning.value == 1:
            self.number = None

    def size_the_world(self) -> None:
        """The size that waits is that of the world, not of a thing to come."""
        if self.size and self.named and self.named.kind not in ("theme", "style"):  # "a house that is big"
            self.drop(self.size)
        elif self.size:
            self.set("size", self.size)
        self.size = None

    def end_shunning(self) -> None:
        """ "Avoid the guards and collect the red coins": it is not the coins that are to be avoided."""
        if self.shunned and not self.waiting_colours:
            self.drop(self.shunned)
            self.shunned = None

    def speaks_of_bridge(self) -> bool:
        """Whether what is said next is said of a bridge: "a bridge", "the bridge over the river"."""
        named = self.named
        return self.spans and named is not None and (named.meaning.value == "bridge" or named.kind == "body")

    def taken_number(self, most: int) -> int | None:
        """How many of the thing named were asked for: 0 after a negation; None where nothing was said."""
        if self.negation:
            self.drop(self.number)
            self.amount = None
            self.settle_negation()
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

    def drop_amount(self) -> None:
        """ "Much" of what cannot be counted says nothing; "lush" does."""
        if self.amount and self.amount.meaning.value == "dense":
            self.drop(self.amount)
        self.amount = None

    def settle_negation(self, *, silent: bool = False) -> None:
        """The negation has been used; a list may carry it further."""
        if self.negation:
            if not silent:
                self.understood.append(self.negation.said)
            self.carried, self.negation, self.missed = self.negation, None, False

    def end_negation_that_missed(self) -> None:
        """ "Without dragons in ...": the negation belonged to what is not known."""
        if self.negation and self.missed:
            self.drop(self.negation)
            self.carried, self.negation, self.missed = self.negation, None, False

    def set(self, name: str, phrase: Phrase, value: Any = None) -> None:
        """Fix a field by a phrase, which is understood if it can be."""
        value = phrase.meaning.value if value is None else value
        (self.understood if self.setting.set(name, value) else self.not_understood).append(phrase.said)

    def drop(self, *phrases: Phrase | None) -> None:
        """These phrases change nothing."""
        self.not_understood += [phrase.said for phrase in phrases if phrase]
