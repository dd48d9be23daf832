"""The directory: written by hand, filled from records, checked, and what a person wrote stays."""

import gzip
import json
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from careloop.actions.directory import add_entry, change_entry, fill_directory, note_checked
from careloop.basics.refusals import NotFound, Refusal, TakenMeanwhile
from careloop.facts.directory import EntryDraft, EntryKind, Filled, ReferralBy
from careloop.reads.directory import LIMIT, find_entries, get_entry, list_receivers
from tests.actions.records import person
from tests.formats.fhir.samples import bundle, entry
from tests.people import TODAY, House, later, system, take_in

pytestmark = pytest.mark.django_db
ZONE = "America/New_York"
RIVERA = EntryDraft(
    EntryKind.PRACTITIONER, "Dr. Ana Rivera", zone=ZONE, specialties=("Cardiology",), languages=("en", "es"),
    networks=("Bay Health",), accepts_new=True, telehealth=False, wheelchair=True, phone="555-0100", fax="555-0101",
    email="desk@harbor.example", referral_by=ReferralBy.FAX, wait_days=14, address="1 Pier Road",
)  # fmt: skip
RECORDS: list[dict[str, Any]] = [
    {"resourceType": "PractitionerRole", "id": "r1", "practitioner": {"reference": "Practitioner/p1"},
     "organization": {"reference": "Organization/o1"}, "location": [{"reference": "Location/l1"}],
     "specialty": [{"text": "Cardiology"}]},
    {"resourceType": "Practitioner", "id": "p1", "name": [{"family": "Chen", "given": ["Wei"]}]},
    {"resourceType": "Location", "id": "l1", "name": "Pier", "managingOrganization": {"reference": "Organization/o1"}},
    {"resourceType": "Organization", "id": "o1", "name": "Harbor Heart"},
]  # fmt: skip


def bring(house: House, *records: dict[str, Any], name: str = "directory.json", days: int = 0) -> None:
    raw = json.dumps(bundle(*map(entry, (person("rosa"), *records)))).encode()
    assert take_in(raw, house.north, name=name, at=later(days=days)).rejected == []


def names(found: object) -> list[str]:
    return [row.draft.name for row in found]  # type: ignore[attr-defined]


def test_an_entry_is_as_it_was_written_with_who_checked_it_and_when(house: House) -> None:
    dana = house.acting("dana")

    key = add_entry(dana, RIVERA)

    row = get_entry(dana, key)
    assert row.draft == RIVERA
    assert (row.checked_by, row.checked_on, row.is_stale, row.version) == ("Dana", TODAY, False, 1)


def test_however_long_the_directory_who_was_chosen_and_who_fits_are_among_those_to_refer_to(house: House) -> None:
    dana = house.acting("dana")
    many = [add_entry(dana, EntryDraft(EntryKind.ORGANIZATION, f"Clinic {n:03}")) for n in range(LIMIT)]
    chosen = add_entry(dana, replace(RIVERA, name="Zoe Last", specialties=("Podiatry",)))
    fits = add_entry(dana, replace(RIVERA, name="Yan Late", specialties=("Heart failure", "Cardiology")))
    add_entry(dana, EntryDraft(EntryKind.ROOM, "A room", zone=ZONE))

    assert [row.id for row in list_receivers(dana)] == many
    shown = [row.id for row in list_receivers(dana, specialty="cardiology", chosen=chosen)]
    assert shown == [chosen, fits, *many[: LIMIT - 2]]


def test_an_entry_that_nobody_looks_at_gets_stale_and_is_well_again_when_somebody_does(house: House) -> None:
    dana = house.acting("dana")
    key = add_entry(dana, RIVERA)
    much_later = replace(dana, at=later(days=181))
    assert get_entry(much_later, key).is_stale

    note_checked(much_later, entry_id=key, version=1)

    assert not get_entry(much_later, key).is_stale


def test_two_who_change_an_entry_do_not_overwrite_one_another(house: House) -> None:
    dana, lee = house.acting("dana"), house.acting("lee")
    key = add_entry(dana, RIVERA)
    assert change_entry(dana, entry_id=key, version=1, draft=replace(RIVERA, phone="555-0102")) == 2

    with pytest.raises(TakenMeanwhile):
        change_entry(lee, entry_id=key, version=1, draft=replace(RIVERA, phone="555-0103"))

    assert get_entry(dana, key).draft.phone == "555-0102"


def test_what_cannot_be_is_refused_and_nothing_is_kept(house: House) -> None:
    dana = house.acting("dana")

    with pytest.raises(Refusal) as no:
        add_entry(dana, replace(RIVERA, zone=""))
    assert no.value.say.key == "refusal.entry_zone"
    key = add_entry(dana, RIVERA)
    with pytest.raises(Refusal) as no:
        change_entry(dana, entry_id=key, version=1, draft=replace(RIVERA, kind=EntryKind.ROOM))
    assert no.value.say.key == "refusal.entry_kind"
    assert names(find_entries(dana)) == ["Dr. Ana Rivera"]


