"""Who is suggested to stand in: the one with the least due soon who is there all the time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from careloop.facts.access import Role
from careloop.facts.caseloads import CoverLine, Load
from careloop.rules.caseloads import suggest_cover

SINCE = datetime(2026, 11, 23, 5, tzinfo=UTC)
UNTIL = SINCE + timedelta(days=5)
LEE = Load(UUID(int=1), "Lee", Role.COORDINATOR, 40, 60, 2, soon_count=5, languages=(), away=(), covers=())
MEI = replace(LEE, person_id=UUID(int=2), name="Mei", soon_count=4)
SOL = replace(LEE, person_id=UUID(int=3), name="Sol", role=Role.SUPERVISOR, soon_count=0)


def away(since: datetime, until: datetime) -> CoverLine:
    return CoverLine(1, MEI.person_id, "Mei", LEE.person_id, "Lee", since, until, "", is_now=False, is_over=False)


@pytest.mark.parametrize(
    ("candidates", "suggested"),
    [
        ((LEE, MEI, SOL), "Mei"),
        ((LEE, replace(MEI, soon_count=5, patients=39)), "Mei"),
        ((LEE, replace(MEI, soon_count=5)), "Lee"),
        ((SOL,), "Sol"),
        ((LEE, replace(MEI, away=(away(SINCE - timedelta(days=3), SINCE + timedelta(hours=1)),))), "Lee"),
        ((LEE, replace(MEI, away=(away(SINCE - timedelta(days=3), SINCE),))), "Mei"),
        ((LEE, replace(MEI, away=(away(UNTIL, UNTIL + timedelta(days=1)),))), "Mei"),
        ((), None),
    ],
)
def test_the_one_with_the_least_due_soon_is_suggested(candidates: tuple[Load, ...], suggested: str | None) -> None:
    found = suggest_cover(candidates, since=SINCE, until=UNTIL)

    assert (found and found.name) == suggested
