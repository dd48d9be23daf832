"""Files and free sentences inside FHIR resources that were already found valid."""

import base64
import binascii
from datetime import date
from typing import Any

import orjson

from careloop.facts.documents import Attachment, Held, Remark
from careloop.formats.fhir.faults import JsonObject

# Types that hold files or sentences, with a word that must stand in the text for there to be any.
_HOLDERS = {
    "DocumentReference": (b'"content"', b'"description"'),
    "DiagnosticReport": (b'"presentedForm"', b'"conclusion"'),
}


def read_held(kind: str, raw: bytes) -> Held:
    """Return the files and sentences of one resource; what only points elsewhere (a url) is no file."""
    if not any(word in raw for word in _HOLDERS.get(kind, ())):
        return Held()
    resource: JsonObject = orjson.loads(raw)
    if kind == "DocumentReference":
        files = [content.get("attachment", {}) for content in resource.get("content", ())]
        sentences = [resource.get("description", "")]
    else:
        files = resource.get("presentedForm", [])
        sentences = [resource.get("conclusion", "")]
    title, on = _find_title(resource), _find_day(resource)
    attachments = (_read(one, title, on) for one in files if isinstance(one, dict))
    remarks = tuple(Remark(title, on, words) for words in sentences if isinstance(words, str) and words.strip())
    return Held(tuple(one for one in attachments if one is not None), remarks)


def _read(one: JsonObject, title: str, on: date | None) -> Attachment | None:
    data = one.get("data")
    if not isinstance(data, str):
        return None
    try:
        # Blanks and line ends are allowed inside base64Binary.
        content = base64.b64decode("".join(data.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
    if not content:
        return None
    return Attachment(_text(one.get("title")) or title, _day(one.get("creation")) or on, content)


def _find_title(resource: JsonObject) -> str:
    for name in ("type", "code"):
        concept = resource.get(name)
        if isinstance(concept, dict):
            codings = concept.get("coding") or [{}]
            found = _text(concept.get("text")) or _text(codings[0].get("display"))
            if found:
                return found
    return ""


def _find_day(resource: JsonObject) -> date | None:
    period = resource.get("effectivePeriod")
    within = (resource.get("context") or {}).get("period") if isinstance(resource.get("context"), dict) else None
    for value in (
        resource.get("effectiveDateTime"),
        period.get("start") if isinstance(period, dict) else None,
        resource.get("date"),
        resource.get("issued"),
        within.get("start") if isinstance(within, dict) else None,
    ):
        found = _day(value)
        if found:
            return found
    return None


def _day(value: Any) -> date | None:  # noqa: ANN401
    """Return the day as it was written, in the writer's own zone; a year or a month is no day."""
    if not isinstance(value, str) or len(value) < 10:
        return None
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        return None


def _text(value: Any) -> str:  # noqa: ANN401
    return " ".join(value.split()) if isinstance(value, str) else ""
