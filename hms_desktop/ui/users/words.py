"""Words for log-ins: their state, what was changed, why a session ended."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QIcon

from hms_desktop.domain.accounts import UserRow
from hms_desktop.domain.user_lists import UserShow, UserState, state_of
from hms_desktop.ui.icons import icon
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.widgets.chip import ChipKind

_CONTEXT = "users"
TOLD = ("login", "display_name", "email", "phone", "role", "active", "must_change", "failures")
"""Fields whose values a history shows; of others it is enough what was done."""


def _tr(text: str) -> str:
    return QCoreApplication.translate(_CONTEXT, text)


def state_word(row: UserRow) -> str:
    """Return the state of a log-in in words."""
    return {
        UserState.DELETED: _tr("Deleted"),
        UserState.OFF: _tr("Switched off"),
        UserState.LOCKED: _tr("Locked"),
        UserState.NO_PASSWORD: _tr("No password yet"),
        UserState.MUST_CHANGE: _tr("New password due"),
        UserState.ACTIVE: _tr("Active"),
    }[state_of(row)]


def state_look(row: UserRow) -> tuple[ChipKind, str]:
    """Return the kind of chip and the icon of a log-in's state."""
    looks: dict[UserState, tuple[ChipKind, str]] = {
        UserState.DELETED: ("neutral", "delete"),
        UserState.OFF: ("neutral", "close"),
        UserState.LOCKED: ("alarm", "lock"),
        UserState.NO_PASSWORD: ("warn", "password"),
        UserState.MUST_CHANGE: ("warn", "password"),
        UserState.ACTIVE: ("ok", "check"),
    }
    return looks[state_of(row)]


def state_tone(row: UserRow) -> str:
    """Return the colour of a log-in's state in a table."""
    kind, _name = state_look(row)
    return "dim" if kind == "neutral" else f"{kind}_text"


def state_icon(row: UserRow) -> QIcon:
    """Return the icon of a log-in's state in a table."""
    return icon(state_look(row)[1], state_tone(row))


def factor_word(row: UserRow) -> str:
    """Return how things stand with the second factor."""
    if row.second_factor_since is not None:
        return _tr("on")
    return _tr("to be set up") if row.needs_second_factor else _tr("off")


def show_word(show: UserShow) -> str:
    """Return the name of a kind of list."""
    return {
        UserShow.IN_USE: _tr("In use"),
        UserShow.ALL: _tr("All"),
        UserShow.OFF: _tr("Switched off"),
        UserShow.LOCKED: _tr("Locked"),
        UserShow.NEVER: _tr("Never logged in"),
        UserShow.WITH_SECOND: _tr("With second factor"),
        UserShow.WITHOUT_SECOND: _tr("Without second factor"),
        UserShow.OPEN: _tr("Logged in now"),
        UserShow.DELETED: _tr("Deleted"),
    }[show]


def last_word(row: UserRow, formats: Formats, now: datetime) -> str:
    """Return when somebody logged in last."""
    if row.last_login_at is None:
        return _tr("never")
    return formats.moment(row.last_login_at, now)


def end_word(reason: str) -> str:
    """Return why a session ended."""
    return {
        "log_out": _tr("logged out"),
        "too_many": _tr("too many log-ins"),
        "deactivated": _tr("switched off"),
        "password": _tr("new password"),
        "second_factor": _tr("second factor reset"),
        "ended": _tr("ended by an administrator"),
        "deleted": _tr("log-in deleted"),
        "silent": _tr("the program ended without logging out"),
        "restore": _tr("an earlier state was restored"),
    }.get(reason, reason)


def action_word(action: str) -> str:
    """Return what was done to a log-in."""
    return {
        "first_start": _tr("Made at the first start"),
        "create_user": _tr("Made"),
        "update_user": _tr("Changed"),
        "update_profile": _tr("Changed in the profile"),
        "set_roles": _tr("Roles changed"),
        "deactivate": _tr("Switched off"),
        "activate": _tr("Switched on"),
        "unlock_user": _tr("Unlocked"),
        "unlock": _tr("Screen unlocked"),
        "start_reset": _tr("One-time code made"),
        "redeem_code": _tr("Password set by a code"),
        "change_password": _tr("Password changed"),
        "require_change": _tr("New password asked for"),
        "log_in_failed": _tr("Wrong password or code"),
        "second_factor_on": _tr("Second factor set up"),
        "second_factor_off": _tr("Second factor turned off"),
        "reset_second_factor": _tr("Second factor reset"),
        "delete_user": _tr("Deleted"),
    }.get(action, action.replace("_", " "))


def field_word(name: str) -> str:
    """Return the name of a field of a log-in."""
    return {
        "login": _tr("Log-in name"),
        "display_name": _tr("Name"),
        "email": _tr("E-mail"),
        "phone": _tr("Phone"),
        "role": _tr("Role"),
        "active": _tr("Active"),
        "must_change": _tr("New password due"),
        "failures": _tr("Wrong tries"),
    }.get(name, name)


def value_word(value: str) -> str:
    """Return a value of the audit as people read it."""
    return {"": "–", "True": _tr("yes"), "False": _tr("no")}.get(value, value)
