"""The demo's circles, a question, a handoff, a family meeting and what is under way, through the usual doors."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from careloop.actions import handoffs, meetings, support
from careloop.actions.consents import add_member, give_consent
from careloop.actions.crisis import add_number
from careloop.actions.directory import add_entry
from careloop.actions.questions import ask_colleague
from careloop.catalog.demo import circle as told
from careloop.facts.access import Acting
from careloop.facts.consents import ConsentDraft, ConsentPurpose, GivenHow, MemberDraft
from careloop.facts.directory import EntryDraft, EntryKind
from careloop.facts.handoffs import HandoffScope
from careloop.facts.meetings import Interprets, MeetingDraft, MeetingForm, Setting
from careloop.facts.support import HeardFrom

# Who acts for a patient; with no name their own coordinator.
Who = Callable[[str, str, datetime], Acting]
NUMBERS_BY = "noor"
IN_DAYS, MINUTES = 3, 45


def fill_circle(
    who: Who, patients: Mapping[str, UUID], people: Mapping[str, UUID], at: datetime, number_keeper: Acting
) -> None:
    """Write down who stands around some patients, and begin what the pages of it show, where they are there."""
    members = {one.name: _add(who, patients, one, at) for one in told.CIRCLE if one.patient in patients}
    asker, asked, patient, question = told.ASKED
    ask_colleague(who(patient, asker, at), patients[patient], to_person=people[asked], question=question)
    if all(line.patient in patients for line in told.HANDED):
        _hand_off(who, patients, people, at)
    if told.MEETING[0] in patients:
        _plan_meeting(who, patients, people, at, members)
    patient, hearer, words = told.DISTRESS
    if patient in patients:
        support.note_distress(
            who(patient, hearer, at), patients[patient], words=words, heard_from=HeardFrom.PATIENT, owner_id=None,
            by=None,
        )  # fmt: skip
    for name, about, languages, telehealth, phone, cost in told.GROUPS:
        draft = EntryDraft(
            EntryKind.SERVICE, name, sort="support group", specialties=(about,),
            languages=tuple(languages.split("; ")), telehealth=telehealth, phone=phone, cost=cost,
        )  # fmt: skip
        add_entry(who(patient, hearer, at), draft)
    name, number, hours = told.ON_CALL
    add_number(number_keeper, name=name, number=number, hours=hours)


def _add(who: Who, patients: Mapping[str, UUID], one: told.DemoMember, at: datetime) -> UUID:
    acting, patient = who(one.patient, "", at), patients[one.patient]
    draft = MemberDraft(
        one.name, one.relation, language=one.language, needs_interpreter=one.needs_interpreter, phone=one.phone,
        email=one.email, is_emergency=one.is_emergency,
    )  # fmt: skip
    member = add_member(acting, patient, draft)
    if one.topics:
        until = (at + timedelta(days=one.days)).date()
        consent = ConsentDraft(one.topics, (ConsentPurpose.CARE,), one.roads, GivenHow.SCREEN, until=until)
        give_consent(acting, patient, consent, member_id=member)
    return member


def _hand_off(who: Who, patients: Mapping[str, UUID], people: Mapping[str, UUID], at: datetime) -> None:
    """Offer two patients with what matters and a what-if: nobody has said it back yet."""
    keys = [patients[line.patient] for line in told.HANDED]
    giver = who(told.HANDED[0].patient, told.GIVER, at)
    key = handoffs.make_handoff(
        giver, scope=HandoffScope.PATIENTS, receiver_id=people[told.RECEIVER], patient_ids=keys
    )  # fmt: skip
    for line in told.HANDED:
        handoffs.say_of_patient(giver, patients[line.patient], handoff_id=key, level=line.level, summary=line.summary)
    patient, if_words, then_words = told.WHAT_IF
    on = (at + timedelta(days=IN_DAYS)).date()
    handoffs.add_what_if(
        giver, patients[patient], handoff_id=key, if_words=if_words, then_words=then_words, on=on
    )  # fmt: skip
    handoffs.offer_handoff(giver, handoff_id=key, version=1)


def _plan_meeting(
    who: Who, patients: Mapping[str, UUID], people: Mapping[str, UUID], at: datetime, members: Mapping[str, UUID]
) -> None:
    patient, planner, reason, wishes = told.MEETING
    acting, around = who(patient, planner, at), [one.name for one in told.CIRCLE if one.patient == patient]
    draft = MeetingDraft(
        reason, wishes, told.AGENDA, tuple(members[name] for name in around), (people[planner], people[told.RECEIVER])
    )
    key = meetings.plan_meeting(acting, patients[patient], draft)
    setting = Setting(
        at + timedelta(days=IN_DAYS), MINUTES, MeetingForm.IN_PERSON, "The quiet room", Interprets.QUALIFIED
    )
    meetings.set_meeting(acting, patients[patient], setting, meeting_id=key, version=1)
