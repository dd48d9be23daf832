"""A page changes nothing, a deed says one sentence, a refusal is an ordinary answer."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.base import BaseStorage
from django.http import HttpResponse
from django.test import RequestFactory

from careloop.basics.refusals import NotFound, Refusal, TakenMeanwhile
from careloop.basics.words import Say
from careloop.facts.access import Acting, Purpose, Role
from careloop.web.screen import SCREENS, ActingRequest, Attempt, Told, deed, page
from careloop.web.seals import FIELD, seal
from careloop.web.staff.forms import LoopForm, read_form

AT = datetime(2026, 11, 20, 15, tzinfo=UTC)
ACTING = Acting(UUID(int=1), Role.COORDINATOR, AT, Purpose.TREATMENT)
LOOP = UUID(int=7)
ROSA = UUID(int=5)


class Said(BaseStorage):
    """Messages kept in a list, so that a test can read what the person was told."""

    def _get(self, *_: object, **__: object) -> tuple[list[object], bool]:
        return [], True


def ask(method: str = "get", data: dict[str, str] | None = None, **headers: str) -> Any:  # noqa: ANN401
    sealed = {FIELD: seal(ROSA, ACTING.person_id, AT)} if method == "post" else {}
    request: Any = getattr(RequestFactory(headers=headers), method)("/", sealed | (data or {}))
    request._messages = Said(request)
    request.acting, request.me, request.theme, request.today = ACTING, None, "", date(2026, 11, 20)
    request.user = AnonymousUser()
    return request


@pytest.fixture(autouse=True)
def _only_real_screens() -> Any:  # noqa: ANN401
    """Screens that a test makes are forgotten after it."""
    before = dict(SCREENS)
    yield
    SCREENS.clear()
    SCREENS.update(before)


def make_deed(do: Callable[[], Told], again: Any = None) -> Callable[..., HttpResponse]:  # noqa: ANN401
    @deed(back_to=lambda request, loop_id: "/back/", again=again)
    def act(acting: Acting, request: ActingRequest, loop_id: UUID) -> Told:
        return do()

    return act


def test_page_does_not_answer_post() -> None:
    @page()
    def show(acting: Acting, request: ActingRequest) -> HttpResponse:
        raise AssertionError

    assert show(ask("post")).status_code == 405


def test_page_answers_head_as_it_does_get() -> None:
    @page()
    def show(acting: Acting, request: ActingRequest) -> HttpResponse:
        return HttpResponse("here")

    assert show(ask("head")).status_code == show(ask("get")).status_code == 200


def test_deed_does_not_answer_get() -> None:
    def do() -> Told:
        raise AssertionError

    assert make_deed(do)(ask(), loop_id=LOOP).status_code == 405


def test_deed_says_one_sentence_and_goes_back() -> None:
    request = ask("post")

    answer = make_deed(lambda: Told("Closed.", undo=(LOOP, 4)))(request, loop_id=LOOP)

    assert (answer.status_code, answer["Location"]) == (303, "/back/")
    assert [(m.message, m.extra_tags) for m in request._messages] == [("Closed.", f"undo:{LOOP}:4:{ROSA}")]


def test_not_found_and_not_yours_are_one_answer() -> None:
    @page()
    def show(acting: Acting, request: ActingRequest) -> HttpResponse:
        raise NotFound

    def do() -> Told:
        raise NotFound

    shown, done = show(ask()), make_deed(do)(ask("post"), loop_id=LOOP)

    assert shown.status_code == done.status_code == 404
    assert shown.content == done.content
    assert b"supervisor" in shown.content


def test_refusal_shows_the_page_again_with_what_was_typed() -> None:
    kept: list[Attempt] = []

    def again(acting: Acting, request: ActingRequest, attempt: Attempt, loop_id: UUID) -> HttpResponse:
        kept.append(attempt)
        return HttpResponse("again")

    refusal = TakenMeanwhile(Say("text.free", text="Lee was first."))

    def do() -> Told:
        raise refusal

    answer = make_deed(do, again)(ask("post", {"note": "She called.", "version": "3"}), loop_id=LOOP)

    assert answer.status_code == 409
    assert kept == [
        Attempt(
            verb="act",
            loop_id=LOOP,
            values={"note": "She called.", "version": "3"},
            say=Say("text.free", text="Lee was first."),
            taken=True,
            refusal=refusal,
        )
    ]


def test_form_that_cannot_be_read_is_shown_again() -> None:
    kept: list[Attempt] = []

    def again(acting: Acting, request: ActingRequest, attempt: Attempt, patient_id: UUID) -> HttpResponse:
        kept.append(attempt)
        return HttpResponse("again")

    request = ask("post", {"version": "not a number"})

    @deed(back_to=lambda request, patient_id: "/back/", again=again)
    def act(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
        read_form(LoopForm, request)
        raise AssertionError

    answer = act(request, patient_id=ROSA)

    assert answer.status_code == 422
    assert list(kept[0].errors) == ["version"]


def test_refusal_without_a_page_to_go_back_to_is_a_page_of_its_own() -> None:
    def do() -> Told:
        raise Refusal(Say("text.free", text="The day has passed."))

    answer = make_deed(do)(ask("post"), loop_id=LOOP)

    assert answer.status_code == 409
    assert b"The day has passed." in answer.content


def test_a_bug_is_not_taken_for_a_refusal() -> None:
    def do() -> Told:
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011
        make_deed(do)(ask("post"), loop_id=LOOP)


def test_somebody_who_is_not_signed_in_is_sent_to_sign_in() -> None:
    @page()
    def show(acting: Acting, request: ActingRequest) -> HttpResponse:
        raise AssertionError

    request, part = ask(), ask(**{"hx-request": "true"})
    request.acting = part.acting = None

    assert show(request)["Location"].startswith("/sign-in/")
    # A part of a page must not become the sign-in form: the browser goes there as a whole.
    assert show(part).status_code == 401
    assert show(part)["HX-Redirect"].startswith("/sign-in/")


def test_remembered_choice_is_a_cookie_that_scripts_cannot_read() -> None:
    answer = make_deed(lambda: Told("Set.", remember=("theme", "dark")))(ask("post"), loop_id=LOOP)

    assert answer.cookies["theme"].value == "dark"
    assert answer.cookies["theme"]["httponly"]
