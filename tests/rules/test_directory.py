"""The directory: what an entry must say, and when nobody has looked at it for too long."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from careloop.facts.directory import EntryDraft, EntryKind
from careloop.rules.directory import find_fault, is_stale, make_name_key

TODAY = date(2026, 11, 20)
WELL = EntryDraft(
    EntryKind.PRACTITIONER, "Dr. Ana Rivera", zone="America/New_York", languages=("en", "es-MX"),
    email="desk@harbor.example", wait_days=14, latitude=Decimal("42.5"), longitude=Decimal("-70.8"),
)  # fmt: skip
FAULTS: list[tuple[dict[str, object], str]] = [
    ({"name": "  "}, "refusal.entry_name"),
    ({"name": "x" * 201}, "refusal.entry_name"),
    ({"zone": "Mars/Olympus"}, "refusal.zone"),
    ({"zone": ""}, "refusal.entry_zone"),
    ({"kind": EntryKind.ROLE}, "refusal.entry_role"),
    ({"languages": ("en", "Spanish!")}, "refusal.entry_language"),
    ({"email": "nobody"}, "refusal.email"),
    ({"phone": "ask Ada"}, "refusal.entry_phone"),
    ({"phone": "21"}, "refusal.entry_phone"),
    ({"fax": "010-01"}, "refusal.entry_fax"),
    ({"wait_days": -1}, "refusal.entry_wait"),
    ({"wait_days": 3651}, "refusal.entry_wait"),
    ({"latitude": None}, "refusal.entry_position"),
    ({"longitude": None}, "refusal.entry_position"),
    ({"latitude": Decimal(91)}, "refusal.entry_position"),
    ({"longitude": Decimal(181)}, "refusal.entry_position"),
]


@pytest.mark.parametrize(("changes", "says"), FAULTS)
def test_what_cannot_be_is_said(changes: dict[str, object], says: str) -> None:
    fault = find_fault(replace(WELL, **changes))  # type: ignore[arg-type]

    assert fault is not None
    assert fault.key == says


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"latitude": None, "longitude": None, "email": "", "wait_days": None, "languages": ()},
        {"kind": EntryKind.ORGANIZATION, "zone": ""},
        {"kind": EntryKind.ROLE, "practitioner_id": UUID(int=1)},
        {"wait_days": 0},
    ],
)
def test_what_is_well_has_no_fault(changes: dict[str, object]) -> None:
    assert find_fault(replace(WELL, **changes)) is None  # type: ignore[arg-type]


def test_an_entry_is_stale_when_nobody_looked_at_it_for_more_than_180_days_or_ever() -> None:
    assert is_stale(None, TODAY)
    assert is_stale(TODAY - timedelta(days=181), TODAY)
    assert not is_stale(TODAY - timedelta(days=180), TODAY)


def test_names_are_found_without_accents_and_case() -> None:
    assert make_name_key("  Dr. José  NÚÑEZ ") == "dr. jose nunez"
