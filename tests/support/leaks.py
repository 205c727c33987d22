"""A test that leaves a thread, a timer, a window or a task behind fails, and is told which."""

import asyncio
import gc
import sys
import threading
import time
import traceback
from collections.abc import Iterable

PATIENCE_S = 2.0
# Threads of the test tools themselves.
KNOWN_THREADS = ("pytest_timeout", "execnet", "asyncio_", "Dummy-")


def threads_now() -> set[threading.Thread]:
    """Return the Python threads that live; Qt's pool threads come and go by themselves."""
    return {
        thread
        for thread in threading.enumerate()
        if not isinstance(thread, threading._DummyThread)
        and not thread.name.startswith(KNOWN_THREADS)
    }


def left_threads(before: set[threading.Thread]) -> list[str]:
    """Say which threads were started since and do not end within the patience."""
    end = time.monotonic() + PATIENCE_S
    while new := threads_now() - before:
        if time.monotonic() > end:
            return [f"thread {thread.name!r} still runs:\n{_stack(thread)}" for thread in new]
        time.sleep(0.005)
    return []


def _stack(thread: threading.Thread) -> str:
    frame = sys._current_frames().get(thread.ident or 0)
    return "".join(traceback.format_stack(frame)[-3:]) if frame else "(ended meanwhile)"


def left_tasks() -> list[str]:
    """Say which asyncio tasks are pending."""
    known: Iterable[asyncio.Task] = getattr(
        asyncio.tasks, "_all_tasks", getattr(asyncio.tasks, "_scheduled_tasks", ())
    )
    return [f"asyncio task still pending: {task!r}" for task in list(known) if not task.done()]


def left_qt(*, thorough: bool) -> list[str]:
    """Say which windows are shown and which timers run, and put them away.

    Args:
        thorough: look at every object there is for timers (some 20 ms), not only at windows.
    """
    # Only once a test has loaded Qt: the others shall not pay for it.
    if "PySide6.QtWidgets" not in sys.modules:
        return []
    from PySide6.QtCore import QCoreApplication, QEvent, QThread, QThreadPool, QTimer
    from PySide6.QtWidgets import QApplication
    from shiboken6 import isValid

    if not isinstance(QCoreApplication.instance(), QApplication):
        return []
    found = []
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QApplication.processEvents()
    if not QThreadPool.globalInstance().waitForDone(int(PATIENCE_S * 1000)):
        found.append("the global thread pool still works")
    for widget in QApplication.topLevelWidgets():
        if isValid(widget) and widget.isVisible():
            found.append(
                f"window still shown: {type(widget).__name__} {widget.objectName()!r} "
                f"{widget.windowTitle()!r}"
            )
            widget.hide()
            widget.deleteLater()
    if thorough:
        gc.collect()
        for thing in gc.get_objects():
            if issubclass(type(thing), (QTimer, QThread, QThreadPool)) and isValid(thing):
                found += _still_going(thing)
        # What is alive now was looked at, and shall not be looked at after every later test.
        gc.freeze()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return found


def _still_going(thing: object) -> list[str]:
    from PySide6.QtCore import QCoreApplication, QThread, QThreadPool, QTimer

    if isinstance(thing, QTimer) and thing.isActive():
        every, parent = thing.interval(), thing.parent()
        thing.stop()
        return [f"timer of {every} ms still runs, parent {type(parent).__name__}"]
    if isinstance(thing, QThreadPool) and not thing.waitForDone(int(PATIENCE_S * 1000)):
        return [f"a thread pool still works: {thing.activeThreadCount()} threads"]
    if (
        isinstance(thing, QThread)
        and thing != QCoreApplication.instance().thread()
        and not thing.wait(int(PATIENCE_S * 1000))
    ):
        return [f"QThread {thing.objectName()!r} still runs"]
    return []
