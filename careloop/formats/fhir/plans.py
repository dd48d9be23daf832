"""Goals, plans, booked visits, barriers and answers about daily life, as a page shows them, from FHIR R4 JSON.

The resources were validated when they came in; what is not there is not said.
"""

import json
from datetime import date
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from careloop.facts.chart import SYSTEMS
from careloop.facts.overview import Appointment, Barrier, CarePlan, Goal, GoalTarget, SocialAnswer
from careloop.formats.fhir.concepts import first_of, read_code, read_label
from careloop.formats.fhir.faults import JsonObject
from careloop.formats.fhir.primitives import read_moment

# FHIR R4: an appointment that stands, and a goal that is worked on.
STANDING = frozenset({"booked", "pending", "arrived", "checked-in"})
PURSUED = frozenset({"proposed", "planned", "accepted", "active", "on-hold"})


def decode(raw: str) -> JsonObject:
    """Return a resource from its JSON text; numbers keep all their digits."""
    body: JsonObject = json.loads(raw, parse_float=Decimal)
    return body


def read_goal(body: JsonObject, resource_id: UUID, said_by: str) -> Goal | None:
    """Return a goal that is worked on, or None; its days are those written in the source."""
    words = read_label(body.get("description", {}))
    if body.get("lifecycleStatus") not in PURSUED or not words:
        return None
    targets = (_read_target(target) for target in body.get("target", ()))
    return Goal(
        resource_id=resource_id,
        words=words,
        status=body["lifecycleStatus"],
        progress=read_code(body.get("achievementStatus", {})),
        is_own=body.get("expressedBy", {}).get("reference", "").startswith("Patient/"),
        since=_day(body.get("startDate")),
        targets=tuple(target for target in targets if target is not None),
        said_by=said_by,
    )


def read_plan(body: JsonObject, resource_id: UUID, said_by: str) -> CarePlan | None:
    """Return an active plan by its title, description or category, or None."""
    words = body.get("title") or body.get("description") or first_of(read_label(c) for c in body.get("category", ()))
    if body.get("status") != "active" or not words:
        return None
    period = body.get("period", {})
    return CarePlan(resource_id, words, _day(period.get("start")), _day(period.get("end")), said_by)


def read_appointment(body: JsonObject, resource_id: UUID, said_by: str, zone: str) -> Appointment | None:
    """Return an appointment that stands and has a day, with its time in ``zone``, or None."""
    moment = read_moment(body.get("start", ""))
    if body.get("status") not in STANDING or moment is None:
        return None
    local = moment.at.astimezone(ZoneInfo(zone)) if moment.at else None
    kinds = (*body.get("serviceType", ()), body.get("appointmentType", {}), *body.get("specialty", ()))
    return Appointment(
        resource_id=resource_id,
        words=body.get("description") or first_of(read_label(kind) for kind in kinds),
        on=local.date() if local else moment.day,
        clock=f"{local:%-I:%M %p}".lower() if local else "",
        said_by=said_by,
    )


def read_barrier(body: JsonObject, resource_id: UUID, said_by: str) -> Barrier | None:
    """Return a Condition of the category of social needs that is not over, or None."""
    words, state = read_label(body.get("code", {})), read_code(body.get("clinicalStatus", {}))
    is_wrong = read_code(body.get("verificationStatus", {})) in ("entered-in-error", "refuted")
    if not words or is_wrong or state in ("resolved", "inactive", "remission"):
        return None
    return Barrier(resource_id, words, _day(body.get("onsetDateTime") or body.get("recordedDate")), said_by)


def read_answer(body: JsonObject, resource_id: UUID, said_by: str) -> SocialAnswer | None:
    """Return what was answered to a question about needs of daily life, or None without an answer in words."""
    answer = read_label(body.get("valueCodeableConcept", {})) or str(body.get("valueString", ""))
    words = read_label(body.get("code", {}))
    if not words or not answer:
        return None
    asked_on = _day(body.get("effectiveDateTime") or body.get("effectivePeriod", {}).get("start"))
    return SocialAnswer(resource_id, read_code(body.get("code", {})), words, answer, asked_on, said_by)


def _read_target(target: JsonObject) -> GoalTarget | None:
    """Return a target that is a number or a range; one in words stands in the goal's own description."""
    exact, bounds = target.get("detailQuantity"), target.get("detailRange", {})
    low, high = bounds.get("low", {}), bounds.get("high", {})
    if exact is not None:
        # "< 7" is a goal of at most 7, "> 60" of at least 60; a bare number is both.
        side = str(exact.get("comparator", ""))
        low, high = {} if side.startswith("<") else exact, {} if side.startswith(">") else exact
    measured = low or high
    if "value" not in measured:
        return None
    return GoalTarget(
        codes=_codes(target.get("measure", {})),
        low=_decimal(low.get("value")),
        high=_decimal(high.get("value")),
        unit=measured.get("code") or measured.get("unit", ""),
        due_on=_day(target.get("dueDate")),
    )


def _codes(concept: JsonObject) -> tuple[str, ...]:
    found = ((coding.get("system", ""), coding["code"]) for coding in concept.get("coding", ()) if "code" in coding)
    return tuple(f"{SYSTEMS.get(system, system)}|{code}" for system, code in found)


def _day(text: str | None) -> date | None:
    moment = read_moment(text) if text else None
    return moment.day if moment else None


def _decimal(value: Decimal | int | None) -> Decimal | None:
    return None if value is None else Decimal(value)
