"""The review: every row of the tables that applies to the medicines of one person on one day.

Rows of ``general_knowledge`` count only where the clinic's clinician signed their check on. The same facts in
any order give the same answer, and a medicine that several sources list is one medicine.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date
from uuid import UUID

from careloop.facts.chart import Chart, FactKind
from careloop.facts.checks import Knowledge
from careloop.facts.safety import CHECK_OF, Concern, Found, Review, Tier
from careloop.rules.checks.safety.listed import read_list
from careloop.rules.checks.safety.match import is_on, match_all
from careloop.rules.checks.safety.person import Person

ALL = tuple(Concern)
HEAVIEST_FIRST = {tier: place for place, tier in enumerate(Tier)}
PLACE = {concern: place for place, concern in enumerate(Concern)}


def review(chart: Chart, on: date, knowledge: Knowledge, *, concerns: Collection[Concern] = ALL) -> Review:
    """Look at the medicines of a chart together, as they are taken on a day, against these concerns.

    The chart holds the whole medicine list and, for what is asked, allergies, problems and results. Nothing is
    asked about the dead.
    """
    if chart.died_on is not None:
        return Review()
    listed = chart.once(("medicines", on), knowledge, lambda: read_list(chart, on, knowledge))
    person = Person(chart, on, knowledge, spans=list(listed.spans))
    found = sorted(match_all(listed.now, person, concerns), key=_weight)
    not_checked = tuple(dict.fromkeys(person.not_checked))
    ended: tuple[UUID, ...] = ()
    if listed.ended:
        before = sorted(match_all(listed.begun, person, concerns, about=listed.ended), key=_weight)
        sides = [s for one in before for s in one.sides if s.kind is FactKind.MEDICINE and s.name in listed.ended]
        ended = tuple(dict.fromkeys(resource_id for side in sides for resource_id in side.resource_ids))
    return Review(
        medicines=len(listed.taken),
        found=tuple(found),
        not_read=listed.not_read,
        not_checked=not_checked,
        look_again_on=person.next_turn(),
        ended_by=ended,
    )


def count_waiting(knowledge: Knowledge) -> Mapping[str, int]:
    """Return by check how many rows wait for the clinician's sign-on."""
    return Counter(CHECK_OF[row.concern] for row in knowledge.safety.rows if not is_on(row, knowledge))


def _weight(found: Found) -> tuple[int, int, str]:
    return HEAVIEST_FIRST[found.row.tier], PLACE[found.row.concern], found.key
