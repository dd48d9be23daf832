"""The second wall: what the catalog of PostgreSQL itself says about tables, roles, views and functions."""

import pytest

from tests.records.plant import Plant

OURS = {"careloop_app", "careloop_owner", "careloop_seer"}

# Tables without health data, each with the reason why it needs no row security.
OPEN_TABLES = {
    "absence": "who of the staff is away, from when to when, without a patient",
    "absence_part": "which colleague was asked to stand in and what they said, without a patient",
    "account_emailaddress": "e-mail addresses of staff, kept by the sign-in library",
    "account_emailconfirmation": "kept by the sign-in library",
    "auth_group": "Django's own, empty: rights live in rules/access",
    "auth_group_permissions": "Django's own, empty",
    "auth_permission": "Django's own, names of models only",
    "calendar_day": "days on which a calendar of the directory differs",
    "calendar_hours": "weekly hours of who and what can be booked",
    "check_setting": "what clinicians signed about the checks",
    "crisis_number": "the clinic's own numbers to call in a crisis",
    "clinic": "the one organization: its name and zone",
    "clinic_day": "days on which the clinic is closed or open",
    "cover": "who of the staff stands in for whom",
    "directory_entry": "organizations, places, practitioners, rooms, devices and interpreters: no patient",
    "directory_resource": "organizations, clinicians and places, who belong to no patient",
    "django_content_type": "names of models",
    "django_migrations": "names of migrations",
    "django_session": "sessions hold no health facts",
    "fhir_endpoint": "where an office takes referrals as FHIR, its key sealed: for whom and when",
    "extra_seat": "that somebody or something may be booked beside the first time, and why",
    "first_run": "answers of whoever sets the clinic up",
    "freed_time": "a time that was given back: when, with whom and where, without whose it was",
    "group_visit": "a visit for several at once: when and how many seats, without whom",
    "handoff": "who of the staff hands on to whom and where that stands, without a patient",
    "words_approval": "who reviewed and approved which words of the catalog",
    "handoff_step": "when a handoff was offered, answered or ended, without words",
    "channel_test": "a test message that staff sent to themselves, and how it went",
    "login": "e-mail addresses and password hashes of staff",
    "membership": "who of the staff works in which team",
    "mfa_authenticator": "second factors of staff, kept by the sign-in library",
    "opening_hours": "when a site is open",
    "mailbox": "how the mailbox of answers is reached, its password sealed, and how that goes",
    "mailbox_letter": "which mails of the mailbox were taken in or left, by their numbers",
    "outside_address": "where a calendar from elsewhere is fetched from, sealed: for whom and when",
    "outside_busy": "when who or what can be booked is busy elsewhere, without what for",
    "outside_calendar": "a calendar from elsewhere that was read: for whom and when",
    "outreach_list": "whom a team calls by which rule, how many a day, without a patient",
    "outage": "who or what is out and when, without a patient",
    "person": "staff by name; the person of a patient carries no name",
    "reminder_rung": "how long before a kind of visit people are reminded, without whom",
    "staff_change": "who of the staff begins, changes role or leaves, from when",
    "tip": "notes on payers, clinics and kinds of work: patients may not be in them",
    "tip_help": "whom of the staff a note helped",
    "unit": "names of teams and sites",
    "usersessions_usersession": "sessions of staff, kept by the sign-in library",
    "value_set": "published sets of codes by name",
    "outbox_epoch": "whether the outbox sends or waits for a decision",
    "value_set_code": "codes of published sets",
    "visit_type": "what a kind of visit is, for how long, with what",
    "visit_type_with": "practitioners whom a kind of visit is with",
    "work_profile": "how the staff works: minutes a day, languages, specialties",
    "worker_seen": "when the worker was last alive",
}

SECURED = "relrowsecurity AND relforcerowsecurity"
TABLES = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
PLANNER = {
    "enable_bitmapscan",
    "enable_seqscan",
    "enable_indexscan",
    "enable_indexonlyscan",
    "max_parallel_workers_per_gather",
}
FUNCTIONS = """
SELECT p.oid::regprocedure::text, r.rolname, p.prosecdef, p.proconfig,
       has_function_privilege('careloop_backup', p.oid, 'EXECUTE'),
       EXISTS (SELECT 1 FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a WHERE a.grantee = 0)
  FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner WHERE p.pronamespace = 'public'::regnamespace
"""


