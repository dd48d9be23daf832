"""What the patient page shows of documents and of requests to amend, and what may be done with them."""

from dataclasses import dataclass

from careloop.facts.amendments import AmendmentLine
from careloop.facts.documents import DocumentLine


@dataclass(frozen=True, slots=True)
class Papers:
    """The newest documents and every request to amend; a role that may not see them gets none."""

    documents: tuple[DocumentLine, ...] = ()
    document_count: int = 0
    amendments: tuple[AmendmentLine, ...] = ()
    may_add: bool = False
    may_ask: bool = False
    may_decide: bool = False
    may_hand_out: bool = False


NO_PAPERS = Papers()
