"""A clinic with a referral of each patient, drawn from the number of each: its loop, and how long it stood where.

Of the newest fifth two in three are open, of the others one in fifty: 15 in 100 of all. They stand in all states.
"""

from uuid import UUID

import psycopg

from bench.fill import LOOP_ID, PATIENT_ID, PERSON_ID, STEPS, Clinic, fill, plan_clinic

# A team's referrals are as many in the small clinic as in the large one: what grows is what others have.
UNIT_SIZE = 10_000
# Loops of other sorts beside those of referrals.
LOOPS_EACH = 1
REFERRAL_ID = "('019d0000-0000-7000-8000-' || lpad(to_hex({n}), 12, '0'))::uuid"
OWNER = PERSON_ID.format(n="<units> + (n % <units>) * <coordinators> + (n / <units>) / <caseload>")
SPECIALTIES = (
    "cardiology", "dermatology", "endocrinology", "eyes", "gastroenterology", "hematology", "nephrology", "neurology",
    "orthopedics", "pain", "pulmonology", "urology",
)  # fmt: skip
# Of twenty open ones so many stand in each state.
STATES = (
    "to_send", "to_send", "needs_info", "checking", "sent", "sent", "sent", "delivered", "delivered", "silent",
    "declined", "accepted", "accepted", "date_set", "date_set", "date_set", "missed", "seen", "report_in", "read",
)  # fmt: skip
UNDONE = ("declined_by_patient", "duplicate")
WAY = ("to_send", "sent", "accepted", "date_set", "report_in", "read")
WITH_US = ("to_send", "needs_info", "checking", "silent", "declined", "missed", "report_in", "read")


def _array(words: tuple[str, ...]) -> str:
    return "ARRAY[" + ", ".join(f"'{one}'" for one in words) + "]"


# A patient's turn comes in another order than their numbers: a caseload has old and new referrals.
DRAWN = f"""
WITH turn AS (
  SELECT g, g * 7919 % <patients> AS n, abs(hashint8(g)::bigint) AS h, abs(hashint8(g + 1000000007)::bigint) AS k,
    timestamptz '<now>' - interval '1 day' - (<patients> - g) * (interval '1000 days' / <patients>) AS made
  FROM generate_series(0::bigint, <patients> - 1) g
), placed AS (
  SELECT *, 1 + (n % <units>)::int AS unit, {OWNER} AS owner,
    g >= <patients> / 5 * 4 AND h % 3 < 2 OR h % 50 = 0 AS is_open,
    CASE WHEN h % 10 < 7 THEN 'done' ELSE ({_array(UNDONE)})[1 + k % {len(UNDONE)}] END AS ended,
    least(made + interval '1 day' * (20 + h % 100), timestamptz '<now>' - interval '1 hour') AS closed,
    made + (timestamptz '<now>' - made) * (k % 100 / 100.0) AS moved,
    timestamptz '<now>' + interval '1 hour' * (h % 1700 - 240) AS look
  FROM turn
), drawn AS (
  SELECT *, CASE WHEN is_open THEN ({_array(STATES)})[1 + k % 20] ELSE 'closed' END AS state,
    CASE WHEN is_open THEN moved ELSE closed END AS since FROM placed
)"""

