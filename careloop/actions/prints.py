"""A summary handed out on paper: to whom, why, and the hash of what was printed are kept for good."""

import hashlib

from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.access import Acting, Right
from careloop.facts.disclosures import Basis, What
from careloop.guard.doors import creating
from careloop.records.models import Disclosure, Patient

LIMIT = 500


@creating(needs=Right.RECORD_EXPORT, about=Patient)
def keep_printed_summary(
    acting: Acting, patient: Patient, *, pages: bytes, recipient: str, reason: str, basis: Basis = Basis.UNSTATED
) -> None:
    """Keep that the summary of a patient is handed out on paper, with a copy of the file that is printed.

    :raises Refusal: unless recipient and reason are stated
    """
    to_whom, why = _stated(recipient), _stated(reason)
    Disclosure(
        patient=patient, unit_id=patient.unit_id, label_mask=patient.label_mask, at=acting.at,
        person_id=acting.person_id, what=str(What.SUMMARY), recipient=to_whom, reason=why,
        sha256=hashlib.sha256(pages).digest(), counts={"pages": 1}, content=pages, basis=str(basis),
    ).save(force_insert=True)  # fmt: skip


def _stated(words: str) -> str:
    text = " ".join(words.replace("\x00", "").split())
    if not text or len(text) > LIMIT:
        raise Refusal(Say("refusal.disclosure_words", count=LIMIT))
    return text
