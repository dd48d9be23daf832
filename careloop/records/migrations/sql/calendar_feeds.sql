-- Everybody sees and revokes their own addresses.
ALTER TABLE calendar_feed ENABLE ROW LEVEL SECURITY;
ALTER TABLE calendar_feed FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON calendar_feed TO careloop_app
  USING (person_id = (SELECT careloop_context('person'))::uuid);
CREATE POLICY seer_all ON calendar_feed FOR SELECT TO careloop_seer USING (true);
CREATE POLICY moving ON calendar_feed TO careloop_owner
  USING (current_setting('careloop.migrating', true) = 'on')
  WITH CHECK (current_setting('careloop.migrating', true) = 'on');
ALTER TABLE calendar_feed ADD CONSTRAINT calendar_feed_token_is_hashed CHECK (length(token_hash) = 32);

GRANT SELECT, INSERT, UPDATE ON calendar_feed TO careloop_app;
GRANT SELECT ON calendar_feed TO careloop_seer, careloop_backup;

-- An address that was revoked stays revoked, and is nobody else's.
CREATE FUNCTION refuse_changed_feed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'another address is another row'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'calendar_feed_is_only_revoked';
END $$;
CREATE TRIGGER calendar_feed_is_only_revoked BEFORE UPDATE ON calendar_feed FOR EACH ROW
  WHEN (OLD.person_id <> NEW.person_id OR OLD.token_hash <> NEW.token_hash OR OLD.made_at <> NEW.made_at
        OR OLD.revoked_at IS NOT NULL)
  EXECUTE FUNCTION refuse_changed_feed();

-- Whose address it is, before anybody acts: only whoever has the secret can ask.
CREATE FUNCTION owner_of_feed(hashed bytea) RETURNS TABLE (feed_id uuid, person_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT f.id, f.person_id FROM calendar_feed f WHERE f.token_hash = hashed AND f.revoked_at IS NULL
$$;
ALTER FUNCTION owner_of_feed(bytea) OWNER TO careloop_seer;
SET LOCAL ROLE careloop_seer;
REVOKE ALL ON FUNCTION owner_of_feed(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION owner_of_feed(bytea) TO careloop_app;
RESET ROLE;
