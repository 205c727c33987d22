"""Every permission with a plain description, and the roles a new hospital begins with."""

from __future__ import annotations

PERMISSIONS: dict[str, str] = {
    "session.own": "Log in, lock, log out, see and change the own profile",
    "patients.find": "Search patients and see names, age and numbers",
    "patients.read": "Open a patient's administrative data",
    "patients.register": "Register new and unknown patients",
    "patients.edit": "Change a patient's administrative data",
    "patients.retire": "Retire and bring back patients",
    "patients.merge": "Merge two charts and undo that",
    "patients.import": "Import patients and appointments from files",
    "patients.link_account": "Link a kiosk account to a chart",
    "appointments.read": "See all appointments and the day grid",
    "appointments.read_own": "See own appointments",
    "appointments.book": "Book appointments",
    "appointments.move": "Move and resize appointments",
    "appointments.cancel": "Cancel appointments",
    "appointments.status": "Confirm, check in, mark no-shows and other steps",
    "appointments.overbook": "Book beyond capacity, with a reason",
    "appointments.outside_hours": "Book outside working hours, with a reason",
    "appointments.edit_note": "Edit a booking's note",
    "appointments.void": "Mark a booking as entered in error",
    "appointments.export": "Export lists of appointments",
    "queue.manage": "Call, skip and return waiting patients",
    "queue.walk_in": "Take walk-ins",
    "doctors.read": "Browse departments, doctors and free slots",
    "doctors.manage": "Add, edit and retire doctors, departments and specializations",
    "doctors.approve": "Approve and block doctors",
    "availability.read": "See working hours, leave and holidays",
    "availability.manage": "Edit any doctor's hours, exceptions and leave",
    "availability.manage_own": "Edit own hours, exceptions and leave",
    "holidays.manage": "Edit hospital holidays",
    "catalogue.manage": "Edit visit types and rooms",
    "clinical.read": "Read clinical records of own patients",
    "clinical.write": "Write clinical records of own patients",
    "clinical.break_glass": "Open another doctor's chart in need, with a reason, listed for admins",
    "clinical.oversight": "Read all clinical records, audited",
    "clinical.lists": "Replace the drug list and edit text snippets for all",
    "reports.own": "Make the own monthly activity report",
    "reports.all": "Make every doctor's reports",
    "messages.manage": "See unsent messages and the call list; retry, skip, correct, send",
    "templates.manage": "Edit the texts of messages, set up mail",
    "jobs.manage": "See, run and cancel jobs",
    "statistics.read": "See dashboards and totals",
    "users.manage": "Create, edit, deactivate and unlock log-ins; start password resets",
    "roles.manage": "Edit roles and their permissions",
    "settings.read": "See the hospital's settings",
    "settings.manage": "Change the hospital's settings",
    "audit.read": "Read the audit trail",
    "backups.manage": "Make, verify and restore backups",
    "system.maintain": "Run imports, generators and maintenance from the command line",
}

SUBJECTS: dict[str, str] = {
    "session": "Own log-in",
    "patients": "Patients",
    "appointments": "Appointments",
    "queue": "Waiting room",
    "doctors": "Doctors",
    "availability": "Working hours",
    "holidays": "Working hours",
    "catalogue": "Catalogue",
    "clinical": "Clinical records",
    "reports": "Reports and numbers",
    "statistics": "Reports and numbers",
    "messages": "Messages",
    "templates": "Messages",
    "jobs": "Administration",
    "users": "Administration",
    "roles": "Administration",
    "settings": "Administration",
    "audit": "Administration",
    "system": "Administration",
}
"""Under which heading a permission stands, by the first part of its name."""


def by_subject() -> dict[str, tuple[str, ...]]:
    """Return the permissions under their headings; ``session.own`` belongs to everybody."""
    found: dict[str, list[str]] = {}
    for name in PERMISSIONS:
        if name != "session.own":
            subject = SUBJECTS.get(name.partition(".")[0], "Administration")
            found.setdefault(subject, []).append(name)
    return {subject: tuple(names) for subject, names in found.items()}


RECEPTIONIST = frozenset(
    {
        "session.own",
        "patients.find",
        "patients.read",
        "patients.register",
        "patients.edit",
        "patients.link_account",
        "appointments.read",
        "appointments.book",
        "appointments.move",
        "appointments.cancel",
        "appointments.status",
        "appointments.overbook",
        "appointments.edit_note",
        "appointments.export",
        "queue.manage",
        "queue.walk_in",
        "doctors.read",
        "availability.read",
        "messages.manage",
        "statistics.read",
        "settings.read",
    }
)
DOCTOR = frozenset(
    {
        "session.own",
        "patients.find",
        "patients.read",
        "appointments.read_own",
        "appointments.book",
        "appointments.move",
        "appointments.cancel",
        "appointments.status",
        "appointments.edit_note",
        "queue.manage",
        "doctors.read",
        "availability.read",
        "availability.manage_own",
        "clinical.read",
        "clinical.write",
        "clinical.break_glass",
        "reports.own",
        "settings.read",
    }
)
ADMINISTRATOR = frozenset(PERMISSIONS) - {
    "clinical.read",
    "clinical.write",
    "clinical.break_glass",
    "reports.own",
}
PATIENT = frozenset({"session.own", "doctors.read"})

FIRST_ROLES: dict[str, tuple[str, frozenset[str]]] = {
    "receptionist": ("Front desk: patients, appointments, queue", RECEPTIONIST),
    "doctor": ("Own list and calendar, charts of own patients", DOCTOR),
    "admin": ("All administration; clinical records read-only", ADMINISTRATOR),
    "patient": ("Own data at the kiosk", PATIENT),
}
"""Roles of a new hospital: name → (description, permissions)."""
