"""The directory is filled by page: from a table that is tried first, and from records that came in."""

from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from careloop.actions.directory import fill_directory
from careloop.actions.directory_table import take_in_directory_table
from careloop.basics.refusals import NotFound, Refusal
from careloop.basics.words import Say
from careloop.facts.access import Acting, Right
from careloop.facts.directory import Filled, RowProblem, TableReceipt
from careloop.formats.directory_table import COLUMNS, decode_table, read_directory_table
from careloop.formats.patient_table import UnusableTable
from careloop.rules.access import has_right
from careloop.web.screen import ActingRequest, Attempt, Told, deed, page
from careloop.web.staff.directory_forms import TableForm
from careloop.web.staff.forms import read_form

# What a page holds of a table until it is taken in, as a browser sends it back: below what the house takes with a form
# (``DATA_UPLOAD_MAX_MEMORY_SIZE``). Larger ones come in by command.
MAX_BYTES = 240_000
SOURCE = "csv"


@dataclass(frozen=True, slots=True)
class Trial:
    """What would become of a table: its text, columns that are not taken, and the receipt with all problems."""

    name: str
    table: str
    unknown: tuple[str, ...]
    receipt: TableReceipt
    problems: tuple[RowProblem, ...]


@page(methods=("GET", "POST"))
def show_import(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Show how the directory is filled; posted, a table or the records are tried and nothing is kept."""
    if not has_right(acting, Right.DIRECTORY_WRITE):
        raise NotFound
    if "records" in request.POST:
        return render_import(request, filled=fill_directory(acting, dry_run=True))
    if request.method != "POST":
        return render_import(request)
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile) or not file.size:
        return render_import(request, wrong=_("Choose a file first."))
    if file.size > MAX_BYTES:
        return render_import(request, wrong=_too_large())
    try:
        text = decode_table(file.read())
        # A form's lines end with two characters, whatever those of the file did.
        if len("\r\n".join(text.splitlines()).encode()) > MAX_BYTES:
            return render_import(request, wrong=_too_large())
        return render_import(request, trial=_try(acting, file.name or "", text))
    except UnusableTable as no:
        return render_import(request, unusable=no)


def _too_large() -> str:
    return _(
        "This file is too large for the page. Bring it in smaller tables, or ask whoever runs Careloop to take it in by"
        " command: careloop import directory."
    )


def _try(acting: Acting, name: str, text: str) -> Trial:
    table = read_directory_table(text.encode())
    receipt = take_in_directory_table(acting, table.rows, source=SOURCE, dry_run=True)
    problems = sorted((*table.problems, *receipt.problems), key=lambda one: (one.row, one.column))
    return Trial(name[-100:], text, table.unknown, receipt, tuple(problems))


def render_import(
    request: ActingRequest,
    *,
    trial: Trial | None = None,
    filled: Filled | None = None,
    wrong: str = "",
    unusable: UnusableTable | None = None,
    attempt: Attempt | None = None,
) -> HttpResponse:
    """Render the page from plain values."""
    given = {
        "trial": trial,
        "filled": filled,
        "wrong": wrong,
        "unusable": unusable,
        "attempt": attempt,
        "columns": tuple(COLUMNS),
        "source": SOURCE,
        "here": "directory",
    }
    return render(request, "staff/directory_import.html", given, status=422 if wrong or unusable else 200)


def _to_directory(request: ActingRequest) -> str:
    return reverse("directory")


def _again(acting: Acting, request: ActingRequest, attempt: Attempt) -> HttpResponse:
    return render_import(request, attempt=attempt)


@deed(back_to=_to_directory, again=_again, about_patient=False)
def take_table(acting: Acting, request: ActingRequest) -> Told:
    """Take a table in that was tried; rows with a problem are left out."""
    typed = read_form(TableForm, request)
    try:
        table = read_directory_table(typed["table"].encode())
    except UnusableTable:
        raise Refusal(Say("refusal.directory_table")) from None
    receipt = take_in_directory_table(acting, table.rows, source=typed["source"])
    told = {"added": receipt.added, "changed": receipt.changed, "out": len(receipt.problems) + len(table.problems)}
    return Told(_("Taken in: new %(added)s, changed %(changed)s, left out %(out)s.") % told)


@deed(back_to=_to_directory, again=_again, about_patient=False)
def fill_from_records(acting: Acting, request: ActingRequest) -> Told:
    """Fill the directory from the organizations, places and practitioners of the records."""
    filled = fill_directory(acting)
    return Told(_("Filled: new %(added)s, changed %(changed)s.") % {"added": filled.added, "changed": filled.changed})
