"""Starts the clock with everything that runs unasked: jobs, the sender of messages, exports."""

from __future__ import annotations

import logging

from hms_desktop.domain.accounts import SIGN_SECONDS
from hms_desktop.domain.errors import HmsError
from hms_desktop.jobs.clock import JobClock
from hms_desktop.jobs.exports import EXPORT_SECONDS, ExportRunner
from hms_desktop.jobs.registry import JOBS
from hms_desktop.services.assembly import Services
from hms_desktop.services.sending import Sending

log = logging.getLogger(__name__)

SEND_SECONDS = 5.0


def start_clock(services: Services, workstation: str) -> JobClock:
    """Start the jobs of this program; ``JobClock.stop`` ends them all."""
    clock = JobClock(services, JOBS, workstation=workstation)
    sending = Sending(services.context, services.outbox)

    def send() -> None:
        try:
            while sending.step(clock.actor, clock.settings(), lambda: clock.is_closing):
                if clock.is_closing:
                    return
        except HmsError as error:
            # The database is away: the window says so, and the next turn tries again.
            log.info("messages wait: %s", type(error).__name__)
        except Exception as error:
            log.exception("the sender met an error: %s", type(error).__name__)

    def live() -> None:
        try:
            services.accounts.show_life(clock.actor)
        except HmsError as error:
            log.info("no sign of life: %s", type(error).__name__)
        except Exception as error:
            log.exception("a sign of life met an error: %s", type(error).__name__)

    exports = ExportRunner(services, clock)

    def abort() -> None:
        try:
            sending.abort(clock.actor)
        finally:
            exports.abort()

    clock.start(
        (send, SEND_SECONDS), (exports.step, EXPORT_SECONDS), (live, SIGN_SECONDS), abort=abort
    )
    return clock
