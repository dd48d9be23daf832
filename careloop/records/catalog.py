"""What a clinic brings under its own licence: value sets and their codes. They belong to no patient."""

from django.db import models
from django.db.models import Q

from careloop.records.base import Record


class ValueSetRow(Record):
    """A published value set as the operator loaded it; ``sha256`` is taken over version, name, source and codes."""

    oid = models.TextField(primary_key=True)
    version = models.TextField(blank=True)
    name = models.TextField()
    source = models.TextField(blank=True)
    loaded_at = models.DateTimeField()
    sha256 = models.BinaryField()

    class Meta:
        app_label = "records"
        db_table = "value_set"
        constraints = [
            models.CheckConstraint(name="value_set_has_oid", condition=Q(oid__regex=r"^[0-2](\.(0|[1-9][0-9]*))+$")),
            models.CheckConstraint(name="value_set_has_name", condition=~Q(name="")),
        ]


class ValueSetCode(Record):
    """One code of a value set. ``system`` is the short name of the code system, or its address."""

    pk = models.CompositePrimaryKey("value_set_id", "system", "code")
    value_set = models.ForeignKey(ValueSetRow, on_delete=models.CASCADE, db_index=False)
    system = models.TextField()
    code = models.TextField()

    class Meta:
        app_label = "records"
        db_table = "value_set_code"
        constraints = [
            models.CheckConstraint(name="value_set_code_is_whole", condition=~Q(system="") & ~Q(code="")),
        ]
