"""Pages behind a link in a browser without scripts: nothing before the birth date, one thing after it, then closed."""

import logging
import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from careloop.actions.patient_links import end_link, give_link
from careloop.actions.worklist import open_task
from careloop.config.logs import PlainFormatter
from careloop.facts.portal import SESSION_MINUTES, TRIES, AnswerForm, GivenLink, LinkDraft, LinkPurpose
from careloop.facts.scheduling import Held
from careloop.web.portal.screen import COOKIE
from tests.actions.look import ask_one
from tests.actions.places import Places, make_places
from tests.actions.visits import booked
from tests.guard.standing import log_lines
from tests.outgoing import bring_reachable
from tests.people import NOW, House
from tests.web.records import sealed_for
from tests.web.test_documents import house, rosa, sign_in
from tests.web.test_visits import other_patient

__all__ = ["house", "rosa"]

pytestmark = pytest.mark.django_db
NEXT = LinkDraft(LinkPurpose.NEXT, 7)


@pytest.fixture(autouse=True)
def _at_rest(monkeypatch: pytest.MonkeyPatch, settings: object) -> None:
    monkeypatch.setenv("CARELOOP_CLOCK", NOW.isoformat())
    settings.CLINIC_PHONE = "(555) 010-0100"  # type: ignore[attr-defined]


@pytest.fixture
def born(rosa: UUID) -> dict[str, str]:
    day = ask_one("SELECT birth_on FROM patient WHERE id = %s", rosa)
    return {"month": str(day.month), "day": str(day.day), "year": str(day.year)}


@pytest.fixture
def visit(house: House, rosa: UUID) -> tuple[Held, int]:
    places: Places = make_places(house)
    return booked(house.acting("dana"), rosa, places.talk_at(9))


def address_of(given: GivenLink) -> str:
    return reverse("portal-enter", kwargs={"token": given.token})


def opened(given: GivenLink, born: dict[str, str]) -> Client:
    browser = Client()
    answer = browser.post(address_of(given), born)
    assert (answer.status_code, answer["Location"]) == (303, "/p/here/")
    return browser


def form_of(browser: Client) -> str:
    (form, *_rest) = re.findall(r'name="shown" value="([^"]+)"', browser.get("/p/here/").content.decode())
    return str(form)


def test_the_first_page_is_the_same_for_every_token_and_names_nobody(house: House, rosa: UUID) -> None:
    given = give_link(house.acting("dana"), rosa, NEXT)

    known, unknown = (Client().get(address) for address in (address_of(given), "/p/nobody-has-this-token/"))

    assert (known.status_code, known.content) == (200, unknown.content)
    assert known["Referrer-Policy"] == "no-referrer"
    assert known["Cache-Control"] == "no-store"
    assert known.cookies == {}
    for word in ("Rosa", "Alvarez", "Dana", "Cardiology", given.token):
        assert word not in known.content.decode()
    assert ask_one("SELECT tries + uses FROM patient_link WHERE id = %s", given.link_id) == 0
    assert "(555) 010-0100" in known.content.decode()


def test_a_wrong_date_and_an_unknown_token_get_one_answer_and_the_fifth_locks(
    house: House, rosa: UUID, born: dict[str, str]
) -> None:
    given = give_link(house.acting("dana"), rosa, NEXT)
    wrong = born | {"year": "1901"}
    unknown = Client().post("/p/nobody-has-this-token/", wrong)

    for _n in range(TRIES):
        answer = Client().post(address_of(given), wrong)
        assert (answer.status_code, answer.content, answer.cookies) == (403, unknown.content, {})

    assert Client().post(address_of(given), born).status_code == 403
    unclear = Client().post(address_of(given), born | {"day": "31", "month": "2"})
    assert unclear.status_code == 422
    assert ask_one("SELECT tries FROM patient_link WHERE id = %s", given.link_id) == TRIES


