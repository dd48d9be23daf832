"""Links between records of one person, with their walls; the find door answers once for one person."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

from careloop.records.walls import tie_to_patient

SQL = Path(__file__).with_name("sql")


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0003_value_sets"),
    ]

    operations = [
        migrations.CreateModel(
            name="PersonLink",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("label_mask", models.IntegerField(default=0)),
                ("how", models.TextField(default="people")),
                ("reason", models.TextField(blank=True, default="")),
                ("asked_at", models.DateTimeField()),
                ("linked_at", models.DateTimeField(null=True)),
                ("apart_asked_at", models.DateTimeField(null=True)),
                ("apart_reason", models.TextField(blank=True, default="")),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "apart_asked_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.person",
                    ),
                ),
                (
                    "approved_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.person",
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.person",
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.person",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="records.patient",
                    ),
                ),
                (
                    "survivor",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.patient",
                    ),
                ),
                (
                    "survivor_unit",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.unit",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="records.unit",
                    ),
                ),
            ],
            options={
                "db_table": "person_link",
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at", None), ("linked_at__isnull", False)),
                        fields=["survivor"],
                        name="link_by_survivor",
                    ),
                    models.Index(fields=["patient"], name="link_by_patient"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("how__in", ("people", "rule"))), name="link_how_is_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("patient", models.F("survivor")), _negated=True), name="link_of_two_records"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_by", None),
                            models.Q(("approved_by", models.F("asked_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="link_agreed_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("linked_at", None),
                            models.Q(("approved_by", None), ("how", "rule")),
                            models.Q(("approved_by__isnull", False), ("how", "people")),
                            _connector="OR",
                        ),
                        name="link_needs_two_people",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("linked_at", None),
                            ("ended_at", None),
                            models.Q(
                                ("apart_asked_by__isnull", False),
                                ("ended_by__isnull", False),
                                models.Q(("apart_asked_by", models.F("ended_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="link_taken_apart_by_two",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None), ("linked_at__isnull", False)),
                        fields=("patient",),
                        name="link_merged_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None), ("linked_at", None)),
                        fields=("patient", "survivor"),
                        name="link_wished_once",
                    ),
                ],
            },
        ),
        migrations.RunSQL(tie_to_patient("person_link")),
        migrations.RunSQL((SQL / "people.sql").read_text()),
    ]
