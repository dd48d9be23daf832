"""The finder behind its doors: who is found for what, prefilled from the patient, with reasons and without others."""

import json
from dataclasses import replace
from datetime import time
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from careloop.actions.calendars import set_hours
from careloop.actions.directory import add_entry
from careloop.basics.refusals import NotFound
from careloop.facts.directory import DirectoryAsk, EntryDraft, EntryKind
from careloop.facts.finder import FinderAsk, FinderPage, Position
from careloop.facts.scheduling import WeeklyHours
from careloop.reads.directory import get_directory_page, get_entry_page
from careloop.reads.finder import get_finder, search_finder
from tests.formats.fhir.samples import PATIENT, bundle, changed, entry
from tests.people import House, build_house, find_patient, give_to, take_in

pytestmark = pytest.mark.django_db
ZONE = "America/New_York"
GEO = "http://hl7.org/fhir/StructureDefinition/geolocation"
HOME = {"latitude": 42.5, "longitude": -70.8}
ROSA: dict[str, Any] = changed(
    PATIENT, id="rosa", communication=[{"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": "es"}]}}],
    address=[{"use": "home", "city": "Elm", "postalCode": "01999", "extension": [
        {"url": GEO, "extension": [{"url": k, "valueDecimal": v} for k, v in HOME.items()]}]}],
)  # fmt: skip
COVERAGE: dict[str, Any] = {
    "resourceType": "Coverage", "id": "c1", "status": "active", "type": {"text": "Senior plan"},
    "beneficiary": {"reference": "Patient/rosa"}, "payor": [{"display": "Bay"}],
}  # fmt: skip
PIER = EntryDraft(EntryKind.SITE, "Pier", zone=ZONE, address="1 Pier Road, Elm 01999", latitude=Decimal("42.51"),
                  longitude=Decimal("-70.81"), wheelchair=True)  # fmt: skip
ANA = EntryDraft(EntryKind.PRACTITIONER, "Dr. Ana Rivera", zone=ZONE, specialties=("Cardiovascular Disease",),
                 languages=("en", "es"), networks=("Senior plan",), accepts_new=True)  # fmt: skip
WEI = replace(ANA, name="Dr. Wei Chen", languages=("en",), networks=("Other plan",), wait_days=3)
PANTRY = EntryDraft(EntryKind.SERVICE, "Elm Pantry", specialties=("Food pantry",))


@pytest.fixture
def house(db: None) -> House:
    return build_house()


def arrive(house: House) -> UUID:
    assert take_in(json.dumps(bundle(entry(ROSA), entry(COVERAGE))).encode(), house.north).rejected == []
    patient = find_patient("rosa")
    give_to(house, "dana", patient)
    return patient


def fill(house: House) -> dict[str, UUID]:
    dana = house.acting("dana")
    pier = add_entry(dana, PIER)
    made = {one.name: add_entry(dana, replace(one, site_id=pier)) for one in (ANA, WEI)}
    return made | {"pier": pier, "pantry": add_entry(dana, PANTRY)}


def names(page: FinderPage) -> list[str]:
    return [one.row.draft.name for one in page.findings]


def test_the_finder_is_filled_from_the_patient(house: House) -> None:
    patient = arrive(house)

    wishes = get_finder(house.acting("dana"), patient).wishes

    assert wishes is not None
    assert (wishes.place, wishes.languages, wishes.networks) == ("Elm, 01999", ("es",), ("Senior plan",))
    assert wishes.position == Position(Decimal("42.5"), Decimal("-70.8"))
    assert wishes.network_is_shown


def test_who_fits_best_comes_first_and_the_reasons_say_why(house: House) -> None:
    patient, made = arrive(house), fill(house)
    set_hours(house.acting("sol"), entry_id=made[ANA.name], hours=[WeeklyHours(2, time(9), time(12))])

    page = get_finder(
        house.acting("dana"), patient, ask=FinderAsk("hart doctor", "Elm, 01999", None, "es", "Senior plan")
    )

    assert (names(page), page.count, page.meant) == (["Dr. Ana Rivera", "Dr. Wei Chen"], 2, ("Cardiovascular Disease",))
    best, second = page.findings
    assert [one.say.key for one in best.ranked.reasons] == [
        "finder.new_patients_yes", "finder.network_yes", "finder.language_yes", "finder.miles", "finder.opening",
    ]  # fmt: skip
    # The Tuesday after: the first day of its calendar.
    assert dict(best.ranked.reasons[-1].say.values)["day"].isoformat() == "2026-11-24"
    assert (best.ranked.miles, best.address, best.ranked.days) == (1, PIER.address, 4)
    assert second.ranked.lacks == 2
    assert second.ranked.reasons[-1].say.key == "finder.wait_told"


def test_another_place_is_compared_by_its_words(house: House) -> None:
    patient = arrive(house)
    fill(house)

    page = get_finder(house.acting("dana"), patient, ask=FinderAsk("cardiology", "Oak"))

    assert {one.ranked.reasons[1].say.key for one in page.findings} == {"finder.place_no"}
    assert {one.ranked.miles for one in page.findings} == {None}


