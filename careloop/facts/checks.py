"""The shape of a check: one pure question about one patient's facts, with its published source."""

from collections.abc import Callable, Container, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TypeVar, cast

from careloop.basics.words import Say
from careloop.facts.chart import Chart, FactKind, Sex
from careloop.facts.safety import SafetyTables
from careloop.facts.worklist import Answer, Confidence, LoopKind, Severity, Source

Made = TypeVar("Made")

# Records name things by some thousand different coding lists; no clinic's local ones may fill the memory.
MEANINGS_KEPT = 20_000


@dataclass(frozen=True, slots=True)
class CodeSet:
    """Codes that mean the same to a rule: exact "system|code" texts, and ICD-10-CM prefixes.

    A prefix is "icd10cm|E11" without the dot; codes are compared without the dot. ``value_sets`` names
    published value sets by OID whose codes belong to the set too, once the clinic has loaded them.
    """

    id: str
    exact: frozenset[str]
    prefixes: tuple[str, ...] = ()
    value_sets: tuple[str, ...] = ()

    @property
    def codes(self) -> Container[str]:
        """The same codes in the form in which one is looked up fastest."""
        return self if self.prefixes else self.exact

    def __contains__(self, code: object) -> bool:
        if code in self.exact:
            return True
        # Only ICD-10-CM is matched by prefix: nothing else need be looked at further.
        if not self.prefixes or not isinstance(code, str) or code[:3] != "icd":
            return False
        return code.replace(".", "").startswith(self.prefixes)


@dataclass(frozen=True, slots=True)
class Test:
    """An accepted answer to a rule: a code set and how long it holds.

    It holds for days, months or years, for good (``once``), or until the first day of a month comes round
    again (``until_month``, for the season of a vaccine). It takes ``doses`` on different days. An exam or a
    study counts ``without_value``.
    """

    codeset: str
    within_days: int = 0
    within_months: int = 0
    within_years: int = 0
    until_month: int = 0
    once: bool = False
    doses: int = 1
    without_value: bool = False


@dataclass(frozen=True, slots=True)
class RuleValues:
    """The dated values of one published rule, as the catalog holds them."""

    id: str
    says: str
    question: str
    age_min: int | None
    age_max: int | None
    sex: Sex | None
    conditions_any: tuple[str, ...]
    exclude_codesets: tuple[str, ...]
    satisfied_by: tuple[Test, ...]
    source: Source
    status_note: str = ""


@dataclass(frozen=True, slots=True)
class Threshold:
    """What makes a result abnormal: a number in one of ``units`` (UCUM), a word of its text, a coded answer."""

    units: tuple[str, ...] = ()
    below: Decimal | None = None
    above: Decimal | None = None
    at_least: Decimal | None = None
    at_most: Decimal | None = None
    words: tuple[str, ...] = ()
    codes: frozenset[str] = frozenset()

    def is_beyond(self, value: Decimal) -> bool:
        """Tell whether a number lies beyond one of the limits."""
        return (
            (self.below is not None and value < self.below)
            or (self.above is not None and value > self.above)
            or (self.at_least is not None and value >= self.at_least)
            or (self.at_most is not None and value <= self.at_most)
        )


