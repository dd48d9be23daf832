"""The rows of the tables that apply: one function for each concern."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date
from itertools import product
from uuid import UUID

from careloop.basics.units import write_quantity
from careloop.basics.words import Say
from careloop.facts.chart import ChartFact, FactColumns
from careloop.facts.checks import Knowledge
from careloop.facts.safety import CHECK_OF, Concern, Found, Measure, SafetyRow, Side
from careloop.facts.worklist import Confidence
from careloop.rules.checks.safety.listed import Listed, make_side
from careloop.rules.checks.safety.person import Allergy, Measured, Person, is_inside
from careloop.rules.checks.what_counts import in_order

# The medicines that hold an ingredient, by its name.
Held = dict[str, list[Listed]]
RowsOn = tuple[Mapping[str, tuple[SafetyRow, ...]], dict[str, SafetyRow]]


def is_on(row: SafetyRow, knowledge: Knowledge) -> bool:
    """Tell whether a row counts: its source was read, or the clinic's clinician signed its check on."""
    return row.source.confidence is not Confidence.GENERAL or CHECK_OF[row.concern] in knowledge.signed_on


def match_all(
    listed: tuple[Listed, ...],
    person: Person,
    concerns: Collection[Concern],
    *,
    about: frozenset[str] | None = None,
) -> Iterator[Found]:
    """Give what applies to these medicines of this person, concern by concern.

    With ``about``, rows that name none of these ingredients are left out.
    """
    held: Held = {}
    for one in listed:
        for name in sorted(one.ingredients):
            held.setdefault(name, []).append(one)
    for concern, match in MATCHERS.items():
        if concern in concerns and (rows := _rows(held, person.knowledge, concern, about)):
            yield from match(held, rows, person)


def _rows(held: Held, knowledge: Knowledge, concern: Concern, about: frozenset[str] | None) -> tuple[SafetyRow, ...]:
    """Return the rows that are on and about one of the medicines, each once."""
    by_medicine, always = knowledge.once(("rows that are on", concern), lambda: _find_on(knowledge, concern))
    rows = {row.id: row for name in by_medicine.keys() & held.keys() for row in by_medicine[name]}
    if about is not None:
        rows = {name: row for name, row in rows.items() if about & row.medicines or about & row.others}
    if held:
        rows |= always
    return tuple(rows[name] for name in sorted(rows))


def _find_on(knowledge: Knowledge, concern: Concern) -> RowsOn:
    """Lay out the rows of a concern that are on: by ingredient, and those that any medicine may meet."""
    by_medicine = {
        name: on
        for name, rows in knowledge.safety.by_medicine[concern].items()
        if (on := tuple(row for row in rows if is_on(row, knowledge)))
    }
    same = knowledge.safety.of_allergies if concern is Concern.ALLERGY else ()
    return by_medicine, {row.id: row for row in same if row.is_same and is_on(row, knowledge)}


def _selected(held: Held, row: SafetyRow) -> Held:
    """Return the medicines that a row is about, by ingredient."""
    found = {name: held[name] for name in sorted(row.medicines & held.keys())}
    if row.unless_label:
        found = {name: some for name, one in found.items() if (some := [m for m in one if m.is_of_form(row)])}
    return found


def _make(
    row: SafetyRow,
    medicines: Held,
    others: Iterable[Side] = (),
    *,
    matters: Iterable[Say] = (),
    unknown: Iterable[Say] = (),
    evidence: Iterable[ChartFact] = (),
    key: str = "",
) -> Found:
    """Return a finding with its medicines first, and what they are looked at against."""
    sides = (*(make_side(name, some) for name, some in medicines.items()), *others)
    return _put_together(row, sides, key or row.id, matters, unknown, evidence)


def _put_together(
    row: SafetyRow,
    sides: tuple[Side, ...],
    key: str,
    matters: Iterable[Say] = (),
    unknown: Iterable[Say] = (),
    evidence: Iterable[ChartFact] = (),
) -> Found:
    days = [side.seen_on for side in sides]
    ids = (*(i for side in sides for i in side.resource_ids), *(fact.resource_id for fact in evidence))
    return Found(
        key=key,
        row=row,
        sides=sides,
        matters=tuple(matters),
        unknown=tuple(unknown),
        since_on=max((day for day in days if day), default=None) if None not in days else None,
        evidence=tuple(dict.fromkeys(ids)),
    )


