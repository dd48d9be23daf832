"""What can be done with a referral: for each verb its form, the action behind it and what is said when it is done."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.forms import Form
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from careloop.actions import (
    misfiled,
    packet_sending,
    referral_items,
    referral_reports,
    referral_visits,
    referrals,
)
from careloop.facts.access import Acting
from careloop.facts.documents import MAX_FILE_BYTES
from careloop.facts.outbox import PENDING, OutState
from careloop.facts.referrals import Claimed, ReferralEvent, ReferralPage, ReferralState
from careloop.facts.worklist import Ball
from careloop.rules.referrals import ITEM_STEPS, SILENCES
from careloop.web.staff import referral_forms as forms
from careloop.web.staff.visit_forms import ItemForm

E, S = ReferralEvent, ReferralState
Typed = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Verb:
    """One thing that can be done: for which events, under which words, by which form and action.

    ``told`` is said when it is done; ``do`` may answer a sentence of its own instead.
    """

    name: str
    events: tuple[ReferralEvent, ...]
    title: str | Promise
    button: str | Promise
    form: type[Form]
    do: Callable[[Acting, UUID, Typed], object]
    told: str | Promise
    is_signed: bool = False


def _report(acting: Acting, key: UUID, typed: Typed) -> object:
    file = typed["file"]
    content = file.read(MAX_FILE_BYTES + 1)
    claimed = Claimed(typed["name"], typed["birth_on"], typed["number"])
    title = typed["title"] or str(file.name or "")[:200]
    is_theirs = referral_reports.take_report(
        acting, key, version=typed["version"], content=content, title=title, claimed=claimed, note=typed["what"]
    )
    if is_theirs:
        return _("The report is in the record. The clinician who asked reads it next.")
    return _("Nothing shows that this report is this patient's. It waits for review, and in nobody's record.")


def _take_out(acting: Acting, key: UUID, typed: Typed) -> object:
    is_asked = misfiled.take_report_out(
        acting, key, version=typed["version"], report_id=typed["report"], reason=typed["words"],
        claimed=Claimed(typed["name"], typed["birth_on"], typed["number"]),
    )  # fmt: skip
    if is_asked:
        return _("The report is out of this record. Below stands what came of it, and must be undone.")
    return _("The report is out of this record, and waits with those without a match.")


def _finish_undoing(acting: Acting, key: UUID, typed: Typed) -> object:
    return misfiled.finish_undoing(
        acting, key, version=typed["version"], report_id=typed["report"], words=typed["words"], how=typed["how"],
        staying=typed["staying"],
    )  # fmt: skip


VERBS: tuple[Verb, ...] = (
    Verb(
        "missing", (E.ASK_INFO,), _("Something is missing"), _("Ask for it"), forms.MissingForm,
        lambda a, k, t: referrals.ask_for_info(a, k, version=t["version"], missing=t["words"]),
        _("What is missing is asked for."),
    ),
    Verb(
        "give", (E.GIVE_INFO,), _("Give what was missing"), _("It is here now"), forms.GiveForm,
        lambda a, k, t: referrals.give_info(
            a, k, version=t["version"], note=t["words"], question=t["question"]
        ),
        _("Noted. Look at the packet and send it."),
    ),
    Verb(
        "settle", (E.FOUND_SENT, E.FOUND_NOT_SENT), _("Say whether it went"), _("Note it"), forms.SettleForm,
        lambda a, k, t: referrals.settle_sending(
            a, k, version=t["version"], went=t["went"], evidence=t["words"]
        ),
        _("Noted."),
    ),
    Verb(
        "recall", (E.FOUND_NOT_SENT,), _("Take the packet back"), _("Take it back"), forms.VersionForm,
        lambda a, k, t: packet_sending.take_back_packet(a, k, version=t["version"]),
        _("It is taken back. Nothing has left."),
    ),
    Verb(
        "answer", (E.ACCEPT, E.SILENCE), _("Note their answer"), _("Note the answer"), forms.AnswerForm,
        lambda a, k, t: referrals.note_answer(
            a, k, version=t["version"], kind=t["kind"], said_by=t["said_by"], note=t["note"]
        ),
        _("The answer is noted."),
    ),
    Verb(
        "reroute", (E.REROUTE,), _("Choose somebody else"), _("Send it there instead"), forms.RerouteForm,
        lambda a, k, t: referrals.reroute_referral(
            a, k, version=t["version"], to_entry=t["to"], to_name=t["to_name"], reason=t["words"]
        ),
        _("It goes to somebody else now. Look at the packet and send it."),
    ),
    Verb(
        "date", (E.SET_DATE,), _("Set the date"), _("Set the date"), forms.DateForm,
        lambda a, k, t: referral_visits.set_date(
            a, k, version=t["version"], wall=t["wall"].replace(tzinfo=None) if t["wall"] else None,
            booking_id=t["booking"], note=t["note"], late_because=t["late_because"],
        ),
        _("The date is set."),
    ),
    Verb(
        "seen", (E.SEE,), _("The patient was seen"), _("Note that they were seen"), forms.WordsForm,
        lambda a, k, t: referral_visits.note_seen(a, k, version=t["version"], note=t["words"]),
        _("Noted. Now the report is waited for."),
    ),
    Verb(
        "missed", (E.MISS,), _("The patient did not come"), _("Note it"), forms.WordsForm,
        lambda a, k, t: referral_visits.note_missed(a, k, version=t["version"], note=t["words"]),
        _("Noted. Call the patient and find another date."),
    ),
    Verb(
        "go-on", (E.GO_ON,), _("Decide that it goes on"), _("It goes on: find another date"), forms.DecideForm,
        lambda a, k, t: referral_visits.go_on_after_misses(a, k, version=t["version"], note=t["words"]),
        _("Decided. Another date is asked for."), is_signed=True,
    ),
    Verb(
        "undate", (E.LOSE_DATE,), _("The date does not hold"), _("Take the date away"), forms.WordsForm,
        lambda a, k, t: referral_visits.lose_date(a, k, version=t["version"], reason=t["words"]),
        _("Noted. Ask for another date."),
    ),
    Verb(
        "report", (E.REPORT,), _("Take the report in"), _("Take it in"), forms.ReportForm, _report, _("Noted."),
    ),
    Verb(
        "read", (E.READ,), _("Read the report"), _("I have read it"), forms.ReadForm,
        lambda a, k, t: referral_reports.read_report(
            a, k, version=t["version"], recommendations=t["recommendations"].splitlines(), note=t["note"]
        ),
        _("Read. Now the patient is told."), is_signed=True,
    ),
    Verb(
        "tell", (E.TELL,), _("Tell the patient"), _("The patient was told: close it"), forms.TellForm,
        lambda a, k, t: referral_reports.tell_patient(
            a, k, version=t["version"], how=t["how"], words=t["words"], teach_back=t["teach_back"]
        ),
        _("Closed: the patient was told."),
    ),
    Verb(
        "misfiled", (E.TAKE_OUT,), _("Not this patient's report"), _("Take it out of this record"),
        forms.MisfiledForm, _take_out, _("Noted."),
    ),
    Verb(
        "misplaced", (E.TAKE_OUT,), _("The report answers another referral"), _("Move it there"), forms.MisplacedForm,
        lambda a, k, t: misfiled.move_report(
            a, k, version=t["version"], report_id=t["report"], to=t["to_referral"], reason=t["words"]
        ),
        _("The report stands there now, and is read there."),
    ),
    Verb(
        "specialist", (E.HAS_SPECIALIST,), _("Somebody else sees the patient for this"), _("Ask for their report"),
        forms.SpecialistForm,
        lambda a, k, t: referrals.note_specialist(a, k, version=t["version"], name=t["name"], note=t["note"]),
        _("Noted. Ask for their report."),
    ),
    Verb(
        "end", (E.PATIENT_NO,), _("It ends without an answer"), _("Close it"), forms.EndForm,
        lambda a, k, t: referrals.end_referral(a, k, version=t["version"], event=t["event"], reason=t["words"]),
        _("Closed."),
    ),
    Verb(
        "withdraw", (E.WITHDRAW,), _("Take the question back"), _("Take it back"), forms.WordsForm,
        lambda a, k, t: referrals.withdraw_referral(a, k, version=t["version"], reason=t["words"]),
        _("Closed: the question was taken back."), is_signed=True,
    ),
    Verb(
        "reopen", (E.REOPEN,), _("Open it again"), _("Open it again"), forms.WordsForm,
        lambda a, k, t: referrals.reopen_referral(a, k, version=t["version"], reason=t["words"]),
        _("It is open again. What comes next stands beside it."),
    ),
)  # fmt: skip
# What is done about a report that was taken out, on the part of the page that says what came of it.
TASK_BACK = Verb(
    "task-back", (), _("Take the task back"), _("Take the task back"), forms.TaskBackForm,
    lambda a, k, t: misfiled.take_task_back(
        a, k, version=t["version"], report_id=t["report"], loop_id=t["loop"], loop_version=t["loop_version"],
        reason=t["words"],
    ),
    _("The task is taken back."),
)  # fmt: skip
UNDONE = Verb(
    "undone", (), _("All is undone"), _("All is undone: close this"), forms.UndoneForm, _finish_undoing,
    _("Closed: what came of it is undone."),
)  # fmt: skip
# What is to be in order before the visit, item by item, on a part of the page of its own.
PREPARE = Verb(
    "prepare", (), _("Note it"), _("Note it"), ItemForm,
    lambda a, k, t: referral_items.note_referral_item(
        a, k, version=t["version"], item=t["item"], state=t["state"], note=t["note"], arranged=t["arranged"]
    ),
    _("Noted."),
)  # fmt: skip
BY_NAME = {verb.name: verb for verb in (*VERBS, TASK_BACK, UNDONE, PREPARE)}

# The next step of each state, as the one main deed of the page. Sending has a page of its own.
FIRST: Mapping[ReferralState, str] = {
    S.NEEDS_INFO: "give",
    S.CHECKING: "settle",
    S.SENT: "answer",
    S.DELIVERED: "answer",
    S.SILENT: "answer",
    S.DECLINED: "reroute",
    S.ACCEPTED: "date",
    S.DATE_SET: "seen",
    S.MISSED: "date",
    S.SEEN: "report",
    S.REPORT_IN: "read",
    S.READ: "tell",
}


def list_verbs(page: ReferralPage) -> list[Verb]:
    """Return what this person can do with a referral where it stands."""
    may = {True: page.may_sign, False: page.may_write}
    may_go_on = page.may_sign or not page.awaits_decision
    fits = _in_outbox(page) | {
        "go-on": page.awaits_decision,
        "date": may_go_on,
        "reroute": may_go_on,
        "misfiled": bool(page.reports),
        "misplaced": bool(page.reports and page.others),
    }
    return [
        verb
        for verb in VERBS
        if set(verb.events) & set(page.moves) and may[verb.is_signed] and fits.get(verb.name, True)
    ]


def _in_outbox(page: ReferralPage) -> dict[str, bool]:
    """Say whether a packet can be taken back, and whether a person can say what became of it: not while it goes."""
    newest = page.sendings[0] if page.sendings else None
    if newest is None or page.row.state is not S.CHECKING:
        return {"recall": False}
    is_theirs = newest.out in (None, OutState.FAILED) or newest.is_carried
    return {"recall": newest.out in PENDING and not newest.is_carried, "settle": is_theirs}


def prepares_first(page: ReferralPage) -> bool:
    """Tell whether the next step is what is open before the visit."""
    return page.row.next_step.key in ITEM_STEPS.values()


def first_verb(page: ReferralPage) -> str:
    """Return the name of the next step: after silence or too late a date, that is somebody else or another date.

    While the health plan's approval is waited for, or something is open before the visit, it is none of these: that is
    noted on a part of the page of its own.
    """
    if page.row.ball is Ball.PAYER or prepares_first(page):
        return ""
    if page.is_beyond_limit and not page.late_because:
        return "date"
    if page.awaits_decision:
        return "go-on"
    silences = 0
    for answer in page.answers:
        if answer.kind != "silent":
            break
        silences += 1
    if page.row.state is S.SILENT and silences >= SILENCES:
        return "reroute"
    return FIRST.get(page.row.state, "")
