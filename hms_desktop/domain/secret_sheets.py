"""A sheet with secrets that are shown once: recovery codes, spare codes, a recovery key."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

_WIDE = 80


@dataclass(frozen=True, slots=True)
class SecretSheet:
    """What stands on it, in the person's language already.

    ``about`` says whose it is; ``once``: each secret counts once, a box before it is for striking
    it out.
    """

    title: str
    hospital: str
    about: str
    use: str
    secrets: tuple[str, ...]
    keep: str
    once: bool = True

    def text(self) -> str:
        """Return it as plain text, to be saved or copied."""
        secrets = [f"    [ ]  {one}" for one in self.secrets] if self.once else list(self.secrets)
        use, keep = (textwrap.fill(words, _WIDE) for words in (self.use, self.keep))
        head = (self.title, self.hospital, self.about)
        return "\n".join([*head, "", use, "", *secrets, "", keep, ""])
