"""Makes one run's file from beginning to end, whoever asked for it."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa

from hms_desktop.db.writing import Write
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.errors import HmsError
from hms_desktop.domain.exports import ExportState, ExportWish, safe_name
from hms_desktop.domain.jobs import Life, with_environment
from hms_desktop.domain.messages import Channel, Draft, MessageKind
from hms_desktop.domain.settings import HospitalSettings
from hms_desktop.services import export_rows
from hms_desktop.services.context import Context
from hms_desktop.services.export_access import ExportAccess
from hms_desktop.services.export_lease import ExportLease, asked_wish, own_address
from hms_desktop.services.export_making import Made, Maker
from hms_desktop.services.export_rows import Leased
from hms_desktop.services.export_sources import Source, source_of
from hms_desktop.services.kept_files import cannot_write, exports_folder, kept_path
from hms_desktop.services.outbox_rows import write_message

log = logging.getLogger(__name__)
Progress = Callable[[int, int], None]
RECORDS = "record_list"
"""The entity of the audit row that each patient's chart gets whose record is in a file."""
BEAT_SECONDS = 1.0
"""How long at most between two signs of life, and until a cancellation is heard."""


class StoppedError(Exception):
    """A run ends before its file is whole: it was cancelled, or is another program's by now."""

    def __init__(self, why: Life) -> None:
        """Keep why."""
        super().__init__(why)
        self.why = why


class _Plan(NamedTuple):
    """A run about to be made: for whom, what, and where to."""

    asking: Actor
    wish: ExportWish
    source: Source
    path: Path


class ExportWork:
    """Used by the service of exports, behind its door."""

    def __init__(self, context: Context, access: ExportAccess, lease: ExportLease) -> None:
        """Keep what it takes."""
        self._context = context
        self._access = access
        self._lease = lease

    def settings(self) -> HospitalSettings:
        """Return the hospital's settings as this program's environment changes them."""
        return with_environment(self._context.settings(), os.environ)

    def source(self, wish: ExportWish, narrowed: int | None) -> Source:
        """Return what stands in the file of a checked wish."""
        return source_of(wish, self._context.zone(), narrowed)

    def make(self, actor: Actor, leased: Leased, asking: Actor | None, progress: Progress) -> None:
        """Make the file and note how it ended.

        ``actor`` holds the run; ``asking`` is who it is for (None: looked up, with what they may
        do now). What ``progress`` raises is raised after the run was handed back.
        """
        try:
            plan = self._planned(leased, asking)
            self._make(actor, leased, plan, progress)
        except StoppedError as stopped:
            if stopped.why is Life.CANCEL:
                self._lease.finish(actor, leased, ExportState.CANCELLED)
        except HmsError as error:
            self._lease.fail(actor, leased, str(error))
        except OSError as error:
            self._lease.fail(actor, leased, str(cannot_write(Path(self._folder()), error)))
        except UnicodeError:
            self._lease.fail(
                actor, leased, "A text in this list cannot be written. No file was made."
            )
        except BaseException:
            # The window closes, Ctrl+C, or a defect: somebody else, or the next start, makes it.
            with suppress(HmsError):
                self._lease.give_back(actor, leased)
            raise

    # ------------------------------------------------------------------------------ inside
    def _folder(self) -> str:
        return self.settings().exports_folder or "exports"

    def _planned(self, leased: Leased, asking: Actor | None) -> _Plan:
        with self._context.database.read() as connection, ExitStack() as stack:
            found = asking or stack.enter_context(
                self._access.standing_in(connection, leased.user_id, leased.workstation)
            )
            wish = asked_wish(leased)
            narrowed = self._access.check(found, connection, wish)
            path = self._path(connection, leased, wish)
        return _Plan(found, wish, self.source(wish, narrowed), path)

    def _make(self, actor: Actor, leased: Leased, plan: _Plan, progress: Progress) -> None:
        asking, wish, source, path = plan
        beat = _Beat(self._lease, actor, leased, progress)
        made = Maker(source, wish, beat).make(self._context.database, path)

        def audited(write: Write) -> None:
            if not source.charts:
                return
            title = export_rows.read_one(write.connection, leased.id).title
            write.record_reads(
                asking, RECORDS, leased.id, sorted(source.charts), f"Export: {title}"
            )

        try:
            self._place(actor, leased, wish, made, path, audited)
        finally:
            with suppress(OSError):
                made.draft.unlink(missing_ok=True)

    def _path(self, connection: sa.Connection, leased: Leased, wish: ExportWish) -> Path:
        about = export_rows.name_of_subject(connection, wish)
        period = [day.isoformat() for day in (wish.first, wish.last) if day is not None]
        name = safe_name(wish.kind.value, about, *period, str(leased.id), end=wish.format.value)
        return kept_path(exports_folder(self.settings()), name)

    def _place(
        self,
        actor: Actor,
        leased: Leased,
        wish: ExportWish,
        made: Made,
        path: Path,
        audited: Callable[[Write], None],
    ) -> None:
        days = self.settings().exports_keep_days

        def also(write: Write) -> None:
            audited(write)
            # Behind the fence: whoever lost the run puts no file there.
            if made.draft.exists():
                made.draft.replace(path)
            if wish.mail_to_me:
                write_message(write, _message(write, leased, path, self.settings().mail_domain))

        changes = {
            "folder": str(path.parent),
            "file_name": path.name,
            "bytes": made.bytes,
            "sha256": made.sha256,
            "done": made.rows,
            "total": made.rows,
            "error": "",
            "expires_at": self._context.now() + timedelta(days=days),
        }
        self._lease.finish(actor, leased, ExportState.DONE, changes, also)


def _message(write: Write, leased: Leased, path: Path, host: str) -> Draft:
    name, address = own_address(write.connection, leased.user_id)
    return Draft(
        key=f"export/{leased.id}",
        kind=MessageKind.EXPORT_READY,
        channel=Channel.EMAIL,
        recipient=address,
        data={
            "user_name": name,
            "title": export_rows.read_one(write.connection, leased.id).title,
            "file_name": path.name,
            "folder": str(path.parent),
        },
        user_id=leased.user_id,
        host=host,
    )


class _Beat:
    """Hears how many rows are written; keeps the lease and ends what shall not go on."""

    def __init__(
        self, lease: ExportLease, actor: Actor, leased: Leased, progress: Progress
    ) -> None:
        self._lease = lease
        self._actor = actor
        self._leased = leased
        self._progress = progress
        self._next = 0.0

    def __call__(self, done: int) -> None:
        self._progress(done, max(done, self._leased.total))
        if time.monotonic() < self._next:
            return
        life = self._lease.alive(self._actor, self._leased, done)
        if life is not Life.GO_ON:
            raise StoppedError(life)
        self._next = time.monotonic() + BEAT_SECONDS
