"""What a handoff is made of and what its acceptance moves: any number of patients, a constant number of statements."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import F, Q

from careloop.basics.words import Say
from careloop.catalog.handoffs import load_handoffs
from careloop.catalog.speech import speak
from careloop.facts.access import Acting, Relation, Role
from careloop.facts.chart import FactKind
from careloop.facts.story import Booked, Cited, Sentence, StoryFacts
from careloop.facts.worklist import Event, LoopKind, Severity, State
from careloop.records.models import (
    AbsenceLoop,
    Booking,
    ChartFactRow,
    Handoff,
    HandoffLoop,
    HandoffPatient,
    HandoffWhatIf,
    Loop,
    LoopEvent,
    Patient,
    Person,
)
from careloop.rules.access import grant_labels
from careloop.rules.chart_lists.problems import HOLDS
from careloop.rules.defaults import value_on
from careloop.rules.handoffs import ANSWER_HOURS, QUESTION_HOURS
from careloop.rules.story import tell_story
from careloop.rules.worklist import end_of
from careloop.worklist.opening import Draft, open_loops
from careloop.worklist.settle import Change, clinic_zone, make_event
from careloop.worklist.shares import end_shares


def answer_hours(on: date) -> int:
    """Return for how many hours an answer is waited for, by the default that holds on a day."""
    return value_on(load_handoffs()[ANSWER_HOURS], on)


def question_hours(on: date) -> int:
    """Return after how many hours a colleague's answer is due, by the default that holds on a day."""
    return value_on(load_handoffs()[QUESTION_HOURS], on)


def list_day(person_id: UUID, at: datetime, most: int) -> list[Loop]:
    """Return the loops of somebody's day about patients: late, due or to be looked at by tonight, or begun."""
    zone = ZoneInfo(clinic_zone())
    tonight = datetime.combine(at.astimezone(zone).date() + timedelta(days=1), time(0), zone)
    rows = Loop.objects.filter(owner_id=person_id, patient__isnull=False, state__in=("to_do", "started"))
    due = [
        loop
        for loop in rows.order_by("sort_at", "id")
        if (loop.state == State.STARTED and not loop.waits)
        or min(one for one in (loop.due_at, loop.next_at) if one is not None) < tonight
    ]
    return due[:most]


def list_carried(person_id: UUID, at: datetime, only: Sequence[UUID] = ()) -> list[UUID]:
    """Return the patients whose coordinator somebody is at a moment, of these alone if any are named."""
    sql = "SELECT c.patient_id FROM caseload c WHERE c.person_id = %s AND c.during @> %s::timestamptz"
    values: list[Any] = [person_id, at]
    if only:
        sql, values = f"{sql} AND c.patient_id = ANY(%s)", [*values, list(only)]
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} ORDER BY c.patient_id", values)
        return [row[0] for row in cursor.fetchall()]


def summarize(patients: Sequence[Patient], at: datetime, language: str) -> dict[UUID, str]:
    """Return in a few sentences what the record says of each patient: problems, and what is booked next."""
    keys = [patient.pk for patient in patients]
    today = at.astimezone(ZoneInfo(clinic_zone())).date()
    problems: dict[UUID, list[Cited]] = {}
    rows = ChartFactRow.objects.filter(patient__in=keys, kind=str(FactKind.PROBLEM), status__in=HOLDS)
    # What is labelled is not copied to where fewer labels stand.
    found = (
        rows.filter(label_mask=0).exclude(label="").values_list("patient_id", "resource_id", "n", "label", "start_on")
    )
    for patient_id, resource_id, n, label, on in found:
        named, said = problems.setdefault(patient_id, []), Say("text.free", text=label)
        if all(one.label != said for one in named):
            named.append(Cited(f"{resource_id}:{n}", said, on))
    booked: dict[UUID, list[Booked]] = {}
    visits = Booking.objects.filter(patient__in=keys, occupies=True, starts_at__gte=at, label_mask=0)
    for visit in visits.select_related("visit_type"):
        cited = Cited(str(visit.pk), Say("text.free", text=visit.visit_type.name), visit.starts_wall.date())
        booked.setdefault(visit.patient_id, []).append(Booked(cited, visit.starts_wall.date()))
    told = {}
    for key in keys:
        story = tell_story(StoryFacts(today, (), tuple(problems.get(key, ())), (), tuple(booked.get(key, ()))))
        told[key] = " ".join(_write(sentence, language) for sentence in story.sentences)
    return told


