"""Letters to offices: how their words are filled, what stops them, and by what an answer is known. Pure.

No more leaves than the fields hold (45 CFR 164.502(b), minimum necessary; general knowledge, 2026-11-23). What is kept
apart in a record is not named: there is no consent for an office that would allow it.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from careloop.basics.words import Say
from careloop.facts.disclosures import Basis
from careloop.facts.messages import Piece, Private
from careloop.facts.offices import (
    OFFICES,
    Detail,
    LetterAsk,
    LetterField,
    LetterKind,
    LetterReferral,
    LetterTemplate,
    Way,
)
from careloop.facts.outbox import ThreadWith
from careloop.rules.private_words import PrivateNames, find_private_words, list_names

SILENT_DAYS = "silent_days"
VALUES = (SILENT_DAYS,)
# What is longer is a document; a field is a few words.
MOST_SIGNS, FIELD_SIGNS = 4000, 200
# A line of a sheet takes 240 characters: longer sentences go on in the next line.
LINE = 200
SENTENCE = re.compile(r"(?<=[.?!])\s+")
CODE = re.compile(r"\bCL-[A-Z2-7]{5}-[A-Z2-7]{5}\b")
# A Message-ID of ours begins with the key of the message.
NAMED = re.compile(r"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DETAIL_WORDS = {Detail.NAME: "Name", Detail.PHONE: "Phone", Detail.ADDRESS: "Address"}


def list_kinds(letters: Mapping[LetterKind, LetterTemplate], partner: ThreadWith) -> tuple[LetterKind, ...]:
    """Return which letters can be written to a partner, own words first."""
    return (LetterKind.OWN_WORDS, *(one.kind for one in letters.values() if partner in one.partners))


def ground_for(partner: ThreadWith, template: LetterTemplate | None) -> Basis:
    """Return the ground that is chosen first: that of the words, else payment for a health plan and treatment for
    others.
    """
    if template is not None:
        return template.basis
    return Basis.PAYMENT if partner is ThreadWith.PAYER else Basis.TREATMENT


def write_date(on: date) -> str:
    """Return a day as letters write it, in English: "3 Nov 2026"."""
    return f"{on.day} {MONTHS[on.month - 1]} {on.year}"


def fill_letter(template: LetterTemplate | None, ask: LetterAsk, details: Mapping[Detail, str]) -> tuple[str, ...]:
    """Return the lines of a letter: the words of the catalog with their fields, then somebody's own.

    Own words have no fields: braces stay braces.
    """
    told = "\n".join(f"{DETAIL_WORDS[one]}: {details[one]}" for one in ask.details if details.get(one))
    values = {
        LetterField.WHAT: ask.what.strip(),
        LetterField.NUMBER: ask.number.strip(),
        LetterField.DAY: write_date(ask.day) if ask.day else "",
        LetterField.DETAILS: told,
    }
    said = template.body.format(**{str(field): value for field, value in values.items()}) if template else ""
    return tuple(_lines(said)) + tuple(_lines(ask.words))


def fill_from_referral(ask: LetterAsk, referral: LetterReferral) -> LetterAsk:
    """Return what is asked with what was not typed taken from a referral: its specialty and the day on which it went.

    The question is not: the office has it with the packet, and another office need not know it.
    """
    return replace(ask, what=ask.what.strip() or referral.specialty, day=ask.day or referral.sent_on)


def find_gaps(
    template: LetterTemplate | None, ask: LetterAsk, partner: ThreadWith, details: Mapping[Detail, str]
) -> tuple[Say, ...]:
    """Return what is missing before a letter can go, or is too long; () if nothing is."""
    if partner not in OFFICES or (template is not None and partner not in template.partners):
        return (Say("refusal.letter_kind"),)
    wanted = template.fields if template else frozenset()
    fields = (ask.what, ask.number)
    rules = (
        (template is None and not ask.words.strip(), Say("refusal.thread_empty")),
        (len(ask.words) > MOST_SIGNS, Say("refusal.thread_too_long", count=MOST_SIGNS)),
        (any(len(one) > FIELD_SIGNS for one in fields), Say("refusal.letter_field", count=FIELD_SIGNS)),
        (LetterField.WHAT in wanted and not ask.what.strip(), Say("refusal.letter_what")),
        (LetterField.NUMBER in wanted and not ask.number.strip(), Say("refusal.letter_number")),
        (LetterField.DAY in wanted and ask.day is None, Say("refusal.letter_day")),
        (LetterField.DETAILS in wanted and not ask.details, Say("refusal.letter_details")),
        (any(not details.get(one) for one in ask.details), Say("refusal.letter_detail_unknown")),
    )
    return tuple(no for is_wrong, no in rules if is_wrong)


def find_guarded(lines: Iterable[str], apart: Iterable[str], names: PrivateNames) -> tuple[str, ...]:
    """Return the names in a letter that stand on entries which are kept apart, in the order of the letter.

    ``apart`` are the words of those entries: each is looked for whole, and by the medicines and conditions of the
    catalog that it names.
    """
    texts, held = list(lines), list(apart)
    whole = list_names((one, Private.CONDITION) for one in held)
    parts = {one.word for text in held for one in find_private_words(text, Piece.TEXT, names)}
    found = [one.word for text in texts for one in find_private_words(text, Piece.TEXT, names) if one.word in parts]
    found += [one.word for text in texts for one in find_private_words(text, Piece.TEXT, whole)]
    return tuple(dict.fromkeys(found))


def choose_way(ways: Iterable[Way], likes: str) -> tuple[Way, ...]:
    """Return the ways with the one first that they like."""
    return tuple(sorted(ways, key=lambda way: str(way) != likes))


def make_code(token: bytes) -> str:
    """Return the reference of a thread from fifty bits or more: it names nobody, and nobody can guess it."""
    signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    number = int.from_bytes(token[:8], "big")
    made = "".join(signs[(number >> (5 * n)) & 31] for n in range(10))
    return f"CL-{made[:5]}-{made[5:]}"


def find_code(subject: str, words: str) -> str:
    """Return the reference of a thread that a mail carries, its subject first; "" if it carries none."""
    found = CODE.search(subject) or CODE.search(words)
    return found.group(0) if found else ""


def find_named(headers: Iterable[str]) -> tuple[str, ...]:
    """Return the keys of our own messages that headers of a mail name (In-Reply-To, References), each once."""
    return tuple(dict.fromkeys(key for one in headers for key in NAMED.findall(one)))


def _lines(text: str) -> Iterable[str]:
    for paragraph in text.replace("\x00", "").replace("\r\n", "\n").split("\n"):
        for sentence in SENTENCE.split(" ".join(paragraph.split())):
            yield from _wrapped(sentence)


def _wrapped(sentence: str) -> Iterable[str]:
    """Cut a sentence at words into lines that no sheet cuts; a word that is longer is cut itself."""
    line = ""
    for word in (part for one in sentence.split(" ") for part in (one[n : n + LINE] for n in range(0, len(one), LINE))):
        if line and len(line) + 1 + len(word) > LINE:
            yield line
            line = word
        else:
            line = f"{line} {word}" if line else word
    if line:
        yield line
