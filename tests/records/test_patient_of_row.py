"""Every row of a patient is checked against its patient: that must not cost more the more patients there are."""

from tests.records.plant import Plant

PATIENTS, ROWS = 300, 10
READ = "SELECT idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'patient'"


def test_a_row_is_checked_by_reading_its_patient_alone(owner: Plant) -> None:
    """PostgreSQL has not counted these patients yet, as in a database that is just being filled."""
    unit = owner.unit()
    patient = [owner.patient(unit, recheck=False) for _ in range(PATIENTS)][-1]
    for n in range(ROWS):
        owner.row(
            "patient_contact", patient_id=patient, unit_id=unit, label_mask=0, system="phone", value=str(n), use=""
        )
    before = owner.value(READ)

    owner.run("SET CONSTRAINTS ALL IMMEDIATE")

    assert owner.value(READ) - before == ROWS
