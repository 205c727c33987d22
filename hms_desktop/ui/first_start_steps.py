"""The steps of the first start: hospital, database, administrator, recovery sheet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote
from zoneinfo import ZoneInfo

from PySide6.QtCore import QLocale, QTime, QTimer, QTimeZone, Signal
from PySide6.QtWidgets import QApplication, QCheckBox, QFileDialog, QLineEdit, QVBoxLayout, QWidget

from hms_desktop.domain.accounts import FirstStarted
from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.passwords import SHORTEST, check_shape, context_words
from hms_desktop.domain.settings import check_setting
from hms_desktop.services.passwords import check_new_password
from hms_desktop.ui.buttons import button
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.password_card import secret_field
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.recovery_sheet import RecoverySheet
from hms_desktop.ui.runner import Runner
from hms_desktop.ui.settings.choices import PlainSpin, ZoneEdit, country_choice, zone_names
from hms_desktop.ui.widgets.field import Field, Form, line
from hms_desktop.ui.widgets.segmented import Segmented

POSTGRES_PORT = 5432
MOST_PORTS = 65_535
PAUSE_MS = 250
CLOCK_MS = 5_000
HERE, SERVER = "sqlite", "postgres"


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Step(QWidget):
    """A form; Enter in a line of text goes on."""

    submitted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Begin with an empty form; ``first`` is where the cursor begins."""
        super().__init__(parent)
        self.form = Form()
        # No focus proxy: with one, Tab would jump over what stands above it.
        self.first: QWidget = self.form
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(12)
        self.column.addWidget(self.form)

    def enter_goes_on(self, *edits: QLineEdit) -> None:
        """Let Enter in these fields mean the same as the button."""
        for one in edits:
            one.returnPressed.connect(self.submitted)

    def wrong(self, name: str, words: str) -> bool:
        """Show what is missing at its field; returns False, for ``check``."""
        field = self.form.field(name)
        field.set_error(words)
        self.form.focus_field(field)
        return False


class HospitalStep(Step):
    """Name, country and time zone."""

    def __init__(
        self, clock: Callable[[], datetime] = _utc_now, parent: QWidget | None = None
    ) -> None:
        """Begin with this computer's country and zone; ``clock`` gives aware UTC."""
        super().__init__(parent)
        self._clock = clock
        self.name = QLineEdit()
        self.zone = ZoneEdit()
        self.country = country_choice()
        here = bytes(QTimeZone.systemTimeZoneId().data()).decode("ascii", "replace")
        self.zone.set_value(here if here in zone_names() else "UTC")
        self.country.set_value(QLocale.territoryToCode(QLocale.system().territory()) or "IN")
        self.form.add(
            "hospital_name", Field(self.tr("Name of the hospital"), self.name, required=True)
        )
        self.form.add_row(
            (
                "zone",
                Field(
                    self.tr("Time zone"),
                    self.zone,
                    required=True,
                ),
                1,
            ),
            (
                "country",
                Field(self.tr("Country"), self.country, hint=self.tr("For phone numbers")),
                1,
            ),
        )
        self.enter_goes_on(self.name)
        for edit in self.zone.findChildren(QLineEdit):
            edit.returnPressed.connect(self._zone_entered)
        self.first = self.name
        self.zone.editTextChanged.connect(lambda _text: self.show_time())
        self._ticks = QTimer(self)
        self._ticks.timeout.connect(self.show_time)
        self._ticks.start(CLOCK_MS)
        self.show_time()

    def _zone_entered(self) -> None:
        # Enter in the open list chooses a zone; only the next one goes on.
        if QApplication.activePopupWidget() is None:
            self.submitted.emit()

    def show_time(self) -> None:
        """Say what time it is in the chosen zone, to see that it is the right one."""
        zone = self.zone.value()
        words = self.tr("Type a part of its name, such as the next large city")
        if zone in zone_names():
            there = self._clock().astimezone(ZoneInfo(zone))
            form = QLocale.FormatType.ShortFormat
            words = self.tr("It is {time} there now. Type a part of its name").format(
                time=QLocale().toString(QTime(there.hour, there.minute), form)
            )
        self.form.field("zone").set_hint(words)

    def hospital_name(self) -> str:
        """Return the typed name."""
        return self.name.text()

    def check(self) -> bool:
        """Say whether the step is complete; shows at the field what is not."""
        self.form.clear_errors()
        if not self.name.text().strip():
            return self.wrong("hospital_name", self.tr("Give the hospital's name."))
        for name, value in (("hospital_name", self.name.text()), ("zone", self.zone.value())):
            try:
                check_setting(name, value)
            except Invalid as error:
                self.form.show_error(error)
                return False
        return True


