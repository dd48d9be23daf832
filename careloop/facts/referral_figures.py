"""How referrals go, in numbers: of all, and by specialty, language, payer and clinic."""

from dataclasses import dataclass
from datetime import date

from careloop.facts.referrals import ReferralRow, ReferralState

# Of fewer than these no percentage is said: it would say too much of single people, and nothing of the many.
FEWEST = 20
# The name of the group of clinics each of which has fewer.
FEW_EACH = "\n"


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many; small numbers are shown as they are and never as a percentage."""

    part: int
    whole: int

    @property
    def percent(self) -> int | None:
        """Return the percentage, None where fewer than twenty are counted."""
        return round(100 * self.part / self.whole) if self.whole >= FEWEST else None


@dataclass(frozen=True, slots=True)
class StateDays:
    """Median days that referrals stayed in a state which they have left, and how many stays were counted.

    ``days`` is None where fewer than twenty were counted in a group.
    """

    state: ReferralState
    days: float | None
    count: int


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """Figures of one group: a specialty, a language, a payer or the clinic to which they went.

    ``name`` is "" where it is not known, and ``FEW_EACH`` for the clinics that have fewer than twenty each.
    """

    name: str
    closed_told: Share
    never_dated: Share
    days: tuple[StateDays, ...] = ()


@dataclass(frozen=True, slots=True)
class ReferralFigures:
    """How referrals go: made in a span of days, how many were closed with the patient told, and how long steps took."""

    since: date
    closed_told: Share
    never_dated: Share
    days: tuple[StateDays, ...]
    oldest: tuple[ReferralRow, ...]
    by_specialty: tuple[GroupFigures, ...]
    by_language: tuple[GroupFigures, ...]
    by_payer: tuple[GroupFigures, ...]
    by_clinic: tuple[GroupFigures, ...] = ()
