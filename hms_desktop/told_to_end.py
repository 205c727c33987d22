"""Tells a program that it is to end: Ctrl+C in its terminal, or the system's word."""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def told_to_end() -> Iterator[socket.socket]:
    """Give a socket at which a byte arrives when the program is told to end (SIGTERM, SIGINT).

    The system may hand a signal to any thread, and Python's own handler runs in the main one, when
    that next runs Python. A main thread that waits, for a lock or in Qt's loop, may never do; a
    byte wakes it whichever thread was interrupted.
    """
    told, tell = socket.socketpair()
    with told, tell:
        tell.settimeout(0)
        before = {
            number: signal.signal(number, lambda _number, _frame: None)
            for number in (signal.SIGTERM, signal.SIGINT)
        }
        signal.set_wakeup_fd(tell.fileno(), warn_on_full_buffer=False)
        try:
            yield told
        finally:
            signal.set_wakeup_fd(-1)
            for number, handler in before.items():
                signal.signal(number, handler)
