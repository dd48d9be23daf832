"""Machines come in: what a gateway sends is checked by its signature, kept whole, and read later."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from careloop.actions.outbox_receipts import keep_incoming
from careloop.basics.clock import read_clock
from careloop.channels.settings import read_settings
from careloop.facts.access import SYSTEM_ID, Acting, Purpose, Role
from careloop.facts.outbox import InboxSource
from careloop.rules.hooks import is_signed
from careloop.rules.mail_hooks import is_signed_mail

# Far more than a text or its receipt takes.
MOST_BYTES = 100_000
# Pictures may hang on a mail; beyond this nobody answers a visit.
MOST_MAIL_BYTES = 2_000_000
EMPTY = b'<?xml version="1.0" encoding="UTF-8"?><Response></Response>'


@csrf_exempt
def take_text(request: HttpRequest) -> HttpResponse:
    """Take a text that somebody sent to the clinic's number."""
    return _take(request, InboxSource.TEXT, lambda: HttpResponse(EMPTY, content_type="text/xml"))


@csrf_exempt
def take_text_status(request: HttpRequest) -> HttpResponse:
    """Take the receipt of a text that was sent."""
    return _take(request, InboxSource.TEXT_STATUS, lambda: HttpResponse(status=204))


@csrf_exempt
def take_mail(request: HttpRequest) -> HttpResponse:
    """Take an e-mail as it came to the clinic's mail server, signed with ``CARELOOP_MAIL_IN_SECRET``."""
    if request.method != "POST" or int(request.META.get("CONTENT_LENGTH") or 0) > MOST_MAIL_BYTES:
        return HttpResponse(status=404)
    at, given = read_clock(), request.headers
    secret = read_settings("mail_in").get("secret")
    name, seconds = given.get("webhook-id", ""), given.get("webhook-timestamp", "")
    if not is_signed_mail(name, seconds, request.body, secret, given.get("webhook-signature", ""), at):
        return HttpResponse(status=403)
    acting = Acting(person_id=SYSTEM_ID, role=Role.SYSTEM, at=at, purpose=Purpose.INTAKE)
    keep_incoming(acting, source=InboxSource.MAIL, raw=request.body, about={"webhook-id": name})
    return HttpResponse(status=204)


def _take(request: HttpRequest, source: InboxSource, answer: Callable[[], HttpResponse]) -> HttpResponse:
    """Keep what came, whole, if it is signed by the gateway's own token; whatever else is not there."""
    if request.method != "POST" or int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        return HttpResponse(status=404)
    raw, settings = request.body, read_settings("text")
    values = [(name, value) for name, found in request.POST.lists() for value in found]
    base = settings.get("hooks")
    url = f"{base}{request.get_full_path()}" if base else request.build_absolute_uri()
    signature = request.headers.get("X-Twilio-Signature", "")
    if not is_signed(url, values, settings.get("token"), signature):
        return HttpResponse(status=403)
    acting = Acting(person_id=SYSTEM_ID, role=Role.SYSTEM, at=read_clock(), purpose=Purpose.INTAKE)
    keep_incoming(acting, source=source, raw=raw, about=dict(values))
    return answer()
