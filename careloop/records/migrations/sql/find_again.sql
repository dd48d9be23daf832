-- asks: [{"word", "births", "number", "phone"}], each fitting by any of its ways. Eleven at most: ten and "more".
-- Only patients whom the person of this transaction reaches, so that nobody else's existence can be told from an
-- answer. The statement is planned for what was typed.
-- The first part looks through the index in the order of family names and stops early. Of several names one begins the
-- family's and the others begin a part after a blank; a name alone may also stand after a blank. Of each team it looks at
-- some names only, so that it costs little where nobody fits. A scan that sorts would read everybody whose name begins so: it is off.
-- The second part finds whatever the first did not. For it helpers (whose start takes longer than the answer) and scans
-- that bet on an early stop are off: asked for a rare name they would read everybody.
SET LOCAL ROLE careloop_seer;
DROP FUNCTION find_in_reach(jsonb);
RESET ROLE;

CREATE FUNCTION find_in_reach(asks jsonb)
RETURNS TABLE (id uuid, full_name text, birth_on date, sex text, city text, last_of_identifier text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = on SET enable_indexscan = on SET enable_indexonlyscan = on
SET enable_bitmapscan = off SET max_parallel_workers_per_gather = 0 AS $$
DECLARE
  mine text := format('p.label_mask & ~%s = 0 AND (p.unit_id = ANY (%L::int[]) OR p.id = ANY (%L::uuid[]))',
                      my_labels(), my_units(), my_patients());
  ask jsonb;
  word text;
  ways text[];
  tests text := '';
  ids uuid[];
  found uuid[] := '{}';
  more uuid[];
  held integer;
  units int[];
  looks integer;
  by_family integer := 0;
  is_last boolean;
BEGIN
  IF careloop_context('person') IS NULL OR jsonb_array_length(asks) = 0 THEN RETURN; END IF;
  FOR ask IN SELECT * FROM jsonb_array_elements(asks) LOOP
    ways := '{}';
    FOREACH word IN ARRAY string_to_array(plain_name(ask ->> 'word'), ' ') LOOP
      CONTINUE WHEN word = '';
      ways := ways || format('name_parts(p.name_key) @@ %L::tsquery',
        '''' || replace(left(word, 60), '\', '\\') || ''':*');
    END LOOP;
    IF jsonb_array_length(ask -> 'births') > 0 THEN
      ways := ways || format('p.birth_on = ANY (%L::date[])',
                             ARRAY(SELECT jsonb_array_elements_text(ask -> 'births')));
    END IF;
    IF ask ->> 'number' <> '' THEN
      EXECUTE 'SELECT array_agg(i.patient_id) FROM (SELECT i.patient_id FROM patient_identifier i'
        ' WHERE plain_number(i.value) = $1 LIMIT 1000) i' INTO ids USING ask ->> 'number';
      ways := ways || format('p.id = ANY (%L::uuid[])', coalesce(ids, '{}'));
    END IF;
    IF ask ->> 'phone' <> '' THEN
      EXECUTE format('SELECT array_agg(c.patient_id) FROM (SELECT c.patient_id FROM patient_contact c'
        ' WHERE phone_from_end(c.value) COLLATE "C" ^@ %L AND c.system IN (''phone'', ''sms'') LIMIT 1000) c',
        reverse(ask ->> 'phone')) INTO ids;
      ways := ways || format('p.id = ANY (%L::uuid[])', coalesce(ids, '{}'));
    END IF;
    IF ways = '{}' THEN RETURN; END IF;
    tests := tests || ' AND (' || array_to_string(ways, ' OR ') || ')';
  END LOOP;

  -- Every piece can be a name: look where family names begin so; for a name alone then among the first names of all.
  IF NOT asks @? '$[*] ? (@.word == "")' THEN
    units := my_units();
    FOR word, is_last IN SELECT o.one ->> 'word', false FROM jsonb_array_elements(asks) AS o (one)
      UNION ALL SELECT '', true WHERE jsonb_array_length(asks) = 1
    LOOP
      EXIT WHEN cardinality(found) > 10;
      looks := CASE WHEN is_last OR jsonb_array_length(asks) > 1 THEN greatest(22, 6000 / greatest(1, cardinality(units)))
                    ELSE 11 END;
      EXECUTE format('SELECT coalesce(array_agg(x.id), ''{}'') FROM ('
        ' SELECT x.id FROM unnest(%L::int[]) AS u (id) CROSS JOIN LATERAL ('
        '  SELECT p.id, p.name_key FROM patient p WHERE p.unit_id = u.id AND p.label_mask & ~%s = 0%s'
        '  ORDER BY p.unit_id, p.name_key LIMIT %s) x WHERE x.id <> ALL (%L::uuid[])%s ORDER BY x.name_key, x.id LIMIT 11'
        ' ) x', units, my_labels(), CASE WHEN is_last THEN '' ELSE format(' AND p.name_key ^@ %L', word) END,
        looks, found,
        (SELECT string_agg(format(' AND strpos(x.name_key, %L) > 0', ' ' || (o.one ->> 'word')), '')
         FROM jsonb_array_elements(asks) AS o (one) WHERE o.one ->> 'word' <> word)) INTO more;
      found := found || more[1 : 11 - cardinality(found)];
      -- Whose family name it is stands before whose given name it is.
      IF jsonb_array_length(asks) = 1 AND NOT is_last THEN by_family := cardinality(found); END IF;
    END LOOP;
  END IF;

  IF cardinality(found) < 11 THEN
    PERFORM set_config('enable_seqscan', 'off', true);
    EXECUTE format('SELECT count(*) FROM (SELECT FROM patient p WHERE p.unit_id = ANY (%L::int[]) LIMIT 5000) n',
                   my_units()) INTO held;
    PERFORM set_config('enable_indexscan', 'off', true), set_config('enable_indexonlyscan', 'off', true),
            set_config('enable_bitmapscan', 'on', true);
    -- Of few patients the list itself is read; of many it would be as long as everybody, and the name is looked up.
    EXECUTE format('SELECT coalesce(array_agg(x.id), ''{}'') FROM (SELECT p.id FROM patient p WHERE %s%s LIMIT 33) x',
                   CASE WHEN held < 5000 THEN mine ELSE replace(mine, 'p.unit_id = ANY', 'p.unit_id + 0 = ANY') END,
                   tests) INTO more;
    found := found || more;
  END IF;

  -- One answer for one person: the record in which they go on, if it may be opened.
  RETURN QUERY EXECUTE format('WITH hits AS (SELECT k.id, k.place, root_of(k.id) AS root'
    '  FROM unnest(%L::uuid[]) WITH ORDINALITY AS k (id, place)),'
    ' named AS (SELECT h.root, h.place, n.id FROM hits h CROSS JOIN LATERAL (VALUES (h.id), (h.root)) AS n (id)),'
    ' shown AS (SELECT DISTINCT ON (n.root) n.root, p.id, min(n.place) OVER (PARTITION BY n.root) AS place'
    '  FROM named n JOIN patient p ON p.id = n.id WHERE %s'
    '  ORDER BY n.root, p.id = n.root DESC, n.place)'
    ' SELECT p.id, p.full_name, p.birth_on, p.sex, p.city,'
    '  coalesce((SELECT right(i.value, 4) FROM patient_identifier i WHERE i.patient_id = p.id'
    '            ORDER BY (i.type_code = ''MR'') DESC, i.id LIMIT 1), '''')'
    ' FROM shown s JOIN patient p ON p.id = s.id ORDER BY s.place > %s, p.name_key, p.id LIMIT 11',
    found, mine, by_family);
END $$;

ALTER FUNCTION find_in_reach(jsonb) OWNER TO careloop_seer;
SET LOCAL ROLE careloop_seer;
REVOKE ALL ON FUNCTION find_in_reach(jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION find_in_reach(jsonb) TO careloop_app;
RESET ROLE;
