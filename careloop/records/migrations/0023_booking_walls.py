"""What the database refuses of bookings, and the walls around them."""

from pathlib import Path

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
from django.db import migrations, models

from careloop.records.walls import let_go_with_patient, tie_to_patient, wall_rows_of_patient

SQL = Path(__file__).with_name("sql")
PATIENT_TABLES = (
    "booking",
    "booking_part",
)


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0022_bookings"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="extraseat",
            constraint=models.CheckConstraint(
                condition=models.Q(("seat__range", (1, 20))), name="extra_seat_is_beside_the_first"
            ),
        ),
        migrations.AddConstraint(
            model_name="extraseat",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="extra_seat_says_why"
            ),
        ),
        migrations.AddConstraint(
            model_name="extraseat",
            constraint=models.CheckConstraint(
                condition=models.Q(("during__upper_inf", False), ("during__isempty", False)), name="extra_seat_ends"
            ),
        ),
        migrations.AddIndex(
            model_name="groupvisit",
            index=models.Index(fields=["starts_at"], name="group_visit_by_start"),
        ),
        migrations.AddConstraint(
            model_name="groupvisit",
            constraint=models.CheckConstraint(
                condition=models.Q(("seats__range", (1, 200))), name="group_visit_has_seats"
            ),
        ),
        migrations.AddIndex(
            model_name="bookingpart",
            index=models.Index(condition=models.Q(("occupies", True)), fields=["occupant_no"], name="part_by_occupant"),
        ),
        migrations.AddConstraint(
            model_name="bookingpart",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("occupies", True)),
                expressions=[
                    (
                        models.Func(
                            models.F("occupant_no"), models.F("occupant_no"), models.Value("[]"), function="int8range"
                        ),
                        "&&",
                    ),
                    (models.Func(models.F("seat"), models.F("seat"), models.Value("[]"), function="int4range"), "&&"),
                    ("during", "&&"),
                ],
                name="nothing_is_booked_twice",
            ),
        ),
        migrations.AddConstraint(
            model_name="bookingpart",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("entry", None), ("is_patient", True), ("patient__isnull", False)),
                    models.Q(("entry__isnull", False), ("is_patient", False)),
                    _connector="OR",
                ),
                name="part_is_entry_or_patient",
            ),
        ),
        migrations.AddConstraint(
            model_name="bookingpart",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("booking__isnull", False), ("group", None), ("patient__isnull", False)),
                    models.Q(("booking", None), ("group__isnull", False), ("patient", None)),
                    _connector="OR",
                ),
                name="part_is_of_booking_or_group",
            ),
        ),
        migrations.AddConstraint(
            model_name="bookingpart",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("extra_seat", None), ("seat", 0)),
                    models.Q(("extra_seat__isnull", False), ("is_patient", False), ("seat__gte", 1)),
                    _connector="OR",
                ),
                name="part_extra_seat_is_allowed",
            ),
        ),
        migrations.AddConstraint(
            model_name="bookingpart",
            constraint=models.CheckConstraint(
                condition=models.Q(("during__upper_inf", False), ("during__isempty", False)), name="part_ends"
            ),
        ),
        migrations.AddIndex(
            model_name="booking",
            index=models.Index(fields=["patient", "starts_at"], name="booking_by_patient"),
        ),
        migrations.AddIndex(
            model_name="booking",
            index=models.Index(fields=["unit", "starts_at"], name="booking_by_unit_start"),
        ),
        migrations.AddIndex(
            model_name="booking",
            index=models.Index(condition=models.Q(("state", "held")), fields=["hold_until"], name="booking_hold_due"),
        ),
        migrations.AddIndex(
            model_name="booking",
            index=models.Index(condition=models.Q(("awaits_word", True)), fields=["id"], name="booking_awaits_word"),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "held",
                            "booked",
                            "confirmed",
                            "arrived",
                            "done",
                            "no_show",
                            "cancelled",
                            "bumped",
                            "released",
                        ],
                    )
                ),
                name="booking_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("cancelled_by", ""),
                    ("cancelled_by__in", ["patient", "family", "provider", "clinic", "payer", "death"]),
                    _connector="OR",
                ),
                name="booking_cancelled_by_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("reason", ""),
                    (
                        "reason__in",
                        [
                            "sick",
                            "ride",
                            "cost",
                            "work_or_family",
                            "not_needed",
                            "approval_missing",
                            "not_prepared",
                            "provider_away",
                            "clinic_closed",
                            "left_unseen",
                            "died",
                            "other",
                        ],
                    ),
                    _connector="OR",
                ),
                name="booking_reason_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("cancelled_by__gt", ""), ("reason__gt", ""), ("state", "cancelled")),
                    models.Q(("cancelled_by", ""), ("reason__gt", ""), ("state", "bumped")),
                    models.Q(
                        models.Q(("state__in", ["cancelled", "bumped"]), _negated=True),
                        ("cancelled_by", ""),
                        ("reason", ""),
                    ),
                    _connector="OR",
                ),
                name="booking_cancelled_says_by_whom_and_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reason", "other"), _negated=True), models.Q(("note", ""), _negated=True), _connector="OR"
                ),
                name="booking_other_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.CheckConstraint(
                condition=models.Q(("hold_until__gt", models.F("made_at"))), name="booking_hold_ends"
            ),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("group", None), ("seat_no", None)),
                    models.Q(("group__isnull", False), ("seat_no__gte", 1), ("seat_no__isnull", False)),
                    _connector="OR",
                ),
                name="booking_seat_is_in_group",
            ),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["held", "booked", "confirmed", "arrived"])),
                fields=("loop",),
                name="booking_one_a_loop",
            ),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["held", "booked", "confirmed", "arrived"])),
                fields=("group", "seat_no"),
                name="group_seat_once",
            ),
        ),
        *(migrations.RunSQL(wall_rows_of_patient(table)) for table in PATIENT_TABLES),
        *(migrations.RunSQL(tie_to_patient(table)) for table in PATIENT_TABLES),
        *(migrations.RunSQL(let_go_with_patient(table)) for table in PATIENT_TABLES),
        migrations.RunSQL((SQL / "bookings.sql").read_text("utf-8")),
    ]
