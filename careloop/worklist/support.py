"""Groups and programs of the directory as plain values, inside the doors of support."""

from careloop.facts.support import GROUP_SORTS, Program
from careloop.records.models import DirectoryEntry


def read_program(row: DirectoryEntry) -> Program:
    """Return a group or program as the rules read it. Its address is its site's where it has none."""
    site = row.site
    return Program(
        id=row.pk,
        name=row.name,
        sort=GROUP_SORTS.get(row.sort, row.sort),
        about=row.about,
        specialties=tuple(row.specialties),
        languages=tuple(row.languages),
        telehealth=row.telehealth,
        address=row.address or (site.address if site else ""),
        phone=row.phone or (site.phone if site else ""),
        cost=row.cost,
        hours=row.hours,
        how_to_apply=row.how_to_apply,
        checked_on=row.checked_on,
    )
