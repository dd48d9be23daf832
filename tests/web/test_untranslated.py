"""Every page in the language en-XA: a word without brackets that is no fact of a record was forgotten."""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from html.parser import HTMLParser
from itertools import product
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client, override_settings

from careloop.catalog.itineraries import load_templates
from careloop.catalog.knowledge import load_knowledge
from careloop.catalog.reach import load_ladders
from careloop.formats.directory_table import COLUMNS
from careloop.web.portal import screen
from careloop.web.templatetags import drawn, house, portal
from tests.web.gallery.urls import SHOWN
from tests.web.pseudo import CLOSE, OPEN, TAG, bracket, write_language

# Names that are the same in every language, and keys.
NAMES = (
    "Careloop",
    "Ctrl",
    "Enter",
    "Esc",
    "PDF",
    "FHIR",
    "ID",
    "English",
    "Español",
    "Pseudo",
    "Dana Okafor",
    "Vietnamese",
)
# The page of all parts shows made-up words; the page of a bug is made without the reader's language.
LEFT_OUT = {"styleguide", "bug"}


class _Words(HTMLParser):
    """Collects the words of a page that are not in a time, a code, a script or a field."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("time", "code", "script", "style", "textarea", "kbd", "bdi", "q", "pre"):
            self._silent.append(tag)
        self.found += [str(v) for name, v in attrs if name in ("aria-label", "title", "placeholder") and v]

    def handle_endtag(self, tag: str) -> None:
        if self._silent and self._silent[-1] == tag:
            self._silent.pop()

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.found.append(data)


def words_in(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]{2,}", text))


@cache
def known() -> set[str]:
    """Return the words of what pages are filled with: they are facts, and stay as they are."""
    places = [*Path("tests/web/gallery").glob("*.py"), *Path("tests/rules/chart_lists").glob("*.py")]
    sources = [rule.source for rule in load_knowledge().rules.values()]
    for template in load_templates().values():
        sources += [part.source for part in (*template.steps, *template.gaps)]
    told = [f"{one.organization} {one.title} {one.section}" for one in sources]
    told += [ladder.source for kind in load_ladders().values() for ladder in kind]
    days = [
        *(date(2026, n, n).strftime("%b %B %a %A") for n in range(1, 13)),
        date(2026, 11, 20).strftime("%A"),
        "am pm KB MB bytes mmHg",
        *COLUMNS,
    ]
    return words_in(" ".join([*(place.read_text().replace("\\n", " ") for place in places), *told, *days, *NAMES]))


@pytest.fixture(scope="module")
def pseudo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let every page of the gallery speak the language, which is written and read once for all of them."""
    folder = tmp_path_factory.mktemp("pseudo")
    write_language(folder)
    speaking = override_settings(
        LOCALE_PATHS=[folder],
        LANGUAGES=[*settings.LANGUAGES, (TAG, "Pseudo")],
        ROOT_URLCONF="tests.web.gallery.urls",
        ALLOWED_HOSTS=["testserver"],
    )
    with speaking, pytest.MonkeyPatch.context() as patch:
        # Sentences of rules have their own test of completeness; here they count as said.
        for room, name in product((drawn, house), ("speak", "speak_day")):
            said = getattr(room, name)
            patch.setattr(room, name, lambda *given, _said=said, **named: bracket(_said(*given, **named)))
        # Pages of patients speak a language of their own choice, and their rules' sentences in it.
        for place in (screen, portal):
            patch.setattr(place, "choose_language", lambda *_wanted: TAG)
        for name in ("speak_plain", "write_wall"):
            plain = getattr(portal, name)
            patch.setattr(portal, name, lambda given, _language, _plain=plain: bracket(_plain(given, "en")))
        yield


def without_brackets(words: str) -> str:
    """Return what is left of words when everything in brackets is taken out, the innermost first."""
    inner = re.compile(f"{OPEN}[^{OPEN}{CLOSE}]*{CLOSE}")
    while inner.search(words):
        words = inner.sub("", words)
    # A label of a picture that was cut short lost its last bracket, never its first; a name ends within a word.
    return re.sub(r"\w*…", "", re.sub(f"{OPEN}[^{CLOSE}]*…", "", words))


@pytest.mark.usefixtures("pseudo")
@pytest.mark.parametrize("name", [name for name in SHOWN if name not in LEFT_OUT])
def test_every_word_of_the_page_went_through_the_catalog(client: Client, name: str) -> None:
    answer = client.get(f"/gallery/{name}/", {"lang": TAG})
    page = _Words()
    page.feed(answer.content.decode())

    left = {" ".join(without_brackets(found).split()) for found in page.found}
    # Initials stand in a circle beside the name.
    forgotten = {words for words in left if not re.fullmatch(r"[^\W\d_]{1,2}", words) and words_in(words) - known()}

    assert OPEN in answer.content.decode()
    assert forgotten == set()


def test_a_forgotten_word_is_noticed() -> None:
    assert without_brackets("⟦Born ⟦14 Mar⟧⟧ and forgotten") == " and forgotten"
