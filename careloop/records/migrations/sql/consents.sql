-- The circle of a patient, consents, code words, and the ledger that rests on them.

-- Everything here is of the patient of the row that it hangs on.
ALTER TABLE circle_member ADD CONSTRAINT member_and_patient UNIQUE (id, patient_id);
ALTER TABLE circle_change ADD CONSTRAINT circle_change_is_of_the_same_patient FOREIGN KEY (member_id, patient_id)
  REFERENCES circle_member (id, patient_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE consent ADD CONSTRAINT consent_and_member UNIQUE (id, member_id, patient_id);
ALTER TABLE consent ADD CONSTRAINT consent_is_of_the_same_patient FOREIGN KEY (member_id, patient_id)
  REFERENCES circle_member (id, patient_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE caller_code ADD CONSTRAINT caller_code_is_of_the_same_patient FOREIGN KEY (member_id, patient_id)
  REFERENCES circle_member (id, patient_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE disclosure ADD CONSTRAINT disclosure_is_by_a_consent_of_the_same_person
  FOREIGN KEY (consent_id, member_id, patient_id) REFERENCES consent (id, member_id, patient_id)
  DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX disclosure_by_consent ON disclosure (consent_id) WHERE consent_id IS NOT NULL;

-- Thirty days by voice, counted in hours: no change of the clocks makes them longer.
ALTER TABLE consent ADD CONSTRAINT consent_by_voice_is_short
  CHECK (how <> 'voice' OR ends_at <= starts_at + interval '720 hours');
-- A topic that is guarded by its nature names its label; what is said of substance use is on paper and ends.
ALTER TABLE consent ADD CONSTRAINT consent_names_what_it_is_about
  CHECK ((topic <> 'mental' OR named_labels & 2 <> 0) AND (topic <> 'substance' OR named_labels & 1 <> 0));
ALTER TABLE consent ADD CONSTRAINT consent_part2_is_written
  CHECK (named_labels & 1 = 0 OR (how = 'paper' AND ends_at IS NOT NULL));

-- Every version of a person of the circle is kept by the database itself.
CREATE FUNCTION keep_circle_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO circle_change (patient_id, unit_id, label_mask, member_id, version, at, person_id, body)
  VALUES (NEW.patient_id, NEW.unit_id, NEW.label_mask, NEW.id, NEW.version, NEW.changed_at, NEW.changed_by_id,
    to_jsonb(NEW) - ARRAY['patient_id', 'unit_id', 'label_mask']);
  RETURN NULL;
END $$;
CREATE TRIGGER member_is_kept_new AFTER INSERT ON circle_member FOR EACH ROW EXECUTE FUNCTION keep_circle_change();
CREATE TRIGGER member_is_kept_changed AFTER UPDATE ON circle_member FOR EACH ROW
  WHEN ((to_jsonb(NEW) - ARRAY['unit_id', 'label_mask']) IS DISTINCT FROM (to_jsonb(OLD) - ARRAY['unit_id', 'label_mask']))
  EXECUTE FUNCTION keep_circle_change();
CREATE FUNCTION refuse_changed_member() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.id, NEW.patient_id, NEW.added_at, NEW.added_by_id) IS DISTINCT FROM
     (OLD.id, OLD.patient_id, OLD.added_at, OLD.added_by_id)
     OR OLD.ended_at IS NOT NULL AND (to_jsonb(NEW) - ARRAY['unit_id', 'label_mask'])
        IS DISTINCT FROM (to_jsonb(OLD) - ARRAY['unit_id', 'label_mask']) THEN
    RAISE EXCEPTION 'who left the circle is written down anew' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'member_who_left_stays_so';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER member_who_left_stays_so BEFORE UPDATE ON circle_member
  FOR EACH ROW EXECUTE FUNCTION refuse_changed_member();
CREATE TRIGGER member_is_never_deleted BEFORE DELETE ON circle_member FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER members_are_never_emptied BEFORE TRUNCATE ON circle_member EXECUTE FUNCTION refuse_change();
CREATE TRIGGER circle_change_is_history BEFORE UPDATE OF id, patient_id, member_id, version, at, person_id, body
  OR DELETE ON circle_change FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER circle_changes_are_never_emptied BEFORE TRUNCATE ON circle_change EXECUTE FUNCTION refuse_change();

-- A consent is added, and taken back once: nothing else of it ever changes.
CREATE FUNCTION refuse_changed_consent() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  kept text[] := ARRAY['unit_id', 'label_mask'];
  back text[] := ARRAY['unit_id', 'label_mask', 'taken_back_at', 'taken_back_by_id', 'taken_back_because'];
BEGIN
  IF (to_jsonb(NEW) - back) IS DISTINCT FROM (to_jsonb(OLD) - back)
     OR OLD.taken_back_at IS NOT NULL AND (to_jsonb(NEW) - kept) IS DISTINCT FROM (to_jsonb(OLD) - kept) THEN
    RAISE EXCEPTION 'a consent is only taken back, and once' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'consent_is_only_taken_back';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER consent_is_only_taken_back BEFORE UPDATE ON consent
  FOR EACH ROW EXECUTE FUNCTION refuse_changed_consent();
CREATE TRIGGER consent_is_never_deleted BEFORE DELETE ON consent FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER consents_are_never_emptied BEFORE TRUNCATE ON consent EXECUTE FUNCTION refuse_change();

-- What a consent rests on is there: the person stands in the circle, the paper is the patient's own, the witness is
-- another active member of staff. Who ends a person of the circle takes the same lock.
CREATE FUNCTION refuse_hollow_consent() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(NEW.member_id::text, 3));
  IF NOT EXISTS (SELECT 1 FROM circle_member m WHERE m.id = NEW.member_id AND m.patient_id = NEW.patient_id
                 AND m.ended_at IS NULL)
     OR NEW.document_id IS NOT NULL AND NOT EXISTS (
       SELECT 1 FROM document d WHERE d.id = NEW.document_id AND d.patient_id = NEW.patient_id)
     OR NEW.witness_id IS NOT NULL AND NOT EXISTS (
       SELECT 1 FROM person p WHERE p.id = NEW.witness_id AND p.kind = 'staff' AND p.is_active
         AND p.id <> NEW.entered_by_id) THEN
    RAISE EXCEPTION 'a consent rests on nothing' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'consent_is_not_hollow';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER consent_is_not_hollow BEFORE INSERT ON consent FOR EACH ROW EXECUTE FUNCTION refuse_hollow_consent();

-- Who leaves the circle may hear nothing any more.
CREATE FUNCTION end_consents() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(NEW.id::text, 3));
  UPDATE consent c SET taken_back_at = NEW.ended_at, taken_back_by_id = NEW.changed_by_id,
    taken_back_because = NEW.ended_because
  WHERE c.member_id = NEW.id AND c.taken_back_at IS NULL;
  UPDATE caller_code k SET ended_at = NEW.ended_at WHERE k.member_id = NEW.id AND k.ended_at IS NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER consents_end_with_member AFTER UPDATE OF ended_at ON circle_member FOR EACH ROW
  WHEN (OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL) EXECUTE FUNCTION end_consents();

