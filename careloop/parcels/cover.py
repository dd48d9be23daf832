"""The pages that a reader finds first, in plain words, readable in any browser without Careloop."""

from html import escape

from careloop.facts.export import Cover, HandedPerson

README = """What is in here
===============

This folder holds medical records as Careloop kept them. Open index.html in any browser.
{about}

records/    The medical record: FHIR R4, one resource a line (NDJSON), one file for each type, under the
            system that it came from. Whole, as they came; references between them are "Type/id".
earlier/    Earlier versions of the same resources, under their number. 000001 is the oldest.
directory/  Organizations, clinicians and places that the records refer to.
documents/  Files as they came, by patient. The name is the SHA-256 of the contents.
people/     A page to read for each patient.
careloop/   What only Careloop had, in FHIR shapes: Task (what was promised and what became of it),
            Provenance (each step of it), Practitioner (who acted), AuditEvent (who looked and why).
rows/       The same and the rest exactly as the database held it, one row a line (JSON).
refused/    What came in and could not be taken in, whole; rows/inbox.jsonl says what is wrong with each.
manifest.jsonl  Every file with its size and SHA-256. summary.jsonl: counts, and the SHA-256 of that list.

To bring it into another Careloop: careloop import fhir THIS-FOLDER
That reads directory/, earlier/ and records/ and leaves the rest alone. Other systems that take FHIR bulk data
read records/ and directory/ as they are. Files of documents/ that were added by hand come back with
"careloop import document".

Facts that Careloop read out of the records (lists, checks) are not in here: they are made from the records.
Nothing in here is encrypted. Keep it as safely as the records themselves.
"""

_STYLE = (
    "body{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#111;background:#fff}"
    "table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.25rem .5rem;"
    "border-bottom:1px solid #ccc;vertical-align:top}"
)


def make_readme(cover: Cover) -> str:
    """Return the README of a parcel."""
    return README.format(about=_about(cover))


def make_index(cover: Cover) -> str:
    """Return the first page of a parcel: what it is, and how much of what."""
    rows = "".join(f"<tr><td>{escape(kind)}</td><td>{count}</td></tr>" for kind, count in sorted(cover.counts.items()))
    link = f'<p><a href="{escape(cover.page)}">The record, to read</a></p>' if cover.page else ""
    where = "" if cover.page else "<p>The folder people/ holds a page to read for each patient.</p>"
    body = (
        f"<p>{escape(_about(cover))}</p>{link}{where}"
        '<p><a href="README.txt">What is in which folder</a></p>'
        f"<h2>How much of what</h2><table><tr><th>What</th><th>Lines or files</th></tr>{rows}</table>"
    )
    return _page("Medical records", body)


def make_person_page(person: HandedPerson) -> str:
    """Return the page of one patient: who, documents, and every fact with its day."""
    born = person.birth_on.isoformat() if person.birth_on else "not known"
    documents = "".join(
        f'<tr><td>{one.dated_on or ""}</td><td><a href="../{escape(one.path)}">'
        f"{escape(one.title or 'Document without a title')}</a></td></tr>"
        for one in person.documents
    )
    facts = "".join(
        f"<tr><td>{escape(one.kind)}</td><td>{one.on or ''}</td><td>{escape(one.label)}</td>"
        f"<td>{escape(one.value)}</td><td>{escape(one.status)}</td></tr>"
        for one in person.facts
    )
    body = (
        f"<p>Born {born}. {escape(', '.join(person.identifiers))}</p><h2>Documents</h2>"
        f"<table><tr><th>Day</th><th>What</th></tr>{documents}</table><h2>Record</h2>"
        f"<table><tr><th>Kind</th><th>Day</th><th>What</th><th>Value</th><th>State</th></tr>{facts}</table>"
    )
    return _page(person.name, body)


def _about(cover: Cover) -> str:
    made = cover.made_at.strftime("%Y-%m-%d %H:%M UTC")
    return f"Made by Careloop {cover.version} on {made} for: {cover.recipient}. Reason: {cover.reason}."


def _page(title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{escape(title)}</h1>{body}</body></html>\n"
    )
