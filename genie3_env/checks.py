"""Checks at the doors of the package: bad input is named, with the value and the way out."""

import numpy as np


def check_count(name: str, value: int, least: int = 1) -> None:
    """ValueError unless `value` is a whole number of at least `least`."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise ValueError(f"{name} must be a whole number of at least {least}; got {value!r}.")
