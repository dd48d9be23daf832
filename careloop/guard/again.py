"""Two who got in each other's way: the database stopped one of them, whose work is done again from the start."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection

from careloop.basics.refusals import Refusal
from careloop.basics.words import Say

P = ParamSpec("P")
R = TypeVar("R")

# SQLSTATE of a deadlock and of a transaction that could not be put in order with another.
IN_THE_WAY = ("40P01", "40001")
TRIES = 4


def again(do: Callable[P, R]) -> Callable[P, R]:
    """Do the whole passage again if the database undid it for another's sake, so many times that chance ends.

    Only where the passage opens the transaction: within one that goes on nothing can be done again.

    :raises Refusal: if others were in the way each time
    """

    @wraps(do)
    def trying(*args: P.args, **kwargs: P.kwargs) -> R:
        for _ in range(TRIES):
            try:
                return do(*args, **kwargs)
            except OperationalError as fault:
                if connection.in_atomic_block or not was_in_the_way(fault):
                    raise
        raise Refusal(Say("refusal.in_the_way"))

    return trying


def was_in_the_way(fault: OperationalError) -> bool:
    """Tell whether the database undid the work for another's sake, and for no other reason."""
    return getattr(fault.__cause__, "sqlstate", None) in IN_THE_WAY
