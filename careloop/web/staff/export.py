"""Handing one patient's record out: who gets it and why is asked first, then the archive is sent."""

import tempfile
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from careloop import __version__
from careloop.actions.export import hand_out_record
from careloop.basics.refusals import NotFound, Refusal
from careloop.facts.access import Acting, Right
from careloop.facts.disclosures import CHOSEN
from careloop.facts.export import Cover
from careloop.facts.pages import Banner
from careloop.parcels.cover import make_person_page
from careloop.parcels.parcel import write_archive
from careloop.reads.people import get_patient_page
from careloop.rules.access import has_right
from careloop.web.screen import ActingRequest, page, read_seal
from careloop.web.staff import forms


@page(methods=("GET", "POST"))
def hand_out(acting: Acting, request: ActingRequest, patient_id: UUID) -> HttpResponseBase:
    """Ask who gets the record and why; then send it as one archive."""
    if not has_right(acting, Right.RECORD_EXPORT):
        raise NotFound
    if request.method == "POST":
        acting = read_seal(acting, request, {"patient_id": patient_id})
    form = forms.HandOutForm(request.POST or None)
    if form.is_valid() and form.cleaned_data["patient"] != patient_id:
        raise NotFound
    if not form.is_valid():
        return render_hand_out(request, get_patient_page(acting, patient_id).banner, form)
    try:
        return _send(acting, patient_id, form.cleaned_data)
    except Refusal as no:
        if isinstance(no, NotFound):
            raise
        return render_hand_out(request, get_patient_page(acting, patient_id).banner, form, refused=no)


def render_hand_out(
    request: ActingRequest, who: Banner, form: forms.HandOutForm, *, refused: Refusal | None = None
) -> HttpResponse:
    """Render the question who gets the record of a patient and why, with what was typed."""
    status = refused.status if refused else (422 if form.is_bound else 200)
    values = {"who": who, "form": form, "refused": refused, "here": "patient", "grounds": CHOSEN}
    return render(request, "staff/hand_out.html", values, status=status)


def _send(acting: Acting, patient_id: UUID, typed: Mapping[str, Any]) -> FileResponse:
    # A file without a name: it is gone with this answer, whatever happens.
    file = tempfile.TemporaryFile()  # noqa: SIM115 (closed by the answer)
    try:
        with write_archive(file, acting.at.timetuple()[:6]) as parcel:
            record = hand_out_record(
                acting,
                patient_id,
                sink=parcel,
                recipient=typed["recipient"],
                reason=typed["reason"],
                basis=typed["basis"],
            )
            page_name = f"people/{patient_id}.html"
            parcel.put(page_name, make_person_page(record.person).encode())
            parcel.finish(
                Cover(acting.at, __version__, typed["recipient"], typed["reason"], page_name, record.handed.counts)
            )
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename="record.zip", content_type="application/zip")
