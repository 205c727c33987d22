"""What a command line answers with, light enough for the window's start."""

from __future__ import annotations

from hms_desktop.domain.errors import HmsError

OK, REFUSED, USAGE = 0, 1, 2


class UsageError(HmsError):
    """The command line cannot be understood; nothing was done."""
