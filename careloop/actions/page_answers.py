"""A message behind a link is answered: what was said is kept whole as it came in, and lands like any other answer."""

import hashlib
import json

from careloop.basics.ids import new_id
from careloop.basics.notes import clean_words
from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.access import Acting, Right
from careloop.facts.outbox import InboxSource
from careloop.facts.portal import ANSWER_LONGEST, AnswerForm, LinkPurpose, LinkStep
from careloop.guard.doors import by_link
from careloop.records.models import InboxItem, PatientLink, PatientLinkStep
from careloop.worklist.link_rows import note_step
from careloop.worklist.pages import load_message


@by_link(needs=Right.OWN_WRITE, purposes=(LinkPurpose.MESSAGE,), write=True)
def answer_message(acting: Acting, link: PatientLink, *, yes: bool | None, said: str, words: str) -> None:
    """Answer a message, once; ``said`` is the answer whole as people read it, ``words`` what was typed beside a choice.

    :raises Refusal: without an answer, with too many words, if it was answered before, or the message has changed
    """
    shown = load_message(acting, link)
    if shown.has_changed:
        raise Refusal(Say("refusal.page_changed"))
    if PatientLinkStep.objects.filter(link=link, step=str(LinkStep.ANSWERED)).exists():
        raise Refusal(Say("refusal.link_answered"))
    chosen = yes if shown.form is AnswerForm.YES_NO else None
    typed = clean_words(words)
    whole = clean_words(said) if chosen is not None else typed
    if not whole or len(whole) > ANSWER_LONGEST:
        raise Refusal(Say("refusal.link_answer", count=ANSWER_LONGEST))
    body = json.dumps({"link": str(link.pk), "yes": chosen, "said": whole, "words": typed}, ensure_ascii=False).encode()
    InboxItem(
        id=new_id(acting.at), source=str(InboxSource.PAGE), sha256=hashlib.sha256(body).digest(), body=body,
        about={}, received_at=acting.at, patient_id=link.patient_id, unit_id=link.unit_id, label_mask=link.label_mask,
    ).save(force_insert=True)  # fmt: skip
    note_step(acting, link, LinkStep.ANSWERED, acting.person_id, whole)
