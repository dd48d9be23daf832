"""What the database itself refuses of questions that are looked into for longer, each tried past every door."""

from datetime import date

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.records.plant import AT, Plant
from tests.records.visits import plant_search


@pytest.mark.parametrize(
    ("rows", "constraint"),
    [
        (({}, {}), "plan_search_once"),
        (({"state": "lost", "finished_at": AT},), "plan_search_state_is_known"),
        (({"finished_at": AT},), "plan_search_done_says_when"),
        (({"state": "done"},), "plan_search_done_says_when"),
        (({"times": Jsonb([["a", "b", []]])},), "plan_search_tells_when_done"),
        (({"least_end_on": date(2026, 12, 1)},), "plan_search_tells_when_done"),
        (({"state": "given_up", "finished_at": AT, "is_best": True},), "plan_search_tells_when_done"),
    ],
)
def test_the_database_refuses(owner: Plant, rows: tuple[dict[str, object], ...], constraint: str) -> None:
    unit = owner.unit()
    patient = owner.patient(unit)

    def plant_them() -> None:
        for changed in rows:
            plant_search(owner, unit, patient, **changed)

    with pytest.raises(psycopg.IntegrityError) as fault, owner.link.transaction():
        plant_them()

    assert fault.value.diag.constraint_name == constraint
