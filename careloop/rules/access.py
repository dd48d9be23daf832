"""Who may do what, through which relation, and which labels a role may see. Tables to read, functions to ask.

The tables restate the product's access design: what is not written here is refused.
"""

from collections.abc import Collection, Mapping

from careloop.facts.access import ALL_LABELS, STAFF, Acting, Label, Purpose, Relation, Right, Role

# What everybody who signs in may do.
EVERYBODY = frozenset({Right.SELF_READ, Right.SELF_WRITE})
# What everybody who works at the clinic may do, whatever their part: a crisis waits for no role.
OF_STAFF = frozenset({Right.CRISIS_WRITE})

COORDINATION = frozenset(
    {
        Right.PATIENT_READ,
        Right.PATIENT_FIND,
        Right.PATIENT_REGISTER,
        Right.CHART_READ,
        Right.DOCUMENT_WRITE,
        Right.AMENDMENT_WRITE,
        Right.LOOP_READ,
        Right.LOOP_WRITE,
        Right.LOOP_HAND_OFF,
        Right.CARE_TEAM_LEAVE,
        Right.ACCESS_READ,
        Right.TEAM_READ,
        Right.INTAKE_REVIEW,
        Right.HEALTH_READ,
        Right.CHECK_READ,
        Right.DIRECTORY_READ,
        Right.DIRECTORY_WRITE,
        Right.BOOKING_READ,
        Right.BOOKING_WRITE,
        Right.OUTAGE_WRITE,
        Right.REFERRAL_READ,
        Right.REFERRAL_WRITE,
        Right.CIRCLE_READ,
        Right.CIRCLE_WRITE,
        Right.CALLER_CHECK,
        Right.DISCLOSURE_READ,
        Right.MESSAGE_READ,
        Right.MESSAGE_WRITE,
        Right.LINK_GIVE,
        Right.OUTREACH_WORK,
    }
)
# What somebody does with a link: what it opens, and nothing else.
BY_LINK = frozenset({Right.OWN_READ, Right.OWN_WRITE})

MAY: Mapping[Role, frozenset[Right]] = {
    Role.COORDINATOR: COORDINATION,
    Role.SUPERVISOR: COORDINATION
    | {Right.CASELOAD_WRITE, Right.AMENDMENT_DECIDE, Right.RECORD_EXPORT, Right.HOLD_WRITE, Right.RECORD_DELETE}
    | {Right.CALENDAR_WRITE, Right.BOOKING_OVERBOOK, Right.WORDS_READ, Right.WORDS_APPROVE}
    | {Right.OUTREACH_WRITE},
    Role.CLINICIAN: frozenset(
        {
            Right.PATIENT_READ,
            Right.PATIENT_FIND,
            Right.CHART_READ,
            Right.DOCUMENT_WRITE,
            Right.AMENDMENT_WRITE,
            Right.AMENDMENT_DECIDE,
            Right.LOOP_READ,
            Right.LOOP_WRITE,
            Right.LOOP_HAND_OFF,
            Right.CARE_TEAM_LEAVE,
            Right.ACCESS_READ,
            Right.TEAM_READ,
            Right.CHECK_READ,
            Right.CHECK_SIGN,
            Right.DIRECTORY_READ,
            Right.BOOKING_READ,
            Right.REFERRAL_READ,
            Right.REFERRAL_WRITE,
            Right.REFERRAL_SIGN,
            Right.CIRCLE_READ,
            Right.CIRCLE_WRITE,
            Right.CALLER_CHECK,
            Right.DISCLOSURE_READ,
            Right.MESSAGE_READ,
            Right.MESSAGE_WRITE,
            Right.WORDS_READ,
            Right.WORDS_APPROVE,
        }
    ),
    Role.FRONT_DESK: frozenset({Right.PATIENT_READ, Right.PATIENT_FIND, Right.PATIENT_REGISTER})
    | {Right.DIRECTORY_READ, Right.BOOKING_READ, Right.BOOKING_WRITE, Right.CALLER_CHECK},
    Role.BILLING: frozenset({Right.PATIENT_READ}),
    Role.AUDITOR: frozenset({Right.AUDIT_READ, Right.AUDIT_VERIFY}),
    Role.ADMINISTRATOR: frozenset({Right.PEOPLE_WRITE, Right.TEAM_READ, Right.HEALTH_READ})
    | {Right.DIRECTORY_READ, Right.DIRECTORY_WRITE, Right.CALENDAR_WRITE, Right.WORDS_READ}
    | {Right.CHANNEL_WRITE},
    Role.PATIENT: BY_LINK,
    Role.PROXY: BY_LINK,
    Role.SYSTEM: frozenset(Right),
}

