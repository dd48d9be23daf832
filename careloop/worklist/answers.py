"""What came in lands: whose it is, what it answers, what it moves; what cannot be told is put before a person.

Everything of one answer happens in one transaction with the row that it came in: a kill leaves it whole or new, and
the same message a second time is the same answer.
"""

from uuid import UUID

from django.db import connection

from careloop.basics.ids import new_id
from careloop.basics.words import Say
from careloop.catalog.answers import load_vocabulary
from careloop.facts.access import Acting
from careloop.facts.answers import Asked, Meaning, Understood
from careloop.facts.consents import Road
from careloop.facts.mail import MailKind
from careloop.facts.outbox import Direction, InboxSource, InboxState
from careloop.facts.threads import Did, WhyReview
from careloop.facts.worklist import LoopKind, Severity
from careloop.guard.context import enter
from careloop.records.models import (
    Answer,
    AnswerReview,
    CircleMember,
    InboxItem,
    Membership,
    Message,
    Outbox,
    Patient,
    PatientLink,
    Thread,
)
from careloop.rules.access import MAY_CARRY
from careloop.rules.answers import find_danger, understand
from careloop.rules.page_answers import understand_page
from careloop.rules.threads import ASKED_DAYS, asked_by
from careloop.worklist.answer_moves import Landed, follow, keep_stop
from careloop.worklist.came import LEFT, Came, UnreadableError, nothing_read, read_item
from careloop.worklist.contact_points import Receiver, list_points
from careloop.worklist.danger import danger_due
from careloop.worklist.death import find_dead
from careloop.worklist.mail_reports import file_report
from careloop.worklist.offer_texts import follow_offer
from careloop.worklist.office_answers import land_from_office, units_of_office
from careloop.worklist.opening import Draft, open_loop
from careloop.worklist.outbox import open_thread
from careloop.worklist.pill_answers import follow_pills
from careloop.worklist.reminders import note_answered
from careloop.worklist.settle import clinic_zone
from careloop.worklist.thread_values import value_of

# The name under which something that came in waits for a name in the team's queue.
WHOSE = "answer_whose"
# What is written on what came in: as it came, it stays.
PLACED = ("state", "because", "patient", "unit", "label_mask")
# What somebody was answering: it went, as far as we know.
WENT = ("sent", "delivered", "unknown", "claimed")


def land(acting: Acting, item: InboxItem) -> Did:
    """Give what came in to whom it belongs, or put it before a person; return what it did.

    The item is locked and new. A message that came before under the same name is done without a trace of its own.
    """
    if item.source == InboxSource.MAIL and LEFT in item.about:
        return _review(acting, item, nothing_read(item), WhyReview.LEFT, [])
    try:
        came = read_item(InboxSource(item.source), bytes(item.body), item.about)
    except UnreadableError:
        return land_unreadable(acting, item)
    if came.link_id is not None:
        return _land_page(acting, item, came)
    if came.kind is MailKind.REPORT:
        return Did.NOTHING if file_report(acting, item, came) else land_unreadable(acting, item)
    from_office = land_from_office(acting, item, came)
    if from_office is not None:
        return from_office
    _take_over(acting, came)
    places = _points(came)
    enter(patients={patient for _point, patient, _unit, _member in places})
    return _place(acting, item, came, places)


def _place(acting: Acting, item: InboxItem, came: Came, places: list[tuple[UUID, UUID, int, UUID | None]]) -> Did:
    answers = Answer.objects.filter(reference=came.reference).select_related("patient")
    known = answers.first() if came.reference else None
    if known is not None:
        _done(acting, item, known.patient)
        return Did.NOTHING
    patients = {patient for _point, patient, _unit, _member in places}
    if not patients:
        # An office writes about many patients: by its address alone nobody but a person says about whom.
        return _review(acting, item, came, WhyReview.UNKNOWN, units_of_office(came.address))
    if len(patients) > 1:
        if came.kind is MailKind.WORDS:
            # It is the telephone that asks: nobody is written to there any more.
            keep_stop(acting, came.road, came.words, [(patient, member) for _p, patient, _u, member in places])
        return _review(acting, item, came, WhyReview.SHARED, sorted({unit for _p, _o, unit, _m in places}))
    (key,) = patients
    if find_dead([key]):
        return _review(acting, item, came, WhyReview.DEAD, [places[0][2]])
    patient = Patient.objects.get(pk=key)
    return take_as(acting, item, came, _receiver(patient, came, [member for _p, _o, _u, member in places]))


