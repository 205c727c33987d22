"""Commands by name: one list feeds shortcuts, menus, Ctrl+K and the F1 sheet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence

from hms_desktop.ui.plaintext import menu_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from PySide6.QtWidgets import QWidget


def _always() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Command:
    """Something a person can do.

    ``shortcut`` is one key (``"Ctrl+N"``), ``also`` further ones. ``own_keys``: the widget
    handles its keys itself (arrows in a grid) and the command is only listed. ``listed`` False
    keeps it out of Ctrl+K.
    """

    id: str
    text: str
    run: Callable[[], object]
    shortcut: str = ""
    group: str = ""
    enabled: Callable[[], bool] = _always
    also: tuple[str, ...] = ()
    icon: str = ""
    own_keys: bool = False
    listed: bool = True

    def all_keys(self) -> tuple[str, ...]:
        """Return all shortcuts in Qt's portable spelling."""
        wanted = (self.shortcut, *self.also)
        return tuple(portable(one) for one in wanted if one)


class DuplicateCommand(ValueError):  # noqa: N818 - named after what happened
    """A command's id or shortcut is taken in its scope."""


def portable(shortcut: str) -> str:
    """Return a shortcut as Qt spells it, so that ``ctrl+k`` and ``Ctrl+K`` are one."""
    return QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.PortableText)


class CommandSet(QObject):
    """The commands of one scope: the window's (no ``above``) or a page's or panel's.

    A page's keys work while the focus is inside its owner; the window's work everywhere. A key
    may mean one thing only among a set and those above and below it.
    """

    def __init__(
        self,
        owner: QWidget,
        title: str = "",
        *,
        above: CommandSet | None = None,
    ) -> None:
        """Start empty.

        Args:
            owner: the widget in which the keys work.
            title: heading in the F1 sheet; the owner's window title when empty.
            above: the scope around this one.
        """
        super().__init__(owner)
        self.owner = owner
        self._title = title
        self.above = above
        self._below: list[CommandSet] = []
        self._commands: dict[str, Command] = {}
        self._actions: dict[str, QAction] = {}
        if above is not None:
            above._below.append(self)  # noqa: SLF001 - the same class

    @property
    def title(self) -> str:
        """The heading in the F1 sheet."""
        named = getattr(self.owner, "title", "")  # pages carry their title as plain text
        return self._title or (named if isinstance(named, str) else "") or self.owner.windowTitle()

    def add(self, command: Command) -> QAction:
        """Add a command; returns its action (for buttons and menus). Taken: DuplicateCommand."""
        if command.id in self._commands:
            message = f"the command {command.id!r} exists already in {self.title!r}"
            raise DuplicateCommand(message)
        for key in command.all_keys():
            other = self.taken(key)
            if other is not None:
                message = f"{key} of {command.id!r} is the key of {other.id!r} already"
                raise DuplicateCommand(message)
        action = QAction(menu_text(command.text), self)
        if not command.own_keys:
            action.setShortcuts([QKeySequence(key) for key in command.all_keys()])
            action.setShortcutContext(
                Qt.ShortcutContext.WindowShortcut
                if self.above is None
                else Qt.ShortcutContext.WidgetWithChildrenShortcut
            )
        action.triggered.connect(lambda _checked=False: self.run(command.id))
        self.owner.addAction(action)
        self._commands[command.id] = command
        self._actions[command.id] = action
        return action

    def add_all(self, commands: Iterable[Command]) -> None:
        """Add several commands."""
        for command in commands:
            self.add(command)

    def remove(self, command_id: str) -> None:
        """Take a command away; KeyError when it is not there."""
        del self._commands[command_id]
        action = self._actions.pop(command_id)
        self.owner.removeAction(action)
        action.deleteLater()

    def taken(self, shortcut: str) -> Command | None:
        """Return the command that has a key in this scope or one above or below it."""
        key = portable(shortcut)
        scopes = [self, *self._descendants()]
        scope = self.above
        while scope is not None:
            scopes.append(scope)
            scope = scope.above
        for one in scopes:
            for command in one._commands.values():  # noqa: SLF001 - the same class
                if key in command.all_keys():
                    return command
        return None

    def commands(self) -> tuple[Command, ...]:
        """Return this scope's commands in the order added."""
        return tuple(self._commands.values())

    def reachable(self) -> tuple[tuple[str, tuple[Command, ...]], ...]:
        """Return (title, commands) of this scope and those above it: what F1 and Ctrl+K show."""
        mine = ((self.title, self.commands()),)
        return mine if self.above is None else mine + self.above.reachable()

    def action(self, command_id: str) -> QAction:
        """Return a command's action; KeyError when it is not there."""
        return self._actions[command_id]

    def run(self, command_id: str) -> bool:
        """Run a command by id if it may run now; says whether it did."""
        command = self._commands[command_id]
        if not command.enabled():
            return False
        command.run()
        return True

    def set_active(self, active: bool) -> None:
        """Switch all keys of this scope and those below off or on (while locked)."""
        for one in (self, *self._descendants()):
            for action in one._actions.values():  # noqa: SLF001 - the same class
                action.setEnabled(active)

    def _descendants(self) -> list[CommandSet]:
        # A page that was closed takes its keys with it.
        self._below = [one for one in self._below if shiboken6.isValid(one)]
        found = list(self._below)
        for one in self._below:
            found.extend(one._descendants())  # noqa: SLF001 - the same class
        return found
