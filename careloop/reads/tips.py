"""All notes on what worked, and what a new one can be about."""

from django.db.models import Q

from careloop.catalog.messages import load_messages
from careloop.facts.access import Acting, Right
from careloop.facts.tips import TipsPage
from careloop.guard.doors import managing
from careloop.records.models import VisitType
from careloop.rules.access import has_right
from careloop.worklist.directory_rows import list_named
from careloop.worklist.tips import list_tips, tip_days, today_of

MOST = 200


@managing(needs=Right.DIRECTORY_READ, write=False)
def get_tips_page(acting: Acting) -> TipsPage:
    """Return the notes that were not withdrawn, those out of date last, and what a new one can be about."""
    kinds = VisitType.objects.filter(is_active=True).order_by("name", "id").values_list("pk", "name")
    return TipsPage(
        tips=list_tips(acting, Q(), MOST, old_too=True),
        days=tip_days(today_of(acting)),
        payers=list_named("networks"),
        messages=tuple(sorted(load_messages())),
        visit_types=tuple((str(pk), name) for pk, name in kinds),
        may_write=has_right(acting, Right.LOOP_WRITE),
    )
