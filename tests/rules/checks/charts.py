"""Charts in a few words, for the tables of cases."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from careloop.catalog.knowledge import load_knowledge
from careloop.facts.chart import GOING_ON, Chart, ChartFact, FactColumns, FactKind, Sex
from careloop.facts.checks import Check

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
    unit: str = "%",
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
        unit=unit,
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


def fact(
    kind: FactKind,
    code: str,
    on: date | None,
    *,
    status: str = "",
    value: str | None = None,
    unit: str = "",
    outcome: tuple[str, ...] = (),
    until: date | None = None,
    hours: tuple[int, int] | None = None,
    number: int = 6,
    label: str = "A fact",
) -> ChartFact:
    """A fact of any kind, done as its kind says it; ``outcome`` are the codes of what came of it."""
    done = {FactKind.RESULT: "final", FactKind.PROBLEM: "active", FactKind.MEDICINE: "active", FactKind.ORDER: "active"}
    columns = FactColumns(
        kind,
        (code,),
        label,
        status or done.get(kind, "completed"),
        start_on=on,
        end_on=until,
        start_at=_at(on, hours[0]) if hours else None,
        value=None if value is None else Decimal(value),
        unit=unit,
        disposition=outcome,
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


def allergy(
    label: str,
    *codes: str,
    since: date | None = date(2020, 5, 4),
    until: date | None = None,
    status: str = "active",
    verification: str = "confirmed",
    number: int = 6,
) -> ChartFact:
    columns = FactColumns(
        FactKind.ALLERGY, codes, label, status, start_on=since, end_on=until, verification=verification
    )
    return ChartFact(id_of(number), columns)


def _at(on: date | None, hour: int) -> datetime | None:
    return datetime.combine(on, time(hour), UTC) if on else None


def is_needed(check: Check, columns: FactColumns, on: date) -> bool:
    """Tell whether a check asks for a fact on this day: the rule by which charts are made."""
    return on <= needed_until(check, columns)


def needed_until(check: Check, columns: FactColumns) -> date:
    """Return the last day on which a check asks for a fact; the first of the calendar where it never does."""
    needs, codesets = check.needs, load_knowledge().codesets
    names = [n for n in needs.coded.get(columns.kind, ()) if any(code in codesets[n] for code in columns.codes)]
    back = [needs.lately[name] for name in names if name in needs.lately]
    if columns.kind in needs.recent:
        back.append(needs.recent[columns.kind])
    is_open = columns.kind in needs.recent and columns.status in GOING_ON
    if columns.kind in needs.whole or is_open or any(name not in needs.lately for name in names):
        return date.max
    newest = max((day for day in (columns.start_on, columns.end_on) if day is not None), default=None)
    if newest is None or not back:
        return date.min
    return newest + min(timedelta(days=max(back)), date.max - newest)
