"""What can go wrong, as sentences for the person at the desk.

Every error keeps its English template and its values apart, so that the screen can translate
the template (context ``errors``) and fill the values in afterwards.
"""

from __future__ import annotations

from typing import Any


class HmsError(Exception):
    """A refusal that a person can read: what happened, what is kept, what to do next."""

    def __init__(self, template: str, **values: Any) -> None:  # noqa: ANN401 - any printable value
        """Keep the template and its values; ``str()`` gives the English sentence."""
        super().__init__(template, values)
        self.template = template
        self.values = values

    def __str__(self) -> str:
        """Return the English sentence."""
        return self.template.format(**self.values) if self.values else self.template

    def __reduce__(self) -> tuple[Any, ...]:
        """Survive the way through a process pool, values and all."""
        return (_rebuild, (type(self), self.template, self.values, self.__dict__))


def _rebuild(
    kind: type[HmsError], template: str, values: dict[str, Any], state: dict[str, Any]
) -> HmsError:
    error = kind.__new__(kind)
    Exception.__init__(error, template, values)
    error.__dict__.update(state)
    return error


class NotAllowed(HmsError):  # noqa: N818 - errors are named after what happened
    """The actor lacks a permission, or the log-in has ended."""

    def __init__(
        self,
        permission: str,
        template: str | None = None,
        **values: Any,  # noqa: ANN401
    ) -> None:
        """Name the missing permission; ``template`` overrides the sentence."""
        super().__init__(
            template
            or "You may not do this ({permission}). Nothing was changed. Ask an administrator.",
            permission=permission,
            **values,
        )
        self.permission = permission


class Invalid(HmsError):  # noqa: N818
    """One field holds something that cannot be accepted; nothing was saved."""

    def __init__(self, field: str, template: str, **values: Any) -> None:  # noqa: ANN401
        """Name the field (the wish's attribute name) and say why."""
        super().__init__(template, **values)
        self.field = field


class CodeWanted(Invalid):
    """The password is right, and a code of the second factor is wanted besides it."""


class Conflict(HmsError):  # noqa: N818
    """Something is there already: the sentence names it; nothing was saved."""

    def __init__(
        self,
        template: str,
        *,
        kind: str,
        existing: object | None = None,
        **values: Any,  # noqa: ANN401
    ) -> None:
        """Give the kind (doctor, patient, room, hold, …) and the row that is in the way."""
        super().__init__(template, **values)
        self.kind = kind
        self.existing = existing


class Stale(HmsError):  # noqa: N818
    """Somebody else changed the row since it was read; ``current`` is the row as it is now."""

    def __init__(
        self,
        template: str = "{who} changed this meanwhile. Nothing of yours was saved; what you "
        "typed is still here. Look at the change and decide.",
        *,
        current: object | None = None,
        who: str = "Someone",
        **values: Any,  # noqa: ANN401
    ) -> None:
        """Keep the current row for the dialog that compares."""
        super().__init__(template, who=who, **values)
        self.current = current


class NotFound(HmsError):  # noqa: N818
    """The row that was asked for does not exist (or was retired)."""


class Busy(HmsError):  # noqa: N818
    """The database was too busy for the time we wait; the same call may be made again."""


class Unreachable(HmsError):  # noqa: N818
    """The database cannot be reached; the write did not happen or will be found by its id."""


class Unusable(HmsError):  # noqa: N818
    """A file or database is there but cannot be used (too new, damaged, on a network share)."""


class DamagedDatabase(Unusable):
    """The hospital's own file is damaged: only a backup brings it back."""

    def __init__(self, path: str = "", why: str = "") -> None:
        """Name the file, and what was found."""
        super().__init__(
            "The database file {path} is damaged or is not a database of this program ({why}). "
            "Nothing was changed. Restore the newest good backup."
            if path
            else "The database file is damaged or is not a database of this program. Nothing was "
            "changed. Restore the newest good backup.",
            path=path,
            why=why,
        )
