"""Is all well? One line for each thing that can be ill, with its shape, its word and what to do."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from careloop.facts.access import Acting
from careloop.reads.health_page import HealthPage, get_health_page
from careloop.web.screen import ActingRequest, page

# The worker is silent when it was not seen for so long; queues are slow when their oldest waits longer.
SILENT = timedelta(minutes=15)
SLOW = timedelta(hours=1)
# A table of holidays that ends within so many days is about to run out.
ENDS_SOON = timedelta(days=180)
BACKUP_OLD = timedelta(hours=26)
QUEUES = {
    "rechecks_due": gettext_lazy("Patients to be looked at again"),
    "loops_due": gettext_lazy("Deadlines to be looked after"),
    "inbox_rejected": gettext_lazy("Records that were refused"),
    "unsealed": gettext_lazy("Lines of the log to be sealed"),
    "calendars_silent": gettext_lazy("Calendars from elsewhere that could not be fetched"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing, how it is, and what there is to know or do."""

    words: str
    tone: str
    state: str
    more: str = ""
    at: datetime | None = None
    on: date | None = None


@page()
def show_health(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Show whether Careloop is well."""
    return render_health(request, get_health_page(acting))


def render_health(request: ActingRequest, shown: HealthPage) -> HttpResponse:
    """Render the state of the house from plain values."""
    lines = [_promises(shown), _worker(shown), *_queues(shown), _backup(shown), _holidays(shown), _migrations(shown)]
    return render(request, "admin/health.html", {"page": shown, "lines": lines, "here": "admin"})


def _promises(shown: HealthPage) -> Line:
    words = _("What must never happen")
    if shown.broken:
        said = _("Ask for support with the list below.")
        return Line(words, "late", _("broken"), said)
    held = ngettext("%(n)s promise was counted.", "%(n)s promises were counted.", shown.invariants)
    return Line(words, "ok", _("holds"), held % {"n": shown.invariants})


def _worker(shown: HealthPage) -> Line:
    words = _("Background worker")
    if shown.worker_seen is None:
        return Line(words, "late", _("never seen"), _("Start it on the server: careloop worker"))
    if shown.at - shown.worker_seen > SILENT:
        return Line(
            words, "late", _("silent"), _("Start it on the server: careloop worker. Last seen:"), shown.worker_seen
        )
    return Line(words, "ok", _("at work"), _("Last seen:"), shown.worker_seen)


def _queues(shown: HealthPage) -> list[Line]:
    lines = []
    for queue in shown.queues:
        words = str(QUEUES[queue.name])
        count = ngettext("%(n)s waits.", "%(n)s wait.", queue.count) % {"n": queue.count}
        if not queue.count:
            lines.append(Line(words, "ok", _("none waits")))
        elif queue.oldest_at and shown.at - queue.oldest_at > SLOW:
            lines.append(Line(words, "soon", _("slow"), f"{count} {_('The oldest since:')}", queue.oldest_at))
        else:
            lines.append(Line(words, "info", _("in hand"), count))
    return lines


def _backup(shown: HealthPage) -> Line:
    words = _("Backup")
    if shown.backup_at is None:
        said = _("Careloop knows of no backup. If one is made by other means, look there; see the guide to backups.")
        return Line(words, "soon", _("not known"), said)
    if shown.at - shown.backup_at > BACKUP_OLD:
        return Line(words, "late", _("old"), _("The last one:"), shown.backup_at)
    return Line(words, "ok", _("fresh"), _("The last one:"), shown.backup_at)


def _holidays(shown: HealthPage) -> Line:
    words = _("Table of holidays")
    if shown.holidays_until - shown.at.date() < ENDS_SOON:
        return Line(words, "soon", _("ends soon"), _("Update Careloop. Known until:"), on=shown.holidays_until)
    return Line(words, "ok", _("complete"), _("Known until:"), on=shown.holidays_until)


def _migrations(shown: HealthPage) -> Line:
    words = _("Tables of the database")
    if shown.migrations_left:
        said = _("Run on the server: careloop init")
        return Line(words, "late", _("behind"), f"{said} ({', '.join(shown.migrations_left)})")
    return Line(words, "ok", _("up to date"))
