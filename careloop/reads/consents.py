"""The circle of a patient as a page: who stands in it, what each may hear, and every consent that was given."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from uuid import UUID

from careloop.facts.access import STAFF, Acting, Right
from careloop.facts.consents import CirclePage, ConsentLine, MemberDraft, MemberLine, MemberVersion
from careloop.guard.doors import reading
from careloop.records.models import CallerCode, CircleChange, CircleMember, Consent, Document, Patient, Person
from careloop.rules.access import has_right
from careloop.rules.consents import holds_at, last_day, list_hearing
from careloop.worklist.consents import read_consent, read_member, read_whose

# So many papers of the record can be chosen, the newest first, and so many colleagues as witness.
PAPERS, COLLEAGUES = 50, 200
# What is written down of somebody, as the history keeps it.
MEMBER_COLUMNS = tuple(one.name for one in fields(MemberDraft))


@reading(needs=Right.CIRCLE_READ, about=Patient)
def get_circle_page(acting: Acting, patient: Patient, *, member_id: UUID | None = None) -> CirclePage:
    """Return the circle of a patient; ``member_id`` is somebody whose part is shown open.

    Seven statements at most, however many people and consents there are.
    """
    people = CircleMember.objects.filter(patient=patient).select_related("added_by", "changed_by")
    rows = list(people.order_by("added_at", "id"))
    given = Consent.objects.filter(patient=patient).select_related("entered_by", "witness", "taken_back_by")
    consents: dict[UUID, list[Consent]] = {}
    for consent in given.order_by("-entered_at", "-id"):
        consents.setdefault(consent.member_id, []).append(consent)
    with_code = set(CallerCode.objects.filter(patient=patient, ended_at=None).values_list("member_id", flat=True))
    before = _versions(rows)
    lines = [
        replace(
            _line(acting, patient, row, consents.get(row.pk, ()), has_code=row.pk in with_code),
            versions=before.get(row.pk, ()),
        )
        for row in rows
    ]
    may_change = has_right(acting, Right.CIRCLE_WRITE)
    return CirclePage(
        at=acting.at,
        whose=read_whose(patient),
        members=tuple(sorted((one for one in lines if one.ended_at is None), key=lambda m: not m.draft.is_emergency)),
        former=tuple(one for one in reversed(lines) if one.ended_at is not None),
        may_change=may_change,
        documents=_papers(patient) if may_change else (),
        witnesses=_colleagues(acting) if may_change else (),
        has_code=None in with_code,
        chosen=member_id,
    )


def _line(
    acting: Acting, patient: Patient, row: CircleMember, consents: Sequence[Consent], *, has_code: bool
) -> MemberLine:
    ended = row.ended_at is not None
    return MemberLine(
        id=row.pk,
        draft=read_member(row),
        version=row.version,
        since=row.added_at,
        added_by=row.added_by.name,
        hearing=() if ended else list_hearing(map(read_consent, consents), acting.at, patient.zone),
        consents=tuple(_consent(acting, patient, one) for one in consents),
        has_code=has_code,
        ended_at=row.ended_at,
        ended_by=row.changed_by.name if ended else "",
        ended_because=row.ended_because,
        changes=row.version - 1,
    )


def _versions(rows: Sequence[CircleMember]) -> Mapping[UUID, tuple[MemberVersion, ...]]:
    """Return how those who were changed were written down before, the newest first; nothing is asked if none was."""
    changed = {row.pk: row.version for row in rows if row.version > 1}
    kept = list(CircleChange.objects.filter(member__in=list(changed)).order_by("-version", "id")) if changed else []
    names = (
        dict(Person.objects.filter(pk__in={one.person_id for one in kept}).values_list("pk", "name")) if kept else {}
    )
    found: dict[UUID, list[MemberVersion]] = {}
    for one in kept:
        if one.version < changed[one.member_id]:
            draft = read_member(CircleMember(**{name: one.body[name] for name in MEMBER_COLUMNS}))
            found.setdefault(one.member_id, []).append(MemberVersion(one.at, names.get(one.person_id, ""), draft))
    return {key: tuple(versions) for key, versions in found.items()}


def _consent(acting: Acting, patient: Patient, row: Consent) -> ConsentLine:
    consent = read_consent(row)
    return ConsentLine(
        consent=consent,
        until=last_day(consent, patient.zone),
        entered_by=row.entered_by.name,
        witness=row.witness.name if row.witness else "",
        document_id=row.document_id,
        holds=holds_at(consent, acting.at),
        taken_back_by=row.taken_back_by.name if row.taken_back_by else "",
        taken_back_because=row.taken_back_because,
    )


def _papers(patient: Patient) -> tuple[tuple[UUID, str], ...]:
    rows = Document.objects.filter(patient=patient).order_by("-added_at", "-id")[:PAPERS]
    return tuple((row.pk, row.title or str(row.pk)[-8:]) for row in rows)


def _colleagues(acting: Acting) -> tuple[tuple[UUID, str], ...]:
    staff = Person.objects.filter(kind="staff", is_active=True, role__in=[str(role) for role in STAFF])
    rows: Mapping[UUID, str] = dict(staff.exclude(pk=acting.person_id).values_list("pk", "name"))
    return tuple(sorted(rows.items(), key=lambda one: one[1]))[:COLLEAGUES]
