-- Whom the person of this transaction may reach: read by every policy, once a statement.
-- An empty context gives empty arrays, so no rows. careloop.at is the moment of the door.
CREATE FUNCTION careloop_context(name text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp AS $$
  SELECT nullif(current_setting('careloop.' || name, true), '')
$$;

CREATE FUNCTION is_system() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT coalesce(public.careloop_context('purpose') LIKE 'system:%', false)
$$;

CREATE FUNCTION my_units() RETURNS integer[] LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT coalesce(array_agg(g.unit_id), '{}') ||
         CASE WHEN is_system() THEN coalesce(string_to_array(careloop_context('units'), ',')::integer[], '{}')
              ELSE '{}' END
  FROM access_grant g
  WHERE g.person_id = careloop_context('person')::uuid AND g.unit_id IS NOT NULL
    AND g.during @> careloop_context('at')::timestamptz
    AND g.purpose IN ('', careloop_context('purpose'))
$$;

CREATE FUNCTION my_patients() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT coalesce(array_agg(g.patient_id), '{}') ||
         CASE WHEN is_system() THEN coalesce(string_to_array(careloop_context('patients'), ',')::uuid[], '{}')
              ELSE '{}' END
  FROM access_grant g
  WHERE g.person_id = careloop_context('person')::uuid AND g.patient_id IS NOT NULL
    AND g.during @> careloop_context('at')::timestamptz
    AND g.purpose IN ('', careloop_context('purpose'))
$$;

CREATE FUNCTION my_labels() RETURNS integer LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT CASE WHEN is_system() THEN 255 ELSE
    (SELECT coalesce(bit_or(g.label_mask), 0) FROM access_grant g
     WHERE g.person_id = careloop_context('person')::uuid
       AND g.during @> careloop_context('at')::timestamptz
       AND g.purpose IN ('', careloop_context('purpose'))) END
$$;

ALTER FUNCTION my_units() OWNER TO careloop_seer;
ALTER FUNCTION my_patients() OWNER TO careloop_seer;
ALTER FUNCTION my_labels() OWNER TO careloop_seer;
