"""The second wall: forced row security, functions of the seer, triggers, invariants, rights of the roles."""

from pathlib import Path

from django.db import migrations

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

# coalesce changes no answer, but PostgreSQL's guess of how many rows pass: half of them instead of one in 200. With
# the lower guess it fetched and sorted a whole unit's list rather than read the index in order up to the page's end.
TEMPLATE = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY mine ON {table} TO careloop_app
  USING (unit_id = ANY((SELECT my_units())::int[]) OR {patient} = ANY((SELECT my_patients())::uuid[]));
CREATE POLICY labelled ON {table} AS RESTRICTIVE TO careloop_app
  USING (coalesce(label_mask & ~(SELECT my_labels()) = 0, false));
CREATE POLICY seer_all ON {table} FOR SELECT TO careloop_seer USING (true);
CREATE POLICY moving ON {table} TO careloop_owner
  USING (current_setting('careloop.migrating', true) = 'on')
  WITH CHECK (current_setting('careloop.migrating', true) = 'on');
GRANT SELECT ON {table} TO careloop_seer;
"""

TO_PATIENT = """
ALTER TABLE {table} ADD CONSTRAINT {table}_is_of_patient FOREIGN KEY (patient_id, unit_id)
  REFERENCES patient (id, unit_id) ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED;
"""


def _read(name: str) -> str:
    return (SQL / name).read_text()


def _policies() -> str:
    rows = [TEMPLATE.format(table=table, patient=column) for table, column in PATIENT_TABLES.items()]
    keys = [TO_PATIENT.format(table=table) for table in PATIENT_TABLES if table != "patient"]
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
