-- The directory: the application adds and changes entries; nothing that was ever booked or referred to is deleted.
ALTER SEQUENCE directory_no OWNED BY directory_entry.no;
GRANT USAGE ON SEQUENCE directory_no TO careloop_app;
GRANT SELECT ON SEQUENCE directory_no TO careloop_backup;
GRANT SELECT, INSERT, UPDATE ON directory_entry TO careloop_app;
GRANT SELECT ON directory_entry TO careloop_seer, careloop_backup;

-- A practitioner, site or organization that an entry names is one.
CREATE FUNCTION refuse_other_kind() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM directory_entry e
             WHERE e.id = NEW.organization_id AND e.kind <> 'organization'
                OR e.id = NEW.site_id AND e.kind <> 'site'
                OR e.id = NEW.practitioner_id AND e.kind <> 'practitioner') THEN
    RAISE EXCEPTION 'an entry names another of the wrong kind'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_names_the_right_kind';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER entry_names_the_right_kind
  BEFORE INSERT OR UPDATE OF organization_id, site_id, practitioner_id ON directory_entry
  FOR EACH ROW EXECUTE FUNCTION refuse_other_kind();

-- What an entry is never changes: bookings and other entries count on it.
CREATE FUNCTION refuse_new_kind() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'an entry keeps its kind and its number'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_keeps_its_kind';
END $$;
CREATE TRIGGER entry_keeps_its_kind BEFORE UPDATE ON directory_entry
  FOR EACH ROW WHEN (OLD.kind <> NEW.kind OR OLD.no <> NEW.no) EXECUTE FUNCTION refuse_new_kind();
