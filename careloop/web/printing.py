"""Words for paper: a summary of a patient and the list of a day as sheets, in the language that is active."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.translation import gettext as _

from careloop import __version__
from careloop.basics.units import write_quantity
from careloop.basics.words import Say
from careloop.catalog.speech import speak, speak_clock, speak_date, speak_day, speak_long_day
from careloop.facts.chart_lists import AllergyLine, ListLine, MedicineLine, MedicineState
from careloop.facts.pages import LoopRow
from careloop.facts.sheets import DayLine, DayList, LatestResult, PatientSummary, Sheet, SheetLine, SheetSection
from careloop.web.labels import label_of, name_language


def make_summary(shown: PatientSummary, *, is_large: bool) -> Sheet:
    """Return the summary of a patient as a sheet: allergies and medicines first, they give way last."""
    today = shown.at.astimezone(ZoneInfo(shown.zone)).date()
    lists = shown.lists
    return Sheet(
        language=active_language(),
        title=_("Patient summary"),
        about=(shown.name, _("born %(day)s") % {"day": _day(shown.birth_on)}),
        head=_head(shown),
        warning=_("This person has died.") if shown.is_dead else "",
        sections=(
            SheetSection(
                _("Allergies"),
                tuple(_allergy(line) for line in lists.allergies.now),
                _("Nothing is written down about allergies. Ask."),
            ),
            SheetSection(
                _("Medicines"), tuple(_medicine(line) for line in lists.medicines.now), _("No medicine is on the list.")
            ),
            SheetSection(
                _("Problems"), tuple(_problem(line) for line in lists.problems.now), _("No problem is on the list.")
            ),
            SheetSection(
                _("What is open"),
                tuple(_loop(row, today) for row in shown.loops),
                _("Nothing is open."),
                has_boxes=True,
            ),
            SheetSection(
                _("Latest results"), tuple(_result(one) for one in shown.results), _("No result is in the record.")
            ),
        ),
        stamp=say_stamp(shown.at, shown.zone, shown.printed_by),
        say_more=say_more,
        say_boxes=say_boxes(),
        at=shown.at,
        is_large=is_large,
    )


def make_day_sheet(shown: DayList, *, is_large: bool) -> Sheet:
    """Return the list of a day as a sheet with a box to tick by each line."""
    today = shown.at.astimezone(ZoneInfo(shown.zone)).date()
    return Sheet(
        language=active_language(),
        title=_("Day sheet"),
        about=(shown.printed_by, speak_long_day(today, active_language(), with_year=True)),
        head=((_("Open"), str(shown.count)), (_("Late"), str(shown.late_count))),
        sections=(
            SheetSection(
                _("What needs you, the most harmful first"),
                tuple(_day_line(line, today) for line in shown.lines),
                _("Nothing needs you now."),
                has_boxes=True,
                beyond=shown.count - len(shown.lines),
            ),
        ),
        stamp=say_stamp(shown.at, shown.zone, shown.printed_by),
        say_more=say_more,
        say_boxes=say_boxes(),
        at=shown.at,
        is_large=is_large,
    )


def _head(shown: PatientSummary) -> tuple[tuple[str, str], ...]:
    spoken = ", ".join(name_language(tag) for tag in shown.languages)
    if shown.needs_interpreter:
        spoken = ", ".join(filter(None, (spoken, _("needs an interpreter"))))
    said = (
        (_("Likes to be called"), shown.preferred_name),
        (_("Age"), "" if shown.age is None else str(shown.age)),
        (_("Sex"), label_of(shown.sex)),
        (_("Record number"), shown.record_number),
        (_("Phone"), shown.phone),
        (_("Language"), spoken),
        (_("Coordinator"), shown.coordinator),
    )
    return tuple((label, value) for label, value in said if value)


def _allergy(line: AllergyLine) -> SheetLine:
    return SheetLine(_upper(line.label))


def _medicine(line: MedicineLine) -> SheetLine:
    unclear = "" if line.state is MedicineState.TAKING else label_of(line.state)
    return SheetLine(
        " ".join((_upper(line.label), *line.strengths)),
        (" ".join(_speak(dose, None) for dose in line.doses), unclear, _since(line)),
    )


def _problem(line: ListLine) -> SheetLine:
    return SheetLine(_upper(line.label), (_since(line),))


def _loop(row: LoopRow, today: date) -> SheetLine:
    owner = row.owner_name or row.queue_name
    return SheetLine(
        _speak(row.title, today), (_deadline(row, today), _("with %(name)s") % {"name": owner} if owner else "")
    )


def _result(one: LatestResult) -> SheetLine:
    number = "" if one.value is None else f"{one.value:f}"
    return SheetLine(
        f"{_upper(one.label)}: {write_quantity(number or one.value_text, one.unit)}", (_day(one.on) if one.on else "",)
    )


def _day_line(line: DayLine, today: date) -> SheetLine:
    row = line.row
    if row.patient_id is None:
        return SheetLine(_speak(row.title, today), (_deadline(row, today), _speak(row.next_step, today)))
    called = f" ({line.preferred_name})" if line.preferred_name else ""
    spoken = "" if row.language.split("-")[0].lower() in ("", "en") else name_language(row.language)
    if row.needs_interpreter:
        spoken = ", ".join(filter(None, (spoken, _("needs an interpreter"))))
    return SheetLine(
        _day(row.birth_on),
        (_speak(row.title, today), _deadline(row, today), line.phone, spoken, _speak(row.next_step, today)),
        f"{row.patient_name}{called}",
    )


def _deadline(row: LoopRow, today: date) -> str:
    return _speak(row.deadline.say, today)


def _since(line: ListLine) -> str:
    return _("since %(day)s") % {"day": _day(line.since)} if line.since else ""


def _speak(say: Say, today: date | None) -> str:
    return speak(say, active_language(), today=today)


def _upper(label: str) -> str:
    return f"{label[:1].upper()}{label[1:]}" or "?"


def _day(on: date | None) -> str:
    return speak_date(on, active_language()) if on else _("not known")


def say_stamp(at: datetime, zone: str, who: str) -> str:
    """Return when, by whom and with what a sheet was printed; the time is that on the clocks of ``zone``."""
    local = at.astimezone(ZoneInfo(zone))
    values = {
        "time": speak_clock(local),
        "day": speak_day(local.date(), active_language()),
        "version": __version__,
        "who": who,
    }
    return _("printed %(time)s, %(day)s, Careloop %(version)s, by %(who)s") % values


def say_more(count: int) -> str:
    """Return how many lines found no room."""
    return _("and %(n)d more: see the screen") % {"n": count}


def say_boxes() -> str:
    """Return what a white square stands for."""
    return _("Some characters cannot be printed here. Each stands as a square: see the screen.")


def active_language() -> str:
    """Return the language that is active, without its region."""
    return (translation.get_language() or "en").split("-")[0]
