"""Handoffs as pages: those to and from somebody, what a new one is made of, one with all that is said in it."""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q, QuerySet

from careloop.basics.refusals import NotFound
from careloop.facts.access import Acting, Right
from careloop.facts.handoffs import (
    DayPatient,
    DeclineReason,
    HandoffLine,
    HandoffPage,
    HandoffRow,
    HandoffScope,
    HandoffsPage,
    HandoffState,
    IllnessLevel,
    NewHandoffPage,
    WhatIf,
)
from careloop.facts.pages import Choice, LoopRow
from careloop.guard.doors import Shown, listing
from careloop.guard.grants import Reach
from careloop.reads.absence_rows import list_my_covers
from careloop.reads.rows import Viewer, select_rows
from careloop.records.models import Handoff, HandoffLoop, HandoffPatient, HandoffWhatIf, Membership, Patient, Person
from careloop.rules.access import MAY_CARRY
from careloop.rules.handoffs import LIVE, MOST_PATIENTS
from careloop.worklist.handoffs import answer_hours, list_carried, list_day
from careloop.worklist.settle import clinic_zone

# So many that ended are listed.
ENDED = 30


@listing(needs=Right.LOOP_HAND_OFF)
def get_handoffs_page(acting: Acting, reach: Reach) -> Shown[HandoffsPage]:
    """Return handoffs from and to this person: those that wait, newest first, and the latest that ended."""
    rows = _select(acting)
    live = [str(state) for state in LIVE]
    waiting = rows.filter(state__in=live).order_by("-state_since", "-id")
    # A draft is the giver's own.
    waiting = waiting.exclude(Q(state=str(HandoffState.DRAFT)) & ~Q(giver_id=acting.person_id))
    ended = rows.exclude(state__in=live).order_by("-state_since", "-id")
    ended = ended.exclude(Q(state=str(HandoffState.WITHDRAWN), expires_at=None) & ~Q(giver_id=acting.person_id))
    page = HandoffsPage(
        tuple(_row(one, acting) for one in waiting),
        tuple(_row(one, acting) for one in ended[:ENDED]),
        list_my_covers(acting),
    )
    return Shown(page, ())


@listing(needs=Right.LOOP_HAND_OFF)
def get_new_handoff_page(acting: Acting, reach: Reach, *, patient_id: UUID | None = None) -> Shown[NewHandoffPage]:
    """Return what this person could hand on, and to whom; of one patient if that is named.

    :raises NotFound: if the patient is not there or not theirs
    """
    reached = Patient.objects.filter(Q(unit_id__in=reach.units) | Q(pk__in=reach.patients))
    patient = reached.filter(pk=patient_id).first() if patient_id else None
    if patient_id and patient is None:
        raise NotFound
    keys = list_carried(acting.person_id, acting.at, [patient.pk] if patient else ())
    carried = Patient.objects.filter(pk__in=keys).order_by("name_key", "id")
    people = tuple(Choice(str(one.pk), one.full_name) for one in carried)
    loops = list_day(acting.person_id, acting.at, MOST_PATIENTS * 10)
    counts = Counter(one.patient_id for one in loops if patient_id in (None, one.patient_id))
    of_day = reached.filter(pk__in=[key for key in counts if key]).order_by("name_key", "id")
    page = NewHandoffPage(
        receivers=_list_receivers(acting),
        loops=sum(counts.values()),
        people=people,
        patient_id=patient.pk if patient else None,
        patient_name=patient.full_name if patient else "",
        day=tuple(DayPatient(one.pk, one.full_name, one.birth_on, counts[one.pk]) for one in of_day),
    )
    return Shown(page, tuple(dict.fromkeys((*keys, *(one.id for one in page.day)))))


