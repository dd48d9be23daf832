"""The pages of the sandbox: the telephones and mailboxes that were written to, as whoever holds them would see them."""

from html import escape
from urllib.parse import quote

from careloop.jobs.sandbox import Line, Sandbox

CSS = """:root{color-scheme:light dark;--card:#fff;--ground:#f3f1ec;--ink:#1d2126;--soft:#555d66;--line:#8b929b;
--own:#dcefe6}
@media(prefers-color-scheme:dark){:root{--card:#22272e;--ground:#15181c;--ink:#f0eee9;--soft:#b6bec8;--line:#7d8590;
--own:#1f4436}}
*{box-sizing:border-box}body{margin:0;background:var(--ground);color:var(--ink);font:1rem/1.5 system-ui,sans-serif}
main{max-width:40rem;margin:0 auto;padding:1rem}h1{font-size:1.4rem;margin:.5rem 0}h2{font-size:1.1rem}
a{color:inherit}ul,ol{list-style:none;margin:0;padding:0;display:grid;gap:.6rem}
li{overflow-wrap:anywhere;background:var(--card);border-radius:1rem;padding:.7rem .9rem;max-width:85%}
li.own{background:var(--own);justify-self:end}ul.boxes li{max-width:100%}.soft,time{color:var(--soft);font-size:.9rem}
pre{white-space:pre-wrap;font:inherit;margin:.3rem 0 0}textarea,button{font:inherit;width:100%;border-radius:.6rem;
border:1px solid var(--line);padding:.6rem;background:var(--card);color:inherit}button{background:#14614a;color:#fff;
border-color:#14614a;font-weight:600;min-height:2.75rem;margin-top:.6rem}:focus-visible{outline:3px solid #2f7fd0;
outline-offset:2px}label{display:block;font-weight:600;margin:1rem 0 .3rem}"""


def draw_start(box: Sandbox) -> str:
    """Return the list of all telephones and mailboxes that were written to."""
    parts = ["<h1>Sandbox</h1><p class=soft>Nothing here was sent to anybody. Everybody in it is invented.</p>"]
    for road, name, place in (("text", "Telephones", "phone"), ("email", "Mailboxes", "mail")):
        others = dict.fromkeys(one.other for one in reversed(box.find(road)))
        rows = "".join(
            f'<li><a href="/{place}/{quote(one)}">{escape(one)}</a> '
            f"<span class=soft>{len(box.find(road, one))}</span></li>"
            for one in others
        )
        parts.append(f"<h2>{name}</h2><ul class=boxes>{rows}</ul>" if rows else f"<h2>{name}</h2><p>None yet.</p>")
    return _page("Sandbox", "".join(parts))


def draw_phone(box: Sandbox, number: str) -> str:
    """Return the talk on one telephone, and where to answer."""
    rows = "".join(_bubble(one) for one in box.find("text", number))
    return _page(f"Telephone {number}", _talk(f"Telephone {number}", rows, f"/phone/{quote(number)}"))


def draw_mailbox(box: Sandbox, address: str) -> str:
    """Return the letters in one mailbox, and where to answer."""
    rows = "".join(_bubble(one) for one in box.find("email", address))
    return _page(f"Mailbox {address}", _talk(f"Mailbox {address}", rows, f"/mail/{quote(address)}"))


def _talk(title: str, rows: str, where: str) -> str:
    return (
        f'<p><a href="/">All telephones and mailboxes</a></p><h1>{escape(title)}</h1>'
        f"<ol>{rows or '<li>Nothing yet.</li>'}</ol>"
        f'<form method=post action="{escape(where)}"><label for=words>Answer as this person</label>'
        "<textarea id=words name=words rows=3 required maxlength=1600></textarea><button>Send</button></form>"
    )


def _bubble(line: Line) -> str:
    subject = f"<strong>{escape(line.subject)}</strong>" if line.subject else ""
    own = " class=own" if line.is_answer else ""
    who = "This person" if line.is_answer else "The clinic"
    return (
        f"<li{own}><span class=soft>{who}</span> <time>{line.at:%Y-%m-%d %H:%M:%S} UTC</time> {subject}"
        f"<pre>{escape(line.words)}</pre></li>"
    )


def _page(title: str, body: str) -> str:
    return (
        f"<!doctype html><html lang=en><head><meta charset=utf-8><title>{escape(title)}</title>"
        '<meta name=viewport content="width=device-width,initial-scale=1"><link rel=stylesheet href="/sandbox.css">'
        f"</head><body><main>{body}</main></body></html>"
    )
