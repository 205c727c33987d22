"""Backups: what there is and whether it is good; made, verified and brought back from here."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint, QTimer, QUrl
from PySide6.QtGui import QDesktopServices, QHideEvent
from PySide6.QtWidgets import QMenu, QWidget

from hms_desktop.domain.backups import BackupKind, BackupRow, BackupState, BackupsView
from hms_desktop.ui.actions import Command
from hms_desktop.ui.backups.choosing import choose_backup
from hms_desktop.ui.backups.frame import BackupsFrame
from hms_desktop.ui.backups.long_work import Work, WorkStoppedError
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.pages.base import Desk

LOOK_MS = 1_000
"""How often the progress of another program's backup is looked at."""


class BackupsPage(BackupsFrame):
    """For administrators; whatever takes long runs aside with progress."""

    entities = ("backup_run", "setting")

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Build the page; it reads at its first look."""
        super().__init__(desk, parent)
        self.show_file: Callable[[QUrl], bool] = QDesktopServices.openUrl
        self._view: BackupsView | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.reload)
        self._connect()
        self._show_choice()
        self._stale = True

    # ------------------------------------------------------------------------------ reading
    def open_backups(self, _nothing: object = None) -> None:
        """Come to the front with what is there now."""
        self.reload()

    def reload(self) -> None:
        """Read runs, files and room again."""
        backups, actor = self.desk.services.backups, self.desk.actor
        self.ask(lambda: backups.overview(actor), self._show, failed=self._failed, key="view")

    def hideEvent(self, event: QHideEvent) -> None:
        """Look no further while nobody sees it."""
        self._timer.stop()
        self._stale = True
        super().hideEvent(event)

    # -------------------------------------------------------------------------------- doing
    def make(self) -> None:
        """Make a backup now; without a key the key comes first."""
        if self._view is not None and not self._view.key_id:
            self.key_panel.begin()
            return
        backups, actor, request = self.desk.services.backups, self.desk.actor, str(uuid.uuid4())
        self._begin(
            self.tr("Backing up…"),
            lambda hear: backups.create(actor, BackupKind.MANUAL, hear, request_id=request),
            self._made,
        )

    def verify(self) -> None:
        """Restore the chosen backup into a scratch place and compare."""
        row = self._ready()
        if row is None or self._needs_key(row):
            if row is not None:
                self.key_panel.ask_key(row.key_id)
            return
        backups, actor = self.desk.services.backups, self.desk.actor
        self._begin(
            self.tr("Verifying…"),
            lambda hear: backups.verify(actor, row.backup_id, progress=hear),
            self._verified,
        )

    def restore(self) -> None:
        """Ask whether the hospital is to go back to the chosen backup."""
        row = self._ready()
        if row is not None:
            self.restore_panel.ask(row, key_here=not self._needs_key(row))

    def choose_file(self) -> None:
        """Ask for a backup that is not in the list."""
        folder = self._view.folder if self._view is not None else ""
        choose_backup(self, folder, self.restore_file)

    def restore_file(self, path: str) -> None:
        """Ask whether the hospital is to go back to what a file holds."""
        backups, actor = self.desk.services.backups, self.desk.actor
        self.trouble.hide()
        self.ask(
            lambda: backups.offer(actor, path),
            self.restore_panel.ask_file,
            failed=self._failed,
            key="offer",
        )

    def cancel(self) -> None:
        """Stop the backup that another program makes."""
        row = self._running()
        if row is not None:
            backups, actor, request = self.desk.services.backups, self.desk.actor, str(uuid.uuid4())
            self.ask(
                lambda: backups.cancel(actor, row.id, request_id=request),
                lambda _none: self.reload(),
                failed=self._failed,
            )

    def open_folder(self) -> None:
        """Show the folder in the system's file manager."""
        folder = self._view.folder if self._view is not None else ""
        if folder and not self.show_file(QUrl.fromLocalFile(folder)):
            text = self.tr("No program here opens this. The folder is {path}").format(path=folder)
            self.desk.toasts.show_toast(text, kind="alarm")

    def replace_key(self) -> None:
        """Make another key: the sheet of this one is lost."""
        self.key_panel.begin(replace=True)

    # ------------------------------------------------------------------------------- inside
    def _connect(self) -> None:
        self.table.selected.connect(lambda _ids: self._show_choice())
        self.table.menu_wanted.connect(self._menu)
        self.summary.key_wanted.connect(self.key_panel.begin)
        self.summary.key_typed.connect(
            lambda: self.key_panel.ask_key(self._view.key_id if self._view else "")
        )
        self.key_panel.made.connect(self.reload)
        self.key_panel.kept.connect(self.reload)
        self.work.cancel_wanted.connect(self.cancel)
        self.restore_panel.wanted.connect(self.desk.navigate.restore.emit)
        group = self.tr("Backups")
        self.commands.add_all(
            (
                Command("backups.make", self.tr("Back up now"), self.make, "Ctrl+N", group,
                        self.make_button.isEnabled, icon="save"),
                Command("backups.verify", self.tr("Verify the backup"), self.verify, "Ctrl+R",
                        group, self.verify_button.isEnabled, icon="shield"),
                Command("backups.restore", self.tr("Restore the backup…"), self.restore, "",
                        group, self.restore_button.isEnabled, icon="history"),
                Command("backups.file", self.tr("Restore from a file…"), self.choose_file, "",
                        group, self.file_button.isEnabled, icon="history"),
                Command("backups.key", self.tr("Make another recovery key…"), self.replace_key,
                        "", group, icon="password"),
            )
        )  # fmt: skip

    def _begin(self, words: str, work: Work, done: Callable[[BackupRow], None]) -> None:
        def ended(row: BackupRow) -> None:
            self.reload()
            done(row)

        def failed(error: Exception) -> None:
            self.reload()
            if isinstance(error, WorkStoppedError):
                self.desk.toasts.show_toast(self.tr("Stopped. Nothing was kept of it."))
            else:
                self._failed(error)

        self.trouble.hide()
        self.table.setFocus()  # the pressed button goes grey
        self.work.begin(words, work, ended, failed)
        self._show_choice()

    def _made(self, row: BackupRow) -> None:
        if row.state == BackupState.DONE.value:
            self.desk.toasts.show_toast(self.tr("The backup is made and proved."), kind="ok")
            self.table.select_ids([row.backup_id])
        else:
            self.desk.toasts.show_toast(self.tr("The backup was stopped. No file was made."))

    def _verified(self, row: BackupRow) -> None:
        text = self.tr("{file} is good.").format(file=row.file_name)
        self.desk.toasts.show_toast(text, kind="ok")

    def _show(self, view: BackupsView) -> None:
        self._view = view
        self.summary.show_view(view)
        known = {row.backup_id for row in self.table.rows()}
        self.table.set_rows(view.rows)
        if view.rows and view.rows[0].backup_id not in known:
            self.table.select_ids([view.rows[0].backup_id])
        self.work.show_other(self._running())
        if self._running() is not None and self.isVisible():
            self._timer.start()
        else:
            self._timer.stop()
        self.badge_changed.emit(int(view.health.overdue))
        self._show_choice()

    def _running(self) -> BackupRow | None:
        rows = self._view.rows if self._view is not None else ()
        return next((row for row in rows if row.is_under_way), None)

    def _ready(self) -> BackupRow | None:
        row = self.table.current_row()
        done = row is not None and row.state == BackupState.DONE.value and row.here
        return row if done else None

    def _needs_key(self, row: BackupRow) -> bool:
        view = self._view
        return bool(row.key_id) and (view is None or row.key_id != view.key_id or not view.key_here)

    def _show_choice(self) -> None:
        row, busy = self._ready(), self.work.is_busy or self._running() is not None
        self.make_button.setEnabled(not busy)
        self.more_button.setVisible(self._view is not None and bool(self._view.key_id))
        self.file_button.setEnabled(not busy)
        self.verify_button.setEnabled(row is not None and not busy)
        self.restore_button.setEnabled(row is not None and not busy)
        chosen = self.table.current_row()
        self.error.setText(chosen.error if chosen is not None else "")
        self.error.setVisible(bool(chosen is not None and chosen.error))

    def _menu(self, point: QPoint) -> None:
        menu = QMenu(self)
        for one, run in ((self.verify_button, self.verify), (self.restore_button, self.restore)):
            action = menu.addAction(one.text(), partial(run))
            action.setEnabled(one.isEnabled())
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(point)

    def _failed(self, error: Exception) -> None:
        self.trouble.setText(sentence(error))
        self.trouble.show()
        self._show_choice()
