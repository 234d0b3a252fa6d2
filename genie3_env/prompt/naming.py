"""Naming: a thing is named, and gets the number, the negation, the size and the colours that wait for it."""

from genie3_env.prompt.phrases import Phrase
from genie3_env.prompt.spec import COINS, COLOURS, FLAGS, OBJECTS
from genie3_env.prompt.waiting import Waiting

NAMES = ("theme", "style", "body", "object", "flag", "coin")
HOUSES = frozenset(("house", "hut", "barn", "church"))
PLACES = ("theme", "style", "scene", "hint")


def name(waiting: Waiting, phrase: Phrase, following: list[Phrase]) -> None:
    """A thing is named: give it the number, the negation, the size and the colours that wait for it."""
    kind = phrase.kind
    modifies = bool(following) and following[0].kind in (*PLACES, "object", "ground")  # a skyscraper city
    modifies = modifies and not phrase.plural  # "large platforms hovering"
    if kind not in ("theme", "style") and not modifies:
        waiting.drop(waiting.size)
        waiting.size = None
    if kind not in ("flag", "coin"):
        waiting.drop(*waiting.waiting_colours, waiting.shunned)
        waiting.waiting_colours, waiting.shunned = [], None
    if kind not in ("object", "flag", "coin") and waiting.number:
        if waiting.number.meaning.value == 1:  # "one castle"
            waiting.understood.append(waiting.number.said)
        elif not modifies:
            waiting.drop(waiting.number)
        waiting.number = None if not modifies else waiting.number
    waiting.last_body = waiting.uncoloured = waiting.last = None
    if not waiting.negation:
        waiting.carried = None
    {
        "theme": _name_theme,
        "style": _name_theme,
        "body": _name_body,
        "object": _name_object,
        "flag": _name_flags,
        "coin": _name_coins,
    }[kind](waiting, phrase, following)
    waiting.drop_amount()
    waiting.number, waiting.after_article, waiting.named = None, False, phrase
    waiting.spans |= (kind, phrase.meaning.value) == ("object", "bridge")


def _name_theme(waiting: Waiting, phrase: Phrase, following: list[Phrase]) -> None:
    if waiting.negation and waiting.missed:  # 没有龙的城堡: there is no dragon, but a castle
        waiting.end_negation_that_missed()
    if waiting.negation:
        waiting.setting.unwanted.append(("theme", phrase.meaning.value, (waiting.negation.said, phrase.said)))
        waiting.settle_negation(silent=True)
        return
    if phrase.meaning.of_things == "of_house" and not HOUSES.isdisjoint(waiting.setting.objects):
        waiting.drop(phrase)
        return
    named = waiting.setting.themes if phrase.kind == "theme" else waiting.setting.styles
    named.append((phrase.said, phrase.meaning.value))
    if phrase.meaning.of_things == "in_water":
        waiting.setting.in_water.append(phrase.said)
    if waiting.size and phrase.kind == "theme":
        if phrase.plural and phrase.meaning.value != "islands":  # "small villages" are no small world
            waiting.drop(waiting.size)
        else:
            waiting.set("size", waiting.size)
        waiting.size = None


def _name_body(waiting: Waiting, phrase: Phrase, following: list[Phrase]) -> None:
    value = phrase.meaning.value
    liquid, waiting.liquid = waiting.liquid, None
    waiting.understood += [phrase.said] + ([liquid.said] if liquid else [])
    if not waiting.negation:
        waiting.setting.implying += [("liquid", liquid.meaning.value)] if liquid else []
        waiting.setting.implying.append(("body", value))
    bodies = waiting.setting.bodies
    if waiting.negation:
        waiting.settle_negation()
        filling = "none"
    else:
        filling = liquid and liquid.meaning.value
        waiting.last_body = None if liquid else value
    before = bodies.get(value)
    if before and filling and before != filling:
        waiting.setting.notes.append(f"A world has one {value}; it holds {before}, not {filling}.")
    else:
        bodies[value] = filling or before


def _name_object(waiting: Waiting, phrase: Phrase, following: list[Phrase]) -> None:
    value, notes, objects = phrase.meaning.value, waiting.setting.notes, waiting.setting.objects
    if waiting.broken and value == "bridge":
        value = "broken_bridge"
    waiting.broken = False
    if not waiting.negation:
        waiting.setting.implying.append(("object", value))
    alone = not (following and following[0].kind in (*PLACES, "object", "ground"))  # "a pine forest" has many
    if phrase.meaning.collective:  # an orchard is many trees, and so are two of them
        waiting.drop(waiting.number if not waiting.negation else None)
        waiting.number, alone = None, False
    if waiting.amount and not waiting.number:
        waiting.setting.vague.add(value)
    number = waiting.taken_number(OBJECTS[value])
    if number is None and waiting.after_article and not phrase.plural and alone:
        number = 1
    if number is not None and number > OBJECTS[value]:
        notes.append(f"A world has at most {OBJECTS[value]} of {phrase.said!r}, not {number}.")
        number = OBJECTS[value]
    before = objects.get(value)
    waiting.understood.append(phrase.said)
    if number is None:
        waiting.last = phrase
    if before is not None and number is not None and before != number:
        notes.append(f"{phrase.said!r}: {before} and {number} were asked for; there are {before}.")
        return
    objects[value] = before if number is None else number


