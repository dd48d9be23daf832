"""What "Find or do" can do beside finding a patient: pages by their words, and deeds that take a patient."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from careloop.facts.access import Acting, Right
from careloop.rules.access import has_right
from careloop.rules.people import fold
from careloop.web.nav import ENTRIES


@dataclass(frozen=True, slots=True)
class Command:
    """A page to go to. ``more`` are other words by which people look for it, ``key`` the one after G."""

    words: str | Promise
    more: str | Promise
    name: str
    icon: str
    needs: tuple[Right, ...]
    part: str = ""
    key: str = ""

    @property
    def address(self) -> str:
        """Where it leads."""
        return reverse(self.name) + self.part


@dataclass(frozen=True, slots=True)
class PatientCommand:
    """Something to do for a patient who is named after its words. ``more`` are other ways to begin, parted by "|"."""

    words: str | Promise
    more: str | Promise
    name: str
    needs: Right
    part: str = ""


COMMANDS = (
    *(Command(one.words, one.more, one.name, one.icon, one.needs, key=one.key.upper()) for one in ENTRIES),
    Command(
        _("Hand off my day"),
        _("hand over give away sick leave early absent today"),
        "day",
        "arrow-right",
        (Right.LOOP_HAND_OFF,),
    ),
    Command(_("Plan cover"), _("vacation holiday away absent stand in"), "cover", "clock", (Right.CASELOAD_WRITE,)),
    Command(
        _("Share a caseload out"),
        _("sick call ill seven away split several"),
        "cover-share",
        "users",
        (Right.CASELOAD_WRITE,),
    ),
    Command(
        _("Board of caseloads"),
        _("hours room balance load move"),
        "caseload-board",
        "waypoints",
        (Right.CASELOAD_WRITE,),
    ),
    Command(_("What worked"), _("notes tips payer clinic learned helped"), "tips", "info", (Right.DIRECTORY_READ,)),
    Command(
        _("Find somebody who is not in your care"),
        _("two identifiers caller reception unknown search patient"),
        "find",
        "search",
        (Right.PATIENT_FIND,),
        part="#elsewhere",
    ),
    Command(_("Register a new person"), _("new patient create add"), "patient-new", "plus", (Right.PATIENT_REGISTER,)),
    Command(
        _("Search in the notes of your patients"), _("words text documents"), "notes", "search", (Right.CHART_READ,)
    ),
    Command(
        _("Find who can help"),
        _("specialist refer referral therapist food ride housing resource need"),
        "directory-find",
        "search",
        (Right.DIRECTORY_READ,),
    ),
    Command(
        _("In a crisis"),
        _("emergency suicide 988 911 danger poison violence"),
        "crisis",
        "triangle-alert",
        (Right.CRISIS_WRITE,),
        key="X",
    ),
    Command(_("You"), _("settings language colours dark light keys profile"), "you", "user", (Right.SELF_READ,)),
    Command(_("Change your password"), _("sign in secret"), "account_change_password", "lock", (Right.SELF_READ,)),
    Command(_("Sign out"), _("log out leave exit"), "account_logout", "log-out", (Right.SELF_READ,)),
)

PATIENT_COMMANDS = (
    PatientCommand(_("New task for"), _("task for|new task|add task"), "patient", Right.LOOP_WRITE, part="#new-task"),
    PatientCommand(_("Medicines of"), _("medicines for|medications of|safety of"), "patient-safety", Right.CHART_READ),
    PatientCommand(
        _("Plan care of"), _("plan for|plan care for|schedule|itinerary of"), "patient-plan", Right.BOOKING_WRITE
    ),
    PatientCommand(_("Documents of"), _("documents for|files of|papers of"), "patient-documents", Right.CHART_READ),
    PatientCommand(_("Open"), _("go to|show|patient"), "patient", Right.PATIENT_READ),
)


def find_commands(acting: Acting, typed: str) -> list[Command]:
    """Return the pages of this person's role whose words begin with what was typed; with nothing typed, the first."""
    open_to = [one for one in COMMANDS if any(has_right(acting, right) for right in one.needs)]
    parts = fold(typed).split()
    if not parts:
        return [one for one in open_to if one.key or one.name in ("day", "account_logout")]
    return sorted(
        (one for one in open_to if _fits(parts, f"{one.words} {one.more}")),
        key=lambda one: not _fits(parts, str(one.words)),
    )


def read_patient_command(acting: Acting, typed: str) -> tuple[PatientCommand | None, str]:
    """Return what is to be done for a patient, if what was typed begins so, and the rest: the patient."""
    folded = fold(typed)
    for one in PATIENT_COMMANDS:
        for begin in sorted((fold(w) for w in (str(one.words), *str(one.more).split("|"))), key=len, reverse=True):
            if has_right(acting, one.needs) and folded.startswith(f"{begin} "):
                return one, folded.removeprefix(begin).strip()
    return None, typed


def _fits(parts: Iterable[str], words: str) -> bool:
    there = fold(words).split()
    return all(any(word.startswith(part) for word in there) for part in parts)
