"""Workdir: the folder of one run. Claimed for one process at a time, and for one configuration for ever."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from experiments.config_keys import flat_keys
from experiments.errors import UserError

try:
    import fcntl
except ImportError:  # not on Windows: there nobody watches over the folder
    fcntl = None

CONFIG = "config.json"
LOCK = ".lock"

# What may be given anew when a run goes on: none of it changes what is learned (a mesh only how sums are rounded).
FREE_GROUPS = ("checkpoint.", "eval.", "mesh.", "wandb_project")


class WorkdirError(UserError):
    """A folder in which a run cannot be kept."""


class Workdir:
    """A context manager: the folder is this process's until the end of the block.

    On entry the folder is made where it is missing, and the configuration is written down in it. WorkdirError where
    the folder cannot be written, is in use, or holds a run with another configuration; then nothing in it was changed.
    """

    def __init__(self, path: str | os.PathLike, config: dict[str, Any]):
        self.path = Path(path)
        self._config = config
        self._lock: int | None = None

    def __enter__(self) -> Self:
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self._lock = os.open(self.path / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise WorkdirError(
                f"The workdir {self.path} cannot be written ({error.strerror}); give another with --workdir=DIR."
            ) from error
        try:
            self._claim()
            self._check_same_run()
            write_json(self.path / CONFIG, self._config)
        except BaseException:
            self._release()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None):
        self._release()

    def _claim(self) -> None:
        assert self._lock is not None
        if fcntl is None:
            return
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            owner = os.read(self._lock, 32).decode(errors="replace").strip()
            raise WorkdirError(
                f"The workdir {self.path} is in use by process {owner or 'unknown'}; wait for it, "
                "stop it, or give another with --workdir=DIR."
            ) from error
        os.ftruncate(self._lock, 0)
        os.pwrite(self._lock, f"{os.getpid()}\n".encode(), 0)

    def _release(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _check_same_run(self) -> None:
        saved = saved_config(self.path)
        if saved is None:
            return
        differences = different_keys(saved, self._config)
        if differences:
            lines = "".join(f"\n  {key}: {there} there, {here} now" for key, (there, here) in differences.items())
            raise WorkdirError(
                f"The workdir {self.path} holds a run with another configuration:{lines}\n"
                f"Go on with that run by leaving --config and overrides out (--workdir={self.path} alone), "
                "or begin a new one with another --workdir=DIR."
            )


def saved_config(path: Path) -> dict[str, Any] | None:
    """The configuration of the run that the folder holds, or None; WorkdirError where it is damaged."""
    file = path / CONFIG
    try:
        text = file.read_text("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise WorkdirError(f"{file} cannot be read ({error}); give another workdir with --workdir=DIR.") from error
    try:
        saved = json.loads(text)
        if not isinstance(saved, dict):
            raise TypeError("it holds no keys")
    except (ValueError, TypeError) as error:
        raise WorkdirError(
            f"{file} is damaged ({error}); put it back from a copy, or give another workdir with --workdir=DIR."
        ) from error
    return saved


def different_keys(saved: Mapping[str, Any], config: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """{key: (value there, value now)} of keys that decide what is learned; "nothing" where a key is missing."""
    there, here = flat_keys(saved), flat_keys(config)
    keys = [key for key in there | here if not key.startswith(FREE_GROUPS)]
    said = {key: (_say(there, key), _say(here, key)) for key in keys}
    return {key: pair for key, pair in said.items() if pair[0] != pair[1]}


def _say(flat: dict[str, Any], key: str) -> str:
    return repr(flat[key]) if key in flat else "nothing"


def write_json(path: Path, value: Any) -> None:
    """Write the file whole or not at all."""
    write_text(path, json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def write_text(path: Path, text: str) -> None:
    """Write the file whole or not at all."""
    unfinished = path.with_name(path.name + ".unfinished")
    unfinished.write_text(text, "utf-8")
    os.replace(unfinished, path)
