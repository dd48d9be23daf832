"""People and who may reach whom: persons, logins, teams, patients, caseloads, cover and grants."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.contrib.postgres.indexes import HashIndex
from django.db import models
from django.db.models import F, Func, Q, Value

from careloop.facts.access import Relation, Role
from careloop.facts.chart import Sex
from careloop.records.base import Record, Uuid7Record


class Clinic(Record):
    """The one organization of this database: its name, its zone, and whether it is a demo.

    ``portal_url`` is the address under which patients reach this house, where the environment sets none; "" if none.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    name = models.TextField()
    zone = models.TextField(default="America/New_York")
    is_demo = models.BooleanField(default=False)
    demo_ready_at = models.DateTimeField(null=True)
    portal_url = models.TextField(blank=True, default="", db_default="")

    class Meta:
        app_label = "records"
        db_table = "clinic"
        constraints = [models.CheckConstraint(name="clinic_is_one", condition=Q(id=1))]


class Unit(Record):
    """A team or a site. Its number stands on every row of its patients."""

    id = models.AutoField(primary_key=True)
    name = models.TextField(unique=True)
    kind = models.TextField(default="team")
    zone = models.TextField(blank=True, default="")
    version = models.IntegerField(default=1, db_default=1)

    class Meta:
        app_label = "records"
        db_table = "unit"
        constraints = [
            models.CheckConstraint(name="unit_kind_is_known", condition=Q(kind__in=["team", "site"])),
            models.CheckConstraint(name="unit_has_name", condition=~Q(name="")),
        ]


class Person(Uuid7Record):
    """Somebody who may act: staff, the system, a patient, a proxy, a partner.

    The person of a patient carries no name here: who is a patient is itself a health fact.
    """

    kind = models.TextField()
    role = models.TextField()
    name = models.TextField(blank=True, default="")
    language = models.TextField(default="en")
    is_active = models.BooleanField(default=True)
    partner_name = models.TextField(blank=True, default="")
    deactivated_at = models.DateTimeField(null=True)
    version = models.IntegerField(default=1, db_default=1)

    class Meta:
        app_label = "records"
        db_table = "person"
        constraints = [
            models.CheckConstraint(name="person_role_is_known", condition=Q(role__in=[str(r) for r in Role])),
            models.CheckConstraint(
                name="person_kind_is_known",
                condition=Q(kind__in=["staff", "patient", "proxy", "partner", "system"]),
            ),
            models.CheckConstraint(name="person_of_patient_is_nameless", condition=~Q(kind="patient") | Q(name="")),
        ]


class Logins(BaseUserManager["Login"]):
    """Logins by e-mail."""

    def get_by_natural_key(self, username: str | None) -> "Login":
        """Return the login of an e-mail address, in any case."""
        return self.get(email__iexact=username)


class Login(AbstractBaseUser):
    """What a person signs in with. Written by the sign-in library."""

    email = models.EmailField(unique=True)
    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="login")
    is_active = models.BooleanField(default=True)

    objects: ClassVar[Logins] = Logins()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    is_staff = False
    is_superuser = False

    class Meta:
        app_label = "records"
        db_table = "login"

    def __str__(self) -> str:
        """Say nothing about the person: this lands in logs."""
        return f"login {self.pk}"

    def has_perm(self, *_args: Any, **_kwargs: Any) -> bool:  # noqa: ANN401
        """Django's own permissions are not used: rights live in rules/access."""
        return False


class Membership(Record):
    """Who works in which team."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT)

    class Meta:
        app_label = "records"
        db_table = "membership"
        constraints = [models.UniqueConstraint(name="member_once", fields=["person", "unit"])]


class Patient(Uuid7Record):
    """A person who is cared for. ``no`` is a small number for constraints over ranges."""

    no = models.BigIntegerField(unique=True, editable=False, db_default=Func(Value("patient_no"), function="nextval"))
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, db_index=False)
    label_mask = models.IntegerField(default=0)
    source = models.TextField(default="here")
    fhir_id = models.TextField()
    family = models.TextField(blank=True, default="")
    given = models.TextField(blank=True, default="")
    full_name = models.TextField()
    preferred_name = models.TextField(blank=True, default="")
    name_key = models.TextField(db_collation="C")
    birth_on = models.DateField(null=True)
    birth_text = models.TextField(blank=True, default="")
    sex = models.TextField(default=str(Sex.UNKNOWN))
    is_dead = models.BooleanField(default=False)
    died_at = models.DateTimeField(null=True)
    zone = models.TextField(default="America/New_York")
    languages = ArrayField(models.TextField(), default=list)
    needs_interpreter = models.BooleanField(default=False)
    address_lines = ArrayField(models.TextField(), default=list)
    city = models.TextField(blank=True, default="")
    state = models.TextField(blank=True, default="")
    postal_code = models.TextField(blank=True, default="")
    country = models.TextField(blank=True, default="")
    shift_days = models.IntegerField(null=True)
    version = models.IntegerField(default=1)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        app_label = "records"
        db_table = "patient"
        constraints = [
            models.UniqueConstraint(name="patient_once_a_source", fields=["source", "fhir_id"]),
            models.UniqueConstraint(name="patient_and_unit", fields=["id", "unit"]),
            models.CheckConstraint(name="patient_sex_is_known", condition=Q(sex__in=[str(s) for s in Sex])),
            models.CheckConstraint(name="patient_death_is_said", condition=Q(died_at=None) | Q(is_dead=True)),
            models.CheckConstraint(name="patient_has_name", condition=~Q(full_name="")),
        ]
        indexes = [
            # The rest of it is there so that finding need not look at the row of everybody whose name begins so.
            models.Index(name="patient_by_unit_name", fields=["unit", "name_key"], include=["id", "label_mask"]),
            models.Index(name="patient_by_name", fields=["name_key"]),
            models.Index(name="patient_by_birth", fields=["birth_on"]),
            # Every row of a patient is checked by this one: see migration 0016.
            HashIndex(name="patient_by_id", fields=["id"]),
        ]


class OfPatient(Record):
    """A table whose every row belongs to one patient of one unit."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, db_constraint=False, db_index=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, db_constraint=False, db_index=False)
    label_mask = models.IntegerField(default=0)

    class Meta:
        abstract = True