def _land_page(acting: Acting, item: InboxItem, came: Came) -> Did:
    """Give an answer on a page to whom its link was given: it answers the message that stood there, and no other."""
    enter(patients={key for key in (item.patient_id,) if key is not None})
    link = PatientLink.objects.select_related("patient", "member").filter(pk=came.link_id).first()
    if link is None or link.message_id is None:
        return _review(acting, item, came, WhyReview.UNREADABLE, _units(item))
    if find_dead([link.patient_id]):
        return _review(acting, item, came, WhyReview.DEAD, [link.unit_id])
    answered = Outbox.objects.select_related("message").get(message_id=link.message_id)
    return take_as(acting, item, came, Receiver(link.patient, link.member), answered)


def land_unreadable(acting: Acting, item: InboxItem) -> Did:
    """Put before a person what could not be handled, as it came; what was typed on a page stands there in its words."""
    came = nothing_read(item)
    if item.source == InboxSource.PAGE:
        came = read_item(InboxSource.PAGE, bytes(item.body), item.about)
    return _review(acting, item, came, WhyReview.UNREADABLE, _units(item))


def _units(item: InboxItem) -> list[int]:
    return [item.unit_id] if item.unit_id is not None else []


def take_as(acting: Acting, item: InboxItem, came: Came, receiver: Receiver, answered: Outbox | None = None) -> Did:
    """Write what came in into the thread with whom it came from, understand it, and do what follows.

    What a machine wrote by itself stands in the thread as such: it is no answer, and gets none. ``answered`` is the
    message that it answers, if that is known; else the newest that went to them on that road.
    """
    patient = receiver.patient
    thread = Thread.objects.select_for_update(of=("self",)).get(pk=open_thread(acting, receiver).pk)
    answered = answered or _newest(thread, came)
    asked = Asked.NOTHING
    if answered is not None:
        situation = answered.message.situation if answered.message else ""
        asked = asked_by(situation, answered.sent_at or answered.queued_at, acting.at, value_of(ASKED_DAYS, acting))
    is_automatic = came.kind is MailKind.AUTOMATIC
    meant = Understood(Meaning.WORDS) if is_automatic else _understand(came, asked)
    message = _write(acting, item, came, thread, meant)
    loop_id: UUID | None = None
    did = Did.AUTOMATIC
    if is_automatic:
        # Nobody has answered, and nobody waits for an answer.
        Thread.objects.filter(pk=thread.pk).update(last_at=acting.at)
    else:
        did, loop_id = _follow(acting, Landed(receiver, thread, message, came.road, asked, meant, answered))
    if answered is not None and not is_automatic:
        note_answered(acting, answered.pk, meant.meaning)
    Answer(
        message=message, inbox_item=item, patient_id=patient.pk, unit_id=patient.unit_id,
        label_mask=patient.label_mask, reference=came.reference, answers=answered, asked=str(asked),
        meaning=str(meant.meaning), also=[str(one) for one in meant.also], hints=[str(one) for one in meant.hints],
        found=list(meant.found), did=str(did), loop_id=loop_id, at=acting.at,
    ).save(force_insert=True)  # fmt: skip
    _done(acting, item, patient)
    return did


def _follow(acting: Acting, landed: Landed) -> tuple[Did, UUID | None]:
    return follow_offer(acting, landed) or follow_pills(acting, landed) or follow(acting, landed)


def _understand(came: Came, asked: Asked) -> Understood:
    if came.link_id is not None:
        return understand_page(came.yes, came.typed, load_vocabulary())
    meant = understand(came.words, asked, load_vocabulary())
    if meant.meaning is not Meaning.URGENT and (found := find_danger(came.subject, load_vocabulary())):
        return Understood(Meaning.URGENT, also=(Meaning.STOP,) if meant.has(Meaning.STOP) else (), found=found)
    return meant


def _take_over(acting: Acting, came: Came) -> None:
    """Take over the addresses of everybody whose record or circle knows this one: they may write before we do."""
    with connection.cursor() as cursor:
        if came.road is Road.EMAIL:
            cursor.execute("SELECT patient_id, unit_id, member_id FROM who_has_mail(%s)", [came.address])
        else:
            digits = came.address.removeprefix("+1") if came.address.startswith("+1") else came.address[1:]
            cursor.execute("SELECT patient_id, unit_id, member_id FROM who_has_phone(%s)", [digits])
        found = cursor.fetchall()
    enter(patients={row[0] for row in found})
    patients = Patient.objects.in_bulk([row[0] for row in found])
    members = CircleMember.objects.in_bulk([row[2] for row in found if row[2]])
    for patient_id, _unit, member_id in found:
        list_points(acting, Receiver(patients[patient_id], members.get(member_id)))


