"""What became of a document that came in."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from careloop.facts.intake import Problem


@dataclass(frozen=True, slots=True)
class Refused:
    """One problem of one document: its name, where, why and how to mend it."""

    file: str
    path: str
    why: str
    fix: str


@dataclass(slots=True)
class Receipt:
    """What was taken in, counted; ``resources`` counts the accepted ones by type.

    ``linked`` counts patients linked to a record that was here, ``review`` questions whether two are of one person.
    ``waits``: nothing was kept, for the patient of a document that may come once more is not there yet.
    """

    patients: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    linked: int = 0
    review: int = 0
    resources: dict[str, int] = field(default_factory=dict)
    rejected: list[Refused] = field(default_factory=list)
    waits: bool = False

    def add(self, other: "Receipt") -> None:
        """Add what another document brought."""
        self.patients += other.patients
        self.created += other.created
        self.updated += other.updated
        self.unchanged += other.unchanged
        self.linked += other.linked
        self.review += other.review
        self.rejected.extend(other.rejected)
        self.waits |= other.waits
        for name, count in other.resources.items():
            self.resources[name] = self.resources.get(name, 0) + count


def refuse(file: str, problems: Iterable[Problem]) -> list[Refused]:
    """Return the problems of one document as lines of its receipt."""
    return [Refused(file=file, path=p.path, why=p.why, fix=p.fix) for p in problems]
