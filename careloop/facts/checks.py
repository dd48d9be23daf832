"""The shape of a check: one pure question about one patient's facts, with its published source."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from careloop.basics.words import Say
from careloop.facts.chart import Chart, FactKind
from careloop.facts.worklist import Answer, Confidence, LoopKind, Source


@dataclass(frozen=True, slots=True)
class CodeSet:
    """Codes that mean the same to a rule: exact "system|code" texts, and ICD-10-CM prefixes.

    A prefix is "icd10cm|E11" without the dot; codes are compared without the dot.
    """

    id: str
    exact: frozenset[str]
    prefixes: tuple[str, ...] = ()

    def __contains__(self, code: object) -> bool:
        if code in self.exact:
            return True
        if not self.prefixes or not isinstance(code, str):
            return False
        return code.replace(".", "").startswith(self.prefixes)


@dataclass(frozen=True, slots=True)
class Test:
    """An accepted answer to a rule: a code set and how long it holds."""

    codeset: str
    within_days: int = 0
    within_months: int = 0
    within_years: int = 0


@dataclass(frozen=True, slots=True)
class RuleValues:
    """The dated values of one published rule, as the catalog holds them."""

    id: str
    says: str
    question: str
    age_min: int | None
    age_max: int | None
    conditions_any: tuple[str, ...]
    exclude_codesets: tuple[str, ...]
    satisfied_by: tuple[Test, ...]
    source: Source
    status_note: str = ""


@dataclass(frozen=True, slots=True)
class Interaction:
    """A pair of medicines that raises a question. ``a`` and ``b`` are ingredient names."""

    id: str
    says: str
    question: str
    tier: str
    a: frozenset[str]
    b: frozenset[str]
    source: Source


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Everything checks know, loaded from the catalog with its sources and version.

    ``products`` maps "rxnorm|code" to ingredient names.
    """

    version: str
    codesets: Mapping[str, CodeSet]
    rules: Mapping[str, RuleValues]
    interactions: tuple[Interaction, ...]
    products: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Needs:
    """What a check must be given: code sets by kind of fact; a kind in ``whole`` is given whole."""

    coded: Mapping[FactKind, tuple[str, ...]]
    whole: frozenset[FactKind] = frozenset()


@dataclass(frozen=True, slots=True)
class Check:
    """One question asked of every patient's record; a file in ``rules/checks`` defines CHECK.

    ``version`` and ``from_on`` date the logic: an answer of yesterday is explained by the check
    that held yesterday. ``find`` is pure and is given the day on which it is asked.
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
