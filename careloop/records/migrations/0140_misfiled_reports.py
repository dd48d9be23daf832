"""Reports that were filed wrong: taken out of a record and kept, with who had read them and what must be undone."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).with_name("sql")


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0130_plan_search"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="referralreport", name="report_once"),
        migrations.AddField(model_name="referralreport", name="told_at", field=models.DateTimeField(null=True)),
        migrations.AddField(
            model_name="referralreport",
            name="told_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="records.person",
            ),
        ),
        migrations.AddField(model_name="referralreport", name="taken_out_at", field=models.DateTimeField(null=True)),
        migrations.AddField(
            model_name="referralreport", name="taken_out_because", field=models.TextField(blank=True, default="")
        ),
        migrations.AddField(
            model_name="referralreport",
            name="taken_out_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="records.person",
            ),
        ),
        migrations.AddField(
            model_name="referralreport",
            name="stray",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="records.strayreport",
            ),
        ),
        migrations.AddField(
            model_name="referralreport",
            name="undo",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="records.loop",
            ),
        ),
        migrations.AddConstraint(
            model_name="referralreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("stray", None),
                        ("taken_out_at", None),
                        ("taken_out_because", ""),
                        ("taken_out_by", None),
                        ("told_at", None),
                        ("told_by", None),
                        ("undo", None),
                    ),
                    models.Q(
                        ("taken_out_at__isnull", False),
                        ("taken_out_by__isnull", False),
                        models.Q(("taken_out_because", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="report_taken_out_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="referralreport",
            constraint=models.UniqueConstraint(
                condition=models.Q(("taken_out_at", None)), fields=("referral", "document"), name="report_once"
            ),
        ),
        migrations.RunSQL((SQL / "misfiled.sql").read_text("utf-8")),
    ]
