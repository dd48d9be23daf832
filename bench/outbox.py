"""Reminders go out by the outbox: how fast, against plain single-row commits of the same run, and none lost or twice.

Every fourth goes to a person of the circle by a consent; every tenth of all must not go: stopped, taken back,
moved to another number, or too late. The provider stands in this process and answers at once: what is measured is the
house.
"""

import statistics
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from bench.common import Figures, own_server, read_machine

REMINDERS = {"full": 100_000, "small": 2_000}
# Plain rows that are committed between so many rounds.
PLAIN, BETWEEN = 50, 10
# Rounds at the beginning and at the end that are compared: what waits must not make a round slower.
EDGE = 100
AT_MOST_OF_FEW = 1.5
# Ten in the morning in New York: nobody sleeps there.
AT = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
SHARE = 0.25

FILL = """
SELECT set_config('careloop.migrating', 'on', true), set_config('session_replication_role', 'replica', true);
INSERT INTO unit (name, kind, zone, version) VALUES ('Bench', 'team', '', 1);
INSERT INTO patient (id, unit_id, label_mask, source, fhir_id, full_name, name_key, zone, languages,
  needs_interpreter,
  is_dead, family, given, preferred_name, birth_text, sex, address_lines, city, state, postal_code, country, version,
  made_at, changed_at)
SELECT gen_random_uuid(), (SELECT max(id) FROM unit), 0, 'bench', n::text, 'P ' || n, 'p ' || n, 'America/New_York',
  '{}', false, false, '', '', '', '', 'unknown', '{}', '', '', '', '', 1, %(at)s, %(at)s FROM generate_series(1,
  %(n)s) n;
CREATE TEMP TABLE row_of AS SELECT p.fhir_id::int AS n, p.id AS patient_id, p.unit_id, gen_random_uuid() AS member,
  gen_random_uuid() AS point, gen_random_uuid() AS thread,
  gen_random_uuid() AS out FROM patient p WHERE p.source = 'bench';
INSERT INTO circle_member (id, patient_id, unit_id, label_mask, name, relation, language, needs_interpreter, phone,
  email,
  address, is_emergency, note, version, added_at, added_by_id, changed_at, changed_by_id, ended_because)
SELECT member, patient_id, unit_id, 0, 'M', 'child', '', false, '', '', '', false, '', 1, %(at)s, %(who)s, %(at)s,
  %(who)s,
  '' FROM row_of WHERE n %% 4 = 0;
INSERT INTO consent (id, patient_id, unit_id, label_mask, member_id, topic, purpose, road, named_labels, starts_at,
  how,
  entered_at, entered_by_id, taken_back_at, taken_back_by_id, taken_back_because)
SELECT gen_random_uuid(), patient_id, unit_id, 0, member, 'visits', 'care', 'text', 0, %(at)s, 'screen', %(at)s,
  %(who)s,
  CASE WHEN n %% 40 = 20 THEN %(at)s::timestamptz END, CASE WHEN n %% 40 = 20 THEN %(who)s::uuid END,
  CASE WHEN n %% 40 = 20 THEN 'No' ELSE '' END FROM row_of WHERE n %% 4 = 0;
INSERT INTO contact_point (id, patient_id, unit_id, label_mask, member_id, road, address, use, is_preferred, made_at,
  made_by_id, frozen_at, frozen_because)
SELECT point, patient_id, unit_id, 0, CASE WHEN n %% 4 = 0 THEN member END, 'text', '+1555' || lpad(n::text, 7, '0'),
  '', false, %(at)s, %(who)s, CASE WHEN n %% 40 = 1 THEN %(at)s::timestamptz END,
  CASE WHEN n %% 40 = 1 THEN 'wrong' ELSE '' END FROM row_of;
INSERT INTO contact_choice (patient_id, unit_id, label_mask, kind, road, value, because, at, by_id)
SELECT patient_id, unit_id, 0, 'stop', 'text', '{}', '', %(at)s, %(who)s FROM row_of WHERE n %% 40 = 2;
INSERT INTO thread (id, patient_id, unit_id, label_mask, partner, member_id, opened_at, last_at, version)
SELECT thread, patient_id, unit_id, 0, CASE WHEN n %% 4 = 0 THEN 'member' ELSE 'patient' END,
  CASE WHEN n %% 4 = 0 THEN member END, %(at)s, %(at)s, 1 FROM row_of;
INSERT INTO message (id, patient_id, unit_id, label_mask, thread_id, direction, at, by_id, road, language,
  asked_language, situation, words_sha256, is_draft_words, topic, words, pieces)
SELECT out, patient_id, unit_id, 0, thread, 'out', %(at)s, %(who)s, 'text', 'en', 'en', 'own_words', '', false,
  'visits',
  'No. ' || n, jsonb_build_object('text', 'No. ' || n) FROM row_of;
INSERT INTO outbox (id, patient_id, unit_id, label_mask, kind, key, thread_id, message_id, member_id, topic, purpose,
  road, point_id, address, zone, at_any_hour, is_last_word, state, state_since, held_for, meant_at, next_at,
  good_until,
  queued_at, queued_by_id, attempts, token, reference, said, stopped_because, stopped_note, awaits_word)
SELECT out, patient_id, unit_id, 0, 'message', n::text, thread, out, CASE WHEN n %% 4 = 0 THEN member END, 'visits',
  'care', 'text', point, '+1555' || lpad(n::text, 7, '0'), 'America/New_York', false, false, 'waiting', %(at)s, '',
  %(at)s, %(at)s, %(at)s::timestamptz + CASE WHEN n %% 40 = 3 THEN interval '-1 hour' ELSE interval '1 day' END,
  %(at)s::timestamptz - interval '2 hours', %(who)s, 0, 0, '', '', '', '', false FROM row_of;
"""