def names(plant: Plant, query: str, *values: object) -> set[str]:
    return {row[0] for row in plant.link.execute(query, values).fetchall()}


def test_every_table_is_secured_and_forced_or_on_the_short_list(owner: Plant) -> None:
    secured = names(owner, f"{TABLES} AND {SECURED}")

    assert names(owner, TABLES) - secured == OPEN_TABLES.keys()
    assert secured.isdisjoint(OPEN_TABLES)


def test_every_table_that_names_a_patient_is_secured(owner: Plant) -> None:
    patients = names(
        owner,
        "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid WHERE c.relkind IN ('r', 'p')"
        " AND c.relnamespace = 'public'::regnamespace AND a.attname IN ('patient_id', 'patient_ids', 'label_mask')",
    )

    assert patients <= names(owner, f"{TABLES} AND {SECURED}")
    assert len(patients) > 10


def test_policies_are_for_roles_that_we_know_and_never_for_everybody(owner: Plant) -> None:
    rows = owner.link.execute("SELECT tablename, policyname, roles FROM pg_policies").fetchall()

    assert {role for _table, _name, roles in rows for role in roles} == OURS
    assert {table for table, _name, _roles in rows} == names(owner, f"{TABLES} AND {SECURED}")


def test_what_the_owner_may_touch_asks_for_a_migration(owner: Plant) -> None:
    rows = owner.link.execute(
        "SELECT qual, with_check FROM pg_policies WHERE 'careloop_owner' = ANY (roles)"
    ).fetchall()

    assert rows
    assert all("careloop.migrating" in qual and "careloop.migrating" in check for qual, check in rows)


def test_labelled_rows_are_held_back_by_a_policy_that_nothing_can_widen(owner: Plant) -> None:
    labelled = names(
        owner,
        "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
        " WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND a.attname = 'label_mask'",
    ) - {"access_grant"}

    held = names(owner, "SELECT tablename FROM pg_policies WHERE permissive = 'RESTRICTIVE'")

    assert held == labelled


@pytest.mark.parametrize("role", ["careloop_app", "careloop_owner", "careloop_seer"])
def test_no_role_of_ours_can_step_over_row_security(owner: Plant, role: str) -> None:
    row = owner.link.execute(
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolreplication FROM pg_roles WHERE rolname = %s", [role]
    ).fetchone()

    assert row == (False, False, False, False)


def test_the_application_owns_nothing_and_is_a_member_of_nobody(owner: Plant) -> None:
    owned = names(
        owner,
        "SELECT relname FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner WHERE r.rolname = 'careloop_app'"
        " AND c.relpersistence <> 't'",
    )
    member_of = names(
        owner,
        "SELECT r.rolname FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid"
        " JOIN pg_roles w ON w.oid = m.member WHERE w.rolname = 'careloop_app'",
    )

    assert owned == set()
    assert member_of == set()


def test_the_seer_deletes_only_what_goes_with_a_patient(owner: Plant) -> None:
    tied = names(
        owner,
        "SELECT conrelid::regclass::text FROM pg_constraint WHERE contype = 'f' AND confrelid = 'patient'::regclass",
    )
    deletes = names(owner, f"{TABLES} AND has_table_privilege('careloop_seer', oid, 'DELETE')")

    assert deletes == tied | {"patient", "inbox"}


def test_the_seer_cannot_log_in(owner: Plant) -> None:
    assert owner.value("SELECT rolcanlogin FROM pg_roles WHERE rolname = 'careloop_seer'") is False


# What the application may do beyond reading: anything that is not here is refused.
MAY_DELETE = {
    "chart_fact", "patient_identifier", "patient_contact", "waiting_finding", "membership",
    "value_set_code", "note", "deletion_wish", "opening_hours", "clinic_day", "held_file",
    "calendar_hours", "calendar_day", "answered_request", "visit_type_with", "outside_calendar", "outside_busy",
    "outside_address", "thread_lock", "fhir_endpoint",
    "account_emailaddress", "account_emailconfirmation", "mfa_authenticator", "usersessions_usersession",
    "django_session", "django_content_type",
}  # fmt: skip
ONLY_ADDED_TO = {
    "patient_link_step", "answer", "answer_correction", "words_approval", "tip_help", "work_profile",
    "handoff_loop",
    "handoff_step",
    "contact_try", "contact_try_loop", "reach_end",
    "contact_choice", "message", "outbox_event", "office_letter",
    "loop_event", "resource_version", "access_grant", "audit_line", "amendment_event", "disclosure", "check_setting",
    "extra_seat", "referral_packet", "referral_answer", "referral_stay", "circle_change",
    "caller_try", "referral_item", "meeting_decision", "meeting_step", "document_out",
}  # fmt: skip
NEVER_TOUCHED = {
    "audit_seal", "tombstone", "django_migrations", "auth_group", "auth_group_permissions", "auth_permission",
}  # fmt: skip


