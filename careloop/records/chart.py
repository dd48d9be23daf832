"""The chart as a mirror: every resource whole, its history, and the few columns that rules need."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from careloop.facts.chart import FactKind
from careloop.records.base import Record, Uuid7Record
from careloop.records.people import OfPatient


class Resource(OfPatient, Uuid7Record):
    """A FHIR resource of one patient, whole, as it came but for references that were rewritten."""

    type = models.TextField()
    source = models.TextField()
    fhir_id = models.TextField()
    version = models.IntegerField(default=1)
    sha256 = models.BinaryField()
    last_updated = models.DateTimeField(null=True)
    source_version = models.BigIntegerField(null=True)
    received_at = models.DateTimeField()
    body = models.JSONField()

    class Meta:
        app_label = "records"
        db_table = "resource"
        constraints = [models.UniqueConstraint(name="resource_once_a_source", fields=["source", "type", "fhir_id"])]
        indexes = [models.Index(name="resource_by_patient", fields=["patient", "type"])]


class ResourceVersion(OfPatient):
    """A version of a resource that is no longer, or never was, the newest."""

    id = models.BigAutoField(primary_key=True)
    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, db_constraint=False)
    version = models.IntegerField()
    sha256 = models.BinaryField()
    last_updated = models.DateTimeField(null=True)
    source_version = models.BigIntegerField(null=True)
    received_at = models.DateTimeField()
    body = models.JSONField()

    class Meta:
        app_label = "records"
        db_table = "resource_version"
        constraints = [models.UniqueConstraint(name="version_once", fields=["resource", "version"])]


class DirectoryResource(Uuid7Record):
    """A FHIR resource that belongs to no patient: an organization, a clinician, a place."""

    type = models.TextField()
    source = models.TextField()
    fhir_id = models.TextField()
    version = models.IntegerField(default=1)
    sha256 = models.BinaryField()
    last_updated = models.DateTimeField(null=True)
    source_version = models.BigIntegerField(null=True)
    received_at = models.DateTimeField()
    body = models.JSONField()

    class Meta:
        app_label = "records"
        db_table = "directory_resource"
        constraints = [models.UniqueConstraint(name="directory_once_a_source", fields=["source", "type", "fhir_id"])]


class ChartFactRow(OfPatient):
    """One fact as rules read it. ``code`` is the first coding, ``other_codes`` the rest."""

    pk = models.CompositePrimaryKey("patient_id", "resource_id", "n")
    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, db_constraint=False, db_index=False)
    n = models.SmallIntegerField()
    kind = models.TextField()
    code = models.TextField()
    other_codes = ArrayField(models.TextField(), null=True)
    label = models.TextField()
    status = models.TextField()
    verification = models.TextField(default="")
    start_on = models.DateField(null=True)
    end_on = models.DateField(null=True)
    start_at = models.DateTimeField(null=True)
    end_at = models.DateTimeField(null=True)
    value = models.DecimalField(null=True, max_digits=60, decimal_places=30)
    unit_text = models.TextField(default="")
    value_text = models.TextField(default="")
    visit_class = models.TextField(default="")
    disposition = ArrayField(models.TextField(), default=list)

    class Meta:
        app_label = "records"
        db_table = "chart_fact"
        constraints = [
            models.CheckConstraint(name="fact_kind_is_known", condition=Q(kind__in=[str(k) for k in FactKind])),
        ]


class Inbox(Record):
    """What came from outside and could not be taken in, whole, with what is wrong."""

    id = models.BigAutoField(primary_key=True)
    unit = models.ForeignKey("records.Unit", on_delete=models.PROTECT)
    source = models.TextField()
    name = models.TextField()
    doc_key = models.TextField()
    sha256 = models.BinaryField()
    body = models.BinaryField()
    problems = models.JSONField()
    received_at = models.DateTimeField()
    state = models.TextField(default="rejected")
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "records"
        db_table = "inbox"
        constraints = [
            models.UniqueConstraint(name="inbox_once", fields=["unit", "source", "name", "sha256"]),
            models.CheckConstraint(
                name="inbox_state_is_known", condition=Q(state__in=["rejected", "taken", "set_aside"])
            ),
        ]
