"""The split of the themes, which splits.toml holds: those to train in, and those to be judged in."""

import tomllib
from functools import cache
from importlib import resources


def themes_of(split: str) -> tuple[str, ...]:
    """The themes of a split, "train" or "held_out"; ValueError where there is no such split."""
    splits = _splits()
    if split not in splits:
        raise ValueError(f"Unknown split {split!r} of the themes; known: {', '.join(splits)}.")
    return splits[split]


@cache
def _splits() -> dict[str, tuple[str, ...]]:
    data = tomllib.loads(resources.files("genie3_env.prompt").joinpath("splits.toml").read_text("utf-8"))
    return {name: tuple(themes) for name, themes in data.items()}