def _points(came: Came) -> list[tuple[UUID, UUID, int, UUID | None]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT point_id, patient_id, unit_id, member_id FROM points_of_address(%s, %s)",
            [str(came.road), came.address],
        )
        return list(cursor.fetchall())


def _receiver(patient: Patient, came: Came, members: list[UUID | None]) -> Receiver:
    """Return whose answer it is: of several with one address, whoever was written to last; else the patient."""
    if len(set(members)) == 1:
        key = members[0]
    else:
        sent = Outbox.objects.filter(patient=patient, road=str(came.road), address=came.address, state__in=WENT)
        newest = sent.order_by("-meant_at", "-id").first()
        key = newest.member_id if newest is not None else None
    return Receiver(patient, CircleMember.objects.filter(pk=key).first() if key else None)


def _newest(thread: Thread, came: Came) -> Outbox | None:
    """Return what is answered, with the message: what a mail names, else what was sent last on this thread and road."""
    rows = Outbox.objects.filter(thread=thread, road=str(came.road), state__in=WENT, message__isnull=False)
    rows = rows.select_related("message").order_by("-meant_at", "-id")
    named: Outbox | None = rows.filter(reference__in=came.answers).first() if came.answers else None
    found = named or rows.first()
    # Who answers the words that carried a link has perhaps not read what stands behind it.
    is_behind_link = found is not None and found.message is not None and found.message.road != came.road
    return None if is_behind_link else found


def _write(acting: Acting, item: InboxItem, came: Came, thread: Thread, meant: Understood) -> Message:
    message = Message(
        id=new_id(acting.at), patient_id=thread.patient_id, unit_id=thread.unit_id, label_mask=thread.label_mask,
        thread=thread, direction=str(Direction.IN), at=acting.at, by_id=acting.person_id, road=str(came.road),
        language=meant.language, words_sha256=b"", words=came.words or "…", inbox_item=item,
    )  # fmt: skip
    message.save(force_insert=True)
    return message


def _done(acting: Acting, item: InboxItem, patient: Patient | None) -> None:
    item.state = str(InboxState.DONE)
    if patient is not None:
        item.patient, item.unit_id, item.label_mask = patient, patient.unit_id, patient.label_mask
    item.save(update_fields=PLACED)


def _review(acting: Acting, item: InboxItem, came: Came, why: WhyReview, units: list[int]) -> Did:
    unit = units[0] if units else _first_team()
    enter(units={unit})
    # Whoever has a thread with us as an office has a notice of its own beneath every mail.
    is_of_office = why is WhyReview.UNKNOWN and bool(units)
    found = find_danger(f"{came.words}\n{came.subject}", load_vocabulary(), is_of_office=is_of_office)
    is_danger = bool(found)
    because = {
        WhyReview.UNKNOWN: Say("answer.nobody_knows"),
        WhyReview.SHARED: Say("answer.several"),
        WhyReview.UNREADABLE: Say("answer.unreadable"),
        WhyReview.DEAD: Say("answer.of_the_dead"),
        WhyReview.LEFT: Say("answer.left_in_mailbox"),
    }[why]
    loop = open_loop(
        acting,
        Draft(
            kind=LoopKind.REVIEW,
            patient_id=None,
            unit_id=unit,
            label_mask=0,
            title=Say("answer.whose"),
            because=(because, *((Say("answer.danger_found", text=", ".join(found)),) if is_danger else ())),
            if_waits=Say("answer.if_danger_waits") if is_danger else Say("answer.if_waits"),
            step=Say("step.answer_whose"),
            severity=Severity.CRITICAL if is_danger else Severity.HIGH,
            due_at=danger_due(acting) if is_danger else None,
            queue_id=unit,
            check_name=WHOSE,
            finding_key=str(item.pk),
        ),
        zone=clinic_zone(),
    )
    AnswerReview(
        id=new_id(acting.at), inbox_item=item, unit_id=unit, road=str(came.road), address=came.address,
        words=came.words, why=str(why), at=acting.at, loop=loop,
    ).save(force_insert=True)  # fmt: skip
    item.state, item.unit_id, item.because = str(InboxState.REVIEW), unit, str(why)
    item.save(update_fields=PLACED)
    return Did.PERSON


def _first_team() -> int:
    """Return the first team in which somebody coordinates: nobody's mail is read there."""
    rows = Membership.objects.filter(person__is_active=True, person__role__in=[str(r) for r in MAY_CARRY])
    return int(rows.order_by("unit_id").values_list("unit_id", flat=True)[0])
