-- What was noted is of the patient of its referral.
ALTER TABLE referral ADD CONSTRAINT referral_and_patient UNIQUE (id, patient_id);
ALTER TABLE referral_item ADD CONSTRAINT referral_item_is_of_the_same_patient FOREIGN KEY (referral_id, patient_id)
  REFERENCES referral (id, patient_id) DEFERRABLE INITIALLY DEFERRED;

GRANT SELECT, INSERT ON referral_item TO careloop_app;
GRANT USAGE ON SEQUENCE referral_item_id_seq TO careloop_app;
GRANT SELECT ON referral_item, referral_item_id_seq TO careloop_backup;

-- Nothing counts as in order without a person who said so and what shows it, nor an approval as waited for otherwise.
CREATE VIEW inv_referral_item_otherwise WITH (security_invoker = true) AS
  SELECT i.referral_id AS id FROM referral_item i
  WHERE i.state <> 'open' AND (btrim(i.note) = '' OR NOT EXISTS (
    SELECT 1 FROM person p WHERE p.id = i.noted_by_id AND p.role <> 'system'))
  UNION SELECT r.id FROM referral r WHERE (r.approval_since IS NOT NULL) <> coalesce((
    SELECT i.state = 'open' FROM referral_item i WHERE i.referral_id = r.id AND i.item = 'approval'
    ORDER BY i.at DESC, i.id DESC LIMIT 1), false);
GRANT SELECT ON inv_referral_item_otherwise TO careloop_seer;
