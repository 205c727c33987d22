"""Starts the program: ``hms-desktop`` or ``python -m hms_desktop``."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line, or the window when nothing else is asked for."""
    try:
        from hms_desktop.cli.main import main as run  # noqa: PLC0415 - Ctrl+C may come while it loads
    except KeyboardInterrupt:
        print("hms-desktop: Stopped.", file=sys.stderr)
        return 1
    return run()


if __name__ == "__main__":
    sys.exit(main())
