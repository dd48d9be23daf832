"""The demo's directory: whole, without a row that would be refused, of numbers and addresses that are nobody's."""

import re

from careloop.basics.folding import fold_words
from careloop.catalog.demo.directory import CHECKS, make_rows
from careloop.catalog.demo.staff import STAFF
from careloop.catalog.needs import load_needs
from careloop.facts.directory import EntryKind
from careloop.facts.finder import NeedKind
from careloop.formats.directory_table import COLUMNS, LINKS, read_draft, read_list
from careloop.rules.directory import find_fault
from careloop.rules.finder import find_meaning


def test_every_row_can_be_read_and_names_who_is_there() -> None:
    rows = make_rows()
    names = {kind: {row.cells["name"] for row in rows if row.cells["kind"] == kind} for kind in LINKS}

    assert 40 <= len(rows) == len({row.cells["name"] for row in rows}) <= 50
    assert rows == make_rows()
    for row in rows:
        draft, wrong = read_draft(row, None)
        assert wrong == ()
        assert find_fault(draft) is None or draft.kind is EntryKind.PRACTITIONER or draft.kind is EntryKind.SITE
        assert row.cells.keys() <= COLUMNS.keys()
        assert all(row.cells.get(link, "") in names[link] | {""} for link in LINKS)


def test_numbers_and_addresses_are_kept_for_fiction() -> None:
    for row in make_rows():
        for number in (row.cells.get("phone", ""), row.cells.get("fax", "")):
            assert re.fullmatch(r"(602-555-01\d\d)?", number), row
        assert row.cells.get("email", "x@y.example").endswith(".example")


def test_the_list_answers_many_needs_of_care_and_of_daily_life() -> None:
    meant = {
        need
        for row in make_rows()
        for specialty in read_list(row.cells.get("specialties", ""))
        for need in find_meaning(specialty, load_needs())
    }
    by_kind = {kind: [n.id for n in load_needs() if n.kind is kind and n.id in meant] for kind in NeedKind}

    assert len(by_kind[NeedKind.CARE]) > 15
    assert len(by_kind[NeedKind.SOCIAL]) > 6
    assert all(fold_words(row.cells["name"]) for row in make_rows())


def test_only_staff_of_the_demo_have_looked_at_entries_that_are_there() -> None:
    names = {row.cells["name"] for row in make_rows()}

    assert {check.name for check in CHECKS} <= names
    assert len({check.name for check in CHECKS}) == len(CHECKS)
    assert {check.who for check in CHECKS} <= {one.key for one in STAFF}
