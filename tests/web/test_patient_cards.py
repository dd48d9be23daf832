"""The patient's page as markup: a broken card leaves the others, every number leads somewhere, long lists are cut."""

import logging
import re

import pytest
from django.test import Client

from careloop.basics.refusals import NotFound
from careloop.web.templatetags import drawn


@pytest.fixture
def client(settings: object) -> Client:
    settings.ROOT_URLCONF = "tests.web.gallery.urls"  # type: ignore[attr-defined]
    return Client()


def page_of(client: Client, name: str = "patient", language: str = "en") -> str:
    return client.get(f"/gallery/{name}/", {"lang": language}).content.decode()


def test_a_card_that_breaks_says_so_with_a_number_and_leaves_the_others(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        message = "no such shape"
        raise ValueError(message)

    monkeypatch.setattr(drawn, "plot", broken)
    with caplog.at_level(logging.ERROR, logger="careloop.web"):
        html = page_of(client)

    (number,) = re.findall(r"<code>([0-9a-f]{8})</code>", html)
    assert number in caplog.text
    assert html.count("This part could not be shown.") == 1
    assert "no such shape" not in html
    for part in ('id="loops"', 'id="timeline"', 'id="documents"', 'id="goals"', 'id="next"'):
        assert part in html
    assert 'id="plots"' not in html


def test_a_refusal_inside_a_card_is_not_taken_for_a_broken_card(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise NotFound

    monkeypatch.setattr(drawn, "plot", refused)

    with pytest.raises(NotFound):
        page_of(client)


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", ["patient", "patient-large", "patient-linked", "patient-starting", "loop"])
def test_every_link_into_the_page_leads_to_an_element_of_it(client: Client, name: str, language: str) -> None:
    html = page_of(client, name, language)

    ids = set(re.findall(r'\bid="([^"]+)"', html))
    leads = {one for one in re.findall(r'href="#([^"]+)"', html) if not one.startswith("keys")}
    assert leads - ids == set()


def test_every_number_of_the_story_stands_in_its_sources_once(client: Client) -> None:
    html = page_of(client)

    numbers = [int(one) for one in re.findall(r'href="#source-(\d+)"', html)]
    sources = [int(one) for one in re.findall(r'id="source-(\d+)"', html)]
    assert sources == list(range(1, max(numbers) + 1)) == sorted(set(numbers))


def test_everything_on_the_timeline_stands_in_the_table_beside_it(client: Client) -> None:
    html = page_of(client)
    table = html[html.index("See as a list") :]
    table = table[: table.index("</table>")]

    for words in ("Hospital stay", "Heart ultrasound", "Heart doctor, first visit", "Clinic visit", "Harbor Advantage"):
        assert words in table
    assert html.count('<svg class="tl ') == len(drawn.WIDTHS)


def test_numbers_in_drawings_have_a_point_in_every_language(client: Client) -> None:
    for language in ("en", "es"):
        html = page_of(client, language=language)
        for svg in re.findall(r"<svg class=\"tl .*?</svg>", html, re.DOTALL):
            assert not re.search(r'(?:x|y|width|height|cx|cy|r)="[^"]*,', svg)


def test_a_long_record_is_cut_and_says_how_much_there_is(client: Client) -> None:
    html = page_of(client, "patient-large")
    loops = html[html.index('id="loops"') :]
    loops = loops[: loops.index("</table>")]

    assert loops.count("<tr") == drawn.LOOPS + 1
    assert "Show all 240" in html
    assert html.count('class="lines"') > 0
    assert html.count("Problem number") < 40


def test_the_parts_of_a_page_are_nine_at_most_and_each_has_its_key(client: Client) -> None:
    html = page_of(client)
    keys = re.findall(r'<a href="#[^"]+" data-key="(\d)"', html)

    assert keys == [str(n + 1) for n in range(len(keys))]
    assert 5 < len(keys) <= 9


def test_a_person_of_whom_nothing_is_known_gets_five_steps_and_one_button(client: Client) -> None:
    html = page_of(client, "patient-starting")
    steps = html[html.index('id="starter-title"') :]
    steps = steps[: steps.index("</section>")]

    assert steps.count("<li") == 5
    assert steps.count('class="btn') == 1
    assert 'href="#new-task"' in steps


def test_a_role_without_loops_is_not_told_that_nothing_is_open(client: Client) -> None:
    html = page_of(client, "patient-new")

    assert "Nothing is open for this person" not in html
    assert "Nothing is waiting" not in html


def test_forms_on_the_page_of_a_loop_lead_back_to_it(client: Client) -> None:
    html = page_of(client, "loop")

    assert html.count('name="own" value="on"') == html.count('action="/loops/')
    assert 'name="tab"' not in html


@pytest.mark.parametrize(
    ("name", "words"),
    [("loop", "Log a contact"), ("loop-finished", "Done"), ("loop-finished-noted", "Done: as noted")],
)
def test_the_one_solid_button_of_a_loop_is_to_close_it_once_all_took_place(
    client: Client, name: str, words: str
) -> None:
    solid = re.findall(r'class="btn[^"]*\bprimary\b.*?<span>([^<]*)</span>', page_of(client, name), re.DOTALL)

    assert solid == [words]


def test_whoever_may_only_look_gets_no_forms_on_the_page_of_a_loop(client: Client) -> None:
    assert "You can look at this, but not change it." in page_of(client, "loop-look")
    assert 'action="/loops/' not in page_of(client, "loop-look")


def test_a_picture_of_a_right_to_left_page_is_mirrored(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def chip_of(html: str) -> float:
        return float(re.findall(r'class="tl-today" d="M([\d.]+)', html)[0])

    usual = chip_of(page_of(client))
    monkeypatch.setattr(drawn.translation, "get_language_bidi", lambda: True)

    assert chip_of(page_of(client)) == pytest.approx(drawn.WIDTHS[0] - usual, abs=0.2)
