"""Pages of people and teams, filled by hand: long names, other scripts, nothing at all."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from careloop.basics.words import Say
from careloop.facts.access import Role
from careloop.facts.caseloads import (
    BackPage,
    CaseloadList,
    CaseloadPage,
    Change,
    CoverLine,
    CoverPlan,
    Filter,
    Load,
    MyPatientsPage,
    PatientLine,
    TeamPage,
    WorkLine,
    WorkPage,
)
from careloop.facts.chart import Sex
from careloop.facts.find import Found, FoundPerson
from careloop.web.commands import COMMANDS
from careloop.web.screen import Attempt
from careloop.web.staff.caseload import CoverForm
from careloop.web.staff.find import Answer
from tests.web.gallery import values
from tests.web.gallery.values import AT, ME, PEOPLE, ROSA, TEAMS

BORN = date(1958, 3, 14)
FOUND = (
    FoundPerson(ROSA, values.LONG_NAME, BORN, Sex.FEMALE, "Springfield", "8227"),
    FoundPerson(UUID(int=71), "فاطمة الزهراء بنت محمد العلوي", None, Sex.UNKNOWN, "", ""),
)
ANSWER = Answer("rosa", Found(FOUND, has_more=True, is_enough=True), None, list(COMMANDS[:3]))
NOBODY = Answer("xyz", Found((), has_more=False, is_enough=True), None, [])

LINE = PatientLine(
    patient_id=ROSA,
    name=values.LONG_NAME,
    birth_on=BORN,
    language="es",
    needs_interpreter=True,
    open_count=4,
    top=values.ROWS[0],
    contact_at=AT - timedelta(days=2),
    contact=Say("event.contact.left_message"),
    next_at=AT + timedelta(days=1),
    coordinator="Lee Martin",
    care_team=("Dr. Anita Patel",),
)
BARE = PatientLine(
    patient_id=UUID(int=71),
    name="فاطمة الزهراء بنت محمد العلوي",
    birth_on=None,
    language="",
    needs_interpreter=False,
    open_count=0,
    top=None,
    contact_at=None,
    contact=None,
    next_at=None,
)
KEYS = ("all", "late", "open", "nothing", "no_contact", "language", "covered")
MINE = MyPatientsPage(
    filters=tuple(Filter(key, 120 - 17 * place) for place, key in enumerate(KEYS)),
    chosen="all",
    sort="urgent",
    lines=(LINE, replace(LINE, language="en", needs_interpreter=False, coordinator="", top=values.ROWS[1]), BARE),
    next_cursor=str(ROSA),
    is_first=False,
)
NONE = MyPatientsPage(
    filters=tuple(Filter(key, 0) for key in KEYS), chosen="all", sort="urgent", lines=(), next_cursor="", is_first=True
)
NARROWED = replace(NONE, chosen="late", sort="name")

LEE = UUID(int=72)
NOW_AWAY = CoverLine(
    5, ME, "Dana Okafor", LEE, "Lee Martin", AT - timedelta(days=1), AT + timedelta(days=2), "Away", True, False
)
COMING = replace(NOW_AWAY, id=6, since=AT + timedelta(days=9), until=AT + timedelta(days=20), is_now=False, reason="")
OVER = replace(NOW_AWAY, id=7, until=AT - timedelta(hours=3), is_now=False, is_over=True)
COVERS = (NOW_AWAY, COMING, OVER)
TEAM = TeamPage(
    people=(
        WorkLine(ME, None, "Dana Okafor", Role.COORDINATOR, 148, 211, 12, 4, 19, 7, AT - timedelta(days=300)),
        WorkLine(LEE, None, "Maria de los Angeles Fernandez-Villanueva", Role.SUPERVISOR),
    ),
    queues=(WorkLine(None, 1, "Elm Street team", None, 0, 31, 2, 0, 1, 9, AT - timedelta(days=40)),),
    covers=COVERS,
    still_days=14,
)
WORK = WorkPage(ME, None, "Dana Okafor", "late", values.ROWS, "2026-11-20T10:00:00+00:00|x", PEOPLE, TEAMS)
DAY = WorkPage(ME, None, "", "day", values.ROWS, "", PEOPLE, TEAMS)
REFUSED = Attempt("hand_over", None, {"note": "Sick"}, say=Say("refusal.no_loops"))
UNCLEAR = Attempt("give", None, {"to_person": ""}, errors={"to_person": "Choose a person."})
LOAD = Load(ME, "Dana Okafor", Role.COORDINATOR, 148, 211, 12, 31, (("es", 31), ("ht", 2)), (NOW_AWAY,), ())
LIGHT = Load(LEE, "Lee Martin", Role.COORDINATOR, 12, 3, 0, 0, (), (), (NOW_AWAY,))
CASELOAD = CaseloadPage((LOAD, LIGHT), 1000, 1000)
LISTED = CaseloadList(ME, "Dana Okafor", (LINE, BARE), str(ROSA), PEOPLE, PEOPLE)
ASKED = CoverPlan(PEOPLE, None, (), None, 0, (), ())
WHO = CoverPlan(PEOPLE, LOAD, (LIGHT,), None, 0, (), COVERS)
PLAN = CoverPlan(PEOPLE, LOAD, (LIGHT,), LIGHT, 9, (LINE, BARE), COVERS)
DONE = Change(AT, ROSA, values.LONG_NAME, BORN, Say("text.free", text="Call about the ride"),
              Say("event.contact.reached"), "She is well.", "Lee Martin")  # fmt: skip
BACK = BackPage(OVER, (DONE,), is_cut=True)


def form(*, whole: bool = False) -> CoverForm:
    """Return the form of a plan, begun or whole."""
    chosen = {"absent": str(ME), "first_on": "2026-11-23", "last_on": "2026-11-27", "covering": str(LEE)}
    made = CoverForm(chosen if whole else {"absent": str(ME)})
    made.is_valid()
    return made
