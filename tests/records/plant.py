"""Rows planted by plain SQL, past the doors: what a constraint, a policy or a view must meet."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb
from psycopg.types.range import TimestamptzRange

from careloop.facts.access import SYSTEM_ID

AT = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
FOREVER = TimestamptzRange(AT, None)
STEP = Jsonb({"key": "step.do_task", "values": {}})


def days(count: float) -> timedelta:
    """Return a span of days."""
    return timedelta(days=count)


class Plant:
    """Writes rows through one connection; every column may be set otherwise by name."""

    def __init__(self, link: "psycopg.Connection[Any]") -> None:
        self.link = link

    def row(self, table: str, **columns: object) -> None:
        """Insert one row as it is."""
        names = sql.SQL(", ").join(map(sql.Identifier, columns))
        values = sql.SQL(", ").join(sql.Placeholder() * len(columns))
        self.link.execute(
            sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(sql.Identifier(table), names, values),
            list(columns.values()),
        )

    def run(self, statement: str, *values: object) -> None:
        """Run a statement."""
        self.link.execute(statement, values)

    def value(self, query: str, *values: object) -> Any:  # noqa: ANN401
        """Return the first column of the first row."""
        row = self.link.execute(query, values).fetchone()
        return row[0] if row else None

    def unit(self, name: str = "planted") -> int:
        """Add a team, return its number."""
        self.row("unit", name=f"{name} {uuid4()}", kind="team", zone="")
        return int(self.value("SELECT max(id) FROM unit"))

    def person(self, **changed: object) -> UUID:
        """Add a member of staff."""
        columns: dict[str, Any] = {
            "id": uuid4(), "kind": "staff", "role": "coordinator", "name": "P", "language": "en", "is_active": True,
            "partner_name": "",
        }  # fmt: skip
        columns |= changed
        self.row("person", **columns)
        return columns["id"]

    def link_of(self, unit: int, patient: UUID, survivor: UUID, **changed: object) -> None:
        """Add a link between two records of one unit, said by one person and agreed to by another."""
        columns: dict[str, Any] = {
            "patient_id": patient, "unit_id": unit, "label_mask": 0, "survivor_id": survivor, "survivor_unit_id": unit,
            "how": "people", "reason": "", "asked_by_id": SYSTEM_ID, "asked_at": AT, "linked_at": AT,
            "apart_reason": "",
        }  # fmt: skip
        columns |= {"approved_by_id": self.person()} | changed
        self.row("person_link", **columns)

    def patient(self, unit: int, *, recheck: bool = True, **changed: object) -> UUID:
        """Add a patient, with the row that says when to look again."""
        columns: dict[str, Any] = {
            "id": uuid4(), "unit_id": unit, "label_mask": 0, "source": "here", "fhir_id": str(uuid4()),
            "family": "Planted", "given": "P", "full_name": "P Planted", "preferred_name": "",
            "name_key": "planted p", "birth_text": "", "sex": "unknown", "is_dead": False,
            "zone": "America/New_York", "languages": [], "needs_interpreter": False, "address_lines": [], "city": "",
            "state": "", "postal_code": "", "country": "", "version": 1, "made_at": AT, "changed_at": AT,
        }  # fmt: skip
        columns |= changed
        self.row("patient", **columns)
        if recheck:
            self.row(
                "recheck", patient_id=columns["id"], unit_id=unit, label_mask=columns["label_mask"], changed_at=AT,
                knowledge="", not_checked=Jsonb([]), attempts=0,
            )  # fmt: skip
        return columns["id"]

    def loop(self, unit: int, patient: UUID | None, *, history: bool = True, **changed: object) -> UUID:
        """Add an open task with its first line of history."""
        columns: dict[str, Any] = {
            "id": uuid4(), "patient_id": patient, "unit_id": unit, "label_mask": 0, "kind": "task",
            "state": "to_do", "state_since": AT, "owner_id": None, "queue_id": unit, "ball": "us", "title": STEP,
            "because": Jsonb([]), "next_step": STEP, "next_at": AT + days(1), "clock": "", "severity": 2,
            "sort_at": AT + days(1), "opened_at": AT, "version": 1, "base_step": STEP, "last_contact": "",
            "reminders": 0, "check_name": "", "finding_key": "", "finding_print": "", "evidence": [],
        }  # fmt: skip
        columns |= changed
        self.row("loop", **columns)
        if history:
            self.event(columns["id"], unit, patient, to_state=columns["state"], label_mask=columns["label_mask"])
        return columns["id"]

    def event(self, loop: UUID, unit: int, patient: UUID | None, **changed: object) -> UUID:
        """Add a line to a loop's history."""
        columns: dict[str, Any] = {
            "id": uuid4(), "loop_id": loop, "patient_id": patient, "unit_id": unit, "label_mask": 0, "version": 1,
            "at": AT, "recorded_at": AT, "person_id": SYSTEM_ID, "event": "open", "from_state": "",
            "to_state": "to_do", "say": STEP, "note": "", "evidence": [],
        }  # fmt: skip
        columns |= changed
        self.row("loop_event", **columns)
        return columns["id"]

    def resource(self, unit: int, patient: UUID, **changed: object) -> UUID:
        """Add a resource as it came from outside."""
        columns: dict[str, Any] = {
            "id": uuid4(), "patient_id": patient, "unit_id": unit, "label_mask": 0, "type": "Observation",
            "source": "fhir", "fhir_id": str(uuid4()), "version": 1, "sha256": b"1", "received_at": AT,
            "body": Jsonb({}),
        }  # fmt: skip
        columns |= changed
        self.row("resource", **columns)
        return columns["id"]

    def fact(self, unit: int, patient: UUID, resource: UUID, **changed: object) -> None:
        """Add a fact that a resource says."""
        columns: dict[str, Any] = {
            "patient_id": patient, "unit_id": unit, "label_mask": 0, "resource_id": resource, "n": 0,
            "kind": "result", "code": "loinc|4548-4", "label": "HbA1c", "status": "final", "verification": "",
            "unit_text": "%", "value_text": "", "visit_class": "", "disposition": [],
        }  # fmt: skip
        columns |= changed
        self.row("chart_fact", **columns)

    def caseload(self, unit: int, patient: UUID, person: UUID, **changed: object) -> None:
        """Give a patient a primary coordinator."""
        no = self.value("SELECT no FROM patient WHERE id = %s", patient)
        columns: dict[str, Any] = {
            "patient_id": patient, "unit_id": unit, "label_mask": 0, "patient_no": no, "person_id": person,
            "during": FOREVER,
        }  # fmt: skip
        columns |= changed
        self.row("caseload", **columns)

    def waiting(self, unit: int, patient: UUID, **changed: object) -> None:
        """Add a finding for which no loop is open yet."""
        columns: dict[str, Any] = {
            "patient_id": patient, "unit_id": unit, "label_mask": 0, "check_name": "planted",
            "finding_key": "one", "finding_print": "", "severity": 2, "found_at": AT, "body": Jsonb({}),
        }  # fmt: skip
        columns |= changed
        self.row("waiting_finding", **columns)

    def override(self, unit: int, patient: UUID, **changed: object) -> UUID:
        """Add a finding that was set aside on a clinician's word."""
        columns: dict[str, Any] = {
            "id": uuid4(), "patient_id": patient, "unit_id": unit, "label_mask": 0, "check_name": "planted",
            "finding_key": "one", "finding_print": "", "reason": "clinician_aware", "note": "",
            "clinician": "Dr. Planted", "until_on": (AT + days(30)).date(), "made_by_id": SYSTEM_ID, "made_at": AT,
        }  # fmt: skip
        columns |= changed
        self.row("safety_override", **columns)
        return columns["id"]

    def inbox(self, unit: int, **changed: object) -> None:
        """Add a document that could not come in."""
        columns: dict[str, Any] = {
            "unit_id": unit, "source": "fhir", "name": str(uuid4()), "doc_key": "planted", "sha256": b"1",
            "body": b"{}", "problems": Jsonb([]), "received_at": AT, "state": "rejected",
        }  # fmt: skip
        columns |= changed
        self.row("inbox", **columns)

    def tombstone(self, unit: int, **changed: object) -> UUID:
        """Add what is left of a record that was deleted by two people."""
        columns: dict[str, Any] = {
            "id": uuid4(), "was_patient": uuid4(), "unit_id": unit, "keys": [b"0" * 32], "last_on": AT.date(),
            "kept_until": AT.date(), "asked_by_id": SYSTEM_ID, "asked_at": AT, "deleted_at": AT, "counts": Jsonb({}),
            "sha256": b"0" * 32,
        }  # fmt: skip
        columns |= {"confirmed_by_id": self.person()} | changed
        self.row("tombstone", **columns)
        return columns["id"]

    def grant(self, person: UUID, **changed: object) -> None:
        """Add a grant of access; the giver is the system."""
        columns: dict[str, Any] = {
            "person_id": person, "source": "unit", "label_mask": 0, "purpose": "", "during": FOREVER,
            "granted_by": SYSTEM_ID, "reason": "",
        }  # fmt: skip
        columns |= changed
        self.row("access_grant", **columns)
