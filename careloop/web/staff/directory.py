"""The directory by page: found by name, specialty, language, plan and place; one entry, changed, checked, or added."""

from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from careloop.actions.directory import add_entry, change_entry, note_checked
from careloop.basics.refusals import NotFound
from careloop.facts.access import Acting, Right
from careloop.facts.directory import Beside, DirectoryAsk, DirectoryPage, EntryPage
from careloop.reads.directory import get_directory_page, get_entry_page, list_nameable
from careloop.reads.hours import WITH_HOURS
from careloop.rules.access import has_right
from careloop.web.labels import name_language
from careloop.web.labels_directory import KINDS
from careloop.web.screen import ActingRequest, Attempt, Told, Unclear, deed, page
from careloop.web.staff.admin_forms import list_differences
from careloop.web.staff.directory_forms import CheckedForm, EntryForm, SearchForm, list_entry_fields, read_now
from careloop.web.staff.forms import read_form
from careloop.web.staff.people import read_page_number


@page()
def show_directory(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Show the entries that fit, fifty at a time. No patient is in what is asked, so it stands in the address."""
    ask = _read_ask(request)
    return render_directory(request, ask, get_directory_page(acting, ask))


def _read_ask(request: HttpRequest) -> DirectoryAsk:
    form = SearchForm(request.GET)
    form.is_valid()
    typed = form.cleaned_data
    return DirectoryAsk(
        text=typed.get("q", ""), kind=typed.get("kind"), language=typed.get("language", ""),
        network=typed.get("network", ""), place=typed.get("place", ""),
        number=read_page_number(request.GET.get("page", "")),
    )  # fmt: skip


def render_directory(request: ActingRequest, ask: DirectoryAsk, shown: DirectoryPage) -> HttpResponse:
    """Render one page of the directory from plain values."""
    asked = {"q": ask.text, "kind": str(ask.kind or ""), "language": ask.language, "network": ask.network,
             "place": ask.place}  # fmt: skip
    given = {
        "page": shown,
        "ask": asked,
        "is_asked": any(asked.values()),
        "kinds": [(str(kind), str(words)) for kind, words in KINDS.items()],
        "languages": list_language_names(shown.languages),
        "query": urlencode({name: value for name, value in asked.items() if value}),
        "previous": ask.number - 1,
        "following": ask.number + 1 if shown.has_more else 0,
        "may_write": _may_write(request),
        "here": "directory",
    }
    return render(request, "staff/directory.html", given)


def list_language_names(tags: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return codes of languages with their names, by name."""
    return sorted(((tag, name_language(tag)) for tag in tags), key=lambda pair: pair[1].casefold())


@page()
def show_entry(acting: Acting, request: ActingRequest, entry_id: UUID) -> HttpResponse:
    """Show everything of an entry, with the form that changes it."""
    return render_entry(request, get_entry_page(acting, entry_id))


@page()
def show_new_entry(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Show the form for a new entry."""
    if not has_right(acting, Right.DIRECTORY_WRITE):
        raise NotFound
    return render_new_entry(request, list_nameable(acting))


def render_entry(request: ActingRequest, shown: EntryPage, attempt: Attempt | None = None) -> HttpResponse:
    """Render an entry from plain values; ``attempt`` is what was typed and not done."""
    now = read_now(shown.row)
    fields = list_entry_fields(now, attempt, is_new=False)
    given = {
        "page": shown,
        "row": shown.row,
        "draft": shown.row.draft,
        "attempt": attempt,
        "fields": fields,
        "differs": list_differences(fields, now) if attempt and attempt.taken and attempt.verb == "save_entry" else [],
        "choices": shown.choices,
        "may_write": _may_write(request),
        "may_hours": _has_hours(shown)
        and request.acting is not None
        and has_right(request.acting, Right.CALENDAR_WRITE),
        "here": "directory",
    }
    return render(request, "staff/directory_entry.html", given)


def _has_hours(shown: EntryPage) -> bool:
    """Tell whether an entry can have a calendar: it has a clock, and somebody or something is there by the hour."""
    return shown.row.draft.kind in WITH_HOURS and bool(shown.row.draft.zone)


def render_new_entry(
    request: ActingRequest, choices: tuple[Beside, ...], attempt: Attempt | None = None
) -> HttpResponse:
    """Render the form for a new entry from plain values."""
    fields = list_entry_fields({}, attempt, is_new=True)
    given = {"fields": fields, "choices": choices, "attempt": attempt, "here": "directory"}
    return render(request, "staff/directory_new.html", given)


def _may_write(request: ActingRequest) -> bool:
    return request.acting is not None and has_right(request.acting, Right.DIRECTORY_WRITE)


def _to_entry(request: ActingRequest) -> str:
    return reverse("directory-entry", args=[UUID(request.POST["entry"])])


def _again(acting: Acting, request: ActingRequest, attempt: Attempt) -> HttpResponse:
    try:
        key = UUID(attempt.values.get("entry", ""))
    except ValueError:
        return render_new_entry(request, list_nameable(acting), attempt)
    return render_entry(request, get_entry_page(acting, key), attempt)


@deed(back_to=_to_entry, again=_again, about_patient=False)
def save_entry(acting: Acting, request: ActingRequest) -> Told:
    """Add an entry, or save one."""
    if not request.POST.get("entry"):
        form = _read(request)
        key = add_entry(acting, form.make_draft(), names=form.list_names())
        return Told(_("Added."), go_to=reverse("directory-entry", args=[key]))
    entry = read_form(CheckedForm, request)
    now = get_entry_page(acting, entry["entry"]).row
    form = _read(request, kind=str(now.draft.kind))
    change_entry(
        acting, entry_id=now.id, version=entry["version"], draft=form.make_draft(now.draft), names=form.list_names()
    )
    return Told(_("Saved."))


def _read(request: ActingRequest, **fixed: str) -> EntryForm:
    """Return the form as it was sent, which is clear; ``fixed`` are fields that cannot be chosen.

    :raises Unclear: if it is not
    """
    form = EntryForm(request.POST.dict() | fixed)
    if not form.is_valid():
        raise Unclear(form)
    return form


@deed(back_to=_to_entry, again=_again, about_patient=False)
def check_entry(acting: Acting, request: ActingRequest) -> Told:
    """Note that everything in an entry still holds."""
    typed = read_form(CheckedForm, request)
    note_checked(acting, entry_id=typed["entry"], version=typed["version"])
    return Told(_("Noted: checked today."))