class DatabaseStep(Step):
    """A file on this computer, or a Postgres server for several computers."""

    changed = Signal()

    def __init__(self, default: str, fixed: str | None, parent: QWidget | None = None) -> None:
        """Begin with the default file; one named at the start is the only one."""
        super().__init__(parent)
        self._fixed = fixed or ""
        self.kind = Segmented(
            [
                (HERE, self.tr("On &this computer")),
                (SERVER, self.tr("On a Postgres &server")),
            ],
            name=self.tr("Where the data lies"),
        )
        self.path = QLineEdit(default)
        self.server, self.database = QLineEdit(), QLineEdit("hms")
        self.port = PlainSpin(1, MOST_PORTS)
        self.port.setValue(POSTGRES_PORT)
        self.user, self.secret = QLineEdit(), secret_field()
        self.note = plain_label(role="small", wrap=True)
        self.test_button = button(self.tr("T&est"))
        browse = button(self.tr("&Choose…"), self._browse)
        place = line(self.path, browse, stretch=False)
        place.setFocusProxy(self.path)
        tr = self.tr
        self.form.add("kind", Field(tr("Where the data lies"), line(self.kind)))
        self.form.add("path", Field(tr("File"), place))
        self.form.add_row(
            (
                "server",
                Field(tr("Server"), self.server, hint=tr("Name or address in your network")),
                3,
            ),
            ("port", Field(tr("Port"), self.port), 1),
        )
        self.form.add(
            "database", Field(tr("Database"), self.database, hint=tr("Empty, made beforehand"))
        )
        self.form.add_row(
            ("user", Field(tr("Log-in at the server"), self.user), 1),
            (
                "secret",
                Field(tr("Its password"), self.secret, hint=tr("Kept in this computer's keyring")),
                1,
            ),
        )
        self.column.addWidget(self.note)
        self.column.addWidget(line(self.test_button))
        self.kind.changed.connect(lambda _key: self._show_kind())
        for edit in (self.path, self.server, self.database, self.user, self.secret):
            edit.textEdited.connect(lambda _text: self.changed.emit())
        self.enter_goes_on(self.path, self.server, self.database, self.user, self.secret)
        self._show_kind()

    def _show_kind(self) -> None:
        here = self.kind.value() == HERE
        for name, field in self.form.fields.items():
            if name != "kind":
                field.setVisible(here == (name == "path"))
        if here:
            words = self.tr(
                "For one computer: several windows and users may work at it. The file must lie "
                "on this computer's own disk, not on a network share."
            )
        else:
            words = self.tr(
                "For several computers. Your database administrator makes an empty database and "
                "a log-in that owns it."
            )
        self.note.setText(words)
        self.first = self.path if here else self.server
        self.changed.emit()

    def _browse(self) -> None:
        dialog = QFileDialog(self.window(), self.tr("File of the database"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        dialog.setDefaultSuffix("db")
        chosen = Path(self.path.text())
        dialog.setDirectory(str(chosen.parent))
        dialog.selectFile(chosen.name)
        dialog.fileSelected.connect(self.path.setText)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def check(self) -> bool:
        """Say whether an address can be made of what is typed."""
        self.form.clear_errors()
        if self.kind.value() == HERE:
            typed = self.path.text().strip()
            if not typed or "://" in typed or Path(typed).expanduser().is_dir():
                return self.wrong("path", self.tr("Give the name of a file, with its folder."))
            return True
        for name, edit, words in (
            ("server", self.server, self.tr("Give the server's name or address.")),
            ("database", self.database, self.tr("Give the name of the database.")),
            ("user", self.user, self.tr("Give the log-in that owns the database.")),
        ):
            if not edit.text().strip():
                return self.wrong(name, words)
        return True

    def address(self) -> str:
        """Return the address of the database, with the password where there is one."""
        if self._fixed:
            return self._fixed
        if self.kind.value() == HERE:
            return str(Path(self.path.text().strip()).expanduser().absolute())
        server = self.server.text().strip()
        if ":" in server and not server.startswith("["):
            server = f"[{server}]"  # an IPv6 address
        login = quote(self.user.text().strip(), safe="")
        if self.secret.text():
            login += f":{quote(self.secret.text(), safe='')}"
        name = quote(self.database.text().strip(), safe="")
        return f"postgresql://{login}@{server}:{self.port.value()}/{name}"

    def forget(self) -> None:
        """Empty the password's field: it has done its work."""
        self.secret.clear()


class AdminStep(Step):
    """The first administrator; the password is judged while it is typed."""

    def __init__(
        self, runner: Runner, hospital: Callable[[], str], parent: QWidget | None = None
    ) -> None:
        """Begin empty: there is no default log-in and no default password."""
        super().__init__(parent)
        self._runner, self._hospital = runner, hospital
        self.name, self.login, self.email = QLineEdit(), QLineEdit(), QLineEdit()
        self.password, self.again = secret_field(), secret_field()
        self._least = self.tr("{n} characters or more; four words that do not belong together")
        tr = self.tr
        self.form.add("display_name", Field(tr("Your name"), self.name, required=True))
        self.form.add_row(
            ("login", Field(tr("Log-in name"), self.login, required=True), 1),
            ("email", Field(tr("E-mail"), self.email), 1),
        )
        self.form.add(
            "password",
            Field(
                tr("Password"), self.password, hint=self._least.format(n=SHORTEST), required=True
            ),
        )
        self.form.add("again", Field(tr("Password again"), self.again, required=True))
        self.show_box = QCheckBox(tr("S&how the passwords"))
        self.show_box.toggled.connect(self._show_secrets)
        self.form.add_widget(self.show_box)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._judge)
        self.password.textEdited.connect(lambda _text: self._typed())
        self.enter_goes_on(self.name, self.login, self.email, self.password, self.again)
        self.first = self.name

    def _show_secrets(self, on: bool) -> None:
        mode = QLineEdit.EchoMode.Normal if on else QLineEdit.EchoMode.Password
        for one in (self.password, self.again):
            one.setEchoMode(mode)

    def _typed(self) -> None:
        self.form.field("password").set_hint(self._count())
        self._pause.start()

    def _count(self) -> str:
        typed = len(self.password.text())
        if not typed:
            return self._least.format(n=SHORTEST)
        if typed < SHORTEST:
            return self.tr("{n} more characters").format(n=SHORTEST - typed)
        return ""

    def _words(self) -> tuple[str, ...]:
        texts = (self.login.text(), self.name.text(), self.email.text(), self._hospital())
        return context_words(*texts)

    def _judge(self) -> None:
        """Ask on a worker whether the password is good: the word lists take their time."""
        password, words = self.password.text(), self._words()
        if len(password) < SHORTEST:
            return
        self._runner.run(
            lambda: check_new_password(password, words),
            owner=self,
            done=lambda _same: self._good(password),
            failed=self._bad,
            key="password",
        )

    def _good(self, password: str) -> None:
        if self.password.text() == password:
            self.form.field("password").set_hint(self.tr("Good: hard to guess."))

    def _bad(self, error: Exception) -> None:
        self.form.field("password").set_error(sentence(error))

    def check(self) -> bool:
        """Say whether the step is complete; the service has the last word."""
        self.form.clear_errors()
        if not self.name.text().strip():
            return self.wrong("display_name", self.tr("Give your name."))
        if not self.login.text().strip():
            return self.wrong("login", self.tr("Give the name you want to log in with."))
        try:
            check_shape(self.password.text())
        except Invalid as error:
            self.form.show_error(error)
            return False
        if self.password.text() != self.again.text():
            return self.wrong("again", self.tr("The two passwords differ. Type it once more."))
        return True

    def forget(self) -> None:
        """Empty the secrets: they have done their work."""
        self.password.clear()
        self.again.clear()
        self.show_box.setChecked(False)


class SheetStep(Step):
    """The recovery sheet, shown once."""

    def __init__(self, runner: Runner, parent: QWidget | None = None) -> None:
        """Begin without codes."""
        super().__init__(parent)
        self.words = plain_label(
            self.tr(
                "The hospital is set up. If you lose your password, one of these codes sets a "
                "new one. They are shown only now: print or save them, and keep the sheet locked "
                "away."
            ),
            wrap=True,
        )
        self.sheet = RecoverySheet(runner)
        self.seen = QCheckBox(self.tr("&I have stored these codes"))
        self.column.addWidget(self.words)
        self.column.addWidget(self.sheet)
        self.column.addWidget(self.seen)
        self.sheet.taken.connect(self._offer)
        self.first = self.sheet.print_button

    def show_codes(self, hospital: str, made: FirstStarted) -> None:
        """Show the codes of the first administrator."""
        self.sheet.show_codes(hospital, made.login, made.recovery_codes)

    def _offer(self) -> None:
        self.seen.setFocus()
