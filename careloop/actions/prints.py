"""A summary handed out on paper: to whom, why, and the hash of what was printed are kept for good."""

from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.access import Acting, Right
from careloop.guard.doors import creating
from careloop.records.models import Disclosure, Patient

LIMIT = 500
SUMMARY = "printed_summary"


@creating(needs=Right.RECORD_EXPORT, about=Patient)
def keep_printed_summary(acting: Acting, patient: Patient, *, sha256: bytes, recipient: str, reason: str) -> None:
    """Keep that the summary of a patient is handed out on paper; ``sha256`` is that of the file that is printed.

    :raises Refusal: unless recipient and reason are stated
    """
    to_whom, why = _stated(recipient), _stated(reason)
    Disclosure(
        patient=patient, unit_id=patient.unit_id, label_mask=patient.label_mask, at=acting.at,
        person_id=acting.person_id, what=SUMMARY, recipient=to_whom, reason=why, sha256=sha256, counts={"pages": 1},
    ).save(force_insert=True)  # fmt: skip


def _stated(words: str) -> str:
    text = " ".join(words.replace("\x00", "").split())
    if not text or len(text) > LIMIT:
        raise Refusal(Say("refusal.disclosure_words", count=LIMIT))
    return text
