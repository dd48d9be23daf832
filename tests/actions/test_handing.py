"""Everything leaves: each table goes out as rows, goes out in another way, or stays for a stated reason."""

import pytest
from django.apps import apps

from careloop.actions.handing import (
    NOT_AS_ROWS,
    NOT_OF_HOUSE,
    _tables_of_house,
    _tables_of_patients,
    name_folder,
)


def test_every_table_leaves_or_says_why_it_stays() -> None:
    tables = {model._meta.db_table for model in apps.get_app_config("records").get_models()}
    rows = {name for name, *_rest in (*_tables_of_patients(), *_tables_of_house())}

    assert rows | NOT_AS_ROWS.keys() | NOT_OF_HOUSE.keys() == tables
    assert rows.isdisjoint({*NOT_AS_ROWS, *NOT_OF_HOUSE})
    assert {"patient", "loop", "loop_event", "document", "amendment", "disclosure", "legal_hold", "person"} <= rows


@pytest.mark.parametrize("source", ["fhir", "..", ".", "a/b", "../../etc", "", "Mercy \u00a7 Hospital", "a\x00b"])
def test_no_name_of_a_source_leads_anywhere(source: str) -> None:
    name = name_folder(source)

    assert name
    assert "/" not in name
    assert not name.startswith(".")
    assert "\x00" not in name
