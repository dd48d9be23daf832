"""The find door: two of three, ten at most, in any script, every hit logged, and nothing more than tells apart."""

from datetime import date
from itertools import combinations

import pytest

from careloop.basics.refusals import NotFound, Refusal
from careloop.basics.words import Say
from careloop.reads.people import find_patients
from tests.guard import records
from tests.guard.conftest import Clinic
from tests.guard.standing import Line
from tests.people import take_in

BORN = date(1958, 3, 14)
ASKED = {"name": "alv", "birth_on": BORN, "identifier": "MRN-p1"}

# In every script that people here write their names in: the id, family and given name, what is typed.
NAMES = [
    ("n1", "García Márquez", "José", "garcia marquez"),
    ("n2", "Nguyễn", "Thị Hoa", "NGUYEN thi"),
    ("n3", "Ørsted", "Åse", "ørsted a"),
    ("n4", "Müller-Lüdenscheidt", "Jürgen", "muller-lud"),
    ("n5", "李", "小龍", "李 小"),
    ("n6", "Петров", "Иван", "петров"),
    ("n7", "الزهراء", "فاطمة", "الزهراء"),
    ("n8", "O'Brien", "Siân", "o'brien s"),
    ("n9", "Straße", "Anna", "strasse"),
    ("n10", "Ivanović", "Željko", "ivanovic zel"),
]


def search(clinic: Clinic, who: str = "tom", **asked: object) -> list[str]:
    return [hit.name for hit in find_patients(clinic.house.acting(who), **asked)]  # type: ignore[arg-type]


@pytest.mark.parametrize("pair", list(combinations(ASKED, 2)), ids=" and ".join)
def test_two_of_three_find_the_person(clinic: Clinic, pair: tuple[str, str]) -> None:
    assert search(clinic, **{key: ASKED[key] for key in pair}) == ["Rosa Alvarez"]


@pytest.mark.parametrize(
    "asked",
    [
        *({key: ASKED[key]} for key in ASKED),
        {},
        {"name": "a", "birth_on": BORN},
        {"name": "  ", "birth_on": BORN},
        {"name": "alv", "identifier": "   "},
        {"name": "\u0301\u0301", "birth_on": BORN},
    ],
    ids=str,
)
def test_less_than_two_are_refused(clinic: Clinic, log: list[Line], asked: dict[str, object]) -> None:
    with pytest.raises(Refusal) as no:
        search(clinic, **asked)

    assert no.value.say == Say("refusal.two_identifiers")
    assert [(line.outcome, line.patient_ids) for line in log] == [("refused", ())]


@pytest.mark.parametrize(
    "wrong", [{"name": "alvarezz"}, {"birth_on": date(1958, 3, 15)}, {"identifier": "MRN-p"}], ids=str
)
def test_one_that_is_wrong_finds_nobody(clinic: Clinic, wrong: dict[str, object]) -> None:
    assert search(clinic, **(ASKED | wrong)) == []


@pytest.mark.parametrize(("fhir_id", "family", "given", "typed"), NAMES, ids=[row[0] for row in NAMES])
def test_a_name_is_found_in_any_script_without_its_accents(
    clinic: Clinic, fhir_id: str, family: str, given: str, typed: str
) -> None:
    take_in(records.bundle([records.patient(fhir_id, family, given)]), clinic.house.south, name=fhir_id)

    assert search(clinic, name=typed, birth_on=BORN) == [f"{given} {family}"]


def test_ten_hits_at_most_in_the_order_of_their_names(clinic: Clinic) -> None:
    many = [records.patient(f"m{n:02d}", "Many", f"N{n:02d}") for n in range(15)]
    take_in(records.bundle(many), clinic.house.north, name="many.json")

    assert search(clinic, name="many", birth_on=BORN) == [f"N{n:02d} Many" for n in range(10)]


@pytest.mark.parametrize("typed", ["%%", "__", "al%", "a_v", "%alvarez", "alv*", "\\%", "' OR 1=1 --", '"; --'])
def test_what_means_something_to_a_database_means_nothing_here(clinic: Clinic, typed: str) -> None:
    assert search(clinic, name=typed, birth_on=BORN) == []
    assert search(clinic, birth_on=BORN, identifier=typed) == []


def test_every_hit_is_logged_whichever_team_it_is_of(clinic: Clinic, log: list[Line]) -> None:
    take_in(records.bundle([records.patient("s1", "Alvarez", "Ramon")]), clinic.house.south, name="s.json")
    log.clear()

    hits = find_patients(clinic.house.acting("tom"), name="alvarez", birth_on=BORN)

    (line,) = log
    assert (line.what, line.outcome) == ("reads.people.find_patients", "seen")
    assert line.patient_ids == tuple(hit.patient_id for hit in hits)
    assert len(hits) == 2


@pytest.mark.parametrize(
    ("who", "may_open"), [("dana", True), ("sol", True), ("asha", True), ("tom", False), ("kim", False)]
)
def test_a_hit_says_whether_this_person_may_open_it(clinic: Clinic, who: str, may_open: bool) -> None:
    (hit,) = find_patients(clinic.house.acting(who), name="alvarez", birth_on=BORN)

    assert (hit.patient_id, hit.may_open) == (clinic.rosa, may_open)


def test_a_hit_shows_the_last_of_the_record_number_and_no_more(clinic: Clinic) -> None:
    take_in(
        records.bundle([records.patient("s2", "Long", "Ada", identifier=[
            {"system": "http://hl7.org/fhir/sid/us-ssn", "value": "999-55-1234"},
            {"system": "urn:mrn", "value": "MRN-0012345", "type": {"coding": [{"code": "MR"}]}},
        ])]), clinic.house.north, name="long.json",
    )  # fmt: skip

    (hit,) = find_patients(clinic.house.acting("tom"), name="long", birth_on=BORN)

    assert hit.last_of_identifier == "2345"
    assert "MRN-0012345" not in repr(hit)
    assert "999-55" not in repr(hit)


@pytest.mark.parametrize("who", ["ines", "saul", "noor"])
def test_roles_that_receive_nobody_cannot_search(clinic: Clinic, who: str) -> None:
    with pytest.raises(NotFound):
        search(clinic, who, **ASKED)
