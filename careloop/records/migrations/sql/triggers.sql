-- What a constraint cannot say in one row.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is only added to', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER loop_event_is_history BEFORE UPDATE OF id, loop_id, patient_id, version, at, recorded_at, person_id,
  event, from_state, to_state, say, note, evidence, before OR DELETE ON loop_event
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER loop_event_is_never_emptied BEFORE TRUNCATE ON loop_event EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_line_is_history BEFORE UPDATE OR DELETE ON audit_line
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_line_is_never_emptied BEFORE TRUNCATE ON audit_line EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_seal_is_history BEFORE UPDATE OR DELETE ON audit_seal
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_seal_is_never_emptied BEFORE TRUNCATE ON audit_seal EXECUTE FUNCTION refuse_change();

-- No loop is opened for the dead.
CREATE FUNCTION refuse_loop_of_dead() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NEW.state = 'closed' OR NEW.patient_id IS NULL THEN RETURN NEW; END IF;
  -- Shared with other loops of this patient, against the death that is being recorded.
  PERFORM pg_advisory_xact_lock_shared(hashtextextended(NEW.patient_id::text, 1));
  IF EXISTS (SELECT 1 FROM patient p WHERE p.id = NEW.patient_id AND p.is_dead) THEN
    RAISE EXCEPTION 'no loop is opened for somebody who has died'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'loop_is_of_the_living';
  END IF;
  RETURN NEW;
END $$;
ALTER FUNCTION refuse_loop_of_dead() OWNER TO careloop_seer;
CREATE TRIGGER loop_is_of_the_living BEFORE INSERT OR UPDATE OF state, patient_id ON loop
  FOR EACH ROW EXECUTE FUNCTION refuse_loop_of_dead();

-- Death closes what is open, in its own transaction.
CREATE FUNCTION refuse_death_with_open_loops() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(NEW.id::text, 1));
  IF EXISTS (SELECT 1 FROM patient p WHERE p.id = NEW.id AND p.is_dead)
     AND EXISTS (SELECT 1 FROM loop l WHERE l.patient_id = NEW.id AND l.state <> 'closed') THEN
    RAISE EXCEPTION 'a death must close the open loops'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'death_closes_loops';
  END IF;
  RETURN NULL;
END $$;
ALTER FUNCTION refuse_death_with_open_loops() OWNER TO careloop_seer;
CREATE CONSTRAINT TRIGGER death_closes_loops AFTER INSERT OR UPDATE OF is_dead ON patient
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.is_dead)
  EXECUTE FUNCTION refuse_death_with_open_loops();

-- Nobody leaves open loops behind. Cover is looked at for the moment of the door.
CREATE FUNCTION refuse_leaving_loops() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM loop l WHERE l.owner_id = NEW.id AND l.state <> 'closed')
     AND NOT EXISTS (SELECT 1 FROM cover c WHERE c.absent_id = NEW.id
                     AND c.during @> coalesce(careloop_context('at')::timestamptz, clock_timestamp())) THEN
    RAISE EXCEPTION 'open loops would be left without anybody'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'nobody_leaves_loops';
  END IF;
  RETURN NEW;
END $$;
ALTER FUNCTION refuse_leaving_loops() OWNER TO careloop_seer;
CREATE TRIGGER nobody_leaves_loops BEFORE UPDATE OF is_active ON person
  FOR EACH ROW WHEN (OLD.is_active AND NOT NEW.is_active) EXECUTE FUNCTION refuse_leaving_loops();

-- A loop is given only to somebody who works here. One that stays where it was, with somebody who left and
-- is covered, can still be woken, raised or closed.
CREATE FUNCTION refuse_inactive_owner() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF NEW.owner_id IS NOT DISTINCT FROM OLD.owner_id AND OLD.state <> 'closed' THEN RETURN NEW; END IF;
  END IF;
  IF NEW.state <> 'closed' AND NEW.owner_id IS NOT NULL
     AND NOT EXISTS (SELECT 1 FROM person p WHERE p.id = NEW.owner_id AND p.is_active FOR SHARE) THEN
    RAISE EXCEPTION 'the owner of an open loop must be active'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'loop_owner_is_active';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER loop_owner_is_active BEFORE INSERT OR UPDATE OF owner_id, state ON loop
  FOR EACH ROW EXECUTE FUNCTION refuse_inactive_owner();

-- A grant can only end earlier than it said.
CREATE FUNCTION refuse_longer_grant() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT (NEW.during <@ OLD.during AND lower(NEW.during) = lower(OLD.during)) THEN
    RAISE EXCEPTION 'a grant is only shortened' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER grant_is_only_shortened BEFORE UPDATE OF during ON access_grant
  FOR EACH ROW EXECUTE FUNCTION refuse_longer_grant();
CREATE TRIGGER grant_is_never_deleted BEFORE DELETE ON access_grant
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER grants_are_never_emptied BEFORE TRUNCATE ON access_grant EXECUTE FUNCTION refuse_change();
