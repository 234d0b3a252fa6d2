"""Where everything of a castle goes, drawn before anything is built."""

from dataclasses import dataclass

import numpy as np

from genie3_env.prompt.spec import BODIES, WorldSpec
from genie3_env.worldgen import canvas
from genie3_env.worldgen.features import Gate
from genie3_env.worldgen.land import SHAPES
from genie3_env.worldgen.stonework import Stonework, stonework

HALF_EXTENT = {"small": (12, 16), "medium": (16, 21), "large": (20, 27)}
STYLES = (
    Stonework("brick", "stone", "roof", "cobble"),
    Stonework("stone", "brick", "slate", "cobble"),
    Stonework("cobble", "stone", "roof", "plank"),
    Stonework("marble", "stone", "slate", "marble"),
    Stonework("stone", "slate", "roof", "gravel"),
)
BERM = 2  # ground between wall and moat
MAX_TOWERS = 12
MAX_GATES = 4
ROOMY = ("racetrack", "pyramid", "church", "barn", "skyscraper", "rocket", "dome")  # they need a large land


@dataclass(frozen=True)
class Plan:
    """Where everything goes. `half`: half extents of the outer face of the wall."""

    shape: tuple[int, int, int]
    hour: str
    centre: tuple[int, int]
    half: tuple[int, int]
    stone: Stonework
    wall_height: int
    thickness: int
    moat: str
    moat_width: int
    gates: tuple[Gate, ...]
    towers: tuple[tuple[int, int], ...]
    tower_radius: int
    tower_height: int
    round_towers: bool
    roofed: bool
    trees: bool
    broken_bridges: int  # of all but the first gate
    relief: str
    level_half: bool  # mountains rise on one side only: wide things find a place on the other one
    asked: frozenset[str]  # things that the spec speaks of: the castle has none of its own accord

    @property
    def far_bank(self) -> int:
        """How far beyond the wall the open country begins."""
        return BERM + 1 + (self.moat_width + 1 if self.moat != "none" else 0)


def draw_plan(spec: WorldSpec, rng: np.random.Generator) -> Plan:
    """The castle's plan; every draw is made even if the spec fixes its result: specs differ only where they say so."""
    size = str(rng.choice(["small", "small", "small", "medium", "large"]))
    size = spec.size or size
    roomy = {"river", "lake"} & {body for body in BODIES if getattr(spec, body)} or set(ROOMY) & set(dict(spec.objects))
    hour = str(rng.choice(["day", "dusk", "night"], p=[0.7, 0.15, 0.15]))
    shape = SHAPES["large" if roomy or spec.task == "puzzle" else size]  # a vault stands beside a small castle
    low, high = HALF_EXTENT["small" if roomy else size]
    half = int(rng.integers(low, high + 1)), int(rng.integers(low, high + 1))
    moat_width = int(rng.integers(4, 6))
    drawn_moat = str(rng.choice(["lava", "lava", "water", "none"]))
    moat = spec.filling("moat", drawn_moat)
    slack = [shape[axis] // 2 - half[axis] - BERM - moat_width - 6 for axis in (0, 1)]
    shift = [int(rng.integers(-max(0, s), max(0, s) + 1)) for s in slack]
    centre = shape[0] // 2 + shift[0], shape[1] // 2 + shift[1]
    broken = spec.count("broken_bridge", 0)
    wanted_gates = _wanted(spec, "gate")
    if broken and wanted_gates is None:
        wanted_gates = min(1 + broken, MAX_GATES)
    gates = _draw_gates(wanted_gates, centre, half, rng)
    radius = int(rng.integers(2, 4))
    wall_height = int(rng.integers(5, 8))
    towers = _draw_towers(_wanted(spec, "tower"), centre, half, gates, radius, rng)
    return Plan(
        shape=shape,
        hour=spec.hour or hour,
        centre=centre,
        half=half,
        stone=stonework(spec.material, STYLES[int(rng.integers(len(STYLES)))]),
        wall_height=wall_height,
        thickness=int(rng.integers(2, 4)),
        moat=moat,
        moat_width=moat_width,
        gates=gates,
        towers=towers,
        tower_radius=radius,
        tower_height=wall_height + int(rng.integers(4, 8)),
        round_towers=bool(rng.random() < 0.6),
        roofed=bool(rng.random() < 0.6),
        trees=bool(rng.random() < 0.85) and "tree" not in dict(spec.objects),
        broken_bridges=broken,
        relief=spec.relief or ("flat" if roomy else "hilly"),
        level_half=spec.relief == "mountainous" and bool(roomy or spec.task == "puzzle"),
        asked=frozenset(dict(spec.objects)),
    )


def _wanted(spec: WorldSpec, name: str) -> int | None:
    """How many of an object the spec asks for; None where it leaves that to the seed."""
    return dict(spec.objects).get(name)


def _draw_gates(
    wanted: int | None, centre: tuple[int, int], half: tuple[int, int], rng: np.random.Generator
) -> tuple[Gate, ...]:
    sides = [str(side) for side in rng.permutation(list(canvas.FORWARD))]
    drawn = int(rng.choice([1, 2, 2, 3]))
    offsets = rng.random(MAX_GATES)
    count = drawn if wanted is None else wanted
    if not 1 <= count <= MAX_GATES:
        raise ValueError(f"A castle has 1 to {MAX_GATES} gates (one a side); the spec asks for {count}.")
    gates = []
    for side, offset in zip(sides[:count], offsets, strict=False):
        dx, dy = canvas.FORWARD[side]
        room = (half[1] if dx else half[0]) - 8
        along = round((2 * offset - 1) * max(0, room))
        gates.append(Gate(centre[0] + dx * half[0] + along * abs(dy), centre[1] + dy * half[1] + along * abs(dx), side))
    return tuple(gates)


def _draw_towers(
    wanted: int | None,
    centre: tuple[int, int],
    half: tuple[int, int],
    gates: tuple[Gate, ...],
    radius: int,
    rng: np.random.Generator,
) -> tuple[tuple[int, int], ...]:
    drawn = int(rng.choice([3, 4, 4, 4, 5, 6]))
    corners = [(centre[0] + sx * half[0], centre[1] + sy * half[1]) for sx in (-1, 1) for sy in (-1, 1)]
    corners = [corners[i] for i in rng.permutation(4)]
    clear = lambda place: all(  # noqa: E731
        max(abs(place[0] - gate.x), abs(place[1] - gate.y)) >= radius + 6 for gate in gates
    )
    along = [
        place
        for step in range(-max(half) + 2 * radius + 4, max(half) - 2 * radius - 3, 2 * radius + 4)
        for place in (
            (centre[0] + step, centre[1] - half[1]),
            (centre[0] + step, centre[1] + half[1]),
            (centre[0] - half[0], centre[1] + step),
            (centre[0] + half[0], centre[1] + step),
        )
        if abs(step) <= half[0 if abs(place[1] - centre[1]) == half[1] else 1] - 2 * radius - 3 and clear(place)
    ]
    along = [along[i] for i in rng.permutation(len(along))]
    spots = corners + along
    count = min(drawn, len(spots)) if wanted is None else wanted
    if not 0 <= count <= min(MAX_TOWERS, len(spots)):
        limit = min(MAX_TOWERS, len(spots))
        raise ValueError(f"This castle's wall has room for 0 to {limit} towers; the spec asks for {count}.")
    return tuple(spots[:count])
