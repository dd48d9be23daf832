-- What the application may do to each table; deletion only where rows are replaced whole.
GRANT USAGE ON SCHEMA public TO careloop_app, careloop_seer;
GRANT SELECT, INSERT, UPDATE ON patient, patient_identifier, patient_contact, caseload, care_team_member, proxy,
  resource, chart_fact, loop, waiting_finding, recheck, inbox,
  person, login, unit, clinic, cover, membership, worker_seen, directory_resource TO careloop_app;
GRANT SELECT, INSERT ON loop_event, resource_version, access_grant TO careloop_app;
GRANT INSERT ON audit_line TO careloop_app;
GRANT DELETE ON chart_fact, patient_identifier, patient_contact, waiting_finding, membership TO careloop_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO careloop_app;
REVOKE ALL ON SEQUENCE audit_seal_id_seq FROM careloop_app;

-- Sign-in belongs to the sign-in library.
DO $$
DECLARE t text;
BEGIN
  FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public'
           AND (tablename LIKE 'account\_%' OR tablename LIKE 'mfa\_%' OR tablename LIKE 'usersessions\_%'
                OR tablename IN ('django_session', 'django_content_type')) LOOP
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO careloop_app', t);
  END LOOP;
END $$;
GRANT SELECT ON django_migrations TO careloop_app;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO careloop_backup;
GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO careloop_backup;

-- Functions that see more than their caller: shut to everybody, opened to the application. The owner may
-- become the seer but inherits nothing from it: without the change of role these lines would do nothing.
SET LOCAL ROLE careloop_seer;
DO $$
DECLARE
  f regprocedure;
  is_trigger boolean;
BEGIN
  FOR f, is_trigger IN SELECT p.oid, p.prorettype = 'trigger'::regtype FROM pg_proc p
                       WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    IF NOT is_trigger THEN EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO careloop_app', f); END IF;
  END LOOP;
END $$;
GRANT EXECUTE ON FUNCTION invariant_counts() TO careloop_owner;
RESET ROLE;