def write_lines(
    acting: Acting, handoff: Handoff, patients: Sequence[Patient], loops: Sequence[Loop], note: str
) -> None:
    """Write the line of each patient of a new handoff, with what the record says and the note, and which loops move."""
    language = str(Person.objects.values_list("language", flat=True).get(pk=acting.person_id))
    told = summarize(patients, acting.at, language)
    told = {key: f"{words} {note}".strip() for key, words in told.items()}
    HandoffPatient.objects.bulk_create(
        HandoffPatient(
            handoff=handoff, patient=one, unit_id=one.unit_id, label_mask=one.label_mask, summary=told[one.pk]
        )
        for one in patients
    )
    HandoffLoop.objects.bulk_create(
        HandoffLoop(
            handoff=handoff, loop=one, patient_id=one.patient_id, unit_id=one.unit_id, label_mask=one.label_mask
        )
        for one in loops
        if one.patient_id is not None
    )


def _write(sentence: Sentence, language: str) -> str:
    """Return a sentence of a story as plain words: commas between the things that are named, a full stop."""
    words, was_named = "", False
    for part in sentence.parts:
        is_named = part.number is not None and not part.say.key.startswith("story.")
        words += f"{', ' if is_named and was_named else ' '}{speak(part.say, language)}"
        was_named = is_named
    return f"{words.strip().rstrip('.')}."


ACCEPTED = Say("event.handoff_accepted")
# The name under which a handoff that nobody answered, or that a supervisor asks for, stands on a list.
UNANSWERED = "handoff"


def move_loops(acting: Acting, loops: Sequence[Loop], to_person: UUID, say: Say = ACCEPTED) -> int:
    """Give locked loops to one person; return how many. What comes next and by when stays: no clock begins anew."""
    Loop.objects.filter(pk__in=[loop.pk for loop in loops]).update(
        owner=to_person, queue=None, version=F("version") + 1
    )
    what, lines = Change(Event.HAND_OFF, say), []
    for loop in loops:
        loop.version += 1
        lines.append(make_event(acting, loop, what, from_state=loop.state, before=None))
    LoopEvent.objects.bulk_create(lines)
    return len(loops)


def move_caseload(acting: Acting, patient_ids: Sequence[UUID], giver: UUID, receiver: Person) -> list[UUID]:
    """Make the receiver the coordinator of those of whom the giver still is; return whom. Grants and cover follow."""
    ids, at = list(patient_ids), acting.at
    end_shares(at, ids, giver)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE caseload SET during = tstzrange(lower(during), %s) WHERE patient_id = ANY(%s) AND person_id = %s"
            " AND during @> %s::timestamptz AND lower(during) < %s RETURNING patient_id",
            [at, ids, giver, at, at],
        )
        moved = [row[0] for row in cursor.fetchall()]
        cursor.execute(
            "INSERT INTO caseload (patient_id, unit_id, label_mask, patient_no, person_id, during, left_reason)"
            " SELECT p.id, p.unit_id, p.label_mask, p.no, %s, tstzrange(%s, NULL), '' FROM patient p"
            " WHERE p.id = ANY(%s)",
            [receiver.pk, at, moved],
        )
        # Grants of the giver end with the caseload, and so do those of whoever stands in for the giver.
        cursor.execute(
            "SELECT count(end_grants(w.who, p.id, w.through, %s)) FROM unnest(%s::uuid[]) AS p (id), ("
            "SELECT %s::uuid AS who, %s AS through UNION SELECT c.covering_id, %s FROM cover c"
            " WHERE c.absent_id = %s AND upper(c.during) > %s) w",
            [at, moved, giver, str(Relation.CASELOAD), str(Relation.COVER), giver, at],
        )
        _give_grants(cursor, acting, moved, receiver)
    return moved


def _give_grants(cursor: CursorWrapper, acting: Acting, patient_ids: list[UUID], receiver: Person) -> None:
    cursor.execute(
        "INSERT INTO access_grant (person_id, patient_id, unit_id, source, label_mask, purpose, during, granted_by,"
        " reason) SELECT %s, p, NULL, %s, %s, '', tstzrange(%s, NULL), %s, '' FROM unnest(%s::uuid[]) p",
        [
            receiver.pk, str(Relation.CASELOAD), int(grant_labels(Role(receiver.role))), acting.at, acting.person_id,
            patient_ids,
        ],
    )  # fmt: skip
    cursor.execute(
        "SELECT c.covering_id, s.role, greatest(lower(c.during), %s), upper(c.during) FROM cover c"
        " JOIN person s ON s.id = c.covering_id WHERE c.absent_id = %s AND upper(c.during) > %s",
        [acting.at, receiver.pk, acting.at],
    )
    covers = cursor.fetchall()
    who, masks = [row[0] for row in covers], [int(grant_labels(Role(row[1]))) for row in covers]
    cursor.execute(
        "INSERT INTO access_grant (person_id, patient_id, unit_id, source, label_mask, purpose, during, granted_by,"
        " reason) SELECT c.who, p, NULL, %s, c.mask, '', tstzrange(c.since, c.until), %s, ''"
        " FROM unnest(%s::uuid[]) p, unnest(%s::uuid[], %s::int[], %s::timestamptz[], %s::timestamptz[])"
        " AS c (who, mask, since, until)",
        [
            str(Relation.COVER), acting.person_id, patient_ids, who, masks, [row[2] for row in covers],
            [row[3] for row in covers],
        ],
    )  # fmt: skip


