"""Secrets that must be used again: sealed for one thing, under one key, never twice alike."""

from django.test import override_settings

from careloop.guard.secrets import open_secret, seal_secret


def test_a_secret_opens_for_what_it_was_sealed_for_under_its_own_key_alone() -> None:
    sealed = seal_secret("the long address", what="calendar-address")

    assert open_secret(sealed, what="calendar-address") == "the long address"
    assert open_secret(sealed, what="second-step") is None
    assert open_secret("not sealed at all", what="calendar-address") is None
    assert seal_secret("the long address", what="calendar-address") != sealed
    assert "long" not in sealed
    with override_settings(SECRET_KEY="another"):
        assert open_secret(sealed, what="calendar-address") is None
