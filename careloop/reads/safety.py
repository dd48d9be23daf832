"""The safety panel: medicines looked at together, with what stands about each finding and what was not checked."""

from collections.abc import Iterable, Mapping
from zoneinfo import ZoneInfo

from django.db.models import Q

from careloop.basics.days import add_business_days
from careloop.basics.words import Say
from careloop.facts.access import Acting, Right, Role
from careloop.facts.chart import Sex
from careloop.facts.checks import Knowledge
from careloop.facts.pages import Choice, Identifier, LoopRow, SafetyLine, SafetyPage
from careloop.facts.safety import CHECK_OF, Found, Override, Review, Tier
from careloop.facts.signing import CheckUse, Setting
from careloop.facts.worklist import Confidence, Tone
from careloop.guard.doors import reading
from careloop.reads.rows import Viewer, select_rows
from careloop.records.models import Loop, Patient, PatientIdentifier, Person, Unit
from careloop.rules.access import has_right, rights_of
from careloop.rules.checks import find_checks
from careloop.rules.checks.safety.review import count_waiting
from careloop.rules.checks.safety.say import make_finding
from careloop.rules.safety import is_set_aside, last_override_day
from careloop.rules.signing import asks_for_change
from careloop.worklist.calendar import load_calendar
from careloop.worklist.findings import fingerprint
from careloop.worklist.knowledge import find_knowledge
from careloop.worklist.medicines import holds_restricted, review_medicines
from careloop.worklist.overrides import find_overrides
from careloop.worklist.precision import count_lately, count_precision
from careloop.worklist.settle import clinic_zone
from careloop.worklist.signatures import load_histories

TONES = {Tier.CONTRAINDICATED: Tone.LATE, Tier.SERIOUS: Tone.SOON, Tier.MONITOR: Tone.INFO}
# A question that is asked today is looked after within so many business days.
ASK_DAYS = 2


@reading(needs=Right.CHART_READ, about=Patient)
def get_safety_page(acting: Acting, patient: Patient) -> SafetyPage:
    """Return the medicines of a patient looked at together today, as the checks see them."""
    today = acting.at.astimezone(ZoneInfo(patient.zone)).date()
    knowledge, clocks = find_knowledge(), load_calendar()
    seen = review_medicines(patient, today, knowledge)
    loops = _open_loops(acting, patient) if has_right(acting, Right.LOOP_READ) else {}
    overrides, histories = find_overrides(patient.pk), load_histories()
    lines = []
    for found in seen.found:
        key = (found.check, found.key)
        mark, override = fingerprint(make_finding(found)), overrides.get(key)
        holds = override is not None and is_set_aside(override, mark, today)
        lines.append(_line(found, mark, loops.get(key), override, holds=holds))
    people, teams = _receivers(patient)
    return SafetyPage(
        at=acting.at,
        zone=patient.zone,
        patient_id=patient.pk,
        name=patient.full_name,
        birth_on=patient.birth_on,
        sex=Sex(patient.sex),
        identifier=_identifier(patient),
        medicines=seen.medicines,
        lines=tuple(lines),
        uses=_count_uses(acting, [line.check for line in lines], histories),
        not_checked=_not_checked(patient, seen, knowledge, histories),
        may_act=has_right(acting, Right.LOOP_WRITE) and not patient.is_dead,
        ask_by=add_business_days(today, ASK_DAYS, clocks.holidays),
        override_by=last_override_day(clocks, today),
        people=people,
        teams=teams,
    )


def _line(found: Found, mark: str, loop: LoopRow | None, override: Override | None, *, holds: bool) -> SafetyLine:
    finding = make_finding(found)
    return SafetyLine(
        check=found.check,
        key=found.key,
        mark=mark,
        concern=found.row.concern,
        tier=found.row.tier,
        tone=TONES[found.row.tier],
        title=finding.title,
        about=finding.because[0],
        sides=found.sides,
        matters=found.matters,
        unknown=found.unknown,
        if_waits=finding.if_waits,
        question=finding.next_step,
        source=found.row.source,
        is_verified=found.row.source.confidence is not Confidence.GENERAL,
        loop=loop,
        set_aside=override if holds else None,
        returned=override if not holds else None,
    )


def _count_uses(
    acting: Acting, names: Iterable[str], histories: Mapping[str, tuple[Setting, ...]]
) -> tuple[CheckUse, ...]:
    """Return how often each check helps that has a line on the panel, in the order of the lines."""
    checks = {name: find_checks()[name] for name in dict.fromkeys(names)}
    if not checks or not has_right(acting, Right.CHECK_READ):
        return ()
    zone = clinic_zone()
    counted = count_precision(checks, histories, acting.at, zone)
    lately = count_lately(checks, histories, acting.at, zone)
    return tuple(
        CheckUse(name, check.title, lately[name], counted[name], asks_for_change(counted[name]))
        for name, check in checks.items()
    )


def _not_checked(
    patient: Patient, seen: Review, knowledge: Knowledge, histories: Mapping[str, tuple[Setting, ...]]
) -> tuple[Say, ...]:
    """Say everything that was left out, the parts that hold for everybody last."""
    said = [*seen.not_read, *seen.not_checked]
    if holds_restricted(patient):
        said.append(Say("check.restricted"))
    said.append(Say("medicines.not_checked.over_the_counter"))
    waiting = count_waiting(knowledge)
    for check in _checks():
        signed = next(iter(histories.get(check, ())), None)
        if signed is not None and not signed.is_on:
            day = signed.from_at.astimezone(ZoneInfo(patient.zone)).date()
            said.append(Say(f"medicines.off.{check}", name=signed.signed_by, day=day))
        elif waiting.get(check):
            said.append(Say(f"medicines.waiting.{check}", count=waiting[check]))
    return tuple(said)


def _checks() -> tuple[str, ...]:
    return tuple(dict.fromkeys(CHECK_OF.values()))


def _open_loops(acting: Acting, patient: Patient) -> dict[tuple[str, str], LoopRow]:
    viewer = Viewer(acting.person_id, acting.at, patient.zone)
    where = "l.patient_id = %s AND l.state <> 'closed' AND l.check_name = ANY(%s)"
    rows = {row.id: row for row in select_rows(viewer, where, [patient.pk, list(_checks())])}
    keys = Loop.objects.filter(pk__in=list(rows)).values_list("id", "check_name", "finding_key")
    return {(check, key): rows[loop_id] for loop_id, check, key in keys}


def _identifier(patient: Patient) -> Identifier:
    row = PatientIdentifier.objects.filter(patient=patient, type_code__in=["MR", "MRN"]).order_by("id").first()
    if row is None:
        return Identifier(name="ID", value=patient.fhir_id[-8:], system=patient.source)
    return Identifier(name=row.type_code, value=row.value, system=row.system)


def _receivers(patient: Patient) -> tuple[tuple[Choice, ...], tuple[Choice, ...]]:
    members = Person.objects.filter(Q(membership__unit_id=patient.unit_id), is_active=True).distinct().order_by("name")
    people = tuple(Choice(str(p.pk), p.name) for p in members if Right.LOOP_WRITE in rights_of(Role(p.role)))
    team = Unit.objects.get(pk=patient.unit_id)
    return people, (Choice(str(team.pk), team.name),)
