"""How many years of school a text asks for: our own count of sentences, words and syllables, English and Spanish.

English: the grade of Flesch and Kincaid, 0.39 words/sentence + 11.8 syllables/word - 15.59 (Kincaid, Fishburne,
Rogers and Chissom, *Derivation of New Readability Formulas for Navy Enlisted Personnel*, Research Branch Report 8-75,
1975). Spanish: Crawford's grade, -0.205 sentences + 0.049 syllables - 3.407, both for 100 words, valid for the first
six school years (A. N. Crawford, *Fórmula y gráfico para determinar la comprensibilidad de textos de nivel primario
en castellano*, Lectura y Vida, 1985; often dated 1989), and beside it the ease of Fernández Huerta, 206.84 - 0.60
syllables for 100 words - 1.02 words/sentence (J. Fernández Huerta, *Medidas sencillas de lecturabilidad*, Consigna,
1959, as corrected by G. Law, 2011). All formulas were read in secondary sources on 2026-11-23. They are rough for
short texts and know nothing of meaning: they replace no reader. Telephone numbers, hours, amounts and single digits
are no words: counted, they would make a text look easier.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from careloop.facts.messages import Grade

# The hardest that words for patients may be, in years of school: a rule of the product.
HIGHEST_GRADE = 6.0
# Fernández Huerta: 70 and more is read as at most the sixth year of school.
LOWEST_EASE = 70.0

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_END = re.compile(r"[.!?…]+(?=[\s\"'”»)¿¡]|$)|\n+")
# Ends of sentences that are none.
_SHORT = re.compile(r"\b(Mr|Mrs|Ms|Dr|Dra|Sr|Sra|Ud|Uds)\.", re.IGNORECASE)
_HALF_DAY = re.compile(r"\b(a|p)\.?\s?m\b\.?", re.IGNORECASE)

_GROUP = re.compile(r"[aeiouy]+")
# Words whose syllables the rule for English miscounts, of those that messages use.
_ENGLISH = {
    "area": 3, "being": 2, "business": 2, "clothes": 1, "create": 2, "doing": 2, "every": 2, "everyone": 3,
    "idea": 3, "ideas": 3, "people": 2, "quiet": 2, "science": 2, "seeing": 2, "something": 2, "sometimes": 2,
    "someone": 2, "diet": 2, "being's": 2, "going": 2, "wednesday": 2, "insurance": 3, "somewhere": 2, "else": 1,
    "period": 3, "real": 1, "reply": 2, "medicine": 3, "medicines": 3, "client": 2, "patient": 2, "patients": 2,
}  # fmt: skip
_ADDS_NOTHING = re.compile(r"(?:[^laeiouy]e|[^aeiouy]es|[^dtaeiouy]ed)$")
_KEEPS_ES = re.compile(r"(?:s|x|z|ch|sh|c|g)es$")

_OPEN_VOWELS = frozenset("aeoáéóíú")
_VOWELS = frozenset("aeiouáéíóúü")
_SILENT_U = re.compile(r"(g|q)u(?=[eéií])")


@dataclass(frozen=True, slots=True)
class _Counts:
    sentences: int
    words: int
    syllables: int
    longest: int


def grade_of(text: str, language: str) -> Grade:
    """Return how hard a text is, with one decimal; never below 0; a text without words is 0.

    ``language`` is "en" or "es" ("es-MX" is taken for "es"). ``longest`` is the number of words of its longest
    sentence.

    :raises LookupError: for a language that has no formula here
    """
    primary = language.replace("_", "-").split("-")[0].lower()
    return _FORMULAS[primary](text)


def is_plain(grade: Grade) -> bool:
    """Tell whether words are easy enough for patients."""
    return grade.grade <= HIGHEST_GRADE and (grade.ease is None or grade.ease >= LOWEST_EASE)


def count_syllables(word: str, language: str) -> int:
    """Return how many syllables a word is spoken with, at least 1: by rule, in English with a short list of exceptions.

    :raises LookupError: for a language that has no rule here
    """
    return _SYLLABLES[language](word)


def _english_grade(text: str) -> Grade:
    found = _count(text, _english)
    if not found.words:
        return Grade(0.0, None, 0)
    grade = 0.39 * found.words / found.sentences + 11.8 * found.syllables / found.words - 15.59
    return Grade(round(max(0.0, grade), 1), None, found.longest)


def _spanish_grade(text: str) -> Grade:
    found = _count(text, _spanish)
    if not found.words:
        return Grade(0.0, 100.0, 0)
    syllables = 100 * found.syllables / found.words
    grade = 0.049 * syllables - 0.205 * 100 * found.sentences / found.words - 3.407
    ease = 206.84 - 0.60 * syllables - 1.02 * found.words / found.sentences
    return Grade(round(max(0.0, grade), 1), round(min(100.0, max(0.0, ease)), 1), found.longest)


def _count(text: str, syllables: Callable[[str], int]) -> _Counts:
    plain = _HALF_DAY.sub(" ", _SHORT.sub(r"\1", text))
    sentences = [words for part in _END.split(plain) if (words := _WORD.findall(part))]
    return _Counts(
        len(sentences),
        sum(len(words) for words in sentences),
        sum(syllables(word) for words in sentences for word in words),
        max((len(words) for words in sentences), default=0),
    )


def _english(word: str) -> int:
    low = word.lower().replace("’", "'")
    if low in _ENGLISH:
        return _ENGLISH[low]
    low = low.removesuffix("'s")
    groups = len(_GROUP.findall(low))
    if groups > 1 and _ADDS_NOTHING.search(low) and not _KEEPS_ES.search(low):
        groups -= 1
    return max(1, groups)


def _spanish(word: str) -> int:
    low = _SILENT_U.sub(r"\1", word.lower())
    low = f"{low[:-1]}i" if low.endswith("y") and len(low) > 1 else low
    count, before = 0, ""
    for sign in low:
        if sign in _VOWELS and (before not in _VOWELS or (sign in _OPEN_VOWELS and before in _OPEN_VOWELS)):
            count += 1
        before = sign
    return max(1, count)


_FORMULAS: dict[str, Callable[[str], Grade]] = {"en": _english_grade, "es": _spanish_grade}
_SYLLABLES: dict[str, Callable[[str], int]] = {"en": _english, "es": _spanish}
