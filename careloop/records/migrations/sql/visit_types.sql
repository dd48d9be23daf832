-- With whom a kind of visit is: replaced whole with the kind.
GRANT SELECT, INSERT, UPDATE, DELETE ON visit_type_with TO careloop_app;
GRANT USAGE ON SEQUENCE visit_type_with_id_seq TO careloop_app;
GRANT SELECT ON SEQUENCE visit_type_with_id_seq TO careloop_backup;
GRANT SELECT ON visit_type_with TO careloop_seer, careloop_backup;

-- A visit is with practitioners: rooms and devices are asked for by their kind.
CREATE FUNCTION refuse_visit_with_other() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM directory_entry e WHERE e.id = NEW.entry_id AND e.kind = 'practitioner') THEN
    RAISE EXCEPTION 'a kind of visit is with practitioners'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'visit_type_is_with_practitioner';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER visit_type_is_with_practitioner BEFORE INSERT OR UPDATE ON visit_type_with
  FOR EACH ROW EXECUTE FUNCTION refuse_visit_with_other();
