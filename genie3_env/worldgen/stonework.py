"""Stonework: what buildings are made of, by the material that a prompt asks for."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Stonework:
    """Which materials a building is made of."""

    wall: str
    trim: str
    roof: str
    floor: str


# By the word of the prompt (prompt.spec.BUILDING_MATERIALS).
BY_MATERIAL = {
    "stone": Stonework("stone", "cobble", "slate", "cobble"),
    "brick": Stonework("brick", "stone", "roof", "cobble"),
    "wood": Stonework("plank", "wood", "thatch", "plank"),
    "marble": Stonework("marble", "stone", "slate", "marble"),
    "gold": Stonework("gold", "marble", "gold", "marble"),
    "metal": Stonework("metal", "iron", "hull", "metal"),
    "glass": Stonework("glass", "metal", "glass", "concrete"),
    "sandstone": Stonework("sandstone", "sand", "sandstone", "sandstone"),
    "obsidian": Stonework("obsidian", "stone", "obsidian", "obsidian"),
}
# What its walls are looked for by, of each of BUILDING_MATERIALS.
WALL_OF = {name: stone.wall for name, stone in BY_MATERIAL.items()}


def stonework(wanted: str | None, usual: Stonework) -> Stonework:
    """What the spec asks for, or what a theme would use."""
    return usual if wanted is None else BY_MATERIAL[wanted]
