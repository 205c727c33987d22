"""One way to do something at the desk: on the runner, with a toast, an undo entry, a sentence."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from PySide6.QtCore import QObject

from hms_desktop.domain.appointments import Done
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.runner import Task


def new_request() -> str:
    """Return the id of a wish, made when the person presses the button."""
    return str(uuid.uuid4())


def do(
    desk: Desk,
    owner: QObject,
    call: Callable[[str], Done],
    text: Callable[[Done], str],
    *,
    done: Callable[[Done], None] | None = None,
    failed: Callable[[Exception], None] | None = None,
    request_id: str = "",
) -> Task:
    """Make a change that can be undone.

    Args:
        desk: where it happens.
        owner: nothing is told once this object is gone.
        call: a service call; gets the request id.
        text: the sentence for the toast and the undo menu.
        done: called after the toast.
        failed: called instead of a toast with the error's sentence.
        request_id: of the same wish when it is tried once more.
    """
    wish = request_id or new_request()

    def finished(result: Done) -> None:
        words = text(result)
        desk.history.did(result.request_id, words)
        desk.toasts.show_toast(words, undo=desk.history.undo_requested.emit)
        if done is not None:
            done(result)

    def refused(error: Exception) -> None:
        if failed is not None:
            failed(error)
        else:
            desk.toasts.show_toast(sentence(error), kind="alarm")

    return desk.runner.run(lambda: call(wish), owner=owner, done=finished, failed=refused)
