"""Metrics: what a training tells, as lines of JSON, TensorBoard events and, where asked for, Weights & Biases.

H, W: height and width of a picture in pixels.
"""

import hashlib
import io
import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from PIL import Image
from tensorboard.compat.proto.event_pb2 import Event, SessionLog  # pyright: ignore[reportAttributeAccessIssue]
from tensorboard.compat.proto.summary_pb2 import Summary  # pyright: ignore[reportAttributeAccessIssue]
from tensorboard.summary.writer.event_file_writer import EventFileWriter

LINES, EVENTS = "metrics.jsonl", "tensorboard"


class MetricsWriter:
    """Writes to metrics.jsonl and tensorboard/ in a folder. A context manager.

    A run that goes on drops what an earlier one wrote after the step from which it goes on: no step is told twice.
    """

    def __init__(self, folder: Path, *, first_step: int = 0, wandb_project: str = "", config: Any = None):
        """first_step: environment steps already made. wandb_project: empty: no Weights & Biases; config: told to it."""
        self._path = folder / LINES
        keep_lines_up_to(self._path, first_step)
        self._lines = self._path.open("a", encoding="utf-8")
        self._events = EventFileWriter(str(folder / EVENTS))
        if first_step:  # TensorBoard hides what an earlier run wrote from here on
            start = SessionLog(status=SessionLog.START)
            self._events.add_event(Event(wall_time=time.time(), step=first_step + 1, session_log=start))
        self._wandb = _open_wandb(wandb_project, folder, config) if wandb_project else None

    def scalars(self, step: int, values: Mapping[str, Any]) -> None:
        """Numbers at an environment step; None stays out of TensorBoard. The line is on disk when this returns."""
        numbers = {name: None if value is None else float(value) for name, value in values.items()}
        # What is not finite is not JSON: a reader must not stumble over one bad number.
        line = {"step": int(step)} | {name: _finite(value) for name, value in numbers.items()}
        self._lines.write(json.dumps(line) + "\n")
        self._lines.flush()
        known = {name: value for name, value in numbers.items() if value is not None}
        self._add(step, [Summary.Value(tag=name, simple_value=value) for name, value in known.items()])
        if self._wandb is not None:
            self._wandb.log(known, step=int(step))

    def image(self, step: int, tag: str, image: np.ndarray) -> None:
        """A picture uint8 [H, W, 3]."""
        with io.BytesIO() as file:
            Image.fromarray(image).save(file, "PNG", compress_level=1)
            self._add_picture(step, tag, file.getvalue(), image.shape[0], image.shape[1])

    def film(self, step: int, tag: str, gif: bytes, height: int, width: int) -> None:
        """A film of H x W as the bytes of a GIF: TensorBoard plays it among the images."""
        self._add_picture(step, tag, gif, height, width)

    def _add_picture(self, step: int, tag: str, encoded: bytes, height: int, width: int) -> None:
        picture = Summary.Image(height=height, width=width, colorspace=3, encoded_image_string=encoded)
        self._add(step, [Summary.Value(tag=tag, image=picture)])
        self._events.flush()

    def _add(self, step: int, values: list[Summary.Value]) -> None:
        self._events.add_event(Event(wall_time=time.time(), step=int(step), summary=Summary(value=values)))

    def close(self) -> None:
        """Everything is on disk afterwards."""
        self._lines.close()
        self._events.close()
        if self._wandb is not None:
            self._wandb.finish()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None):
        self.close()


def keep_lines_up_to(path: Path, step: int) -> None:
    """Drop the lines of later steps, and what a killed run left half written. The file changes whole or not at all."""
    if not path.exists():
        return
    kept = [line for line in path.read_text("utf-8", errors="replace").splitlines() if _step_of(line) <= step]
    unfinished = path.with_name(path.name + ".unfinished")
    unfinished.write_text("".join(line + "\n" for line in kept), "utf-8")
    os.replace(unfinished, path)


def _step_of(line: str) -> float:
    try:
        return float(json.loads(line)["step"])
    except (ValueError, KeyError, TypeError):
        return float("inf")


def _finite(value: float | None) -> float | None:
    return value if value is not None and np.isfinite(value) else None


def _open_wandb(project: str, folder: Path, config: Any):
    import wandb  # pyright: ignore[reportMissingImports] - an extra; takes more than a second: loaded where it is asked for

    identity = hashlib.sha256(str(folder.absolute()).encode()).hexdigest()[:12]  # a run that goes on keeps its page
    return wandb.init(project=project, dir=str(folder), config=config, resume="allow", id=identity)
