"""A patient is found by id alone when the rows of a patient are checked, however few or many patients there are.

Each row of a patient asks whether this patient is there, in this unit (``..._is_of_patient``). Without statistics, as
in a database that is just being filled, PostgreSQL took a unit to have few patients and read all of them for every
row: it went by the unit's index, which seemed to have a level less. A hash index has no levels, so it always seems,
and is, the shortest way. The index of units alone is the beginning of ``patient_by_unit_name``.
"""

import django.db.models.deletion
from django.contrib.postgres.indexes import HashIndex
from django.db import migrations, models

WITHOUT_INDEX = models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="records.unit")


class Migration(migrations.Migration):
    dependencies = [("records", "0015_find_again")]

    operations = [
        migrations.AddIndex(model_name="patient", index=HashIndex(fields=["id"], name="patient_by_id")),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL("DROP INDEX patient_unit_id_15d1a7eb", migrations.RunSQL.noop),
            ],
            state_operations=[migrations.AlterField(model_name="patient", name="unit", field=WITHOUT_INDEX)],
        ),
    ]
