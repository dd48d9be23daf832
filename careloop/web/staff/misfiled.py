"""A report that was taken out of a referral: what came of it on the referral's page, and the file for who had it."""

from dataclasses import dataclass
from uuid import UUID

from django.forms import Form
from django.http import HttpResponse

from careloop.facts.access import Acting
from careloop.facts.misfiled import MisfiledReport, MisfiledTask
from careloop.facts.referrals import ReferralPage
from careloop.reads.misfiled import get_misfiled_file
from careloop.web.screen import ActingRequest, page
from careloop.web.staff.documents import hand_over
from careloop.web.staff.referral_verbs import TASK_BACK, UNDONE, Verb


@dataclass(frozen=True, slots=True)
class Undoing:
    """A report that was taken out, its tasks each with its form, and the form that ends it; None where all is done."""

    report: MisfiledReport
    tasks: tuple[tuple[MisfiledTask, Form | None], ...]
    form: Form | None
    task_verb: Verb = TASK_BACK
    verb: Verb = UNDONE

    @property
    def staying(self) -> tuple[MisfiledTask, ...]:
        """Return the tasks that could stay: those that are open."""
        return tuple(task for task, form in self.tasks if form is not None)


@page()
def send_misfiled_file(acting: Acting, request: ActingRequest, referral_id: UUID, report_id: UUID) -> HttpResponse:
    """Send the bytes of a report that was taken out, to be saved, to those who had it in hand."""
    return hand_over(get_misfiled_file(acting, referral_id, report_id=report_id))


def list_undoing(request: ActingRequest, shown: ReferralPage, *, tried: str) -> list[Undoing]:
    """Return what came of each report that was taken out, with forms for who may undo it."""
    return [_undo(request, shown, one, tried=tried) for one in shown.misfiled]


def _undo(request: ActingRequest, shown: ReferralPage, report: MisfiledReport, *, tried: str) -> Undoing:
    is_open = shown.may_write and report.undo_id is not None and not report.is_undone
    seen: dict[str, object] = {"version": shown.row.version, "report": report.id}
    tasks = []
    for task in report.tasks:
        own = seen | {"loop": task.loop_id, "loop_version": task.version}
        form = _form(TASK_BACK, request, own, is_tried=tried == TASK_BACK.name) if is_open and task.is_open else None
        tasks.append((task, form))
    end = _form(UNDONE, request, seen, is_tried=tried == UNDONE.name) if is_open else None
    return Undoing(report, tuple(tasks), end)


def _form(verb: Verb, request: ActingRequest, seen: dict[str, object], *, is_tried: bool) -> Form:
    """Return the form of one row, with what was typed if it was this one that was sent."""
    auto_id = f"do-{verb.name}-{seen.get('loop', seen['report'])}-%s"
    keys = [name for name in ("report", "loop") if name in seen]
    if is_tried and all(request.POST.get(name, "") == str(seen[name]) for name in keys):
        typed = request.POST.copy()
        # The page shows the newest versions: what is sent again is about those.
        for name, value in seen.items():
            typed[name] = str(value)
        # The boxes of tasks are drawn by the page, and ticked anew.
        typed.setlist("staying", [])
        return verb.form(typed, auto_id=auto_id)
    return verb.form(initial=seen, auto_id=auto_id)
