"""Somebody shuts a number while somebody else writes to it: whoever comes first, nothing is sent there afterwards."""

from uuid import UUID

import pytest

from careloop.actions import calls as acts
from careloop.actions.outbox import freeze_address, send_message
from careloop.facts.reach import CallDraft, TryResult
from tests.actions.apart import apart, at_once
from tests.actions.hands import make_task, stand
from tests.actions.look import ask, ask_one, broken_invariants
from tests.actions.test_outbox_sending import Gateway, run
from tests.outgoing import after, bring_reachable, draft
from tests.people import House, build_house, give_to

__all__ = ["apart"]
ON_FILE = "(555) 010-0142"


def shut(house: House, patient: UUID, loop: UUID) -> UUID:
    call = CallDraft(TryResult.WRONG_NUMBER, {loop: stand(loop).version}, address=ON_FILE)
    return acts.save_call(house.acting("dana"), patient, call=call)


@pytest.mark.parametrize("has_point", [False, True])
def test_a_number_shut_while_it_is_written_to(apart: None, has_point: bool) -> None:
    house = build_house()
    for n in range(4):
        patient = bring_reachable(house, f"p{n}")
        give_to(house, "dana", patient)
        loop = make_task(house, patient)
        if has_point:
            send_message(house.acting("dana"), patient, draft(patient, not_before=after(days=1)))
        at_once(
            lambda: shut(house, patient, loop),  # noqa: B023
            lambda: send_message(house.acting("lee"), patient, draft(patient)),  # noqa: B023
        )

        points = ask("SELECT DISTINCT frozen_at IS NOT NULL FROM contact_point WHERE patient_id = %s"
                     " AND road IN ('phone', 'text')", patient)  # fmt: skip
        assert points in ([], [(True,)])
    gateway = Gateway()
    run(gateway)
    assert gateway.took == []
    assert ask_one("SELECT count(*) FROM outbox WHERE state IN ('sent', 'claimed')") == 0
    assert broken_invariants() == {}


def test_shut_from_both_sides_at_once_it_is_shut_once(apart: None) -> None:
    house = build_house()
    for n in range(4):
        patient = bring_reachable(house, f"p{n}")
        give_to(house, "dana", patient)
        loop = make_task(house, patient)
        send_message(house.acting("dana"), patient, draft(patient, not_before=after(days=1)))
        point = ask_one("SELECT id FROM contact_point WHERE patient_id = %s AND road = 'text'", patient)
        ended = at_once(
            lambda: shut(house, patient, loop),  # noqa: B023
            lambda: freeze_address(house.acting("lee"), patient, point_id=point, because="Wrong."),  # noqa: B023
        )

        assert [one for one in ended if not isinstance(one, Exception)]
        found = ask("SELECT road, count(*) FROM reach_block WHERE patient_id = %s GROUP BY 1 ORDER BY 1", patient)
        assert found == [("call", 1), ("text", 1)]
    assert broken_invariants() == {}
