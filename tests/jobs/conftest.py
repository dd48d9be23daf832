"""Jobs commit: each of these tests has a database of its own."""

from tests.actions.apart import apart  # noqa: F401
from tests.actions.few import few_checks  # noqa: F401
