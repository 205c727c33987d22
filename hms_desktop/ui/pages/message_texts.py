"""The texts of messages: edited beside a preview, refused at the field, put back at any time."""

from __future__ import annotations

import uuid
from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from hms_desktop.domain.errors import Invalid, Stale
from hms_desktop.services.templates import TemplateRow
from hms_desktop.ui.actions import Command
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.pages.base import Desk, Page
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.texts.frame import Key, TextsFrame, key_of
from hms_desktop.ui.texts.preview_part import Preview, changes_of
from hms_desktop.ui.texts.typed import TypedTexts
from hms_desktop.ui.texts.words import title_of, whose_word

PREVIEW_MS = 250
"""How long nothing must be typed before the preview is made anew."""


class MessageTextsPage(Page):
    """Which text at the left, its editor in the middle, what it looks like at the right."""

    entities = ("message_template",)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Build the page; it reads at its first look."""
        super().__init__(desk, "", "note", parent)
        self.title = self.tr("Message texts")
        self._rows: dict[Key, TemplateRow] = {}
        self._row: TemplateRow | None = None
        self._formats = Formats.of(desk.settings)
        self._drafts = TypedTexts(desk.drafts)
        self.frame = frame = TextsFrame(self._state, self._tone)
        self.editor, self.preview, self.conflict = frame.editor, frame.preview, frame.conflict
        self.table, self.trouble = frame.table, frame.trouble
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(PREVIEW_MS)
        self._soon.timeout.connect(self._make_preview)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.addWidget(frame)
        self.setFocusProxy(self.table)
        desk.layout.splitter(frame.both, "message_texts")
        frame.save_button.clicked.connect(lambda _checked=False: self.save())
        frame.back_button.clicked.connect(lambda _checked=False: self.put_back())
        frame.reset_button.clicked.connect(lambda _checked=False: self.reset())
        frame.language.changed.connect(lambda _language: self._show_list())
        self.table.selected.connect(lambda _ids: self._chosen())
        self.editor.typed.connect(self._typed)
        self.preview.name_changed.connect(self._soon.start)
        self.conflict.theirs_taken.connect(self.put_back)
        self.conflict.mine_kept.connect(self.save)
        self._add_commands()
        self._stale = True

    def _add_commands(self) -> None:
        group = self.tr("Message texts")
        self.commands.add_all(
            (
                Command("texts.save", self.tr("Save the text"), self.save, "Ctrl+S", group,
                        self.frame.save_button.isEnabled, icon="save", also=("Ctrl+Return",)),
                Command("texts.insert", self.tr("Insert the placeholder"), self.editor.insert,
                        "Ctrl+I", group, icon="add"),
                Command("texts.reset", self.tr("Reset to the program's text"), self.reset, "",
                        group, self.frame.reset_button.isEnabled),
            )
        )  # fmt: skip

    # ------------------------------------------------------------------------------ reading
    def reload(self) -> None:
        """Read every text; what is typed and not saved stays."""
        templates, actor = self.desk.services.templates, self.desk.actor
        self.ask(lambda: templates.all(actor), self._show, failed=self._failed, key="texts")

    def _show(self, rows: tuple[TemplateRow, ...]) -> None:
        self.trouble.hide()
        self._rows = {key_of(row): row for row in rows}
        self._show_list()

    def _show_list(self) -> None:
        language = self.frame.language.value()
        rows = [row for row in self._rows.values() if row.language == language]
        before = self._row
        self.table.set_rows(rows)
        if not rows:
            return
        same = None if before is None else (before.kind, before.channel, language)
        if self.table.current_row() is None:
            self.table.select_ids([same if same in self._rows else key_of(rows[0])])
        self._chosen()

    def _chosen(self) -> None:
        row = self.table.current_row()
        if row is None or row == self._row:
            return
        other = self._row is None or key_of(row) != key_of(self._row)
        typed = self._drafts.of(row)
        self._row = row
        if other:
            self.conflict.clear()
        if other or typed is None:
            # What others saved comes in, unless something is typed here over it.
            self.editor.show_row(row, typed or row.texts)
            self.preview.set_channel(row.channel)
        self._renew()
        self._make_preview()

    # ------------------------------------------------------------------------------ typing
    def _typed(self) -> None:
        row = self._row
        if row is None:
            return
        self._drafts.keep(row, self.editor.read())
        self._renew()
        self._soon.start()

    def _renew(self) -> None:
        row = self._row
        if row is None:
            return
        dirty = self.editor.read() != row.texts
        self.frame.save_button.setEnabled(dirty)
        self.frame.back_button.setVisible(dirty)
        self.frame.reset_button.setEnabled(row.version > 0)
        self.frame.note.setText(whose_word(row, self._formats, self.desk.now()))
        self.table.view.viewport().update()

    def _state(self, row: TemplateRow) -> str:
        if self._drafts.of(row) is not None:
            return self.tr("not saved")
        return self.tr("changed") if row.version else ""

    def _tone(self, row: TemplateRow) -> str:
        return "warn_text" if self._drafts.of(row) is not None else "accent_text"

    # ----------------------------------------------------------------------------- preview
    def _make_preview(self) -> None:
        row = self._row
        if row is None:
            return
        templates, actor = self.desk.services.templates, self.desk.actor
        texts, name = self.editor.read(), self.preview.name.text().strip()
        values = {"patient_name": name} if name else {}

        def work() -> Preview:
            found = templates.preview(
                actor, row.kind, row.language, texts, channel=row.channel, values=values
            )
            return Preview(found.subject, found.text, found.html, changes_of(row.shipped, texts))

        self.ask(work, self._show_preview, failed=self._no_preview, key="preview")

    def _show_preview(self, found: Preview) -> None:
        self.editor.clear_errors()
        self.preview.show_preview(found)

    def _no_preview(self, error: Exception) -> None:
        self.preview.show_trouble(sentence(error))
        if self._row is not None:
            self.preview.show_changes(changes_of(self._row.shipped, self.editor.read()))

    # ------------------------------------------------------------------------------ saving
    def save(self) -> None:
        """Keep what is typed as the hospital's own text."""
        row = self._row
        if row is None or not self.frame.save_button.isEnabled():
            return
        version = self._drafts.version(row)
        templates, actor = self.desk.services.templates, self.desk.actor
        texts, request = self.editor.read(), str(uuid.uuid4())
        self.editor.clear_errors()
        self.frame.save_button.setEnabled(False)
        self.ask(
            lambda: templates.save(
                actor, row.kind, row.language, texts, version,
                channel=row.channel, request_id=request,
            ),
            self._saved,
            failed=self._refused,
        )  # fmt: skip

    def _saved(self, row: TemplateRow) -> None:
        self._take(row)
        text = self.tr("Saved: {what}. It is used from the next message on.")
        self.desk.toasts.show_toast(text.format(what=title_of(row)), kind="ok")

    def _take(self, row: TemplateRow) -> None:
        """Show a text as it stands in the database now."""
        self._drafts.discard(row)
        self.conflict.clear()
        self._rows[key_of(row)] = row
        if self._row is not None and key_of(row) == key_of(self._row):
            self._row = row
            self.editor.show_row(row, row.texts)
            self._make_preview()
        self._show_list()
        self._renew()

    def put_back(self) -> None:
        """Forget what was typed."""
        if self._row is not None:
            self._take(self._rows[key_of(self._row)])

    def reset(self) -> None:
        """Forget the hospital's copy; what it said can be put back at once."""
        row = self._row
        if row is None or not row.version:
            return
        templates, actor, request = self.desk.services.templates, self.desk.actor, uuid.uuid4()
        self.ask(
            lambda: templates.reset(
                actor, row.kind, row.language, row.version,
                channel=row.channel, request_id=str(request),
            ),
            partial(self._reset, row),
            failed=self._refused,
        )  # fmt: skip

    def _reset(self, before: TemplateRow, row: TemplateRow) -> None:
        self._take(row)
        templates, actor = self.desk.services.templates, self.desk.actor

        def undo() -> None:
            self.ask(
                lambda: templates.save(
                    actor, row.kind, row.language, before.texts, 0, channel=row.channel
                ),
                self._take,
                failed=self._refused,
            )

        self.desk.toasts.show_toast(
            self.tr("{what} is the program's own text again.").format(what=title_of(row)), undo=undo
        )

    def _refused(self, error: Exception) -> None:
        self._renew()
        if isinstance(error, Invalid) and self.editor.show_error(error):
            return
        if isinstance(error, Stale) and isinstance(error.current, TemplateRow):
            self._compare(error.current, str(error.values.get("who", "")))
            return
        self._failed(error)

    def _compare(self, theirs: TemplateRow, who: str) -> None:
        """Show their text beside mine; what is typed stays, and saving again replaces theirs."""
        mine = self.editor.read()
        self._rows[key_of(theirs)] = self._row = theirs
        names = (self.tr("Subject"), self.tr("Text"), self.tr("HTML"))
        rows = [
            (name, their, my)
            for name, their, my in zip(names, theirs.texts, mine, strict=True)
            if their != my
        ]
        self._drafts.keep(theirs, mine, version=theirs.version)
        self.conflict.show_conflict(who, rows)
        self._renew()

    def _failed(self, error: Exception) -> None:
        self.trouble.setText(sentence(error))
        self.trouble.show()


def _key(row: TemplateRow) -> Key:
    return row.kind, row.channel, row.language
