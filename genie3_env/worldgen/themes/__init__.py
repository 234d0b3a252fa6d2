"""One module per theme; each has `build(spec, rng) -> Draft`."""

from collections.abc import Callable

import numpy as np

from genie3_env.prompt.spec import WorldSpec
from genie3_env.worldgen.canvas import Draft
from genie3_env.worldgen.themes import castle

THEMES: dict[str, Callable[[WorldSpec, np.random.Generator], Draft]] = {"castle": castle.build}
