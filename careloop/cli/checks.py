"""``careloop checks``: which questions are asked of every record, on whose word, and who signed them."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated

import typer

from careloop.basics.units import write_unit
from careloop.basics.words import Say
from careloop.catalog.speech import list_languages, speak
from careloop.cli.boot import boot, operator
from careloop.cli.output import USAGE, fail, print_json, say
from careloop.facts.checks import Measure
from careloop.facts.signing import CheckLine, CheckPage, Precision, Setting, Signature, Threshold
from careloop.facts.worklist import Confidence, Source
from careloop.rules.checks import find_checks

app = typer.Typer(help="The checks that find work.", no_args_is_help=True)

Language = Annotated[str, typer.Option(help="en or es.")]


@app.command("list")
def list_all(
    language: Language = "en",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """List every check: on or off, version, confidence, measure, who signed it, and how often it helps."""
    _must_be_spoken(language)
    boot()
    from careloop.reads.signing import list_checks

    lines = list_checks(operator())
    if as_json:
        print_json({"schema": "careloop.checks.2", "checks": [_line_as_json(line, language) for line in lines]})
        return
    for line in lines:
        measure = f"  {line.measure.id}" if line.measure else ""
        state = " ".join(speak(one, language) for one in _say_state(line))
        title = speak(line.title, language)
        typer.echo(f"{line.name}  {line.kind}  version {line.version}  {line.confidence}{measure}  {title}. {state}")


@app.command("explain")
def explain(
    name: Annotated[str, typer.Argument(help="The name of a check.")],
    on: Annotated[str, typer.Option(help="A day (2026-11-21): the settings that held at its end.")] = "",
    language: Language = "en",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Print what a check asks and leaves out, its thresholds, measure and sources, who signed it, how it helps."""
    _must_be_check(name)
    _must_be_spoken(language)
    day = _read_day(on) if on else None
    boot()
    from careloop.reads.signing import get_check_page

    page = get_check_page(operator(), name, on=day, language=language)
    if as_json:
        print_json({"schema": "careloop.check.1"} | _page_as_json(page, language))
        return
    for one in _explain(page):
        typer.echo(speak(one, language))


@app.command("sign")
def sign(
    name: Annotated[str, typer.Argument(help="The name of a check.")],
    is_on: Annotated[bool, typer.Option("--on/--off", help="Whether it runs from now on.")],
    clinician: Annotated[str, typer.Option("--as", help="The e-mail address of the clinician who signs.")],
    threshold: Annotated[
        list[str] | None, typer.Option(help="A threshold and its value, as in systolic=135; may be given again.")
    ] = None,
    unverified: Annotated[
        bool, typer.Option("--unverified", help="Sign on those parts too that nobody has verified.")
    ] = False,
    note: Annotated[str, typer.Option(help="The clinician's own words.")] = "",
) -> None:
    """Write down what a clinician signs about a check. The log keeps that it was typed for them."""
    _must_be_check(name)
    values = dict(_read_threshold(one) for one in threshold or [])
    boot()
    from careloop.actions.signing import sign_check_for

    signature = Signature(name, is_on, is_unverified_on=unverified, thresholds=values, note=note)
    sign_check_for(operator(), signature, clinician=clinician)
    say(f"Signed: {name} is {'on' if is_on else 'off'}. The worker looks at everybody again by this rule.")


def _must_be_check(name: str) -> None:
    if name not in find_checks():
        fail(USAGE, f"There is no check {name!r}.", fix=f"Choose one of: {', '.join(find_checks())}")


def _read_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        fail(USAGE, f"{text!r} is no day.", fix="Write it as 2026-11-21.")


def _read_threshold(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals and value):
        fail(USAGE, f"{text!r} is no threshold with its value.", fix="Write it as systolic=135.")
    return name.strip(), value


def _must_be_spoken(language: str) -> None:
    if language not in list_languages():
        fail(USAGE, f"There is no language {language!r}.", fix=f"Choose one of: {', '.join(list_languages())}")


def _say_state(line: CheckLine) -> Iterator[Say]:
    """Say how a check stands, who signed that, and what it asks for."""
    standing = line.standing
    yield Say("explain.on") if standing.is_on else Say("explain.off")
    if standing.setting is not None:
        yield Say("explain.signed", name=standing.setting.signed_by, day=standing.setting.from_at.date())
    elif line.confidence is Confidence.GENERAL:
        yield Say("explain.unsigned")
    if standing.asks_again:
        yield Say("explain.asks_again")
    if line.asks_for_change:
        yield Say("explain.asks_for_change")


def _explain(page: CheckPage) -> Iterator[Say]:
    """Go through what there is to say of a check, in the order in which it is printed."""
    line = page.line
    yield line.title
    yield Say("explain.kind", kind=str(line.kind), version=line.version, day=line.from_on)
    for heading, told in page.about:
        yield from (heading, told)
    for one in page.thresholds:
        yield from _explain_threshold(one)
    if line.confidence is Confidence.GENERAL:
        yield Say("explain.waits")
    for source in page.sources:
        yield Say(
            "explain.source",
            organization=source.organization,
            title=source.title,
            year=source.year,
            section=source.section,
        )
        yield Say(f"explain.checked_{source.confidence}", day=source.checked_on)
        if source.confidence is Confidence.GENERAL:
            yield Say("explain.not_verified")
    yield from _explain_standing(page)


