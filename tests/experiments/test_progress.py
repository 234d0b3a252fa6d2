"""The line that one looks at for a quarter of an hour."""

import io

import pytest

from experiments.progress import Progress, duration, progress_line


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_line():
    line = progress_line(409_600, 2_000_000, 2460.4, 0.4233, 300, 646.0)
    assert line == "  409,600 / 2,000,000 steps  20 %   2,460 steps/s   success 42.3 % of the last 300   10:46 left"
    assert progress_line(0, 100, None, None, 0, None) == "  0 / 100 steps   0 %   compiling"


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0:00"), (59.6, "1:00"), (646, "10:46"), (3723, "1:02:03"), (-1, "0:00")]
)
def test_duration(seconds, text):
    assert duration(seconds) == text


def test_speed_and_time_left_follow_from_the_last_half_minute():
    # 100 steps in the first 100 s, then 1,000 in each 10 s: the slow start is forgotten, 100 steps/s remain.
    clock, stream = Clock(), io.StringIO()
    with Progress(10_100, stream=stream, clock=clock) as progress:
        clock.now += 100.0
        progress.update(100)
        for steps in range(1100, 5101, 1000):
            clock.now += 10.0
            progress.update(steps, [True, False])
        assert progress.steps_per_s == 100.0
        assert progress.success == 0.5
        assert progress.line().endswith("success 50.0 % of the last 10   0:50 left")


def test_a_run_that_goes_on_counts_its_own_speed():
    clock = Clock()
    with Progress(2000, first_step=1000, stream=io.StringIO(), clock=clock) as progress:
        clock.now += 1.0
        progress.update(1100)
        assert progress.steps_per_s == 100.0


def test_a_terminal_has_one_line_and_a_file_one_every_ten_seconds():
    for stream, count in ((Terminal(), 1), (io.StringIO(), 4)):
        clock = Clock()
        with Progress(1000, stream=stream, clock=clock) as progress:
            for second in range(1, 31):
                clock.now += 1.0
                progress.update(10 * second)
        # In a file: after seconds 1, 11 and 21, and the last line on leaving.
        assert stream.getvalue().count("\n") == count
    assert stream.getvalue().splitlines()[-1].startswith("  300 / 1,000 steps")
