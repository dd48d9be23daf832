"""What a gateway signs: the examples that Twilio publishes with its libraries, and what must not pass."""

import pytest

from careloop.rules.hooks import is_signed, sign

ADDRESS, TOKEN = "https://mycompany.com/myapp.php?foo=1&bar=2", "12345"
CALL = [
    ("CallSid", "CA1234567890ABCDE"), ("Caller", "+14158675309"), ("Digits", "1234"), ("From", "+14158675309"),
    ("To", "+18005551212"),
]  # fmt: skip
TWICE = [("Sid", "CA123"), ("SidAccount", "AC123"), ("Digits", "5678"), ("Digits", "1234"), ("Digits", "1234")]


@pytest.mark.parametrize(
    ("values", "signature"), [(CALL, "RSOYDt4T1cUTdK1PDd93/VVr8B8="), (TWICE, "IK+Dwps556ElfBT0I3Rgjkr1wJU=")]
)
def test_the_published_examples_are_signed_as_published(values: list[tuple[str, str]], signature: str) -> None:
    assert sign(ADDRESS, values, TOKEN) == signature
    assert is_signed(ADDRESS, reversed(values), TOKEN, signature)


def test_another_address_value_token_or_none_is_not_signed() -> None:
    right = sign(ADDRESS, CALL, TOKEN)

    assert not is_signed(f"{ADDRESS}&more=1", CALL, TOKEN, right)
    assert not is_signed(ADDRESS, [*CALL[:-1], ("To", "+18005551213")], TOKEN, right)
    assert not is_signed(ADDRESS, CALL, "12346", right)
    assert not is_signed(ADDRESS, CALL, "", sign(ADDRESS, CALL, ""))
    assert not is_signed(ADDRESS, CALL, TOKEN, "Señal")
