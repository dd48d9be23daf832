"""The directory of what can be booked and to whom one refers."""

from pathlib import Path

import careloop.basics.ids
import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).with_name("sql")


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0016_patient_by_id"),
    ]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE directory_no INCREMENT BY -1 MAXVALUE -1 START WITH -1"),
        migrations.CreateModel(
            name="DirectoryEntry",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=careloop.basics.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "no",
                    models.BigIntegerField(
                        db_default=models.Func(models.Value("directory_no"), function="nextval"),
                        editable=False,
                        unique=True,
                    ),
                ),
                ("kind", models.TextField()),
                ("name", models.TextField()),
                ("name_key", models.TextField(db_collation="C")),
                ("is_active", models.BooleanField(default=True)),
                ("sort", models.TextField(blank=True, default="")),
                ("zone", models.TextField(blank=True, default="")),
                (
                    "specialties",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
                ),
                (
                    "languages",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
                ),
                (
                    "networks",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
                ),
                ("accepts_new", models.BooleanField(null=True)),
                ("telehealth", models.BooleanField(null=True)),
                ("wheelchair", models.BooleanField(null=True)),
                ("phone", models.TextField(blank=True, default="")),
                ("fax", models.TextField(blank=True, default="")),
                ("email", models.TextField(blank=True, default="")),
                ("referral_by", models.TextField(blank=True, default="")),
                ("wait_days", models.IntegerField(null=True)),
                ("address", models.TextField(blank=True, default="")),
                ("latitude", models.DecimalField(decimal_places=6, max_digits=9, null=True)),
                ("longitude", models.DecimalField(decimal_places=6, max_digits=9, null=True)),
                ("source", models.TextField(default="here")),
                ("fhir_id", models.TextField(blank=True, default="")),
                ("filled_sha256", models.BinaryField(null=True)),
                ("checked_on", models.DateField(null=True)),
                ("version", models.IntegerField(default=1)),
                ("made_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
            ],
            options={
                "db_table": "directory_entry",
            },
        ),
        migrations.AddField(
            model_name="directoryentry",
            name="checked_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="records.person",
            ),
        ),
        migrations.AddField(
            model_name="directoryentry",
            name="organization",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="records.directoryentry",
            ),
        ),
        migrations.AddField(
            model_name="directoryentry",
            name="practitioner",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.directoryentry"
            ),
        ),
        migrations.AddField(
            model_name="directoryentry",
            name="site",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.directoryentry"
            ),
        ),
        migrations.AddField(
            model_name="directoryentry",
            name="unit",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="records.unit",
            ),
        ),
        migrations.AddIndex(
            model_name="directoryentry",
            index=models.Index(fields=["kind", "name_key"], name="entry_by_name"),
        ),
        migrations.AddConstraint(
            model_name="directoryentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        ["organization", "site", "service", "role", "practitioner", "room", "device", "interpreter"],
                    )
                ),
                name="entry_kind_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="directoryentry",
            constraint=models.CheckConstraint(condition=models.Q(("name", ""), _negated=True), name="entry_has_name"),
        ),
        migrations.AddConstraint(
            model_name="directoryentry",
            constraint=models.CheckConstraint(condition=models.Q(("no__lt", 0)), name="entry_number_is_negative"),
        ),
        migrations.AddConstraint(
            model_name="directoryentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind__in", ["practitioner", "room", "device", "interpreter"]), _negated=True),
                    models.Q(("zone", ""), _negated=True),
                    _connector="OR",
                ),
                name="entry_booked_has_zone",
            ),
        ),
        migrations.AddConstraint(
            model_name="directoryentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("referral_by__in", ["", "phone", "fax", "email", "portal", "fhir", "letter"])),
                name="entry_referral_by_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="directoryentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("wait_days", None), ("wait_days__range", (0, 3650)), _connector="OR"),
                name="entry_wait_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="directoryentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("latitude", None), ("longitude", None)),
                    models.Q(
                        ("latitude__isnull", False),
                        ("longitude__isnull", False),
                        ("latitude__range", (-90, 90)),
                        ("longitude__range", (-180, 180)),
                    ),
                    _connector="OR",
                ),
                name="entry_is_on_earth",
            ),
        ),
        migrations.AddConstraint(
            model_name="directoryentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("checked_by", None), ("checked_on", None)),
                    models.Q(("checked_by__isnull", False), ("checked_on__isnull", False)),
                    _connector="OR",
                ),
                name="entry_checked_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="directoryentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "role"), _negated=True), ("practitioner__isnull", False), _connector="OR"
                ),
                name="entry_role_has_practitioner",
            ),
        ),
        migrations.AddConstraint(
            model_name="directoryentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("id", models.F("site")), _negated=True),
                    models.Q(("id", models.F("organization")), _negated=True),
                ),
                name="entry_is_not_its_own",
            ),
        ),
        migrations.AddConstraint(
            model_name="directoryentry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("fhir_id", ""), _negated=True),
                fields=("source", "kind", "fhir_id"),
                name="entry_once_a_source",
            ),
        ),
        migrations.RunSQL((SQL / "directory.sql").read_text("utf-8")),
    ]
