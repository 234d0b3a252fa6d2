"""Progress: one line that says how far a training is, how fast, how well it goes and how long it will take."""

import sys
import time
from collections import deque
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Self, TextIO

RECENT_EPISODES = 300
RATE_WINDOW_S = 30.0  # speed and time left follow from this much of the past
LINE_EVERY_S = 10.0  # where lines cannot be rewritten
REWRITE_EVERY_S = 0.1


class Progress:
    """The live line of one training, on a terminal; elsewhere a line every ten seconds.

    A context manager: on exit the last line is left standing.
    """

    def __init__(
        self,
        total_steps: int,
        *,
        first_step: int = 0,
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ):
        """first_step: environment steps already made by a run that goes on."""
        self._total = total_steps
        self._stream = sys.stderr if stream is None else stream
        self._live = self._stream.isatty()
        self._clock = clock
        self._marks: deque[tuple[float, int]] = deque([(clock(), first_step)])
        self._successes: deque[bool] = deque(maxlen=RECENT_EPISODES)
        self._steps = first_step
        self._written = -float("inf")

    @property
    def success(self) -> float | None:
        """Share of the last finished episodes that reached the right flag; None before the first."""
        return sum(self._successes) / len(self._successes) if self._successes else None

    @property
    def steps_per_s(self) -> float | None:
        """Environment steps per second lately; None before the first update."""
        (before, first), (now, last) = self._marks[0], self._marks[-1]
        return (last - first) / (now - before) if now > before else None

    def update(self, steps: int, successes: Iterable[bool] = ()) -> None:
        """steps: environment steps made in all; successes: of the episodes finished since the last call."""
        now = self._clock()
        self._steps = steps
        self._successes.extend(successes)
        self._marks.append((now, steps))
        while len(self._marks) > 2 and self._marks[1][0] <= now - RATE_WINDOW_S:
            self._marks.popleft()
        if now - self._written >= (REWRITE_EVERY_S if self._live else LINE_EVERY_S):
            self._written = now
            self._write()

    def line(self) -> str:
        """What is shown."""
        rate = self.steps_per_s
        left = (self._total - self._steps) / rate if rate else None
        return progress_line(self._steps, self._total, rate, self.success, len(self._successes), left)

    def _write(self) -> None:
        self._stream.write(f"\r{self.line()}\x1b[K" if self._live else f"{self.line()}\n")
        self._stream.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None):
        self._write()
        if self._live:
            self._stream.write("\n")
            self._stream.flush()


def progress_line(
    steps: int, total: int, steps_per_s: float | None, success: float | None, episodes: int, seconds_left: float | None
) -> str:
    """For example: 409,600 / 2,000,000 steps  20 %   2,460 steps/s   success 42.3 % of the last 300   10:46 left."""
    parts = [f"{steps:>{len(f'{total:,}')},} / {total:,} steps {100 * steps // total:3d} %"]
    parts.append("compiling" if steps_per_s is None else f"{steps_per_s:5,.0f} steps/s")
    if success is not None:
        parts.append(f"success {100 * success:4.1f} % of the last {episodes}")
    if seconds_left is not None:
        parts.append(f"{duration(seconds_left)} left")
    return "   ".join(parts)


def duration(seconds: float) -> str:
    """1:02:03, or 2:03 where it is less than an hour."""
    minutes, whole_seconds = divmod(max(0, round(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{whole_seconds:02d}" if hours else f"{minutes}:{whole_seconds:02d}"
