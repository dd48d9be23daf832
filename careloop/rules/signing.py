"""How a check stands by what the clinic's clinician signed, and when it helps too seldom to stay as it is.

A check whose source was read runs until it is switched off. One that rests on general knowledge alone runs only
once it is signed, and so do the unverified parts of the others. A signature is for one version: when the check
changes, what was signed goes on and the check asks again, but what is unverified stops until then.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from hashlib import sha256

from careloop.basics.refusals import Refusal
from careloop.basics.units import write_quantity
from careloop.basics.words import Say
from careloop.facts.checks import Bound, Check, Knowledge
from careloop.facts.signing import JudgedBy, PastVersion, Precision, Setting, Standing
from careloop.facts.worklist import Confidence

# A product choice: below this number a share says nothing, and a check should help in one case of five.
ENOUGH = 20
ONE_IN = 5


def stand(check: Check, setting: Setting | None) -> Standing:
    """Say how a check stands under its newest signature, None if nobody ever signed."""
    is_general = check.confidence is Confidence.GENERAL
    if setting is None:
        return Standing(
            is_on=not is_general,
            is_unverified_on=False,
            asks_again=False,
            thresholds={bound.name: bound.default for bound in check.bounds},
            setting=None,
        )
    is_same = setting.version == check.version
    return Standing(
        is_on=setting.is_on and (is_same or not is_general),
        is_unverified_on=setting.is_on and is_same and (is_general or setting.is_unverified_on),
        asks_again=setting.is_on and not is_same,
        thresholds={bound.name: _value(bound, setting) for bound in check.bounds},
        setting=setting,
    )


def has_unverified(check: Check, knowledge: Knowledge) -> bool:
    """Tell whether a part of the check rests on general knowledge."""
    sources = check.sources(knowledge)
    return Confidence.GENERAL in (check.confidence, *(source.confidence for source in sources))


def settle_knowledge(knowledge: Knowledge, checks: Mapping[str, Check], newest: Mapping[str, Setting]) -> Knowledge:
    """Return the knowledge with what the clinic signed; its version differs only where that can change an answer."""
    standings = [stand(check, newest.get(name)) for name, check in checks.items()]
    unsigned = [stand(check, None) for check in checks.values()]
    names = list(checks)
    version = knowledge.version
    if _mark(names, standings) != _mark(names, unsigned):
        version = f"{version}+{_mark(names, standings)}"
    return replace(
        knowledge,
        version=version,
        signed_on=frozenset(name for name, one in zip(names, standings, strict=True) if one.is_unverified_on),
        switched_off=frozenset(name for name, one in zip(names, standings, strict=True) if not one.is_on),
        thresholds={
            bound.name: one.thresholds[bound.name]
            for check, one in zip(checks.values(), standings, strict=True)
            for bound in check.bounds
            if one.thresholds[bound.name] != bound.default
        },
    )


def _mark(names: Iterable[str], standings: Iterable[Standing]) -> str:
    parts = []
    for name, one in zip(names, standings, strict=True):
        values = sorted((bound, f"{value.normalize():f}") for bound, value in one.thresholds.items())
        parts.append(f"{name}:{one.is_on}:{one.is_unverified_on}:{values}")
    return sha256(";".join(sorted(parts)).encode()).hexdigest()[:12]


def choose_thresholds(check: Check, given: Mapping[str, str], before: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Return a value for each threshold of a check: what is given (by its name, with or without the check's), else
    what held before.

    :raises Refusal: if a threshold is not known, no number, or out of its bounds
    """
    bounds = {bound.name: bound for bound in check.bounds}
    chosen = {name: before.get(name, bound.default) for name, bound in bounds.items()}
    for short, text in given.items():
        name = short if short in bounds else f"{check.name}.{short}"
        if name not in bounds:
            raise Refusal(_say_unknown(check, short))
        chosen[name] = _read_value(bounds[name], text)
    return chosen


def asks_for_change(precision: Precision) -> bool:
    """Tell whether fewer than one in five of enough closed loops were acted on."""
    return precision.closed >= ENOUGH and precision.acted_on * ONE_IN < precision.closed


def percent_acted_on(precision: Precision) -> int | None:
    """Return the share acted on in whole percent, rounded down; None where there are too few loops to say."""
    return precision.acted_on * 100 // precision.closed if precision.closed >= ENOUGH else None


def last_change(check: Check, history: Sequence[Setting], midnight: datetime | None) -> datetime | None:
    """Return when the rule behind the check's loops last changed, None if it never did.

    ``history`` is newest first; a signature that repeats the one before it changes nothing. ``midnight`` begins
    the day from which this version holds, None for the first version.
    """
    older: list[Setting | None] = [*history[1:], None]
    changed = (new.from_at for new, old in zip(history, older, strict=False) if not _is_alike(check, new, old))
    return max((at for at in (next(changed, None), midnight) if at), default=None)


def judge_by(check: Check, knowledge: Knowledge) -> JudgedBy:
    """Return the rule by which a check judges with this knowledge."""
    thresholds = {bound.name: bound.value(knowledge) for bound in check.bounds}
    return JudgedBy(check.name, check.version, check.from_on, thresholds, knowledge.version)


def say_thresholds(check: Check | None, values: Mapping[str, Decimal]) -> tuple[tuple[Say, str], ...]:
    """Return what each threshold is called, with its value and unit; one that there is no more keeps its name."""
    bounds = {bound.name: bound for bound in check.bounds} if check else {}
    return tuple(
        (bounds[name].says, write_quantity(f"{value:f}", bounds[name].unit))
        if name in bounds
        else (Say("text.free", text=name), f"{value:f}")
        for name, value in values.items()
    )


def setting_on(history: Iterable[Setting], before: datetime) -> Setting | None:
    """Return the newest signature made before a moment; ``history`` is newest first."""
    return next((one for one in history if one.from_at < before), None)


def version_on(check: Check, past: Iterable[PastVersion], on: date) -> int | None:
    """Return the version of a check that held on a day, None if there was none yet."""
    if on >= check.from_on:
        return check.version
    held = [one.version for one in past if one.check == check.name and one.from_on <= on]
    return max(held, default=None)


def _is_alike(check: Check, new: Setting, old: Setting | None) -> bool:
    after, before = stand(check, new), stand(check, old)
    return (after.is_on, after.is_unverified_on, after.thresholds) == (
        before.is_on,
        before.is_unverified_on,
        before.thresholds,
    )


def _value(bound: Bound, setting: Setting) -> Decimal:
    """A value that a newer version no longer allows gives way to the default."""
    chosen = setting.thresholds.get(bound.name, bound.default)
    return chosen if bound.least <= chosen <= bound.most else bound.default


def _read_value(bound: Bound, text: str) -> Decimal:
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        raise Refusal(Say("refusal.threshold.no_number", threshold=bound.name)) from None
    if not value.is_finite() or not bound.least <= value <= bound.most:
        raise Refusal(
            Say(
                "refusal.threshold.out_of_bounds",
                threshold=bound.name,
                least=f"{bound.least:f}",
                most=f"{bound.most:f}",
                unit=bound.unit,
            )
        )
    return value


def _say_unknown(check: Check, name: str) -> Say:
    known = ", ".join(bound.name for bound in check.bounds)
    if not known:
        return Say("refusal.threshold.none", check=check.name)
    return Say("refusal.threshold.unknown", threshold=name, known=known)
