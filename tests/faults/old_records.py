"""Records past their time, and their end by the command, in processes that may be killed."""

import json
import sys
from collections.abc import Sequence
from dataclasses import replace

from careloop.actions import retention
from careloop.actions.documents import add_document
from careloop.actions.people import hire
from careloop.actions.retention import propose_deletion
from careloop.actions.worklist import finish_loop
from careloop.catalog.retention import load_retention
from careloop.cli.main import main
from careloop.facts.access import Role
from careloop.facts.retention import RetentionRule
from careloop.facts.worklist import Outcome
from tests.actions.hands import make_task
from tests.actions.intake.test_documents import reference
from tests.faults.said import say
from tests.formats.fhir.samples import OBSERVATION, PATIENT, bundle, changed, entry
from tests.people import PASSWORD, TODAY, build_house, find_patient, later, system, take_in

# Ten years and a few days after the last thing that happened.
THEN = later(days=3700)
LETTER = b"%PDF-1 the same letter in every record"
RESULTS = 60


def settle_old_records(count: int) -> None:
    """Make the house and records with something in many tables, each asked to be deleted; say their ids in order.

    Every record holds the same letter, and the same words in a note of its source.
    """
    _set_rule(silent=True)
    house = build_house()
    hire(system(), name="Uma", email="uma@clinic.example", role=Role.SUPERVISOR, password=PASSWORD,
         unit_ids=[house.north])  # fmt: skip
    dana, found = house.acting("dana"), []
    for number in range(count):
        key = f"p{number}"
        of = {"subject": {"reference": f"Patient/{key}"}}
        results = [changed(OBSERVATION, id=f"o{number}-{n}", **of) for n in range(RESULTS)]
        for words in (b"first words", b"better words"):
            note = reference(f"d{number}", words, **of)
            raw = json.dumps(bundle(*map(entry, (changed(PATIENT, id=key), note, *results)))).encode()
            take_in(raw, house.north, name=f"{key}.json")
        patient = find_patient(key)
        add_document(dana, patient, content=LETTER, title="A letter", dated_on=TODAY)
        loop = make_task(house, patient, to_unit=house.north)
        finish_loop(dana, loop, version=1, outcome=Outcome.DONE, note="Done.")
        propose_deletion(house.acting("sol", at=THEN), patient)
        found.append(patient)
    say([str(patient) for patient in found])


def delete_by_own_rule(words: Sequence[str]) -> None:
    """Run a command in a clinic that has set its rule; say so when the rule is asked: deletion begins then."""
    _set_rule(silent=False)
    sys.argv = ["careloop", *words]
    main()


def _set_rule(*, silent: bool) -> None:
    rule = replace(load_retention(), is_verified=True)

    def tell() -> RetentionRule:
        if not silent:
            say("begins")
        return rule

    retention.load_retention = tell  # type: ignore[attr-defined]
