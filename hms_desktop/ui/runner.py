"""The one door between worker threads and the screen: work runs aside, answers come back here.

A page never waits for a service. It hands the call to the runner; ``done`` or ``failed`` is
called later on the GUI thread, and only while the owner still exists.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, QThread, Signal, Slot

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)

T = TypeVar("T")


class Cancelled(Exception):  # noqa: N818 - errors are named after what happened
    """Long work noticed that nobody wants its result any more."""


@dataclass(frozen=True, slots=True)
class Step:
    """How far long work is: ``total`` 0 means unknown."""

    done: int
    total: int = 0
    text: str = ""


class Progress:
    """What long work gets to report through; safe on any thread."""

    def __init__(self, tell: Callable[[], None]) -> None:
        """Call ``tell`` (on the worker) when a step waits and none waited before."""
        self._tell = tell
        self._lock = threading.Lock()
        self._step: Step | None = None
        self._cancelled = threading.Event()

    @property
    def cancelled(self) -> bool:
        """Say whether the work should stop."""
        return self._cancelled.is_set()

    def check(self) -> None:
        """Raise Cancelled when the work should stop."""
        if self._cancelled.is_set():
            raise Cancelled

    def report(self, done: int, total: int = 0, text: str = "") -> None:
        """Tell how far the work is; many reports in a row are shown as the newest one."""
        with self._lock:
            waiting = self._step is not None
            self._step = Step(done, total, text)
        if not waiting:
            self._tell()

    def take(self) -> Step | None:
        """Return the newest step that was not taken yet."""
        with self._lock:
            step, self._step = self._step, None
        return step

    def cancel(self) -> None:
        """Ask the work to stop."""
        self._cancelled.set()


class Task:
    """One piece of work underway, as the GUI thread sees it.

    Not a QObject on purpose: a worker may hold the last reference for a moment, and a QObject
    must not die on a worker thread. For the same reason the callbacks are dropped on delivery.
    """

    def __init__(self, runner: Runner, wish: _Wish) -> None:
        """Remember who wants the answer and how."""
        self.label = wish.label
        self.started = time.monotonic()
        self.finished = False
        self.progress = Progress(lambda: runner.tell(self))
        self.wish: _Wish | None = wish
        self.slot = (id(wish.owner), wish.key) if wish.key is not None else None
        self.future: Future[None] | None = None

    @property
    def cancelled(self) -> bool:
        """Say whether the answer is no longer wanted."""
        return self.progress.cancelled

    def cancel(self) -> None:
        """Drop the answer; work that has not begun never begins, long work is asked to stop."""
        self.progress.cancel()
        if self.future is not None:
            self.future.cancel()


@dataclass(frozen=True, slots=True)
class _Wish:
    work: Callable[[Progress], Any]
    owner: QObject
    done: Callable[[Any], None] | None
    failed: Callable[[Exception], None] | None
    moved: Callable[[Step], None] | None
    key: str | None
    label: str
    long: bool


@dataclass(frozen=True, slots=True)
class _Outcome:
    task: Task
    value: object = None
    error: Exception | None = None
    step: bool = False


def _log_error(error: Exception) -> None:
    log.error("work failed and nobody handled it", exc_info=error)


class Runner(QObject):
    """Runs work on a few threads and brings every answer back to the GUI thread, once."""

    busy = Signal(int)  # how many tasks are underway
    _arrived = Signal()

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        threads: int = 4,
        on_error: Callable[[Exception], None] | None = None,
    ) -> None:
        """Start with no thread busy; ``on_error`` hears failures that no caller handles."""
        super().__init__(parent)
        self.on_error: Callable[[Exception], None] = on_error or _log_error
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="hms-work")
        self._outcomes: deque[_Outcome] = deque()
        self._tasks: set[Task] = set()
        self._newest: dict[tuple[int, str], Task] = {}
        self._closed = False
        # Queued even from the GUI thread itself: the caller's code always finishes first.
        self._arrived.connect(self._deliver_one, Qt.ConnectionType.QueuedConnection)

    @property
    def count(self) -> int:
        """How many tasks are underway."""
        return len(self._tasks)

    def labels(self) -> tuple[str, ...]:
        """Return the labels of what is underway, oldest first; unlabelled work is left out."""
        tasks = sorted(self._tasks, key=lambda task: task.started)
        return tuple(task.label for task in tasks if task.label)

    def run(
        self,
        work: Callable[[], T],
        *,
        owner: QObject,
        done: Callable[[T], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
        key: str | None = None,
        label: str = "",
    ) -> Task:
        """Run ``work`` on a worker thread; call ``done`` or ``failed`` on the GUI thread.

        Args:
            work: touches no widget.
            owner: nothing is called once this object is gone.
            done: gets the result.
            failed: gets the exception; without it ``on_error`` does.
            key: of several tasks with one owner and key only the newest is answered.
            label: a few words for the status bar.
        """
        wish = _Wish(lambda _progress: work(), owner, done, failed, None, key, label, long=False)
        return self._start(wish)

    def run_long(
        self,
        work: Callable[[Progress], T],
        *,
        owner: QObject,
        done: Callable[[T], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
        moved: Callable[[Step], None] | None = None,
        key: str | None = None,
        label: str = "",
    ) -> Task:
        """Like ``run`` for work that reports steps (to ``moved``) and can be stopped."""
        return self._start(_Wish(work, owner, done, failed, moved, key, label, long=True))

    def _start(self, wish: _Wish) -> Task:
        if QThread.currentThread() is not self.thread():
            message = "work is handed over on the GUI thread only"
            raise RuntimeError(message)
        task = Task(self, wish)
        if self._closed:
            # An answer that comes while the program closes, or the timer of a page that is not
            # gone yet, may want more work: too late for it.
            task.cancel()
            task.finished = True
            return task
        if task.slot is not None:
            older = self._newest.get(task.slot)
            if older is not None:
                older.cancel()
            self._newest[task.slot] = task
        self._tasks.add(task)
        task.future = self._pool.submit(self._work, task)
        task.future.add_done_callback(lambda future: self._skipped(task, future))
        self.busy.emit(len(self._tasks))
        return task

    def tell(self, task: Task) -> None:
        """Bring a waiting step of the task to the GUI thread; called by ``Progress``."""
        self._post(_Outcome(task, step=True))

    def close(self, seconds: float = 10.0) -> bool:
        """Take no more work, wait for what was handed over, deliver what is done.

        Long work is asked to stop; short work (a save) still runs. False: something was still
        underway after ``seconds``; what had not begun by then is dropped.
        """
        self._closed = True
        for task in self._tasks:
            if task.wish is not None and task.wish.long:
                task.cancel()
        underway = [task.future for task in self._tasks if task.future is not None]
        unfinished = wait(underway, timeout=seconds).not_done
        self._pool.shutdown(wait=not unfinished, cancel_futures=True)
        while self._outcomes:
            self._deliver_one()
        return not unfinished

    def _work(self, task: Task) -> None:
        # Worker thread. Whatever happens exactly one outcome is posted.
        error: Exception | None = RuntimeError("the work ended without an answer")
        value: object = None
        try:
            task.progress.check()
            if task.wish is not None:
                value = task.wish.work(task.progress)
                error = None
        except Exception as raised:  # noqa: BLE001 - handed to the caller on the GUI thread
            error = raised
        finally:
            self._post(_Outcome(task, value, error))

    def _skipped(self, task: Task, future: Future[None]) -> None:
        # A future cancelled before it began never reaches _work.
        if future.cancelled():
            self._post(_Outcome(task, error=Cancelled()))

    def _post(self, outcome: _Outcome) -> None:
        # Any thread. One signal for each outcome, so that an exception in a callback reaches
        # the excepthook without holding up the outcomes behind it.
        self._outcomes.append(outcome)
        if shiboken6.isValid(self):
            self._arrived.emit()

    @Slot()
    def _deliver_one(self) -> None:
        try:
            outcome = self._outcomes.popleft()
        except IndexError:  # close() has delivered it already
            return
        task = outcome.task
        wish = task.wish
        if wish is None:
            return
        if outcome.step:
            step = task.progress.take()
            if step and wish.moved and not task.cancelled and shiboken6.isValid(wish.owner):
                wish.moved(step)
            return
        task.finished = True
        task.wish = None
        self._tasks.discard(task)
        newest = task.slot is None or self._newest.get(task.slot) is task
        if newest and task.slot is not None:
            del self._newest[task.slot]
        self.busy.emit(len(self._tasks))
        self._answer(wish, outcome, wanted=newest and not task.cancelled)

    def _answer(self, wish: _Wish, outcome: _Outcome, *, wanted: bool) -> None:
        error = outcome.error
        if not wanted or not shiboken6.isValid(wish.owner):
            if error is not None and not isinstance(error, Cancelled):
                log.info("unwanted work failed: %s", type(error).__name__)
        elif error is None:
            if wish.done is not None:
                wish.done(outcome.value)
        elif isinstance(error, Cancelled):
            log.info("work stopped by itself: %s", wish.label)
        elif wish.failed is not None:
            wish.failed(error)
        else:
            self.on_error(error)
