"""Who somebody is and who cares for them, inside the door of the patient's page: one statement."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from careloop.basics.words import Say
from careloop.facts.access import Acting, Purpose, Right, Role
from careloop.facts.care_team import CareTeam, FormerMember, StandIn, TeamMember
from careloop.facts.clocks import Clocks
from careloop.facts.consents import NearAndTold
from careloop.facts.overview import ContactLine, ProxyLine
from careloop.facts.pages import Choice, Contact, Identifier, LookLine
from careloop.facts.reminders import ComingReminder
from careloop.reads.contacts import CONTACTED, read_contacts
from careloop.records.models import Patient, Person, Unit
from careloop.rules.access import MAY_CARRY, has_right, rights_of
from careloop.worklist.calendar import OWN_DAYS, read_calendar
from careloop.worklist.consents import CIRCLE_PARTS, read_circle
from careloop.worklist.reminder_rows import REMINDER_PARTS, read_coming

# Whose time in the care team is over, the last ones first.
FORMER = 20
_OVER = (
    "SELECT * FROM (SELECT person_id, '' AS part, during, left_reason, left_by_id FROM caseload"
    " WHERE patient_id = %(patient)s AND during << tstzrange(%(at)s::timestamptz, NULL) UNION ALL"
    " SELECT person_id, part, during, left_reason, left_by_id FROM care_team_member"
    " WHERE patient_id = %(patient)s AND during << tstzrange(%(at)s::timestamptz, NULL)) e"
    f" ORDER BY upper(during) DESC LIMIT {FORMER}"
)
# Who has a patient while their coordinator is away: somebody who covers a whole caseload, or a share of it.
_STANDS_IN = (
    "SELECT v.covering_id AS person_id, upper(v.during) AS until FROM caseload c"
    " JOIN cover v ON v.absent_id = c.person_id AND v.during @> %(at)s::timestamptz"
    " WHERE c.patient_id = %(patient)s AND c.during @> %(at)s::timestamptz UNION"
    " SELECT s.covering_id, upper(a.during) FROM absence_share s JOIN absence a ON a.id = s.absence_id"
    " WHERE s.patient_id = %(patient)s AND s.ended_at IS NULL AND a.ended_at IS NULL"
    " AND a.during @> %(at)s::timestamptz"
)
# Each part is one JSON text: lists of lists, in order.
_PARTS = (
    "SELECT json_agg(json_build_array(i.type_code, i.value, i.system) ORDER BY i.id)"
    " FROM patient_identifier i WHERE i.patient_id = %(patient)s",
    "SELECT json_agg(json_build_array(c.system, c.use, c.value) ORDER BY c.id)"
    " FROM patient_contact c WHERE c.patient_id = %(patient)s",
    "SELECT json_agg(json_build_array(p.id, p.name, p.role, '', lower(c.during))) FROM caseload c"
    " JOIN person p ON p.id = c.person_id WHERE c.patient_id = %(patient)s AND c.during @> %(at)s::timestamptz",
    "SELECT json_agg(json_build_array(p.id, p.name, p.role, m.part, lower(m.during)) ORDER BY p.name, p.id)"
    " FROM care_team_member m JOIN person p ON p.id = m.person_id"
    " WHERE m.patient_id = %(patient)s AND m.during @> %(at)s::timestamptz",
    "SELECT json_agg(json_build_array(p.name, p.role, o.part, lower(o.during), upper(o.during), o.left_reason, b.name)"
    f" ORDER BY upper(o.during) DESC, p.name) FROM ({_OVER}) o JOIN person p ON p.id = o.person_id"
    " LEFT JOIN person b ON b.id = o.left_by_id",
    "SELECT json_agg(json_build_array(p.name, s.until) ORDER BY s.until, p.name)"
    f" FROM ({_STANDS_IN}) s JOIN person p ON p.id = s.person_id",
    "SELECT json_agg(json_build_array(p.name, x.relationship) ORDER BY p.name, x.id) FROM proxy x"
    " JOIN person p ON p.id = x.person_id WHERE x.patient_id = %(patient)s AND x.during @> %(at)s::timestamptz",
    "SELECT json_agg(r.not_checked) FROM recheck r WHERE r.patient_id = %(patient)s",
    "SELECT json_agg(json_build_array(p.id, p.name, p.role) ORDER BY p.name, p.id) FROM person p"
    " WHERE p.is_active AND p.id IN (SELECT m.person_id FROM membership m WHERE m.unit_id = %(unit)s)",
    "SELECT json_agg(u.name) FROM unit u WHERE u.id = %(unit)s",
    "SELECT json_build_array(count(*) FILTER (WHERE l.state <> 'closed'), count(*) FILTER (WHERE l.state = 'closed'))"
    " FROM loop l WHERE l.patient_id = ANY(%(ids)s)",
    f"SELECT json_build_array({OWN_DAYS})",
    # Not for every role: then nothing is asked for.
    "SELECT CASE WHEN %(looks)s > 0 THEN (SELECT json_agg(json_build_array(w.at, w.person_name, w.role, w.what,"
    " w.purpose, w.outcome)) FROM who_looked(%(patient)s, %(looks)s) w) END",
    f"SELECT CASE WHEN %(contacts)s > 0 THEN ({CONTACTED}) END",
    *(f"SELECT CASE WHEN %(circle)s THEN ({part}) END" for part in CIRCLE_PARTS),
    f"SELECT CASE WHEN %(visits)s THEN ({REMINDER_PARTS[0]}) END",
    f"SELECT CASE WHEN %(chart)s THEN ({REMINDER_PARTS[1]}) END",
)


@dataclass(frozen=True, slots=True)
class Who:
    """A person's numbers, ways and people, and to whom a loop about them can be given.

    ``loop_counts`` are the open and the closed ones: not for every role. ``clocks`` hold the clinic's closed days.
    ``circle`` is who stands near and what each may hear, empty for a role that may not see it.
    ``reminders`` are the next ones of visits, ``medicine_reminders`` of how many medicines they are reminded.
    ``looks`` are the newest lines of the log, ``contacted`` the last attempts with how many there were.
    """

    identifiers: tuple[Identifier, ...]
    contacts: tuple[Contact, ...]
    coordinator_name: str
    unit_name: str
    care_team: CareTeam
    proxies: tuple[ProxyLine, ...]
    not_checked: tuple[Say, ...]
    people: tuple[Choice, ...]
    teams: tuple[Choice, ...]
    loop_counts: tuple[int, int]
    clocks: Clocks
    looks: tuple[LookLine, ...]
    contacted: tuple[Sequence[ContactLine], int]
    circle: tuple[NearAndTold, ...]
    reminders: tuple[ComingReminder, ...]
    medicine_reminders: int


def load_who(acting: Acting, patient: Patient, ids: Sequence[UUID], *, looks: int, contacts: int) -> Who:
    """Return who a patient is; ``ids`` are the records whose loops are counted. Row security decides what is seen.

    So many ``looks`` and ``contacts`` are wanted at most, 0 of what the role has no right to.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(f'({part})::text' for part in _PARTS)}",
            {
                "patient": patient.pk,
                "unit": patient.unit_id,
                "at": acting.at,
                "ids": list(ids),
                "looks": looks,
                "contacts": contacts,
                "circle": has_right(acting, Right.CIRCLE_READ),
                "visits": has_right(acting, Right.BOOKING_READ),
                "chart": has_right(acting, Right.CHART_READ),
                "skipped": 0,
            },
        )
        found = [json.loads(part) if part else [] for part in cursor.fetchone()]
    identifiers, ways, coordinators, team, former, standing, *rest = found
    proxies, not_checked, members, units, counts, days, *lately = rest
    unit_name = str(units[0])
    return Who(
        identifiers=tuple(Identifier(name=i[0], value=i[1], system=i[2]) for i in identifiers),
        contacts=tuple(Contact(system=c[0], use=c[1], value=c[2]) for c in ways),
        coordinator_name=str(coordinators[0][1]) if coordinators else "",
        unit_name=unit_name,
        care_team=_care_team(acting, coordinators, team, former, standing, members),
        proxies=tuple(ProxyLine(str(name), str(relationship)) for name, relationship in proxies),
        not_checked=tuple(Say.from_stored(stored) for stored in (not_checked[0] if not_checked else ())),
        people=tuple(Choice(str(m[0]), str(m[1])) for m in members if Right.LOOP_WRITE in rights_of(Role(m[2]))),
        teams=(Choice(str(patient.unit_id), unit_name),),
        loop_counts=(counts[0], counts[1]),
        clocks=read_calendar(str(days[0])),
        looks=tuple(_look(one) for one in lately[0]),
        contacted=read_contacts(lately[1]),
        circle=read_circle(lately[2], lately[3], acting.at, patient.zone),
        reminders=read_coming(lately[4]),
        medicine_reminders=int(lately[5][0]) if lately[5] else 0,
    )


