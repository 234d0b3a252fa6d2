"""WorldSpec: what a prompt asks for, explicit, frozen, serialisable and hashable."""

import dataclasses
import hashlib
import json
from dataclasses import dataclass, field

HOURS = ("day", "dusk", "night")
SIZES = ("small", "medium", "large")


@dataclass(frozen=True)
class WorldSpec:
    """What a world shall be. A field that is None is left to the seed.

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

    def to_json(self) -> str:
        """Canonical JSON: the same spec gives the same text."""
        return json.dumps(dataclasses.asdict(self), sort_keys=True, separators=(",", ":"))

    def digest(self) -> str:
        """SHA-256 of the canonical JSON, hexadecimal."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()
