"""The log by page. Questions are posted: the number of a patient must not stand in an address."""

import csv
import hashlib
from collections.abc import Mapping
from io import StringIO
from typing import Any

from django import forms
from django.core.signing import Signer
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from careloop.basics.refusals import Refusal
from careloop.facts.access import Acting
from careloop.facts.audit import AuditExport, AuditPage, AuditQuestion
from careloop.reads.audit import export_audit, list_audit
from careloop.reads.health import AuditReport, verify_audit
from careloop.web.days import DayField
from careloop.web.labels import say_door
from careloop.web.screen import ActingRequest, Attempt, page
from careloop.web.staff.admin_forms import list_fields

_DAY = {"invalid": _("Choose a day.")}
OUTCOMES = (
    ("", _("any")), ("seen", _("seen")), ("done", _("done")), ("refused", _("refused")), ("failed", _("failed")),
)  # fmt: skip
COLUMNS = (
    "line", "at", "person_id", "person", "role", "purpose", "what", "key", "patient_ids", "outcome", "break_glass",
    "hash",
)  # fmt: skip
_SALT = "careloop.audit"


class AuditForm(forms.Form):
    """What is looked for in the log; what is empty asks nothing."""

    person = forms.UUIDField(label=_("Who"), required=False, error_messages={"invalid": _("Choose from the list.")})
    patient = forms.CharField(
        label=_("About which patient"), required=False, max_length=100,
        help_text=_("The id from a line of the log, or a record number."),
    )  # fmt: skip
    what = forms.CharField(label=_("What"), required=False, max_length=200)
    outcome = forms.ChoiceField(label=_("How it ended"), required=False, choices=OUTCOMES)
    since = DayField(label=_("First day"), required=False, error_messages=_DAY)
    until = DayField(label=_("Last day"), required=False, error_messages=_DAY)
    only = forms.ChoiceField(
        label=_("Which lines"), required=False,
        choices=[("", _("all lines")), ("broken", _("only where the glass was broken"))],
    )  # fmt: skip
    before = forms.IntegerField(required=False, min_value=1)


@page(methods=("GET", "POST"))
def show_audit(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Show a page of the log that answers what was asked."""
    form = AuditForm(request.POST or None)
    if form.is_bound and not form.is_valid():
        return render_audit(request, list_audit(acting, AuditQuestion()), form)
    question = _question(form.cleaned_data) if form.is_bound else AuditQuestion()
    try:
        return render_audit(request, list_audit(acting, question), form)
    except Refusal as no:
        answer = render_audit(request, list_audit(acting, AuditQuestion()), form, refused=no)
        answer.status_code = no.status
        return answer


def render_audit(
    request: ActingRequest, shown: AuditPage, form: AuditForm, *, refused: Refusal | None = None
) -> HttpResponse:
    """Render a page of the log from plain values; an unclear form shows the newest lines."""
    values = {name: str(value) for name, value in form.data.items() if name in AuditForm.base_fields}
    errors = {name: " ".join(map(str, words)) for name, words in form.errors.items()} if form.is_bound else {}
    tried = Attempt(verb="audit", loop_id=None, values=values, errors=errors)
    options = {
        "person": [("", str(_("anybody"))), *((str(key), name) for key, name in shown.people)],
        "what": [("", str(_("anything"))), *((kind, f"{say_door(kind)} ({kind})") for kind in shown.kinds)],
    }
    given: dict[str, Any] = {
        "page": shown,
        "fields": list_fields(AuditForm, "audit", attempt=tried, options=options),
        "asked": [(name, value) for name, value in values.items() if value and name != "before"],
        "errors": [(f"audit-{name}", words) for name, words in errors.items()],
        "refused": refused,
        "here": "admin",
    }
    return render(request, "admin/audit.html", given, status=422 if errors else 200)


@page(methods=("GET", "POST"))
def save_audit(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Send the lines that answer what was asked as a table, with the newest seal and our signature under it."""
    if request.method != "POST":
        return redirect("admin-audit")
    form = AuditForm(request.POST)
    if not form.is_valid():
        return render_audit(request, list_audit(acting, AuditQuestion()), form)
    question = _question(form.cleaned_data)
    try:
        found = export_audit(acting, question)
    except Refusal as no:
        answer = render_audit(request, list_audit(acting, AuditQuestion()), form, refused=no)
        answer.status_code = no.status
        return answer
    name = f"careloop-log-{acting.at:%Y%m%d-%H%M%S}.csv"
    return HttpResponse(
        write_table(found),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@page()
def show_chain(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Compare the log with its seals, now."""
    return render_chain(request, verify_audit(acting, {}))


def render_chain(request: ActingRequest, report: AuditReport) -> HttpResponse:
    """Render what was compared from plain values."""
    return render(request, "admin/chain.html", {"report": report, "here": "admin"})


def write_table(found: AuditExport) -> bytes:
    """Return the lines as CSV in UTF-8, and under them, as lines that begin with #, what proves them.

    ``hash`` of a line is what its seal holds for it. ``sha256`` is taken over all bytes above the first #, and
    ``signature`` is made with this house's key over hash, seal and question.
    """
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for line in found.lines:
        cells = (
            line.id, line.at.isoformat(), line.person_id, line.person_name, line.role, line.purpose, line.what,
            line.key, " ".join(map(str, line.patient_ids)), line.outcome, "yes" if line.broke_glass else "", line.hash,
        )  # fmt: skip
        writer.writerow([_guard(str(cell)) for cell in cells])
    rows = text.getvalue().encode()
    digest = hashlib.sha256(rows).hexdigest()
    marks = {
        "asked": found.asked.replace("\n", " ").replace("\r", " "),
        "lines": str(len(found.lines)),
        "whole": "yes" if found.is_whole else "no, ask for fewer days",
        "newest seal": f"{found.seal} {found.seal_hash}",
        "lines not sealed yet": str(found.unsealed),
        "sha256": digest,
    }
    signed = "\n".join(f"{name}: {value}" for name, value in marks.items())
    return rows + "".join(f"# {one}\r\n" for one in signed.split("\n")).encode() + _signature(signed)


def _signature(signed: str) -> bytes:
    return f"# signature: {Signer(salt=_SALT).signature(signed)}\r\n".encode()


def _guard(cell: str) -> str:
    """Keep a table program from taking a cell for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def _question(typed: Mapping[str, Any]) -> AuditQuestion:
    return AuditQuestion(
        person=typed["person"],
        patient=typed["patient"].strip(),
        what=typed["what"],
        outcome=typed["outcome"],
        is_break_glass=typed["only"] == "broken",
        since=typed["since"],
        until=typed["until"],
        before=typed["before"] or 0,
    )
