"""The way through the pages: every entry of the frame's navigation, with the right that it needs.

A new page that people go to has one line here, and nothing else: its place, its icon, its words, its key after G, and
the other words by which *Find or do* finds it.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from careloop.facts.access import Acting, Right
from careloop.reads.frame import FrameCounts
from careloop.rules.access import has_right
from careloop.web.labels_admin import PAGES


@dataclass(frozen=True, slots=True)
class Entry:
    """A page of the navigation: for who has any of the rights.

    ``name`` is that of its address and its ``here``, ``key`` the one after G. ``more`` are other words by which people
    look for it.
    """

    name: str
    icon: str
    words: str | Promise
    needs: tuple[Right, ...]
    key: str = ""
    more: str | Promise = ""


@dataclass(frozen=True, slots=True)
class Part:
    """Entries that belong together, under a heading, or none for the first."""

    title: str | Promise
    entries: tuple[Entry, ...]


NAVIGATION = (
    Part(
        "",
        (
            Entry(
                "today", icon="list-checks", words=_("Today"), needs=(Right.LOOP_READ,), key="t",
                more=_("list work tasks what is next"),
            ),
            Entry(
                "patients", icon="users", words=_("My patients"), needs=(Right.LOOP_READ,), key="p",
                more=_("caseload people panel"),
            ),
            Entry(
                "visits", icon="calendar", words=_("Day board"), needs=(Right.BOOKING_READ,), key="b",
                more=_("visits appointments schedule calendar day"),
            ),
            Entry(
                "waitlist", icon="clock", words=_("Waiting list"), needs=(Right.BOOKING_READ,), key="w",
                more=_("earlier sooner freed cancelled times offer fill"),
            ),
            Entry(
                "callers", icon="phone-call", words=_("Callers"), needs=(Right.CALLER_CHECK,), key="l",
                more=_("somebody calls identify verify code word family"),
            ),
            Entry(
                "referrals", icon="mail", words=_("Referrals"), needs=(Right.REFERRAL_READ,), key="r",
                more=_("specialist send packet report board"),
            ),
            Entry(
                "threads", icon="inbox", words=_("Messages"), needs=(Right.MESSAGE_READ,), key="s",
                more=_("texts e-mail letters answers inbox write reply threads"),
            ),
            Entry(
                "handoffs", icon="arrow-left-right", words=_("Handoffs"), needs=(Right.LOOP_HAND_OFF,), key="h",
                more=_("hand on give over take over shift away I-PASS"),
            ),
            Entry(
                "questions", icon="info", words=_("Questions"), needs=(Right.LOOP_WRITE,), key="q",
                more=_("ask colleague answer"),
            ),
            Entry(
                "rounds", icon="users", words=_("Rounds"), needs=(Right.LOOP_READ,), key="o",
                more=_("huddle sheet decide go through"),
            ),
        ),
    ),
    Part(
        _("Team"),
        (
            Entry(
                "team", icon="waypoints", words=_("Team"), needs=(Right.CASELOAD_WRITE,), key="m",
                more=_("who owns what queues overdue oldest"),
            ),
            Entry(
                "caseload", icon="id-card", words=_("Caseload and cover"), needs=(Right.CASELOAD_WRITE,), key="c",
                more=_("assign coordinator load languages away"),
            ),
        ),
    ),
    Part(
        _("Clinic"),
        (
            Entry(
                "checks", icon="shield-check", words=_("Checks"), needs=(Right.CHECK_READ,), key="k",
                more=_("rules thresholds sign"),
            ),
            Entry(
                "admin", icon="map-pin", words=_("The clinic"), needs=tuple(one.needs for one in PAGES), key="a",
                more=_("administration roles teams sites holidays log values"),
            ),
            Entry(
                "directory", icon="phone", words=_("Directory"), needs=(Right.DIRECTORY_READ,), key="d",
                more=_("specialists clinics services phone fax plans resources food rides housing"),
            ),
        ),
    ),
)  # fmt: skip
ENTRIES = tuple(entry for part in NAVIGATION for entry in part.entries)

# What the number beside an entry counts, for those who do not see where it stands.
COUNTS: dict[str, str | Promise] = {
    "today": pgettext_lazy("so many", "need you"),
    "patients": pgettext_lazy("so many", "patients"),
    "team": pgettext_lazy("so many", "late"),
    "admin": pgettext_lazy("so many", "wait for you"),
    "handoffs": pgettext_lazy("so many", "wait for you"),
}


def may_open(acting: Acting, entry: Entry) -> bool:
    """Tell whether the role has a page at all."""
    return any(has_right(acting, right) for right in entry.needs)


def list_parts(acting: Acting | None) -> list[Part]:
    """Return the navigation of somebody: what the role has no right to is not there."""
    if acting is None:
        return []
    parts = [Part(p.title, tuple(e for e in p.entries if may_open(acting, e))) for p in NAVIGATION]
    return [part for part in parts if part.entries]


def first_page(acting: Acting) -> str:
    """Return the name of the page on which somebody begins: Today, else finding, else what the role has, else You."""
    first = next((entry.name for entry in ENTRIES if may_open(acting, entry)), "you")
    return "find" if first != "today" and has_right(acting, Right.PATIENT_FIND) else first


def count_of(counts: FrameCounts, name: str) -> int:
    """Return the number beside an entry; 0, which is not shown, where nothing waits or nothing is counted."""
    numbers = {
        "today": counts.need_you, "patients": counts.patients, "team": counts.late, "admin": counts.changes,
        "handoffs": counts.handoffs,
    }  # fmt: skip
    return numbers.get(name) or 0


def list_ways() -> list[Entry]:
    """Return the entries that a key after G goes to."""
    return [entry for entry in ENTRIES if entry.key]
