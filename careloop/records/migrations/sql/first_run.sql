-- Whole records of people nobody has looked at yet: the system alone holds them, and lets them go.
ALTER TABLE held_file ENABLE ROW LEVEL SECURITY;
ALTER TABLE held_file FORCE ROW LEVEL SECURITY;
CREATE POLICY held ON held_file TO careloop_app
  USING ((SELECT is_system())) WITH CHECK ((SELECT is_system()));
CREATE POLICY moving ON held_file TO careloop_owner
  USING (current_setting('careloop.migrating', true) = 'on')
  WITH CHECK (current_setting('careloop.migrating', true) = 'on');
GRANT SELECT, INSERT, DELETE ON held_file TO careloop_app;