# Who can be the primary coordinator of a patient: they reach every patient of their team.
MAY_CARRY = (Role.COORDINATOR, Role.SUPERVISOR)

# Through which relations a role reaches a patient.
THROUGH: Mapping[Role, frozenset[Relation]] = {
    Role.COORDINATOR: frozenset({Relation.CASELOAD, Relation.COVER, Relation.CARE_TEAM, Relation.UNIT}),
    Role.SUPERVISOR: frozenset({Relation.UNIT, Relation.CASELOAD, Relation.COVER}),
    Role.CLINICIAN: frozenset({Relation.CARE_TEAM, Relation.VISIT}),
    Role.FRONT_DESK: frozenset({Relation.VISIT}),
    Role.BILLING: frozenset({Relation.BILLING_CASE}),
    Role.PATIENT: frozenset({Relation.SELF}),
    Role.PROXY: frozenset({Relation.PROXY}),
    Role.PARTNER: frozenset({Relation.PARTNER}),
}

# Which labelled rows a role may see at all; a grant can only narrow this. Notes of psychotherapy and
# substance-use counselling are no rows of these tables.
LABELS: Mapping[Role, Label] = {
    Role.COORDINATOR: Label.VIOLENCE | Label.HIV | Label.REPRO | Label.ADOLESCENT | Label.EMPLOYEE,
    Role.SUPERVISOR: Label.VIOLENCE | Label.HIV | Label.REPRO | Label.ADOLESCENT | Label.EMPLOYEE,
    Role.CLINICIAN: ALL_LABELS & ~Label.PART2,
    Role.FRONT_DESK: Label.NONE,
    Role.BILLING: Label.NONE,
    Role.PATIENT: ALL_LABELS & ~Label.RESTRICTED,
    Role.PROXY: Label.NONE,
    Role.PARTNER: Label.NONE,
    Role.AUDITOR: Label.NONE,
    Role.ADMINISTRATOR: Label.NONE,
    Role.SYSTEM: ALL_LABELS,
}


def rights_of(role: Role) -> frozenset[Right]:
    """Return every right of a role."""
    return EVERYBODY | MAY.get(role, frozenset()) | (OF_STAFF if role in STAFF else frozenset())


def has_right(acting: Acting, right: Right) -> bool:
    """Tell whether the role has the right at all. A role that is not in the table has none.

    The system acts for purposes of its own, and nobody else does: any other pair has no right.
    """
    if (acting.role is Role.SYSTEM) is not is_system_purpose(acting.purpose):
        return False
    return right in rights_of(acting.role)


def is_allowed(acting: Acting, right: Right, relations: Collection[Relation]) -> bool:
    """Tell whether this person may use this right on a patient whom they reach through these relations."""
    if not has_right(acting, right):
        return False
    if acting.role is Role.SYSTEM:
        return acting.purpose.startswith("system:")
    return bool(THROUGH.get(acting.role, frozenset()).intersection(relations))


def may_see_labels(acting: Acting, row_labels: int, granted_labels: int) -> bool:
    """Tell whether a row with these label bits is open: role and grant must both hold every bit."""
    if acting.role is Role.SYSTEM:
        return True
    allowed = int(LABELS.get(acting.role, Label.NONE)) & granted_labels
    return row_labels & ~allowed == 0


def grant_labels(role: Role) -> Label:
    """Return the labels that a fresh grant to this role carries."""
    return LABELS.get(role, Label.NONE)


def is_system_purpose(purpose: Purpose) -> bool:
    """Tell whether the purpose is one of the system's own."""
    return purpose.startswith("system:")
