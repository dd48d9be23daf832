-- What clinicians signed about the checks is only added to.
CREATE TRIGGER check_setting_is_history BEFORE UPDATE OR DELETE ON check_setting
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER check_setting_is_never_emptied BEFORE TRUNCATE ON check_setting EXECUTE FUNCTION refuse_change();

-- Only a clinician who works here signs. Who later becomes something else has signed all the same.
CREATE FUNCTION refuse_other_signer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM person p WHERE p.id = NEW.signed_by_id AND p.is_active AND p.role = 'clinician') THEN
    RAISE EXCEPTION 'a check is signed by a clinician who works here'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'check_setting_is_signed_by_clinician';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER check_setting_is_signed_by_clinician BEFORE INSERT ON check_setting
  FOR EACH ROW EXECUTE FUNCTION refuse_other_signer();

-- What became of the loops of each check that closed from a moment on: counts without names, for all checks at once.
-- What a person had begun when the facts ended it counts as acted on; what was switched off or ended by death does not
-- count at all.
CREATE FUNCTION check_outcomes(names text[], since timestamptz[])
RETURNS TABLE (check_name text, how text, outcome text, loops bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT l.check_name,
    CASE WHEN e.event = 'finish' THEN 'acted_on'
         WHEN e.event = 'not_needed' THEN 'not_needed'
         WHEN l.outcome = 'done' AND (e.from_state = 'started' OR l.last_contact <> '') THEN 'acted_on'
         ELSE 'ended_by_facts' END AS how,
    l.outcome, count(*)
  FROM unnest(names, since) AS n (name, since)
  JOIN loop l ON l.check_name = n.name AND l.state = 'closed' AND l.check_name <> '' AND l.closed_at >= n.since
  JOIN loop_event e ON e.loop_id = l.id AND e.version = l.version
  WHERE careloop_context('person') IS NOT NULL
    AND e.event IN ('finish', 'not_needed', 'ended_by_facts') AND e.say ->> 'key' <> 'event.switched_off'
  GROUP BY 1, 2, 3
$$;
ALTER FUNCTION check_outcomes(text[], timestamptz[]) OWNER TO careloop_seer;

GRANT SELECT, INSERT ON check_setting TO careloop_app;
GRANT SELECT ON check_setting TO careloop_seer, careloop_backup;
SET LOCAL ROLE careloop_seer;
REVOKE ALL ON FUNCTION check_outcomes(text[], timestamptz[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION check_outcomes(text[], timestamptz[]) TO careloop_app;
RESET ROLE;
