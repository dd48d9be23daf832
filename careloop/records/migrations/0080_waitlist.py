"""The waiting list: freed times, who waits for one, who was asked; and the walls around them."""

from pathlib import Path

import careloop.basics.ids
import careloop.records.scheduling
import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

from careloop.records.walls import let_go_with_patient, tie_to_patient, wall_rows_of_patient

SQL = Path(__file__).with_name("sql")
PATIENT_TABLES = ("waitlist_wish", "waitlist_offer")
KEPT = {"on_delete": django.db.models.deletion.PROTECT}
OF_PATIENT = KEPT | {"db_constraint": False, "db_index": False}
NAMED = KEPT | {"db_index": False}
BESIDE = NAMED | {"related_name": "+"}
KEY = {"default": careloop.basics.ids.new_id, "editable": False, "primary_key": True, "serialize": False}
REASONS = [
    "sick", "ride", "cost", "work_or_family", "not_needed", "approval_missing", "not_prepared", "provider_away",
    "clinic_closed", "left_unseen", "earlier_time", "died", "other",
]  # fmt: skip
OFFERS = ["open", "yes", "no", "not_reached", "expired", "taken", "over"]


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0070_outages"),
    ]

    operations = [
        migrations.RemoveConstraint("booking", "booking_reason_is_known"),
        migrations.AddConstraint(
            "booking",
            models.CheckConstraint(condition=Q(reason="") | Q(reason__in=REASONS), name="booking_reason_is_known"),
        ),
        migrations.CreateModel(
            name="FreedTime",
            fields=[
                ("id", models.UUIDField(**KEY)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("zone", models.TextField()),
                ("starts_wall", careloop.records.scheduling.WallTimeField()),
                ("entries", django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
                ("freed_at", models.DateTimeField()),
                ("taken_at", models.DateTimeField(null=True)),
                ("site", models.ForeignKey(null=True, to="records.directoryentry", **BESIDE)),
                ("visit_type", models.ForeignKey(to="records.visittype", **NAMED)),
            ],
            options={
                "db_table": "freed_time",
                "constraints": [
                    models.CheckConstraint(name="freed_time_names_somebody", condition=Q(entries__len__gte=1)),
                    models.CheckConstraint(name="freed_time_ends_later", condition=Q(ends_at__gt=F("starts_at"))),
                    models.UniqueConstraint(
                        name="freed_time_once",
                        fields=["visit_type", "starts_at", "entries"],
                        condition=Q(taken_at=None),
                    ),
                ],
                "indexes": [models.Index(name="freed_time_by_start", fields=["starts_at"])],
            },
        ),
        migrations.CreateModel(
            name="WaitlistWish",
            fields=[
                ("id", models.UUIDField(**KEY)),
                ("label_mask", models.IntegerField(default=0)),
                ("urgency", models.TextField()),
                (
                    "weekdays",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.SmallIntegerField(), default=list, size=None
                    ),
                ),
                ("part", models.TextField(blank=True, default="")),
                ("earliest_on", models.DateField(null=True)),
                ("latest_on", models.DateField(null=True)),
                ("notice_hours", models.SmallIntegerField(default=0)),
                ("reach_by", models.TextField()),
                ("note", models.TextField(blank=True, default="")),
                ("state", models.TextField(default="waiting")),
                ("state_since", models.DateTimeField()),
                ("added_at", models.DateTimeField()),
                ("added_by", models.ForeignKey(to="records.person", **BESIDE)),
                ("entry", models.ForeignKey(null=True, to="records.directoryentry", **BESIDE)),
                ("loop", models.ForeignKey(to="records.loop", **KEPT)),
                ("patient", models.ForeignKey(to="records.patient", **OF_PATIENT)),
                ("site", models.ForeignKey(null=True, to="records.directoryentry", **BESIDE)),
                ("unit", models.ForeignKey(to="records.unit", **OF_PATIENT)),
                ("visit_type", models.ForeignKey(to="records.visittype", **NAMED)),
            ],
            options={
                "db_table": "waitlist_wish",
                "constraints": [
                    models.CheckConstraint(
                        name="wish_state_is_known",
                        condition=Q(state__in=["waiting", "got_time", "taken_off", "ended"]),
                    ),
                    models.CheckConstraint(
                        name="wish_urgency_can_wait", condition=Q(urgency__in=["urgent", "routine"])
                    ),
                    models.CheckConstraint(
                        name="wish_part_is_known", condition=Q(part__in=["", "morning", "afternoon"])
                    ),
                    models.CheckConstraint(name="wish_reach_is_known", condition=Q(reach_by__in=["patient", "family"])),
                    models.CheckConstraint(
                        name="wish_weekdays_are_known", condition=Q(weekdays__contained_by=[1, 2, 3, 4, 5, 6, 7])
                    ),
                    models.CheckConstraint(
                        name="wish_can_be_met",
                        condition=Q(earliest_on=None) | Q(latest_on=None) | Q(latest_on__gte=F("earliest_on")),
                    ),
                    models.CheckConstraint(name="wish_notice_is_known", condition=Q(notice_hours__range=(0, 336))),
                    models.UniqueConstraint(name="wish_one_a_loop", fields=["loop"], condition=Q(state="waiting")),
                ],
                "indexes": [
                    models.Index(
                        name="wish_by_unit_waiting", fields=["unit", "visit_type"], condition=Q(state="waiting")
                    ),
                    models.Index(name="wish_by_patient", fields=["patient", "added_at"]),
                ],
            },
        ),
        migrations.CreateModel(
            name="WaitlistOffer",
            fields=[
                ("id", models.UUIDField(**KEY)),
                ("label_mask", models.IntegerField(default=0)),
                ("state", models.TextField(default="open")),
                ("state_since", models.DateTimeField()),
                ("offered_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("note", models.TextField(blank=True, default="")),
                ("booking", models.OneToOneField(null=True, to="records.booking", **KEPT)),
                ("freed", models.ForeignKey(to="records.freedtime", **KEPT)),
                ("offered_by", models.ForeignKey(to="records.person", **BESIDE)),
                ("patient", models.ForeignKey(to="records.patient", **OF_PATIENT)),
                ("unit", models.ForeignKey(to="records.unit", **OF_PATIENT)),
                ("wish", models.ForeignKey(to="records.waitlistwish", **NAMED)),
            ],
            options={
                "db_table": "waitlist_offer",
                "constraints": [
                    models.CheckConstraint(name="offer_state_is_known", condition=Q(state__in=OFFERS)),
                    models.CheckConstraint(
                        name="offer_yes_has_booking",
                        condition=Q(state="yes", booking__isnull=False) | ~Q(state="yes") & Q(booking=None),
                    ),
                    models.UniqueConstraint(name="offer_once_a_time", fields=["wish", "freed"]),
                    models.UniqueConstraint(name="offer_one_yes_a_wish", fields=["wish"], condition=Q(state="yes")),
                    models.UniqueConstraint(name="offer_one_yes_a_time", fields=["freed"], condition=Q(state="yes")),
                ],
                "indexes": [models.Index(name="offer_due", fields=["expires_at"], condition=Q(state="open"))],
            },
        ),
        *(migrations.RunSQL(wall_rows_of_patient(table)) for table in PATIENT_TABLES),
        *(migrations.RunSQL(tie_to_patient(table)) for table in PATIENT_TABLES),
        *(migrations.RunSQL(let_go_with_patient(table)) for table in PATIENT_TABLES),
        migrations.RunSQL((SQL / "waitlist.sql").read_text("utf-8")),
    ]
