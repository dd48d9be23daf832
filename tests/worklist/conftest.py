"""The clinic of these tests is that of the actions' tests."""

from tests.actions.conftest import house, module_transaction  # noqa: F401
from tests.actions.few import few_checks  # noqa: F401
