"""What a life in the demo clinic is made of, and the illnesses that many of them share."""

from dataclasses import dataclass

from careloop.catalog.demo import codes
from careloop.catalog.demo.cast import MORNING, WITH_MEALS
from careloop.catalog.demo.keeping_up import Skip
from careloop.catalog.demo.stories import Story, has, sugar_tested


@dataclass(frozen=True, slots=True)
class Life:
    """A neighbour. ``key`` names the life and never changes; ``home`` is shared by those who live together.

    ``seen`` is how many days ago the last check-up was, at least and at most. ``is_new`` says that nothing but the
    person has come in yet. ``died_days_ago`` is 0 for the living.
    """

    key: str
    language: str
    sex: str
    age: int
    team: str
    stories: tuple[Story, ...] = ()
    finds: tuple[str, ...] = ()
    finds_if_signed: tuple[str, ...] = ()
    skips: frozenset[Skip] = frozenset()
    home: str = ""
    relative: str = ""
    interpreter: bool = False
    also_english: bool = False
    preferred: str = ""
    seen: tuple[int, int] = (40, 75)
    is_new: bool = False
    died_days_ago: int = 0


def sugar(years: int, *, last_months: int = 2, high: bool = False, eyes_seen: bool = True) -> tuple[Story, ...]:
    """Tell of type 2 diabetes since so many years, with its medicine and its blood tests."""
    problem = has(codes.TYPE_2_DIABETES, years=years, medicines=((codes.METFORMIN, WITH_MEALS),))
    return problem, sugar_tested(last_months=last_months, high=high, eyes_seen=eyes_seen)


def pressure(years: int, medicine: codes.Coded = codes.LISINOPRIL) -> Story:
    """Tell of high blood pressure since so many years, with its medicine."""
    return has(codes.HIGH_BLOOD_PRESSURE, years=years, medicines=((medicine, MORNING),))


def skips(*left_out: Skip) -> frozenset[Skip]:
    """Return what somebody has not had done."""
    return frozenset(left_out)
