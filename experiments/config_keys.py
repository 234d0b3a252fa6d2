"""Keys and values of a configuration, as nested dicts: what is unknown, missing or of another type is said by name."""

import difflib
import types
import typing
from collections.abc import Iterable, Mapping
from typing import Any

from experiments.errors import UserError

EXPECTED = {int: "a whole number", float: "a number", bool: "true or false", str: "a text"}


class SettingsError(UserError):
    """A configuration that cannot be run."""

    exit_code = 2


def demand(condition: bool, key: str, value: object, wanted: str) -> None:
    """SettingsError unless `condition`."""
    if not condition:
        raise SettingsError(f"{key} is {value!r}; it must be {wanted}.")


def check_keys(found: Iterable[str], known: Iterable[str], group: str) -> None:
    """SettingsError where a key is unknown (with what was probably meant) or missing."""
    prefix, found, known = f"{group}." if group else "", list(found), list(known)
    for key in found:
        if key not in known:
            raise SettingsError(unknown_key(prefix + key, [prefix + one for one in known]))
    for key in known:
        if key not in found:
            raise SettingsError(
                f"{prefix}{key} is missing in the configuration; experiments/configs/castle.py has all."
            )


def unknown_key(key: str, known: Iterable[str]) -> str:
    """What to say of a key that no configuration has. `known`: full names such as "ppo.clip"."""
    known = list(known)
    # Somebody who writes ppo.learning_rate means optimizer.learning_rate: the last part counts by itself too.
    by_leaf = {one.rsplit(".", 1)[-1]: one for one in known}
    leaf = difflib.get_close_matches(key.rsplit(".", 1)[-1], by_leaf, n=1, cutoff=0.75)
    whole = difflib.get_close_matches(key, known, n=1, cutoff=0.75)
    meant = whole[0] if whole else by_leaf[leaf[0]] if leaf else None
    if meant is not None:
        return f"Unknown configuration key {key!r}; did you mean {meant!r}?"
    return f"Unknown configuration key {key!r}. Known keys: {', '.join(known)}."


def flat_keys(config: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """{"ppo.clip": 0.2, ...} of a nested configuration."""
    flat: dict[str, Any] = {}
    for key, value in config.items():
        if isinstance(value, Mapping):
            flat |= flat_keys(value, f"{prefix}{key}.")
        else:
            flat[prefix + key] = value
    return flat


def group_of(cls: type, name: str, values: Any) -> Any:
    """The dataclass `cls` of the configuration's group `name`."""
    if not isinstance(values, Mapping):
        raise SettingsError(f"{name} is {values!r}; it must be a group with keys of its own.")
    hints = typing.get_type_hints(cls)
    check_keys(values, hints, name)
    fields = {key: typed(f"{name}.{key}", values[key], hints[key]) for key in hints}
    try:
        return cls(**fields)
    except SettingsError:
        raise
    except ValueError as error:  # the agent's own dataclasses check themselves
        raise SettingsError(str(error)) from error


def typed(key: str, value: Any, wanted: Any) -> Any:
    """`value` as the type `wanted` (int, float, bool, str, or one of these or None)."""
    if isinstance(wanted, types.UnionType):
        if value is None:
            return None
        wanted = next(one for one in typing.get_args(wanted) if one is not type(None))
    if wanted is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    demand(type(value) is wanted, key, value, EXPECTED[wanted])
    return value
