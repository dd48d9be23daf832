"""With whom of the directory a thread can be begun: those to whom somebody was referred, or those looked for."""

from django.db.models import Q

from careloop.facts.directory import EntryKind, ReferralBy
from careloop.facts.offices import OfficeRow, OfficeSearch
from careloop.facts.outbox import ThreadWith
from careloop.records.models import DirectoryEntry, Patient, Referral
from careloop.rules.directory import make_name_key
from careloop.worklist.threads import WRITTEN_TO, partner_of

# So many are shown; more words find the others.
FOUND = 12


def find_offices(patient: Patient, query: str) -> OfficeSearch:
    """Return who of the directory fits all words of a query; without one, to whom this patient was referred."""
    words = query.replace("\x00", "").strip()
    rows = DirectoryEntry.objects.filter(is_active=True, kind__in=WRITTEN_TO).select_related("site", "organization")
    if key := make_name_key(words):
        for word in key.split():
            rows = rows.filter(
                Q(name_key__contains=word)
                | Q(specialties__icontains=word)
                | Q(address__icontains=word)
                | Q(organization__name_key__contains=word)
            )
    else:
        rows = rows.filter(pk__in=Referral.objects.filter(patient=patient).values("to_entry"))
    found = list(rows.order_by("name_key", "id")[: FOUND + 1])
    return OfficeSearch(words, tuple(_row(one) for one in found[:FOUND]), len(found) > FOUND)


def _row(entry: DirectoryEntry) -> OfficeRow:
    above = entry.site or entry.organization
    return OfficeRow(
        id=entry.pk,
        name=entry.name,
        kind=EntryKind(entry.kind),
        partner=partner_of(entry),
        place=entry.address or (above.name if above else ""),
        likes=ReferralBy(entry.referral_by) if entry.referral_by else None,
        # A health plan stands in the directory as an organization; which of them are plans no record says.
        may_be_payer=entry.kind == EntryKind.ORGANIZATION and partner_of(entry) is ThreadWith.OFFICE,
    )