def _interactions(held: Held, rows: Iterable[SafetyRow], _person: Person) -> Iterator[Found]:
    for row in rows:
        pairs = {
            (min(a, b), max(a, b)) for a, b in product(row.medicines & held.keys(), row.others & held.keys()) if a != b
        }
        for first, second in sorted(pairs):
            firsts, seconds = held[first], held[second]
            apart = [(one, other) for one, other in product(firsts, seconds) if one is not other]
            if apart:
                # Partners inside one product are one medicine; the newest two different entries name the pair.
                one, other = max(apart, key=lambda pair: tuple(m.newest.start_on or date.min for m in pair))
                sides = (make_side(first, firsts, one.newest), make_side(second, seconds, other.newest))
                yield _put_together(row, sides, f"{row.id}:{first}:{second}")


def _over_age(held: Held, rows: Iterable[SafetyRow], person: Person) -> Iterator[Found]:
    if person.chart.birth_on is None:
        person.not_checked.append(Say("medicines.not_checked.no_birth_date"))
        return
    if person.is_in_hospice():
        person.not_checked.append(Say("medicines.not_checked.hospice"))
        return
    for row in rows:
        medicines = _selected(held, row)
        age = row.age_min or 0
        reached = person.birthday(age)
        if reached is None or len(medicines) < row.at_least or not row.unless_with.isdisjoint(held):
            continue
        if row.at_least > 1 and _count(medicines) < 2:
            continue
        if row.unless_codesets and person.find_problems(row.unless_codesets):
            continue
        problems = person.find_problems(row.codesets) if row.codesets else ()
        if problems or not row.codesets:
            matters = (Say("medicines.matters.age", age=age, day=reached),)
            yield _make(row, medicines, _problem_sides(problems), matters=matters)


def _allergies(held: Held, rows: Iterable[SafetyRow], person: Person) -> Iterator[Found]:
    allergies = person.find_allergies()
    for row in rows:
        hits: Held = {}
        against: dict[UUID, Allergy] = {}
        for allergy in allergies:
            for name, one in _react(row, allergy, held):
                hits.setdefault(name, [])
                if one not in hits[name]:
                    hits[name].append(one)
                against[allergy.fact.resource_id] = allergy
        if hits:
            by_words = any(not one.is_coded for one in against.values())
            unknown = (Say("medicines.unknown.allergy_by_words"),) if by_words else ()
            sides = [_fact_side(a.fact) for _id, a in sorted(against.items())]
            yield _make(row, dict(sorted(hits.items())), sides, unknown=unknown)


def _react(row: SafetyRow, allergy: Allergy, held: Held) -> Iterator[tuple[str, Listed]]:
    """Give the medicines that a row sets against an allergy; the medicine itself belongs to the row of its own."""
    if row.is_same:
        names = allergy.ingredients
    elif allergy.ingredients.isdisjoint(row.others) and allergy.words.isdisjoint(row.terms):
        return
    else:
        names = row.medicines - allergy.ingredients
    for name in sorted(names & held.keys()):
        for one in held[name]:
            yield name, one


def _conditions(held: Held, rows: Iterable[SafetyRow], person: Person) -> Iterator[Found]:
    for row in rows:
        matters: list[Say] = []
        if row.age_min is not None:
            reached = person.birthday(row.age_min)
            if reached is None:
                if person.chart.birth_on is None:
                    person.not_checked.append(Say("medicines.not_checked.no_birth_date"))
                continue
            matters.append(Say("medicines.matters.age", age=row.age_min, day=reached))
        problems = person.find_problems(row.codesets)
        inside = _find_inside(row, person)
        medicines = _selected(held, row)
        if medicines and (problems or inside):
            matters += [_say_measured(row.limits[0].measure, inside)] if inside else []
            evidence = (inside.fact,) if inside else ()
            yield _make(row, medicines, _problem_sides(problems), matters=matters, evidence=evidence)


def _find_inside(row: SafetyRow, person: Person) -> Measured | None:
    """Return the newest result if it lies inside one of the limits of a row."""
    for limit in row.limits:
        measured = person.find_measured(limit.measure)
        if measured is not None and is_inside(limit, measured):
            return measured
    return None


def _pregnancy(held: Held, rows: Iterable[SafetyRow], person: Person) -> Iterator[Found]:
    pregnancy = person.find_pregnancy()
    if pregnancy is None:
        return
    for row in rows:
        if medicines := _selected(held, row):
            unknown = (Say("medicines.unknown.trimester"),)
            yield _make(row, medicines, (_fact_side(pregnancy),), unknown=unknown)


def _kidney(held: Held, rows: Iterable[SafetyRow], person: Person) -> Iterator[Found]:
    for row in rows:
        medicines = _selected(held, row)
        if not medicines or (
            row.age_min and person.chart.birth_on is not None and person.birthday(row.age_min) is None
        ):
            continue
        if row.two_of is not None:
            yield from _two_of(row, medicines, person)
            continue
        measure = row.limits[0].measure if row.limits else Measure.EGFR
        measured = person.find_measured(measure)
        if measured is None:
            if row.when_missing:
                yield _make(row, medicines, matters=(Say("medicines.matters.no_kidney_test"),))
            else:
                _note_no_test(person, medicines)
            continue
        inside = [is_inside(limit, measured) for limit in row.limits]
        if any(inside):
            unknown = (Say("medicines.unknown.crcl"),) if measure is Measure.CRCL else ()
            yield _make(
                row,
                medicines,
                matters=(_say_measured(measure, measured),),
                unknown=unknown,
                evidence=(measured.fact,),
            )
        elif None in inside:
            _note_only_bound(person, medicines, measured)


