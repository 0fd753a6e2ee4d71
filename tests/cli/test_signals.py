"""A signal ends the service whatever the main thread is doing at that moment."""

import subprocess
import sys

PROGRAM = """
import signal, threading
from alerts.cli.signals import stop_on

for _ in range(100):
    stop = threading.Event()
    stop_on([signal.SIGALRM], stop)
    signal.setitimer(signal.ITIMER_REAL, 0.002)
    while not stop.wait(0):  # in and out of the lock, so that the signal comes while it is held
        pass
print("done")
"""


def test_a_signal_in_the_middle_of_a_wait_is_no_deadlock() -> None:
    command = [sys.executable, "-c", PROGRAM]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert ended.stdout == "done\n"