@listing(needs=Right.LOOP_HAND_OFF)
def get_handoff_page(acting: Acting, reach: Reach, *, handoff_id: UUID) -> Shown[HandoffPage]:
    """Return one handoff with what is said of each patient: the most ill first. A constant number of statements.

    :raises NotFound: if it is not from or to this person, or is another's draft
    """
    handoff = _select(acting).filter(pk=handoff_id).first()
    if handoff is None or (handoff.state == HandoffState.DRAFT and handoff.giver_id != acting.person_id):
        raise NotFound
    rows = list(HandoffPatient.objects.filter(_within(reach), handoff=handoff))
    patients = Patient.objects.in_bulk([row.patient_id for row in rows])
    actions, what_ifs = _load_actions(acting, handoff, list(patients)), _load_what_ifs(handoff, list(patients))
    lines = [_line(row, patients[row.patient_id], actions, what_ifs) for row in rows if row.patient_id in patients]
    lines.sort(key=lambda line: (_rank(line.level), patients[line.patient_id].name_key, line.id))
    page = HandoffPage(
        at=acting.at,
        row=_row(handoff, acting),
        version=handoff.version,
        lines=tuple(lines),
        decline_reason=DeclineReason(handoff.reason) if handoff.reason else None,
        hours=answer_hours(acting.at.date()),
        is_receiver=handoff.receiver_id == acting.person_id,
    )
    return Shown(page, tuple(line.patient_id for line in lines), asked=str(handoff_id))


def _select(acting: Acting) -> "QuerySet[Handoff]":
    mine = Q(giver_id=acting.person_id) | Q(receiver_id=acting.person_id)
    return Handoff.objects.filter(mine).select_related("giver", "receiver")


def _within(reach: Reach) -> Q:
    return Q(unit_id__in=reach.units) | Q(patient_id__in=reach.patients)


def _row(one: Handoff, acting: Acting) -> HandoffRow:
    return HandoffRow(
        id=one.pk,
        giver=one.giver.name,
        receiver=one.receiver.name,
        is_given=one.giver_id == acting.person_id,
        scope=HandoffScope(one.scope),
        state=HandoffState(one.state),
        state_since=one.state_since,
        expires_at=one.expires_at,
        patients=one.patient_count,
    )


def _line(
    row: HandoffPatient,
    patient: Patient,
    actions: dict[UUID, list[LoopRow]],
    what_ifs: dict[UUID, list[WhatIf]],
) -> HandoffLine:
    return HandoffLine(
        id=row.pk,
        patient_id=patient.pk,
        name=patient.full_name,
        birth_on=patient.birth_on,
        level=IllnessLevel(row.level) if row.level else None,
        summary=row.summary,
        actions=tuple(actions.get(patient.pk, ())),
        what_ifs=tuple(what_ifs.get(patient.pk, ())),
        question=row.question,
        answer=row.answer,
        said_back=row.said_back,
    )


def _load_actions(acting: Acting, handoff: Handoff, patient_ids: Sequence[UUID]) -> dict[UUID, list[LoopRow]]:
    """Return what is open and moves, or moved: single loops by name, else all that lies with the giver."""
    viewer = Viewer(acting.person_id, acting.at, clinic_zone())
    if handoff.scope == HandoffScope.LOOPS:
        keys = list(HandoffLoop.objects.filter(handoff=handoff).values_list("loop_id", flat=True))
        rows = select_rows(viewer, "l.id = ANY(%s) AND l.patient_id = ANY(%s)", [keys, list(patient_ids)])
    else:
        owner = handoff.receiver_id if handoff.state == HandoffState.ACCEPTED else handoff.giver_id
        where = "l.patient_id = ANY(%s) AND l.owner_id = %s AND l.state <> 'closed'"
        rows = select_rows(viewer, where, [list(patient_ids), owner])
    found: dict[UUID, list[LoopRow]] = {}
    for row in rows:
        if row.patient_id is not None:
            found.setdefault(row.patient_id, []).append(row)
    return found


def _load_what_ifs(handoff: Handoff, patient_ids: Sequence[UUID]) -> dict[UUID, list[WhatIf]]:
    found: dict[UUID, list[WhatIf]] = {}
    for row in HandoffWhatIf.objects.filter(handoff=handoff, patient__in=patient_ids).order_by("on", "id"):
        found.setdefault(row.patient_id, []).append(WhatIf(row.if_words, row.then_words, row.on))
    return found


def _list_receivers(acting: Acting) -> tuple[Choice, ...]:
    teams = Membership.objects.filter(person_id=acting.person_id).values("unit_id")
    people = Person.objects.filter(
        is_active=True, role__in=[str(r) for r in MAY_CARRY], membership__unit_id__in=teams
    ).exclude(pk=acting.person_id)
    return tuple(Choice(str(one.pk), one.name) for one in people.distinct().order_by("name"))


def _rank(level: IllnessLevel | None) -> int:
    return 0 if level is None else 1 + list(reversed(IllnessLevel)).index(level)
