"""The directory: to whom one refers, and what and whom one can book."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q, Value

from careloop.facts.directory import EntryKind, ReferralBy
from careloop.records.base import Uuid7Record
from careloop.records.people import Person, Unit

BOOKABLE = [str(k) for k in (EntryKind.PRACTITIONER, EntryKind.ROOM, EntryKind.DEVICE, EntryKind.INTERPRETER)]


class DirectoryEntry(Uuid7Record):
    """An organization, site, service, practitioner or role of one, room, device or interpreter: no patient's data.

    ``no`` is a small negative number for constraints over ranges: patients have the positive ones. ``source`` and
    ``fhir_id`` name the record that it was filled from; "here" is written by hand. ``sort`` is the kind of room or
    device. ``zone`` is that of its clocks.
    """

    no = models.BigIntegerField(unique=True, editable=False, db_default=Func(Value("directory_no"), function="nextval"))
    kind = models.TextField()
    name = models.TextField()
    name_key = models.TextField(db_collation="C")
    is_active = models.BooleanField(default=True)
    organization = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    site = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    practitioner = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    sort = models.TextField(blank=True, default="")
    zone = models.TextField(blank=True, default="")
    specialties = ArrayField(models.TextField(), default=list)
    languages = ArrayField(models.TextField(), default=list)
    networks = ArrayField(models.TextField(), default=list)
    accepts_new = models.BooleanField(null=True)
    telehealth = models.BooleanField(null=True)
    wheelchair = models.BooleanField(null=True)
    phone = models.TextField(blank=True, default="")
    fax = models.TextField(blank=True, default="")
    email = models.TextField(blank=True, default="")
    referral_by = models.TextField(blank=True, default="")
    wait_days = models.IntegerField(null=True)
    address = models.TextField(blank=True, default="")
    latitude = models.DecimalField(null=True, max_digits=9, decimal_places=6)
    longitude = models.DecimalField(null=True, max_digits=9, decimal_places=6)
    about = models.TextField(blank=True, default="", db_default="")
    eligibility = models.TextField(blank=True, default="", db_default="")
    cost = models.TextField(blank=True, default="", db_default="")
    hours = models.TextField(blank=True, default="", db_default="")
    how_to_apply = models.TextField(blank=True, default="", db_default="")
    source = models.TextField(default="here")
    fhir_id = models.TextField(blank=True, default="")
    filled_sha256 = models.BinaryField(null=True)
    checked_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    checked_on = models.DateField(null=True)
    version = models.IntegerField(default=1)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        app_label = "records"
        db_table = "directory_entry"
        constraints = [
            models.CheckConstraint(name="entry_kind_is_known", condition=Q(kind__in=[str(k) for k in EntryKind])),
            models.CheckConstraint(name="entry_has_name", condition=~Q(name="")),
            models.CheckConstraint(name="entry_number_is_negative", condition=Q(no__lt=0)),
            models.CheckConstraint(name="entry_booked_has_zone", condition=~Q(kind__in=BOOKABLE) | ~Q(zone="")),
            models.CheckConstraint(
                name="entry_referral_by_is_known",
                condition=Q(referral_by__in=["", *(str(way) for way in ReferralBy)]),
            ),
            models.CheckConstraint(
                name="entry_wait_is_known", condition=Q(wait_days=None) | Q(wait_days__range=(0, 3650))
            ),
            models.CheckConstraint(
                name="entry_is_on_earth",
                condition=Q(latitude=None, longitude=None)
                | Q(latitude__isnull=False, longitude__isnull=False)
                & Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
            ),
            models.CheckConstraint(
                name="entry_checked_by_somebody",
                condition=Q(checked_by=None, checked_on=None) | Q(checked_by__isnull=False, checked_on__isnull=False),
            ),
            models.CheckConstraint(
                name="entry_role_has_practitioner", condition=~Q(kind="role") | Q(practitioner__isnull=False)
            ),
            models.CheckConstraint(name="entry_is_not_its_own", condition=~Q(id=F("site")) & ~Q(id=F("organization"))),
            models.UniqueConstraint(
                name="entry_once_a_source", fields=["source", "kind", "fhir_id"], condition=~Q(fhir_id="")
            ),
        ]
        indexes = [models.Index(name="entry_by_name", fields=["kind", "name_key"])]
