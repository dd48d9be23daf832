"""By which coverage a patient is covered, as it is compared with the one for which something was looked at."""

from uuid import UUID

from django.db import connection


def name_coverage(patient_id: UUID, label_mask: int) -> str:
    """Return the coverage on a patient's record today, as it is compared: its names, "" if there is none.

    ``label_mask`` are the labels of what asks: coverage that bears others stays out.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT label FROM chart_fact WHERE patient_id = %s AND kind = 'coverage' AND label_mask & ~%s = 0"
            " AND status IN ('active', '') AND label <> '' ORDER BY label",
            [patient_id, label_mask],
        )
        return "; ".join(row[0] for row in cursor.fetchall())
