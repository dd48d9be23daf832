"""Pages of administration filled by hand: people, places, cover, days, the log and health, in several states."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.http import HttpResponse

from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.access import Purpose, Relation, Right, Role
from careloop.facts.administration import (
    CatalogRow,
    DayLine,
    DaysPage,
    PeoplePage,
    PersonPage,
    RoleLine,
    SessionLine,
    StaffChangeLine,
    StaffRow,
    StaffStep,
    UnitLine,
)
from careloop.facts.audit import AuditLineShown, AuditPage
from careloop.reads.health import AuditFault, AuditReport
from careloop.reads.health_page import HealthPage, Queue
from careloop.web.labels_admin import PAGES
from careloop.web.screen import ActingRequest, Attempt
from careloop.web.staff.admin import render_admin, render_catalog, render_roles, render_sessions
from careloop.web.staff.admin_audit import AuditForm, render_audit, render_chain
from careloop.web.staff.admin_health import render_health
from careloop.web.staff.admin_people import render_people, render_person
from careloop.web.staff.admin_places import render_days, render_units

AT = datetime(2026, 11, 20, 15, 4, tzinfo=UTC)
ME, LEE, OMAR = UUID(int=1), UUID(int=2), UUID(int=3)
UNITS = (
    UnitLine(1, "Elm Street team", "team", "", 1, 4),
    UnitLine(2, "Centro de Salud de la Calle Larga", "site", "America/Chicago", 3, 2,
             ((1, time(8), time(17)), (2, time(8), time(12, 30)))),
)  # fmt: skip
WAITS = StaffChangeLine(
    UUID(int=9), StaffStep.ROLE, Role.COORDINATOR, Role.AUDITOR, AT + timedelta(days=3), "She asked for it",
    needs_second=True, asked_by="Noor Haddad", asked_at=AT, asked_by_me=False, agreed_by="", withdrawn_by="",
    withdrawn_at=None, applied_at=None,
)  # fmt: skip
DONE = replace(WAITS, id=UUID(int=8), role_after=Role.SUPERVISOR, needs_second=False, applied_at=AT)
ROW = StaffRow(
    LEE, "Lee Martin", "lee@elm.example", Role.COORDINATOR, ("Elm Street team",), is_active=True, may_sign_in=True,
    deactivated_at=None, waiting=None,
)  # fmt: skip
LEFT = replace(
    ROW, id=OMAR, name="Maximiliana Schwarzenberger-Ohnesorge", email="m.schwarzenberger-ohnesorge@elm.example",
    is_active=False, may_sign_in=False, deactivated_at=AT,
)  # fmt: skip
SEES = RoleLine(
    Role.COORDINATOR, (Right.CHART_READ, Right.LOOP_READ, Right.PATIENT_READ), (Relation.CASELOAD, Relation.UNIT),
    is_privileged=False,
)  # fmt: skip
AUDITS = replace(SEES, role=Role.AUDITOR, is_privileged=True, through=())
PERSON = PersonPage(ROW, 3, "en", is_me=False, unit_ids=(1,), units=UNITS, sees=SEES, open_loops=12, changes=(DONE,))
PEOPLE = PeoplePage((ROW, replace(ROW, id=ME, waiting=WAITS), LEFT), UNITS)
DAYS = DaysPage(
    2026,
    (
        DayLine(date(2026, 11, 26), "Thanksgiving Day", is_open=False, is_federal=True, set_by=""),
        DayLine(date(2026, 11, 27), "Day after Thanksgiving", is_open=False, is_federal=False, set_by="Noor Haddad"),
        DayLine(date(2026, 10, 12), "Columbus Day", is_open=True, is_federal=True, set_by="Noor Haddad"),
    ),
    date(2035, 12, 31), may_write=True,
)  # fmt: skip
CATALOG = (
    CatalogRow("rules", "ada.a1c", "People with diabetes", "American Diabetes Association", "Standards of Care", 2026,
               "6.1", "primary_text_seen", date(2026, 11, 1), ("hba1c_overdue",)),
    CatalogRow("clocks", "loop.remind", "2 business days from 2026-01-01", "our own", "", 0, "", "", None, ()),
)  # fmt: skip
LINE = AuditLineShown(
    4711, AT, ME, "Dana Okafor", Role.COORDINATOR, Purpose.TREATMENT, "reads.people.get_patient_page", str(LEE),
    (LEE,), "seen", broke_glass=False, hash="ab" * 32,
)  # fmt: skip
MANY = tuple(UUID(int=n) for n in range(5))
AUDIT = AuditPage(
    (LINE, replace(LINE, id=4710, outcome="refused", broke_glass=True, patient_ids=MANY)),
    4710, ((ME, "Dana Okafor"),), ("reads.people.get_patient_page", "actions.people.hire"), None,
)  # fmt: skip
WELL = HealthPage(
    AT, (), 31, (Queue("rechecks_due", 0, None), Queue("loops_due", 3, AT), Queue("inbox_rejected", 0, None),
    Queue("unsealed", 2, AT)), AT, AT, date(2035, 12, 31), (), "0011_administration", (("Careloop", "0.1.0"),),
)  # fmt: skip
ILL = replace(
    WELL, broken=(("inv_open_loop_without_owner", 2),), worker_seen=None, backup_at=None,
    holidays_until=date(2026, 12, 31), migrations_left=("records.0014_more",),
    queues=(Queue("rechecks_due", 900, AT - timedelta(hours=9)),),
)  # fmt: skip


def _tried(verb: str, values: dict[str, str], errors: dict[str, str] | None = None) -> Attempt:
    return Attempt(verb=verb, loop_id=None, values=values, errors=errors or {})


def _person_taken(request: ActingRequest) -> HttpResponse:
    tried = _tried("correct", {"name": "L. Martin", "language": "es"})
    say = Say("refusal.person_changed_meanwhile")
    return render_person(request, PERSON, replace(tried, say=say, taken=True))


def _audit(request: ActingRequest, *, refused: Refusal | None = None) -> HttpResponse:
    form = AuditForm({"person": str(ME), "patient": "123"})
    form.is_valid()
    return render_audit(request, AUDIT, form, refused=refused)


ADMIN_SHOWN: dict[str, Callable[[ActingRequest], HttpResponse]] = {
    "admin-home": lambda request: render_admin(request, PAGES),
    "admin-people": lambda request: render_people(request, PEOPLE),
    "admin-people-unclear": lambda request: render_people(
        request, PEOPLE, _tried("add_person", {"name": "Lee", "team-1": "on"}, {"email": "Give an e-mail address."})
    ),
    "admin-person": lambda request: render_person(request, PERSON),
    "admin-person-waits": lambda request: render_person(request, replace(PERSON, row=replace(ROW, waiting=WAITS))),
    "admin-person-left": lambda request: render_person(request, replace(PERSON, row=LEFT, changes=())),
    "admin-person-taken": _person_taken,
    "admin-roles": lambda request: render_roles(
        request, (SEES, replace(SEES, role=Role.AUDITOR, is_privileged=True, through=()))
    ),
    "admin-units": lambda request: render_units(request, UNITS),
    "admin-unit": lambda request: render_units(request, (), None, UNITS[1]),
    "admin-days": lambda request: render_days(request, DAYS),
    "admin-sessions": lambda request: render_sessions(
        request, (SessionLine(1, ME, "Dana Okafor", Role.COORDINATOR, AT, AT, "127.0.0.1", "Mozilla/5.0 " * 6),)
    ),
    "admin-catalog": lambda request: render_catalog(request, CATALOG),
    "admin-audit": _audit,
    "admin-audit-refused": lambda request: _audit(request, refused=Refusal(Say("refusal.audit_patient"))),
    "admin-chain": lambda request: render_chain(request, AuditReport(9, 3, 1, ())),
    "admin-chain-differs": lambda request: render_chain(
        request, AuditReport(9, 3, 1, (AuditFault(4, None, "changed"), AuditFault(None, 2, "seal broken")))
    ),
    "health": lambda request: render_health(request, WELL),
    "health-ill": lambda request: render_health(request, ILL),
}
