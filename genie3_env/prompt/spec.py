"""WorldSpec: what a prompt asks for, explicit, frozen, serialisable and hashable."""

import dataclasses
import hashlib
import json
from dataclasses import dataclass, field

HOURS = ("day", "dusk", "night")
SIZES = ("small", "medium", "large")
MOATS = ("lava", "water", "none")
TASKS = ("reach_flag",)
FLAGS = (3, 5)  # least and most


@dataclass(frozen=True)
class WorldSpec:
    """What a world shall be. A field that is None is left to the seed. ValueError where a value cannot be.

    theme: name of a module in `worldgen/themes`.
    hour: one of HOURS, or None: some worlds by day, some by night.
    size: one of SIZES, or None.
    moat: "lava", "water", "none" or None.
    towers, gates: how many, or None.
    trees: whether trees stand, or None.
    flags: how many coloured flags (3 to 5), or None.
    task: name of a task; today "reach_flag".
    difficulty: 0.0 (goals near, in the open) to 1.0 (far, behind walls and up stairs).
    """

    theme: str
    hour: str | None = None
    size: str | None = None
    moat: str | None = None
    towers: int | None = None
    gates: int | None = None
    trees: bool | None = None
    flags: int | None = None
    task: str = "reach_flag"
    difficulty: float = 0.3
    extras: tuple[tuple[str, str], ...] = field(default=())

    def __post_init__(self):
        for name, known, optional in (
            ("hour", HOURS, True),
            ("size", SIZES, True),
            ("moat", MOATS, True),
            ("task", TASKS, False),
        ):
            value = getattr(self, name)
            if value not in known and not (optional and value is None):
                raise ValueError(f"Unknown {name} {value!r} of a world; known: {', '.join(known)}.")
        for name, least, most in (("towers", 0, None), ("gates", 0, None), ("flags", *FLAGS)):
            value = getattr(self, name)
            if value is None:
                continue
            if type(value) is not int or value < least or (most is not None and value > most):
                limits = f"at least {least}" if most is None else f"{least} to {most}"
                raise ValueError(f"A world's {name} must be a whole number, {limits}, or None; got {value!r}.")
        if not isinstance(self.difficulty, int | float) or not 0.0 <= self.difficulty <= 1.0:
            raise ValueError(f"The difficulty of a world lies between 0 and 1; got {self.difficulty!r}.")

    def to_json(self) -> str:
        """Canonical JSON: the same spec gives the same text."""
        return json.dumps(dataclasses.asdict(self), sort_keys=True, separators=(",", ":"))

    def digest(self) -> str:
        """SHA-256 of the canonical JSON, hexadecimal."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()
