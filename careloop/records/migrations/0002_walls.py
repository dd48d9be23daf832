"""The second wall: forced row security, functions of the seer, triggers, invariants, rights of the roles."""

from pathlib import Path

from django.db import migrations

from careloop.records.walls import tie_to_patient, wall_rows_of_patient

SQL = Path(__file__).with_name("sql")

# Rows of a patient, by the column that names the patient.
PATIENT_TABLES = {
    "patient": "id",
    "patient_identifier": "patient_id",
    "patient_contact": "patient_id",
    "caseload": "patient_id",
    "care_team_member": "patient_id",
    "proxy": "patient_id",
    "resource": "patient_id",
    "resource_version": "patient_id",
    "chart_fact": "patient_id",
    "loop": "patient_id",
    "loop_event": "patient_id",
    "waiting_finding": "patient_id",
    "recheck": "patient_id",
}


def _read(name: str) -> str:
    return (SQL / name).read_text()


def _policies() -> str:
    rows = [wall_rows_of_patient(table, column) for table, column in PATIENT_TABLES.items()]
    keys = [tie_to_patient(table) for table in PATIENT_TABLES if table != "patient"]
    return "\n".join(rows + keys)


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0001_tables"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("usersessions", "0001_initial"),
        ("sessions", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.RunSQL(_read("columns.sql")),
        migrations.RunSQL(_read("reach.sql")),
        migrations.RunSQL(_policies()),
        migrations.RunSQL(_read("walls.sql")),
        migrations.RunSQL(_read("triggers.sql")),
        migrations.RunSQL(_read("functions.sql")),
        migrations.RunSQL(_read("audit.sql")),
        migrations.RunSQL(_read("invariants.sql")),
        migrations.RunSQL(_read("rights.sql")),
        migrations.RunSQL(_read("seeds.sql")),
    ]
