"""A pool whose connections are closed for sure, also those that come back after its end."""

from __future__ import annotations

from sqlalchemy.pool import ConnectionPoolEntry, QueuePool


class ClosingPool(QueuePool):
    """Closes what is handed back once the pool was disposed of.

    SQLAlchemy's own puts it into the dead pool's queue, where only the garbage collector finds
    it. That happens whenever the program closes, or the server was away, while work is underway.
    """

    # Its log is SQLAlchemy's: a lost connection is told by the services, in a sentence.
    __module__ = QueuePool.__module__

    _over = False

    def dispose(self) -> None:
        """Close what lies in the pool; what is in use is closed when it comes back."""
        self._over = True
        super().dispose()

    def _do_return_conn(self, record: ConnectionPoolEntry) -> None:
        super()._do_return_conn(record)
        # Asked afterwards: whoever disposes meanwhile may have passed by before it lay there.
        if self._over:
            super().dispose()
