"""What a finding of the review says: as a loop of a check, and on the safety panel."""

from collections.abc import Collection
from datetime import date

from careloop.basics.words import Say
from careloop.facts.chart import Chart, FactKind
from careloop.facts.checks import Knowledge
from careloop.facts.safety import CHECK_OF, Concern, Found, Side, Tier
from careloop.facts.worklist import Answer, Confidence, Finding, Severity, Source
from careloop.rules.checks.safety.match import is_on
from careloop.rules.checks.safety.review import review

SEVERITIES = {
    Tier.CONTRAINDICATED: Severity.CRITICAL,
    Tier.SERIOUS: Severity.HIGH,
    Tier.MONITOR: Severity.MODERATE,
}


def answer(chart: Chart, on: date, knowledge: Knowledge, concerns: Collection[Concern]) -> Answer:
    """Answer as a check: the findings of these concerns, and what closes their loops."""
    seen = review(chart, on, knowledge, concerns=concerns)
    # What could not be read is said once, by the check that looks at the list itself.
    not_read = seen.not_read if Concern.INTERACTION in concerns and seen.medicines > 1 else ()
    return Answer(
        findings=tuple(make_finding(found) for found in seen.found),
        look_again_on=seen.look_again_on,
        not_checked=not_read + seen.not_checked,
        satisfied_by=seen.ended_by,
    )


def make_finding(found: Found) -> Finding:
    """Return what was found as the finding of its check."""
    row = found.row
    return Finding(
        key=found.key,
        title=say_title(found),
        because=(say_about(found), *say_why(found)),
        if_waits=Say(f"medicines.if_waits.{row.tier}"),
        next_step=say_question(found),
        severity=SEVERITIES[row.tier],
        source=row.source,
        since_on=found.since_on,
        evidence=found.evidence,
    )


def say_title(found: Found) -> Say:
    """Say in one line which medicines are asked about, and against what."""
    medicines = [side.name for side in found.sides if side.kind is FactKind.MEDICINE]
    if found.row.concern is Concern.INTERACTION:
        return Say("medicines.title.interaction", first=medicines[0], second=medicines[1])
    others = [side.label for side in found.sides if side.kind is not FactKind.MEDICINE]
    concern = found.row.concern
    return Say(f"medicines.title.{concern}", medicines=", ".join(medicines), others=", ".join(dict.fromkeys(others)))


def say_about(found: Found) -> Say:
    """Say what the row is about."""
    return Say(f"medicines.about.{found.row.id}")


def say_question(found: Found) -> Say:
    """Say the question for the clinician."""
    return Say(f"medicines.ask.{found.row.ask}")


def say_why(found: Found) -> tuple[Say, ...]:
    """Say both sides, the patient's own facts, what is not known, and whether nobody checked the row's source."""
    unverified = found.row.source.confidence is Confidence.GENERAL
    return (
        *map(say_side, found.sides),
        *found.matters,
        *found.unknown,
        *((Say("medicines.not_verified"),) if unverified else ()),
    )


def say_side(side: Side) -> Say:
    """Say what is on record and since when."""
    if side.seen_on is None:
        return Say(f"medicines.side.{side.kind}", label=side.label)
    return Say(f"medicines.side.{side.kind}_since", label=side.label, day=side.seen_on)


def list_sources(knowledge: Knowledge, check: str) -> tuple[Source, ...]:
    """Return the sources of the rows of a check that are on; all of them if none is."""
    rows = [row for row in knowledge.safety.rows if CHECK_OF[row.concern] == check]
    on = [row for row in rows if is_on(row, knowledge)]
    return tuple(dict.fromkeys(row.source for row in on or rows))
