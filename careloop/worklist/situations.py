"""Situations of the catalog while somebody writes: which are offered, what each asks for, what the record fills.

What is about the next visit is tied to it: if that moves before the message goes, it does not go.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import time
from uuid import UUID

from careloop.basics.refusals import NotFound, Refusal
from careloop.basics.words import Say
from careloop.catalog.messages import load_messages
from careloop.catalog.speech import list_languages, speak
from careloop.facts.access import Acting
from careloop.facts.composer import AskAs, AskedField, DocumentKind
from careloop.facts.consents import TOLD_TOPICS
from careloop.facts.directory import EntryKind
from careloop.facts.messages import FIRST_LANGUAGE, Field, State, Template, Value
from careloop.facts.outbox import AboutBooking, OutgoingDraft
from careloop.facts.preparation import Cost
from careloop.records.models import Booking, CircleMember, DirectoryEntry, Patient, Person
from careloop.rules.situation_fields import (
    NEVER_TYPED,
    how_asked,
    is_typed,
    list_asked,
    names_of,
    read_fields,
    write_typed,
)
from careloop.rules.threads import READS_FROM, READS_UNTIL
from careloop.worklist.approvals import find_words
from careloop.worklist.colleagues import list_colleagues
from careloop.worklist.opening import primary_coordinators
from careloop.worklist.outbox import may_send_drafts
from careloop.worklist.preparation import load_costs
from careloop.worklist.reminder_sending import name_place, say_steps
from careloop.worklist.thread_values import value_of
from careloop.worklist.threads import find_next_visit

# So many places of the directory are offered.
PLACES = 200
ABOUT_VISIT = (Field.WHEN, Field.PLACE, Field.STEPS)


def list_situations() -> tuple[Template, ...]:
    """Return the situations that a person can choose, by topic: all but answers, and what only the house itself
    fills: a link, or the name of a medicine."""
    found = [one for one in load_messages().values() if not one.is_answer and not one.fields & NEVER_TYPED]
    return tuple(sorted(found, key=lambda one: TOLD_TOPICS.index(one.topic)))


def fill_situation(acting: Acting, patient: Patient, draft: OutgoingDraft, typed: Mapping[str, str]) -> OutgoingDraft:
    """Return a message of a situation with what was typed, and with what the record knows where nothing was.

    :raises NotFound: if there is no such situation, or nobody chooses it while writing
    :raises Refusal: if something is missing or not clear
    """
    template = _expect(draft.situation)
    language = language_of_words(draft.situation, patient, draft.member_id)
    visit = find_next_visit(acting, patient.pk)
    known = _load_known(acting, patient, template.fields, visit, language, draft.member_id)
    read = read_fields(template.fields, typed, known, at=acting.at, zone=patient.zone)
    if read.wrong:
        raise Refusal(Say("refusal.compose_fields"))
    values = {field: _in_words(field, value, language) for field, value in read.values.items()}
    is_about = visit is not None and Field.WHEN in values and _is_same(values[Field.WHEN], visit, patient)
    about = AboutBooking(visit.pk, visit.version) if visit is not None and is_about else draft.about
    return replace(draft, values={**values, **draft.values}, about=about)


def ask_fields(
    acting: Acting, patient: Patient, situation: str, typed: Mapping[str, str], member_id: UUID | None = None
) -> tuple[AskedField, ...]:
    """Return the fields of a situation as they are asked for: as they were typed, else as the record fills them.

    What is wrong is only said once something was typed. Empty for one that nobody can choose.
    """
    try:
        template = _expect(situation)
    except NotFound:
        return ()
    language = language_of_words(situation, patient, member_id)
    visit = find_next_visit(acting, patient.pk)
    known = _load_known(acting, patient, template.fields, visit, language, member_id)
    asked = list_asked(template.fields)
    was_typed = any(is_typed(field, typed) for field in asked)
    wrong = read_fields(asked, typed, known, at=acting.at, zone=patient.zone).wrong if was_typed else {}
    return tuple(_ask(acting, patient, field, typed, known, wrong, language) for field in asked)


def language_of_words(situation: str, patient: Patient, member_id: UUID | None = None) -> str:
    """Return the language in which a situation would be said to somebody: theirs, if its words may go, else English."""
    given = patient.languages[0] if patient.languages else FIRST_LANGUAGE
    if member_id is not None:
        given = CircleMember.objects.filter(pk=member_id).values_list("language", flat=True).first() or FIRST_LANGUAGE
    language = str(given).replace("_", "-").split("-")[0].lower()
    template = find_words(situation)
    own = template.versions.get(language) if template else None
    if own is None or language not in list_languages():
        return FIRST_LANGUAGE
    return language if own.state is State.APPROVED or may_send_drafts() else FIRST_LANGUAGE


def _expect(situation: str) -> Template:
    template = load_messages().get(situation)
    if template is None or template.is_answer or template.fields & NEVER_TYPED:
        raise NotFound
    return template


def _ask(
    acting: Acting,
    patient: Patient,
    field: Field,
    typed: Mapping[str, str],
    known: Mapping[Field, Value],
    wrong: Mapping[Field, Say],
    language: str,
) -> AskedField:
    shown = typed
    if not is_typed(field, typed) and field in known:
        shown = write_typed(field, known[field], patient.zone)
    parts = [str(shown.get(name, "")) for name in names_of(field)]
    how = how_asked(field)
    on, at = parts if how is AskAs.MOMENT else ("", "")
    return AskedField(
        field=field,
        how=how,
        text="" if how is AskAs.MOMENT else parts[0],
        on=on,
        at=at,
        options=_options(acting, patient, how, language),
        is_known=field in known and not is_typed(field, typed),
        wrong=wrong.get(field),
    )


def _options(acting: Acting, patient: Patient, how: AskAs, language: str) -> tuple[tuple[str, str], ...]:
    match how:
        case AskAs.DOCUMENT:
            return tuple((str(one), _name_document(one, language)) for one in DocumentKind)
        case AskAs.PLACE:
            sites = DirectoryEntry.objects.filter(kind=str(EntryKind.SITE), is_active=True).exclude(address="")
            found = sites.order_by("name_key", "id").values_list("address", "name")[:PLACES]
            return tuple((address, name) for address, name in found)
        case AskAs.PERSON:
            return tuple((one.name, "") for one in list_colleagues(acting, patient))
        case _:
            return ()


def _load_known(
    acting: Acting,
    patient: Patient,
    fields: Iterable[Field],
    visit: Booking | None,
    language: str,
    member_id: UUID | None,
) -> dict[Field, Value]:
    """Return what the record can fill of these fields: of the next visit, of who helps, and when texts are read."""
    wanted = set(fields)
    values: dict[Field, Value] = {
        Field.OPENS: time(value_of(READS_FROM, acting)),
        Field.CLOSES: time(value_of(READS_UNTIL, acting)),
    }
    if visit is not None and wanted.intersection(ABOUT_VISIT):
        # What it costs is told to the patient alone: others hear of visits without hearing of money.
        cost = load_costs([visit.pk]).get(visit.pk) if Field.STEPS in wanted and member_id is None else None
        values |= _of_visit(visit, wanted, language, cost)
    if Field.CONTACT in wanted:
        key = primary_coordinators(acting, [patient.pk]).get(patient.pk)
        name = Person.objects.filter(pk=key).values_list("name", flat=True).first() if key else None
        values |= {Field.CONTACT: name} if name else {}
    return {field: value for field, value in values.items() if field in wanted and value != ""}


def _of_visit(visit: Booking, wanted: set[Field], language: str, cost: Cost | None) -> dict[Field, Value]:
    values: dict[Field, Value] = {}
    if Field.WHEN in wanted:
        values[Field.WHEN] = visit.starts_at
        # Where and how is that of the visit only beside its time: of another time nothing is known.
        values |= {Field.PLACE: name_place(visit, language)} if Field.PLACE in wanted else {}
        values |= {Field.STEPS: say_steps(visit, language, cost)} if Field.STEPS in wanted else {}
    return values


def _in_words(field: Field, value: Value, language: str) -> Value:
    if how_asked(field) is AskAs.DOCUMENT and isinstance(value, str):
        return _name_document(DocumentKind(value), language)
    return value


def _name_document(one: DocumentKind, language: str) -> str:
    return speak(Say(f"document_kind.{one}"), language)


def _is_same(value: Value, visit: Booking, patient: Patient) -> bool:
    """Tell whether a time is that of the visit, as it is typed: to the minute."""
    return write_typed(Field.WHEN, value, patient.zone) == write_typed(Field.WHEN, visit.starts_at, patient.zone)
