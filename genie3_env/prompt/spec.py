"""WorldSpec: what a prompt asks for, explicit, frozen, serialisable and hashable.

A spec can be written down as JSON, by a person or a language model, and given instead of a prompt.
"""

import dataclasses
import difflib
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

THEMES = (
    "castle",
    "rooftops",
    "forest",
    "desert",
    "ice",
    "volcano",
    "temple",
    "islands",
    "station",
    "harbour",
    "village",
    "mine",
    "maze",
    "track",
)
HOURS = ("day", "dusk", "night")
WEATHERS = ("clear", "rain", "snow", "fog")
SIZES = ("small", "medium", "large")
GROUNDS = ("grass", "snow", "sand", "rock", "ash", "moss")
RELIEFS = ("flat", "hilly", "mountainous")
EDGES = ("floating",)
LIQUIDS = ("lava", "water", "acid")
FILLINGS = (*LIQUIDS, "none")
BODIES = ("moat", "river", "lake")
BUILDING_MATERIALS = ("stone", "brick", "wood", "marble", "gold", "metal", "glass", "sandstone", "obsidian")
FOLIAGES = ("blossom", "autumn")
COLOURS = ("red", "blue", "yellow", "green", "pink")
TASKS = ("reach_flag", "collect_coins", "parkour", "puzzle")
FLAGS = (3, 5)  # least and most
COINS = (1, 12)

# Names for a task and how hard it is.
PRESETS: Mapping[str, Mapping[str, Any]] = {
    "easy": {"task": "reach_flag", "difficulty": 0.1},
    "hard": {"task": "reach_flag", "difficulty": 0.8},
    "parkour": {"task": "parkour", "difficulty": 0.5},
    "puzzle": {"task": "puzzle", "difficulty": 0.5},
}

# Things that any world can hold, and how many at most.
OBJECTS: Mapping[str, int] = {
    # plants
    "tree": 60,
    "pine": 60,
    "palm": 40,
    "cactus": 40,
    "bush": 40,
    "flowerbed": 30,
    "mushroom": 20,
    "bamboo": 30,
    "dead_tree": 30,
    "hedge": 20,
    "log": 20,
    # stones
    "rock": 30,
    "crystal": 20,
    "column": 24,
    "statue": 8,
    "obelisk": 8,
    "arch": 8,
    "ruin": 8,
    "grave": 20,
    "spike": 30,
    "totem": 8,
    "pyramid": 4,
    "altar": 4,
    "crater": 6,
    # buildings
    "tower": 12,
    "gate": 4,
    "wall": 12,
    "house": 12,
    "hut": 12,
    "tent": 12,
    "barn": 4,
    "windmill": 4,
    "lighthouse": 3,
    "church": 3,
    "well": 6,
    "stall": 12,
    "skyscraper": 8,
    "igloo": 10,
    "dome": 6,
    "tank": 8,
    # things
    "crate": 30,
    "barrel": 30,
    "container": 16,
    "crane": 4,
    "cart": 10,
    "rail": 4,
    "fence": 10,
    "bench": 12,
    "haystack": 20,
    "cannon": 10,
    "sign": 12,
    "banner": 12,
    "snowman": 10,
    "platform": 12,
    "stairs": 8,
    "racetrack": 1,
    # lights
    "torch": 30,
    "lantern": 30,
    "lamp": 30,
    "beacon": 6,
    "neon_sign": 16,
    "campfire": 10,
    # at the water
    "fountain": 6,
    "boat": 8,
    "pier": 4,
    "bridge": 4,
    "broken_bridge": 2,
    "waterfall": 3,
    # machines
    "antenna": 12,
    "dish": 8,
    "solar_panel": 16,
    "pipe": 8,
    "rocket": 3,
    "reactor": 3,
    "robot": 8,
    "billboard": 8,
}

