from uuid import UUID

import pytest
from django.test import RequestFactory
from django.utils import translation

from careloop.facts.worklist import ContactResult, Outcome
from careloop.web.screen import Unclear
from careloop.web.staff import forms
from careloop.web.staff.forms import read_form

LEE = UUID(int=2)
V = {"version": "3"}


def read(kind: type, data: dict[str, str]) -> dict[str, object]:
    return read_form(kind, RequestFactory().post("/", data))


@pytest.mark.parametrize(
    ("to", "receiver"),
    [(f"person:{LEE}", (LEE, None)), ("team:4", (None, 4))],
)
def test_hand_off_names_a_person_or_a_team(to: str, receiver: object) -> None:
    assert read(forms.HandOffForm, V | {"to": to})["to"] == receiver


@pytest.mark.parametrize("to", ["", "team:", "person:4", "team:99999999999999", "person:" + "-" * 36, "team:1;2"])
def test_hand_off_to_nobody_is_not_clear(to: str) -> None:
    with pytest.raises(Unclear) as no:
        read(forms.HandOffForm, V | {"to": to})

    assert list(no.value.form.errors) == ["to"]


@pytest.mark.parametrize("kind", [forms.SnoozeForm, forms.DismissForm, forms.ReopenForm])
def test_reason_is_asked_for(kind: type) -> None:
    with translation.override("en"):
        with pytest.raises(Unclear) as no:
            read(kind, V | {"until": "2026-12-01", "outcome": "duplicate", "reason": "  "})

        assert no.value.form.errors["reason"] == ["Say why, in a few words."]


def test_how_a_contact_went_is_read_as_the_vocabulary_has_it() -> None:
    assert read(forms.ContactForm, V | {"result": "no_answer"})["result"] is ContactResult.NO_ANSWER


def test_the_dead_are_not_closed_by_a_form() -> None:
    for kind in (forms.FinishForm, forms.DismissForm):
        with pytest.raises(Unclear):
            read(kind, V | {"outcome": Outcome.DECEASED, "note": "n", "reason": "r"})


def test_closing_asks_for_what_shows_it() -> None:
    with pytest.raises(Unclear) as no:
        read(forms.FinishForm, V | {"outcome": "done", "note": ""})

    assert list(no.value.form.errors) == ["note"]


def test_task_without_a_receiver_is_for_oneself() -> None:
    typed = read(forms.TaskForm, {"patient": str(LEE), "title": "Call the pharmacy", "to": ""})

    assert (typed["to"], typed["due_on"], typed["note"]) == ((None, None), None, "")


def test_way_back_takes_only_names_of_tabs() -> None:
    form = forms.WayBackForm({"tab": "//evil.example", "patient": "x", "cursor": "2026-11-20T10:00:00+00:00|1"})

    assert not form.is_valid()
    assert form.cleaned_data == {"own": False, "cursor": "2026-11-20T10:00:00+00:00|1"}
