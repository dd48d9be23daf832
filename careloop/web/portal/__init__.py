"""Pages of patients and their people: without an account, behind a link and a birth date."""
