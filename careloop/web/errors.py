"""The pages that say no: not found or not yours, refused, not clear, too many tries, and our own bugs."""

import logging
import secrets
import sys

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from careloop.basics.refusals import Refusal
from careloop.facts.pages import PersonName

_log = logging.getLogger("careloop.web")


def show_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 404: the same page for what is not there, for what is not yours and for a wrong address."""
    return render(request, "web/not_found.html", status=404)


def show_refusal(request: HttpRequest, no: Refusal) -> HttpResponse:
    """Answer with the refusal's own status, its sentence and a way back."""
    return render(request, "web/refused.html", {"say": no.say}, status=no.status)


def show_wrong_patient(request: HttpRequest, no: Refusal, name: PersonName | None) -> HttpResponse:
    """Answer 409: the form was one patient's and was sent for another; say whose it was, if that may be known."""
    return render(request, "web/wrong_patient.html", {"say": no.say, "name": name}, status=no.status)


def show_unclear(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 400: what was sent could not be read."""
    return render(request, "web/refused.html", status=400)


def show_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 403 with the page of "not found": why somebody may not is nobody's business."""
    return render(request, "web/not_found.html", status=403)


def show_too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 429 when somebody tried too often."""
    return render(request, "web/too_many.html", status=429)


def show_bug(request: HttpRequest) -> HttpResponse:
    """Answer 500 with an error id and nothing else; the same id stands in the log.

    The page is made without a request context: what is broken may be what the context needs.
    """
    error_id = secrets.token_hex(4)
    _log.error("bug %s", error_id, exc_info=sys.exc_info()[0] is not None)
    return HttpResponse(render_to_string("web/bug.html", {"error_id": error_id}), status=500)
