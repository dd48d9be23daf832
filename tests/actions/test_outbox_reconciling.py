"""After a restore or a long outage nothing goes until a person has decided; what a provider took counts as sent."""

import os
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest

from careloop.actions.outbox import send_message
from careloop.facts.access import Acting, Purpose
from careloop.facts.consents import Road
from careloop.facts.outbox import Gone
from careloop.jobs.outbox import read_mark, send_due, was_copied, write_mark
from careloop.jobs.reconciling import compare, decide
from careloop.reads.channels import count_outbox
from tests.actions.look import ask, broken_invariants
from tests.actions.test_outbox_sending import Gateway, states
from tests.outgoing import NUMBER, after, bring_reachable, draft
from tests.people import NOW, House, system

pytestmark = pytest.mark.django_db


class Listing(Gateway):
    """A provider that says what it took."""

    def list_gone(self, since: datetime) -> tuple[Gone, ...]:
        """Return it all: none of it is older."""
        return tuple(Gone(f"SM{n}", one.address, one.pieces["text"]) for n, one in enumerate(self.took))


class Blind(Gateway):
    """A provider that cannot be asked."""

    def list_gone(self, since: datetime) -> None:
        """Say nothing."""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CARELOOP_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def rosa(house: House) -> UUID:
    return bring_reachable(house)


def find(gateway: Gateway) -> object:
    return lambda road: gateway if road is Road.TEXT else Blind()


def test_a_database_that_was_set_back_sends_nothing_until_somebody_decided(
    home: Path, dana: Acting, rosa: UUID
) -> None:
    gateway = Listing()
    first, second = send_message(dana, rosa, draft(rosa)), send_message(dana, rosa, draft(rosa, words="Bring a list."))
    # The first went after the point to which the database was set back; its row does not know it.
    gateway.took = [_parcel("Can you come on Monday?", rosa, first)]
    write_mark(10**9)

    assert not send_due(lambda: after(minutes=1), find(gateway))  # type: ignore[arg-type]
    counts = count_outbox(system(Purpose.SWEEP))
    assert (counts.is_waiting, counts.because) == (True, "restore")
    found = compare(lambda: after(minutes=2), find(gateway))  # type: ignore[arg-type]
    assert (found.gone, found.strangers, len(found.overdue)) == ({first: "SM0"}, 0, 2)

    assert decide(lambda: after(minutes=3), withdraws=False, find=find(gateway)) == (1, 0, 1)  # type: ignore[arg-type]

    send_due(lambda: after(minutes=4), find(gateway))  # type: ignore[arg-type]
    assert [one.outbox_id for one in gateway.took] == [first, second]
    assert states(rosa) == ["sent", "sent"]
    assert read_mark() > 10**9
    assert count_outbox(system(Purpose.SWEEP)).epoch == 2
    assert broken_invariants() == {}


def test_a_copy_of_the_whole_house_sends_nothing_until_somebody_decides(home: Path, dana: Acting, rosa: UUID) -> None:
    gateway = Listing()
    data = home / "data"
    data.mkdir()
    (data / "PG_VERSION").write_text("18")
    send_message(dana, rosa, draft(rosa, words="Can you come on Monday?"))
    send_due(lambda: after(minutes=1), find(gateway))  # type: ignore[arg-type]
    assert states(rosa) == ["sent"]
    send_message(dana, rosa, draft(rosa, words="And on Tuesday?"))
    assert not was_copied()

    # Data and mark are of the same moment; when the files came here is all that tells.
    copy_files(data)

    assert was_copied()
    assert not send_due(lambda: after(minutes=2), find(gateway))  # type: ignore[arg-type]
    assert not send_due(lambda: after(minutes=3), find(gateway))  # type: ignore[arg-type]
    assert count_outbox(system(Purpose.SWEEP)).because == "restore"
    assert len(gateway.took) == 1
    assert compare(lambda: after(minutes=4), find(gateway)).is_copy  # type: ignore[arg-type]

    assert decide(lambda: after(minutes=5), withdraws=False, find=find(gateway)) == (0, 0, 1)  # type: ignore[arg-type]
    assert not was_copied()
    send_due(lambda: after(minutes=6), find(gateway))  # type: ignore[arg-type]
    assert states(rosa) == ["sent", "sent"]


def test_a_mark_without_a_place_or_a_house_elsewhere_is_no_copy(home: Path) -> None:
    write_mark(5)
    (home / "data").mkdir()
    (home / "data" / "PG_VERSION").write_text("18")
    assert not was_copied()

    write_mark(6)
    assert not was_copied()
    copy_files(home / "data")
    assert was_copied()
    (home / "data" / "PG_VERSION").unlink()
    assert not was_copied()


def copy_files(folder: Path) -> None:
    """Do to a file what a copy does: it came here later than it did."""
    file = folder / "PG_VERSION"
    before = file.stat().st_ctime_ns
    while file.stat().st_ctime_ns == before:
        os.utime(file)


def test_after_a_long_outage_what_was_due_waits_for_a_decision_and_can_be_withdrawn(
    home: Path, dana: Acting, rosa: UUID
) -> None:
    gateway = Listing()
    send_due(lambda: NOW, find(gateway))  # type: ignore[arg-type]
    send_message(dana, rosa, draft(rosa))

    assert not send_due(lambda: after(hours=13), find(gateway))  # type: ignore[arg-type]
    assert count_outbox(system(Purpose.SWEEP)).because == "outage"

    assert decide(lambda: after(hours=14), withdraws=True, find=find(gateway)) == (0, 1, 0)  # type: ignore[arg-type]
    send_due(lambda: after(hours=14), find(gateway))  # type: ignore[arg-type]
    assert gateway.took == []
    assert ask("SELECT stopped_because FROM outbox WHERE patient_id = %s", rosa) == [("not_sent_again",)]
    assert ask("SELECT check_name FROM loop WHERE patient_id = %s AND check_name LIKE 'outbox%%'", rosa) == [
        ("outbox_not_sent",)
    ]


def test_a_pause_in_which_nothing_was_due_needs_no_decision(home: Path, dana: Acting, rosa: UUID) -> None:
    gateway = Listing()
    send_due(lambda: NOW, find(gateway))  # type: ignore[arg-type]
    send_due(lambda: after(hours=30), find(gateway))  # type: ignore[arg-type]

    assert not count_outbox(system(Purpose.SWEEP)).is_waiting


def test_the_mark_outside_the_database_only_rises(home: Path) -> None:
    write_mark(7)
    write_mark(3)

    assert read_mark() == 7
    (home / "outbox.mark").write_text("not a mark")
    assert read_mark() == 0


def _parcel(words: str, rosa: UUID, key: UUID) -> object:
    from careloop.facts.outbox import Parcel

    text = ask("SELECT pieces ->> 'text' FROM message WHERE id = %s", key)[0][0]
    assert words in text
    return Parcel(key, 1, Road.TEXT, NUMBER, {"text": text}, "", NOW)
