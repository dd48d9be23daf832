"""The page of all parts is there in a demo and while debugging, and nowhere else."""

from types import SimpleNamespace
from typing import Any

import pytest

from careloop.web.staff import styleguide
from tests.web.test_screen import ask


def look(*, is_demo: bool, monkeypatch: pytest.MonkeyPatch) -> int:
    request: Any = ask()
    request.me = SimpleNamespace(is_demo=is_demo)
    monkeypatch.setattr(styleguide, "render_styleguide", lambda _request: SimpleNamespace(status_code=200))
    return styleguide.show_styleguide(request).status_code


def test_the_demo_shows_it_and_a_clinic_has_no_such_page(monkeypatch: pytest.MonkeyPatch) -> None:
    assert look(is_demo=True, monkeypatch=monkeypatch) == 200
    assert look(is_demo=False, monkeypatch=monkeypatch) == 404


def test_it_is_there_while_debugging(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:  # noqa: ANN401
    settings.DEBUG = True

    assert look(is_demo=False, monkeypatch=monkeypatch) == 200
