"""What was taken back stays so when an older copy of the database is restored."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import transaction

from careloop.actions.consents import add_member, end_member, give_consent, take_back
from careloop.actions.disclosures import tell_member
from careloop.basics.refusals import Refusal
from careloop.facts.access import Acting
from careloop.jobs.worker import begin_work
from careloop.parcels.taken_back import load_taken_back
from tests.actions.look import ask
from tests.actions.test_consents import ANA, AT_NINE, RIDES
from tests.people import NOW

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=5)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where it is kept in this test."""
    monkeypatch.setenv("CARELOOP_TAKEN_BACK", str(tmp_path / "taken-back.jsonl"))
    return tmp_path / "taken-back.jsonl"


def restore_older() -> None:
    """Put the database back to how it was before, as a restored copy would."""
    transaction.set_rollback(True)


def test_a_consent_taken_back_after_the_copy_was_made_is_taken_back_again_when_the_worker_begins(
    dana: Acting, rosa: UUID, file: Path
) -> None:
    ana = add_member(dana, rosa, ANA)
    (key,) = give_consent(dana, rosa, RIDES, member_id=ana)
    with transaction.atomic():
        take_back(dana, rosa, member_id=ana, reason="She said no more")
        restore_older()
    assert ask("SELECT taken_back_at FROM consent") == [(None,)]
    assert tell_member(dana, rosa, AT_NINE, member_id=ana), "the older copy would tell"
    begin_work(lambda: LATER)
    assert ask("SELECT id, taken_back_at, taken_back_because FROM consent") == [
        (key, LATER, "Taken back before an older copy of the data was restored.")
    ]
    with pytest.raises(Refusal):
        tell_member(dana, rosa, AT_NINE, member_id=ana)
    assert "Ana" not in file.read_text()
    assert "Rosa" not in file.read_text()
    assert file.stat().st_mode & 0o077 == 0


def test_who_left_the_circle_is_told_no_more_and_what_stands_is_left_alone(
    dana: Acting, rosa: UUID, file: Path
) -> None:
    ana, luis = add_member(dana, rosa, ANA), add_member(dana, rosa, ANA)
    give_consent(dana, rosa, RIDES, member_id=ana)
    (stays,) = give_consent(dana, rosa, RIDES, member_id=luis)
    with transaction.atomic():
        end_member(dana, rosa, member_id=ana, version=1, reason="They fell out")
        restore_older()
    begin_work(lambda: LATER)
    assert ask("SELECT id FROM consent WHERE taken_back_at IS NULL") == [(stays,)]
    assert len(load_taken_back()) == 1
    begin_work(lambda: LATER + timedelta(days=1))
    assert ask("SELECT count(*) FROM consent WHERE taken_back_at = %s", LATER) == [(1,)]


def test_a_line_cut_by_a_power_loss_is_left_out_and_the_next_one_is_whole(dana: Acting, rosa: UUID, file: Path) -> None:
    file.write_text('{"at": "2026-11-20T10:00:00+00:00", "cons')
    ana = add_member(dana, rosa, ANA)
    (key,) = give_consent(dana, rosa, RIDES, member_id=ana)
    take_back(dana, rosa, member_id=ana, reason="She said no more")
    assert load_taken_back() == {key: NOW}


def test_a_file_that_cannot_be_written_stops_nobody_and_is_told_in_the_log(
    dana: Acting, rosa: UUID, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("CARELOOP_TAKEN_BACK", str(tmp_path / "nowhere" / "file.jsonl"))
    ana = add_member(dana, rosa, ANA)
    give_consent(dana, rosa, RIDES, member_id=ana)
    assert take_back(dana, rosa, member_id=ana, reason="She said no more") == 1
    assert "could not be kept outside the database" in caplog.text
