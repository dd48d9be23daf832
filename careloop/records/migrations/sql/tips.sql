-- What a colleague wrote is not rewritten: it is withdrawn, or holds longer because it helped again.
CREATE FUNCTION refuse_other_tip() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'another note is another row'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'tip_is_not_rewritten';
END $$;
CREATE TRIGGER tip_is_not_rewritten BEFORE UPDATE ON tip FOR EACH ROW
  WHEN (OLD.withdrawn_at IS NOT NULL OR OLD.words <> NEW.words OR OLD.about <> NEW.about
        OR OLD.about_key <> NEW.about_key OR OLD.author_id <> NEW.author_id OR OLD.made_at <> NEW.made_at
        OR NEW.good_until < OLD.good_until)
  EXECUTE FUNCTION refuse_other_tip();
CREATE TRIGGER tip_is_never_deleted BEFORE DELETE ON tip FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER tip_help_is_history BEFORE UPDATE OR DELETE ON tip_help FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER tip_helps_are_never_emptied BEFORE TRUNCATE ON tip_help EXECUTE FUNCTION refuse_change();
GRANT SELECT, INSERT, UPDATE ON tip TO careloop_app;
GRANT SELECT, INSERT ON tip_help TO careloop_app;
GRANT USAGE ON SEQUENCE tip_help_id_seq TO careloop_app;
GRANT SELECT ON tip, tip_help, tip_help_id_seq TO careloop_backup;