-- Whether a consent lets something be told. The same rule as decide() in rules/consents.py: a test compares them.
CREATE FUNCTION consent_holds(c consent, of_topic text, for_purpose text, by_road text, labels integer,
  moment timestamptz) RETURNS boolean LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT c.topic IN (of_topic, 'everything') AND c.purpose = for_purpose AND c.road = by_road
    AND ((labels & ~64) | CASE of_topic WHEN 'mental' THEN 2 WHEN 'substance' THEN 1 ELSE 0 END) & ~c.named_labels = 0
    AND c.starts_at <= moment AND (c.ends_at IS NULL OR moment < c.ends_at) AND c.taken_back_at IS NULL
$$;

-- For whoever tells: the consent, locked until the telling is written or not. Whoever takes it back waits so long, and
-- who asks while it is being taken back waits, and then finds none.
CREATE FUNCTION lock_consent(of_member uuid, of_topic text, for_purpose text, by_road text, labels integer,
  moment timestamptz) RETURNS uuid LANGUAGE sql VOLATILE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT c.id FROM consent c
  WHERE c.member_id = of_member AND consent_holds(c, of_topic, for_purpose, by_road, labels, moment)
  ORDER BY c.id LIMIT 1 FOR SHARE
$$;

-- Nothing is told to a person of the circle without a consent that holds at that instant.
CREATE FUNCTION refuse_telling_without_consent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM consent c WHERE c.id = NEW.consent_id AND c.member_id = NEW.member_id
    AND c.patient_id = NEW.patient_id
    AND consent_holds(c, NEW.topic, NEW.purpose, NEW.road, NEW.label_mask, NEW.at) FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no consent holds for this' USING ERRCODE = 'check_violation', CONSTRAINT = 'telling_has_consent';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER telling_has_consent BEFORE INSERT ON disclosure FOR EACH ROW
  WHEN (NEW.member_id IS NOT NULL OR NEW.basis = 'consent') EXECUTE FUNCTION refuse_telling_without_consent();

