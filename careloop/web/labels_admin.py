"""The words of administration: rights, days of the week, steps of the first run, and the pages that there are."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from careloop.facts.access import Right, Role
from careloop.facts.setup import SetupStep
from careloop.rules.access import rights_of

RIGHTS: dict[Right, str | Promise] = {
    Right.PATIENT_READ: _("Open the page of a patient"),
    Right.PATIENT_FIND: _("Find a patient"),
    Right.PATIENT_REGISTER: _("Register a new patient"),
    Right.CHART_READ: _("Read the clinical record"),
    Right.DOCUMENT_WRITE: _("Add documents"),
    Right.AMENDMENT_WRITE: _("Note a request to correct the record"),
    Right.AMENDMENT_DECIDE: _("Answer a request to correct the record"),
    Right.RECORD_EXPORT: _("Hand a record out"),
    Right.HOUSE_EXPORT: _("Export everything"),
    Right.HOLD_WRITE: _("Put a legal hold on a record"),
    Right.HOLD_EVERYTHING: _("Put a legal hold on everything"),
    Right.RETENTION_READ: _("See records past their time"),
    Right.RECORD_DELETE: _("Have a record deleted, with a second person"),
    Right.LOOP_READ: _("See the list of work"),
    Right.LOOP_WRITE: _("Work on the list"),
    Right.LOOP_HAND_OFF: _("Hand work off"),
    Right.ACCESS_READ: _("See who looked at a patient"),
    Right.AUDIT_READ: _("Read the whole log"),
    Right.AUDIT_VERIFY: _("Check that the log is as it was written"),
    Right.TEAM_READ: _("See teams and holidays"),
    Right.CASELOAD_WRITE: _("Choose coordinators and plan cover"),
    Right.CARE_TEAM_LEAVE: _("Leave a care team"),
    Right.PEOPLE_WRITE: _("Add people, change roles, teams, sites and holidays"),
    Right.INTAKE_WRITE: _("Take records in"),
    Right.INTAKE_REVIEW: _("Review what came in and was refused"),
    Right.WORK_UNATTENDED: _("Work in the background"),
    Right.HEALTH_READ: _("See whether Careloop is well"),
    Right.CATALOG_WRITE: _("Load value sets"),
    Right.CHECK_READ: _("See the checks"),
    Right.CHECK_SIGN: _("Sign checks on or off"),
    Right.DIRECTORY_READ: _("See the directory"),
    Right.DIRECTORY_WRITE: _("Add and change entries of the directory"),
    Right.CALENDAR_WRITE: _("Set hours, leave and kinds of visits"),
    Right.BOOKING_READ: _("See visits and free times"),
    Right.BOOKING_WRITE: _("Book, move and cancel visits"),
    Right.BOOKING_OVERBOOK: _("Allow a visit beyond the seats"),
    Right.REFERRAL_READ: _("See referrals"),
    Right.REFERRAL_WRITE: _("Send referrals and follow them up"),
    Right.REFERRAL_SIGN: _("Read what came back as the one who asked"),
    Right.CIRCLE_READ: _("See the people around a patient and what each may hear"),
    Right.CIRCLE_WRITE: _("Write down people around a patient and consents"),
    Right.CALLER_CHECK: _("Check who calls"),
    Right.DISCLOSURE_READ: _("See what was told to whom"),
    Right.MESSAGE_READ: _("See messages to and from patients"),
    Right.MESSAGE_WRITE: _("Write messages, and note what people chose about them"),
    Right.CHANNEL_WRITE: _("See the channels and send a test message"),
    Right.WORDS_READ: _("See the words for patients"),
    Right.OUTAGE_WRITE: _("Say who or what is out, and move its visits"),
    Right.SELF_WRITE: _("Set one's own language"),
    Right.SELF_READ: _("See one's own page"),
}

WEEKDAYS = (
    (1, _("Monday")), (2, _("Tuesday")), (3, _("Wednesday")), (4, _("Thursday")), (5, _("Friday")),
    (6, _("Saturday")), (7, _("Sunday")),
)  # fmt: skip

STEPS = {
    SetupStep.CLINIC: _("The clinic"),
    SetupStep.SITE: _("A site"),
    SetupStep.DAYS: _("Holidays"),
    SetupStep.TEAMS: _("Teams"),
    SetupStep.PEOPLE: _("People"),
}


@dataclass(frozen=True, slots=True)
class AdminPage:
    """A page of administration: the name of its address, its right, what it is called and what it is for."""

    name: str
    needs: Right
    words: str | Promise
    about: str | Promise


PAGES = (
    AdminPage("admin-people", Right.PEOPLE_WRITE, _("People"), _("Who works here, as what, and how they sign in")),
    AdminPage("admin-roles", Right.PEOPLE_WRITE, _("Roles"), _("What each role may do")),
    AdminPage("admin-units", Right.TEAM_READ, _("Teams and sites"), _("Queues, places, time zones and hours")),
    AdminPage("cover", Right.CASELOAD_WRITE, _("Cover"), _("Who stands in for whom, from when to when")),
    AdminPage("admin-days", Right.TEAM_READ, _("Holidays"), _("Days on which the clinic is closed")),
    AdminPage(
        "admin-calendars", Right.CALENDAR_WRITE, _("Calendars"), _("Hours of people, rooms and devices, and leave")
    ),
    AdminPage(
        "admin-visit-types", Right.CALENDAR_WRITE, _("Kinds of visits"), _("Length, preparation, needs, with whom")
    ),
    AdminPage(
        "admin-messages", Right.WORDS_READ, _("Words for patients"), _("What is said to them, how hard it is to read")
    ),
    AdminPage("admin-channels", Right.CHANNEL_WRITE, _("Channels"), _("How messages go out, and a test message")),
    AdminPage("admin-sessions", Right.PEOPLE_WRITE, _("Who is signed in"), _("And signing them out")),
    AdminPage("admin-catalog", Right.HEALTH_READ, _("Values and their sources"), _("What rules and clocks rest on")),
    AdminPage("admin-audit", Right.AUDIT_READ, _("The log"), _("Who saw or changed what, when and why")),
    AdminPage("health", Right.HEALTH_READ, _("Is all well?"), _("Worker, queues, backups, holidays and versions")),
)


def list_admin_pages(role: Role) -> tuple[AdminPage, ...]:
    """Return the pages of administration that a role has."""
    return tuple(page for page in PAGES if page.needs in rights_of(role))
