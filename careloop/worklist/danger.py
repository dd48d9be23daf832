"""Words of danger bring a person at once, by whichever road they came: a critical task in the team's queue, due in
minutes. Nothing is judged here, and nobody outside is answered by it.
"""

from datetime import datetime, timedelta
from uuid import UUID

from careloop.basics.words import Say
from careloop.facts.access import Acting
from careloop.facts.worklist import LoopKind, Severity
from careloop.records.models import Loop, Patient
from careloop.rules.threads import DANGER_MINUTES
from careloop.worklist.death import find_dead
from careloop.worklist.opening import Draft, open_loop
from careloop.worklist.settle import clinic_zone
from careloop.worklist.thread_values import value_of

# The name of the tasks that answers leave; the key is the message's.
ANSWERED = "answer"
# So many signs of what was written stand on the task.
SHOWN = 500
CALL_NOW, READ_AND_CALL = Say("step.answer_danger"), Say("step.answer_office_danger")


def danger_due(acting: Acting) -> datetime:
    """Return until when somebody must be called who wrote words of danger: a default of the product."""
    return acting.at + timedelta(minutes=value_of(DANGER_MINUTES, acting))


def call_at_once(
    acting: Acting, patient: Patient, *, key: UUID, title: Say, words: str, found: tuple[str, ...], step: Say = CALL_NOW
) -> Loop:
    """Ask whoever is there first to call; return the loop. ``key`` names what was written, ``found`` its words.

    About somebody who has died no task is kept open with their name: it stands in the team's queue without, and
    without what was written, since somebody who lives may be in danger.
    """
    is_dead = bool(find_dead([patient.pk]))
    said = () if is_dead else (Say("answer.wrote", text=words[:SHOWN]),)
    return open_loop(
        acting,
        Draft(
            kind=LoopKind.REVIEW if is_dead else LoopKind.TASK,
            patient_id=None if is_dead else patient.pk,
            unit_id=patient.unit_id,
            label_mask=patient.label_mask,
            title=title,
            because=(Say("answer.danger_found", text=", ".join(found)), *said),
            if_waits=Say("answer.if_danger_waits"),
            step=step,
            severity=Severity.CRITICAL,
            due_at=danger_due(acting),
            queue_id=patient.unit_id,
            check_name=ANSWERED,
            finding_key=f"{key} urgent",
        ),
        zone=clinic_zone() if is_dead else patient.zone,
    )
