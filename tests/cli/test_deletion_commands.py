"""The commands that delete an old record: two supervisors, one word at a time."""

from uuid import UUID, uuid4

import pytest

from tests.actions.look import ask, ask_one
from tests.cli.conftest import Call
from tests.people import House

pytestmark = [
    pytest.mark.django_db(databases=["default", "owner"]),
    pytest.mark.usefixtures("verified"),
]


def test_the_command_asks_agrees_and_tells(call: Call, house: House, uma: UUID, rosa: UUID) -> None:
    tried = call("retention", "delete", rosa, "--propose", "--as", "sol@clinic.example", "--dry-run", "--json")
    assert (tried.code, tried.json()["state"], tried.json()["dry_run"]) == (0, "proposed", True)
    assert ask("SELECT 1 FROM deletion_wish") == []

    asked = call("retention", "delete", rosa, "--propose", "--as", "sol@clinic.example", "--json")
    assert asked.json() == {
        "schema": "careloop.deletion.1", "patient": str(rosa), "dry_run": False, "state": "proposed",
        "kept_until": "2036-11-20",
    }  # fmt: skip
    (line,) = call("retention", "list", "--json").json()["past"]
    assert (line["patient"], line["asked_by"]) == (str(rosa), "Sol")

    tried = call("retention", "delete", rosa, "--confirm", "--as", "uma@clinic.example", "--dry-run", "--json")
    assert tried.json()["rows"]["patient"] == 1
    assert ask_one("SELECT count(*) FROM patient") == 1

    done = call("retention", "delete", rosa, "--confirm", "--as", "uma@clinic.example", "--json").json()
    assert (done["state"], done["rows"]) == ("deleted", tried.json()["rows"])
    told = call("retention", "list", "--json").json()
    assert told["past"] == []
    assert [(one["tombstone"], one["patient"], one["asked_by"], one["confirmed_by"], one["readmitted"])
            for one in told["deleted"]] == [(done["tombstone"], str(rosa), "Sol", "Uma", None)]  # fmt: skip
    assert f"deleted {done['tombstone']}" in call("retention", "list").out

    assert call("retention", "readmit", done["tombstone"]).code == 0
    assert call("retention", "readmit", done["tombstone"]).code == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "Say one of"),
        (("--propose", "--confirm", "--as", "sol@clinic.example"), "Say one of"),
        (("--propose",), "Nobody is named"),
        (("--propose", "--as", "nobody@clinic.example"), "two supervisors"),
        (("--confirm", "--as", "sol@clinic.example"), "Nobody asked"),
        (("--withdraw",), "Nobody asked"),
    ],
)
def test_the_command_says_what_it_wants(
    call: Call, house: House, rosa: UUID, words: tuple[str, ...], said: str
) -> None:
    ran = call("retention", "delete", rosa, *words)

    assert ran.code == 2
    assert said in ran.err


def test_a_record_that_is_not_there_is_not_deleted(call: Call, house: House) -> None:
    assert call("retention", "delete", uuid4(), "--propose", "--as", "sol@clinic.example").code == 2
