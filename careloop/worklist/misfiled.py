"""What came of reports that were another person's: the tasks that they recommended."""

from collections.abc import Iterable

from django.db.models import Q

from careloop.facts.worklist import LoopKind
from careloop.records.models import ReferralReport

NOTHING = Q(pk__in=())


def select_tasks(reports: Iterable[ReferralReport]) -> Q:
    """Return which loops are tasks that were opened when one of these reports was read, by whoever read it."""
    found = NOTHING
    for one in reports:
        if one.read_by_id is not None:
            found |= Q(patient_id=one.patient_id, opened_at=one.read_at, asked_by_id=one.read_by_id)
    recommended = Q(kind=str(LoopKind.TASK), because__contains=[{"key": "referral.recommended"}])
    return found & recommended
