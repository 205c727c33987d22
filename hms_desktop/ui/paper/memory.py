"""Which printer a workstation takes for which kind of paper, in one small file of the computer.

It is the workstation's, not the person's: the printer stands beside the desk. Reading and
writing run on a worker.
"""

from __future__ import annotations

import json
import logging
import threading
from dataclasses import asdict
from pathlib import Path
from typing import Any

from hms_desktop.domain.errors import Unusable
from hms_desktop.settings import config_dir
from hms_desktop.ui.file_memory import read_memory
from hms_desktop.ui.paper.printing import PAPERS, PrintChoice

log = logging.getLogger(__name__)

FILE_NAME = "printing.json"
_turn = threading.Lock()


def printing_file() -> Path:
    """Return the file of this workstation's choices."""
    return config_dir() / FILE_NAME


def read_choice(kind: str, path: Path) -> PrintChoice | None:
    """Return what was chosen for a kind of paper last; None when nothing (usable) is kept."""
    with _turn:
        kept = read_memory(path).get(kind)
    return _choice(kept) if isinstance(kept, dict) else None


def read_choices(path: Path) -> dict[str, PrintChoice]:
    """Return what was chosen for each kind of paper."""
    with _turn:
        kept = read_memory(path)
    found = {kind: _choice(one) for kind, one in kept.items() if isinstance(one, dict)}
    return {kind: one for kind, one in found.items() if one is not None}


def forget_choices(path: Path) -> None:
    """Forget every choice; raises Unusable when the file cannot be removed."""
    with _turn:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise Unusable(
                "The choices could not be forgotten ({why}). Remove {path} by hand.",
                why=error.strerror or type(error).__name__,
                path=str(path),
            ) from error


def keep_choice(kind: str, choice: PrintChoice, path: Path) -> None:
    """Keep what was chosen for a kind of paper; the other kinds stay as they are."""
    # Copies are for this one paper: nobody wants three of everything tomorrow.
    values = asdict(choice)
    del values["copies"]
    with _turn:
        every = read_memory(path)
        if every.get(kind) == values:
            return
        every[kind] = values
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            fresh = path.with_suffix(".new")
            fresh.write_text(json.dumps(every), encoding="utf-8")
            fresh.replace(path)
        except OSError:
            # The paper is printed; only the next choice begins anew.
            log.info("the chosen printer could not be remembered")


def _choice(kept: dict[str, Any]) -> PrintChoice | None:
    printer, paper = kept.get("printer"), kept.get("paper")
    if not isinstance(printer, str) or paper not in PAPERS:
        return None
    return PrintChoice(printer, paper=paper, both_sides=kept.get("both_sides") is True)
