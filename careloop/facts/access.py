"""Who is doing what, when and why: the facts that access rules read."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntFlag, StrEnum
from uuid import UUID

# The person who acts when nobody does: the worker, the importer, the operator's command line.
SYSTEM_ID = UUID("00000000-0000-7000-8000-000000000001")


# Whom a form about a row without a patient names.
NOBODY = UUID(int=0)


class Role(StrEnum):
    """The part a person plays. The names are those of the access table."""

    COORDINATOR = "coordinator"
    SUPERVISOR = "supervisor"
    CLINICIAN = "clinician"
    FRONT_DESK = "front_desk"
    BILLING = "billing"
    PATIENT = "patient"
    PROXY = "proxy"
    PARTNER = "partner"
    AUDITOR = "auditor"
    SYSTEM = "system"
    ADMINISTRATOR = "administrator"


# The roles of those who work at the clinic.
STAFF = (
    Role.COORDINATOR,
    Role.SUPERVISOR,
    Role.CLINICIAN,
    Role.FRONT_DESK,
    Role.BILLING,
    Role.AUDITOR,
    Role.ADMINISTRATOR,
)


class Purpose(StrEnum):
    """Why somebody looks or acts. Those of the system start with ``system:``."""

    TREATMENT = "treatment"
    PAYMENT = "payment"
    OPERATIONS = "operations"
    PATIENT_REQUEST = "patient_request"
    AUDIT = "audit"
    INTAKE = "system:intake"
    SWEEP = "system:sweep"
    CHECKS = "system:checks"
    DEMO = "system:demo"
    OPERATE = "system:operate"
    LINKS = "system:links"


class Relation(StrEnum):
    """Where a grant of access comes from."""

    CASELOAD = "caseload"
    COVER = "cover"
    CARE_TEAM = "care_team"
    UNIT = "unit"
    VISIT = "visit"
    BILLING_CASE = "billing_case"
    SELF = "self"
    PROXY = "proxy"
    PARTNER = "partner"
    BREAK_GLASS = "break_glass"


class Label(IntFlag):
    """Sensitivity of a clinical row. A row carries the bits; a person needs them all to see it."""

    NONE = 0
    PART2 = 1
    PSY = 2
    VIOLENCE = 4
    HIV = 8
    REPRO = 16
    ADOLESCENT = 32
    EMPLOYEE = 64
    RESTRICTED = 128


ALL_LABELS = Label(255)


class Right(StrEnum):
    """What a role may do. A role that is not in the table of a right has not got it."""

    PATIENT_READ = "patient:read"
    PATIENT_FIND = "patient:find"
    PATIENT_REGISTER = "patient:register"
    CHART_READ = "chart:read"
    DOCUMENT_WRITE = "document:write"
    AMENDMENT_WRITE = "amendment:write"
    AMENDMENT_DECIDE = "amendment:decide"
    RECORD_EXPORT = "record:export"
    HOUSE_EXPORT = "house:export"
    HOLD_WRITE = "hold:write"
    HOLD_EVERYTHING = "hold:everything"
    RETENTION_READ = "retention:read"
    RECORD_DELETE = "record:delete"
    LOOP_READ = "loop:read"
    LOOP_WRITE = "loop:write"
    LOOP_HAND_OFF = "loop:hand_off"
    ACCESS_READ = "access:read"
    AUDIT_READ = "audit:read"
    AUDIT_VERIFY = "audit:verify"
    TEAM_READ = "team:read"
    CASELOAD_WRITE = "caseload:write"
    CARE_TEAM_LEAVE = "care_team:leave"
    PEOPLE_WRITE = "people:write"
    INTAKE_WRITE = "intake:write"
    INTAKE_REVIEW = "intake:review"
    WORK_UNATTENDED = "work:unattended"
    HEALTH_READ = "health:read"
    CATALOG_WRITE = "catalog:write"
    CHECK_READ = "check:read"
    CHECK_SIGN = "check:sign"
    DIRECTORY_READ = "directory:read"
    DIRECTORY_WRITE = "directory:write"
    CALENDAR_WRITE = "calendar:write"
    BOOKING_READ = "booking:read"
    BOOKING_WRITE = "booking:write"
    BOOKING_OVERBOOK = "booking:overbook"
    OUTAGE_WRITE = "outage:write"
    REFERRAL_READ = "referral:read"
    REFERRAL_WRITE = "referral:write"
    REFERRAL_SIGN = "referral:sign"
    CIRCLE_READ = "circle:read"
    CIRCLE_WRITE = "circle:write"
    CALLER_CHECK = "caller:check"
    DISCLOSURE_READ = "disclosure:read"
    MESSAGE_READ = "message:read"
    MESSAGE_WRITE = "message:write"
    CHANNEL_WRITE = "channel:write"
    WORDS_READ = "words:read"
    WORDS_APPROVE = "words:approve"
    LINK_GIVE = "link:give"
    LINK_OPEN = "link:open"
    OWN_READ = "own:read"
    OWN_WRITE = "own:write"
    OUTREACH_WORK = "outreach:work"
    OUTREACH_WRITE = "outreach:write"
    CRISIS_WRITE = "crisis:write"
    SELF_WRITE = "self:write"
    SELF_READ = "self:read"


@dataclass(frozen=True, slots=True)
class Acting:
    """The first argument of every door: the person, the part played, the moment and the reason.

    ``at`` is aware (UTC) and is the only moment the program knows. ``about`` is the patient whose form was filled
    in (NOBODY for a row that belongs to none), None where no form was: a door refuses the row of anybody else.
    """

    person_id: UUID
    role: Role
    at: datetime
    purpose: Purpose
    about: UUID | None = None
