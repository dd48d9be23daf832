"""Who around a patient may be told what: no consent, no word. Pure; the database decides by the same rule again.

Sources, not verified by a lawyer: 42 CFR 2.31 (a consent about substance use treatment is written and names what is
told; that it ends is asked for here always); 45 CFR 164.510(b) as amended in 2013 (persons involved in care may be
told what is relevant to that, if the individual agrees, does not object, or it can be inferred: here nothing is
inferred); 42 CFR 2.32 as amended in 2024 (one of two statements, and the consent or what it covers, go with each
disclosure under a written consent: ``worklist/part2.py``). All read on 23 November 2026 in copies elsewhere
than with the publisher. State law may ask for more.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.access import Label
from careloop.facts.consents import (
    GUARDED_TOPICS,
    NAMEABLE,
    NOT_A_GUARD,
    VOICE_HOURS,
    Consent,
    ConsentDraft,
    ConsentPurpose,
    Decision,
    GivenHow,
    Hearing,
    Road,
    TellAsk,
    Topic,
    Why,
)

Kind = TypeVar("Kind", bound=StrEnum)

# From far from a consent to nearest: of several that do not hold the nearest says why.
_ORDER = tuple(Why)


def decide(consents: Iterable[Consent], ask: TellAsk, at: datetime) -> Decision:
    """Return whether one of a person's consents lets them be told, and why or why not. Without one: no."""
    best = Decision(Why.NOT_ASKED)
    for one in consents:
        why = _judge(one, ask, at)
        if why is Why.HOLDS:
            return Decision(why, one.id)
        if _ORDER.index(why) > _ORDER.index(best.why):
            best = Decision(why)
    return best


def needed_labels(ask: TellAsk) -> Label:
    """Return the labels that a consent must name: those of what is told, and of a topic that is guarded by nature."""
    return (ask.labels & ~NOT_A_GUARD) | GUARDED_TOPICS.get(ask.topic, Label.NONE)


def list_hearing(consents: Iterable[Consent], at: datetime, zone: str) -> tuple[Hearing, ...]:
    """Return what somebody may hear at a moment, as few parts as it takes: the same terms are said once.

    A topic with one road for care and another for bills stands in two parts.
    """
    held = [one for one in consents if holds_at(one, at)]
    ends: dict[tuple[Topic, Label, date | None, str], set[str]] = {}
    for one in held:
        ends.setdefault((one.topic, one.named, last_day(one, zone), one.purpose), set()).add(one.road)
    terms: dict[tuple[Label, date | None, frozenset[str]], dict[Topic, set[str]]] = {}
    for (topic, named, until, purpose), roads in ends.items():
        terms.setdefault((named, until, frozenset(roads)), {}).setdefault(topic, set()).add(purpose)
    parts: dict[tuple[Label, date | None, frozenset[str], frozenset[str]], list[Topic]] = {}
    for (named, until, road_set), topics in terms.items():
        for topic, purposes in topics.items():
            parts.setdefault((named, until, road_set, frozenset(purposes)), []).append(topic)
    found = [
        Hearing(_in_order(Topic, topics), _in_order(Road, road_set), _in_order(ConsentPurpose, purposes), until, named)
        for (named, until, road_set, purposes), topics in parts.items()
    ]
    return tuple(sorted(found, key=lambda one: [list(Topic).index(topic) for topic in one.topics]))


def holds_at(consent: Consent, at: datetime) -> bool:
    """Tell whether a consent holds at a moment, whatever it is about."""
    is_over = consent.ends_at is not None and at >= consent.ends_at
    return consent.taken_back_at is None and consent.starts_at <= at and not is_over


def last_day(consent: Consent, zone: str) -> date | None:
    """Return the last day on which a consent holds, in a zone; None if it has no end."""
    if consent.ends_at is None:
        return None
    return (consent.ends_at - timedelta(microseconds=1)).astimezone(ZoneInfo(zone)).date()


def find_end(draft: ConsentDraft, at: datetime, zone: str) -> datetime | None:
    """Return the first moment at which a consent no longer holds, None if it has no end.

    By voice that is thirty days from now at the latest.
    """
    end = None
    if draft.until is not None:
        midnight = datetime.combine(draft.until + timedelta(days=1), datetime.min.time(), ZoneInfo(zone))
        end = midnight.astimezone(at.tzinfo)
    if draft.how is GivenHow.VOICE:
        most = at + timedelta(hours=VOICE_HOURS)
        end = most if end is None else min(end, most)
    return end


def check_consent(draft: ConsentDraft, at: datetime, zone: str) -> None:
    """Refuse a consent that could not hold.

    :raises Refusal: with the first thing that is missing or cannot be
    """
    end = find_end(draft, at, zone)
    rules = (
        (bool(draft.topics and draft.purposes and draft.roads), Say("refusal.consent_says_nothing")),
        (end is None or end > at, Say("refusal.consent_over")),
        (not draft.named & ~NAMEABLE, Say("refusal.consent_label")),
        (draft.how is not GivenHow.PAPER or draft.document_id is not None, Say("refusal.consent_paper")),
        (draft.how is not GivenHow.VOICE or draft.witness_id is not None, Say("refusal.consent_witness")),
        (_is_written(draft, end), Say("refusal.consent_part2")),
    )
    for is_met, no in rules:
        if not is_met:
            raise Refusal(no)


def named_by(draft: ConsentDraft, topic: Topic) -> Label:
    """Return the labels that the row of a topic names: those that were ticked, and what the topic is itself."""
    return draft.named | GUARDED_TOPICS.get(topic, Label.NONE)


def _in_order(kind: type[Kind], found: Iterable[str]) -> tuple[Kind, ...]:
    chosen = set(found)
    return tuple(one for one in kind if one in chosen)


def _is_written(draft: ConsentDraft, end: datetime | None) -> bool:
    """A consent that names substance use treatment is on paper and ends."""
    names = any(named_by(draft, topic) & Label.PART2 for topic in draft.topics)
    return not names or (draft.how is GivenHow.PAPER and end is not None)


def _judge(consent: Consent, ask: TellAsk, at: datetime) -> Why:
    """Return the first thing that is wrong, in the order of ``Why``."""
    is_over = consent.ends_at is not None and at >= consent.ends_at
    found = (
        (consent.topic in (ask.topic, Topic.EVERYTHING), Why.OTHER_TOPIC),
        (consent.purpose is ask.purpose, Why.OTHER_PURPOSE),
        (consent.road is ask.road, Why.OTHER_ROAD),
        (not needed_labels(ask) & ~consent.named, Why.GUARDED),
        (consent.starts_at <= at, Why.NOT_YET),
        (not is_over, Why.OVER),
        (consent.taken_back_at is None, Why.TAKEN_BACK),
    )
    return next((why for is_met, why in found if not is_met), Why.HOLDS)
