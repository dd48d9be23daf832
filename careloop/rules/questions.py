"""Which groups of a team can be asked, and of which somebody is. Pure."""

from collections.abc import Set

from careloop.facts.access import Role
from careloop.facts.questions import Group

# Who is in a group, by role; everybody who works on loops is in the team.
MEMBERS = {
    Group.TEAM: frozenset({Role.COORDINATOR, Role.SUPERVISOR, Role.CLINICIAN}),
    Group.COORDINATORS: frozenset({Role.COORDINATOR}),
    Group.CLINICIANS: frozenset({Role.CLINICIAN}),
    Group.SUPERVISORS: frozenset({Role.SUPERVISOR}),
}


def groups_of(roles: Set[Role]) -> tuple[Group, ...]:
    """Return the groups in which somebody with one of these roles is, the team first."""
    return tuple(group for group in Group if MEMBERS[group] & roles)
