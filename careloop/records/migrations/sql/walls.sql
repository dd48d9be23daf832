-- Tables with rules of their own.

-- Grants: one sees one's own and those over whom one reaches; one writes only in one's own name.
ALTER TABLE access_grant ENABLE ROW LEVEL SECURITY;
ALTER TABLE access_grant FORCE ROW LEVEL SECURITY;
CREATE POLICY seen ON access_grant FOR SELECT TO careloop_app USING (
  person_id = (SELECT careloop_context('person'))::uuid
  OR unit_id = ANY((SELECT my_units())::int[]) OR patient_id = ANY((SELECT my_patients())::uuid[])
  OR (SELECT is_system()));
CREATE POLICY given ON access_grant FOR INSERT TO careloop_app
  WITH CHECK (granted_by = (SELECT careloop_context('person'))::uuid);
CREATE POLICY seer_ends ON access_grant FOR UPDATE TO careloop_seer USING (true);
GRANT UPDATE (during) ON access_grant TO careloop_seer;
CREATE POLICY seer_all ON access_grant FOR SELECT TO careloop_seer USING (true);
CREATE POLICY moving ON access_grant TO careloop_owner
  USING (current_setting('careloop.migrating', true) = 'on')
  WITH CHECK (current_setting('careloop.migrating', true) = 'on');
GRANT SELECT ON access_grant TO careloop_seer;

-- What came in and belongs to nobody yet: the unit's intake and its reviewers.
ALTER TABLE inbox ENABLE ROW LEVEL SECURITY;
ALTER TABLE inbox FORCE ROW LEVEL SECURITY;
CREATE POLICY mine ON inbox TO careloop_app USING (unit_id = ANY((SELECT my_units())::int[]));
CREATE POLICY seer_all ON inbox FOR SELECT TO careloop_seer USING (true);
CREATE POLICY moving ON inbox TO careloop_owner
  USING (current_setting('careloop.migrating', true) = 'on')
  WITH CHECK (current_setting('careloop.migrating', true) = 'on');
GRANT SELECT ON inbox TO careloop_seer;

-- The log: the application adds lines and reads none; the seer reads and seals.
ALTER TABLE audit_line ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_line FORCE ROW LEVEL SECURITY;
CREATE POLICY added ON audit_line FOR INSERT TO careloop_app WITH CHECK (true);
CREATE POLICY seer_all ON audit_line FOR SELECT TO careloop_seer USING (true);
GRANT SELECT ON audit_line TO careloop_seer;
ALTER TABLE audit_seal ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_seal FORCE ROW LEVEL SECURITY;
CREATE POLICY seer_reads ON audit_seal FOR SELECT TO careloop_seer USING (true);
CREATE POLICY seer_seals ON audit_seal FOR INSERT TO careloop_seer WITH CHECK (true);
GRANT SELECT, INSERT ON audit_seal TO careloop_seer;
GRANT USAGE ON SEQUENCE audit_seal_id_seq TO careloop_seer;

GRANT SELECT ON person, unit, clinic, cover, membership, worker_seen, directory_resource TO careloop_seer;
