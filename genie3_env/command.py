"""What the commands of this package share: mistakes end them with one clear message and an exit code, no traceback."""

import os
import signal
import sys
from collections.abc import Callable

INTERRUPTED = 128 + signal.SIGINT


class CommandError(Exception):
    """Something that whoever gave the command can put right. exit_code: 2 for what was typed, 1 for what was found."""

    def __init__(self, message: str, exit_code: int):
        super().__init__(message)
        self.exit_code = exit_code


def run_command(work: Callable[[], None]) -> int:
    """Do the work; return the exit code."""
    try:
        work()
    except CommandError as mistake:
        return complain(str(mistake), mistake.exit_code)
    except BrokenPipeError:
        return stop_printing()
    except KeyboardInterrupt:
        return complain("interrupted.", INTERRUPTED)
    except OSError as failure:
        return complain(f"{failure.strerror or failure}: {failure.filename or 'the disk'}.", 1)
    return 0


def stop_printing() -> int:
    """The exit code after whoever read what we print has had enough; nothing more is printed."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 128 + signal.SIGPIPE


def complain(message: str, exit_code: int) -> int:
    """Print one line to stderr; return the exit code."""
    print(f"error: {message}", file=sys.stderr)
    return exit_code
