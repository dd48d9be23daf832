"""``careloop demo`` whole: eight days of work behind it, every role with something to do, made once and kept."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from careloop.catalog.demo.circle import CIRCLE, HANDED
from careloop.catalog.demo.deeds import DEEDS, Verb
from careloop.catalog.demo.elsewhere import WEEKS
from careloop.catalog.demo.messages import TEXTS
from careloop.catalog.demo.visits import KINDS, VISITS
from careloop.facts.access import SYSTEM_ID
from tests.web.demo_server import ROOT, fresh_database

CLOCK = "2026-11-20T15:04:00+00:00"
PATIENTS, PEOPLE = 81, 12


class Demo:
    """A database, and commands in it."""

    def __init__(self, home: Path, app: str, owner: str) -> None:
        self.given = os.environ | {
            "DATABASE_URL": app, "CARELOOP_OWNER_URL": owner, "CARELOOP_HOME": str(home), "CARELOOP_CLOCK": CLOCK,
        }  # fmt: skip

    def run(self, *words: str) -> str:
        command = [sys.executable, "-m", "careloop", *words]
        done = subprocess.run(command, cwd=ROOT, env=self.given, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    def ask(self, sql: str) -> list[tuple[object, ...]]:
        """Look through the walls as the system with every team entered."""
        with psycopg.connect(self.given["DATABASE_URL"]) as link:
            units = ",".join(str(row[0]) for row in link.execute("SELECT id FROM unit"))
            link.execute(
                "SELECT set_config('careloop.person', %s, true),"
                " set_config('careloop.purpose', 'system:operate', true),"
                " set_config('careloop.at', %s, true), set_config('careloop.patients', '', true),"
                " set_config('careloop.units', %s, true)",
                [str(SYSTEM_ID), CLOCK, units],
            )
            return link.execute(sql).fetchall()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Demo, str]]:
    with fresh_database() as (app, owner):
        house = Demo(tmp_path_factory.mktemp("demo"), app, owner)
        yield house, house.run("demo", "--no-serve")


def test_everybody_who_can_sign_in_is_named_and_no_deed_was_idle(demo: tuple[Demo, str]) -> None:
    house, said = demo

    assert said.count("@demo.example") == PEOPLE
    assert "found nothing to do" not in said
    assert f"Patients: {PATIENTS}." in house.run("status")


def test_made_again_it_is_the_same_demo(demo: tuple[Demo, str]) -> None:
    house, _said = demo
    before = house.ask("SELECT count(*), max(version) FROM loop")

    assert "Making the demo clinic" not in house.run("demo", "--no-serve")
    assert house.ask("SELECT count(*), max(version) FROM loop") == before


def test_the_last_days_left_their_traces(demo: tuple[Demo, str]) -> None:
    house, _said = demo
    events = dict(house.ask("SELECT event, count(*) FROM loop_event GROUP BY event"))
    told = [deed for deed in DEEDS if deed.verb is Verb.CONTACT]

    assert events["log_contact"] == len(told)
    assert min(events[one] for one in ("start", "finish", "snooze", "hand_off", "not_needed", "override", "death")) >= 1
    assert house.ask("SELECT count(DISTINCT opened_at::date) >= 6 FROM loop") == [(True,)]
    assert house.ask("SELECT count(*) FROM safety_override WHERE ended_at IS NULL") == [(2,)]
    assert house.ask("SELECT count(*) FROM check_setting") == [(2,)]
    assert house.ask("SELECT count(*) FROM person_link WHERE linked_at IS NULL AND ended_at IS NULL") == [(1,)]
    assert house.ask("SELECT count(*) FROM amendment WHERE state = 'open'") == [(1,)]
    assert house.ask("SELECT count(*) FROM patient WHERE is_dead") == [(3,)]
    assert house.ask("SELECT count(*) FROM inbox WHERE state = 'rejected'") == [(0,)]
    assert "agrees" in house.run("audit", "verify")


def test_calendars_hold_visits_of_the_last_days_of_today_and_ahead(demo: tuple[Demo, str]) -> None:
    house, _said = demo
    # An itinerary of the demo holds times for kinds of visits of its own.
    names = ", ".join(f"'{kind.draft.name}'" for kind in KINDS)
    ours = f"visit_type_id IN (SELECT id FROM visit_type WHERE name IN ({names}))"
    states = dict(house.ask(f"SELECT state, count(*) FROM booking WHERE {ours} GROUP BY state"))

    assert sum(int(str(count)) for count in states.values()) == len(VISITS), states
    assert {"booked", "confirmed", "arrived", "done", "no_show", "cancelled"} == states.keys()
    assert house.ask(f"SELECT count(*) >= 10 FROM booking WHERE starts_wall::date = '{CLOCK[:10]}'") == [(True,)]
    # A specialist's evenings at the hospital, as they were fetched: outside the hours here, so no visit moves.
    assert house.ask("SELECT count(*) FROM outside_busy") == [(WEEKS,)]
    assert house.ask("SELECT failures, reached_at = tried_at FROM outside_address") == [(0, True)]


@pytest.mark.parametrize(
    ("who", "tests"),
    [
        ("dana", "needs late waiting done"),
        ("lee", "needs late waiting done"),
        ("mei", "needs late waiting done"),
        ("asha", "needs late done"),
        ("ben", "needs done"),
    ],
)
def test_everybody_who_works_on_loops_has_some_in_each_group(demo: tuple[Demo, str], who: str, tests: str) -> None:
    house, _said = demo
    part = {
        "needs": "state IN ('to_do', 'started') AND NOT waits",
        "late": f"state IN ('to_do', 'started') AND due_at < '{CLOCK}'",
        "waiting": "state = 'snoozed'",
        "done": f"state = 'closed' AND closed_at >= '{CLOCK}'::timestamptz - interval '8 hours'",
    }
    own = f"owner_id = (SELECT person_id FROM login WHERE email = '{who}@demo.example')"

    counts = {
        name: house.ask(f"SELECT count(*) FROM loop WHERE {own} AND {part[name]}")[0][0] for name in tests.split()
    }

    assert min(counts.values()) >= 1, counts


def test_circles_a_handoff_a_question_and_a_meeting_are_there_to_be_looked_at(demo: tuple[Demo, str]) -> None:
    house, _said = demo

    assert house.ask("SELECT count(*) FROM circle_member") == [(len(CIRCLE),)]
    assert house.ask("SELECT count(DISTINCT member_id) FROM consent") == [(sum(bool(one.topics) for one in CIRCLE),)]
    assert house.ask("SELECT state, patient_count FROM handoff") == [("offered", len(HANDED))]
    assert house.ask("SELECT count(*) FROM loop WHERE clock = 'colleague.answer'") == [(1,)]
    assert house.ask("SELECT state, interprets FROM family_meeting") == [("set", "qualified")]
    assert house.ask("SELECT state FROM distress_note") == [("call",)]
    assert house.ask("SELECT count(*) FROM crisis_number") == [(1,)]


def test_messages_went_one_answer_waits_and_a_list_is_being_called(demo: tuple[Demo, str]) -> None:
    house, _said = demo
    states = dict(house.ask("SELECT state, count(*) FROM outbox GROUP BY state"))

    # What went in the days before had arrived, and nothing but reminders of this day waits to go.
    assert states.keys() <= {"delivered", "waiting"}, states
    assert house.ask("SELECT count(*) >= 20 FROM reminder WHERE state IN ('sent', 'answered')") == [(True,)]
    assert house.ask("SELECT count(*) FROM reminder WHERE why = 'no_road'") == [(0,)]
    assert house.ask("SELECT count(*) >= 5 FROM reminder WHERE state = 'planned'") == [(True,)]
    # A patient waits for an answer, and the desk of an office.
    waiting = "SELECT partner FROM thread WHERE unanswered_since IS NOT NULL ORDER BY partner"
    assert house.ask(waiting) == [("clinician",), ("patient",)]
    assert house.ask("SELECT state, kind FROM outbox WHERE kind = 'office'") == [("delivered", "office")]
    assert house.ask("SELECT count(*) FROM disclosure WHERE what = 'office_letter'") == [(1,)]
    written = "SELECT count(*) FROM message WHERE direction = 'out' AND situation = 'own_words'"
    assert house.ask(written) == [(len(TEXTS),)]
    assert house.ask("SELECT count(*) FROM answer_review") == [(0,)]
    entries = dict(house.ask("SELECT state, count(*) FROM outreach_entry GROUP BY state"))
    assert entries["ended"] == 1
    assert entries["waiting"] >= 1
    assert house.ask("SELECT state, cardinality(times) FROM medicine_schedule") == [("active", 2)]
