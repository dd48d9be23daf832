"""The board of caseloads: what each coordinator needs and has in the coming days, and the patients of one of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from careloop.catalog.covering import DAY, load_covering
from careloop.facts.access import Acting, Right
from careloop.facts.capacity import DAYS, BoardLine, BoardPage, BoardPatient, Works
from careloop.facts.pages import Choice
from careloop.facts.worklist import Severity
from careloop.guard.doors import Shown, listing
from careloop.guard.grants import Reach
from careloop.reads.caseload_rows import fetch
from careloop.records.models import Absence, Cover, Person
from careloop.rules.access import MAY_CARRY
from careloop.rules.covering import working_minutes
from careloop.rules.defaults import value_on
from careloop.worklist.calendar import load_calendar
from careloop.worklist.covering import Carried, Profile, load_needs, load_profiles, load_question
from careloop.worklist.settle import clinic_zone

ENGLISH = "en"


@listing(needs=Right.CASELOAD_WRITE)
def get_board(acting: Acting, reach: Reach, *, person_id: UUID | None = None) -> Shown[BoardPage]:
    """Return what each coordinator needs and has in the coming seven days, whoever has least left first.

    With a person, also their patients, most minutes first, and whom each would suit. A constant number of statements.
    """
    units = list(reach.units)
    until = acting.at + timedelta(days=DAYS)
    today = acting.at.astimezone(ZoneInfo(clinic_zone())).date()
    rows = Person.objects.filter(membership__unit_id__in=units, is_active=True, role__in=[str(r) for r in MAY_CARRY])
    people = list(rows.distinct().order_by("name", "pk"))
    keys = [one.pk for one in people]
    profiles, needed = load_profiles(keys, today), load_needs(keys, until, today)
    lines = _lines(acting, people, units, profiles, needed)
    chosen = next((one for one in people if one.pk == person_id), None)
    patients = _patients(acting, chosen.pk, units, lines) if chosen else ()
    works = profiles[chosen.pk] if chosen else None
    page = BoardPage(
        lines=tuple(sorted(lines, key=lambda one: (one.left, one.name))),
        person_id=chosen.pk if chosen else None,
        name=chosen.name if chosen else "",
        patients=patients,
        receivers=tuple(
            Choice(str(one.person_id), one.name)
            for one in sorted(lines, key=lambda one: (-one.left, one.name))
            if chosen is not None and one.person_id != chosen.pk
        ),
        works=Works(works.week.minutes, works.languages, works.specialties) if works else None,
        minutes_a_day=value_on(load_covering()[DAY], today),
    )
    return Shown(page, tuple(one.patient_id for one in patients))


def _lines(
    acting: Acting,
    people: Sequence[Person],
    units: Sequence[int],
    profiles: Mapping[UUID, Profile],
    needed: Mapping[UUID, int],
) -> list[BoardLine]:
    keys, zone, until = [one.pk for one in people], clinic_zone(), acting.at + timedelta(days=DAYS)
    closed = load_calendar().holidays
    spoken: dict[UUID, list[tuple[str, int]]] = {}
    heads: dict[UUID, int] = {}
    for person, language, count in fetch(
        "SELECT c.person_id, split_part(lower(coalesce(p.languages[1], '')), '-', 1), count(*) FROM caseload c"
        " JOIN patient p ON p.id = c.patient_id WHERE c.person_id = ANY(%s) AND c.unit_id = ANY(%s)"
        " AND c.during @> %s::timestamptz GROUP BY 1, 2 ORDER BY 3 DESC, 2",
        [keys, units, acting.at],
    ):
        heads[person] = heads.get(person, 0) + count
        if language not in ("", ENGLISH):
            spoken.setdefault(person, []).append((language, count))
    weight = {
        row[0]: row[1:]
        for row in fetch(
            "SELECT owner_id, count(*) FILTER (WHERE severity >= %s), count(*) FILTER (WHERE due_at < %s) FROM loop"
            " WHERE owner_id = ANY(%s) AND state <> 'closed' AND unit_id = ANY(%s) GROUP BY 1",
            [int(Severity.HIGH), acting.at, keys, units],
        )
    }
    noted = _noted(keys, units, acting.at)
    during = (acting.at, until)
    away = set(Absence.objects.filter(ended_at=None, during__overlap=during).values_list("person_id", flat=True))
    away |= set(Cover.objects.filter(during__overlap=during).values_list("absent_id", flat=True))
    return [
        BoardLine(
            person_id=one.pk,
            name=one.name,
            patients=heads.get(one.pk, 0),
            needed=needed[one.pk],
            working=working_minutes(profiles[one.pk].week, acting.at, until, zone, closed),
            heavy=weight.get(one.pk, (0, 0))[0],
            late=weight.get(one.pk, (0, 0))[1],
            languages=profiles[one.pk].languages,
            foreign=tuple(pair for pair in spoken.get(one.pk, ()) if pair[0] not in profiles[one.pk].languages),
            specialties=profiles[one.pk].specialties,
            is_said=profiles[one.pk].is_said,
            is_away=one.pk in away,
            noted=noted.get(one.pk, (0, 0))[0],
            noted_calls=noted.get(one.pk, (0, 0))[1],
        )
        for one in people
    ]


def _noted(keys: Sequence[UUID], units: Sequence[int], at: datetime) -> dict[UUID, tuple[int, int]]:
    """Return the minutes that each wrote down for contacts in the days just past, and of how many contacts."""
    rows = fetch(
        "SELECT person_id, sum(minutes), count(*) FROM contact_try WHERE person_id = ANY(%s) AND unit_id = ANY(%s)"
        " AND minutes IS NOT NULL AND at > %s AND at <= %s GROUP BY 1",
        [keys, units, at - timedelta(days=DAYS), at],
    )
    return {row[0]: (int(row[1]), int(row[2])) for row in rows}


def _patients(
    acting: Acting, person_id: UUID, units: Sequence[int], lines: Sequence[BoardLine]
) -> tuple[BoardPatient, ...]:
    question = load_question(acting, person_id, units, acting.at, acting.at + timedelta(days=DAYS))
    carried = {
        row[0]
        for row in fetch(
            "SELECT patient_id FROM caseload WHERE person_id = %s AND during @> %s::timestamptz", [person_id, acting.at]
        )
    }
    names = {one.person_id: one.name for one in lines}
    shares = {one.patient_id: one for one in question.shares}

    def patient_of(one: Carried) -> BoardPatient:
        share = shares[one.charge.patient_id]
        return BoardPatient(
            one.charge.patient_id, one.name, one.birth_on, one.language, one.charge.minutes, len(one.loops),
            one.charge.harm, names.get(share.person_id, "") if share.person_id else "", share.because,
        )  # fmt: skip

    found = [patient_of(one) for one in question.carried if one.charge.patient_id in carried]
    return tuple(sorted(found, key=lambda one: (-one.minutes, -one.harm, one.name)))