-- A document that went is one of this patient's record.
CREATE FUNCTION refuse_anothers_document() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM document d WHERE d.id = NEW.document_id AND d.patient_id = NEW.patient_id) THEN
    RAISE EXCEPTION 'this document is of another record' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'disclosure_of_own_document';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER disclosure_of_own_document BEFORE INSERT ON disclosure FOR EACH ROW
  WHEN (NEW.document_id IS NOT NULL) EXECUTE FUNCTION refuse_anothers_document();

-- The ledger is only added to, with all that it now says.
DROP TRIGGER disclosure_is_history ON disclosure;
CREATE TRIGGER disclosure_is_history BEFORE UPDATE OF id, patient_id, at, person_id, what, recipient, reason, sha256,
  counts, basis, member_id, consent_id, topic, purpose, road, words, document_id, content OR DELETE ON disclosure
  FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A code word is set, and ended once.
CREATE FUNCTION refuse_changed_code() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE kept text[] := ARRAY['unit_id', 'label_mask', 'ended_at'];
BEGIN
  IF (to_jsonb(NEW) - kept) IS DISTINCT FROM (to_jsonb(OLD) - kept)
     OR OLD.ended_at IS NOT NULL AND NEW.ended_at IS DISTINCT FROM OLD.ended_at THEN
    RAISE EXCEPTION 'a code word is only ended' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER caller_code_is_only_ended BEFORE UPDATE ON caller_code
  FOR EACH ROW EXECUTE FUNCTION refuse_changed_code();
CREATE TRIGGER caller_code_is_never_deleted BEFORE DELETE ON caller_code
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER caller_codes_are_never_emptied BEFORE TRUNCATE ON caller_code EXECUTE FUNCTION refuse_change();

-- Tries name nobody. Whoever asks adds their own; how many were wrong is counted over all who ask.
ALTER TABLE caller_try ENABLE ROW LEVEL SECURITY;
ALTER TABLE caller_try FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON caller_try FOR INSERT TO careloop_app
  WITH CHECK (person_id = (SELECT careloop_context('person'))::uuid);
CREATE POLICY seer_all ON caller_try FOR SELECT TO careloop_seer USING (true);
CREATE POLICY moving ON caller_try TO careloop_owner
  USING (current_setting('careloop.migrating', true) = 'on')
  WITH CHECK (current_setting('careloop.migrating', true) = 'on');
CREATE TRIGGER caller_try_is_history BEFORE UPDATE OR DELETE ON caller_try
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER caller_tries_are_never_emptied BEFORE TRUNCATE ON caller_try EXECUTE FUNCTION refuse_change();

-- The wrong tries for somebody since a moment; who counts holds the next one back until this one is written.
CREATE FUNCTION wrong_tries(of_asked bytea, since timestamptz) RETURNS TABLE (at timestamptz)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(encode(of_asked, 'hex'), 4));
  RETURN QUERY SELECT t.at FROM caller_try t WHERE careloop_context('person') IS NOT NULL
    AND t.asked = of_asked AND t.at > since AND NOT t.is_confirmed;
END $$;

-- How many lines the ledger of a patient holds whom one reaches, whatever their labels: an accounting says what it lacks.
CREATE FUNCTION count_disclosures(of_patient uuid) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT count(*) FROM disclosure d WHERE careloop_context('person') IS NOT NULL AND d.patient_id = of_patient
    AND (d.unit_id = ANY (my_units()) OR d.patient_id = ANY (my_patients()))
$$;

CREATE POLICY seer_ends ON consent FOR UPDATE TO careloop_seer USING (true);
CREATE POLICY seer_ends ON caller_code FOR UPDATE TO careloop_seer USING (true);
GRANT UPDATE (taken_back_at, taken_back_by_id, taken_back_because) ON consent TO careloop_seer;
GRANT UPDATE (ended_at) ON caller_code TO careloop_seer;
GRANT SELECT ON caller_try TO careloop_seer;
GRANT SELECT, INSERT, UPDATE ON circle_member, consent, caller_code TO careloop_app;
GRANT SELECT, INSERT ON circle_change TO careloop_app;
GRANT INSERT ON caller_try TO careloop_app;
GRANT USAGE ON SEQUENCE circle_change_id_seq, caller_try_id_seq TO careloop_app;
GRANT SELECT ON circle_member, circle_change, consent, caller_code, caller_try TO careloop_backup;
GRANT SELECT ON SEQUENCE circle_change_id_seq, caller_try_id_seq TO careloop_backup;

