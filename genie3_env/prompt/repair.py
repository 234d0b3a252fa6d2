"""Repair: an object that is almost a spec, as a language model or a person may write it, becomes the fields of one."""

import dataclasses
import difflib
import math
from collections.abc import Mapping
from typing import Any

from genie3_env.prompt.spec import CHOICES, COLOURS, FLAGS, NUMBERS, OBJECTS, SWITCHES, WorldSpec

FIELDS = tuple(field.name for field in dataclasses.fields(WorldSpec))
MOST_ENTRIES = 200  # of an object or a list: what comes after is not looked at
CLOSE_ENOUGH = 0.7  # difflib's ratio from which on a name is taken for another
SHOWN = 40  # characters of a wrong value that a note shows


def repaired(data: Any) -> tuple[dict[str, Any], list[str]]:
    """Fields that WorldSpec.from_dict takes, and a sentence on each repair; ValueError where there is no theme.

    Names are taken for those that they resemble, numbers held within their bounds, and what belongs nowhere left out.
    """
    if not isinstance(data, Mapping):
        raise ValueError(f"The answer is no JSON object but {type(data).__name__}.")
    within = [value for value in data.values() if isinstance(value, Mapping) and "theme" in value]
    if "theme" not in data and len(within) == 1:  # {"spec": {...}}
        data = within[0]
    notes: list[str] = []
    fields: dict[str, Any] = {}
    for said, value in list(data.items())[:MOST_ENTRIES]:
        name = _name(said, FIELDS, "field", notes)
        if name is None or name in fields or value is None:
            continue
        made = _field(name, value, notes)
        if made is not None:
            fields[name] = made
    if "theme" not in fields:
        raise ValueError(f"The answer names no theme that is known. Known themes: {', '.join(CHOICES['theme'])}.")
    return fields, notes


def _field(name: str, value: Any, notes: list[str]) -> Any:
    """The value as the field of that name takes it; None: it is left out."""
    if name in CHOICES:
        return _name(value, CHOICES[name], name, notes)
    if name in NUMBERS:
        return _whole(value, *NUMBERS[name], name, notes)
    if name in SWITCHES:
        return _switch(value, name, notes)
    return {"objects": _objects, "flag_colours": _colours, "difficulty": _difficulty}[name](value, notes)


def _name(value: Any, known: tuple[str, ...], what: str, notes: list[str]) -> str | None:
    """The known name that is meant, or None and a note."""
    plain = value.strip().lower()[: 2 * SHOWN].replace(" ", "_").replace("-", "_") if isinstance(value, str) else ""
    if plain not in known:
        meant = next((name for name in known if plain in (f"{name}s", f"{name}es")), None)
        meant = meant or next(iter(difflib.get_close_matches(plain, known, 1, CLOSE_ENOUGH)), None)
        notes.append(f"{what} {_shown(value)} " + (f"was read as {meant!r}." if meant else "is not known: left out."))
        return meant
    return plain


def _number(value: Any) -> float | None:
    """A finite number, also one in text; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value[:SHOWN] if isinstance(value, str) else value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _whole(value: Any, least: int, most: int, what: str, notes: list[str]) -> int | None:
    number = _number(value)
    if number is None:
        notes.append(f"{what} {_shown(value)} is no number: left out.")
        return None
    held = round(min(max(number, least), most))
    if held != number:
        notes.append(f"{what} {_shown(value)} lies outside {least} to {most} or is not whole: it is {held}.")
    return held


def _switch(value: Any, what: str, notes: list[str]) -> bool | None:
    said = value if isinstance(value, bool) else {"true": True, "false": False}.get(str(value)[:SHOWN].lower())
    if said is None:
        notes.append(f"{what} {_shown(value)} is neither true nor false: left out.")
    return said


def _objects(value: Any, notes: list[str]) -> dict[str, int | None] | None:
    """From a mapping, pairs, names, or {"name": ..., "count": ...}."""
    if not isinstance(value, Mapping | list):
        notes.append(f"objects {_shown(value)} is no mapping of names to counts: left out.")
        return None
    pairs = list(value.items()) if isinstance(value, Mapping) else [_pair(entry) for entry in value[:MOST_ENTRIES]]
    counts: dict[str, int | None] = {}
    for said, count in pairs[:MOST_ENTRIES]:
        name = _name(said, tuple(OBJECTS), "object", notes)
        if name is None or name in counts:
            continue
        if isinstance(count, bool):
            count = None if count else 0
        counts[name] = None if count is None else _whole(count, 0, OBJECTS[name], f"number of {name}", notes)
    return counts


def _pair(entry: Any) -> tuple[Any, Any]:
    if isinstance(entry, Mapping):
        named = [entry.get(key) for key in ("name", "kind", "object", "type") if key in entry]
        return (named or [None])[0], entry.get("count")
    if isinstance(entry, list) and len(entry) == 2:
        return entry[0], entry[1]
    return entry, None


def _colours(value: Any, notes: list[str]) -> tuple[str, ...] | None:
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list | tuple):
        notes.append(f"flag_colours {_shown(value)} is no list of colours: left out.")
        return None
    named = [_name(entry, COLOURS, "flag colour", notes) for entry in listed[:MOST_ENTRIES]]
    known = [colour for colour in named if colour]
    if len(known) > FLAGS[1]:
        notes.append(f"A world has at most {FLAGS[1]} flags: {len(known) - FLAGS[1]} colours are left out.")
    return tuple(known[: FLAGS[1]])


def _difficulty(value: Any, notes: list[str]) -> float | None:
    number = _number(value)
    if number is None:
        notes.append(f"difficulty {_shown(value)} is no number: left out.")
        return None
    held = min(max(number, 0.0), 1.0)
    if held != number:
        notes.append(f"difficulty {_shown(value)} lies outside 0 to 1: it is {held:g}.")
    return held


def _shown(value: Any) -> str:
    """A value in few characters, however large it is."""
    if isinstance(value, Mapping | list):
        return f"of type {type(value).__name__}"
    if isinstance(value, int) and abs(value) > 10**SHOWN:
        return "of very many digits"
    text = repr(value[: SHOWN + 1] if isinstance(value, str) else value)
    return text if len(text) <= SHOWN + 2 else text[:SHOWN] + "..."
