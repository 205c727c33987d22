"""Text messages: a file drop for a gateway, or a gateway's own program."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from hms_desktop.outgoing.mail import SendError, ServerAwayError

TIMEOUT = 30.0
PRIVATE = 0o600


class TextChannel(Protocol):
    """A way for short texts; raises SendError."""

    def send(self, number: str, text: str, message_id: str) -> None:
        """Hand one text over."""


@dataclass(frozen=True, slots=True)
class FolderDrop:
    """One JSON file a message in a folder that the gateway watches; renamed into place whole."""

    folder: Path

    def send(self, number: str, text: str, message_id: str) -> None:
        """Drop a file named after the message: the same one twice is one file."""
        name = "".join(char for char in message_id if char.isalnum())[:64]
        path, draft = self.folder / f"{name}.json", self.folder / f".{name}.part"
        content = json.dumps({"to": number, "text": text, "id": message_id}, ensure_ascii=False)
        try:
            handle = os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, PRIVATE)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        except OSError as error:
            raise ServerAwayError(
                f"The folder for text messages cannot be written ({error.strerror})."
            ) from error


@dataclass(frozen=True, slots=True)
class GatewayProgram:
    """A program that is given the number as its only argument and the text on standard input.

    Status 0: taken; 75 (EX_TEMPFAIL of sysexits.h): try again later; anything else: refused.
    """

    program: Path
    timeout: float = TIMEOUT

    def send(self, number: str, text: str, message_id: str) -> None:
        """Run the program for one text; no shell ever sees it."""
        environment = {**os.environ, "HMS_MESSAGE_ID": message_id}
        try:
            done = subprocess.run(  # noqa: S603 - the administrator's own program
                [str(self.program), number],
                input=text.encode(),
                env=environment,
                capture_output=True,
                timeout=self.timeout,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise ServerAwayError("The program for text messages does not answer.") from error
        if done.returncode:
            raise SendError(
                f"The program for text messages refused (status {done.returncode}).",
                permanent=done.returncode != os.EX_TEMPFAIL,
            )
