"""What must never be forgotten on screens: every address is a screen, nothing inline, every word has words."""

import hashlib
import importlib
import pkgutil
import re
import tomllib
from enum import Enum
from pathlib import Path

import pytest
from django.urls import URLPattern

import careloop.actions
import careloop.reads
import careloop.web
from careloop.config.urls import urlpatterns
from careloop.guard.doors import DOORS
from careloop.web.labels import LABELS, label_of
from careloop.web.labels_doors import DOOR_WORDS
from careloop.web.screen import SCREENS
from tests.web.contrast import PAIRS, ratio, read_tokens

WEB = Path(careloop.web.__file__).parent
STATIC = WEB / "static"
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
STYLES = sorted((STATIC / "web").glob("*.css"))

# Answered by the sign-in library, the framework, the health check or to a calendar. Nothing else may be.
NOT_SCREENS = re.compile(
    r"^(allauth\.|django\.views\.i18n\.set_language$|careloop\.web\.(health\.show_alive|feeds\.send_feed|hooks\.\w+)$)"
)


def _view_of(pattern: URLPattern) -> str:
    view = pattern.callback
    return f"{view.__module__}.{getattr(view, '__qualname__', type(view).__name__)}"


@pytest.mark.parametrize("pattern", urlpatterns, ids=lambda p: str(p.pattern) or "today")
def test_every_address_is_a_page_or_a_deed(pattern: URLPattern) -> None:
    view = _view_of(pattern)

    assert view in SCREENS or NOT_SCREENS.match(view)


@pytest.mark.parametrize("kind", LABELS, ids=lambda k: k.__name__)
def test_every_word_of_the_vocabulary_can_be_shown(kind: type[Enum]) -> None:
    assert all(label_of(member) for member in kind)


def test_every_door_that_leaves_a_line_has_words_for_the_log() -> None:
    for package in (careloop.actions, careloop.reads):
        for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            importlib.import_module(module.name)
    # Tests stand behind doors of their own, in this process too.
    ours = {name: kind for name, (kind, _right) in DOORS.items() if not name.startswith("tests.")}
    logged = {name for name, kind in ours.items() if kind != "arriving"}

    without_line = {"actions.sweep.seal_log", "actions.sweep.note_worker", "actions.checks.get_rules_version"}
    assert logged - without_line <= DOOR_WORDS.keys()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: p.name)
def test_templates_hold_no_inline_script_style_or_handler(path: Path) -> None:
    text = path.read_text()
    # What the template language says to itself never reaches a browser.
    sent = re.sub(r"\{%.*?%\}", "", text)

    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\ssrc=)", sent)
    assert "|safe" not in text


def test_the_folder_of_icons_holds_what_is_used_and_nothing_else() -> None:
    named = re.compile(r'(?:\{% icon |\bicon=)"([a-z0-9-]+)"')
    places = [*TEMPLATES, *WEB.glob("*.py"), *WEB.glob("templatetags/*.py")]
    used = {name for path in places for name in named.findall(path.read_text())}

    assert used == {path.stem for path in (WEB / "icons").glob("*.svg")}


@pytest.mark.parametrize("path", STYLES, ids=lambda p: p.name)
def test_styles_know_start_and_end_but_not_left_and_right(path: Path) -> None:
    physical = (
        r"(margin|padding|border|inset)-(left|right|top|bottom)|(?<![-\w])(left|right|top|bottom|float)\s*:"
        r"|text-align:\s*(left|right)"
    )

    assert re.findall(physical, path.read_text()) == []


@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_colours_can_be_told_apart(theme: str, front: str, back: str, least: float) -> None:
    tokens = read_tokens(STATIC / "web" / "tokens.css", theme)

    assert ratio(tokens[front], tokens[back]) >= least


def test_what_comes_from_others_is_what_they_published() -> None:
    listed = tomllib.loads((STATIC / "vendor" / "VENDOR.toml").read_text())["file"]
    folders = [STATIC / "vendor", STATIC / "fonts"]
    there = {p.relative_to(STATIC).as_posix() for f in folders for p in f.iterdir() if p.suffix in (".js", ".woff2")}

    assert {f["path"] for f in listed} == there
    for file in listed:
        assert hashlib.sha256((STATIC / file["path"]).read_bytes()).hexdigest() == file["sha256"], file["path"]
