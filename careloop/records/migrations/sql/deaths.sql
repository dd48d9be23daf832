-- A death is of the person, whichever of the linked records tells of it.
-- Asked of a few records at a time; whoever asks is a function of the seer's, else only what one reaches speaks.
CREATE FUNCTION has_person_died(record uuid) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM patient p WHERE p.id = record AND p.is_dead)
    OR EXISTS (SELECT FROM person_link l WHERE l.linked_at IS NOT NULL AND l.ended_at IS NULL
               AND (l.patient_id = record OR l.survivor_id = record))
    AND EXISTS (
      WITH RECURSIVE down AS (
        SELECT root_of(record) AS id
        UNION ALL
        SELECT l.patient_id FROM down d JOIN person_link l ON l.survivor_id = d.id
        WHERE l.linked_at IS NOT NULL AND l.ended_at IS NULL
      ) SELECT FROM down d JOIN patient p ON p.id = d.id WHERE p.is_dead)
$$;

-- Of some records those whose person has died by the word of any record, also of one that the asker does not reach:
-- a call to somebody who has died is to be spared whoever makes it. Nothing else of that record is told.
CREATE FUNCTION records_of_the_dead(records uuid[]) RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT p.id FROM patient p
  WHERE p.id = ANY (records) AND p.is_dead AND careloop_context('person') IS NOT NULL
  UNION
  SELECT k.id FROM (
    SELECT l.patient_id FROM person_link l
    WHERE l.patient_id = ANY (records) AND l.linked_at IS NOT NULL AND l.ended_at IS NULL
    UNION
    SELECT l.survivor_id FROM person_link l
    WHERE l.survivor_id = ANY (records) AND l.linked_at IS NOT NULL AND l.ended_at IS NULL
  ) AS k (id)
  WHERE has_person_died(k.id) AND careloop_context('person') IS NOT NULL
$$;
ALTER FUNCTION records_of_the_dead(uuid[]) OWNER TO careloop_seer;

-- As before, and no loop is opened for somebody of whom another record tells the death. What is open already may still
-- be moved until it is closed; and whether records are of one person is asked as ever: that finds a wrong link.
SET LOCAL ROLE careloop_seer;
CREATE OR REPLACE FUNCTION refuse_loop_of_dead() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE opens boolean := TG_OP = 'INSERT';
BEGIN
  IF NEW.state = 'closed' OR NEW.patient_id IS NULL THEN RETURN NEW; END IF;
  IF TG_OP = 'UPDATE' THEN opens := OLD.state = 'closed'; END IF;
  -- Shared with other loops of this patient, against the death that is being recorded.
  PERFORM pg_advisory_xact_lock_shared(hashtextextended(NEW.patient_id::text, 1));
  IF EXISTS (SELECT 1 FROM patient p WHERE p.id = NEW.patient_id AND p.is_dead)
     OR opens AND NEW.check_name NOT IN ('same_person', 'take_apart') AND has_person_died(NEW.patient_id) THEN
    RAISE EXCEPTION 'no loop is opened for somebody who has died'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'loop_is_of_the_living';
  END IF;
  RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION records_of_the_dead(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION records_of_the_dead(uuid[]) TO careloop_app;
RESET ROLE;

-- Work left open beside a linked record that tells of a death, though nobody is going to look at the person.
CREATE VIEW inv_open_loop_beside_death WITH (security_invoker = true) AS
  SELECT l.id FROM loop l JOIN patient p ON p.id = l.patient_id JOIN recheck r ON r.patient_id = l.patient_id
  WHERE l.state <> 'closed' AND l.check_name NOT IN ('same_person', 'take_apart') AND NOT p.is_dead
    AND r.due_at IS NULL
    AND EXISTS (SELECT FROM person_link k WHERE k.linked_at IS NOT NULL AND k.ended_at IS NULL
                AND (k.patient_id = l.patient_id OR k.survivor_id = l.patient_id))
    AND has_person_died(l.patient_id);
GRANT SELECT ON inv_open_loop_beside_death TO careloop_seer;
