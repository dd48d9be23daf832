"""Facts with their sources in a few words, for the tables of cases."""

from datetime import UTC, date, datetime
from uuid import UUID

from careloop.basics.words import Say
from careloop.facts.chart import ChartFact, FactColumns, FactKind
from careloop.facts.chart_lists import SourcedFact
from tests.rules.checks.charts import PATIENT, id_of

ON = date(2026, 11, 21)
CAME_IN = datetime(2026, 11, 19, 12, tzinfo=UTC)

LISINOPRIL_10 = "rxnorm|314076"
LISINOPRIL_20 = "rxnorm|314077"
LISINOPRIL = "rxnorm|29046"
HCTZ_LISINOPRIL = "rxnorm|197885"
IBUPROFEN = "rxnorm|310965"
DOUBTFUL = "rxnorm|833036"
DIABETES = "sct|44054006"


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def source(
    kind: FactKind,
    label: str,
    *codes: str,
    status: str = "active",
    since: str | None = "2024-03-05",
    until: str | None = None,
    number: int = 1,
    verification: str = "",
    of: str = "MedicationRequest",
    sender: str = "fhir",
    record: UUID = PATIENT,
    dose: str = "",
    outcome: tuple[str, ...] = (),
) -> SourcedFact:
    """A fact of one source; ``since`` and ``until`` are ISO days, ``outcome`` the codes that stand beside it."""
    columns = FactColumns(
        kind,
        codes,
        label,
        status,
        start_on=day(since),
        end_on=day(until),
        verification=verification,
        disposition=outcome,
    )
    doses = (Say("text.free", text=dose),) if dose else ()
    return SourcedFact(ChartFact(id_of(number), columns), record, of, sender, CAME_IN, doses=doses)


def medicine(label: str, *codes: str, **more: object) -> SourcedFact:
    return source(FactKind.MEDICINE, label, *codes, **more)  # type: ignore[arg-type]


def problem(label: str, *codes: str, verification: str = "confirmed", **more: object) -> SourcedFact:
    return source(FactKind.PROBLEM, label, *codes, verification=verification, of="Condition", **more)  # type: ignore[arg-type]


def allergy(label: str, *codes: str, verification: str = "confirmed", **more: object) -> SourcedFact:
    return source(FactKind.ALLERGY, label, *codes, verification=verification, of="AllergyIntolerance", **more)  # type: ignore[arg-type]
