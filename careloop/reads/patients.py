"""My patients: somebody's caseload and whom they have for others, with what is open, most urgent first."""

from careloop.facts.access import Acting, Right
from careloop.facts.caseloads import Filter, MyPatientsPage
from careloop.guard.doors import Shown, listing
from careloop.guard.grants import Reach
from careloop.reads.caseload_rows import IN_MY_CARE, LINE, fetch, read_cursor, read_lines
from careloop.reads.rows import Viewer
from careloop.records.models import Person
from careloop.worklist.settle import clinic_zone

PAGE = 50

# By what the list can be narrowed, in the order of the chips.
TESTS = {
    "all": "true",
    "late": "late > 0",
    "open": "n > 0",
    "nothing": "n = 0",
    "no_contact": "contact_at IS NULL",
    "language": "needs_interpreter OR coalesce(languages[1], 'en') !~* '^en($|-)'",
    "covered": "coordinator_id <> %(me)s",
}
SORTS = {
    "urgent": "coalesce(sort_at, 'infinity')",
    "contact": "coalesce(contact_at, '-infinity')",
    "name": "name_key",
}


@listing(needs=Right.LOOP_READ)
def get_my_patients(
    acting: Acting, reach: Reach, *, narrowed: str = "all", sort: str = "urgent", cursor: str = ""
) -> Shown[MyPatientsPage]:
    """Return a page of fifty patients; ``cursor`` is the last patient of the page before.

    Two statements whatever the size of the caseload, and one for their most urgent loops.
    """
    narrowed = narrowed if narrowed in TESTS else "all"
    sort = sort if sort in SORTS else "urgent"
    viewer = Viewer(acting.person_id, acting.at, clinic_zone())
    last = read_cursor(cursor)
    counts = ", ".join(f"count(*) FILTER (WHERE {test})" for test in TESTS.values())
    sql = (
        f"WITH mine AS MATERIALIZED ({IN_MY_CARE}),"
        f" keyed AS (SELECT *, {SORTS[sort]} AS place FROM mine),"
        f" page AS (SELECT * FROM keyed WHERE ({TESTS[narrowed]})"
        " AND (NOT EXISTS (SELECT FROM keyed WHERE id = %(last)s)"
        " OR (place, id) > (SELECT k.place, k.id FROM keyed k WHERE k.id = %(last)s))"
        " ORDER BY place, id LIMIT %(some)s)"
        f" SELECT {LINE.replace('id, full', 'page.id, full', 1)}, t.* FROM (SELECT {counts} FROM mine) t"
        " LEFT JOIN page ON true ORDER BY place, page.id"
    )
    given = {"me": acting.person_id, "owners": list(reach.owners), "at": acting.at, "last": last, "some": PAGE + 1}
    rows = fetch(sql, given)
    found = [row for row in rows if row[0] is not None]
    covered = {row[5] for row in found} - {acting.person_id}
    names = dict(Person.objects.filter(pk__in=covered).values_list("pk", "name"))
    lines = read_lines(viewer, found[:PAGE], names)
    page = MyPatientsPage(
        filters=tuple(Filter(key, count) for key, count in zip(TESTS, rows[0][11:], strict=True)),
        chosen=narrowed,
        sort=sort,
        lines=lines,
        next_cursor=str(lines[-1].patient_id) if len(found) > PAGE else "",
        is_first=last is None,
    )
    return Shown(page, tuple(line.patient_id for line in lines))
