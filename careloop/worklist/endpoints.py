"""The FHIR addresses of the directory: that of an entry, else of its site, else of its organization."""

from careloop.facts.directory import EntryEndpoint
from careloop.guard.secrets import open_secret, seal_secret
from careloop.records.models import DirectoryEntry, FhirEndpoint

WHAT = "fhir-endpoint"


def find_endpoint(entry: DirectoryEntry | None) -> FhirEndpoint | None:
    """Return the address to which a packet for an entry can go; None if neither it nor where it belongs has one."""
    if entry is None or not entry.is_active:
        return None
    keys = [key for key in (entry.pk, entry.site_id, entry.organization_id) if key is not None]
    found = {one.entry_id: one for one in FhirEndpoint.objects.filter(entry__in=keys, entry__is_active=True)}
    return next((found[key] for key in keys if key in found), None)


def url_of(entry: DirectoryEntry | None) -> str:
    """Return the address to which a packet for an entry can go, "" if there is none."""
    found = find_endpoint(entry)
    return str(found.url) if found else ""


def seal_key(key: str) -> str:
    """Return the key of a server as it is kept; "" for none."""
    return seal_secret(key, what=WHAT) if key else ""


def key_for(entry: DirectoryEntry | None, url: str) -> str:
    """Return the key that opens the server at an address for an entry, "" if it needs none, or has moved since."""
    found = find_endpoint(entry)
    if found is None or found.url != url or not found.sealed:
        return ""
    return open_secret(found.sealed, what=WHAT) or ""


def read_endpoint_of(entry: DirectoryEntry) -> EntryEndpoint:
    """Return what people may see of an entry's own address: never its key."""
    row = FhirEndpoint.objects.filter(entry=entry).select_related("set_by").first()
    if row is None:
        return EntryEndpoint(entry.pk, str(entry.name))
    return EntryEndpoint(entry.pk, str(entry.name), row.url, bool(row.sealed), row.set_by.name, row.set_at)
