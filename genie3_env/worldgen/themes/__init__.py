"""One module per theme; each has `build(spec, rng) -> Draft`."""

from collections.abc import Callable

import numpy as np

from genie3_env.prompt.spec import WorldSpec
from genie3_env.worldgen.canvas import Draft
from genie3_env.worldgen.themes import (
    castle,
    desert,
    forest,
    harbour,
    ice,
    islands,
    maze,
    mine,
    rooftops,
    station,
    temple,
    track,
    village,
    volcano,
)

THEMES: dict[str, Callable[[WorldSpec, np.random.Generator], Draft]] = {
    "castle": castle.build,
    "rooftops": rooftops.build,
    "forest": forest.build,
    "desert": desert.build,
    "ice": ice.build,
    "volcano": volcano.build,
    "temple": temple.build,
    "islands": islands.build,
    "station": station.build,
    "harbour": harbour.build,
    "village": village.build,
    "mine": mine.build,
    "maze": maze.build,
    "track": track.build,
}
