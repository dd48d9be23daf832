"""The medicines of one patient looked at together, from the record as the checks are given it."""

from datetime import date

from django.db.models import Q

from careloop.facts.access import ALL_LABELS, Role
from careloop.facts.chart import Chart, ChartFact, FactColumns, FactKind, Sex
from careloop.facts.checks import Knowledge
from careloop.facts.safety import CHECK_OF, Concern, Found, Review
from careloop.records.models import ChartFactRow, Patient
from careloop.rules.access import LABELS
from careloop.rules.checks import find_checks
from careloop.rules.checks.safety.review import review
from careloop.worklist.knowledge import find_knowledge

# What a coordinator may not see speaks neither from a list nor from this page, whoever looks: a question that is
# asked becomes a loop of the team.
KEPT_BACK = int(ALL_LABELS & ~LABELS[Role.COORDINATOR])
WHOLE = (FactKind.MEDICINE, FactKind.ALLERGY, FactKind.PROBLEM)


def review_medicines(patient: Patient, on: date, knowledge: Knowledge) -> Review:
    """Look at the medicines of a patient in context, as the checks that are on see them on a day."""
    asked = [concern for concern in Concern if CHECK_OF[concern] not in knowledge.switched_off]
    return review(_load_chart(patient, knowledge), on, knowledge, concerns=asked)


def find_finding(patient: Patient, on: date, check: str, key: str) -> Found | None:
    """Return one finding as it stands today, None if it is no longer found."""
    found = review_medicines(patient, on, find_knowledge()).found
    return next((one for one in found if (one.check, one.key) == (check, key)), None)


def holds_restricted(patient: Patient) -> bool:
    """Tell whether the record holds facts that were kept back."""
    rows = ChartFactRow.objects.filter(patient=patient).extra(where=["label_mask & %s <> 0"], params=[KEPT_BACK])
    return bool(rows.exists())


def _load_chart(patient: Patient, knowledge: Knowledge) -> Chart:
    codes = sorted(_codes(knowledge))
    rows = (
        ChartFactRow.objects.filter(patient=patient)
        .filter(Q(kind__in=map(str, WHOLE)) | Q(code__in=codes) | Q(other_codes__overlap=codes))
        .extra(where=["label_mask & %s = 0"], params=[KEPT_BACK])
    )
    facts = [_read(row) for row in rows]
    facts.sort(key=lambda fact: (fact.columns.start_on or date.min, fact.resource_id.int))
    died_on = (patient.died_at or patient.changed_at).date() if patient.is_dead else None
    return Chart(patient.pk, patient.birth_on, Sex(patient.sex), died_on, tuple(facts))


def _codes(knowledge: Knowledge) -> set[str]:
    """Return the codes of results, procedures and visits that the checks of medicines ask for."""
    needs = [find_checks()[name].needs for name in set(CHECK_OF.values())]
    names = {n for need in needs for kind, some in need.coded.items() if kind not in WHOLE for n in some}
    return {code for name in names for code in knowledge.codesets[name].exact}


def _read(row: ChartFactRow) -> ChartFact:
    codes = (row.code, *(row.other_codes or ())) if row.code else ()
    columns = FactColumns(
        kind=FactKind(row.kind),
        codes=codes,
        label=row.label,
        status=row.status,
        start_on=row.start_on,
        end_on=row.end_on,
        start_at=row.start_at,
        end_at=row.end_at,
        value=row.value,
        unit=row.unit_text,
        value_text=row.value_text,
        visit_class=row.visit_class,
        disposition=tuple(row.disposition),
        verification=row.verification,
    )
    return ChartFact(row.resource_id, columns)
