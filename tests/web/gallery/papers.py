"""Documents, requests to correct and what a search in notes found, filled by hand."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from careloop.facts.access import Label
from careloop.facts.amendments import AmendmentLine, AmendmentState, DenialBasis
from careloop.facts.documents import DocumentLine, DocumentPage, MediaType, NoteHit, NoteHits
from careloop.facts.papers import Papers
from tests.web.gallery import values
from tests.web.gallery.values import AT, ROSA

BORN = date(1958, 3, 14)
WRONG = "It says that I smoke. I never did.\nMy sister does."

LETTER = DocumentLine(
    UUID(int=600), "Discharge letter", date(2026, 11, 3), MediaType.PDF, 48_200, "DocumentReference, fhir", True
)
SCAN = DocumentLine(UUID(int=601), "", None, MediaType.PNG, 1_204_000, "", False, (Label.PSY, Label.REPRO))
LONG = replace(LETTER, id=UUID(int=602), title="Consultation-note-of-the-kidney-clinic_2026-10-02_final_v3_signed.pdf")
LINES = (LETTER, SCAN, LONG)

OPEN = AmendmentLine(
    id=UUID(int=700), version=1, about="", resource_id=None, asked_by="Rosa Alvarez", asked_on=date(2026, 9, 1),
    wrong=WRONG, should_say="Never smoked.", due_on=date(2026, 10, 31), is_late=True, may_extend=True,
    extended_because="", state=AmendmentState.OPEN, basis=None, answer="", decided_by="", decided_at=None,
    disagreement="",
)  # fmt: skip
DENIED = replace(
    OPEN, id=UUID(int=701), state=AmendmentState.DENIED, basis=DenialBasis.ACCURATE, answer="It was measured twice.",
    extended_because="The other clinic must look.", decided_by="Sol Reyes", decided_at=AT, may_extend=False,
)  # fmt: skip
ACCEPTED = replace(DENIED, id=UUID(int=702), state=AmendmentState.ACCEPTED, basis=None, extended_because="")
DISAGREED = replace(DENIED, id=UUID(int=703), disagreement="I do not agree: I was not there on that day.")


def papers(about: UUID, label: str) -> Papers:
    """Return a patient's papers, with a request about one entry of the record."""
    named = replace(ACCEPTED, resource_id=about, about=label)
    return Papers(LINES, 12, (OPEN, DENIED, named, DISAGREED), may_add=True, may_ask=True, may_decide=True,
                  may_hand_out=True)  # fmt: skip


def document(line: DocumentLine = LETTER, words: str = "") -> DocumentPage:
    """Return the page of one document; without words it holds nothing that can be read."""
    sources = ("DocumentReference, fhir", "DiagnosticReport, hospital") if line.said_by else ()
    return DocumentPage(ROSA, values.LONG_NAME, BORN, line, AT - timedelta(days=2), words, sources)


SNIPPET = (("… swelling of the left ", False), ("knee", True), (" since Monday <b>…", False))
FOUND = NoteHits(
    (
        NoteHit(ROSA, values.LONG_NAME, BORN, LONG.id, LONG.title, LONG.dated_on, LONG.said_by, SNIPPET),
        NoteHit(ROSA, "Rosa Alvarez", None, None, "", None, "Observation, fhir", SNIPPET),
    ),
    page=1,
    next_page=2,
)
