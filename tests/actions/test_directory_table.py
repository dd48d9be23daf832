"""Tables of the directory: rows come in whole or not at all, once, and what a person wrote stays."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from uuid import UUID

import pytest

from careloop.actions.directory import add_entry, change_entry
from careloop.actions.directory_table import STRETCH, take_in_directory_table
from careloop.basics.refusals import NotFound, Refusal
from careloop.facts.directory import EntryDraft, EntryKind, EntryRow, TableReceipt
from careloop.formats.directory_table import read_directory_table
from careloop.reads.directory import find_entries, get_entry
from tests.people import House, system

pytestmark = pytest.mark.django_db
TABLE = """kind,name,organization,site,specialties,phone,new patients
practitioner,Dr. Ana Rivera,Harbor Heart,Pier,Cardiology,555-0100,yes
site,Pier,Harbor Heart,,,555-0101,
organization,Harbor Heart,,,,555-0102,
"""


def bring(text: str = TABLE, *, dry_run: bool = False, source: str = "list") -> TableReceipt:
    return take_in_directory_table(system(), read_directory_table(text.encode()).rows, source=source, dry_run=dry_run)


def rows(house: House) -> dict[str, EntryRow]:
    return {row.draft.name: row for row in find_entries(house.acting("dana"))}


def test_rows_name_one_another_whatever_their_order_and_come_in_once(house: House) -> None:
    assert bring() == TableReceipt(added=3)

    ana = rows(house)["Dr. Ana Rivera"]
    assert (ana.organization_name, ana.site_name, ana.draft.accepts_new) == ("Harbor Heart", "Pier", True)
    assert (ana.draft.zone, ana.checked_on, ana.is_stale) == ("America/New_York", None, True)
    assert bring() == TableReceipt(unchanged=3)


def test_trying_says_what_would_be_and_keeps_nothing(house: House) -> None:
    assert bring(dry_run=True) == TableReceipt(added=3)
    assert rows(house) == {}


def test_a_changed_row_changes_its_entry_and_one_that_a_person_wrote_stays(house: House) -> None:
    bring()
    dana = house.acting("dana")
    pier = rows(house)["Pier"]
    change_entry(dana, entry_id=pier.id, version=1, draft=replace(pier.draft, phone="555-0199"))

    told = bring(TABLE.replace("555-0100", "555-0110").replace("555-0101", "555-0111"))

    assert told == TableReceipt(changed=1, unchanged=1, kept=1)
    assert (rows(house)["Dr. Ana Rivera"].draft.phone, rows(house)["Pier"].draft.phone) == ("555-0110", "555-0199")


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("service,Rides,Nobody,,,,", "Nobody"),
        ("service,Rides,,,,,perhaps", "neither yes nor no"),
        ("role,Rides,,,,,", "practitioner"),
        ("site,Pier,Harbor Heart,,,555-0101,", "same entry"),
    ],
)
def test_a_row_with_a_problem_is_left_out_whole_and_the_rest_comes_in(house: House, row: str, says: str) -> None:
    told = bring(f"{TABLE}{row}\n")

    assert (told.added, len(told.problems), told.problems[0].row) == (3, 1, 5)
    assert says in told.problems[0].why
    assert "Rides" not in rows(house)


def test_a_problem_names_its_column_and_reads_as_one_sentence(house: House) -> None:
    (phone,) = bring("kind,name,phone\norganization,Maple,ask Ada\n").problems
    (zone,) = bring("kind,name,zone\norganization,Maple,Mars/Phobos\n").problems

    assert (phone.column, zone.column) == ("phone", "zone")
    assert "3 digits" in phone.why
    assert not zone.why.endswith(".")


def test_all_that_is_wrong_with_a_row_is_told_at_once_each_column_once() -> None:
    head = "kind,name,practitioner,phone,email,wait days,wheelchair"

    told = bring(f"{head}\nrole,Rides,Nobody,ask,not-an-email,soon,perhaps\n")

    assert [one.column for one in told.problems] == ["email", "phone", "practitioner", "wait_days", "wheelchair"]


def test_who_names_itself_names_nobody(house: House) -> None:
    table = "kind,name,organization,phone\norganization,Maple,Maple,555-0100\norganization,Maple Eye,Maple,\n"

    assert bring(table) == TableReceipt(added=2)
    assert bring(table.replace("555-0100", "555-0101")) == TableReceipt(changed=1, unchanged=1)

    assert [rows(house)[name].organization_name for name in ("Maple", "Maple Eye")] == ["", "Maple"]


def test_whoever_is_named_can_be_renamed_in_the_same_table(house: House) -> None:
    table = "id,kind,name,organization\n1,organization,Maple,\n2,organization,Elm,\n3,service,Rides,Maple\n"
    bring(table)

    told = bring(table.replace("1,organization,Maple", "1,organization,Oak"))

    assert [(one.row, one.column) for one in told.problems] == []
    assert told == TableReceipt(changed=1, unchanged=2)
    told = bring(table.replace("1,organization,Maple", "1,organization,Oak").replace("Rides,Maple", "Trips,Maple"))
    assert [(one.row, one.column) for one in told.problems] == [(4, "organization")]
    told = bring(table.replace("1,organization,Maple", "1,organization,Fir").replace("Rides,Maple", "Trips,Fir"))
    assert told == TableReceipt(changed=2, unchanged=1)
    assert rows(house)["Trips"].organization_name == "Fir"


def test_a_long_table_needs_no_statement_for_each_of_its_rows(
    django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]],
) -> None:
    table = "kind,name,organization\norganization,Maple,\n" + "".join(
        f"service,No {n},Maple\n" for n in range(STRETCH * 2)
    )

    with django_assert_max_num_queries(40):
        assert bring(table) == TableReceipt(added=STRETCH * 2 + 1)
    with django_assert_max_num_queries(40):
        assert bring(table) == TableReceipt(unchanged=STRETCH * 2 + 1)


def test_a_bad_change_leaves_the_entry_as_it_was(house: House) -> None:
    bring()

    told = bring(TABLE.replace("Ana Rivera,Harbor Heart", "Ana Rivera,Harbor Heart").replace("yes", "often"))

    assert (told.changed, [one.column for one in told.problems]) == (0, ["accepts_new"])
    assert rows(house)["Dr. Ana Rivera"].draft.accepts_new is True


def test_who_is_here_from_elsewhere_is_not_added_again(house: House) -> None:
    add_entry(house.acting("dana"), EntryDraft(EntryKind.ORGANIZATION, "Harbor Heart"))

    told = bring("kind,name\norganization,Harbor Heart\n")

    assert (told.added, len(told.problems)) == (0, 1)
    assert "already" in told.problems[0].why


def test_names_in_a_form_are_keys_in_the_entry_and_two_of_one_name_are_refused(house: House) -> None:
    dana = house.acting("dana")
    pier = add_entry(dana, EntryDraft(EntryKind.SITE, "Pier", zone="America/New_York"))
    key = add_entry(dana, EntryDraft(EntryKind.SERVICE, "Rides"), names={"site": "PIER", "organization": ""})
    assert get_entry(dana, key).draft.site_id == pier

    add_entry(dana, EntryDraft(EntryKind.SITE, "Pier", zone="America/New_York"))
    kept = change_entry(
        dana, entry_id=key, version=1, draft=EntryDraft(EntryKind.SERVICE, "Rides"), names={"site": "Pier"}
    )
    assert (kept, get_entry(dana, key).draft.site_id) == (2, pier)
    for name, says in (("Pier", "refusal.entry_names_two"), ("Quay", "refusal.entry_names_nobody")):
        with pytest.raises(Refusal) as no:
            add_entry(dana, EntryDraft(EntryKind.SERVICE, "Meals"), names={"site": name})
        assert no.value.say.key == says


@pytest.mark.parametrize("who", ["tom", "asha"])
def test_only_those_who_keep_the_directory_bring_tables_in(house: House, who: str) -> None:
    with pytest.raises(NotFound):
        take_in_directory_table(house.acting(who), read_directory_table(TABLE.encode()).rows, source="list")
    assert UUID(int=0) not in {row.id for row in rows(house).values()}
