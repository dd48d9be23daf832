"""The FHIR address at which an entry of the directory takes referrals: set and forgotten by people."""

from uuid import UUID

from careloop.basics.refusals import NotFound, Refusal
from careloop.basics.words import Say
from careloop.channels.endpoints import read_endpoint
from careloop.facts.access import Acting, Right
from careloop.guard.doors import managing
from careloop.records.models import Clinic, DirectoryEntry, FhirEndpoint
from careloop.worklist.endpoints import seal_key

LONGEST_KEY = 4000


@managing(needs=Right.DIRECTORY_WRITE)
def set_endpoint(acting: Acting, *, entry_id: UUID, address: str, key: str = "") -> None:
    """Keep the address at which an entry takes referrals as FHIR, and the key that opens it.

    Without ``key`` the one that is kept stays, as long as the address does: a key never goes to another server.

    :raises Refusal: if the address or the key is none that can be used
    :raises NotFound: if there is no such entry
    """
    _lock(entry_id)
    is_demo = bool(Clinic.objects.values_list("is_demo", flat=True).first())
    url, given = read_endpoint(address, is_demo=is_demo), key.strip()
    if len(given) > LONGEST_KEY or not given.isascii() or any(sign <= " " for sign in given):
        raise Refusal(Say("refusal.endpoint_key"))
    before = FhirEndpoint.objects.filter(entry_id=entry_id).first()
    kept = before.sealed if before is not None and before.url == url else ""
    FhirEndpoint.objects.update_or_create(
        entry_id=entry_id,
        defaults={
            "url": url, "sealed": seal_key(given) or kept, "set_by_id": acting.person_id, "set_at": acting.at,
        },
    )  # fmt: skip


@managing(needs=Right.DIRECTORY_WRITE)
def drop_endpoint(acting: Acting, *, entry_id: UUID) -> None:
    """Forget the FHIR address of an entry with its key. What is not there is well.

    :raises NotFound: if there is no such entry
    """
    _lock(entry_id)
    FhirEndpoint.objects.filter(entry_id=entry_id).delete()


def _lock(entry_id: UUID) -> None:
    rows = DirectoryEntry.objects.select_for_update(of=("self",), no_key=True)
    if not rows.filter(pk=entry_id).exists():
        raise NotFound
