"""Documents of a patient: the list, one document with its words, its bytes, a new one, and the search in notes."""

from collections.abc import Sequence
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from careloop.actions.documents import add_document as add
from careloop.actions.misfiled import take_document_out
from careloop.basics.refusals import NotFound, Refusal
from careloop.basics.words import Say
from careloop.facts.access import Acting
from careloop.facts.documents import MAX_FILE_BYTES, PICTURES, DocumentFile, DocumentLine, DocumentPage, NoteHits
from careloop.facts.referrals import Claimed
from careloop.reads.documents import (
    PAGE,
    get_document_file,
    get_document_page,
    list_documents,
    search_notes,
)
from careloop.web.screen import ActingRequest, Attempt, Told, deed, page
from careloop.web.staff import forms
from careloop.web.staff.forms import read_form
from careloop.web.staff.people import show_patient_again
from careloop.web.staff.referral_forms import NotTheirsForm

# A file is never a page of ours: nothing in it runs, and it is saved, not opened.
_FILE_POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"


@page()
def show_documents(acting: Acting, request: ActingRequest, patient_id: UUID) -> HttpResponse:
    """Show every document of a patient, fifty at a time."""
    number = _read_page(request.GET.get("page", ""))
    lines, count = list_documents(acting, patient_id, page=number)
    return render_documents(request, patient_id, lines, count=count, number=number)


def render_documents(
    request: ActingRequest, patient_id: UUID, lines: Sequence[DocumentLine], *, count: int, number: int
) -> HttpResponse:
    """Render one page of the list of documents from plain values; ``number`` is the page, from 1."""
    more = {"previous": number - 1, "following": number + 1 if number * PAGE < count else 0}
    values = {"lines": lines, "count": count, "patient_id": patient_id, "here": "patient", **more}
    return render(request, "staff/documents.html", values)


@page()
def show_document(acting: Acting, request: ActingRequest, patient_id: UUID, document_id: UUID) -> HttpResponse:
    """Show one document: what it is, where it came from, and its words as plain text."""
    shown = get_document_page(acting, document_id)
    if shown.patient_id != patient_id:
        raise NotFound
    return render_document(request, shown)


def show_document_again(
    acting: Acting, request: ActingRequest, attempt: Attempt, patient_id: UUID, document_id: UUID
) -> HttpResponse:
    """Show it after a deed that did not succeed, with what was typed."""
    shown = get_document_page(acting, document_id)
    if shown.patient_id != patient_id:
        raise NotFound
    return render_document(request, shown, attempt)


def render_document(request: ActingRequest, shown: DocumentPage, attempt: Attempt | None = None) -> HttpResponse:
    """Render the page of one document from plain values."""
    typed = request.POST if attempt else None
    values = {
        "page": shown, "is_picture": shown.line.media_type in PICTURES, "here": "patient", "attempt": attempt,
        "form": NotTheirsForm(typed, auto_id="not-theirs-%s"),
    }  # fmt: skip
    return render(request, "staff/document.html", values)


@deed(back_to=lambda request, patient_id, document_id: _to_patient(request, patient_id), again=show_document_again)
def take_out(acting: Acting, request: ActingRequest, patient_id: UUID, document_id: UUID) -> Told:
    """Take a document out of this record that is another person's."""
    typed = read_form(NotTheirsForm, request)
    claimed = Claimed(typed["name"], typed["birth_on"], typed["number"])
    if take_document_out(acting, document_id, claimed=claimed, reason=typed["words"]):
        return Told(_("The document is out of this record. A loop asks what came of it."))
    return Told(_("The document is out of this record, and waits with the reports without a match."))


@page()
def send_document(acting: Acting, request: ActingRequest, patient_id: UUID, document_id: UUID) -> HttpResponse:
    """Send the bytes of a document, to be saved, as what its bytes say that it is."""
    file = get_document_file(acting, document_id)
    if file.patient_id != patient_id:
        raise NotFound
    return hand_over(file)


def hand_over(file: DocumentFile) -> HttpResponse:
    """Answer with a file to be saved, as what its bytes say that it is, and never as a page of ours."""
    answer = HttpResponse(file.content, content_type=str(file.media_type))
    answer["Content-Disposition"] = f'attachment; filename="{file.name}"'
    answer["Content-Security-Policy"] = _FILE_POLICY
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _to_patient(request: ActingRequest, patient_id: UUID) -> str:
    return f"{reverse('patient', kwargs={'patient_id': patient_id})}#documents"


@deed(back_to=_to_patient, again=show_patient_again)
def add_document(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
    """Put a file into the record of the patient whose banner stands above the form."""
    typed = read_form(forms.DocumentForm, request)
    if typed["patient"] != patient_id:
        raise NotFound
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        raise Refusal(Say("refusal.document_empty"))
    if (file.size or 0) > MAX_FILE_BYTES:
        raise Refusal(Say("refusal.document_too_large", megabytes=MAX_FILE_BYTES >> 20))
    added = add(
        acting,
        patient_id,
        content=file.read(),
        title=typed["title"] or (file.name or "")[: forms.SHORT_LIMIT],
        dated_on=typed["dated_on"],
        labels=typed["labels"],
    )
    if added.is_new and added.document_id is None:
        return Told(_("The document is in the record. By its label you do not see it yourself."))
    return Told(_("The document is in the record.") if added.is_new else _("The record holds this document already."))


@page(methods=("GET", "POST"))
def show_notes(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Search in notes. Posted: what is asked for must not be in an address."""
    form = forms.NoteSearchForm(request.POST or None)
    if not form.is_valid():
        return render_notes(request, form, status=422 if form.is_bound else 200)
    asked = form.cleaned_data
    try:
        found = search_notes(acting, asked=asked["words"], patient_id=asked["patient"], page=asked["page"] or 1)
    except Refusal as no:
        if isinstance(no, NotFound):
            raise
        return render_notes(request, form, refused=no, status=no.status)
    return render_notes(request, form, found=found)


def render_notes(
    request: ActingRequest,
    form: forms.NoteSearchForm,
    *,
    found: NoteHits | None = None,
    refused: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the search in notes from plain values."""
    values = {"form": form, "found": found, "refused": refused, "here": "find"}
    return render(request, "staff/notes.html", values, status=status)


def _read_page(text: str) -> int:
    return int(text) if text.isdecimal() and int(text[:6]) > 0 else 1
