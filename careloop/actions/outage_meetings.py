"""Family meetings when somebody or something is out: their owner is asked to find another time, nobody moves them."""

from uuid import UUID

from django.db import connection
from django.db.models import Q

from careloop.basics.refusals import NotFound
from careloop.basics.words import Say
from careloop.facts.access import Acting, Right
from careloop.facts.meetings import MeetingState
from careloop.guard.context import enter
from careloop.guard.doors import action, unattended
from careloop.records.models import FamilyMeeting, Outage, Patient
from careloop.rules.outages import FORGOTTEN, out_spans
from careloop.worklist.outage_meetings import ask_owner, close_asked, find_meetings
from careloop.worklist.outages import find_holding, list_out, read_ask


@action(needs=Right.OUTAGE_WRITE, about=Patient)
def ask_for_meeting(acting: Acting, patient: Patient, *, meeting_id: UUID, outage_id: UUID) -> bool:
    """Ask the owner of a family meeting that lies in an outage to find another time; tell whether that is new.

    The meeting stays as it is set, with all that is booked for it. Moved or called off meanwhile, nothing is asked.

    :raises NotFound: if the meeting does not lie in the outage
    :raises Refusal: if the outage was undone
    """
    outage, entry = find_holding(outage_id)
    rows = FamilyMeeting.objects.select_for_update(of=("self",), no_key=True).select_related("loop")
    meeting = rows.filter(pk=meeting_id, patient=patient).first()
    if meeting is None:
        raise NotFound
    if meeting.state != MeetingState.SET:
        return False
    spans = out_spans(read_ask(outage), entry.zone)
    found = find_meetings(list_out(entry), spans, within=Q(meeting=meeting), at=acting.at)
    return bool(found) and ask_owner(acting, outage, meeting, patient.zone)


@action(needs=Right.OUTAGE_WRITE, about=Patient)
def stop_asking_for_meeting(acting: Acting, patient: Patient, *, meeting_id: UUID, outage_id: UUID) -> int:
    """Ask nobody any more for another time because of an outage that was undone; return how many loops ended."""
    outage = Outage.objects.filter(pk=outage_id, undone_at__isnull=False).first()
    meeting = FamilyMeeting.objects.filter(pk=meeting_id, patient=patient).first()
    if outage is None or meeting is None:
        raise NotFound
    return close_asked(acting, meeting, Say("event.outage_undone_meeting"), outage=outage)


@unattended(needs=Right.WORK_UNATTENDED)
def ask_for_forgotten_meetings(acting: Acting, *, how_many: int) -> int:
    """Ask the owners of family meetings that nobody saw to half an hour after an outage was entered; return how many.

    These are meetings about other teams' patients, and those of whoever was interrupted.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT outage_id, meeting_id, patient_id FROM forgotten_outage_meetings(%s, %s)",
            [acting.at - FORGOTTEN, how_many],
        )
        due = cursor.fetchall()
    enter(patients={row[2] for row in due})
    rows = FamilyMeeting.objects.filter(pk__in=[row[1] for row in due]).select_related("loop", "patient").order_by("id")
    meetings = {row.pk: row for row in rows.select_for_update(of=("self",), skip_locked=True)}
    outages = {row.pk: row for row in Outage.objects.filter(pk__in=[row[0] for row in due]).select_related("entry")}
    count = 0
    for outage_id, meeting_id, _patient in due:
        meeting = meetings.get(meeting_id)
        if meeting is not None and meeting.state == MeetingState.SET:
            count += ask_owner(acting, outages[outage_id], meeting, meeting.patient.zone)
    return count
