"""Find among one's own: any part of a name, in any order and script, dates, telephones, numbers; and nobody else's."""

from uuid import UUID

import pytest

from careloop.basics.refusals import NotFound
from careloop.facts.find import Found
from careloop.reads.find import MOST, find_in_reach
from tests.guard import records
from tests.guard.conftest import Clinic
from tests.guard.standing import Line, counted_statements
from tests.people import find_patient, take_in

NAMES = [
    ("n1", "García Márquez", "José", ["garcia", "marquez jose", "jose gar", "GARCÍA", "garciamarquez"]),
    ("n2", "Nguyễn", "Thị Hoa", ["hoa nguyen", "thi", "NGUYỄN"]),
    ("n3", "Ørsted", "Åse", ["orsted", "ørsted a", "ase"]),
    ("n4", "Müller-Lüdenscheidt", "Jürgen", ["ludenscheidt", "jurgen muller"]),
    ("n5", "李", "小龍", ["李小龍", "小龍 李", "小龍"]),
    ("n6", "Петров", "Иван", ["иван петров", "ПЕТР"]),
    ("n7", "الزهراء", "فاطمة", ["فاطمة", "الزهراء فاطمة"]),
    ("n8", "O'Brien", "Siân", ["brien", "o'brien", "obrien", "O’Brien sian"]),
    ("n9", "Straße", "Anna", ["strasse", "anna str"]),
    ("n10", "Łukasiewicz", "Żaneta", ["lukasie", "zaneta luk"]),
    ("n11", "Back\\slash", "Quote\"s", ["back", "quote"]),
]  # fmt: skip
PHONE = [{"system": "phone", "value": "+1 (555) 010-0142", "use": "home"}]


def search(clinic: Clinic, text: str, who: str = "dana") -> list[str]:
    return [one.name for one in find_in_reach(clinic.house.acting(who), text=text).people]


def add(clinic: Clinic, fhir_id: str, family: str, given: str, *, south: bool = False, **more: object) -> UUID:
    unit = clinic.house.south if south else clinic.house.north
    take_in(records.bundle([records.patient(fhir_id, family, given, **more)]), unit, name=fhir_id)
    return find_patient(fhir_id)


@pytest.mark.parametrize(("fhir_id", "family", "given", "typed"), NAMES, ids=[row[0] for row in NAMES])
def test_any_part_of_a_name_finds_it_in_any_order_and_script(
    clinic: Clinic, fhir_id: str, family: str, given: str, typed: list[str]
) -> None:
    add(clinic, fhir_id, family, given)

    assert {text: search(clinic, text) for text in typed} == {text: [f"{given} {family}"] for text in typed}


@pytest.mark.parametrize(
    "typed",
    [
        "1958-03-14 ros", "3/14/1958 alv", "14 mar 1958 rosa alvarez", "MRN-p1", "mrn: MRN-p1 alvarez",
        "DOB 3/14/58 rosa", "MRNP1",
        "(555) 010-0142", "5550100142", "0100142", "1 555 010 0142 rosa",
    ],
)  # fmt: skip
def test_birth_date_telephone_and_number_find_her(clinic: Clinic, typed: str) -> None:
    take_in(records.bundle([records.patient("p1", telecom=PHONE)]), clinic.house.north, name="again.json")

    assert search(clinic, typed) == ["Rosa Alvarez"]


@pytest.mark.parametrize(
    "typed",
    [
        "3/15/1958 rosa",
        "rosa MRN-p2",
        "5550100143",
        "rosa otto",
        "alvarezz",
        "lvarez",
        "%%",
        "__",
        "' OR 1=1 --",
        "al%",
    ],
)
def test_what_does_not_fit_finds_nobody(clinic: Clinic, typed: str) -> None:
    assert search(clinic, typed) == []


@pytest.mark.parametrize(
    ("who", "names"),
    [("dana", ["Ada Lovelace", "Rosa Alvarez"]), ("sol", ["Ada Lovelace", "Rosa Alvarez"]), ("asha", ["Rosa Alvarez"]),
     ("tom", []), ("kim", ["Otto Lang"])],
)  # fmt: skip
def test_only_who_may_be_opened_is_found(clinic: Clinic, who: str, names: list[str]) -> None:
    assert sorted(search(clinic, "1958-03-14", who)) == names


def test_somebody_elses_patient_and_nobody_are_the_same_answer_and_the_same_line(
    clinic: Clinic, log: list[Line]
) -> None:
    theirs = find_in_reach(clinic.house.acting("dana"), text="otto lang 3/14/1958")
    nobody = find_in_reach(clinic.house.acting("dana"), text="otto lung 3/14/1958")

    assert theirs == nobody == Found((), has_more=False, is_enough=True)
    assert log[0] == log[1]


