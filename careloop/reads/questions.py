"""Questions to and from somebody as a page, in a constant number of statements."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q

from careloop.basics.refusals import NotFound
from careloop.facts.access import Acting, Right, Role
from careloop.facts.pages import Choice
from careloop.facts.questions import CLOCK, QuestionLine, QuestionsPage
from careloop.facts.worklist import Event, State
from careloop.guard.doors import Shown, listing
from careloop.guard.grants import Reach
from careloop.reads.rows import Viewer, select_rows
from careloop.records.models import Loop, LoopEvent, Membership, Patient
from careloop.rules.questions import groups_of
from careloop.worklist.colleagues import list_colleagues
from careloop.worklist.handoffs import question_hours
from careloop.worklist.settle import clinic_zone

# So many that one asked are listed, the newest first.
LINES = 50


@listing(needs=Right.LOOP_WRITE)
def get_questions_page(acting: Acting, reach: Reach, *, patient_id: UUID | None = None) -> Shown[QuestionsPage]:
    """Return what one is asked and what one asked; with a patient, of whom something can be asked about them.

    :raises NotFound: if the patient is not there or not theirs
    """
    reached = Patient.objects.filter(Q(unit_id__in=reach.units) | Q(pk__in=reach.patients))
    patient = reached.filter(pk=patient_id).first() if patient_id else None
    if patient_id and patient is None:
        raise NotFound
    asked = Loop.objects.filter(clock=CLOCK).select_related("asked_by")
    to_me = list(asked.filter(owner_id=acting.person_id).exclude(state=str(State.CLOSED)).order_by("sort_at", "id"))
    from_me = list(asked.filter(asked_by_id=acting.person_id).order_by("-opened_at", "-id")[:LINES])
    mine = [f"question.to_{group}" for group in groups_of({acting.role})]
    waiting = asked.filter(queue_id__in=_teams(acting), owner=None, title__key__in=mine)
    waiting = waiting.exclude(state=str(State.CLOSED)).exclude(asked_by_id=acting.person_id)
    to_us = list(waiting.order_by("sort_at", "id")[:LINES])
    lines = _load_lines(acting, [*to_me, *from_me, *to_us])
    people = list_colleagues(acting, patient) if patient else []
    page = QuestionsPage(
        to_me=tuple(lines[loop.pk] for loop in to_me if loop.pk in lines),
        from_me=tuple(lines[loop.pk] for loop in from_me if loop.pk in lines),
        hours=question_hours(acting.at.date()),
        patient_id=patient.pk if patient else None,
        patient_name=patient.full_name if patient else "",
        colleagues=tuple(Choice(str(one.pk), one.name) for one in people),
        groups=groups_of({Role(one.role) for one in people}),
        to_us=tuple(lines[loop.pk] for loop in to_us if loop.pk in lines),
    )
    shown = [line.row.patient_id for line in (*page.to_me, *page.from_me, *page.to_us)]
    keys = [key for key in (page.patient_id, *shown) if key is not None]
    return Shown(page, tuple(dict.fromkeys(keys)), asked="questions")


def _teams(acting: Acting) -> list[int]:
    return list(Membership.objects.filter(person_id=acting.person_id).values_list("unit_id", flat=True))


def _load_lines(acting: Acting, loops: Sequence[Loop]) -> dict[UUID, QuestionLine]:
    viewer = Viewer(acting.person_id, acting.at, clinic_zone())
    keys = [loop.pk for loop in loops]
    rows = {row.id: row for row in select_rows(viewer, "l.id = ANY(%s)", [keys])}
    ends = LoopEvent.objects.filter(loop__in=keys, event__in=(str(Event.FINISH), str(Event.NOT_NEEDED)))
    answers = dict(ends.order_by("version").values_list("loop_id", "note"))
    return {
        loop.pk: QuestionLine(
            row=rows[loop.pk],
            asked_by=loop.asked_by.name if loop.asked_by else "",
            words=str(dict(rows[loop.pk].because[0].values).get("text", "")),
            answer=answers.get(loop.pk, ""),
            asked_at=loop.opened_at,
        )
        for loop in loops
        if loop.pk in rows
    }
