"""genie3_env: type a sentence, get a playable 3D world, on any CPU.

`WorldBuilder().generate(prompt)` makes worlds, `WorldPool` plays many at once, and `genie3_env.make(prompt)` or
`gymnasium.make("genie3_env/World-v0", prompt=...)` plays one. `save_world` and `load_world` keep them.
"""

import importlib
from pathlib import Path
from typing import TYPE_CHECKING

import gymnasium

from genie3_env.kernel_cache import drop_stale_kernels

if TYPE_CHECKING:
    from genie3_env.pool import WorldPool
    from genie3_env.prompt.spec import WorldSpec
    from genie3_env.uri import make
    from genie3_env.world import World
    from genie3_env.world_file import load_world, save_world
    from genie3_env.worldgen.builder import WorldBuilder

__all__ = ["World", "WorldBuilder", "WorldPool", "WorldSpec", "load_world", "make", "save_world"]

_HOME = {
    "World": "genie3_env.world",
    "WorldBuilder": "genie3_env.worldgen.builder",
    "WorldPool": "genie3_env.pool",
    "WorldSpec": "genie3_env.prompt.spec",
    "load_world": "genie3_env.world_file",
    "make": "genie3_env.uri",
    "save_world": "genie3_env.world_file",
}

drop_stale_kernels(Path(__file__).parent)

# The time limit is gymnasium's wrapper, so that `gymnasium.make(..., max_episode_steps=...)` means what it says.
gymnasium.register(
    "genie3_env/World-v0",
    entry_point="genie3_env.env:WorldEnv",
    max_episode_steps=300,
    kwargs={"max_episode_steps": None},
)


def __getattr__(name: str):
    # Numba and the worlds are loaded when first asked for: `import genie3_env.types` stays quick.
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}; it has {', '.join(__all__)}.")
    return getattr(importlib.import_module(_HOME[name]), name)
