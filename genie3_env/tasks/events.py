"""Events: a sentence changes the world while it is played ("make it night", "flood the moat with water").

An event changes nothing but the state: so episodes with events are replayed exactly, and worlds stay as they are.
"""

import itertools
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np

from genie3_env.prompt.lexicon import lexicon, split
from genie3_env.prompt.phrases import phrases as phrases_of
from genie3_env.prompt.phrases import tokens as tokens_of
from genie3_env.prompt.spec import HOURS, LIQUIDS, WEATHERS
from genie3_env.world import World

EXAMPLES = (
    '"make it night", "let it snow", "stop the rain", "flood the moat with water", "add three coins", "open the gate"'
)


@dataclass(frozen=True)
class Event:
    """What happens. kind: "hour", "weather", "liquid", "coins" or "gates".

    value: an index in prompt.spec.HOURS, WEATHERS or LIQUIDS; how many coins; 1: gates open, 0: they close.
    """

    kind: str
    value: int


def read_event(text: str) -> tuple[Event, ...]:
    """The events that a sentence asks for, in order; ValueError where it asks for none."""
    phrases = list(phrases_of(tokens_of(text)))
    verbs = {verb for word in _words(text) if (verb := _verbs().get(word))}
    negated = "stop" in verbs or any(phrase.meaning.kind == "negation" for phrase in phrases)
    events, number = [], 1
    for phrase in phrases:
        kind, value = phrase.meaning.kind, phrase.meaning.value
        if kind == "number":
            number = int(value)
        elif kind == "hour":
            events.append(Event("hour", HOURS.index(value)))
        elif kind == "weather":
            events.append(Event("weather", WEATHERS.index("clear" if negated else value)))
        elif kind == "liquid" and not negated:
            events.append(Event("liquid", LIQUIDS.index(value)))
        elif kind == "coin" and "add" in verbs:
            events.append(Event("coins", number))
        elif verbs & {"open", "close"} and ((kind, value) == ("object", "gate") or (kind, value) == ("task", "puzzle")):
            events.append(Event("gates", int("close" not in verbs)))
    if not events:
        raise ValueError(f"The event {text!r} changes nothing that is known; try for example {EXAMPLES}.")
    return tuple(events)


def apply_event(event: Event, states: np.ndarray, index: int, world: World) -> None:
    """Let `event` happen to record `index` of states (types.SIM_STATE), which is in `world`.

    ValueError where the world has not what it is about.
    """
    if event.kind == "coins":
        _add_coins(event.value, states, index, world)
    elif event.kind == "gates":
        if not len(world.gates):
            raise ValueError('This world has no gate that opens; make one with the task "puzzle".')
        states["triggers"][index] = (1 << len(world.gates)) - 1 if event.value else 0
    else:
        states[event.kind][index] = event.value
    states["events"][index] += 1


def _add_coins(number: int, states: np.ndarray, index: int, world: World) -> None:
    there, room = int(states["coins"][index]), len(world.coin_colours)
    if not room:
        raise ValueError('This world has no coins; make one with the task "collect_coins".')
    spare = [coin for coin in range(world.num_coins, room) if not there >> coin & 1]
    if len(spare) < number:
        raise ValueError(f"There is room for {len(spare)} more coins here, not for {number}.")
    for coin in spare[:number]:
        there |= 1 << coin
    states["coins"][index] = there


def _words(text: str) -> list[str]:
    """Words of the text, and pairs of them; Chinese characters in simplified form."""
    tokens = [token.translate(dict(lexicon().simplified)) for token in split(text.casefold())]
    pairs = list(itertools.pairwise(tokens))
    return [*tokens, *(f"{a} {b}" for a, b in pairs), *(a + b for a, b in pairs)]


@cache
def _verbs() -> dict[str, str]:
    data = tomllib.loads(resources.files("genie3_env.tasks").joinpath("events.toml").read_text("utf-8"))
    return {word: verb for verb, words in data.items() for word in words}
