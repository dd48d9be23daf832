"""What a coordinator may not see does not speak from a coordinator's list."""

import pytest

from careloop.reads.people import get_patient_page
from tests.actions.records import bring_cared_for, contraindicated, loops, medicine, person, work
from tests.people import House

pytestmark = pytest.mark.django_db

PSYCHIATRY = {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "PSY"}]}
SAID = "check.restricted"


@pytest.mark.parametrize(("meta", "opens"), [({}, 1), (PSYCHIATRY, 0)], ids=["open", "restricted"])
def test_a_restricted_medicine_opens_no_loop_and_the_page_says_that_it_was_left_out(
    house: House, meta: dict[str, object], opens: int
) -> None:
    first, second = contraindicated()
    hidden = medicine("ana", second, 2) | ({"meta": meta} if meta else {})
    ana = bring_cared_for(house, "ana", person("ana"), medicine("ana", first, 1), hidden)

    work()

    page = get_patient_page(house.acting("dana"), ana)
    assert len(loops()) == opens
    assert (SAID in [say.key for say in page.not_checked]) is bool(meta)
