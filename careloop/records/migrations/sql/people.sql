-- Records of one person: links seen from both ends, never turned round, never rewritten.
ALTER TABLE person_link ADD CONSTRAINT person_link_survivor FOREIGN KEY (survivor_id, survivor_unit_id)
  REFERENCES patient (id, unit_id) ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED;

-- Somebody who reaches either record is told that there is a link; of the other record it says nothing.
ALTER TABLE person_link ENABLE ROW LEVEL SECURITY;
ALTER TABLE person_link FORCE ROW LEVEL SECURITY;
CREATE POLICY mine ON person_link TO careloop_app USING (
  unit_id = ANY((SELECT my_units())::int[]) OR patient_id = ANY((SELECT my_patients())::uuid[])
  OR survivor_unit_id = ANY((SELECT my_units())::int[]) OR survivor_id = ANY((SELECT my_patients())::uuid[]));
CREATE POLICY labelled ON person_link AS RESTRICTIVE TO careloop_app
  USING (coalesce(label_mask & ~(SELECT my_labels()) = 0, false));
CREATE POLICY seer_all ON person_link FOR SELECT TO careloop_seer USING (true);
CREATE POLICY moving ON person_link TO careloop_owner
  USING (current_setting('careloop.migrating', true) = 'on')
  WITH CHECK (current_setting('careloop.migrating', true) = 'on');
GRANT SELECT ON person_link TO careloop_seer;
GRANT SELECT, INSERT, UPDATE ON person_link TO careloop_app;
GRANT USAGE ON SEQUENCE person_link_id_seq TO careloop_app;

-- What was said stays said: the records, who asked, who agreed and when; an ended link does not change at all.
CREATE FUNCTION refuse_changed_link() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.patient_id, NEW.survivor_id, NEW.how, NEW.asked_by_id, NEW.asked_at)
       IS DISTINCT FROM (OLD.patient_id, OLD.survivor_id, OLD.how, OLD.asked_by_id, OLD.asked_at)
     OR OLD.linked_at IS NOT NULL AND (NEW.approved_by_id, NEW.linked_at)
       IS DISTINCT FROM (OLD.approved_by_id, OLD.linked_at)
     OR OLD.ended_at IS NOT NULL AND (NEW.ended_by_id, NEW.ended_at, NEW.linked_at, NEW.apart_asked_by_id)
       IS DISTINCT FROM (OLD.ended_by_id, OLD.ended_at, OLD.linked_at, OLD.apart_asked_by_id) THEN
    RAISE EXCEPTION 'a link is history' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'link_is_history';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER link_is_history BEFORE UPDATE ON person_link FOR EACH ROW EXECUTE FUNCTION refuse_changed_link();
CREATE TRIGGER link_is_never_deleted BEFORE DELETE ON person_link FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER links_are_never_emptied BEFORE TRUNCATE ON person_link EXECUTE FUNCTION refuse_change();

-- A record never goes on in itself by way of others. Links are made one after the other.
CREATE FUNCTION refuse_ring_of_links() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(72653004);
  IF EXISTS (
    WITH RECURSIVE up AS (
      SELECT NEW.survivor_id AS id
      UNION
      SELECT l.survivor_id FROM up u JOIN person_link l ON l.patient_id = u.id
      WHERE l.linked_at IS NOT NULL AND l.ended_at IS NULL
    ) SELECT FROM up WHERE id = NEW.patient_id
  ) THEN
    RAISE EXCEPTION 'links would make a ring' USING ERRCODE = 'check_violation', CONSTRAINT = 'links_make_no_ring';
  END IF;
  RETURN NEW;
END $$;
ALTER FUNCTION refuse_ring_of_links() OWNER TO careloop_seer;
CREATE TRIGGER links_make_no_ring BEFORE INSERT OR UPDATE OF linked_at, ended_at ON person_link
  FOR EACH ROW WHEN (NEW.linked_at IS NOT NULL AND NEW.ended_at IS NULL)
  EXECUTE FUNCTION refuse_ring_of_links();

