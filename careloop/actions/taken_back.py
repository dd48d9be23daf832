"""Consents that were taken back stay so, also where an older copy of the database was restored."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from careloop.facts.access import Acting, Right
from careloop.guard.context import enter
from careloop.guard.doors import unattended
from careloop.records.models import Consent, Unit

# Written where the reason stands that a person would have given; the reason itself is not kept outside the database.
AGAIN = "Taken back before an older copy of the data was restored."


@unattended(needs=Right.WORK_UNATTENDED)
def take_back_again(acting: Acting, *, taken_back: Mapping[UUID, datetime]) -> int:
    """Take those of these consents back that stand; return how many.

    :param taken_back: keys of consents with the moment at which each was taken back, as kept outside the database
    """
    enter(units=Unit.objects.values_list("pk", flat=True))
    rows = Consent.objects.filter(pk__in=taken_back, taken_back_at=None)
    keys = list(rows.select_for_update(of=("self",), no_key=True).order_by("id").values_list("pk", flat=True))
    standing = Consent.objects.filter(pk__in=keys, taken_back_at=None)
    return int(standing.update(taken_back_at=acting.at, taken_back_by_id=acting.person_id, taken_back_because=AGAIN))
