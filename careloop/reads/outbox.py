"""What is on its way to a patient and their people, and what became of it; the letter that a person prints."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce

from careloop.basics.refusals import NotFound
from careloop.facts.access import Acting, Right
from careloop.facts.choices import ChosenStop
from careloop.facts.consents import CircleWho, Road, Topic
from careloop.facts.outbox import HeldFor, OutKind, OutLine, OutState, Stopped
from careloop.facts.pages import Choice
from careloop.guard.doors import reading
from careloop.records.models import CircleMember, OfficeLetter, Outbox, Patient
from careloop.rules.access import has_right
from careloop.rules.outbox import may_withdraw, why_stopped
from careloop.worklist.choices import list_stops
from careloop.worklist.consents import read_whose

PAGE = 50


@dataclass(frozen=True, slots=True)
class OutboxPage:
    """What was written to a patient and their people, the newest first; ``count`` is how much there is.

    ``stops`` is what the patient and the people of the circle want no more, ``circle`` who stands in it now.
    """

    whose: CircleWho
    lines: tuple[OutLine, ...]
    count: int
    number: int
    may_write: bool
    stops: tuple[ChosenStop, ...] = ()
    circle: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class LetterPage:
    """A letter to be printed: whom it is about, to which address, its words, and the language they are in.

    ``pages`` are what leaves, where they were made when it was written: a letter to an office.
    """

    whose: CircleWho
    at: datetime
    address: str
    words: str
    language: str
    pages: bytes = b""


@reading(needs=Right.MESSAGE_READ, about=Patient)
def get_outbox_page(acting: Acting, patient: Patient, *, number: int = 1) -> OutboxPage:
    """Return what goes or went to a patient and their people, fifty a page; ``number`` is the page, from 1."""
    name = CircleMember.objects.filter(pk=OuterRef("member_id")).values("name")[:1]
    # Packets stand on the page of their referral.
    every = Outbox.objects.filter(patient=patient).exclude(kind=str(OutKind.PACKET))
    office = OfficeLetter.objects.filter(pk=OuterRef("pk")).values("to_name")[:1]
    named = every.annotate(member_name=Coalesce(Subquery(name), Subquery(office)))
    rows = named.select_related("message").order_by("-meant_at", "-no")
    shown = rows[(number - 1) * PAGE : number * PAGE]
    may_write = has_right(acting, Right.MESSAGE_WRITE)
    members = CircleMember.objects.filter(patient=patient, ended_at=None).order_by("name", "id")
    return OutboxPage(
        whose=read_whose(patient),
        lines=tuple(_line(row, row.member_name or patient.full_name) for row in shown),
        count=every.count(),
        number=number,
        may_write=may_write,
        stops=list_stops(patient),
        circle=tuple(Choice(str(key), name) for key, name in members.values_list("pk", "name")),
    )


@reading(needs=Right.MESSAGE_READ, about=Patient)
def get_letter(acting: Acting, patient: Patient, *, outbox_id: UUID) -> LetterPage:
    """Return a letter that waits for somebody to print and send it.

    :raises NotFound: if there is none, or it went or was withdrawn
    """
    row = Outbox.objects.filter(pk=outbox_id, patient=patient, road=str(Road.LETTER)).select_related("message").first()
    if row is None or row.message is None or row.held_for != HeldFor.PERSON:
        raise NotFound
    words = str(row.message.pieces.get("letter_body", ""))
    kept = OfficeLetter.objects.filter(pk=row.pk).values_list("content", flat=True).first()
    pages = bytes(kept) if kept is not None else b""
    return LetterPage(read_whose(patient), acting.at, row.address, words, row.message.language, pages)


def _line(row: Outbox, name: str) -> OutLine:
    state = OutState(row.state)
    return OutLine(
        id=row.pk, at=row.meant_at, road=Road(row.road), state=state, held_for=HeldFor(row.held_for), to_name=name,
        topic=Topic(row.topic), next_at=row.next_at, sent_at=row.sent_at, delivered_at=row.delivered_at,
        why=why_stopped(Stopped(row.stopped_because)) if state is OutState.WITHDRAWN else None,
        is_draft_words=bool(row.message and row.message.is_draft_words), may_withdraw=may_withdraw(state),
        is_office=row.kind == OutKind.OFFICE,
    )  # fmt: skip
