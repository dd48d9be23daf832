"""What holding and booking have in common, inside the doors of visits and of itineraries."""

import hashlib
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import connection
from psycopg.types.range import TimestamptzRange

from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.access import Acting, Relation, Role
from careloop.facts.scheduling import BookingEvent
from careloop.guard.grants import load_relations
from careloop.records.models import AnsweredRequest, Booking, Patient, Person, VisitType
from careloop.rules.access import may_see_labels
from careloop.rules.scheduling import SameKeyOtherRequest
from careloop.worklist.grants import end_grants, give_grant
from careloop.worklist.visit_referrals import follow_booked
from careloop.worklist.visits import Move, move_booking, say_when


def labels_of(acting: Acting, patient: Patient, visit: VisitType) -> int:
    """Return the labels of a visit: those of the patient and of the kind of visit.

    :raises Refusal: if this person may not see such a visit, and so may not book one
    """
    mask = int(patient.label_mask | visit.labels)
    _relations, granted = load_relations(acting, patient.pk, patient.unit_id)
    if not may_see_labels(acting, mask, granted):
        raise Refusal(Say("refusal.visit_labelled"))
    return mask


def book_held(acting: Acting, booking: Booking) -> int:
    """Book a time that is held, and let the front desk reach the patient around it; return the booking's version.

    A referral that hung on an earlier time of the same visit has this date now.
    """
    version = move_booking(acting, booking, Move(BookingEvent.BOOK, Say("event.visit_booked", **say_when(booking))))
    _open_to_front_desk(acting, booking)
    follow_booked(acting, booking)
    return version


def close_to_front_desk(acting: Acting, booking: Booking) -> None:
    """End what the front desk reaches through visits, unless the patient has another one coming."""
    if acting.role is Role.FRONT_DESK or Booking.objects.filter(patient=booking.patient_id, occupies=True).exists():
        return
    desk = Person.objects.filter(role=str(Role.FRONT_DESK), membership__unit_id=booking.unit_id)
    for person in desk:
        end_grants(acting, person.pk, booking.patient_id, str(Relation.VISIT))


def answer_before(acting: Acting, key: str, request: str) -> UUID | None:
    """Return what was answered under this key, None the first time; two at once wait for one another.

    :raises SameKeyOtherRequest: if something else was asked under it
    """
    words = key.replace("\x00", "").strip()
    if not words or len(words) > 200:
        raise Refusal(Say("refusal.key_missing"))
    digest = hashlib.sha256(request.encode()).digest()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO answered_request (person_id, key, sha256, at) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
            [acting.person_id, key, digest, acting.at],
        )
        if cursor.rowcount == 1:
            return None
    row = AnsweredRequest.objects.get(person_id=acting.person_id, key=key)
    if bytes(row.sha256) != digest:
        raise SameKeyOtherRequest
    answer: UUID | None = row.answer
    return answer


def _open_to_front_desk(acting: Acting, booking: Booking) -> None:
    """Let the front desk of the patient's team reach the patient from the day before the visit to the day after."""
    during = _days_around(booking)
    desk = Person.objects.filter(role=str(Role.FRONT_DESK), is_active=True, membership__unit_id=booking.unit_id)
    for person in desk:
        give_grant(acting, person, Relation.VISIT, patient_id=booking.patient_id, during=during)


def _days_around(booking: Booking) -> TimestamptzRange:
    day: datetime = booking.starts_at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return TimestamptzRange(day - timedelta(days=1), day + timedelta(days=2))