class PatientIdentifier(OfPatient):
    """A name that a system gives to a patient."""

    id = models.BigAutoField(primary_key=True)
    system = models.TextField(blank=True, default="")
    value = models.TextField()
    type_code = models.TextField(blank=True, default="")

    class Meta:
        app_label = "records"
        db_table = "patient_identifier"
        indexes = [
            models.Index(name="identifier_by_patient", fields=["patient"]),
            models.Index(name="identifier_by_value", fields=["value"]),
        ]


class PatientContact(OfPatient):
    """A way to reach a patient."""

    id = models.BigAutoField(primary_key=True)
    system = models.TextField()
    value = models.TextField()
    use = models.TextField(blank=True, default="")

    class Meta:
        app_label = "records"
        db_table = "patient_contact"
        indexes = [models.Index(name="contact_by_patient", fields=["patient"])]


def _left() -> Q:
    """A reason stands with who gave it, and only on a time that is over."""
    return Q(left_reason="", left_by=None) | (~Q(left_reason="") & Q(left_by__isnull=False, during__upper_inf=False))


class Caseload(OfPatient):
    """Who is the primary coordinator of a patient, and when: one at a time. ``left_reason`` says why it ended."""

    id = models.BigAutoField(primary_key=True)
    patient_no = models.BigIntegerField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    during = DateTimeRangeField()
    left_reason = models.TextField(blank=True, default="", db_default="")
    left_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        app_label = "records"
        db_table = "caseload"
        constraints = [
            ExclusionConstraint(
                name="caseload_one_primary_at_a_time",
                expressions=[
                    (
                        Func(F("patient_no"), F("patient_no"), Value("[]"), function="int8range"),
                        RangeOperators.OVERLAPS,
                    ),
                    ("during", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(name="caseload_left_says_why_and_who", condition=_left()),
        ]
        indexes = [models.Index(name="caseload_by_patient", fields=["patient"])]


class CareTeamMember(OfPatient):
    """Who else cares for a patient, in which part, and when. ``left_reason`` says why it ended."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    part = models.TextField()
    during = DateTimeRangeField()
    left_reason = models.TextField(blank=True, default="", db_default="")
    left_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        app_label = "records"
        db_table = "care_team_member"
        constraints = [models.CheckConstraint(name="care_team_left_says_why_and_who", condition=_left())]
        indexes = [models.Index(name="care_team_by_patient", fields=["patient"])]


class Proxy(OfPatient):
    """Who speaks for a patient, as what, and when. What may be told is decided by consent."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    relationship = models.TextField()
    during = DateTimeRangeField()

    class Meta:
        app_label = "records"
        db_table = "proxy"
        indexes = [models.Index(name="proxy_by_patient", fields=["patient"])]


class Cover(Record):
    """Who stands in for whom, from when to when."""

    id = models.BigAutoField(primary_key=True)
    absent = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    covering = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    during = DateTimeRangeField()
    reason = models.TextField(blank=True, default="")

    class Meta:
        app_label = "records"
        db_table = "cover"
        constraints = [
            models.CheckConstraint(name="cover_by_somebody_else", condition=~Q(absent=F("covering"))),
            models.CheckConstraint(name="cover_ends", condition=Q(during__upper_inf=False) & Q(during__isempty=False)),
        ]


class AccessGrant(Record):
    """Who may reach a patient or a unit, through what, from when to when. Closed, never deleted."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    patient_id = models.UUIDField(null=True)
    unit_id = models.IntegerField(null=True)
    source = models.TextField()
    label_mask = models.IntegerField(default=0)
    purpose = models.TextField(blank=True, default="")
    during = DateTimeRangeField()
    granted_by = models.UUIDField()
    reason = models.TextField(blank=True, default="")

    class Meta:
        app_label = "records"
        db_table = "access_grant"
        constraints = [
            models.CheckConstraint(
                name="grant_is_for_patient_or_unit",
                condition=Q(patient_id=None, unit_id__isnull=False) | Q(patient_id__isnull=False, unit_id=None),
            ),
            models.CheckConstraint(name="grant_source_is_known", condition=Q(source__in=[str(r) for r in Relation])),
        ]
        indexes = [
            models.Index(name="grant_by_person", fields=["person"]),
            models.Index(name="grant_by_patient", fields=["patient_id"]),
        ]
