"""The ledger of a patient: everything that left, and what of it an accounting holds."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from careloop.basics.refusals import NotFound
from careloop.facts.access import Acting, Right
from careloop.facts.disclosures import LEFT_OUT, Basis, DisclosureLine, DisclosuresPage, What
from careloop.guard.doors import reading
from careloop.records.models import Clinic, Disclosure, Patient, Person
from careloop.rules.access import has_right
from careloop.rules.disclosures import first_day, is_counted
from careloop.worklist.consents import read_whose

PAGE = 50
# An accounting is whole, or it is not printed.
MOST = 2000
HASH_SHOWN = 16


@reading(needs=Right.DISCLOSURE_READ, about=Patient)
def get_disclosures_page(acting: Acting, patient: Patient, *, number: int = 1) -> DisclosuresPage:
    """Return the ledger of a patient, the newest first, fifty lines a page; ``number`` is the page, from 1."""
    return _make(acting, patient, number, PAGE, only_counted=False)


@reading(needs=Right.DISCLOSURE_READ, about=Patient)
def get_accounting(acting: Acting, patient: Patient) -> DisclosuresPage:
    """Return what an accounting of disclosures holds: six years back, the oldest last, without what is left out.

    :raises NotFound: if there is more than fits one accounting
    """
    shown = _make(acting, patient, 1, MOST, only_counted=True)
    if shown.counted > MOST:
        raise NotFound
    return shown


@reading(needs=Right.DISCLOSURE_READ, about=Patient)
def get_disclosed_copy(acting: Acting, patient: Patient, *, line: int) -> bytes:
    """Return the copy of a paper as it left, a PDF.

    :raises NotFound: if there is no such line, or no copy of it
    """
    row = Disclosure.objects.filter(pk=line, patient=patient, content__isnull=False).first()
    if row is None:
        raise NotFound
    return bytes(row.content)


def _make(acting: Acting, patient: Patient, number: int, how_many: int, *, only_counted: bool) -> DisclosuresPage:
    zone = ZoneInfo(patient.zone)
    today = acting.at.astimezone(zone).date()
    since = first_day(today)
    every = Disclosure.objects.filter(patient=patient)
    recent = every.filter(at__gte=datetime.combine(since, time.min, zone))
    grounds = list(recent.values_list("basis", flat=True))
    counted = sum(Basis(one) not in LEFT_OUT for one in grounds)
    rows = recent.exclude(basis__in=[str(one) for one in LEFT_OUT]) if only_counted else every
    start = (number - 1) * how_many
    listed = list(rows.defer("content").select_related("document").order_by("-at", "-id")[start : start + how_many])
    kept = every.filter(pk__in=[row.pk for row in listed], content__isnull=False)
    copies = set(kept.values_list("pk", flat=True))
    names = _names([acting.person_id, *(row.person_id for row in listed)])
    with connection.cursor() as cursor:
        cursor.execute("SELECT count_disclosures(%s)", [patient.pk])
        (whole,) = cursor.fetchone()
    count = every.count()
    return DisclosuresPage(
        at=acting.at,
        whose=read_whose(patient),
        since=since,
        lines=tuple(_line(row, names, copies, zone, today) for row in listed),
        count=count,
        counted=counted,
        left_out=len(grounds) - counted,
        clinic=str(Clinic.objects.values_list("name", flat=True).first() or ""),
        printed_by=names.get(acting.person_id, ""),
        may_note=has_right(acting, Right.CIRCLE_WRITE),
        number=number,
        hidden=int(whole) - count,
    )


def _line(
    row: Disclosure, names: Mapping[UUID, str], copies: Collection[int], zone: ZoneInfo, today: date
) -> DisclosureLine:
    document = row.document
    return DisclosureLine(
        id=row.pk,
        at=row.at,
        what=What(row.what),
        to=row.recipient,
        reason=row.reason,
        basis=Basis(row.basis),
        words=" · ".join(part for part in (row.words, document.title if document else "") if part),
        by=names.get(row.person_id, ""),
        hash=bytes(row.sha256).hex()[:HASH_SHOWN],
        is_counted=is_counted(Basis(row.basis), row.at.astimezone(zone).date(), today),
        has_copy=row.pk in copies,
    )


def _names(people: Sequence[UUID]) -> dict[UUID, str]:
    return dict(Person.objects.filter(pk__in=set(people)).values_list("pk", "name"))