# The fields of a spec that hold one of some words, a whole number, or a yes or no; None: left to the seed.
CHOICES: Mapping[str, tuple[str, ...]] = {
    "theme": THEMES,
    "hour": HOURS,
    "weather": WEATHERS,
    "size": SIZES,
    "ground": GROUNDS,
    "relief": RELIEFS,
    "edge": EDGES,
    "liquid": FILLINGS,
    **dict.fromkeys(BODIES, FILLINGS),
    "material": BUILDING_MATERIALS,
    "foliage": FOLIAGES,
    "coin_colour": COLOURS,
    "task": TASKS,
}
NUMBERS: Mapping[str, tuple[int, int]] = {"flags": FLAGS, "coins": COINS}
SWITCHES = ("ruined", "overgrown")


@dataclass(frozen=True)
class WorldSpec:
    """What a world shall be. What is None is left to the seed. ValueError where a value cannot be.

    theme: one of THEMES, a module of `worldgen/themes`.
    hour, weather, size, ground, relief: one of HOURS, WEATHERS, SIZES, GROUNDS, RELIEFS. Where what is asked finds no
        room in a world of this size, the world is larger.
    edge: "floating": the land ends in the air.
    liquid: one of FILLINGS: what moats, rivers and lakes hold that do not say it themselves; "none": there are none.
    moat, river, lake: one of FILLINGS.
    material: one of BUILDING_MATERIALS: of what is built.
    ruined: whether buildings are in ruins; overgrown: whether moss grows on what is built.
    foliage: one of FOLIAGES: trees in blossom, or with the leaves of autumn.
    objects: (name of OBJECTS, how many), by name; a count of None: some, as the seed draws; 0: none of them. Given as a
        mapping or as pairs.
    flags: how many coloured flags (3 to 5).
    flag_colours: those of COLOURS that flags shall have, once for each flag; the goal is one of these if there are any.
    coins: how many coins are to be collected (task "collect_coins"); coin_colour: one of COLOURS: of what colour they
        are, coins of other colours being left alone.
    task: one of TASKS.
    difficulty: 0.0 (goals near, in the open) to 1.0 (far, behind walls and up stairs).
    """

    theme: str
    hour: str | None = None
    weather: str | None = None
    size: str | None = None
    ground: str | None = None
    relief: str | None = None
    edge: str | None = None
    liquid: str | None = None
    moat: str | None = None
    river: str | None = None
    lake: str | None = None
    material: str | None = None
    ruined: bool | None = None
    overgrown: bool | None = None
    foliage: str | None = None
    objects: tuple[tuple[str, int | None], ...] = ()
    flags: int | None = None
    flag_colours: tuple[str, ...] = ()
    coins: int | None = None
    coin_colour: str | None = None
    task: str = "reach_flag"
    difficulty: float = 0.3

    def __post_init__(self):
        for name, known in CHOICES.items():
            if name != "theme":  # the builder knows which there are
                _check_choice(name, getattr(self, name), known, optional=name != "task")
        for name in SWITCHES:
            if getattr(self, name) is not None and type(getattr(self, name)) is not bool:
                raise ValueError(f"A world's {name} must be true, false or None; got {getattr(self, name)!r}.")
        for name, (least, most) in NUMBERS.items():
            _check_number(name, getattr(self, name), least, most)
        object.__setattr__(self, "objects", _checked_objects(self.objects))
        object.__setattr__(self, "flag_colours", _checked_colours(self.flag_colours))
        if type(self.difficulty) not in (int, float) or not 0.0 <= self.difficulty <= 1.0:
            raise ValueError(f"The difficulty of a world lies between 0 and 1; got {self.difficulty!r}.")
        object.__setattr__(self, "difficulty", float(self.difficulty))

    def with_preset(self, name: str) -> Self:
        """The same world with the task and the difficulty of one of PRESETS; ValueError where it is none."""
        _check_choice("preset", name, tuple(PRESETS), optional=False)
        return dataclasses.replace(self, **PRESETS[name])

    def count(self, name: str, drawn: int) -> int:
        """How many of an object the world holds, `drawn` being what the seed would have."""
        wanted = dict(self.objects)
        if name not in wanted:
            return drawn
        number = wanted[name]
        return max(drawn, 1) if number is None else number

    def filling(self, body: str, drawn: str) -> str:
        """What a body of BODIES holds, `drawn` being what the seed would have; "none": there is no such body."""
        own = getattr(self, body)
        if own is not None:
            return own
        if self.liquid == "none" or drawn == "none":
            return "none"
        return self.liquid or drawn

    def to_json(self) -> str:
        """Canonical JSON: the same spec gives the same text. What is left open is left out."""
        asked = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        asked["objects"] = dict(self.objects)
        written = {name: value for name, value in asked.items() if value not in (None, (), {})}
        return json.dumps(written, sort_keys=True, separators=(",", ":"), ensure_ascii=True)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The spec that a JSON object describes; ValueError where it is none, or says what a spec cannot hold."""
        try:
            data = json.loads(text)
        except (json.JSONDecodeError, RecursionError) as failure:
            raise ValueError(f"The spec is not JSON: {failure}. It looks like {EXAMPLE}") from failure
        return cls.from_dict(data)

    @classmethod
    def from_dict(cls, data: Any) -> Self:
        """The spec with the fields of a mapping; ValueError names what does not belong there."""
        if not isinstance(data, Mapping):
            raise ValueError(f"A spec is an object such as {EXAMPLE}; got {type(data).__name__}.")
        known = [field.name for field in dataclasses.fields(cls)]
        for name in data:
            if name not in known:
                raise ValueError(f"Unknown field {name!r} of a spec;{_meant(name, known)} known: {', '.join(known)}.")
        if "theme" not in data:
            raise ValueError(f"The spec names no theme; known themes: {', '.join(THEMES)}.")
        _check_choice("theme", data["theme"], THEMES, optional=False)
        return cls(**data)

    def digest(self) -> str:
        """SHA-256 of the canonical JSON, hexadecimal."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()


