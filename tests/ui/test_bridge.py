"""Announcements of any thread arrive on the GUI thread; a burst arrives as one."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from hms_desktop.bus import Announcement, Bus, Change
from hms_desktop.ui.bridge import Bridge, merge

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def _one(number: int, **more: object) -> Announcement:
    return Announcement((Change("appointment", number, "update"),), **more)  # type: ignore[arg-type]


@pytest.mark.feature("NET-1")
def test_a_burst_from_many_threads_gives_one_reload(qtbot: QtBot) -> None:
    bus = Bus()
    bridge = Bridge(bus)
    seen: list[tuple[Announcement, int]] = []
    bridge.changed.connect(lambda a: seen.append((a, threading.get_ident())))
    threads = [
        threading.Thread(target=lambda n=n: bus.announce(_one(n)))  # type: ignore[misc]
        for n in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    qtbot.waitUntil(lambda: bool(seen))
    qtbot.wait(80)
    assert len(seen) == 1
    announcement, ident = seen[0]
    assert {c.entity_id for c in announcement.changes} == set(range(20))
    assert ident == threading.get_ident()
    bridge.close()


def test_a_steady_stream_does_not_put_the_reload_off(qtbot: QtBot) -> None:
    bus = Bus()
    bridge = Bridge(bus, gather_ms=30)
    seen: list[Announcement] = []
    bridge.changed.connect(seen.append)
    for number in range(20):
        bus.announce(_one(number))
        qtbot.wait(10)
    qtbot.wait(60)
    assert len(seen) >= 3
    assert sum(len(a.changes) for a in seen) == 20
    bridge.close()


def test_nothing_comes_after_close(qtbot: QtBot) -> None:
    bus = Bus()
    bridge = Bridge(bus)
    seen: list[object] = []
    bridge.changed.connect(seen.append)
    bus.announce(_one(1))
    bridge.close()
    bus.announce(_one(2))
    qtbot.wait(80)
    assert seen == []


def test_merge_keeps_what_all_agree_on() -> None:
    both = merge([_one(1, origin="a", local=True), _one(1, origin="a", local=True)])
    assert len(both.changes) == 1
    assert both.origin == "a"
    assert both.local
    mixed = merge([_one(1, origin="a", local=True), Announcement(everything=True, origin="b")])
    assert mixed.everything
    assert mixed.origin == ""
    assert not mixed.local