@dataclass(frozen=True, slots=True)
class ResultRule:
    """A result that needs a next step: ``look_for`` answers it, ``within_days`` is the goal for that.

    Nothing is asked of somebody whose record holds a problem of the sets in ``unless``: it is known.
    """

    id: str
    says: str
    question: str
    codesets: tuple[str, ...]
    threshold: Threshold
    severity: Severity
    look_for: tuple[str, ...]
    unless: tuple[str, ...]
    within_days: int
    source: Source


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a coding list means: the code sets that hold one of its codes, and the ingredients of a medicine."""

    sets: tuple[str, ...]
    ingredients: frozenset[str]


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Everything checks know, loaded from the catalog with its sources and version.

    ``products`` maps "rxnorm|code" to ingredient names, ``classes`` an ingredient to its classes. ``signed_on`` names
    the checks whose unverified (``general_knowledge``) parts the clinic's clinician has signed on, ``switched_off``
    those that do not run at all; ``thresholds`` holds what the clinic chose within a check's bounds, by "check.bound".
    """

    version: str
    codesets: Mapping[str, CodeSet]
    rules: Mapping[str, RuleValues]
    results: tuple[ResultRule, ...]
    safety: SafetyTables
    products: Mapping[str, tuple[str, ...]]
    signed_on: frozenset[str] = frozenset()
    thresholds: Mapping[str, Decimal] = field(default_factory=dict)
    classes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    switched_off: frozenset[str] = frozenset()
    # Asked of every fact of every chart: what a coding list means is looked up once.
    _meanings: dict[tuple[str, ...], Meaning] = field(init=False, repr=False, compare=False, default_factory=dict)
    # What rules lay out anew from all this, each under its own key.
    _kept: dict[Hashable, object] = field(init=False, repr=False, compare=False, default_factory=dict)

    def meaning_of(self, codes: tuple[str, ...]) -> Meaning:
        """Return which code sets hold one of the codes, and what is in a medicine of these codes."""
        meaning = self._meanings.get(codes)
        if meaning is None:
            if len(self._meanings) >= MEANINGS_KEPT:
                self._meanings.clear()
            sets = (name for name, held in self.codesets.items() if any(code in held for code in codes))
            names = (name for code in codes for name in self.products.get(code, ()))
            meaning = self._meanings[codes] = Meaning(tuple(sets), frozenset(names))
        return meaning

    def once(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return what ``make`` lays out from this knowledge alone, made once; of few keys, for it is kept."""
        if key not in self._kept:
            self._kept[key] = make()
        return cast("Made", self._kept[key])


@dataclass(frozen=True, slots=True)
class Needs:
    """What a check must be given: code sets by kind of fact; a kind in ``whole`` is given whole.

    Of a kind in ``recent`` it is given what began or ended at most so many days before today (the patient's),
    what lies ahead, and what is going on (GOING_ON). Of a code set in ``lately`` it is given what began or ended
    at most so many days before today, and what lies ahead. More may come along: an answer must not change by it.
    """

    coded: Mapping[FactKind, tuple[str, ...]]
    whole: frozenset[FactKind] = frozenset()
    recent: Mapping[FactKind, int] = field(default_factory=dict)
    lately: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Bound:
    """A threshold of a check that a clinic may move: ``name`` is "check.bound", ``unit`` UCUM or plain."""

    name: str
    default: Decimal
    least: Decimal
    most: Decimal
    unit: str
    says: Say

    def value(self, knowledge: Knowledge) -> Decimal:
        """Return what the clinic chose, else the default."""
        return knowledge.thresholds.get(self.name, self.default)


@dataclass(frozen=True, slots=True)
class Measure:
    """The published quality measure that asks the same, and in which words it differs from the check.

    The measure counts only people with a visit in its year; the check asks them all. ``age_min`` and ``age_max`` are
    where the measure begins later or ends earlier than the check: the age is that of the last day of its year, or of
    the first if ``counts_age_on_first_day``.
    """

    id: str
    title: str
    year: int
    differs: Say
    age_min: int | None = None
    age_max: int | None = None
    counts_age_on_first_day: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """One question asked of every patient's record; a file in ``rules/checks`` defines CHECK.

    ``version`` and ``from_on`` date the logic: an answer of yesterday is explained by the check
    that held yesterday. ``find`` is pure and is given the day on which it is asked. A check whose
    ``confidence`` is ``general_knowledge`` runs only where the clinic's clinician signed it on. ``who``,
    ``when`` and ``not_looked_at`` explain it in plain words.
    """

    name: str
    kind: LoopKind
    title: Say
    version: int
    from_on: date
    rule_ids: tuple[str, ...]
    confidence: Confidence
    needs: Needs
    find: Callable[[Chart, date, Knowledge], Answer]
    sources: Callable[[Knowledge], tuple[Source, ...]]
    bounds: tuple[Bound, ...] = ()
    who: Say | None = None
    when: Say | None = None
    not_looked_at: Say | None = None
    measure: Measure | None = None
