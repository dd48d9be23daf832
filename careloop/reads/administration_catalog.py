"""The values that Careloop works with, as one list: each with its source, how well it was checked, and who uses it."""

from careloop.catalog.clocks import load_clocks
from careloop.catalog.knowledge import load_knowledge
from careloop.facts.access import Acting, Right
from careloop.facts.administration import CatalogRow
from careloop.facts.safety import CHECK_OF
from careloop.facts.worklist import Source
from careloop.guard.doors import managing
from careloop.rules.checks import find_checks


@managing(needs=Right.HEALTH_READ, write=False)
def list_catalog(acting: Acting) -> tuple[CatalogRow, ...]:
    """Return every rule, result, waiting time and row about medicines of the catalog, table by table."""
    knowledge, checks = load_knowledge(), find_checks()
    users: dict[str, tuple[str, ...]] = {}
    for check in checks.values():
        for rule_id in check.rule_ids:
            users[rule_id] = (*users.get(rule_id, ()), check.name)
    rows = [_row("rules", r.id, r.says, r.source, users.get(r.id, ())) for r in knowledge.rules.values()]
    rows += [_row("results", r.id, r.says, r.source, users.get(r.id, ())) for r in knowledge.results]
    for name, values in sorted(load_clocks().values.items()):
        for value in values:
            days = f"{value.days} {'business days' if value.is_business else 'days'} from {value.from_on.isoformat()}"
            rows.append(CatalogRow("clocks", name, days, value.source, "", 0, "", "", None, ()))
    rows += [
        _row("medicines", row.id, str(row.concern), row.source, (CHECK_OF[row.concern],))
        for row in knowledge.safety.rows
    ]
    return tuple(rows)


def _row(table: str, key: str, value: str, source: Source, checks: tuple[str, ...]) -> CatalogRow:
    return CatalogRow(
        table=table,
        id=key,
        value=value,
        organization=source.organization,
        title=source.title,
        year=source.year,
        section=source.section,
        confidence=str(source.confidence),
        checked_on=source.checked_on,
        checks=checks,
    )
