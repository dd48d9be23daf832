"""Every table, where Django looks for them."""

from careloop.records.audit import AuditLine, AuditSeal
from careloop.records.chart import ChartFactRow, DirectoryResource, Inbox, Resource, ResourceVersion
from careloop.records.people import (
    AccessGrant,
    CareTeamMember,
    Caseload,
    Clinic,
    Cover,
    Login,
    Membership,
    Patient,
    PatientContact,
    PatientIdentifier,
    Person,
    Proxy,
    Unit,
)
from careloop.records.worklist import Loop, LoopEvent, Recheck, WaitingFinding, WorkerSeen

__all__ = [
    "AccessGrant",
    "AuditLine",
    "AuditSeal",
    "CareTeamMember",
    "Caseload",
    "ChartFactRow",
    "Clinic",
    "Cover",
    "DirectoryResource",
    "Inbox",
    "Login",
    "Loop",
    "LoopEvent",
    "Membership",
    "Patient",
    "PatientContact",
    "PatientIdentifier",
    "Person",
    "Proxy",
    "Recheck",
    "Resource",
    "ResourceVersion",
    "Unit",
    "WaitingFinding",
    "WorkerSeen",
]
