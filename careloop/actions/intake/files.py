"""Files that could not be read at all: kept whole with what is wrong, as any other reject."""

from careloop.actions.intake.fhir import Arriving
from careloop.actions.intake.inbox import clear_review, keep_rejected
from careloop.facts.access import Acting, Right
from careloop.facts.intake import Problem, Rejected
from careloop.facts.receipts import Receipt, refuse
from careloop.guard.context import enter
from careloop.guard.doors import intake


@intake(needs=Right.INTAKE_WRITE)
def keep_unreadable(acting: Acting, arriving: Arriving, *, raw: bytes, problem: Problem) -> Receipt:
    """Keep the bytes of a file that could not be read, with a review loop for the team."""
    enter(units=[arriving.unit_id])
    rejected = Rejected(type="", fhir_id="", problems=(problem,), raw=raw)
    keep_rejected(acting, arriving.unit_id, arriving.source, arriving.name, [rejected])
    return Receipt(rejected=refuse(arriving.name, [problem]))


@intake(needs=Right.INTAKE_WRITE)
def note_readable(acting: Acting, arriving: Arriving) -> Receipt:
    """End the review of an archive that could not be read before and now was; its documents have their own."""
    enter(units=[arriving.unit_id])
    clear_review(acting, arriving.unit_id, arriving.source, arriving.name)
    return Receipt()
