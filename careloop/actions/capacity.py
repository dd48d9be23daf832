"""How somebody works is said: for how many minutes a day, in which languages, what they know best."""

from collections.abc import Iterable, Sequence
from uuid import UUID
from zoneinfo import ZoneInfo

from careloop.basics.refusals import NotFound, Refusal
from careloop.basics.words import Say
from careloop.facts.access import Acting, Right
from careloop.guard.doors import managing
from careloop.guard.grants import load_reach
from careloop.records.models import Membership, Person, WorkProfile
from careloop.worklist.settle import clinic_zone

WEEK = range(7)
MOST_MINUTES, MOST_NAMED, MOST_LETTERS = 1440, 12, 40


@managing(needs=Right.CASELOAD_WRITE)
def say_how_one_works(
    acting: Acting, *, person_id: UUID, minutes: Sequence[int], languages: Sequence[str], specialties: Sequence[str]
) -> None:
    """Write down from today on for how many minutes somebody coordinates on each weekday, Monday first, and what in.

    ``languages`` are tags ("es"), ``specialties`` a few words each. What was said before stays in the history.

    :raises NotFound: if the person works in no team that this person leads
    :raises Refusal: if it is no week, or too much is named
    """
    units = load_reach(acting).units
    led = Membership.objects.filter(person_id=person_id, unit_id__in=units, person__is_active=True)
    if not led.exists():
        raise NotFound
    if len(minutes) != len(WEEK) or not all(0 <= one <= MOST_MINUTES for one in minutes):
        raise Refusal(Say("refusal.work_week"))
    WorkProfile(
        person=Person.objects.get(pk=person_id),
        from_on=acting.at.astimezone(ZoneInfo(clinic_zone())).date(),
        minutes=list(minutes),
        languages=_named(one.lower() for one in languages),
        specialties=_named(specialties),
        said_by_id=acting.person_id,
        said_at=acting.at,
    ).save(force_insert=True)


def _named(words: Iterable[str]) -> list[str]:
    cleaned = (" ".join(one.replace("\x00", "").split()) for one in words)
    named = list(dict.fromkeys(one for one in cleaned if one))
    if len(named) > MOST_NAMED or any(len(one) > MOST_LETTERS for one in named):
        raise Refusal(Say("refusal.work_named", count=MOST_NAMED))
    return named
