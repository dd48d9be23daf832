"""The FHIR address of an entry of the directory, as people may see it."""

from uuid import UUID

from careloop.basics.refusals import NotFound
from careloop.facts.access import Acting, Right
from careloop.facts.directory import EntryEndpoint
from careloop.guard.doors import managing
from careloop.records.models import DirectoryEntry
from careloop.worklist.endpoints import read_endpoint_of


@managing(needs=Right.DIRECTORY_WRITE, write=False)
def get_endpoint(acting: Acting, entry_id: UUID) -> EntryEndpoint:
    """Return where an entry takes referrals as FHIR; the key that opens it is never shown.

    :raises NotFound: if there is no such entry
    """
    entry = DirectoryEntry.objects.filter(pk=entry_id).first()
    if entry is None:
        raise NotFound
    return read_endpoint_of(entry)
