"""Every page in every state renders without a database: templates see only the values they are given."""

import re
from html.parser import HTMLParser

import pytest
from django.test import Client

from tests.web.gallery import values
from tests.web.gallery.urls import SHOWN

BUGS = {"bug"}


@pytest.fixture
def client(settings: object) -> Client:
    settings.ROOT_URLCONF = "tests.web.gallery.urls"  # type: ignore[attr-defined]
    return Client()


class _Page(HTMLParser):
    """Collects what the rules of every screen are about."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.headings: list[int] = []
        self.primary = 0
        self.fields: list[str] = []
        self.labelled: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if given.get("id"):
            self.ids.append(str(given["id"]))
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        self.primary += "primary" in str(given.get("class") or "").split()
        if tag in ("select", "textarea") or (tag == "input" and given.get("type") != "hidden"):
            self.fields.append(str(given.get("id")))
        if tag == "label":
            self.labelled.append(str(given.get("for")))


def read(html: str) -> _Page:
    page = _Page()
    page.feed(html)
    return page


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", SHOWN)
def test_page_keeps_the_rules_of_every_screen(client: Client, name: str, language: str) -> None:
    html = client.get(f"/gallery/{name}/", {"lang": language}).content.decode()
    page = read(html)

    assert page.headings.count(1) == 1
    assert len(page.ids) == len(set(page.ids)), "an id stands twice"
    assert page.primary <= 1, "more than one solid button"
    assert set(page.fields) <= set(page.labelled), "a field without a label"


@pytest.mark.parametrize("name", SHOWN)
def test_title_names_nobody(client: Client, name: str) -> None:
    html = client.get(f"/gallery/{name}/").content.decode()
    title = re.search(r"<title>(.*?)</title>", html, re.DOTALL)

    assert title
    assert not any(part in title.group(1) for part in ("Rosa", "Tran", "Maximiliana", "فاطمة"))


def test_reason_of_a_row_is_shown_whole(client: Client) -> None:
    html = client.get("/gallery/today/").content.decode()

    for row in values.ROWS:
        for sentence in row.because:
            assert str(dict(sentence.values)["text"]).replace("'", "&#x27;") in html


def test_words_of_a_record_are_never_taken_for_markup(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    evil = '<img src=x onerror="alert(1)">'
    monkeypatch.setattr(values, "LONG_NAME", evil)
    row = values.row(9, evil, evil, evil, values.deadline(values.Tone.LATE, evil, evil), owner_name=evil)
    monkeypatch.setattr(values, "ROWS", (row, row, row))

    for name in ("today-silent", "patient"):
        html = client.get(f"/gallery/{name}/").content.decode()

        assert "<img" not in html
        assert "&lt;img" in html


def test_both_versions_stand_side_by_side_and_what_was_typed_is_kept(client: Client) -> None:
    html = client.get("/gallery/today-taken/").content.decode()

    assert "What you wanted" in html
    assert "How it stands now" in html
    assert 'value="She asked for next week."' in html
    assert "Lee Martin logged a contact." in html
    # The form that is sent again rests on the newer version, not on the one that was sent.
    assert 'name="version" value="3"' in html
    assert 'name="version" value="2"' not in html


def test_unclear_field_is_named_and_linked_from_the_summary(client: Client) -> None:
    html = client.get("/gallery/today-unclear/").content.decode()
    field = f"reason-dismiss-{values.ROWS[0].id}"

    assert f'<a href="#{field}">' in html
    assert f'id="{field}"' in html


def test_silent_worker_is_said_on_today(client: Client) -> None:
    assert "The background worker is silent." in client.get("/gallery/today-silent/").content.decode()
    assert "The background worker is silent." not in client.get("/gallery/today/").content.decode()


def test_somebody_who_may_only_look_gets_no_forms(client: Client) -> None:
    html = client.get("/gallery/today-silent/").content.decode()

    assert "You can look at this, but not change it." in html
    assert "-finish-" not in html


def test_measured_value_keeps_the_digits_of_the_record(client: Client) -> None:
    assert "<b>9.10</b> %" in client.get("/gallery/patient/", {"lang": "es"}).content.decode()


def test_bug_page_shows_an_error_id_and_nothing_else(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    answer = client.get("/gallery/bug/")
    error_id = re.search(r"<code>([0-9a-f]{8})</code>", answer.content.decode())

    assert answer.status_code == 500
    assert error_id
    assert error_id.group(1) in caplog.text


def test_fewer_than_three_plans_say_why_and_three_do_not(client: Client) -> None:
    why = "There is no third plan, because one of these is the best in two things at once."

    assert why in client.get("/gallery/plan-few/").content.decode()
    assert why not in client.get("/gallery/plan/").content.decode()


def test_only_where_nobody_waits_for_a_report_its_form_asks_what_it_is(client: Client) -> None:
    asks = 'id="do-report-what"'

    assert asks in client.get("/gallery/referral-early/").content.decode()
    dated = client.get("/gallery/referral-dated/").content.decode()
    assert asks not in dated
    assert 'id="do-report-file"' in dated


def test_what_is_open_before_a_visit_elsewhere_says_its_day_and_whether_that_was_verified(client: Client) -> None:
    page = " ".join(client.get("/gallery/referral-dated/").content.decode().split())

    assert page.count("In order by") == 2
    assert page.count("(not verified)") == 2
    assert "Product default, for the clinic to set</span> (not verified)" in page
    assert "Rides of the county, its handbook</span>." in page
