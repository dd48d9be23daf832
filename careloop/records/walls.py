"""The walls of a table: forced row security by the template of every row that belongs to a patient."""

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


def wall_rows_of_patient(table: str, column: str = "patient_id") -> str:
    """Return the SQL that walls a table whose rows belong to patients; ``column`` names the patient."""
    return TEMPLATE.format(table=table, patient=column)


def tie_to_patient(table: str) -> str:
    """Return the SQL that keeps the unit of a row that of its patient."""
    return TO_PATIENT.format(table=table)


def let_go_with_patient(table: str) -> str:
    """Return the SQL that lets the rows of a table go when the record of their patient is deleted whole."""
    return f"""
CREATE POLICY seer_deletes ON {table} FOR DELETE TO careloop_seer USING (true);
GRANT DELETE ON {table} TO careloop_seer;
"""
