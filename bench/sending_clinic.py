"""A clinic in which each patient waits for one message, by their number: to somebody of the circle, about one visit.

Numbers make the ids: what a door writes about one patient can be written about every other.
"""

from datetime import UTC, datetime
from uuid import UUID

import psycopg

# Ten in the morning in New York: nobody sleeps there.
AT = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
DANA = UUID("01970000-0000-7000-8000-000000000001")
VISIT_TYPE = UUID("019c0000-0000-7000-8000-000000000000")
KINDS = ("patient", "member", "consent", "point", "thread", "outbox", "loop", "booking")


def id_of(kind: str, number: int) -> UUID:
    """Return the id of a row of a patient by their number."""
    return UUID(f"019800{KINDS.index(kind):02x}-0000-7000-8000-{number:012x}")


def _id(kind: str) -> str:
    return f"('019800{KINDS.index(kind):02x}-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid"


IDS = {kind: _id(kind) for kind in KINDS}
REPLICA = "SELECT set_config('careloop.migrating', 'on', true), set_config('session_replication_role', 'replica', true)"
HOUSE = """
INSERT INTO unit (id, name, kind, zone) VALUES (1000, 'Bench', 'team', '');
INSERT INTO person (id, kind, role, name, language, is_active, partner_name)
VALUES ('<dana>', 'staff', 'coordinator', 'Dana', 'en', true, '');
INSERT INTO membership (person_id, unit_id) VALUES ('<dana>', 1000);
INSERT INTO access_grant (person_id, unit_id, source, label_mask, purpose, during, granted_by, reason)
VALUES ('<dana>', 1000, 'unit', 0, '', tstzrange('2024-01-01', NULL), '<dana>', '');
INSERT INTO visit_type (id, name, is_active, minutes, gap_before, gap_after, preparation, needs_practitioner,
  needs_escort, needs_fasting, room_sort, device_sort, seats, labels, version, set_by_id, set_at)
VALUES ('<type>', 'A visit', true, 30, 0, 0, 'none', true, false, false, '', '', 1, 0, 1, '<dana>', '<at>');
"""
MESSAGES = """
INSERT INTO patient (id, unit_id, label_mask, source, fhir_id, full_name, name_key, zone, languages,
  needs_interpreter, is_dead, family, given, preferred_name, birth_text, sex, address_lines, city, state, postal_code,
  country, version, made_at, changed_at)
SELECT <patient>, 1000, 0, 'bench', n::text, 'P ' || n, 'p ' || n, 'America/New_York', '{}', false, false, '', '', '',
  '', 'unknown', '{}', '', '', '', '', 1, '<at>', '<at>' FROM <numbers> n;
INSERT INTO circle_member (id, patient_id, unit_id, label_mask, name, relation, language, needs_interpreter, phone,
  email, address, is_emergency, note, version, added_at, added_by_id, changed_at, changed_by_id, ended_because)
SELECT <member>, <patient>, 1000, 0, 'M', 'child', '', false, '', '', '', false, '', 1, '<at>', '<dana>', '<at>',
  '<dana>', '' FROM <numbers> n;
INSERT INTO consent (id, patient_id, unit_id, label_mask, member_id, topic, purpose, road, named_labels, starts_at,
  how, entered_at, entered_by_id, taken_back_because)
SELECT <consent>, <patient>, 1000, 0, <member>, 'visits', 'care', 'text', 0, '<at>', 'screen', '<at>', '<dana>', ''
FROM <numbers> n;
INSERT INTO contact_point (id, patient_id, unit_id, label_mask, member_id, road, address, use, is_preferred, made_at,
  made_by_id, frozen_because)
SELECT <point>, <patient>, 1000, 0, <member>, 'text', '+1555' || lpad(n::text, 7, '0'), '', false, '<at>', '<dana>',
  '' FROM <numbers> n;
INSERT INTO thread (id, patient_id, unit_id, label_mask, partner, member_id, opened_at, last_at, version)
SELECT <thread>, <patient>, 1000, 0, 'member', <member>, '<at>', '<at>', 1 FROM <numbers> n;
INSERT INTO message (id, patient_id, unit_id, label_mask, thread_id, direction, at, by_id, road, language,
  asked_language, situation, words_sha256, is_draft_words, topic, words, pieces)
SELECT <outbox>, <patient>, 1000, 0, <thread>, 'out', '<at>', '<dana>', 'text', 'en', 'en', 'own_words', '', false,
  'visits', 'A text.', '{"text": "A text."}' FROM <numbers> n;
INSERT INTO loop (id, patient_id, unit_id, label_mask, kind, state, state_since, owner_id, ball, title, because,
  if_waits, next_step, next_at, clock, severity, sort_at, opened_at, version, base_step, last_contact, reminders,
  check_name, finding_key, finding_print, evidence, waits)
SELECT <loop>, <patient>, 1000, 0, 'visit', 'to_do', '<at>', '<dana>', 'us',
  '{"key": "visit.title", "values": {"name": "A visit"}}', '[{"key": "visit.promised", "values": {}}]', NULL,
  '{"key": "step.visit_find_time", "values": {}}', '<at>', '', 2, '<at>', '<at>', 1,
  '{"key": "step.visit_find_time", "values": {}}', '', 0, '', '', '', '{}', false FROM <numbers> n;
INSERT INTO booking (id, patient_id, unit_id, label_mask, loop_id, visit_type_id, state, state_since, starts_at,
  ends_at, zone, starts_wall, minutes, hold_token, hold_until, cancelled_by, reason, note, booked_by_id, made_at,
  version, awaits_word)
SELECT <booking>, <patient>, 1000, 0, <loop>, '<type>', 'booked', '<at>', s, s + interval '30 minutes',
  'America/New_York', s AT TIME ZONE 'America/New_York', 30, <booking>,
  '<at>'::timestamptz + interval '1 hour', '',
  '', '', '<dana>', '<at>', 1, false
FROM (SELECT n, timestamptz '2026-12-01 15:00+00' AS s FROM <numbers> n) t;
INSERT INTO outbox (id, patient_id, unit_id, label_mask, kind, key, thread_id, message_id, member_id, topic, purpose,
  road, point_id, booking_id, booking_version, address, zone, at_any_hour, is_last_word, state, state_since, held_for,
  meant_at, next_at, good_until, queued_at, queued_by_id, attempts, token, reference, said, stopped_because,
  stopped_note, awaits_word)
SELECT <outbox>, <patient>, 1000, 0, 'message', n::text, <thread>, <outbox>, <member>, 'visits', 'care', 'text',
  <point>, <booking>, 1, '+1555' || lpad(n::text, 7, '0'), 'America/New_York', false, false, 'waiting', '<at>', '',
  '<at>', timestamptz '<at>' - interval '1 hour' + n * interval '1 millisecond', timestamptz '<at>' + interval '1 day',
  timestamptz '<at>' - interval '2 hours', '<dana>', 0, 0, '', '', '', '', false FROM <numbers> n;
"""


def fill_house(link: "psycopg.Connection[tuple[object, ...]]") -> None:
    """Make the team, its coordinator and the kind of visit in an empty, migrated database, as the superuser."""
    _fill(link, HOUSE, {})


def fill_messages(link: "psycopg.Connection[tuple[object, ...]]", first: int, many: int) -> None:
    """Add so many patients from a number on, a message that is due to each."""
    _fill(link, MESSAGES, {"numbers": f"generate_series({first}, {first + many - 1})", **IDS})


def _fill(link: "psycopg.Connection[tuple[object, ...]]", text: str, more: dict[str, object]) -> None:
    words = {"dana": DANA, "type": VISIT_TYPE, "at": AT.isoformat()} | more
    for name, value in words.items():
        text = text.replace(f"<{name}>", str(value))
    with link.transaction():
        link.execute(REPLICA)
        for statement in filter(str.strip, text.split(";\n")):
            link.execute(statement)  # type: ignore[arg-type]
    link.execute("VACUUM (ANALYZE)")