def _explain_threshold(one: Threshold) -> Iterator[Say]:
    bound = one.bound
    yield Say("explain.bound", name=bound.name, value=f"{one.value:f}", unit=write_unit(bound.unit))
    yield Say("explain.bound_limits", least=f"{bound.least:f}", most=f"{bound.most:f}")
    yield bound.says


def _explain_standing(page: CheckPage) -> Iterator[Say]:
    if page.held_version is None:
        yield Say("explain.not_there_yet", day=page.on)
        return
    yield Say("explain.held", day=page.on, version=page.held_version)
    yield from _say_state(page.line)
    if page.has_unverified:
        standing = page.line.standing
        yield Say("explain.unverified_on") if standing.is_unverified_on else Say("explain.unverified_off")
    for one in page.history:
        key = Say("explain.on") if one.is_on else Say("explain.off")
        yield Say("explain.signed", name=one.signed_by, day=one.from_at.date())
        yield from (key, Say("text.free", text=one.note)) if one.note else (key,)
    for past in page.past:
        yield Say("explain.version", version=past.version, day=past.from_on, what=past.what, why=past.why)
    counted = page.line.precision
    yield Say(
        "explain.precision",
        day=counted.since.date(),
        closed=counted.closed,
        acted=counted.acted_on,
        not_needed=sum(counted.not_needed.values()),
        by_facts=counted.ended_by_facts,
        aside=counted.set_aside,
    )
    if page.line.percent is None:
        yield Say("explain.too_few")


def _line_as_json(line: CheckLine, language: str) -> dict[str, object]:
    standing, setting = line.standing, line.standing.setting
    return {
        "name": line.name,
        "kind": str(line.kind),
        "title": speak(line.title, language),
        "version": line.version,
        "from": line.from_on.isoformat(),
        "confidence": str(line.confidence),
        "measure": _measure_as_json(line.measure, language) if line.measure else None,
        "on": standing.is_on,
        "unverified_on": standing.is_unverified_on,
        "waits_for_a_clinician": line.confidence is Confidence.GENERAL and not standing.is_on,
        "asks_to_be_signed_again": standing.asks_again,
        "asks_to_be_changed": line.asks_for_change,
        "signed": _setting_as_json(setting) if setting else None,
        "thresholds": {name: f"{value:f}" for name, value in standing.thresholds.items()},
        "precision": _precision_as_json(line.precision, line.percent),
    }


def _page_as_json(page: CheckPage, language: str) -> dict[str, object]:
    about = {heading.key.removeprefix("explain."): speak(told, language) for heading, told in page.about}
    lately = page.lately
    return _line_as_json(page.line, language) | {
        "lately": {
            "since": lately.since.isoformat(),
            "closed": lately.closed,
            "acted_on": lately.acted_on,
            "answered": lately.answered,
            "answer_days": None if lately.answer_days is None else round(lately.answer_days, 1),
        },
        "who": about.get("who"),
        "when": about.get("when"),
        "not_looked_at": about.get("not_looked_at"),
        "on_day": page.on.isoformat(),
        "held_version": page.held_version,
        "bounds": [_bound_as_json(one, language) for one in page.thresholds],
        "sources": [_source_as_json(source) for source in page.sources],
        "history": [_setting_as_json(one) for one in page.history],
        "versions": [
            {"version": one.version, "from": one.from_on.isoformat(), "what": one.what, "why": one.why}
            for one in page.past
        ],
    }


def _bound_as_json(one: Threshold, language: str) -> dict[str, object]:
    bound = one.bound
    return {
        "name": bound.name,
        "value": f"{one.value:f}",
        "default": str(bound.default),
        "least": str(bound.least),
        "most": str(bound.most),
        "unit": bound.unit,
        "says": speak(bound.says, language),
    }


def _measure_as_json(measure: Measure, language: str) -> dict[str, object]:
    return {
        "id": measure.id,
        "title": measure.title,
        "year": measure.year,
        "differs": speak(measure.differs, language),
        "counts_only_with_a_visit": True,
    }


def _source_as_json(source: Source) -> dict[str, object]:
    return {
        "id": source.id,
        "organization": source.organization,
        "title": source.title,
        "year": source.year,
        "section": source.section,
        "confidence": str(source.confidence),
        "checked_on": source.checked_on.isoformat(),
        "effective_on": source.effective_on.isoformat() if source.effective_on else None,
        "address": source.address,
    }


def _setting_as_json(one: Setting) -> dict[str, object]:
    return {
        "on": one.is_on,
        "unverified_on": one.is_unverified_on,
        "version": one.version,
        "thresholds": {name: f"{value:f}" for name, value in one.thresholds.items()},
        "signed_by": one.signed_by,
        "from": one.from_at.isoformat(),
        "note": one.note,
    }


def _precision_as_json(counted: Precision, percent: int | None) -> dict[str, object]:
    return {
        "since": counted.since.isoformat(),
        "closed": counted.closed,
        "acted_on": counted.acted_on,
        "not_needed": {str(outcome): count for outcome, count in counted.not_needed.items()},
        "ended_by_facts": counted.ended_by_facts,
        "set_aside": counted.set_aside,
        "percent_acted_on": percent,
    }
