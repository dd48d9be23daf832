"""Records of one person from several sources, in the hands of tests: brought in, looked at, linked."""

from uuid import UUID

from careloop.actions.matching import confirm_same, say_same
from careloop.facts.pages import LoopRow, PatientPage
from careloop.reads.people import get_patient_page
from tests.guard import records
from tests.people import House, find_patient, take_in

SSN = {"system": "http://hl7.org/fhir/sid/us-ssn", "value": "123-45-6780", "type": {"coding": [{"code": "SS"}]}}


def bring(house: House, source: str, *, unit: str = "north", ssn: bool = False, **more: object) -> UUID:
    """Bring Rosa in from a system, with a problem of that system's own."""
    numbers = {"identifier": [SSN] if ssn else [{"system": f"urn:{source}", "value": "card"}]}
    rosa = records.patient("p1", **(numbers | more))  # type: ignore[arg-type]
    raw = records.bundle([rosa, records.problem("c1", "p1", f"Seen by {source}")])
    take_in(raw, getattr(house, unit), source=source, name=f"{source}.json")
    return find_patient("p1", source=source)


def page(house: House, patient: UUID, who: str = "dana") -> PatientPage:
    return get_patient_page(house.acting(who), patient)


def question(house: House, patient: UUID, who: str = "dana") -> LoopRow:
    """Return the open question about a record."""
    return next(row for row in page(house, patient, who).open_loops if row.asks_same)


def link(house: House, loop: LoopRow, keep: UUID, first: str = "dana", second: str = "lee") -> None:
    version = say_same(house.acting(first), loop.id, version=loop.version, keep=keep, reason="Same address.")
    confirm_same(house.acting(second), loop.id, version=version)


def problem_lines(shown: PatientPage) -> list[str]:
    """Return what every source says of a problem, each time it is said."""
    assert shown.lists is not None
    return sorted(source.fact.columns.label for line in shown.lists.problems.now for source in line.sources)


def problems(shown: PatientPage) -> set[str]:
    return set(problem_lines(shown))