-- An identifier without blanks, signs and case. rules/matching.make_plain says the same.
CREATE FUNCTION plain_number(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(nullif(regexp_replace(lower(value COLLATE "C"), '[^a-z0-9]', '', 'g'), ''), btrim(value))
$$;
CREATE INDEX identifier_by_plain_number ON patient_identifier (plain_number(value));
CREATE INDEX patient_by_birth_name ON patient (birth_on, name_key);
CREATE INDEX loop_of_same_person ON loop (finding_key) WHERE check_name = 'same_person';

-- In which record a person goes on.
CREATE FUNCTION root_of(record uuid) RETURNS uuid LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  WITH RECURSIVE up AS (
    SELECT record AS id, 0 AS step
    UNION ALL
    SELECT l.survivor_id, u.step + 1 FROM up u JOIN person_link l ON l.patient_id = u.id
    WHERE l.linked_at IS NOT NULL AND l.ended_at IS NULL
  ) SELECT id FROM up ORDER BY step DESC LIMIT 1
$$;

-- All records of the people behind some records, with what links them; names only of those that one reaches.
CREATE FUNCTION linked_records(records uuid[])
RETURNS TABLE (asked uuid, root uuid, id uuid, unit_id integer, may_open boolean, full_name text, source text,
  survivor_id uuid, linked_at timestamptz, how text, apart_asked_by uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH RECURSIVE roots AS (SELECT k AS asked, root_of(k) AS root FROM unnest(records) AS k),
  down AS (
    SELECT r.asked, r.root, r.root AS id, NULL::bigint AS link_id FROM roots r
    UNION ALL
    SELECT d.asked, d.root, l.patient_id, l.id FROM down d JOIN person_link l ON l.survivor_id = d.id
    WHERE l.linked_at IS NOT NULL AND l.ended_at IS NULL
  ), seen AS (
    SELECT d.*, p.unit_id, p.full_name, p.source,
      (p.unit_id = ANY (my_units()) OR p.id = ANY (my_patients())) AND p.label_mask & ~my_labels() = 0 AS open
    FROM down d JOIN patient p ON p.id = d.id
  )
  SELECT s.asked, s.root, s.id, s.unit_id, s.open, CASE WHEN s.open THEN s.full_name ELSE '' END,
    CASE WHEN s.open THEN s.source ELSE '' END, l.survivor_id, l.linked_at, coalesce(l.how, ''), l.apart_asked_by_id
  FROM seen s LEFT JOIN person_link l ON l.id = s.link_id
  WHERE careloop_context('person') IS NOT NULL
  ORDER BY s.asked, l.linked_at NULLS FIRST, s.id
$$;

-- Records that could be of the same people as some that arrive, by number, or by birth date and a name's beginning.
CREATE FUNCTION find_alike(numbers text[], births date[], starts text[], beside text)
RETURNS TABLE (id uuid, root uuid, source text, family text, given text, full_name text, birth_on date, sex text,
  is_dead boolean, identifiers text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH alike AS (
    SELECT i.patient_id AS id FROM patient_identifier i WHERE plain_number(i.value) = ANY (numbers)
    UNION
    SELECT p.id FROM (SELECT DISTINCT b, s FROM unnest(births, starts) AS k (b, s)) AS k
    JOIN patient p ON p.birth_on = k.b AND p.name_key ^@ k.s
  )
  SELECT p.id, root_of(p.id), p.source, p.family, p.given, p.full_name, p.birth_on, p.sex, p.is_dead,
    coalesce((SELECT jsonb_agg(jsonb_build_array(i.system, i.value, i.type_code)) FROM patient_identifier i
              WHERE i.patient_id = p.id), '[]')::text
  FROM alike a JOIN patient p ON p.id = a.id
  WHERE careloop_context('person') IS NOT NULL AND (p.source <> beside OR beside = 'here')
$$;

-- What was asked and answered about records: loops of the same person, and links that were taken apart.
CREATE FUNCTION same_person_asked(records uuid[])
RETURNS TABLE (one uuid, other uuid, is_open boolean, print text, was_apart boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT l.patient_id, l.finding_key::uuid, l.state <> 'closed', l.finding_print, false FROM loop l
  WHERE l.check_name = 'same_person' AND careloop_context('person') IS NOT NULL
    AND (l.patient_id = ANY (records) OR l.finding_key = ANY (records::text[]))
  UNION ALL
  SELECT k.patient_id, k.survivor_id, false, '', true FROM person_link k
  WHERE k.ended_at IS NOT NULL AND k.linked_at IS NOT NULL AND careloop_context('person') IS NOT NULL
    AND (k.patient_id = ANY (records) OR k.survivor_id = ANY (records))
$$;

-- A record that an open wish or link names must be there, and what is linked must be one tree.
CREATE VIEW inv_record_merged_twice WITH (security_invoker = true) AS
  SELECT patient_id FROM person_link WHERE linked_at IS NOT NULL AND ended_at IS NULL
  GROUP BY patient_id HAVING count(*) > 1;
CREATE VIEW inv_link_by_one_person WITH (security_invoker = true) AS
  SELECT id FROM person_link
  WHERE linked_at IS NOT NULL AND (how = 'people' AND (approved_by_id IS NULL OR approved_by_id = asked_by_id)
    OR ended_at IS NOT NULL AND (ended_by_id IS NULL OR apart_asked_by_id IS NOT DISTINCT FROM ended_by_id));
CREATE VIEW inv_links_in_a_ring WITH (security_invoker = true) AS
  WITH RECURSIVE up AS (
    SELECT l.patient_id AS start, l.survivor_id AS id FROM person_link l
    WHERE l.linked_at IS NOT NULL AND l.ended_at IS NULL
    UNION
    SELECT u.start, l.survivor_id FROM up u JOIN person_link l ON l.patient_id = u.id
    WHERE l.linked_at IS NOT NULL AND l.ended_at IS NULL
  ) SELECT start FROM up WHERE start = id;
GRANT SELECT ON inv_record_merged_twice, inv_link_by_one_person, inv_links_in_a_ring TO careloop_seer;

ALTER FUNCTION linked_records(uuid[]) OWNER TO careloop_seer;
ALTER FUNCTION find_alike(text[], date[], text[], text) OWNER TO careloop_seer;
ALTER FUNCTION same_person_asked(uuid[]) OWNER TO careloop_seer;

-- The find door, with one answer for one person: the record in which they go on, or one that may be opened.
SET LOCAL ROLE careloop_seer;
CREATE OR REPLACE FUNCTION find_people(name_starts text, born date, identifier text)
RETURNS TABLE (id uuid, full_name text, birth_on date, sex text, city text, last_of_identifier text, may_open boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH hits AS (
    SELECT p.id, root_of(p.id) AS root FROM patient p
    WHERE careloop_context('person') IS NOT NULL
      AND (name_starts <> '')::int + (born IS NOT NULL)::int + (identifier <> '')::int >= 2
      AND (name_starts = '' OR p.name_key ^@ name_starts)
      AND (born IS NULL OR p.birth_on = born)
      AND (identifier = '' OR EXISTS (
        SELECT 1 FROM patient_identifier i WHERE i.patient_id = p.id AND i.value = identifier))
  ), named AS (
    SELECT h.root, k.id FROM hits h CROSS JOIN LATERAL (VALUES (h.id), (h.root)) AS k (id)
  ), shown AS (
    SELECT DISTINCT ON (n.root) n.root, p.id,
      (p.unit_id = ANY (my_units()) OR p.id = ANY (my_patients())) AND p.label_mask & ~my_labels() = 0 AS open
    FROM named n JOIN patient p ON p.id = n.id
    ORDER BY n.root, open DESC, p.id = n.root DESC, p.id
  )
  SELECT p.id, p.full_name, p.birth_on, p.sex, p.city,
    coalesce((SELECT right(i.value, 4) FROM patient_identifier i WHERE i.patient_id = p.id
              ORDER BY (i.type_code = 'MR') DESC, i.id LIMIT 1), ''), s.open
  FROM shown s JOIN patient p ON p.id = s.id
  ORDER BY p.name_key, p.id LIMIT 10
$$;
DO $$
DECLARE f regprocedure;
BEGIN
  FOREACH f IN ARRAY ARRAY['linked_records(uuid[])', 'find_alike(text[], date[], text[], text)',
    'same_person_asked(uuid[])']::regprocedure[]
  LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO careloop_app', f);
  END LOOP;
  REVOKE ALL ON FUNCTION refuse_ring_of_links() FROM PUBLIC;
END $$;
RESET ROLE;
