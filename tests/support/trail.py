"""The audit trail, as a test asks it."""

from __future__ import annotations

from typing import Any

from hms_desktop.domain.actor import Actor
from hms_desktop.domain.audit import AuditDetail, AuditFilter
from hms_desktop.services.audit_trail import AuditTrailService
from hms_desktop.services.context import Context


def entries(
    context: Context,
    actor: Actor,
    **wish: Any,  # noqa: ANN401 - the filter's own fields
) -> list[AuditDetail]:
    """Return the entries that a filter lets through, newest first."""
    trail = AuditTrailService(context)
    return [trail.entry(actor, one) for one in trail.ids(actor, AuditFilter(**wish))]


def after(entry: AuditDetail) -> dict[str, Any]:
    """Return the values that an entry left behind (the version is not kept apart)."""
    return {one.name: one.after for one in entry.fields}
