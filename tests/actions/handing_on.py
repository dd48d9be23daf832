"""Handoffs in the hands of tests: written, offered and accepted in one call each."""

from typing import Any
from uuid import UUID

from careloop.actions import handoffs as acts
from careloop.facts.access import Acting
from careloop.facts.handoffs import HandoffScope, IllnessLevel
from tests.actions.look import ask, ask_one

HEARD = "I call everybody on Monday and look at the open loops first."


def version_of(handoff: UUID) -> int:
    return int(ask_one("SELECT version FROM handoff WHERE id = %s", handoff))


def state_of(handoff: UUID) -> str:
    return str(ask_one("SELECT state FROM handoff WHERE id = %s", handoff))


def write(giver: Acting, receiver: UUID, scope: HandoffScope = HandoffScope.PATIENTS, **more: Any) -> UUID:  # noqa: ANN401
    return acts.make_handoff(giver, scope=scope, receiver_id=receiver, **more)


def offer(giver: Acting, handoff: UUID, others: IllnessLevel | None = IllnessLevel.STABLE) -> None:
    acts.offer_handoff(giver, handoff_id=handoff, version=version_of(handoff), others=others)


def accept(receiver: Acting, handoff: UUID, shared: str = HEARD, **said: Any) -> int:  # noqa: ANN401
    return acts.accept_handoff(
        receiver, handoff_id=handoff, version=said.pop("version", None) or version_of(handoff),
        said_back=said.pop("said_back", {}), shared=shared,
    )  # fmt: skip


def owners(*patients: UUID) -> set[UUID | None]:
    """Return who owns the open loops of these patients."""
    return {
        row[0]
        for row in ask("SELECT owner_id FROM loop WHERE state <> 'closed' AND patient_id = ANY(%s)", list(patients))
    }


def coordinators(at: object, *patients: UUID) -> list[UUID]:
    sql = "SELECT person_id FROM caseload WHERE patient_id = ANY(%s) AND during @> %s::timestamptz ORDER BY patient_id"
    return [row[0] for row in ask(sql, list(patients), at)]