def _may(owner: Plant, what: str) -> set[str]:
    return names(owner, f"{TABLES} AND has_table_privilege('careloop_app', oid, %s)", what)


def test_the_application_deletes_only_what_is_replaced_whole(owner: Plant) -> None:
    assert _may(owner, "DELETE") == MAY_DELETE


def test_the_application_changes_no_history_and_no_seal(owner: Plant) -> None:
    # A file that waits is taken in or let go as it came.
    assert _may(owner, "UPDATE") == names(owner, TABLES) - ONLY_ADDED_TO - NEVER_TOUCHED - {"held_file"}
    assert _may(owner, "INSERT") == names(owner, TABLES) - NEVER_TOUCHED
    assert _may(owner, "TRUNCATE") == set()
    assert _may(owner, "TRIGGER") == set()
    assert _may(owner, "REFERENCES") == set()


def test_the_application_reads_neither_the_log_nor_its_seals(owner: Plant) -> None:
    assert names(owner, TABLES) - _may(owner, "SELECT") >= {"audit_line", "audit_seal", "caller_try"}


def test_no_single_column_is_opened_where_the_table_is_shut(owner: Plant) -> None:
    opened = names(
        owner,
        "SELECT DISTINCT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid, aclexplode(a.attacl) x"
        " JOIN pg_roles r ON r.oid = x.grantee WHERE r.rolname = 'careloop_app'",
    )

    assert opened == set()


def test_nobody_but_the_owner_may_make_things_in_the_schema(owner: Plant) -> None:
    assert owner.value("SELECT has_schema_privilege('careloop_app', 'public', 'CREATE')") is False
    assert owner.value("SELECT has_schema_privilege('careloop_backup', 'public', 'CREATE')") is False


def test_views_see_with_the_eyes_of_whoever_asks(owner: Plant) -> None:
    views = owner.link.execute(
        "SELECT relname, reloptions FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm')"
    ).fetchall()

    assert views
    assert [name for name, options in views if "security_invoker=true" not in (options or [])] == []


def test_functions_that_see_more_are_the_seers_fixed_in_their_path_and_shut_to_everybody(owner: Plant) -> None:
    definers = [row for row in owner.link.execute(FUNCTIONS).fetchall() if row[2]]

    assert len(definers) > 15
    assert {row[0] for row in definers if row[1] != "careloop_seer"} == set()
    assert {row[0] for row in definers if row[3][0] != "search_path=pg_catalog, public, pg_temp"} == set()
    # Beside the path only the planner may be told something.
    assert {one.partition("=")[0] for row in definers for one in row[3][1:]} <= PLANNER
    assert {row[0] for row in definers if row[5]} == set()


def test_the_seer_owns_nothing_but_such_functions(owner: Plant) -> None:
    owned = [row for row in owner.link.execute(FUNCTIONS).fetchall() if row[1] == "careloop_seer"]

    assert [row[0] for row in owned if not row[2]] == []
    assert names(owner, "SELECT relname FROM pg_class WHERE relowner = 'careloop_seer'::regrole") == set()


def test_the_backup_may_call_none_of_them(owner: Plant) -> None:
    assert {row[0] for row in owner.link.execute(FUNCTIONS).fetchall() if row[2] and row[4]} == set()


def test_the_owner_without_a_migration_sees_no_row(owner: Plant) -> None:
    unit = owner.unit()
    patient = owner.patient(unit)
    owner.loop(unit, patient)
    owner.run("SET LOCAL careloop.migrating = ''")

    seen = {table: owner.value(f"SELECT count(*) FROM {table}") for table in names(owner, f"{TABLES} AND {SECURED}")}

    assert set(seen.values()) == {0}


def test_the_owner_without_a_migration_writes_no_row(owner: Plant) -> None:
    unit = owner.unit()
    patient = owner.patient(unit)
    owner.run("SET LOCAL careloop.migrating = ''")

    changed = owner.link.execute("UPDATE patient SET city = 'x' WHERE id = %s", [patient]).rowcount

    assert changed == 0
