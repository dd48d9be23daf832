"""Four checks in place of all: tests of how checks work at all need no more, and stay as they are when one is added."""

from collections.abc import Iterator
from types import MappingProxyType

import pytest

from careloop.actions import checks as at_work
from careloop.rules.checks import find_checks

FEW = ("colorectal_screening", "hba1c_overdue", "interacting_medicines", "visit_after_discharge")


@pytest.fixture(scope="package", autouse=True)
def few_checks() -> Iterator[None]:
    """Ask four checks while the tests of this folder run; that all are asked is tested with the records."""
    few = MappingProxyType({name: find_checks()[name] for name in FEW})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(at_work, "find_checks", lambda: few)
        yield
