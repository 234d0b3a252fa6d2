"""Checkpoints of a run: the train state, and what of the host's the next rollout depends on.

Saving happens beside the training; a process that is killed while it saves leaves the earlier checkpoints whole.
"""

import base64
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import orbax.checkpoint as ocp

from sima_jax.types import TrainState

STATE, HOST = "state", "host"
_ARRAY = "__array__"


class CheckpointError(ValueError):
    """A checkpoint that cannot be read, or not be written."""


class Checkpointer:
    """The checkpoints in one folder. A context manager: on exit everything is on disk."""

    def __init__(self, folder: Path, *, keep: int = 3, read_only: bool = False):
        """keep: how many of the last checkpoints stay. CheckpointError where the folder cannot be used.

        read_only: only to restore from, while another process may be saving. Otherwise what a killed process left half
        saved is cleared away, which would break a save that is under way.
        """
        self._folder = folder.absolute()
        options = (
            ocp.CheckpointManagerOptions(read_only=True)
            if read_only
            else ocp.CheckpointManagerOptions(
                preservation_policy=ocp.checkpoint_managers.LatestN(keep),
                cleanup_tmp_directories=True,
                enable_async_checkpointing=True,
            )
        )
        try:
            self._manager = ocp.CheckpointManager(self._folder, options=options)
        except (OSError, ValueError) as error:
            raise CheckpointError(
                f"The folder of checkpoints {self._folder} cannot be used: {_brief(error)}"
            ) from error

    @property
    def steps(self) -> list[int]:
        """Updates after which a checkpoint was saved, oldest first."""
        return sorted(self._manager.all_steps())

    def save(self, step: int, state: TrainState, host: Mapping[str, Any]) -> None:
        """Begin to save; returns once the arrays are copied, so that the state may be given up.

        host: nested dicts of arrays, numbers, texts and lists of them.
        """
        if step in self._manager.all_steps():
            return
        parts = {STATE: ocp.args.StandardSave(state), HOST: ocp.args.JsonSave(_encode(host))}
        self._manager.save(step, args=ocp.args.Composite(**parts), force=True)

    def restore(self, abstract_state: TrainState) -> tuple[int, TrainState, dict[str, Any]] | None:
        """Step, state and host values of the last checkpoint; None where there is none.

        abstract_state: of jax.ShapeDtypeStruct with shardings, which the state then has.
        CheckpointError where it is damaged or of another shape; nothing is deleted.
        """
        step = self._manager.latest_step()
        if step is None:
            return None
        parts = {STATE: ocp.args.StandardRestore(abstract_state), HOST: ocp.args.JsonRestore()}
        try:
            restored = self._manager.restore(step, args=ocp.args.Composite(**parts))
            host = _decode(restored[HOST])
            if not isinstance(host, dict):
                raise TypeError("the host's values are missing")
        except Exception as error:  # whatever the storage layers raise: their types differ by where it is damaged
            raise CheckpointError(self._damaged(step, error)) from error
        return step, restored[STATE], host

    def _damaged(self, step: int, error: Exception) -> str:
        earlier = [one for one in self.steps if one < step]
        way_out = (
            f"Move that folder away to go on from update {earlier[-1]}."
            if earlier
            else "There is no earlier one: move it away, or give another --workdir=DIR, to begin anew."
        )
        return f"Checkpoint {self._folder / str(step)} is damaged or of another agent ({_brief(error)}). {way_out}"

    def wait(self) -> None:
        """Return when everything begun is on disk."""
        self._manager.wait_until_finished()

    def close(self) -> None:
        """Wait, then let go of the folder."""
        self._manager.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None):
        self.close()


def _encode(value: Any) -> Any:
    """Arrays become {_ARRAY: dtype, shape, base64}: exact to the bit."""
    if isinstance(value, Mapping):
        return {str(key): _encode(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_encode(one) for one in value]
    if isinstance(value, np.ndarray):
        data = base64.b64encode(np.ascontiguousarray(value).tobytes()).decode("ascii")
        return {_ARRAY: {"dtype": value.dtype.str, "shape": list(value.shape), "data": data}}
    if isinstance(value, np.generic):
        return value.item()
    return value


def _decode(value: Any) -> Any:
    if isinstance(value, dict):
        if set(value) == {_ARRAY}:
            stored = value[_ARRAY]
            flat = np.frombuffer(base64.b64decode(stored["data"], validate=True), np.dtype(stored["dtype"]))
            return flat.reshape(stored["shape"]).copy()
        return {key: _decode(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_decode(one) for one in value]
    return value


def _brief(error: Exception) -> str:
    """The first line of what a library says, shortened."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    said = lines[0] if lines else "no reason given"
    return f"{type(error).__name__}: {said[:200]}"