def _care_team(
    acting: Acting,
    coordinators: Sequence[Sequence[str]],
    team: Sequence[Sequence[str]],
    former: Sequence[Sequence[str]],
    standing: Sequence[Sequence[str]],
    members: Sequence[Sequence[str]],
) -> CareTeam:
    """Return the team with who may leave it: oneself, and for supervisors everybody; the primary one only for them."""
    chooses = has_right(acting, Right.CASELOAD_WRITE)
    leaves = has_right(acting, Right.CARE_TEAM_LEAVE)

    def member(of: Sequence[str], *, may_leave: bool) -> TeamMember:
        key = UUID(of[0])
        mine = leaves and (chooses or key == acting.person_id)
        return TeamMember(key, of[1], Role(of[2]), of[3], datetime.fromisoformat(of[4]), mine and may_leave)

    primary = member(coordinators[0], may_leave=chooses) if coordinators else None
    can_follow = [m for m in members if Role(m[2]) in MAY_CARRY and not (primary and UUID(m[0]) == primary.person_id)]
    return CareTeam(
        primary=primary,
        stands_in=tuple(StandIn(name, datetime.fromisoformat(until)) for name, until in standing),
        members=tuple(member(one, may_leave=True) for one in team),
        former=tuple(_former(one) for one in former) if leaves else (),
        successors=tuple((UUID(m[0]), m[1]) for m in can_follow) if chooses else (),
    )


def _look(of: Sequence[str]) -> LookLine:
    at = datetime.fromisoformat(of[0])
    return LookLine(at=at, who=of[1], role=Role(of[2]), what=of[3], purpose=Purpose(of[4]), outcome=of[5])


def _former(of: Sequence[str]) -> FormerMember:
    since, left_at = (datetime.fromisoformat(moment) for moment in of[3:5])
    return FormerMember(of[0], Role(of[1]), of[2], since, left_at, reason=of[5], by=of[6] or "")


def load_receivers(unit_id: int) -> tuple[tuple[Choice, ...], tuple[Choice, ...]]:
    """Return the people and the team to whom a loop of a unit can be given."""
    members = Person.objects.filter(membership__unit_id=unit_id, is_active=True).distinct().order_by("name", "id")
    people = tuple(Choice(str(p.pk), p.name) for p in members if Right.LOOP_WRITE in rights_of(Role(p.role)))
    return people, tuple(Choice(str(u.pk), u.name) for u in Unit.objects.filter(pk=unit_id))
