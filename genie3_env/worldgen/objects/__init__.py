"""Things that any world can hold: KINDS, by the names of prompt.spec.OBJECTS."""

from genie3_env.worldgen.objects import (
    buildings,
    crossings,
    furniture,
    lights,
    machines,
    monuments,
    plants,
    shore,
    stones,
)
from genie3_env.worldgen.objects.kind import Kind

KINDS: dict[str, Kind] = {
    **plants.KINDS,
    **stones.KINDS,
    **monuments.KINDS,
    **buildings.KINDS,
    **furniture.KINDS,
    **lights.KINDS,
    **machines.KINDS,
    **shore.KINDS,
    **crossings.KINDS,
}