def open_what_ifs(acting: Acting, handoff: Handoff, patients: Sequence[Patient], receiver: UUID) -> list[Loop]:
    """Make each what-if of the living a task of the receiver, due at the end of its day; return them."""
    living = {patient.pk: patient for patient in patients if not patient.is_dead}
    rows = list(HandoffWhatIf.objects.filter(handoff=handoff, patient__in=list(living)).order_by("id"))
    drafts = [
        Draft(
            kind=LoopKind.TASK,
            patient_id=row.patient_id,
            unit_id=row.unit_id,
            label_mask=row.label_mask,
            title=Say("handoff.if_then", condition=row.if_words, deed=row.then_words),
            because=(Say("because.handoff_what_if"),),
            if_waits=None,
            step=Say("step.handoff_look"),
            severity=Severity.HIGH,
            due_at=end_of(row.on, living[row.patient_id].zone),
            owner_id=receiver,
        )
        for row in rows
    ]
    loops = open_loops(acting, drafts)
    for row, loop in zip(rows, loops, strict=True):
        row.loop = loop
    HandoffWhatIf.objects.bulk_update(rows, ["loop"])
    return loops


def open_tellings(acting: Acting, patients: Sequence[Patient], receiver: Person) -> list[Loop]:
    """Open, for each living patient whose contact person changed, the promise to tell them who it is now."""
    drafts = [
        Draft(
            kind=LoopKind.TASK,
            patient_id=patient.pk,
            unit_id=patient.unit_id,
            label_mask=patient.label_mask,
            title=Say("handoff.tell_patient", name=receiver.name),
            because=(Say("because.handoff_contact_changed"),),
            if_waits=Say("handoff.if_not_told"),
            step=Say("step.handoff_tell"),
            severity=Severity.MODERATE,
            owner_id=receiver.pk,
        )
        for patient in patients
        if not patient.is_dead
    ]
    return open_loops(acting, drafts)


def lock_people(*people: UUID) -> None:
    """Wait for whoever plans an absence of one of these at this moment, or have them wait."""
    list(Person.objects.select_for_update(no_key=True).filter(pk__in=people).order_by("pk"))


def lock_moving(handoff: Handoff, lines: Iterable[HandoffPatient]) -> list[Loop]:
    """Return the open loops that move, locked in the order of their keys: those that the giver still owns.

    What a colleague has only because the giver is away moves with them.
    """
    away = AbsenceLoop.objects.filter(absence__person_id=handoff.giver_id, back_at=None)
    theirs = Q(owner_id=handoff.giver_id) | Q(pk__in=away.values("loop_id"))
    rows = Loop.objects.filter(theirs, patient__in=[line.patient_id for line in lines])
    rows = rows.exclude(state=str(State.CLOSED))
    if handoff.scope == "loops":
        rows = rows.filter(handoffloop__handoff=handoff)
    return list(rows.select_for_update(of=("self",)).order_by("id"))


def draft_of_unanswered(handoff: Handoff, giver: str) -> Draft:
    """Return the loop of the team's queue that says that nobody answered a handoff."""
    return Draft(
        kind=LoopKind.REVIEW,
        patient_id=None,
        unit_id=handoff.unit_id,
        label_mask=0,
        title=Say("handoff.unanswered", name=giver, count=handoff.patient_count),
        because=(Say("because.handoff_unanswered"),),
        if_waits=None,
        step=Say("step.handoff_other"),
        severity=Severity.HIGH,
        queue_id=handoff.unit_id,
        check_name=UNANSWERED,
        finding_key=str(handoff.pk),
    )


def draft_of_asking(handoff: Handoff, reason: str) -> Draft:
    """Return the loop that asks a coordinator to hand on what a supervisor wrote down for them."""
    return Draft(
        kind=LoopKind.REVIEW,
        patient_id=None,
        unit_id=handoff.unit_id,
        label_mask=0,
        title=Say("handoff.prepared", name=handoff.receiver.name, count=handoff.patient_count),
        because=(Say("text.free", text=reason),),
        if_waits=None,
        step=Say("step.handoff_offer"),
        severity=Severity.MODERATE,
        owner_id=handoff.giver_id,
        check_name=UNANSWERED,
        finding_key=f"asked:{handoff.pk}",
    )
