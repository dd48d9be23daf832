"""How to get ready goes by e-mail, else on a page that is told of by text; what is not known is not said."""

import re
from datetime import datetime
from uuid import UUID

import pytest

from careloop.actions.outbox_sending import claim_due, hand_over
from careloop.catalog.messages import load_messages, load_samples, load_tongues
from careloop.facts.access import Acting, Purpose
from careloop.facts.messages import Field
from careloop.facts.outbox import Handed, Went
from tests.actions.look import ask, ask_one, broken_invariants
from tests.actions.places import Places
from tests.actions.records import bring_cared_for, person
from tests.actions.reminding import far, plan, send
from tests.actions.visits import booked
from tests.outgoing import TELECOM
from tests.people import House, system

pytestmark = pytest.mark.django_db
# The rungs before a visit on Monday, 21 December 2026 at 9:00 in New York.
PREPARE = datetime.fromisoformat("2026-12-18T15:00+00:00")


@pytest.fixture(autouse=True)
def with_pages(monkeypatch: pytest.MonkeyPatch, settings: object) -> None:
    monkeypatch.setenv("CARELOOP_PORTAL_URL", "https://care.example")
    settings.DRAFT_WORDS_MAY_GO = True  # type: ignore[attr-defined]


def bring(house: House, language: str, *, mail: bool) -> UUID:
    speaks = [{"language": {"coding": [{"code": language}]}, "preferred": True}]
    telecom = TELECOM if mail else TELECOM[:1]
    return bring_cared_for(house, "rosa", person("rosa", telecom=telecom, communication=speaks))


def sent() -> list[tuple[object, ...]]:
    return ask("SELECT m.road, o.road, m.situation FROM outbox o JOIN message m ON m.id = o.message_id ORDER BY o.id")


@pytest.mark.parametrize(("language", "steps"), [("en", "Bring all your medicines"), ("es", "Traiga todas sus")])
def test_who_has_no_mail_gets_neutral_words_by_text_and_the_steps_on_a_page(
    house: House, dana: Acting, places: Places, language: str, steps: str
) -> None:
    rosa = bring(house, language, mail=False)
    held, _version = booked(dana, rosa, far(places, scan=True))
    plan()

    send(PREPARE)

    assert ("portal", "text", "reminder_prepare") in sent()
    ((text, page, booking),) = ask(
        "SELECT m.pieces ->> 'text', m.pieces ->> 'portal_page', o.booking_id FROM outbox o"
        " JOIN message m ON m.id = o.message_id WHERE m.situation = 'reminder_prepare'"
    )
    assert steps in page
    assert steps not in text
    assert "https://care.example/p/(link)/" in text
    assert booking == held.booking_id
    assert ask("SELECT road FROM reminder WHERE kind = 'prepare' AND state = 'sent'") == [("portal",)]
    ends, starts = ask_one("SELECT expires_at FROM patient_link"), ask_one("SELECT ends_at FROM booking")
    assert ends == starts
    assert broken_invariants() == {}


def test_a_page_that_was_told_of_counts_as_one_try_on_its_own_road(house: House, dana: Acting, places: Places) -> None:
    rosa = bring(house, "en", mail=False)
    held, _version = booked(dana, rosa, far(places, scan=True))
    plan()
    send(PREPARE)
    worker = system(Purpose.SWEEP, PREPARE)
    claimed = claim_due(worker, how_many=10)
    assert claimed is not None

    hand_over(worker, claimed.keys, lambda parcels: [Handed(Went.SENT, str(one.outbox_id)) for one in parcels])

    prepared = "SELECT id FROM message WHERE situation = 'reminder_prepare'"
    assert ask(f"SELECT road FROM contact_try WHERE id = ({prepared})") == [("portal",)]
    loop = ask_one("SELECT loop_id FROM booking WHERE id = %s", held.booking_id)
    assert ask(f"SELECT loop_id FROM contact_try_loop WHERE contact_try_id = ({prepared})") == [(loop,)]


def test_who_has_mail_gets_it_by_mail(house: House, dana: Acting, places: Places) -> None:
    rosa = bring(house, "en", mail=True)
    booked(dana, rosa, far(places, scan=True))
    plan()

    send(PREPARE)

    assert ("email", "email", "reminder_prepare") in sent()
    assert ask("SELECT 1 FROM patient_link") == []


def test_without_an_address_of_pages_and_without_mail_somebody_is_told_that_no_road_is_open(
    house: House, dana: Acting, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CARELOOP_PORTAL_URL")
    rosa = bring(house, "en", mail=False)
    booked(dana, rosa, far(places, scan=True))
    plan()

    send(PREPARE)

    assert ask("SELECT state, why FROM reminder WHERE kind = 'prepare'") == [("withdrawn", "no_road")]


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("key", ["reminder_confirm", "reminder_prepare", "reminder_day_before"])
def test_no_reminder_speaks_of_a_cost_that_nobody_knows_and_none_has_an_empty_sentence(key: str, language: str) -> None:
    template, values = load_messages()[key], load_samples(language)
    assert Field.AMOUNT not in template.fields
    version = template.versions[language]
    said = {str(field): str(value) for field, value in values.items()}
    for words in filter(None, (version.body, version.text)):
        filled = words.format_map(said)
        assert not re.search(r"\$|[.?!:]\s*[.?!:]|\s{2,}|[:,]\s*$", filled), filled
    for text in load_tongues()[language].frames.values():
        assert not re.search(r"[.?!]\s*[.?!]", text.format_map({**said, "body": "Yes"}))


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_steps_of_a_visit_say_nothing_of_what_is_not_known(
    house: House, dana: Acting, places: Places, language: str
) -> None:
    rosa = bring(house, language, mail=True)
    booked(dana, rosa, far(places, scan=True))
    plan()

    send(PREPARE)

    words = str(ask_one("SELECT words FROM message WHERE situation = 'reminder_prepare'"))
    assert "$" not in words
    assert not re.search(r"[.?!:]\s*[.?!:]|\s{2,}|\{|None", words), words
