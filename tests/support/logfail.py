"""A warning or error that the program logs and no test expects fails the test that caused it."""

import logging
import re
from dataclasses import dataclass, field

LOGGER = "hms_desktop"


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@dataclass
class LogWatch:
    """Collects the program's warnings; a test calls it to expect one by a regular expression."""

    collector: _Collector = field(default_factory=_Collector)
    expected: list[tuple[re.Pattern[str], int]] = field(default_factory=list)

    def __call__(self, pattern: str, level: int = logging.WARNING) -> None:
        """Expect at least one record whose message matches, at this level or above."""
        self.expected.append((re.compile(pattern), level))

    @property
    def messages(self) -> list[str]:
        """The messages logged so far, warnings and above."""
        return [record.getMessage() for record in self.collector.records]

    def start(self) -> None:
        logging.getLogger(LOGGER).addHandler(self.collector)

    def stop(self) -> list[str]:
        """Stop collecting and return what is wrong, as sentences."""
        logging.getLogger(LOGGER).removeHandler(self.collector)
        surprises = [
            f"unexpected {record.levelname} of {record.name}: {record.getMessage()}"
            for record in self.collector.records
            if not any(self._fits(record, *wish) for wish in self.expected)
        ]
        disappointments = [
            f"expected a log record that matches {pattern.pattern!r}, and none came"
            for pattern, level in self.expected
            if not any(self._fits(record, pattern, level) for record in self.collector.records)
        ]
        return surprises + disappointments

    @staticmethod
    def _fits(record: logging.LogRecord, pattern: re.Pattern[str], level: int) -> bool:
        return record.levelno >= level and pattern.search(record.getMessage()) is not None