-- Who changed the circle or agreed to something begins the years of a record anew.
CREATE OR REPLACE FUNCTION last_day_of(p patient) RETURNS date LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT greatest(
    (SELECT max(coalesce(f.end_on, f.start_on)) FROM chart_fact f WHERE f.patient_id = p.id),
    (SELECT max(d.dated_on) FROM document d WHERE d.patient_id = p.id),
    (SELECT max((d.added_at AT TIME ZONE p.zone)::date) FROM document d WHERE d.patient_id = p.id),
    (SELECT max((e.at AT TIME ZONE p.zone)::date) FROM loop_event e WHERE e.patient_id = p.id),
    (SELECT max((s.at AT TIME ZONE p.zone)::date) FROM disclosure s WHERE s.patient_id = p.id),
    (SELECT max((a.at AT TIME ZONE p.zone)::date) FROM amendment_event a WHERE a.patient_id = p.id),
    (SELECT max((o.made_at AT TIME ZONE p.zone)::date) FROM safety_override o WHERE o.patient_id = p.id),
    (SELECT max((h.at AT TIME ZONE p.zone)::date) FROM circle_change h WHERE h.patient_id = p.id),
    (SELECT max((greatest(c.entered_at, c.taken_back_at) AT TIME ZONE p.zone)::date) FROM consent c
     WHERE c.patient_id = p.id),
    (p.made_at AT TIME ZONE p.zone)::date)
$$;

-- Never events of the circle.
CREATE VIEW inv_told_without_consent WITH (security_invoker = true) AS
  SELECT d.id FROM disclosure d WHERE (d.member_id IS NOT NULL OR d.basis = 'consent') AND NOT EXISTS (
    SELECT 1 FROM consent c WHERE c.id = d.consent_id AND c.member_id = d.member_id AND c.patient_id = d.patient_id
      AND c.topic IN (d.topic, 'everything') AND c.purpose = d.purpose AND c.road = d.road
      AND ((d.label_mask & ~64) | CASE d.topic WHEN 'mental' THEN 2 WHEN 'substance' THEN 1 ELSE 0 END)
        & ~c.named_labels = 0
      AND c.starts_at <= d.at AND (c.ends_at IS NULL OR d.at < c.ends_at)
      AND (c.taken_back_at IS NULL OR c.taken_back_at >= d.at));
CREATE VIEW inv_hollow_consent WITH (security_invoker = true) AS
  SELECT c.id FROM consent c
  WHERE c.how = 'paper' AND NOT EXISTS (
      SELECT 1 FROM document d WHERE d.id = c.document_id AND d.patient_id = c.patient_id)
    OR c.how = 'voice' AND (c.ends_at IS NULL OR c.ends_at > c.starts_at + interval '720 hours' OR NOT EXISTS (
      SELECT 1 FROM person p WHERE p.id = c.witness_id AND p.kind = 'staff' AND p.id <> c.entered_by_id))
    OR c.named_labels & 1 <> 0 AND (c.how <> 'paper' OR c.ends_at IS NULL)
    OR c.taken_back_at IS NULL AND NOT EXISTS (
      SELECT 1 FROM circle_member m WHERE m.id = c.member_id AND m.patient_id = c.patient_id AND m.ended_at IS NULL);
GRANT SELECT ON inv_told_without_consent, inv_hollow_consent TO careloop_seer;

DO $$
DECLARE f regprocedure;
BEGIN
  FOREACH f IN ARRAY ARRAY['refuse_hollow_consent()', 'end_consents()', 'wrong_tries(bytea, timestamptz)',
    'count_disclosures(uuid)']::regprocedure[]
  LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO careloop_seer', f);
  END LOOP;
END $$;
SET LOCAL ROLE careloop_seer;
REVOKE ALL ON FUNCTION refuse_hollow_consent(), end_consents(), wrong_tries(bytea, timestamptz), count_disclosures(uuid)
  FROM PUBLIC;
GRANT EXECUTE ON FUNCTION wrong_tries(bytea, timestamptz), count_disclosures(uuid) TO careloop_app;
RESET ROLE;
