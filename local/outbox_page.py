"""The outbox as a page: each message drawn as what it is, and the clock above them."""

import re
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from local.clock import BERLIN
from local.debtors import Behind
from local.outbox import LINK, Sent

ON_ONE_PAGE = 40
STOPPED = "The local AWS has stopped. Run make run: it goes on where it was."
# What a mail's frame is given, by its plain text: so high is a line (many are blank), so high what is around the
# text, and so many letters stand on a line in the widest column and on a phone. A little too high is better than a
# mail that must be scrolled in its frame.
LINE, AROUND, WIDE, NARROW = 22, 220, 62, 34


def linked(text: str) -> Markup:
    """A plain text with its web addresses made clickable, each in a new tab."""
    parts, end = [], 0
    for link in LINK.finditer(text):
        parts.append(escape(text[end : link.start()]))
        parts.append(Markup('<a href="{0}" target="_blank" rel="noopener" dir="ltr">{0}</a>').format(link.group()))
        end = link.end()
    parts.append(escape(text[end:]))
    return Markup("").join(parts)


def framed(html: str) -> str:
    """A mail's HTML for the frame: links open in a new tab, as they would in a mail program."""
    base = '<base target="_blank">'
    head = re.search(r"<head[^>]*>", html, re.IGNORECASE)
    return html[: head.end()] + base + html[head.end() :] if head else base + html


def frame_height(text: str, letters: int) -> int:
    """The height in pixels that shows the whole of a mail, by its plain text."""
    lines = sum(max(1, -(-len(line) // letters)) for line in text.splitlines())
    return AROUND + LINE * lines


def call_parts(notes: str) -> list[dict[str, list[str]]]:
    """The notes of a call part by part: what is said, and the lines that are listed below it."""
    parts = []
    for part in notes.strip().split("\n\n"):
        lines = part.splitlines()
        listed = [line.removeprefix("- ") for line in lines if line.startswith("- ")]
        parts.append({"said": [line for line in lines if not line.startswith("- ")], "listed": listed})
    return parts


def drawn(message: Sent) -> Markup:
    """One message as what it is, by itself: everything but a mail, which has its own page."""
    macros: Any = TEMPLATES.get_template("drawn.html").make_module()
    return Markup(getattr(macros, message.channel)(message))  # noqa: S704 - escaped by the template


def styles() -> str:
    """The styles of what `drawn` draws."""
    return (Path(__file__).parent / "drawn.css").read_text("utf-8")


def in_berlin(moment: str) -> str:
    """An ISO moment as it reads in Berlin: Mon 23 Nov 2026, 08:00."""
    return f"{datetime.fromisoformat(moment).astimezone(BERLIN):%a %-d %b %Y, %H:%M}"


TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
)
TEMPLATES.filters.update(
    linked=linked, framed=framed, in_berlin=in_berlin, frame_height=frame_height, call_parts=call_parts
)
TEMPLATES.globals.update(WIDE=WIDE, NARROW=NARROW)


def stopped_page() -> str:
    """What the outbox shows when there is nothing to ask any more."""
    return TEMPLATES.get_template("stopped.html").render(said=STOPPED)


def outbox_page(
    messages: list[Sent],
    behind: dict[str, list[Behind]],
    reading: dict,
    *,
    to: str,
    page: int,
    follow: bool,
    said: str,
) -> str:
    """The whole page. `messages` newest first and already searched, `behind` whoever their addresses belong to;
    `said` is what the last button did."""
    start = page * ON_ONE_PAGE
    return TEMPLATES.get_template("outbox.html").render(
        behind=behind,
        messages=messages[start : start + ON_ONE_PAGE],
        count=len(messages),
        older=page + 1 if len(messages) > start + ON_ONE_PAGE else None,
        newer=page - 1 if page else None,
        clock=reading,
        to=to,
        follow=follow,
        said=said,
    )