def test_needs_of_daily_life_and_names_are_found_too_and_nothing_is_said_of_an_empty_need(house: House) -> None:
    fill(house)
    dana = house.acting("dana")

    assert names(search_finder(dana, FinderAsk("comida"))) == ["Elm Pantry"]
    assert names(search_finder(dana, FinderAsk("elm pan"))) == ["Elm Pantry"]
    assert names(search_finder(dana, FinderAsk("zzzz"))) == []
    assert names(search_finder(dana, FinderAsk("  "))) == []
    assert names(search_finder(dana, FinderAsk("%"))) == []


@pytest.mark.parametrize(
    ("need", "finds"),
    [
        ("Cardiology", ["Cardiology"]),
        ("neurology", ["Neurology"]),
        ("nefrología", ["Nephrology"]),
        ("uroligy", ["Urology"]),
        ("hematology", ["Hematology"]),
        # What no list of needs knows is found by its letters, slips allowed.
        ("bekeeping", ["Beekeeping"]),
    ],
)
def test_one_specialty_is_not_taken_for_another_that_is_spelled_alike(
    house: House, need: str, finds: list[str]
) -> None:
    dana = house.acting("dana")
    alike = (
        "Cardiology",
        "Radiology",
        "Neurology",
        "Nephrology",
        "Urology",
        "Rheumatology",
        "Hematology",
        "Dermatology",
    )
    for name in (*alike, "Beekeeping"):
        add_entry(dana, replace(WEI, name=f"Dr. {name}", specialties=(name,)))

    found = search_finder(dana, FinderAsk(need))

    assert names(found) == [f"Dr. {name}" for name in finds]
    assert found.meant == tuple(finds)


def test_a_practitioner_with_a_role_stands_there_once_with_the_languages_of_the_person(house: House) -> None:
    made = fill(house)
    dana = house.acting("dana")
    add_entry(
        dana, EntryDraft(EntryKind.ROLE, "Ana Rivera at Pier", practitioner_id=made[ANA.name], site_id=made["pier"])
    )

    page = search_finder(dana, FinderAsk("cardiology", language="es", wheelchair=True))

    assert names(page) == ["Ana Rivera at Pier", "Dr. Wei Chen"]
    assert [one.say.key for one in page.findings[0].ranked.reasons[1:3]] == [
        "finder.language_yes", "finder.wheelchair_yes",
    ]  # fmt: skip


def test_nobody_finds_for_a_patient_out_of_reach_and_who_sees_no_chart_sees_no_plan(house: House) -> None:
    patient = arrive(house)

    for who in ("kim", "noor", "ines", "saul"):
        with pytest.raises(NotFound):
            get_finder(house.acting(who), patient)
    with pytest.raises(NotFound):
        search_finder(house.acting("ines"), FinderAsk("food"))


def test_the_count_of_statements_does_not_grow_with_the_directory(house: House) -> None:
    patient = arrive(house)
    fill(house)
    dana = house.acting("dana")
    ask = FinderAsk("cardiology", "Elm, 01999", None, "es", "Senior plan")

    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            get_finder(dana, patient, ask=ask)
            get_directory_page(dana, DirectoryAsk(text="dr"))
        return len(asked)

    few = count()
    for n in range(12):
        add_entry(dana, replace(ANA, name=f"Dr. {n}"))

    assert count() == few


def test_the_directory_is_turned_page_by_page_and_narrowed_by_all_that_is_asked(house: House) -> None:
    made = fill(house)
    dana = house.acting("dana")

    def found(**asked: Any) -> list[str]:  # noqa: ANN401
        return [row.draft.name for row in get_directory_page(dana, DirectoryAsk(**asked)).rows]

    assert found() == ["Dr. Ana Rivera", "Dr. Wei Chen", "Elm Pantry", "Pier"]
    assert found(text="ana") == ["Dr. Ana Rivera"]
    assert found(text="food") == ["Elm Pantry"]
    assert found(kind=EntryKind.SITE) == ["Pier"]
    assert found(language="es", network="Senior plan") == ["Dr. Ana Rivera"]
    assert found(place="01999") == ["Dr. Ana Rivera", "Dr. Wei Chen", "Pier"]
    assert found(place="pier") == ["Dr. Ana Rivera", "Dr. Wei Chen", "Pier"]
    page = get_directory_page(dana, DirectoryAsk(number=2))
    assert (page.rows, page.has_more) == ((), False)
    assert (page.languages, page.networks) == (("en", "es"), ("Other plan", "Senior plan"))
    shown = get_entry_page(dana, made["pier"])
    assert [one.name for one in shown.beside] == ["Dr. Ana Rivera", "Dr. Wei Chen"]
    assert (shown.is_filled, shown.source) == (False, "here")
    with pytest.raises(NotFound):
        get_entry_page(dana, UUID(int=1))
