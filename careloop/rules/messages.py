"""Words for patients, looked at: every situation in every language on every road, filled with made-up values.

What is wrong with words is said here, so that a screen, a command and a test say the same: too hard to read, a word
that a road may not carry, a language that is missing. A draft is no fault: it only goes to nobody.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from careloop.basics.words import Say
from careloop.facts.messages import (
    Field,
    MessageLine,
    PartPrice,
    Reader,
    Shown,
    Template,
    Tongue,
    Value,
)
from careloop.rules.compose import preview
from careloop.rules.private_words import PrivateNames
from careloop.rules.reading_grade import HIGHEST_GRADE, grade_of, is_plain
from careloop.rules.text_parts import estimate_cost


def show_messages(
    templates: Iterable[Template],
    samples: Mapping[str, Mapping[Field, Value]],
    *,
    tongues: Mapping[str, Tongue],
    names: PrivateNames,
    prices: Sequence[PartPrice],
    on: date,
    zone: str,
) -> tuple[MessageLine, ...]:
    """Return every situation with its languages as a person would see them.

    ``samples`` are made-up values by language, moments among them are shown in ``zone``; a text message is priced on
    the day ``on``. A language of ``tongues`` in which a situation has no words is lacking.
    """
    return tuple(
        MessageLine(
            template=template,
            shown=tuple(
                _show(template, Reader(language, zone), samples[language], tongues, names, prices, on)
                for language in sorted(template.versions)
            ),
            lacking=tuple(sorted(tongues.keys() - template.versions.keys())),
        )
        for template in templates
    )


def find_faults(line: MessageLine) -> tuple[tuple[str, Say], ...]:
    """Return what is wrong with the words of a situation, each with its language; empty when all is well."""
    lacking = [(language, Say("message_fault.lacking")) for language in line.lacking]
    return (*lacking, *((shown.language, fault) for shown in line.shown for fault in find_faults_of(shown)))


def find_faults_of(shown: Shown) -> tuple[Say, ...]:
    """Return what is wrong with the words of one language: reading grade and private words, each told once."""
    hard = [
        Say("message_fault.hard", grade=str(grade.grade), most=str(int(HIGHEST_GRADE)))
        for _road, grade in shown.grades
        if not is_plain(grade)
    ]
    return tuple(dict.fromkeys([*hard, *(word.why for word in shown.private)]))


def _show(
    template: Template,
    reader: Reader,
    values: Mapping[Field, Value],
    tongues: Mapping[str, Tongue],
    names: PrivateNames,
    prices: Sequence[PartPrice],
    on: date,
) -> Shown:
    version = template.versions[reader.language]
    roads = tuple(preview(template, reader, road, values, tongues=tongues, names=names) for road in template.roads)
    parts = next((one.parts for one in roads if one.parts), None)
    return Shown(
        language=reader.language,
        state=version.state,
        reviewer=version.reviewer,
        reviewed_on=version.reviewed_on,
        roads=roads,
        grades=tuple((one.road, grade_of(one.words, reader.language)) for one in roads),
        cost_hundredths=estimate_cost(parts.parts, prices, on) if parts else None,
    )
