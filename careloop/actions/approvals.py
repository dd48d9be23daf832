"""Words for patients are reviewed by one and approved by another, each by name and with what qualifies them."""

from careloop.basics.refusals import NotFound, Refusal
from careloop.basics.words import Say
from careloop.catalog.messages import SAMPLE_ZONE, load_part_prices, load_private_names, load_samples, load_tongues
from careloop.facts.access import Acting, Right
from careloop.facts.approvals import WordsEvent
from careloop.facts.messages import State, Template, Version
from careloop.guard.doors import managing
from careloop.records.models import WordsApproval
from careloop.rules.approvals import hash_words, next_words
from careloop.rules.messages import find_faults_of, show_messages
from careloop.worklist.approvals import load_approved

LONGEST = 200


@managing(needs=Right.WORDS_APPROVE)
def review_words(acting: Acting, *, key: str, language: str, seal: str, qualification: str) -> State:
    """Say that one has read the words of a situation in one language, and what qualifies one for it.

    ``seal`` names the very words that were shown.

    :raises Refusal: if they are no draft, have changed since, are faulty, or no qualification is given
    """
    return _move(acting, key, language, seal, WordsEvent.REVIEW, qualification)


@managing(needs=Right.WORDS_APPROVE)
def approve_words(acting: Acting, *, key: str, language: str, seal: str, qualification: str) -> State:
    """Approve words that somebody else has reviewed: from now on they may go to patients.

    :raises Refusal: if they were not reviewed, by oneself, or have changed since
    """
    return _move(acting, key, language, seal, WordsEvent.APPROVE, qualification)


@managing(needs=Right.WORDS_APPROVE)
def return_words(acting: Acting, *, key: str, language: str, seal: str, note: str) -> State:
    """Make words a draft again, and say why: they go to nobody any more.

    :raises Refusal: if they are a draft, have changed since, or no reason is given
    """
    return _move(acting, key, language, seal, WordsEvent.RETURN, "", note=_clean(note, Say("refusal.words_reason")))


def _move(
    acting: Acting, key: str, language: str, seal: str, event: WordsEvent, qualification: str, *, note: str = ""
) -> State:
    template = load_approved().get(key)
    version = template.versions.get(language) if template is not None else None
    if template is None or version is None:
        raise NotFound
    sha256 = hash_words(version)
    if seal != sha256.hex():
        raise Refusal(Say("refusal.words_changed"))
    state = next_words(version.state, event)
    if event is not WordsEvent.RETURN:
        qualification = _clean(qualification, Say("refusal.words_qualification"))
        _expect_sound(acting, template, version)
    if event is WordsEvent.APPROVE:
        _expect_another(acting, key, language)
    WordsApproval(
        key=key, language=language, sha256=sha256, state=str(state), qualification=qualification, note=note,
        at=acting.at, by_id=acting.person_id,
    ).save(force_insert=True)  # fmt: skip
    return state


def _expect_another(acting: Acting, key: str, language: str) -> None:
    last = WordsApproval.objects.filter(key=key, language=language).order_by("-id").first()
    if last is None or last.by_id == acting.person_id:
        raise Refusal(Say("refusal.words_two_people"))


def _expect_sound(acting: Acting, template: Template, version: Version) -> None:
    """Refuse words that are too hard or name what others may not see: nobody approves these."""
    (line,) = show_messages(
        [template],
        {language: load_samples(language) for language in load_tongues()},
        tongues=load_tongues(),
        names=load_private_names(),
        prices=load_part_prices(),
        on=acting.at.date(),
        zone=SAMPLE_ZONE,
    )
    if any(find_faults_of(shown) for shown in line.shown if shown.language == version.language):
        raise Refusal(Say("refusal.words_faulty"))


def _clean(text: str, empty: Say) -> str:
    words = " ".join(text.replace("\x00", "").split())[:LONGEST]
    if not words:
        raise Refusal(empty)
    return words