def test_an_entry_that_is_not_there_is_not_found(house: House) -> None:
    dana = house.acting("dana")

    for work in (lambda: get_entry(dana, uuid4()), lambda: note_checked(dana, entry_id=uuid4(), version=1)):
        with pytest.raises(NotFound):
            work()


def test_entries_are_found_by_kind_words_language_network_and_place(house: House) -> None:
    dana = house.acting("dana")
    pier = add_entry(dana, EntryDraft(EntryKind.SITE, "Pier", zone=ZONE))
    add_entry(dana, replace(RIVERA, site_id=pier))
    add_entry(dana, EntryDraft(EntryKind.INTERPRETER, "Linh Tran", zone=ZONE, languages=("vi",)))
    add_entry(dana, replace(RIVERA, name="Dr. Gone", is_active=False))

    assert names(find_entries(dana)) == ["Dr. Ana Rivera", "Linh Tran", "Pier"]
    assert names(find_entries(dana, kinds=[EntryKind.INTERPRETER])) == ["Linh Tran"]
    assert names(find_entries(dana, text="RÍVERA")) == ["Dr. Ana Rivera"]
    assert names(find_entries(dana, text="cardio")) == ["Dr. Ana Rivera"]
    assert names(find_entries(dana, language="vi")) == ["Linh Tran"]
    assert names(find_entries(dana, network="Bay Health")) == ["Dr. Ana Rivera"]
    assert names(find_entries(dana, site_id=pier)) == ["Dr. Ana Rivera"]
    assert find_entries(dana, text="%") == ()
    assert find_entries(dana, site_id=pier)[0].site_name == "Pier"


def test_the_directory_is_filled_from_records_whatever_their_order(house: House) -> None:
    bring(house, *RECORDS)

    assert fill_directory(system()) == Filled(added=4)

    dana = house.acting("dana")
    (role,) = find_entries(dana, kinds=[EntryKind.ROLE])
    assert (role.draft.name, role.organization_name, role.site_name) == ("Wei Chen", "Harbor Heart", "Pier")
    assert role.draft.specialties == ("Cardiology",)
    (chen,) = find_entries(dana, kinds=[EntryKind.PRACTITIONER])
    assert (chen.id, chen.draft.zone, chen.is_stale) == (role.draft.practitioner_id, ZONE, True)
    assert fill_directory(system()) == Filled(kept=4)


def test_trying_fills_nothing_and_says_what_would_be(house: House) -> None:
    bring(house, *RECORDS)

    assert fill_directory(system(), dry_run=True) == Filled(added=4)
    assert find_entries(house.acting("dana")) == ()


def test_a_record_that_changed_renews_its_entry_and_keeps_what_records_never_say(house: House) -> None:
    dana = house.acting("dana")
    bring(house, *RECORDS)
    fill_directory(system())
    bring(house, RECORDS[3] | {"name": "Harbor Heart Center"}, name="newer.json", days=1)

    assert fill_directory(system(at=later(days=1))) == Filled(changed=1, kept=3)
    assert names(find_entries(dana, kinds=[EntryKind.ORGANIZATION])) == ["Harbor Heart Center"]


def test_what_a_person_wrote_is_not_overwritten_by_a_record(house: House) -> None:
    dana = house.acting("dana")
    bring(house, *RECORDS)
    fill_directory(system())
    (found,) = find_entries(dana, kinds=[EntryKind.ORGANIZATION])
    change_entry(dana, entry_id=found.id, version=1, draft=replace(found.draft, name="Our Harbor"))
    bring(house, RECORDS[3] | {"name": "Harbor Heart Center"}, name="newer.json", days=1)

    assert fill_directory(system(at=later(days=1))) == Filled(kept=4)
    assert names(find_entries(dana, kinds=[EntryKind.ORGANIZATION])) == ["Our Harbor"]


def test_a_record_that_names_nobody_is_left_out_and_said(house: House) -> None:
    bring(house, {"resourceType": "Organization", "id": "o9", "identifier": [{"value": "9"}]})

    filled = fill_directory(system())

    assert (filled.added, filled.left_out) == (0, ("fhir o9",))


@pytest.mark.parametrize("who", ["tom", "asha", "ines", "saul"])
def test_only_those_who_keep_the_directory_write_it(house: House, who: str) -> None:
    with pytest.raises(NotFound):
        add_entry(house.acting(who), RIVERA)


def test_the_directory_of_real_looking_records_is_filled_whole(house: House, shared: Any) -> None:  # noqa: ANN401
    paths = sorted((shared / "data" / "synthea_r4").glob("*.json.gz"))[:3]
    assert paths
    wanted: set[UUID | str] = set()
    for path in paths:
        raw = gzip.decompress(path.read_bytes())
        take_in(raw, house.north, name=path.name)
        wanted |= {
            f"{e['resource']['resourceType']}/{e['resource']['id']}" for e in json.loads(raw)["entry"]
            if e["resource"]["resourceType"] in ("Organization", "Practitioner")
        }  # fmt: skip

    filled = fill_directory(system())

    assert (filled.added, filled.left_out) == (len(wanted), ())
