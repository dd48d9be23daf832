"""The checks as the clinic has them: what each asks, how it stands, who signed it, how often it helps."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from careloop.basics.refusals import NotFound
from careloop.basics.words import Say
from careloop.catalog.check_history import load_check_history
from careloop.catalog.knowledge import load_knowledge
from careloop.facts.access import Acting, Right, Role
from careloop.facts.checks import Check
from careloop.facts.signing import CheckLine, CheckPage, Precision, Setting, Threshold
from careloop.guard.doors import managing
from careloop.rules.access import has_right
from careloop.rules.checks import find_checks
from careloop.rules.signing import (
    asks_for_change,
    has_unverified,
    percent_acted_on,
    setting_on,
    stand,
    version_on,
)
from careloop.worklist.precision import count_lately, count_precision
from careloop.worklist.settle import clinic_zone
from careloop.worklist.signatures import load_histories


@managing(needs=Right.CHECK_READ, write=False)
def list_checks(acting: Acting) -> tuple[CheckLine, ...]:
    """Return every check with how it stands and how often it helps, in the order of the alphabet."""
    checks, histories = find_checks(), load_histories()
    counted = count_precision(checks, histories, acting.at, clinic_zone())
    return tuple(
        _line(check, next(iter(histories.get(name, ())), None), counted[name]) for name, check in sorted(checks.items())
    )


@managing(needs=Right.CHECK_READ, write=False)
def get_check_page(acting: Acting, name: str, *, on: date | None = None, language: str = "en") -> CheckPage:
    """Return the page of one check with the settings that held at the end of a day, today if none is given.

    ``language`` is that of the texts of earlier versions. How often it helps is always said of now.

    :raises NotFound: if there is no such check
    """
    check = find_checks().get(name)
    if check is None:
        raise NotFound(name[:100])
    histories = load_histories(name)
    history = histories.get(name, ())
    zone = clinic_zone()
    day = on or acting.at.astimezone(ZoneInfo(zone)).date()
    past = tuple(one for one in load_check_history(language) if one.check == name)
    version = version_on(check, past, day)
    # The signature of a day in its own version: what was signed for it then is not asked for again.
    then = replace(check, version=version or check.version)
    setting = history[0] if on is None and history else _held(history, day, zone)
    knowledge = load_knowledge()
    line = _line(then, setting, count_precision({name: check}, histories, acting.at, zone)[name])
    return CheckPage(
        line=line,
        lately=count_lately({name: check}, histories, acting.at, zone)[name],
        on=day,
        held_version=version,
        about=tuple(
            (heading, told)
            for heading, told in (
                (Say("explain.who"), check.who),
                (Say("explain.when"), check.when),
                (Say("explain.not_looked_at"), check.not_looked_at),
            )
            if told is not None
        )
        + _say_measure(check),
        sources=check.sources(knowledge),
        has_unverified=has_unverified(check, knowledge),
        thresholds=tuple(Threshold(bound, line.standing.thresholds[bound.name]) for bound in check.bounds),
        history=history,
        past=past,
        can_sign=acting.role is Role.CLINICIAN and has_right(acting, Right.CHECK_SIGN),
    )


def _say_measure(check: Check) -> tuple[tuple[Say, Say], ...]:
    """Return how the published measure of the same question differs, nothing where there is none."""
    measure = check.measure
    if measure is None:
        return ()
    return ((Say("explain.measure", id=measure.id, title=measure.title, year=measure.year), measure.differs),)


def _held(history: tuple[Setting, ...], day: date, zone: str) -> Setting | None:
    if day == date.max:
        return history[0] if history else None
    return setting_on(history, datetime.combine(day + timedelta(days=1), time(0), ZoneInfo(zone)))


def _line(check: Check, setting: Setting | None, counted: Precision) -> CheckLine:
    standing = stand(check, setting)
    return CheckLine(
        name=check.name,
        title=check.title,
        kind=check.kind,
        version=check.version,
        from_on=check.from_on,
        confidence=check.confidence,
        measure=check.measure,
        standing=standing,
        precision=counted,
        percent=percent_acted_on(counted),
        asks_for_change=standing.is_on and asks_for_change(counted),
    )
