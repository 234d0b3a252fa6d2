"""The first signal asks, the second ends."""

import os
import signal
import subprocess
import sys
import threading

import pytest

from experiments.shutdown import Shutdown


@pytest.mark.parametrize(("number", "exit_code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_becomes_a_request(number, exit_code, capfd):
    before = signal.getsignal(number)
    with Shutdown() as shutdown:
        assert not shutdown.requested
        assert shutdown.exit_code == 0
        os.kill(os.getpid(), number)
        assert shutdown.requested
    assert shutdown.exit_code == exit_code
    assert signal.getsignal(number) is before
    assert "will be saved" in capfd.readouterr().err


def test_the_second_signal_ends_the_process():
    program = (
        "import os, signal\nfrom experiments.shutdown import Shutdown\n"
        "with Shutdown():\n    for _ in range(2): os.kill(os.getpid(), signal.SIGINT)\n    print('still here')"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ended.returncode == -signal.SIGINT
    assert "still here" not in ended.stdout


def test_other_threads_handle_no_signals():
    seen = []

    def work():
        with Shutdown() as shutdown:
            shutdown.request()
            seen.append(shutdown.requested)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [True]
