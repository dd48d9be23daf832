"""How people are reached, threads and messages, what goes out and what comes in; the walls around them."""

from pathlib import Path

import careloop.basics.ids
import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Func, Value

from careloop.records.walls import let_go_with_patient, tie_to_patient, wall_rows_of_patient

SQL = Path(__file__).with_name("sql")
WALLED = ("contact_point", "contact_choice", "thread", "message", "outbox", "outbox_event")
OF_PATIENT = (*WALLED, "inbox_item")


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0170_handoffs"),
    ]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE outbox_no"),
        migrations.CreateModel(
            name="ContactPoint",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=careloop.basics.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("label_mask", models.IntegerField(default=0)),
                ("road", models.TextField()),
                ("address", models.TextField()),
                ("use", models.TextField(blank=True, default="")),
                ("is_preferred", models.BooleanField(default=False)),
                ("made_at", models.DateTimeField()),
                ("verified_at", models.DateTimeField(null=True)),
                ("frozen_at", models.DateTimeField(null=True)),
                ("frozen_because", models.TextField(blank=True, default="")),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.person",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="records.circlemember",
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
                    "unit",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="records.unit",
                    ),
                ),
                (
                    "verified_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.person",
                    ),
                ),
            ],
            options={
                "db_table": "contact_point",
            },
        ),
        migrations.CreateModel(
            name="InboxItem",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=careloop.basics.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("source", models.TextField()),
                ("sha256", models.BinaryField()),
                ("body", models.BinaryField()),
                ("about", models.JSONField(default=dict)),
                ("received_at", models.DateTimeField()),
                ("state", models.TextField(default="new")),
                ("because", models.TextField(blank=True, default="")),
                ("attempts", models.SmallIntegerField(default=0)),
                ("label_mask", models.IntegerField(default=0)),
                (
                    "patient",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="records.patient",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="records.unit",
                    ),
                ),
            ],
            options={
                "db_table": "inbox_item",
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=careloop.basics.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("label_mask", models.IntegerField(default=0)),
                ("direction", models.TextField()),
                ("at", models.DateTimeField()),
                ("road", models.TextField(blank=True, default="")),
                ("language", models.TextField(blank=True, default="")),
                ("asked_language", models.TextField(blank=True, default="")),
                ("situation", models.TextField(blank=True, default="")),
                ("words_sha256", models.BinaryField()),
                ("is_draft_words", models.BooleanField(default=False)),
                ("topic", models.TextField(blank=True, default="")),
                ("words", models.TextField()),
                ("pieces", models.JSONField(default=dict)),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.person",
                    ),
                ),
                (
                    "inbox_item",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.inboxitem"
                    ),
                ),
                (
                    "loop",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.loop"
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
                "db_table": "message",
            },
        ),
        migrations.CreateModel(
            name="Outbox",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=careloop.basics.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("label_mask", models.IntegerField(default=0)),
                ("kind", models.TextField(default="message")),
                ("key", models.TextField(unique=True)),
                ("topic", models.TextField()),
                ("purpose", models.TextField(default="care")),
                ("road", models.TextField()),
                ("address", models.TextField()),
                ("zone", models.TextField()),
                ("at_any_hour", models.BooleanField(default=False)),
                ("is_last_word", models.BooleanField(default=False)),
                ("booking_version", models.IntegerField(null=True)),
                ("resource_version", models.IntegerField(null=True)),
                (
                    "no",
                    models.BigIntegerField(db_default=Func(Value("outbox_no"), function="nextval"), editable=False),
                ),
                ("state", models.TextField(default="waiting")),
                ("state_since", models.DateTimeField()),
                ("held_for", models.TextField(blank=True, default="")),
                ("meant_at", models.DateTimeField()),
                ("next_at", models.DateTimeField(null=True)),
                ("good_until", models.DateTimeField()),
                ("queued_at", models.DateTimeField()),
                ("attempts", models.SmallIntegerField(default=0)),
                ("token", models.BigIntegerField(default=0)),
                ("leased_until", models.DateTimeField(null=True)),
                ("reference", models.TextField(blank=True, default="")),
                ("said", models.TextField(blank=True, default="")),
                ("stopped_because", models.TextField(blank=True, default="")),
                ("stopped_note", models.TextField(blank=True, default="")),
                ("claimed_at", models.DateTimeField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("delivered_at", models.DateTimeField(null=True)),
                ("awaits_word", models.BooleanField(default=False)),
                (
                    "booking",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.booking"
                    ),
                ),
                (
                    "consent",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.consent",
                    ),
                ),
                (
                    "loop",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.loop"
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="records.circlemember",
                    ),
                ),
                (
                    "message",
                    models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, to="records.message"),
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
                    "point",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="records.contactpoint"
                    ),
                ),
                (
                    "queued_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.person",
                    ),
                ),
                (
                    "resource",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.resource",
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
                "db_table": "outbox",
            },
        ),
        migrations.CreateModel(
            name="OutboxEpoch",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("epoch", models.IntegerField(default=1)),
                ("is_waiting", models.BooleanField(default=False)),
                ("because", models.TextField(blank=True, default="")),
                ("since", models.DateTimeField(null=True)),
                ("round_at", models.DateTimeField(null=True)),
                ("last_token", models.BigIntegerField(default=0)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.person",
                    ),
                ),
            ],
            options={
                "db_table": "outbox_epoch",
            },
        ),
        migrations.CreateModel(
            name="OutboxEvent",
            fields=[
                ("label_mask", models.IntegerField(default=0)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("event", models.TextField()),
                ("token", models.BigIntegerField(default=0)),
                ("because", models.TextField(blank=True, default="")),
                ("reference", models.TextField(blank=True, default="")),
                ("person_id", models.UUIDField(null=True)),
                ("outbox", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="records.outbox")),
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
                "db_table": "outbox_event",
            },
        ),
        migrations.CreateModel(
            name="Thread",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=careloop.basics.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("label_mask", models.IntegerField(default=0)),
                ("partner", models.TextField()),
                ("opened_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                ("unread_since", models.DateTimeField(null=True)),
                ("unanswered_since", models.DateTimeField(null=True)),
                ("snoozed_until", models.DateTimeField(null=True)),
                ("version", models.IntegerField(default=1)),
                (
                    "colleague",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.person",
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="records.directoryentry",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="records.circlemember",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.person"
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
                "db_table": "thread",
            },
        ),
        migrations.AddField(
            model_name="outbox",
            name="thread",
            field=models.ForeignKey(
                db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to="records.thread"
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="thread",
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="records.thread"),
        ),
        migrations.CreateModel(
            name="ContactChoice",
            fields=[
                ("label_mask", models.IntegerField(default=0)),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("kind", models.TextField()),
                ("road", models.TextField(blank=True, default="")),
                ("value", models.JSONField(default=dict)),
                ("because", models.TextField(blank=True, default="")),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.person",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="records.circlemember",
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
                "db_table": "contact_choice",
                "indexes": [models.Index(fields=["patient", "-id"], name="choice_by_patient")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["stop", "start", "naming", "hours", "do_not_contact", "may_contact"])
                        ),
                        name="choice_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("road__in", ["", "phone", "text", "email", "letter", "in_person", "portal"])
                        ),
                        name="choice_road_is_known",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="contactpoint",
            index=models.Index(fields=["road", "address"], name="point_by_address"),
        ),
        migrations.AddConstraint(
            model_name="contactpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(("road__in", ["phone", "text", "email", "letter", "in_person", "portal"])),
                name="point_road_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(("address", ""), _negated=True), name="point_has_address"
            ),
        ),
        migrations.AddConstraint(
            model_name="contactpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("frozen_at", None), ("frozen_because", "")),
                    models.Q(("frozen_at__isnull", False), models.Q(("frozen_because", ""), _negated=True)),
                    _connector="OR",
                ),
                name="point_frozen_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("verified_at", None), ("verified_by", None)),
                    models.Q(("verified_at__isnull", False), ("verified_by__isnull", False)),
                    _connector="OR",
                ),
                name="point_verified_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactpoint",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)),
                fields=("patient", "member", "road", "address"),
                name="point_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddIndex(
            model_name="inboxitem",
            index=models.Index(condition=models.Q(("state", "new")), fields=["received_at"], name="inbox_item_new"),
        ),
        migrations.AddIndex(
            model_name="inboxitem",
            index=models.Index(
                condition=models.Q(("patient__isnull", False)), fields=["patient"], name="inbox_item_by_patient"
            ),
        ),
        migrations.AddConstraint(
            model_name="inboxitem",
            constraint=models.UniqueConstraint(fields=("source", "sha256"), name="inbox_item_once"),
        ),
        migrations.AddConstraint(
            model_name="inboxitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("source__in", ["text", "text_status", "mail"])), name="inbox_item_source_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="inboxitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["new", "done", "review", "failed"])), name="inbox_item_state_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="inboxitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("patient", None), ("unit__isnull", False), _connector="OR"),
                name="inbox_item_place_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="outboxepoch",
            constraint=models.CheckConstraint(condition=models.Q(("id", 1)), name="outbox_epoch_is_one"),
        ),
        migrations.AddConstraint(
            model_name="outboxevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "event__in",
                        [
                            "queued",
                            "claimed",
                            "put_off",
                            "handed_to_person",
                            "sent",
                            "try_again",
                            "unknown",
                            "looked_up",
                            "delivered",
                            "failed",
                            "withdrawn",
                            "decided",
                        ],
                    )
                ),
                name="outbox_event_is_known",
            ),
        ),
        migrations.AddIndex(
            model_name="thread",
            index=models.Index(fields=["patient", "-last_at"], name="thread_by_patient"),
        ),
        migrations.AddConstraint(
            model_name="thread",
            constraint=models.CheckConstraint(
                condition=models.Q(("partner__in", ["patient", "member", "clinician", "office", "payer", "colleague"])),
                name="thread_partner_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="thread",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("colleague", None), ("entry", None), ("member", None), ("partner", "patient")),
                    models.Q(("colleague", None), ("entry", None), ("member__isnull", False), ("partner", "member")),
                    models.Q(
                        ("colleague", None),
                        ("entry__isnull", False),
                        ("member", None),
                        ("partner__in", ["clinician", "office", "payer"]),
                    ),
                    models.Q(("colleague__isnull", False), ("entry", None), ("member", None), ("partner", "colleague")),
                    _connector="OR",
                ),
                name="thread_is_with_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="thread",
            constraint=models.UniqueConstraint(
                fields=("patient", "partner", "member", "entry", "colleague"), name="thread_once", nulls_distinct=False
            ),
        ),
        migrations.AddIndex(
            model_name="outbox",
            index=models.Index(
                condition=models.Q(("state__in", ["held", "waiting"])), fields=["next_at", "no"], name="outbox_due"
            ),
        ),
        migrations.AddIndex(
            model_name="outbox",
            index=models.Index(condition=models.Q(("state", "claimed")), fields=["leased_until"], name="outbox_leased"),
        ),
        migrations.AddIndex(
            model_name="outbox",
            index=models.Index(condition=models.Q(("state", "unknown")), fields=["next_at"], name="outbox_unknown"),
        ),
        migrations.AddIndex(
            model_name="outbox",
            index=models.Index(condition=models.Q(("awaits_word", True)), fields=["id"], name="outbox_awaits_word"),
        ),
        migrations.AddIndex(
            model_name="outbox",
            index=models.Index(
                condition=models.Q(("state__in", ["held", "waiting", "claimed", "unknown"])),
                fields=["thread", "meant_at"],
                name="outbox_by_thread",
            ),
        ),
        migrations.AddIndex(
            model_name="outbox",
            index=models.Index(fields=["patient", "-id"], name="outbox_by_patient"),
        ),
        migrations.AddIndex(
            model_name="outbox",
            index=models.Index(
                condition=models.Q(("reference", ""), _negated=True), fields=["reference"], name="outbox_by_reference"
            ),
        ),
        migrations.AddConstraint(
            model_name="outbox",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["message", "packet", "invitation"])), name="outbox_kind_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="outbox",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["held", "waiting", "claimed", "sent", "delivered", "failed", "unknown", "withdrawn"])
                ),
                name="outbox_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="outbox",
            constraint=models.CheckConstraint(
                condition=models.Q(("held_for__in", ["", "undo", "person", "decision"])),
                name="outbox_held_for_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="outbox",
            constraint=models.CheckConstraint(
                condition=models.Q(("road__in", ["phone", "text", "email", "letter", "in_person", "portal"])),
                name="outbox_road_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="outbox",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("topic__in", ["visits", "medicines", "results", "money", "mental", "substance", "emergency"])
                ),
                name="outbox_topic_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="outbox",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "held"), models.Q(("held_for", ""), _negated=True)),
                    models.Q(models.Q(("state", "held"), _negated=True), ("held_for", "")),
                    _connector="OR",
                ),
                name="outbox_held_says_for_what",
            ),
        ),
        migrations.AddConstraint(
            model_name="outbox",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        models.Q(("state__in", ["waiting", "unknown"]), _negated=True),
                        models.Q(("held_for", "undo"), _negated=True),
                    ),
                    ("next_at__isnull", False),
                    _connector="OR",
                ),
                name="outbox_waiting_has_a_moment",
            ),
        ),
        migrations.AddConstraint(
            model_name="outbox",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("leased_until__isnull", False), ("state", "claimed"), ("token__gt", 0)),
                    models.Q(models.Q(("state", "claimed"), _negated=True), ("leased_until", None)),
                    _connector="OR",
                ),
                name="outbox_claimed_has_a_lease",
            ),
        ),
        migrations.AddConstraint(
            model_name="outbox",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["sent", "delivered"]), _negated=True),
                    models.Q(("sent_at__isnull", False), models.Q(("reference", ""), _negated=True)),
                    _connector="OR",
                ),
                name="outbox_sent_has_a_receipt",
            ),
        ),
        migrations.AddConstraint(
            model_name="outbox",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("state", "withdrawn"),
                        (
                            "stopped_because__in",
                            [
                                "dead",
                                "stopped",
                                "no_consent",
                                "frozen",
                                "moved",
                                "medicine_changed",
                                "too_late",
                                "by_person",
                                "not_sent_again",
                            ],
                        ),
                    ),
                    models.Q(models.Q(("state", "withdrawn"), _negated=True), ("stopped_because", "")),
                    _connector="OR",
                ),
                name="outbox_withdrawn_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="outbox",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        models.Q(("booking", None), ("booking_version", None)),
                        models.Q(("booking__isnull", False), ("booking_version__isnull", False)),
                        _connector="OR",
                    ),
                    models.Q(
                        models.Q(("resource", None), ("resource_version", None)),
                        models.Q(("resource__isnull", False), ("resource_version__isnull", False)),
                        _connector="OR",
                    ),
                ),
                name="outbox_about_has_a_version",
            ),
        ),
        migrations.AddConstraint(
            model_name="outbox",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "message"), _negated=True),
                    models.Q(("message", models.F("id")), ("thread__isnull", False)),
                    _connector="OR",
                ),
                name="outbox_message_is_there",
            ),
        ),
        migrations.AddConstraint(
            model_name="outbox",
            constraint=models.CheckConstraint(
                condition=models.Q(("good_until__gt", models.F("queued_at"))), name="outbox_is_good_for_a_while"
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["thread", "id"], name="message_by_thread"),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["patient", "-at"], name="message_by_patient"),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(("direction__in", ["out", "in", "note", "call"])), name="message_direction_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(("road__in", ["", "phone", "text", "email", "letter", "in_person", "portal"])),
                name="message_road_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(("words", ""), _negated=True), name="message_says_something"
            ),
        ),
        *(migrations.RunSQL(wall_rows_of_patient(table)) for table in WALLED),
        *(migrations.RunSQL(tie_to_patient(table)) for table in OF_PATIENT),
        *(migrations.RunSQL(let_go_with_patient(table)) for table in OF_PATIENT),
        migrations.RunSQL((SQL / "outbox.sql").read_text("utf-8")),
    ]
