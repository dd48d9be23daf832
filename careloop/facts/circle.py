"""The people around a patient, and the drawing of them: family, care team, and clinicians of other places."""

from dataclasses import dataclass
from enum import StrEnum

from careloop.facts.timeline import Box


class Ring(StrEnum):
    """Where somebody stands: near the person, in the care team here, or in care elsewhere."""

    FAMILY = "family"
    TEAM = "team"
    OUTSIDE = "outside"


class Told(StrEnum):
    """What a consent of the record says about telling somebody; two that do not agree are unclear."""

    YES = "yes"
    PART = "part"
    NO = "no"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the circle. ``anchor`` is the id of their line in the list, ``part`` what they are, in words."""

    anchor: str
    ring: Ring
    name: str
    part: str
    is_emergency: bool = False
    told: Told | None = None


@dataclass(frozen=True, slots=True)
class Spot:
    """A member in their place, in pixels. ``mark`` is their sign, ``label`` the room of ``words``; none if empty."""

    member: Member
    mark: Box
    label: Box
    words: str

    @property
    def x(self) -> float:
        """The middle of the sign from the left."""
        return self.mark.x + self.mark.width / 2

    @property
    def y(self) -> float:
        """The middle of the sign from the top."""
        return self.mark.y + self.mark.height / 2


@dataclass(frozen=True, slots=True)
class Circle:
    """The whole picture: the person in the middle, two rings (half width and half height), and who stands on them.

    ``lines`` are what the person is called, in one line or two; ``hidden`` counts those for whom there was no room.
    """

    width: float
    height: float
    x: float
    y: float
    lines: tuple[str, ...]
    rings: tuple[tuple[float, float], ...]
    spots: tuple[Spot, ...]
    hidden: int
