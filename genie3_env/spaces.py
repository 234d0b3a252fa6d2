"""What an environment can be given and what it can show, as gymnasium's spaces."""

from collections.abc import Sequence

import gymnasium
import numpy as np

from genie3_env.render.classes import CLASS_NAMES
from genie3_env.types import ACTION_DIM


def action_space() -> gymnasium.spaces.Box:
    """Eight inputs, in the order of types.ACTION_NAMES."""
    return gymnasium.spaces.Box(-1.0, 1.0, (ACTION_DIM,), np.float32)


def observation_space(
    height: int, width: int, texts: Sequence[str], depth: bool = False, segmentation: bool = False
) -> gymnasium.spaces.Dict:
    """The observation space of one environment whose instructions are among `texts`."""
    charset = "".join(sorted(set("".join(texts))))
    spaces: dict[str, gymnasium.Space] = {
        "image": gymnasium.spaces.Box(0, 255, (height, width, 3), np.uint8),
        "instruction": gymnasium.spaces.Text(max(map(len, texts)), min_length=1, charset=charset),
        "instruction_id": gymnasium.spaces.Discrete(len(texts)),
    }
    if depth:
        spaces["depth"] = gymnasium.spaces.Box(0.0, np.inf, (height, width), np.float32)
    if segmentation:
        spaces["segmentation"] = gymnasium.spaces.Box(0, len(CLASS_NAMES) - 1, (height, width), np.uint8)
    return gymnasium.spaces.Dict(spaces)
