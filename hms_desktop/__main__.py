"""Starts the program: ``hms-desktop`` or ``python -m hms_desktop``."""

from __future__ import annotations

import gc
import sys


def main() -> int:
    """Run the command line, or the window when nothing else is asked for."""
    try:
        from hms_desktop.cli.main import main as run  # noqa: PLC0415 - Ctrl+C may come while it loads
    except KeyboardInterrupt:
        print("hms-desktop: Stopped.", file=sys.stderr)
        return 1
    status = run()
    # Nothing of it is needed any more: for the collector to walk through all that was loaded once
    # more takes a second, on a busy computer three.
    gc.freeze()
    return status


if __name__ == "__main__":
    sys.exit(main())
