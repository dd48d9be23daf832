"""Under which address patients reach their pages: what the environment sets, else what was given at the setting up."""

from careloop.channels.road_portal import find_address, safe_address
from careloop.records.models import Clinic


def find_portal_address() -> str:
    """Return the address that links are made of, such as "https://careloop.clinic.example"; "" if none is known."""
    return find_address() or safe_address(Clinic.objects.values_list("portal_url", flat=True).first() or "")
