"""Shutdown: Ctrl-C and SIGTERM become a request that the training loop answers when it is ready."""

import os
import signal
import threading
from types import FrameType, TracebackType
from typing import Self

SIGNALS = (signal.SIGINT, signal.SIGTERM)
NOTICE = b"\nStopping after this update; the run will be saved. Once more to stop at once.\n"


class Shutdown:
    """While open, the first SIGINT or SIGTERM sets `requested`; a second one ends the process at once.

    Outside of the main thread, where Python handles no signals, it only watches `request()`.
    """

    def __init__(self):
        self._signal: int | None = None
        self._previous: dict[int, object] = {}

    @property
    def requested(self) -> bool:
        """Whether the work shall be saved and left."""
        return self._signal is not None

    @property
    def exit_code(self) -> int:
        """128 + the signal, as shells count; 0 where nothing was requested."""
        return 128 + self._signal if self._signal else 0

    def request(self, number: int = signal.SIGTERM) -> None:
        """Ask for it as a signal would."""
        self._signal = int(number)

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for number in SIGNALS:
                self._previous[number] = signal.signal(number, self._on_signal)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None):
        for number, handler in self._previous.items():
            signal.signal(number, handler)  # type: ignore[arg-type]
        self._previous = {}

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if self.requested:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
            return
        self.request(number)
        os.write(2, NOTICE)  # print() may be interrupted in the middle of itself
