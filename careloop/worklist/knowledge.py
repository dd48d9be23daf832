"""What the checks know: the catalog, the value sets that the clinic has loaded, and what its clinician signed."""

from functools import lru_cache
from uuid import UUID

from careloop.catalog.knowledge import load_knowledge, with_value_sets
from careloop.facts.checks import Knowledge
from careloop.records.models import ValueSetCode, ValueSetRow
from careloop.rules.checks import find_checks
from careloop.rules.signing import settle_knowledge
from careloop.worklist.signatures import find_newest_ids, load_settings


def find_knowledge() -> Knowledge:
    """Return the catalog's knowledge with the loaded value sets that its code sets name, and with what was signed.

    Two small questions ask which versions are loaded and which signatures count; what they say is read again only
    when one of them changed.
    """
    named = {oid for codes in load_knowledge().codesets.values() for oid in codes.value_sets}
    loaded = ValueSetRow.objects.filter(oid__in=named).order_by("oid").values_list("oid", "sha256") if named else ()
    return _read(tuple((oid, bytes(sha256)) for oid, sha256 in loaded), find_newest_ids())


@lru_cache(maxsize=2)
def _read(loaded: tuple[tuple[str, bytes], ...], signed: tuple[UUID, ...]) -> Knowledge:
    codes: dict[str, set[str]] = {oid: set() for oid, _sha256 in loaded}
    rows = ValueSetCode.objects.filter(value_set_id__in=list(codes)).values_list("value_set_id", "system", "code")
    for oid, system, code in rows if codes else ():
        codes[oid].add(f"{system}|{code}")
    knowledge = load_knowledge()
    if codes:
        knowledge = with_value_sets(knowledge, {oid: frozenset(found) for oid, found in codes.items()})
    return settle_knowledge(knowledge, find_checks(), load_settings(signed) if signed else {})
