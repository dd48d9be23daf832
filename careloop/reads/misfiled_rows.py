"""Reports that were taken out of a referral, as its page shows them, inside its door."""

from uuid import UUID

from careloop.basics.words import Say
from careloop.facts.access import Acting
from careloop.facts.misfiled import MisfiledReport, MisfiledTask
from careloop.facts.worklist import State
from careloop.records.models import Loop, Referral, ReferralReport
from careloop.worklist.misfiled import select_tasks


def load_misfiled(acting: Acting, referral: Referral) -> tuple[MisfiledReport, ...]:
    """Return the reports of another person that stood on this referral, the last first: three statements at most."""
    rows = ReferralReport.objects.filter(referral=referral, stray__isnull=False).select_related("taken_out_by")
    reports = list(rows.order_by("-taken_out_at", "-id"))
    if not reports:
        return ()
    undoing = {one.pk: one for one in Loop.objects.filter(pk__in=[one.undo_id for one in reports])}
    tasks = list(Loop.objects.filter(select_tasks(reports)).order_by("opened_at", "id"))
    return tuple(_read(acting, one, undoing.get(one.undo_id), tasks) for one in reports)


def list_others(referral: Referral) -> tuple[tuple[UUID, str], ...]:
    """Return the other referrals of the same person that a report could answer: specialty and question."""
    rows = Referral.objects.filter(patient_id=referral.patient_id).exclude(pk=referral.pk).order_by("-made_at", "id")
    found = rows.exclude(state__in=("to_send", "needs_info", "checking", "declined"))
    return tuple((row.pk, f"{row.specialty}: {row.question}") for row in found.only("specialty", "question")[:20])


def _read(acting: Acting, report: ReferralReport, undo: Loop | None, tasks: list[Loop]) -> MisfiledReport:
    assert report.taken_out_at is not None
    assert report.taken_out_by is not None
    had_it = (report.came_by_id, report.read_by_id, report.told_by_id, report.taken_out_by_id)
    return MisfiledReport(
        id=report.pk,
        came_at=report.came_at,
        taken_out_at=report.taken_out_at,
        taken_out_by=report.taken_out_by.name,
        reason=report.taken_out_because,
        may_look=acting.person_id in had_it,
        was_told=report.told_by_id is not None,
        because=tuple(Say.from_stored(one) for one in undo.because) if undo else (),
        undo_id=undo.pk if undo else None,
        is_undone=undo is not None and undo.state == State.CLOSED,
        tasks=tuple(
            MisfiledTask(task.pk, task.version, Say.from_stored(task.title), task.state != State.CLOSED)
            for task in tasks
            if (task.opened_at, task.asked_by_id) == (report.read_at, report.read_by_id)
        ),
    )