def _name_flags(waiting: Waiting, phrase: Phrase, following: list[Phrase]) -> None:
    colours, waiting.waiting_colours = waiting.waiting_colours, []
    if waiting.negation:
        waiting.drop(waiting.negation, phrase, *colours)
        waiting.negation = None
        waiting.setting.notes.append(f"A world has {FLAGS[0]} to {FLAGS[1]} flags: they are what is to be reached.")
        return
    number = waiting.taken_number(FLAGS[1])
    waiting.understood.append(phrase.said)
    waiting.coloured = phrase
    waiting.setting.implying.append(("flag", "flag"))
    if number is None:
        waiting.last = phrase
    waiting.flag_colours, waiting.first_colour = [colour.meaning.value for colour in colours], len(waiting.colours)
    if colours:
        colour_flags(waiting, colours, number or (1 + phrase.plural if len(colours) == 1 else 0))
        return
    waiting.uncoloured = "flag"
    if number is None:
        return
    waiting.set("flags", phrase, _held(waiting, number, FLAGS, "flags"))


def _held(waiting: Waiting, number: int, bounds: tuple[int, int], things: str) -> int:
    """The nearest number that a world can have, with a note where that is another one."""
    least, most = bounds
    held = min(max(number, least), most)
    if held != number:
        waiting.setting.notes.append(f"A world has {least} to {most} {things}, not {number}; it has {held}.")
    return held


def colour_flags(waiting: Waiting, colours: list[Phrase], count: int) -> None:
    waiting.understood += [colour.said for colour in colours]
    _add_flags(waiting, [colour.meaning.value for colour in colours], max(count, len(colours)))


def _add_flags(waiting: Waiting, colours: list[str], count: int) -> None:
    room = FLAGS[1] - len(waiting.colours)
    if count > room:
        waiting.setting.notes.append(
            f"A world has at most {FLAGS[1]} flags; {count - room} fewer stand than were asked for."
        )
    waiting.colours += [colours[index % len(colours)] for index in range(min(count, room))]


def _name_coins(waiting: Waiting, phrase: Phrase, following: list[Phrase]) -> None:
    colours, waiting.waiting_colours = waiting.waiting_colours, []
    if waiting.negation and not colours:
        waiting.setting.unwanted.append(("task", "collect_coins", (waiting.negation.said, phrase.said)))
        waiting.settle_negation(silent=True)
        return
    if waiting.negation or waiting.shunned:
        leave_coins(waiting, phrase, colours)
        return
    number = waiting.taken_number(COINS[1])
    waiting.understood.append(phrase.said)
    waiting.coloured = phrase
    waiting.setting.found.setdefault("task", "collect_coins")
    waiting.setting.implying += [("coin", "coins"), ("task", "collect_coins")]
    for colour in colours:
        waiting.set("coin_colour", colour)
    if not colours:
        waiting.uncoloured = "coin"
    if number is None:
        waiting.last = phrase
        return
    waiting.set("coins", phrase, _held(waiting, number, COINS, "coins to collect"))


def leave_coins(waiting: Waiting, phrase: Phrase | None, colours: list[Phrase]) -> None:
    """ "Not the red coins": those of any colour but the one to be collected are left alone anyway."""
    words = [word for word in (waiting.negation, waiting.shunned, *colours, phrase) if word]
    waiting.negation = waiting.shunned = waiting.number = None
    waiting.setting.implying += [("coin", "coins"), ("task", "collect_coins")]
    waiting.setting.found.setdefault("task", "collect_coins")
    left = [colour.meaning.value for colour in colours]
    if len(left) == len(COLOURS) - 1:
        waiting.setting.found["coin_colour"] = next(colour for colour in COLOURS if colour not in left)
    waiting.setting.left_coins += [(left, tuple(word.said for word in words))]


def collect_instead(waiting: Waiting, phrase: Phrase) -> None:
    """ "Collect seven gems": there are seven coins to collect."""
    waiting.setting.notes.append(f"Coins are what can be collected, not {phrase.said!r}.")
    number = waiting.number
    if number:
        waiting.set("coins", number, _held(waiting, number.meaning.value, COINS, "coins to collect"))
    if phrase.kind != "object":
        waiting.drop(phrase)
        waiting.number = None


def break_bridge(waiting: Waiting) -> None:
    """ "A bridge that is broken": the bridges just named are."""
    objects = waiting.setting.objects
    if "bridge" in objects:
        objects["broken_bridge"] = objects.pop("bridge")


def count_again(waiting: Waiting, phrase: Phrase) -> None:
    """The number came after the thing."""
    waiting.number, waiting.last, number = None, None, waiting.number
    if phrase.kind == "flag" and waiting.flag_colours:
        del waiting.colours[waiting.first_colour :]
        _add_flags(waiting, waiting.flag_colours, number.meaning.value if number else 0)
        waiting.understood += [number.said] if number else []
        return
    waiting.number = number
    {"object": _name_object, "flag": _name_flags, "coin": _name_coins}[phrase.kind](waiting, phrase, [])
    waiting.number = None
