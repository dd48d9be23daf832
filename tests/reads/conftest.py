"""The clinic of the guard's tests stands here as well."""

from tests.guard.conftest import _standing_clinic, clinic, log

__all__ = ["_standing_clinic", "clinic", "log"]