REFERRALS = {
    "loops of referrals": f"""{DRAWN}
INSERT INTO loop (id, patient_id, unit_id, label_mask, kind, state, state_since, owner_id, queue_id, ball, title,
  because, if_waits, next_step, next_at, clock, severity, sort_at, opened_at, closed_at, outcome, version, base_step,
  last_contact, reminders, check_name, finding_key, finding_print, evidence, waits)
SELECT {LOOP_ID.format(n="g + <loops>")}, {PATIENT_ID.format(n="n")}, unit, 0, 'referral',
  CASE state WHEN 'closed' THEN 'closed' WHEN 'to_send' THEN 'to_do' ELSE 'started' END, since,
  CASE WHEN h % 10 > 0 THEN owner END, CASE WHEN h % 10 = 0 THEN unit END,
  CASE WHEN state = 'date_set' THEN 'patient' WHEN state = ANY({_array(WITH_US)}) THEN 'us' ELSE 'provider' END,
  '{{"key": "referral.title", "values": {{}}}}', '[]', NULL,
  CASE WHEN is_open THEN '{{"key": "step.referral_send", "values": {{}}}}'::jsonb END, CASE WHEN is_open THEN look END,
  '', 2, CASE WHEN is_open THEN look END, made, CASE WHEN NOT is_open THEN closed END,
  CASE WHEN NOT is_open THEN ended END, 1, '{{"key": "step.referral_send", "values": {{}}}}', '', 0, '', '', '', '{{}}',
  is_open AND state <> ALL({_array(WITH_US)})
FROM drawn""",
    "referrals": f"""{DRAWN}
INSERT INTO referral (id, patient_id, unit_id, label_mask, loop_id, state, state_since, before, ended_as, urgency,
  specialty, question, question_key, asked_by_id, made_by_id, made_at, to_name, see_by, starts_at, zone, starts_wall,
  late_because, silences, misses, is_elsewhere, had_date, decline_reason, read_by_id, read_at, told_by_id, told_at,
  told_how, teach_back, version)
SELECT {REFERRAL_ID.format(n="g")}, {PATIENT_ID.format(n="n")}, unit, 0, {LOOP_ID.format(n="g + <loops>")}, state,
  since, CASE WHEN is_open THEN '' ELSE 'read' END, CASE WHEN is_open THEN '' ELSE ended END,
  CASE WHEN k % 20 = 0 THEN 'emergent' WHEN k % 20 < 5 THEN 'urgent' ELSE 'routine' END,
  ({_array(SPECIALTIES)})[1 + h % {len(SPECIALTIES)}], 'What should be done about question ' || g || '?',
  'what should be done about question ' || g, owner, owner, made, 'Specialists of Harbor',
  (made + interval '30 days')::date,
  CASE WHEN state = 'date_set' THEN look END, CASE WHEN state = 'date_set' THEN 'America/New_York' ELSE '' END,
  CASE WHEN state = 'date_set' THEN look AT TIME ZONE 'America/New_York' END,
  '', 0, 0, false, NOT is_open AND ended = 'done' OR state IN ('date_set', 'missed', 'seen', 'report_in', 'read'),
  '', CASE WHEN is_told OR state = 'read' THEN owner END, CASE WHEN is_told OR state = 'read' THEN since END,
  CASE WHEN is_told THEN owner END, CASE WHEN is_told THEN since END, CASE WHEN is_told THEN 'phone' ELSE '' END,
  CASE WHEN is_told THEN 'Said it back' ELSE '' END, 1
FROM (SELECT *, NOT is_open AND ended = 'done' AS is_told FROM drawn) d""",
    "stays": f"""{DRAWN}
INSERT INTO referral_stay (patient_id, unit_id, label_mask, referral_id, state, since)
SELECT {PATIENT_ID.format(n="n")}, unit, 0, {REFERRAL_ID.format(n="g")}, s.state,
  made + (since - made) * ((turn - 1.0) / steps)
FROM (SELECT *, CASE WHEN is_open THEN coalesce(array_position({_array(WAY)}, state), 2)
  WHEN ended = 'done' THEN {len(WAY)} ELSE 3 END AS steps FROM drawn) d
JOIN LATERAL unnest({_array(WAY)}) WITH ORDINALITY s (state, turn) ON turn <= steps""",
}
OF_CLINIC = ("units", "people", "members", "grants of units", "patients", "caseloads", "loops", "history")


def plan_board(referrals: int) -> Clinic:
    """Say how a clinic with so many referrals looks: one of each patient, teams of 10,000 patients."""
    return plan_clinic(referrals, unit_size=UNIT_SIZE, loops_each=LOOPS_EACH)


def fill_board(link: "psycopg.Connection[tuple[object, ...]]", clinic: Clinic) -> None:
    """Fill an empty, migrated database as the superuser."""
    fill(link, clinic, {name: STEPS[name] for name in OF_CLINIC} | REFERRALS)


def count_open(link: "psycopg.Connection[tuple[object, ...]]", person: UUID) -> int:
    """Return how many referrals of somebody's team are open, which is more than a page of them."""
    found = link.execute(
        "SELECT count(*) FROM referral r WHERE r.state <> 'closed'"
        " AND r.unit_id IN (SELECT m.unit_id FROM membership m WHERE m.person_id = %s)",
        [person],
    ).fetchone()
    assert found is not None
    return int(str(found[0]))
