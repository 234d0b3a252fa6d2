"""Machines by their names: 8xH100, RTX4090, v4-8. What is known of them stands in hardware.toml, with its sources."""

import difflib
import math
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from experiments.config_keys import SettingsError

FILE = Path(__file__).with_name("hardware.toml")
EXAMPLES = ("RTX4090", "4xA100", "8xH100", "1xH200", "v4-8", "v5e-8", "v5p-8", "v6e-8")
GB = 1e9  # bytes


@dataclass(frozen=True)
class Chip:
    """One accelerator, and the host that it is usually sold with; see hardware.toml for the units."""

    name: str
    kind: str
    memory_gb: float
    tflops: float
    bandwidth_gb_s: float
    host_chips: int
    host_cores: int
    host_memory_gb: float
    figures: str
    host: str
    in_name: int = 0
    dollars: float | None = None
    price: str = "no list price was found"


@dataclass(frozen=True)
class Machine:
    """`count` chips of one kind, with as many hosts, or as much of one, as they come with."""

    chip: Chip
    count: int

    @property
    def name(self) -> str:
        chip = self.chip
        if chip.kind == "tpu":
            return f"{chip.name}-{self.count * chip.in_name}"
        return f"{self.count}x{chip.name}"

    @property
    def hosts(self) -> int:
        return math.ceil(self.count / self.chip.host_chips)

    @property
    def cores(self) -> int:
        """Of all hosts together."""
        return max(1, self.chip.host_cores * self.count // self.chip.host_chips)

    @property
    def host_memory(self) -> float:
        """Bytes of one host, or of the share of it that comes with the chips."""
        return GB * self.chip.host_memory_gb * min(1.0, self.count / self.chip.host_chips)

    @property
    def usable_memory(self) -> float:
        """Bytes of one chip that JAX takes."""
        return GB * self.chip.memory_gb * known()["assumed"][f"usable_{self.chip.kind}"]

    @property
    def dollars(self) -> float | None:
        """Per hour."""
        return None if self.chip.dollars is None else self.chip.dollars * self.count


@cache
def known() -> dict[str, Any]:
    """What hardware.toml says."""
    return tomllib.loads(FILE.read_text("utf-8"))


def machine_named(name: str) -> Machine:
    """The machine that 8xH100, H100, v4-8 ... names; SettingsError with the nearest name where there is none."""
    chips = {key.lower(): key for key in known()["chips"]}
    many = re.fullmatch(r"(?:(\d+)\s*x\s*)?(.+)", name.strip(), re.IGNORECASE)
    slice_of = re.fullmatch(r"(?:tpu-?)?(v\w+)-(\d+)", name.strip(), re.IGNORECASE)
    found = slice_of[1] if slice_of else many[2] if many else name
    key = chips.get(found.lower().replace(" ", "").replace("_", ""))
    chip = None if key is None else Chip(name=key, **known()["chips"][key])
    if chip is None or (chip.kind == "tpu") != bool(slice_of):
        raise SettingsError(f"--hardware={name}: not known; did you mean {_nearest(name)}? {_known_names()}")
    if not slice_of:
        count = int(many[1] or 1) if many else 1
    elif int(slice_of[2]) % chip.in_name:
        raise SettingsError(
            f"--hardware={name}: {chip.name} counts {chip.in_name} TensorCores a chip; give a multiple of it."
        )
    else:
        count = int(slice_of[2]) // chip.in_name
    if not 1 <= count <= 4096:
        raise SettingsError(f"--hardware={name}: {count} chips; give from 1 to 4096.")
    return Machine(chip, count)


def _nearest(name: str) -> str:
    short = {example.split("x")[-1].lower(): example for example in EXAMPLES}
    plain = name.strip().lower()
    for candidates in ({example.lower(): example for example in EXAMPLES}, short):
        close = difflib.get_close_matches(plain, candidates, n=1, cutoff=0.5)
        if close:
            return candidates[close[0]]
    return EXAMPLES[2]


def _known_names() -> str:
    return f"Names are like {', '.join(EXAMPLES)}."


def pictures_per_second(height: int) -> float:
    """What one core draws at this height: a power law between the measured heights, and beyond them."""
    heights, rates = known()["renderer"]["heights"], known()["renderer"]["pictures"]
    place = sum(height > one for one in heights[1:-1])
    (low, high), (fast, slow) = heights[place : place + 2], rates[place : place + 2]
    slope = math.log(slow / fast) / math.log(high / low)
    return fast * (height / low) ** slope
