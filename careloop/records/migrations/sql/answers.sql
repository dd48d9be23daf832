-- How long the questions of each check waited for an answer that were closed from a moment on: counts without names.
-- A question is asked when somebody opens the loop by hand, or gives it to somebody on purpose; it is answered when it
-- is finished, set aside or withdrawn on a clinician's word, or when the record shows that it was done.
CREATE FUNCTION check_answers(names text[], since timestamptz[])
RETURNS TABLE (check_name text, answered bigint, days double precision)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT l.check_name, count(*),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM e.at - a.at) / 86400)
  FROM unnest(names, since) AS n (name, since)
  JOIN loop l ON l.check_name = n.name AND l.state = 'closed' AND l.check_name <> '' AND l.closed_at >= n.since
  JOIN loop_event e ON e.loop_id = l.id AND e.version = l.version
  CROSS JOIN LATERAL (
    SELECT min(o.at) AS at FROM loop_event o WHERE o.loop_id = l.id
      AND (o.say ->> 'key' = 'event.asked_clinician'
           OR o.event = 'open' AND o.person_id <> '00000000-0000-7000-8000-000000000001')) a
  WHERE careloop_context('person') IS NOT NULL AND a.at IS NOT NULL
    AND (e.event IN ('finish', 'override') OR e.event = 'not_needed' AND l.outcome = 'withdrawn_clinically'
         OR e.event = 'ended_by_facts' AND l.outcome = 'done')
  GROUP BY 1
$$;
ALTER FUNCTION check_answers(text[], timestamptz[]) OWNER TO careloop_seer;

SET LOCAL ROLE careloop_seer;
REVOKE ALL ON FUNCTION check_answers(text[], timestamptz[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION check_answers(text[], timestamptz[]) TO careloop_app;

-- As before, and a finding that was set aside counts as one on which nobody acted.
CREATE OR REPLACE FUNCTION check_outcomes(names text[], since timestamptz[])
RETURNS TABLE (check_name text, how text, outcome text, loops bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT l.check_name,
    CASE WHEN e.event = 'finish' THEN 'acted_on'
         WHEN e.event = 'not_needed' THEN 'not_needed'
         WHEN e.event = 'override' THEN 'set_aside'
         WHEN l.outcome = 'done' AND (e.from_state = 'started' OR l.last_contact <> '') THEN 'acted_on'
         ELSE 'ended_by_facts' END AS how,
    l.outcome, count(*)
  FROM unnest(names, since) AS n (name, since)
  JOIN loop l ON l.check_name = n.name AND l.state = 'closed' AND l.check_name <> '' AND l.closed_at >= n.since
  JOIN loop_event e ON e.loop_id = l.id AND e.version = l.version
  WHERE careloop_context('person') IS NOT NULL
    AND e.event IN ('finish', 'not_needed', 'override', 'ended_by_facts')
    AND e.say ->> 'key' <> 'event.switched_off'
  GROUP BY 1, 2, 3
$$;
RESET ROLE;
