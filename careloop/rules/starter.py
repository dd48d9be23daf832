"""The first steps for a person of whom nothing is known yet: pure, from what is on file."""

from careloop.basics.words import Say
from careloop.facts.overview import StarterStep

# Each step with the part of the page that opens it, in the order in which they are offered.
_STEPS = (
    ("welcome", Say("starter.welcome"), "new-task"),
    ("reach", Say("starter.reach"), "reach"),
    ("language", Say("starter.language"), "reach"),
    ("coordinator", Say("starter.coordinator"), "team"),
    ("records", Say("starter.records"), "new-document"),
)


def list_first_steps(
    *, has_task: bool, has_contact: bool, has_language: bool, has_coordinator: bool, has_record: bool
) -> tuple[StarterStep, ...]:
    """Return the five first steps; the first that is not done is ready. None once the record holds anything."""
    if has_record:
        return ()
    done = (has_task, has_contact, has_language, has_coordinator, False)
    ready = done.index(False)
    return tuple(
        StarterStep(key, say, is_done=is_done, is_ready=n == ready, opens=opens)
        for n, ((key, say, opens), is_done) in enumerate(zip(_STEPS, done, strict=True))
    )
