"""The first look at a patient's page is light: the page, its styles, its letters and its picture, all counted."""

import re
from pathlib import Path

import pytest
from django.test import Client

import careloop.web

STATIC = Path(careloop.web.__file__).parent / "static"
# The design of patients' pages, 2026-11-21.
MOST = 60 * 1024


def weigh(html: bytes) -> dict[str, int]:
    """Return what a browser without anything kept fetches for a page, in bytes as they lie on the disk: unpacked."""
    parts = {"page": len(html)}
    waiting = re.findall(r'(?:href|src)="/static/([^"]+)"', html.decode())
    while waiting:
        name = waiting.pop()
        path = STATIC / name
        parts[name] = path.stat().st_size
        if path.suffix == ".css":
            for inner in re.findall(r"url\(([^)]+)\)", path.read_text()):
                waiting.append((path.parent / inner).resolve().relative_to(STATIC.resolve()).as_posix())
    return parts


PAGES = ("enter", "all", "visit", "question", "message", "message-changed")


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", [f"portal-{one}" for one in PAGES])
def test_a_page_of_a_patient_is_under_sixty_kilobytes_unpacked(settings: object, name: str, language: str) -> None:
    settings.ROOT_URLCONF = "tests.web.gallery.urls"  # type: ignore[attr-defined]
    html = Client().get(f"/gallery/{name}/", {"lang": language}).content

    parts = weigh(html)

    assert {"page", "web/portal.css", "web/tokens.css"} < parts.keys()
    assert [one for one in parts if one.endswith(".woff2")]
    assert sum(parts.values()) <= MOST, parts
    assert b"<script" not in html
    assert not re.search(rb'(?:src|href|action)="(?:https?:)?//', html), "nobody else is asked for anything"
