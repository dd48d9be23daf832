"""Words for patients on their way from draft to approved: two people, the very same words, and a step back. Pure.

What the files of the catalog say is where words begin; what people said of these very words comes after it. Changed
words are a draft again, whoever approved the old ones. Two different people: a rule of the product's design of
messages, 2026-11-21. Why: 45 CFR 92.201(c)(2) and (3) (a qualified translator; what a machine translated is reviewed
by a qualified person; read on 2026-11-23 in a copy of October 2024 that others keep) and 42 CFR 422.2267(a) (general
knowledge, 2026-11-23).
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace

from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.approvals import Approval, WordsEvent
from careloop.facts.messages import State, Template, Version

MOVES: Mapping[tuple[State, WordsEvent], State] = {
    (State.DRAFT, WordsEvent.REVIEW): State.REVIEWED,
    (State.REVIEWED, WordsEvent.APPROVE): State.APPROVED,
    (State.REVIEWED, WordsEvent.RETURN): State.DRAFT,
    (State.APPROVED, WordsEvent.RETURN): State.DRAFT,
}
REFUSED: Mapping[WordsEvent, Say] = {
    WordsEvent.REVIEW: Say("refusal.words_not_draft"),
    WordsEvent.APPROVE: Say("refusal.words_not_reviewed"),
    WordsEvent.RETURN: Say("refusal.words_not_reviewed"),
}


def hash_words(version: Version) -> bytes:
    """Return the SHA-256 of the words of one language: the body and the words of a text message."""
    return hashlib.sha256(f"{version.body}\0{version.text}".encode()).digest()


def next_words(state: State, event: WordsEvent) -> State:
    """Return how far words are after an event.

    :raises Refusal: if the table has no such move
    """
    try:
        return MOVES[state, event]
    except KeyError:
        raise Refusal(REFUSED[event]) from None


def apply_approvals(templates: Mapping[str, Template], newest: Iterable[Approval]) -> Mapping[str, Template]:
    """Return situations with how far their words are by what people said last; of other words it says nothing.

    ``newest`` holds the last line of each situation and language.
    """
    said = {(one.key, one.language): one for one in newest}
    return {
        key: replace(template, versions={name: _apply(key, one, said) for name, one in template.versions.items()})
        for key, template in templates.items()
    }


def _apply(key: str, version: Version, said: Mapping[tuple[str, str], Approval]) -> Version:
    last = said.get((key, version.language))
    if last is None or last.sha256 != hash_words(version):
        return version
    if last.state is State.DRAFT:
        return replace(version, state=State.DRAFT, reviewer="", reviewed_on=None)
    return replace(version, state=last.state, reviewer=f"{last.by}, {last.qualification}", reviewed_on=last.at.date())
