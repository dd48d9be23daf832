"""Findings that were set aside with a clinician's word: what the checks leave quiet meanwhile."""

from datetime import date
from uuid import UUID

from careloop.facts.safety import Override, OverrideReason
from careloop.records.models import SafetyOverride


def load_overrides(patient_ids: list[UUID]) -> dict[tuple[UUID, str, str], tuple[str, date]]:
    """Return what is set aside for patients in context: what it rested on and the day on which it returns."""
    rows = SafetyOverride.objects.filter(patient_id__in=patient_ids, ended_at=None)
    values = rows.values_list("patient_id", "check_name", "finding_key", "finding_print", "until_on")
    return {(row[0], row[1], row[2]): (row[3], row[4]) for row in values}


def find_overrides(patient_id: UUID) -> dict[tuple[str, str], Override]:
    """Return one patient's overrides that nobody ended, by check and key of their finding."""
    rows = SafetyOverride.objects.filter(patient_id=patient_id, ended_at=None).select_related("made_by")
    return {(row.check_name, row.finding_key): _read(row) for row in rows}


def _read(row: SafetyOverride) -> Override:
    """Return a row as a plain value."""
    return Override(
        id=row.id,
        check=row.check_name,
        key=row.finding_key,
        mark=row.finding_print,
        reason=OverrideReason(row.reason),
        note=row.note,
        clinician=row.clinician,
        until_on=row.until_on,
        made_by=row.made_by.name,
        made_at=row.made_at,
        ended_at=row.ended_at,
    )
