"""Where an entry of the directory takes referrals as FHIR: no patient's data."""

from django.db import models
from django.db.models import Q

from careloop.records.base import Record
from careloop.records.directory import DirectoryEntry
from careloop.records.people import Person

# https, or this machine (in a demo); neither name nor password stands in it.
ADDRESS = r"^(https://[^/@\s?#]+|http://(127\.[0-9.]+|localhost|\[::1\]):[0-9]+)(/[^\s?#]*)?$"


class FhirEndpoint(Record):
    """The base address of the FHIR server at which an entry takes referrals.

    ``sealed`` is the key that opens it (a bearer token), which itself opens with the clinic's key alone; "" for none.
    """

    entry = models.OneToOneField(DirectoryEntry, primary_key=True, on_delete=models.PROTECT)
    url = models.TextField()
    sealed = models.TextField(blank=True, default="")
    set_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    set_at = models.DateTimeField()

    class Meta:
        app_label = "records"
        db_table = "fhir_endpoint"
        constraints = [models.CheckConstraint(name="endpoint_is_on_the_web", condition=Q(url__regex=ADDRESS))]
