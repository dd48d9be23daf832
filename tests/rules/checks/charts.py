"""Charts in a few words, for the tables of cases."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from uuid import UUID

from careloop.facts.chart import Chart, ChartFact, FactColumns, FactKind, Sex

PATIENT = UUID(int=1)


def chart_of(
    *facts: ChartFact, born: date | None = date(1966, 5, 1), sex: Sex = Sex.FEMALE, died: date | None = None
) -> Chart:
    return Chart(PATIENT, born, sex, died, facts)


def id_of(number: int) -> UUID:
    return UUID(int=1000 + number)


def problem(
    code: str,
    since: date | None = None,
    *,
    status: str = "active",
    verification: str = "confirmed",
    until: date | None = None,
    number: int = 1,
    label: str = "A problem",
) -> ChartFact:
    columns = FactColumns(
        FactKind.PROBLEM,
        (code,),
        label,
        status,
        start_on=since,
        end_on=until,
        verification=verification,
    )
    return ChartFact(id_of(number), columns)


def result(
    code: str,
    on: date | None,
    *,
    status: str = "final",
    value: str | None = "7.1",
    text: str = "",
    number: int = 2,
    label: str = "A result",
) -> ChartFact:
    columns = FactColumns(
        FactKind.RESULT,
        (code,),
        label,
        status,
        start_on=on,
        value=None if value is None else Decimal(value),
        unit="%",
        value_text=text,
    )
    return ChartFact(id_of(number), columns)


def procedure(
    code: str, on: date | None, *, status: str = "completed", number: int = 3, label: str = "A procedure"
) -> ChartFact:
    return ChartFact(id_of(number), FactColumns(FactKind.PROCEDURE, (code,), label, status, start_on=on))


def visit(
    visit_class: str,
    first: date | None,
    last: date | None = None,
    *,
    status: str = "finished",
    code: str = "",
    disposition: tuple[str, ...] = (),
    hours: tuple[int, int] | None = None,
    number: int = 4,
    label: str = "A visit",
) -> ChartFact:
    """A visit; ``hours`` gives the hours of the day (UTC) at which it began and ended."""
    columns = FactColumns(
        FactKind.VISIT,
        (code,) if code else (),
        label,
        status,
        start_on=first,
        end_on=last,
        start_at=_at(first, hours[0]) if hours else None,
        end_at=_at(last, hours[1]) if hours else None,
        visit_class=visit_class,
        disposition=disposition,
    )
    return ChartFact(id_of(number), columns)


def medicine(
    label: str,
    *codes: str,
    since: date | None = date(2026, 3, 2),
    until: date | None = None,
    status: str = "active",
    number: int = 5,
) -> ChartFact:
    columns = FactColumns(FactKind.MEDICINE, codes, label, status, start_on=since, end_on=until)
    return ChartFact(id_of(number), columns)


def _at(on: date | None, hour: int) -> datetime | None:
    return datetime.combine(on, time(hour), UTC) if on else None