def _two_of(row: SafetyRow, medicines: Held, person: Person) -> Iterator[Found]:
    """Give the row when two of its three features are known to hold; say which of them are not known."""
    assert row.two_of is not None
    matters: list[Say] = []
    evidence: list[ChartFact] = []
    unknown: list[Say] = []
    reached = person.birthday(row.two_of.age_min)
    if reached is not None:
        matters.append(Say("medicines.matters.age", age=row.two_of.age_min, day=reached))
    weight, creatinine = person.find_measured(Measure.WEIGHT), person.find_measured(Measure.CREATININE)
    for measure, measured, holds in (
        (Measure.WEIGHT, weight, weight is not None and weight.value <= row.two_of.weight_at_most),
        (Measure.CREATININE, creatinine, creatinine is not None and creatinine.value >= row.two_of.creatinine_at_least),
    ):
        if measured is None:
            unknown.append(Say(f"medicines.unknown.no_{measure}"))
        elif holds:
            matters.append(_say_measured(measure, measured))
            evidence.append(measured.fact)
    if len(matters) > 1:
        yield _make(row, medicines, matters=matters, unknown=unknown, evidence=evidence)
    elif matters and unknown:
        _note_no_test(person, medicines)


def _duplicates(held: Held, rows: Iterable[SafetyRow], _person: Person) -> Iterator[Found]:
    found: dict[frozenset[str], tuple[SafetyRow, Held]] = {}
    for row in rows:
        medicines = _selected(held, row)
        if len(medicines) < row.at_least or _count(medicines) < max(2, row.products):
            continue
        # Of two rows about the same medicines the narrower one says more.
        names = frozenset(medicines)
        if names not in found or (len(row.medicines), row.id) < (len(found[names][0].medicines), found[names][0].id):
            found[names] = (row, medicines)
    for row, medicines in found.values():
        yield _make(row, medicines)


def _count(medicines: Held) -> int:
    """Count the medicines of a row that are different: none of them is a part of another."""
    parts: dict[int, set[str]] = {}
    whole: dict[int, Listed] = {}
    for name, some in medicines.items():
        for one in some:
            parts.setdefault(id(one), set()).add(name)
            whole[id(one)] = one
    if len(medicines) == 1:
        return len(whole)
    held = list(parts.values())
    return sum(not any(own < other for other in held) for own in held)


def _problem_sides(problems: Iterable[ChartFact]) -> list[Side]:
    """Return problems as sides, the same problem from several sources folded into one."""
    by_label: dict[str, list[ChartFact]] = {}
    for fact in in_order(problems):
        by_label.setdefault(fact.columns.label, []).append(fact)
    return [_fact_side(*facts) for _label, facts in sorted(by_label.items())]


def _fact_side(*facts: ChartFact) -> Side:
    newest = facts[-1].columns
    ids = tuple(dict.fromkeys(fact.resource_id for fact in facts))
    return Side(newest.kind, newest.label, newest.label, newest.start_on, ids)


def _say_measured(measure: Measure, measured: Measured) -> Say:
    columns: FactColumns = measured.fact.columns
    amount = columns.value_text or f"{measured.value:f}"
    said = Measure.EGFR if measure is Measure.CRCL else measure
    return Say(f"medicines.matters.{said}", result=write_quantity(amount, columns.unit), day=measured.day)


def _note_no_test(person: Person, medicines: Iterable[str]) -> None:
    for name in medicines:
        person.not_checked.append(Say("medicines.not_checked.no_kidney_test", medicine=name))


def _note_only_bound(person: Person, medicines: Iterable[str], measured: Measured) -> None:
    for name in medicines:
        said = measured.fact.columns.value_text
        person.not_checked.append(Say("medicines.not_checked.only_bound", medicine=name, result=said))


MATCHERS: Mapping[Concern, Callable[[Held, tuple[SafetyRow, ...], Person], Iterator[Found]]] = {
    Concern.INTERACTION: _interactions,
    Concern.OVER_AGE: _over_age,
    Concern.ALLERGY: _allergies,
    Concern.CONDITION: _conditions,
    Concern.PREGNANCY: _pregnancy,
    Concern.KIDNEY: _kidney,
    Concern.DUPLICATE: _duplicates,
}