def test_labelled_patient_is_found_only_by_those_who_may_see_the_label(clinic: Clinic) -> None:
    security = {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "PSY"}]}
    add(clinic, "hid", "Hidden", "Hanna", meta=security)

    assert search(clinic, "hanna hidden") == []


def test_every_hit_is_logged_and_what_was_typed_is_not(clinic: Clinic, log: list[Line]) -> None:
    find_in_reach(clinic.house.acting("dana"), text="alvarez")

    (line,) = log
    assert (line.what, line.outcome, line.key) == ("reads.find.find_in_reach", "seen", "")
    assert line.patient_ids == (clinic.rosa,)


def test_ten_at_most_family_first_and_it_says_that_there_are_more(clinic: Clinic) -> None:
    many = [records.patient(f"m{n:02d}", "Many", f"N{n:02d}") for n in range(12)]
    many += [records.patient(f"g{n:02d}", f"Alpha{n}", "Many") for n in range(3)]
    take_in(records.bundle(many), clinic.house.north, name="many.json")

    found = find_in_reach(clinic.house.acting("dana"), text="many")

    assert [one.name for one in found.people] == [f"N{n:02d} Many" for n in range(MOST)]
    assert found.has_more
    assert not find_in_reach(clinic.house.acting("dana"), text="many n03").has_more


def test_who_has_it_as_family_name_stands_before_who_has_it_as_given_name(clinic: Clinic) -> None:
    add(clinic, "g1", "Abel", "Lovett")

    assert search(clinic, "lov") == ["Ada Lovelace", "Lovett Abel"]


@pytest.mark.parametrize("text", ["ma n", "n ma", "n0 many", "many n"])
def test_of_two_names_that_are_begun_either_may_be_the_family_and_nobody_comes_twice(clinic: Clinic, text: str) -> None:
    many = [records.patient(f"m{n:02d}", "Many", f"N{n:02d}") for n in range(8)]
    many += [records.patient(f"g{n:02d}", f"N0{n}", "Many") for n in range(2)]
    many += [records.patient("joined", "Otherman", "Nora"), records.patient("one", "Many", "Ada")]
    take_in(records.bundle(many), clinic.house.north, name="many.json")

    found = find_in_reach(clinic.house.acting("dana"), text=text)

    assert [one.name for one in found.people] == [*(f"N0{n} Many" for n in range(8)), "Many N00", "Many N01"]
    assert not found.has_more


def test_hit_shows_two_things_that_tell_people_apart_and_no_whole_number(clinic: Clinic) -> None:
    (hit,) = find_in_reach(clinic.house.acting("dana"), text="rosa").people

    assert (hit.birth_on and hit.birth_on.isoformat(), hit.last_of_identifier) == ("1958-03-14", "N-p1")
    assert "MRN-p1" not in repr(hit)


def test_linked_records_of_one_person_are_one_answer(clinic: Clinic) -> None:
    number = {"system": "http://hl7.org/fhir/sid/us-ssn", "value": "123-45-6780", "type": {"coding": [{"code": "SS"}]}}
    for source in ("fhir", "clinic-b"):
        one = records.patient("twice", "Twice", "Tina", identifier=[number])
        take_in(records.bundle([one]), clinic.house.north, source=source, name=f"{source}.json")

    (hit,) = find_in_reach(clinic.house.acting("dana"), text="tina").people

    assert hit.patient_id == find_patient("twice")


def test_too_little_is_said_to_be_too_little(clinic: Clinic) -> None:
    assert not find_in_reach(clinic.house.acting("dana"), text="a").is_enough


def test_name_longer_than_any_index_takes_is_kept_and_found(clinic: Clinic) -> None:
    add(clinic, "long", "X" * 2000, "Y" * 2000)

    assert len(search(clinic, "xxx yyy")) == 1


@pytest.mark.parametrize("who", ["ines", "saul", "noor"])
def test_roles_that_receive_nobody_cannot_find(clinic: Clinic, who: str) -> None:
    with pytest.raises(NotFound):
        search(clinic, "rosa", who)


def test_as_many_statements_whoever_fits(clinic: Clinic) -> None:
    with counted_statements() as none:
        search(clinic, "nobody here")
    take_in(records.bundle([records.patient(f"m{n}", "Many", f"N{n}") for n in range(12)]), clinic.house.north)
    with counted_statements() as many:
        search(clinic, "many")

    assert len(none) == len(many)
