"""Who around a patient may be told what, and the one reason why not."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from careloop.basics.refusals import Refusal
from careloop.facts.access import Label
from careloop.facts.consents import (
    Consent,
    ConsentDraft,
    ConsentPurpose,
    GivenHow,
    Road,
    TellAsk,
    Topic,
    Why,
)
from careloop.rules.consents import check_consent, decide, find_end, list_hearing

AT = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
ZONE = "America/New_York"
RIDES = Consent(
    UUID(int=1), Topic.VISITS, ConsentPurpose.CARE, Road.PHONE, Label.NONE, AT - timedelta(days=1),
    AT + timedelta(days=10),
)  # fmt: skip
ALL = replace(RIDES, id=UUID(int=2), topic=Topic.EVERYTHING)
ASK = TellAsk(Topic.VISITS, ConsentPurpose.CARE, Road.PHONE)
PAPER = UUID(int=9)
DRAFT = ConsentDraft((Topic.VISITS,), (ConsentPurpose.CARE,), (Road.PHONE,), GivenHow.SCREEN)

DECIDED: list[tuple[str, tuple[Consent, ...], TellAsk, Why]] = [
    ("nobody was asked", (), ASK, Why.NOT_ASKED),
    ("it holds", (RIDES,), ASK, Why.HOLDS),
    ("another topic", (RIDES,), replace(ASK, topic=Topic.RESULTS), Why.OTHER_TOPIC),
    ("another purpose", (RIDES,), replace(ASK, purpose=ConsentPurpose.PAYMENT), Why.OTHER_PURPOSE),
    ("another road", (RIDES,), replace(ASK, road=Road.TEXT), Why.OTHER_ROAD),
    ("it begins later", (replace(RIDES, starts_at=AT + timedelta(days=1)),), ASK, Why.NOT_YET),
    ("it ends at this moment", (replace(RIDES, ends_at=AT),), ASK, Why.OVER),
    ("it was taken back", (replace(RIDES, taken_back_at=AT),), ASK, Why.TAKEN_BACK),
    ("it has no end", (replace(RIDES, ends_at=None),), ASK, Why.HOLDS),
    ("everything holds results", (ALL,), replace(ASK, topic=Topic.RESULTS), Why.HOLDS),
    ("everything is not mental health", (ALL,), replace(ASK, topic=Topic.MENTAL), Why.GUARDED),
    ("everything is not substance use", (ALL,), replace(ASK, topic=Topic.SUBSTANCE), Why.GUARDED),
    ("everything is not HIV", (ALL,), replace(ASK, labels=Label.HIV), Why.GUARDED),
    ("HIV was named", (replace(ALL, named=Label.HIV),), replace(ASK, labels=Label.HIV), Why.HOLDS),
    ("HIV was named and not violence", (replace(ALL, named=Label.HIV),),
     replace(ASK, labels=Label.HIV | Label.VIOLENCE), Why.GUARDED),
    ("restricted is never told", (replace(ALL, named=Label(63)),), replace(ASK, labels=Label.RESTRICTED), Why.GUARDED),
    ("a colleague's own record guards nothing", (RIDES,), replace(ASK, labels=Label.EMPLOYEE), Why.HOLDS),
    ("the nearest one says why", (replace(RIDES, ends_at=AT), replace(RIDES, topic=Topic.MONEY)), ASK, Why.OVER),
]  # fmt: skip


@pytest.mark.parametrize(("given", "ask", "why"), [one[1:] for one in DECIDED], ids=[one[0] for one in DECIDED])
def test_what_is_decided(given: tuple[Consent, ...], ask: TellAsk, why: Why) -> None:
    decision = decide(given, ask, AT)

    assert decision.why is why
    assert decision.is_allowed is (why is Why.HOLDS)
    assert (decision.consent_id is not None) is decision.is_allowed


def test_one_line_says_topics_of_the_same_terms_together_and_the_last_day_where_the_patient_lives() -> None:
    # Midnight after 3 March in New York.
    end = datetime(2027, 3, 4, 5, 0, tzinfo=UTC)
    rows = [replace(RIDES, topic=topic, ends_at=end) for topic in (Topic.MEDICINES, Topic.VISITS)]
    rows += [replace(RIDES, topic=Topic.MONEY, road=road, ends_at=None) for road in (Road.TEXT, Road.PHONE)]
    rows += [replace(RIDES, topic=Topic.RESULTS, taken_back_at=AT)]

    first, second = list_hearing(rows, AT, ZONE)

    assert (first.topics, first.roads, first.until) == (
        (Topic.VISITS, Topic.MEDICINES), (Road.PHONE,), date(2027, 3, 3),
    )  # fmt: skip
    assert (second.topics, second.roads, second.until) == ((Topic.MONEY,), (Road.PHONE, Road.TEXT), None)


def test_what_is_heard_is_never_more_than_what_was_agreed() -> None:
    care = replace(RIDES, purpose=ConsentPurpose.CARE)
    bills = replace(RIDES, topic=Topic.MONEY, purpose=ConsentPurpose.PAYMENT, road=Road.LETTER)

    parts = list_hearing([care, bills], AT, ZONE)

    said = {(t, p, r) for part in parts for t in part.topics for p in part.purposes for r in part.roads}
    assert said == {(one.topic, one.purpose, one.road) for one in (care, bills)}


@pytest.mark.parametrize("until", [None, date(2027, 3, 3)])
def test_by_voice_it_ends_after_thirty_days_at_the_latest(until: date | None) -> None:
    draft = replace(DRAFT, how=GivenHow.VOICE, until=until)

    assert find_end(draft, AT, ZONE) == AT + timedelta(days=30)


def test_by_voice_an_earlier_day_stays() -> None:
    draft = replace(DRAFT, how=GivenHow.VOICE, until=date(2026, 11, 25))

    assert find_end(draft, AT, ZONE) == datetime(2026, 11, 26, 5, 0, tzinfo=UTC)


REFUSED: list[tuple[ConsentDraft, str]] = [
    (replace(DRAFT, topics=()), "refusal.consent_says_nothing"),
    (replace(DRAFT, roads=()), "refusal.consent_says_nothing"),
    (replace(DRAFT, until=date(2026, 11, 19)), "refusal.consent_over"),
    (replace(DRAFT, named=Label.RESTRICTED), "refusal.consent_label"),
    (replace(DRAFT, how=GivenHow.PAPER), "refusal.consent_paper"),
    (replace(DRAFT, how=GivenHow.VOICE), "refusal.consent_witness"),
    (replace(DRAFT, topics=(Topic.SUBSTANCE,), until=date(2027, 1, 1)), "refusal.consent_part2"),
    (replace(DRAFT, named=Label.PART2, how=GivenHow.PAPER, document_id=PAPER), "refusal.consent_part2"),
]


@pytest.mark.parametrize(("draft", "key"), REFUSED)
def test_a_consent_that_could_not_hold_is_refused_with_the_reason(draft: ConsentDraft, key: str) -> None:
    with pytest.raises(Refusal) as no:
        check_consent(draft, AT, ZONE)

    assert no.value.say.key == key


def test_a_consent_on_paper_with_a_last_day_may_name_substance_use() -> None:
    check_consent(
        replace(DRAFT, topics=(Topic.SUBSTANCE,), how=GivenHow.PAPER, document_id=PAPER, until=date(2027, 1, 1)),
        AT,
        ZONE,
    )