def test_the_cookie_is_its_own_short_and_out_of_reach_of_scripts(
    house: House, rosa: UUID, born: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = opened(give_link(house.acting("dana"), rosa, NEXT), born)

    cookie = browser.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", "/p/")
    assert cookie["max-age"] == SESSION_MINUTES * 60
    assert "sessionid" not in browser.cookies
    assert browser.get("/p/here/").status_code == 200
    assert browser.get("/").status_code == 302
    late = NOW + timedelta(minutes=SESSION_MINUTES)
    monkeypatch.setenv("CARELOOP_CLOCK", late.isoformat())
    assert browser.get("/p/here/").status_code == 404
    browser.cookies[COOKIE] = "x" + cookie.value
    monkeypatch.setenv("CARELOOP_CLOCK", NOW.isoformat())
    assert browser.get("/p/here/").status_code == 404


def test_ended_while_it_is_open_the_next_page_is_closed(house: House, rosa: UUID, born: dict[str, str]) -> None:
    given = give_link(house.acting("dana"), rosa, NEXT)
    browser = opened(given, born)
    assert browser.get("/p/here/").status_code == 200

    end_link(house.acting("dana"), rosa, link_id=given.link_id)

    closed = browser.get("/p/here/")
    assert (closed.status_code, closed.cookies[COOKIE].value) == (404, "")
    assert closed.content == Client().get("/p/here/").content
    assert browser.get("/p/here/large.pdf").status_code == 404


def test_a_visit_is_confirmed_and_another_time_asked_for(
    house: House, rosa: UUID, visit: tuple[Held, int], born: dict[str, str]
) -> None:
    held, version = visit
    browser = opened(give_link(house.acting("dana"), rosa, LinkDraft(LinkPurpose.VISIT, 7, held.booking_id)), born)
    shown = browser.get("/p/here/").content.decode()
    assert "Monday, November 23 at 9 in the morning" in shown
    assert "Harbor Heart" in shown
    assert "Cardiology" not in shown
    yes, sent = reverse("portal-confirm", args=[held.booking_id]), {"version": version, "shown": form_of(browser)}
    assert browser.post(yes, sent | {"shown": "x"}).status_code == 404
    assert ask_one("SELECT state FROM booking WHERE id = %s", held.booking_id) == "booked"

    browser = opened(give_link(house.acting("dana"), rosa, LinkDraft(LinkPurpose.VISIT, 7, held.booking_id)), born)
    done = browser.post(yes, {"version": version, "shown": form_of(browser)}, follow=True)

    assert "We know that you will come" in done.content.decode()
    assert ask_one("SELECT state FROM booking WHERE id = %s", held.booking_id) == "confirmed"
    other = {"version": version + 1, "shown": form_of(browser), "part": "afternoon", "words": "I need a ride."}
    asked = browser.post(reverse("portal-change", args=[held.booking_id]), other, follow=True)
    assert "We will call you to find a new time" in asked.content.decode()
    stale = browser.post(reverse("portal-change", args=[held.booking_id]), other | {"version": version})
    assert (stale.status_code, "This visit has changed" in stale.content.decode()) == (409, True)


def test_a_question_is_answered_in_the_patients_language(house: House, rosa: UUID, born: dict[str, str]) -> None:
    draft = LinkDraft(LinkPurpose.QUESTION, 7, question="¿Tomó la pastilla?", answer_form=AnswerForm.YES_NO)
    browser = opened(give_link(house.acting("dana"), rosa, draft), born)
    assert "¿Tomó la pastilla?" in browser.get("/p/here/?words=es").content.decode()
    empty = browser.post("/p/here/answer/", {"shown": form_of(browser)})
    assert empty.status_code == 409

    browser.post("/p/here/answer/", {"shown": form_of(browser), "yes": "yes", "words": "Ayer."})

    assert ask_one("SELECT words FROM patient_link_step WHERE step = 'answered'") in ("Yes. Ayer.", "Sí. Ayer.")
    again = browser.post("/p/here/answer/", {"shown": form_of(browser), "yes": "no"})
    assert again.status_code == 409


def test_what_happens_next_says_all_that_is_open_and_nothing_of_what_it_is_about(
    house: House, rosa: UUID, visit: tuple[Held, int], born: dict[str, str]
) -> None:
    dana = house.acting("dana")
    open_task(dana, rosa, title="Tell her that the biopsy is bad", due_on=NOW.date() + timedelta(days=6), note="Secret")
    browser = opened(give_link(dana, rosa, LinkDraft(LinkPurpose.ALL, 7)), born)

    english, spanish = (browser.get(f"/p/here/?words={one}").content.decode() for one in ("en", "es"))

    assert "You have a visit on Monday, November 23 at 9 in the morning." in english
    assert "We are doing something for your care." in english
    assert "We plan to do this by Thursday, November 26." in english
    assert "Dana does this." in english
    assert "Usted tiene una cita el lunes 23 de noviembre a las 9 de la mañana." in spanish
    assert '<html lang="es"' in spanish
    for word in ("biopsy", "Secret", "Cardiology", "Rivera"):
        assert word not in english + spanish
    pages = browser.get("/p/here/large.pdf")
    assert (pages["Content-Type"], pages.content[:5]) == ("application/pdf", b"%PDF-")
    assert pages["Referrer-Policy"] == "no-referrer"


def test_no_token_is_in_a_log_and_every_look_is_in_the_audit_in_the_patients_name(
    house: House, rosa: UUID, born: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    with log_lines() as lines, caplog.at_level(logging.DEBUG):
        given = give_link(house.acting("dana"), rosa, NEXT)
        opened(given, born).get("/p/here/")
        Client().post(address_of(given), born | {"year": "1901"})
        Client().post("/p/nobody-has-this-token/", born)

    # What the server writes of a request is its status, never its address.
    written = [PlainFormatter().format(record) for record in caplog.records]
    assert given.token not in "".join(written)
    assert [(line.what, line.role, line.outcome) for line in lines] == [
        ("actions.patient_links.give_link", "coordinator", "done"),
        ("actions.patient_links.open_link", "system", "done"),
        ("reads.portal.get_portal_page", "patient", "seen"),
        ("actions.patient_links.open_link", "system", "done"),
    ]
    assert [line.patient_id or line.patient_ids for line in lines] == [rosa, (rosa,), rosa, (rosa,)]
    assert all(given.token not in str(line) for line in lines)


def test_the_staff_gives_a_link_sees_it_once_and_ends_it(house: House, rosa: UUID) -> None:
    dana = sign_in("dana")
    page = reverse("patient-links", args=[rosa])
    assert "What the person would see today" in dana.get(f"{page}?for=all").content.decode()
    sent = {"purpose": "next", "days": "7", **sealed_for(dana, rosa)}

    shown = dana.post(reverse("patient-link-give", args=[rosa]), sent).content.decode()

    (token,) = re.findall(r"<code>http://testserver/p/([^<]+)/</code>", shown)
    assert "data:image/svg+xml;base64," in shown
    assert token not in dana.get(page).content.decode()
    assert dana.post(reverse("patient-link-give", args=[rosa]), {"purpose": "next", "days": "7"}).status_code == 409
    refused = dana.post(reverse("patient-link-give", args=[rosa]), sent | {"purpose": "visit"})
    assert (refused.status_code, "Choose the visit" in refused.content.decode()) == (409, True)
    (link,) = re.findall(r'name="link" value="([^"]+)"', dana.get(page).content.decode())
    assert (
        dana.post(reverse("patient-link-end", args=[rosa]), {"link": link, **sealed_for(dana, rosa)}).status_code == 303
    )
    assert "Ended" in dana.get(page).content.decode()
    for who in ("kim", "ines", "tom"):
        assert sign_in(who).get(page).status_code == 404


def test_the_staff_sends_a_link_and_nobody_sees_its_token(house: House, rosa: UUID) -> None:
    reachable, dana = bring_reachable(house, "reachable"), sign_in("dana")
    page = dana.get(reverse("patient-links", args=[reachable])).content.decode()
    assert "Here is your own page" in page
    sent = {"purpose": "next", "days": "7", "road": "text", **sealed_for(dana, reachable)}

    gone = dana.post(reverse("patient-link-send", args=[reachable]), sent)

    assert gone.status_code == 303
    assert "/p/(link)/" in dana.get(gone["Location"]).content.decode()
    for road in ("letter", ""):
        again = sent | {"road": road, **sealed_for(dana, reachable)}
        assert dana.post(reverse("patient-link-send", args=[reachable]), again).status_code == 422
    assert sign_in("kim").post(reverse("patient-link-send", args=[reachable]), sent).status_code in (404, 409)


def test_a_link_opens_under_the_address_that_the_clinic_was_given_at_its_setting_up(house: House, rosa: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('careloop.purpose', 'system:operate', true)")
        cursor.execute("UPDATE clinic SET portal_url = 'https://care.example'")
    dana = sign_in("dana")
    sent = {"purpose": "next", "days": "7", **sealed_for(dana, rosa)}

    shown = dana.post(reverse("patient-link-give", args=[rosa]), sent).content.decode()

    assert re.findall(r"<code>https://care\.example/p/[^<]+/</code>", shown)


def test_what_happens_next_is_printed_for_whoever_has_no_telephone(house: House, rosa: UUID) -> None:
    address = reverse("patient-next", args=[rosa])

    answer = sign_in("dana").get(address)

    assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    assert sign_in("kim").get(address).status_code == 404


def test_nobody_gives_a_link_about_somebody_elses_visit(house: House, rosa: UUID, visit: tuple[Held, int]) -> None:
    dana, other = sign_in("dana"), other_patient(house)
    sent = {"purpose": "visit", "days": "7", "visit": str(visit[0].booking_id), **sealed_for(dana, other)}

    assert dana.post(reverse("patient-link-give", args=[other]), sent).status_code == 404
