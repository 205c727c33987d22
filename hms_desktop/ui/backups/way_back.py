"""Brings the hospital back in front of the window: from the page, and when it is damaged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from hms_desktop.domain.backup_flaws import Flaw, Unfit
from hms_desktop.domain.backups import BackupOffer, Progress, Restored, RestoreWish
from hms_desktop.domain.errors import Invalid
from hms_desktop.ui.backups.damage_view import DamageView, here_and_now
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.numbers.words import number
from hms_desktop.ui.runner import Progress as Told
from hms_desktop.ui.runner import Runner
from hms_desktop.ui.window import MainWindow

_NO_GOOD = (Flaw.DAMAGED, Flaw.TRUNCATED, Flaw.FOREIGN)


@dataclass(frozen=True, slots=True)
class Ways:
    """What is done below the screens: find the newest backup, look at a file, restore."""

    newest: Callable[[frozenset[str]], BackupOffer | None]
    look_at: Callable[[str], BackupOffer]
    restore: Callable[[RestoreWish, Progress], Restored]


class WayBack(QObject):
    """``reopen`` wants the database opened (again), ``leave`` the window closed."""

    reopen = Signal()
    leave = Signal()

    def __init__(
        self, window: MainWindow, runner: Runner, ways: Ways, parent: QObject | None = None
    ) -> None:
        """Keep where it shows and how it is done."""
        super().__init__(parent)
        self._window = window
        self._runner = runner
        self._ways = ways
        self._no_good: frozenset[str] = frozenset()
        self.view: DamageView | None = None

    # -------------------------------------------------------------------- a damaged database
    def offer(self, fault: str) -> None:
        """Show what is wrong, and offer the newest backup that was not tried yet."""
        view = self.view = DamageView(fault)
        view.wanted.connect(self._from_damage)
        view.chosen.connect(self._look_at)
        view.again.connect(self._again)
        view.left.connect(self.leave)
        view.set_busy(busy=True)
        self._window.show_view(view)
        self._find("")

    def _find(self, error: str) -> None:
        leave = self._no_good
        self._runner.run(
            lambda: self._ways.newest(leave),
            owner=self,
            done=lambda offer: self._show(offer, error),
            failed=lambda wrong: self._show(None, sentence(wrong)),
        )

    def _look_at(self, path: str) -> None:
        self._runner.run(
            lambda: self._ways.look_at(path),
            owner=self,
            done=lambda offer: self._show(offer, ""),
            failed=lambda wrong: self._say(sentence(wrong)),
        )

    def _from_damage(self, wish: RestoreWish) -> None:
        def failed(error: Exception) -> None:
            if isinstance(error, Unfit) and error.flaw in _NO_GOOD:
                # The next older one, and why not this one.
                self._no_good |= {wish.path}
                self._find(sentence(error))
            elif isinstance(error, Invalid) and self.view is not None:
                self.view.set_busy(busy=False)
                self.view.key_field.set_error(sentence(error))
            else:
                self._say(sentence(error))

        self._work(wish, lambda: None, failed)

    def _show(self, offer: BackupOffer | None, error: str) -> None:
        if self.view is not None:
            self.view.show_offer(offer, error)
            (self.view.restore_button if offer else self.view.choose_button).setFocus()

    def _say(self, error: str) -> None:
        if self.view is not None:
            self.view.show_offer(self.view.offer, error)

    def _again(self) -> None:
        self._drop()
        self.reopen.emit()

    # ------------------------------------------------------------------------- from the page
    def restore(self, wish: RestoreWish, close_all: Callable[[], None]) -> None:
        """Close everything (on a worker, with ``close_all``) and bring a state back."""
        self._window.show_notice(
            self.tr("Restoring…"),
            self.tr("The present state is kept first. Do not switch the computer off."),
        )

        def failed(error: Exception) -> None:
            self._window.show_notice(
                self.tr("The backup was not restored"),
                sentence(error),
                (self.tr("&Open the hospital"), self.reopen.emit),
                (self.tr("&Close"), self.leave.emit),
            )

        self._work(wish, close_all, failed)

    def _work(
        self,
        wish: RestoreWish,
        before: Callable[[], None],
        failed: Callable[[Exception], None],
    ) -> None:
        def work(told: Told) -> Restored:
            before()

            def hear(done: int, total: int) -> None:
                told.check()  # the window closes: until the last step everything can be left
                told.report(done, total)

            return self._ways.restore(wish, hear)

        self._runner.run_long(
            work, owner=self, done=self._restored, failed=failed, label=self.tr("Restoring…")
        )

    def _restored(self, done: Restored) -> None:
        self._drop()
        when, count = here_and_now(done.made_at), number(done.rows)
        lines = [self.tr("As it was on {when}: {n} entries.").format(when=when, n=count)]
        if done.kept:
            name = Path(done.kept).name
            lines.append(self.tr("The state before is kept: {name}").format(name=name))
        if done.held_messages:
            lines.append(
                self.tr("{n} messages wait for your word: see Messages.").format(
                    n=number(done.held_messages)
                )
            )
        lines += done.notes
        self._window.show_notice(
            self.tr("{hospital} is back").format(hospital=done.hospital),
            "\n".join(lines),
            (self.tr("&Log in"), self.reopen.emit),
        )

    def _drop(self) -> None:
        if self.view is not None:
            self._window.drop_view(self.view)
            self.view = None
