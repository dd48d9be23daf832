-- Who acts when nobody does, and the one clinic of this database.
INSERT INTO person (id, kind, role, name, language, is_active, partner_name)
VALUES ('00000000-0000-7000-8000-000000000001', 'system', 'system', 'Careloop', 'en', true, '');
INSERT INTO clinic (id, name, zone, is_demo) VALUES (1, 'Our clinic', 'America/New_York', false);
