"""Checks at the doors of the package: bad input is named, with the value and the way out.

N: environments, A: action dimensions.
"""

from typing import Any

import numpy as np


def check_count(name: str, value: int, least: int = 1) -> None:
    """ValueError unless `value` is a whole number of at least `least`."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise ValueError(f"{name} must be a whole number of at least {least}; got {value!r}.")


def checked_actions(actions: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Actions as float32 of `shape` [N, A]; ValueError where shape, dtype or a value is wrong."""
    actions = np.asarray(actions)
    if actions.shape != shape:
        raise ValueError(f"actions have shape {actions.shape}; expected {shape}.")
    if actions.dtype not in (np.float32, np.float64):
        raise ValueError(f"actions have dtype {actions.dtype}; expected float32 (float64 is converted).")
    actions = np.ascontiguousarray(actions, np.float32)
    if not np.isfinite(actions).all():
        row = int(np.flatnonzero(~np.isfinite(actions).all(axis=1))[0])
        raise ValueError(f"actions must be finite; those of environment {row} are {actions[row].tolist()}.")
    return actions


def checked_reset_mask(options: dict[str, Any] | None, num_envs: int) -> np.ndarray:
    """bool [N] which environments to reset, all without options; ValueError where the mask cannot be one."""
    mask = (options or {}).get("reset_mask")
    if mask is None:
        return np.ones(num_envs, np.bool_)
    mask = np.asarray(mask)
    if mask.shape != (num_envs,) or mask.dtype != np.bool_ or not mask.any():
        raise ValueError(f"reset_mask must be bool ({num_envs},) with a True in it; got {mask.dtype} {mask.shape}.")
    return mask
