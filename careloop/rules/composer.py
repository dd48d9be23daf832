"""A message while it is being written: own words or a situation's, as the person would see it, and what is wrong.

Words that others may see on the road stop a message; a hard sentence does not, but is said. A text of more than two
parts is said as well: "text messages in two parts where possible" and the highest grade are rules of the product's
design of messages, 2026-11-21.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from careloop.basics.words import Say
from careloop.facts.composer import Look
from careloop.facts.consents import Road, Topic
from careloop.facts.messages import (
    FIRST_LANGUAGE,
    Composed,
    Field,
    Grade,
    Hold,
    Need,
    PartPrice,
    Reader,
    State,
    Template,
    Tongue,
    Value,
    Version,
)
from careloop.rules.compose import compose
from careloop.rules.private_words import PrivateNames
from careloop.rules.reading_grade import HIGHEST_GRADE, grade_of, is_plain
from careloop.rules.text_parts import estimate_cost

MOST_PARTS = 2
# A sentence of more words than this is read twice. Source: the product's design of messages, 2026-11-21.
MOST_WORDS_OF_A_SENTENCE = 20
# What one message may hold; more is a letter of several pages, which is written elsewhere.
MOST_SIGNS = 3000


def write_own(
    words: str,
    topic: Topic,
    reader: Reader,
    road: Road,
    values: Mapping[Field, Value],
    *,
    tongues: Mapping[str, Tongue],
    names: PrivateNames,
) -> Composed:
    """Return somebody's own words as they would go, with greeting and end, in the language they were written in.

    ``reader.language`` is that language. Braces stay braces: own words have no fields.

    :raises KeyError: for a language without a frame, or a value that the frame wants and was not given
    """
    body = " ".join(words.replace("\x00", "").split()) if road is Road.TEXT else words.replace("\x00", "").strip()
    plain = body.replace("{", "{{").replace("}", "}}")
    own = Version(reader.language, plain, "", State.APPROVED, "", None)
    # The frame of English stands in where the language has no words of a situation: there is none here.
    versions = {FIRST_LANGUAGE: own, reader.language: own}
    template = Template("", topic, (road,), frozenset(), is_answer=False, versions=versions)
    return compose(template, reader, road, values, tongues=tongues, names=names)


def look_through(composed: Composed, prices: Sequence[PartPrice], on: date, *, may_send_drafts: bool = False) -> Look:
    """Return a composed message with all that is to be said of it before it goes.

    ``may_send_drafts`` is a house's setting for showing and trying: nowhere else do words go that nobody approved.
    """
    grade = _grade(composed)
    parts = composed.parts
    stops = [
        Say("compose_stop.empty") if not composed.words.strip() else None,
        Say("compose_stop.too_long", count=MOST_SIGNS) if len(composed.words) > MOST_SIGNS else None,
        Say("compose_stop.not_approved") if Hold.NOT_APPROVED in composed.holds and not may_send_drafts else None,
        *dict.fromkeys(word.why for word in composed.private),
    ]
    hints = [
        Say("compose_hint.draft_words") if Hold.NOT_APPROVED in composed.holds and may_send_drafts else None,
        Say("compose_hint.interpreter") if Need.INTERPRETER in composed.needs else None,
        *_hard(grade),
        Say("compose_hint.parts", count=parts.parts) if parts and parts.parts > MOST_PARTS else None,
        Say("compose_hint.signs", signs=" ".join(parts.because[:8])) if parts and parts.because else None,
    ]
    return Look(
        composed=composed,
        grade=grade,
        cost_hundredths=estimate_cost(parts.parts, prices, on) if parts else None,
        stops=tuple(one for one in stops if one),
        hints=tuple(one for one in hints if one),
    )


def _grade(composed: Composed) -> Grade | None:
    try:
        return grade_of(composed.words, composed.language)
    except LookupError:
        return None


def _hard(grade: Grade | None) -> tuple[Say, ...]:
    if grade is None:
        return ()
    found = []
    if not is_plain(grade):
        found.append(Say("compose_hint.hard", grade=str(grade.grade), most=str(int(HIGHEST_GRADE))))
    if grade.longest > MOST_WORDS_OF_A_SENTENCE:
        found.append(Say("compose_hint.long_sentence", count=grade.longest))
    return tuple(found)
