"""The border of the commands: exit codes and one line instead of a traceback."""

import pytest

from genie3_env.command import CommandError, run_command


def test_work_that_is_done_gives_0():
    done = []
    assert run_command(lambda: done.append(1)) == 0 and done == [1]


@pytest.mark.parametrize(
    ("failure", "exit_code", "message"),
    [
        (CommandError("Give another name.", 2), 2, "error: Give another name.\n"),
        (CommandError("There is none.", 1), 1, "error: There is none.\n"),
        (OSError(28, "No space left on device", "a.png"), 1, "error: No space left on device: a.png.\n"),
        (OSError("something"), 1, "error: something: the disk.\n"),
        (KeyboardInterrupt(), 130, "error: interrupted.\n"),
    ],
)
def test_mistakes_become_a_line_and_an_exit_code(failure, exit_code, message, capsys):
    def fail():
        raise failure

    assert run_command(fail) == exit_code
    assert capsys.readouterr().err == message


def test_what_is_nobodys_mistake_is_not_hidden():
    with pytest.raises(ZeroDivisionError):
        run_command(lambda: print(1 // 0))