def main(*, scale: str, keep: Path | None) -> int:
    """Send them all; return the exit code."""
    figures = Figures("outbox")
    figures.tell("machine", **read_machine())
    with own_server(keep) as home:
        from careloop.facts.access import SYSTEM_ID
        from careloop.postgres.server import ensure_running

        server, many = ensure_running(home), REMINDERS[scale]
        with psycopg.connect(server.url("super")) as link:
            values = {"at": AT, "n": many, "who": SYSTEM_ID}
            for statement in FILL.split(";\n"):
                if statement.strip():
                    link.execute(statement, values)  # type: ignore[arg-type]
        with psycopg.connect(server.url("super"), autocommit=True) as link:
            link.execute("ANALYZE")
            _send(figures, many, Plain(link))
        with psycopg.connect(server.url("super"), autocommit=True) as link:
            broken = _count(link)
        figures.judge("broken", sum(broken.values()), at_most=0, states=broken)
    return figures.exit_code()


class Plain:
    """Single rows, each committed by itself: a few at a time, between the rounds of what is measured."""

    def __init__(self, link: "psycopg.Connection[tuple[object, ...]]") -> None:
        self._link, self._rows, self._seconds = link, 0, 0.0
        link.execute("CREATE TABLE plain_row (id bigint PRIMARY KEY, words text)")

    def commit(self, many: int) -> None:
        """Commit so many."""
        began = time.perf_counter()
        for n in range(self._rows, self._rows + many):
            self._link.execute("INSERT INTO plain_row VALUES (%s, 'A row.')", [n])
        self._seconds += time.perf_counter() - began
        self._rows += many

    @property
    def rate(self) -> float:
        """Rows a second."""
        return self._rows / self._seconds


def _send(figures: Figures, many: int, plain: Plain) -> None:
    from careloop.facts.outbox import Handed, LookedUp, Parcel, Went
    from careloop.jobs.outbox import send_due

    class Provider:
        """Takes everything at once."""

        took: Counter[str] = Counter()

        def send(self, parcel: Parcel) -> Handed:
            """Take it."""
            self.took[parcel.key] += 1
            return Handed(Went.SENT, f"SM{parcel.key}")

        def look_up(self, parcel: Parcel) -> LookedUp:
            """Nothing is unclear here."""
            raise AssertionError(parcel)

    provider = Provider()
    rounds: list[float] = []
    going = True
    while going:
        if len(rounds) % BETWEEN == 0:
            plain.commit(PLAIN)
        began = time.perf_counter()
        going = send_due(lambda: AT, lambda _road: provider)  # type: ignore[arg-type,return-value]
        rounds.append(time.perf_counter() - began)
    seconds = sum(rounds)
    no: Sequence[int] = [n for n in range(1, many + 1) if n % 40 in (1, 2, 3, 20)]
    wrong = [key for key, count in provider.took.items() if count > 1 or int(key) in set(no)]
    figures.judge("wrong", len(wrong), at_most=0)
    figures.judge("lost", many - len(no) - len(provider.took), at_most=0)
    figures.tell("plain commits", rate=round(plain.rate, 1))
    figures.judge("reminders / plain commits", many / seconds / plain.rate, at_least=SHARE, reminders=many,
                  seconds=round(seconds, 1), rate=round(many / seconds, 1))  # fmt: skip
    some = min(EDGE, len(rounds) // 4)
    figures.judge("a round with all waiting / with few left",
                  statistics.median(rounds[1 : 1 + some]) / statistics.median(rounds[-1 - some : -1]),
                  at_most=AT_MOST_OF_FEW, rounds=len(rounds))  # fmt: skip


def _count(link: "psycopg.Connection[tuple[object, ...]]") -> dict[str, int]:
    """Return how many rows break each never event of what goes out."""
    views = (
        "sent_without_receipt",
        "sent_to_dead_or_stopped",
        "sent_twice",
        "sent_without_consent",
        "outbox_forgotten",
    )
    found = {}
    for view in views:
        row = link.execute(f"SELECT count(*) FROM inv_{view}").fetchone()  # type: ignore[arg-type]
        found[view] = int(str(row[0])) if row else 0
    return found