EXAMPLE = '{"theme": "castle", "hour": "night", "objects": {"tower": 3}}'


def _check_choice(name: str, value: Any, known: tuple[str, ...], *, optional: bool = True) -> None:
    if (optional and value is None) or (isinstance(value, str) and value in known):
        return
    raise ValueError(f"Unknown {name} {value!r} of a world;{_meant(value, known)} known: {', '.join(known)}.")


def _check_number(name: str, value: Any, least: int, most: int) -> None:
    if value is not None and (type(value) is not int or not least <= value <= most):
        raise ValueError(f"A world's {name} must be a whole number, {least} to {most}, or None; got {value!r}.")


def _checked_objects(objects: Any) -> tuple[tuple[str, int | None], ...]:
    try:
        counts = dict(objects)
    except (TypeError, ValueError):
        raise ValueError(f'A world\'s objects are a mapping such as {{"tower": 3}}; got {objects!r}.') from None
    for name, count in counts.items():
        _check_choice("object", name, tuple(OBJECTS), optional=False)
        _check_number(f"number of {name}", count, 0, OBJECTS[name])
    return tuple(sorted(counts.items()))


def _checked_colours(colours: Any) -> tuple[str, ...]:
    if isinstance(colours, str) or not hasattr(colours, "__iter__"):
        raise ValueError(f'A world\'s flag_colours are a list such as ["red", "blue"]; got {colours!r}.')
    listed = tuple(colours)
    for colour in listed:
        _check_choice("flag colour", colour, COLOURS, optional=False)
    if len(listed) > FLAGS[1]:
        raise ValueError(f"A world has at most {FLAGS[1]} flags; flag_colours lists {len(listed)}.")
    return listed


def _meant(value: Any, known: tuple[str, ...] | list[str]) -> str:
    close = difflib.get_close_matches(str(value), known, 1)
    return f" did you mean {close[0]!r}?" if close else ""
