"""What all commands share: their flags, and the border at which a user's mistake becomes one clear message.

A command is `def main(argv=None) -> int: return run_command(work, __doc__, argv)` with `work(options) -> int`.
"""

import difflib
import errno
import re
import runpy
import sys
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from absl import flags
from ml_collections import ConfigDict, config_flags

from experiments.config_keys import EXPECTED, SettingsError, flat_keys, unknown_key
from experiments.errors import UserError
from experiments.workdir import saved_config
from genie3_env.command import INTERRUPTED, complain, stop_printing

CASTLE = Path(__file__).parent / "configs" / "castle.py"

# Not the user's mistakes in Python's eyes, but nothing that a traceback would help with.
DISK_ERRORS = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM}


@dataclass(frozen=True)
class Options:
    """What the command line says. config: the nested configuration with the overrides in it; own: the command's own
    flags."""

    config: dict[str, Any]
    workdir: Path
    own: dict[str, Any] = field(default_factory=dict)


def run_command(
    work: Callable[[Options], int],
    doc: str | None,
    argv: Sequence[str] | None = None,
    own: Mapping[str, str | bool] | None = None,
) -> int:
    """Read the flags, do the work, and return the exit code; see errors.UserError.

    own: flags of this command alone, with their values where they are not given; the command's doc explains them.
    """
    argv = list(sys.argv if argv is None else argv)
    try:
        if {"--help", "-h", "--helpfull", "--helpshort", "-help"} & set(argv[1:]):
            print(help_text(doc or ""), flush=True)
            return 0
        return work(read_flags(argv, own))
    except UserError as error:
        return complain(str(error), error.exit_code)
    except BrokenPipeError:
        return stop_printing()
    except KeyboardInterrupt:
        return complain("interrupted.", INTERRUPTED)
    except OSError as error:
        if error.errno not in DISK_ERRORS:
            raise
        return complain(f"{error.strerror}: {error.filename or 'the workdir'}. What was saved before is kept.", 1)


def read_flags(argv: Sequence[str], own: Mapping[str, str | bool] | None = None) -> Options:
    """Options of a command line (with the program's name first); SettingsError where it cannot be understood.

    Without --config, a workdir that holds a run goes on with the configuration of that run.
    """
    path, variant, argv = _take_config(argv)
    config = load_config(path or CASTLE, variant)
    default = flat_keys(config.to_dict())
    overridden = _overridden(argv, default)
    # Flags live in a holder of their own, so that a command can be called from Python more than once.
    values = flags.FlagValues()
    flags.DEFINE_string("workdir", None, "", flag_values=values)
    own = dict(own or {})
    for name, value in own.items():
        if isinstance(value, bool):
            flags.DEFINE_boolean(name, value, "", flag_values=values)
        else:
            flags.DEFINE_string(name, value, "", flag_values=values)
    config_flags.DEFINE_config_dict("config", config, flag_values=values, sys_argv=argv)
    try:
        rest = values(argv)[1:]
    except flags.UnrecognizedFlagError as error:
        raise SettingsError(_unknown_flag(error, default, own)) from error
    except flags.Error as error:
        raise SettingsError(_wrong_value(str(error), default)) from error
    if rest:
        raise SettingsError(f"Unexpected argument {rest[0]!r}; values are given as in --config.num_envs=64.")
    workdir = Path(values["workdir"].value or Path("runs") / "-".join([(path or CASTLE).stem, *variant]))
    saved = None if path else saved_config(workdir)
    if saved is not None:
        given = {key: value for key, value in flat_keys(config.to_dict()).items() if key in overridden}
        config = ConfigDict(saved)
        config.update_from_flattened_dict(given)
    return Options(config.to_dict(), workdir, {name: values[name].value for name in own})


def load_config(path: Path, variant: Sequence[str] = ()) -> ConfigDict:
    """What get_config() of the file gives, or get_config(VARIANT); SettingsError where there is none or it fails."""
    if not path.is_file():
        known = ", ".join(sorted(str(one) for one in CASTLE.parent.glob("*.py") if one.stem != "__init__"))
        raise SettingsError(f"--config={path}: no such file. Configurations that come along: {known}.")
    try:
        return runpy.run_path(str(path))["get_config"](*variant)
    except Exception as error:
        raise SettingsError(
            f"--config={':'.join([str(path), *variant])} cannot be read: {type(error).__name__}: {error}"
        ) from error


def _take_config(argv: Sequence[str]) -> tuple[Path | None, list[str], list[str]]:
    """The file that --config=FILE or --config=FILE:VARIANT names (the last counts), or None; its variant if it has one;
    and the command line without it."""
    path, variant, rest, words = None, [], [], iter(argv)
    for word in words:
        match = re.match(r"^--?config(?:=(.*))?$", word)
        if match is None:
            rest.append(word)
            continue
        name = next(words, "") if match[1] is None else match[1]
        if not name:
            raise SettingsError(f"{word} names no file; write --config={CASTLE.name} for example.")
        name, *variant = name.split(".py:", 1)
        path = Path(f"{name}.py" if variant else name)
    return path, variant, rest


def _overridden(argv: Sequence[str], known: dict[str, object]) -> set[str]:
    """The keys that the command line overrides; SettingsError where one is no key of the configuration."""
    keys: set[str] = set()
    for arg in argv[1:]:
        match = re.match(r"^--?(?:no)?config\.([^=]*)", arg)
        if match is None:
            continue
        if match[1] in known:
            keys.add(match[1])
            continue
        group = [key for key in known if key.startswith(match[1] + ".")]
        if group:
            raise SettingsError(f"{arg}: {match[1]!r} is a group; override one of {', '.join(group)}.")
        raise SettingsError(f"{arg}: {unknown_key(match[1], known)}")
    return keys


def _unknown_flag(error: flags.UnrecognizedFlagError, known: dict[str, object], own: Iterable[str]) -> str:
    name = str(error.flagname)
    keys = [key for key in known if name == key or name == key.rsplit(".", 1)[-1]]
    if keys:
        return f"Unknown flag --{name}; did you mean --config.{keys[0]}?"
    head, dot, key = name.partition(".")
    names = ("config", "workdir", *own)
    for meant in difflib.get_close_matches(head, names, n=1):
        return f"Unknown flag --{name}; did you mean --{meant}{dot}{key}?"
    listed = ", ".join(f"--{one}" for one in names)
    return f"Unknown flag --{name}. The flags are {listed} and overrides such as --config.num_envs=64."


def _wrong_value(message: str, known: dict[str, object]) -> str:
    match = re.match(r"flag --(?:no)?config\.([^=]*)=(.*?): ", message, re.DOTALL)
    if match is None or match[1] not in known:
        return message
    return f"--config.{match[1]} is {match[2]!r}; it must be {EXPECTED.get(type(known[match[1]]), 'a number')}."


def help_text(doc: str) -> str:
    """The command's description, its flags, and every key of the castle's configuration with its value."""
    keys = "\n".join(f"  --config.{key}={value!r}" for key, value in flat_keys(load_config(CASTLE).to_dict()).items())
    return textwrap.dedent(f"""\
        {{doc}}

        Flags:
          --config=FILE   a configuration; {CASTLE.name} if left out, or that of the run in the workdir;
                          FILE:VARIANT for one of its variants, such as {CASTLE.name}:full
          --workdir=DIR   where the run is kept; runs/<name of the configuration> if left out

        Overrides, with the values of {CASTLE.name}:
        {{keys}}""").format(doc=doc.strip(), keys=keys)
