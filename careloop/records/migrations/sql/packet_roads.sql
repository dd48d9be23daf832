-- Where an entry takes referrals as FHIR: of no patient. A copy of it in a backup opens with the clinic's key alone.
GRANT SELECT, INSERT, UPDATE, DELETE ON fhir_endpoint TO careloop_app;
GRANT SELECT ON fhir_endpoint TO careloop_backup;
