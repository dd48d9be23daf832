"""What people answer to reminders of medicines: taken, not taken, stopped, or that it makes them feel bad."""

from collections.abc import Mapping
from uuid import UUID

from careloop.basics.refusals import NotFound, Refusal
from careloop.basics.words import Say
from careloop.facts.access import Acting
from careloop.facts.medicine_reminders import ScheduleState, StopWhy
from careloop.facts.reminders import ReminderAnswer, ReminderState, WithdrawnWhy
from careloop.records.models import MedicineReminder, MedicineSchedule
from careloop.rules.medicine_reminders import ABOUT_MEDICINES, FOR_CLINICIAN
from careloop.worklist.medicine_loops import ask_clinician, ask_why_not

# A plain yes or no to "it is time" says whether it was taken.
PLAIN: Mapping[ReminderAnswer, ReminderAnswer] = {
    ReminderAnswer.YES: ReminderAnswer.TAKEN,
    ReminderAnswer.NO: ReminderAnswer.NOT_TAKEN,
    ReminderAnswer.CHANGE: ReminderAnswer.NOT_TAKEN,
}
WHYS: Mapping[ReminderAnswer, StopWhy] = {
    ReminderAnswer.STOPPED: StopWhy.PATIENT_STOPPED,
    ReminderAnswer.SIDE_EFFECT: StopWhy.SIDE_EFFECT,
}
ANSWERABLE = (ReminderState.SENT, ReminderState.ANSWERED)


def answer_medicine(acting: Acting, reminder_id: UUID, answer: ReminderAnswer) -> UUID | None:
    """Write down an answer about a medicine, and ask whoever has to hear of it; return their loop, None if nobody has.

    Nothing goes on reminding of what somebody has stopped, or what makes them feel bad, until a person says so.

    :raises NotFound: if there is no such reminder within reach
    :raises Refusal: if it did not go, or the answer is none to what it asked
    """
    meant = PLAIN.get(answer, answer)
    key = MedicineReminder.objects.filter(pk=reminder_id).values_list("schedule_id", flat=True).first()
    if key is None:
        raise NotFound
    if meant not in ABOUT_MEDICINES:
        raise Refusal(Say("refusal.reminder_answer"))
    schedule = MedicineSchedule.objects.select_for_update(of=("self",), no_key=True).get(pk=key)
    row = MedicineReminder.objects.select_for_update(of=("self",), no_key=True).get(pk=reminder_id)
    if row.state not in ANSWERABLE:
        raise Refusal(Say("refusal.reminder_old"))
    row.state, row.state_since = str(ReminderState.ANSWERED), acting.at
    row.answer, row.answered_at = str(meant), acting.at
    row.save()
    if meant in FOR_CLINICIAN:
        if schedule.state == ScheduleState.ACTIVE:
            end_schedule(acting, schedule, ScheduleState.PAUSED, WHYS[meant])
        return UUID(str(ask_clinician(acting, schedule, meant).pk))
    if meant is ReminderAnswer.NOT_TAKEN:
        return UUID(str(ask_why_not(acting, schedule, row.due_wall.date()).pk))
    return None


def end_schedule(acting: Acting, schedule: MedicineSchedule, state: ScheduleState, why: StopWhy) -> None:
    """Stop the reminders of a locked schedule, for now or for good; what was planned does not go."""
    schedule.state, schedule.why, schedule.state_since = str(state), str(why), acting.at
    schedule.version += 1
    schedule.save()
    planned = MedicineReminder.objects.filter(schedule=schedule, state=str(ReminderState.PLANNED))
    planned.update(state=str(ReminderState.WITHDRAWN), why=str(WithdrawnWhy.STOPPED), state_since=acting.at)
