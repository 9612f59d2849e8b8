"""Draw every page and mail, in every state, as a phone shows it: German, plain language and Arabic side by side.

    .venv/bin/python tools/gallery.py [--all FOLDER] [--only door,matter] [--languages de,de-simple,ar]

Without --all it draws docs/gallery anew: the rows, a chosen few at their full size and in other shapes, and the
index. With --all it draws everything at full size in every shape and every language into FOLDER, to be looked at.
"""

import argparse
import re
import sys
from collections.abc import Iterator
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from chalicelib.domain.contact import Message  # noqa: E402
from chalicelib.presentation import i18n, render  # noqa: E402
from chalicelib.presentation.colour import INK, PAPER, SURFACE  # noqa: E402
from tests.browser import chromium  # noqa: E402
from tests.pages.samples import TONED, message_samples, page_samples  # noqa: E402

GALLERY = ROOT / "docs" / "gallery"
SHAPES = {
    "phone": (390, 844, "light"),
    "night": (390, 844, "dark"),
    "narrow": (320, 640, "light"),
    "desk": (1280, 800, "light"),
}
BESIDE = ("de", "de-simple", "ar")
# These differ from another row by a line or two of their list: one language shows it.
ALONE = {"mail_notice_traced", "mail_notice_charged", "mail_notice_free"}
# At this part of its size a page can still be read, and all of them fit into six megabytes.
PART, GAP, GROUND, QUALITY, LARGE_QUALITY = 0.46, 10, "#8a8378", 30, 72
CHOSEN = (
    *((name, "en", "phone") for name in ("door", "matter")),
    *((name, "en", "night") for name in ("matter", "mail_reminder_friendly")),
    *((name, "de", "night") for name in ("door", "plan", "wrong", "pay_mend")),
    *((name, "ar", "night") for name in ("matter", "plan")),
    *((name, "de", "desk") for name in ("matter", "plan")),
    *((name, "de", "narrow") for name in ("door", "plan")),
)
ROOMS = {
    "Who is there": ("door", "start", "not_me", "stop", "new_link", "link_sent", "locked", "expired"),
    "The matter": ("matter",),
    "Paying": ("pay", "transfer", "transferred", "on_its_way", "thanks", "returning", "left", "receipt", "closed"),
    "Later, and in instalments": ("later", "deferred", "plan", "nothing", "offer", "running"),
    "Something is wrong": ("wrong", "disputed", "withdraw", "withdrawn", "evidence"),
    "Talking to a person": ("talk", "represent", "represented", "complain", "complaint", "care"),
    "What is mine": ("history", "why", "papers", "origin", "data", "forget", "asked", "visit", "not_yours"),
    "My choices": ("choices", "points", "helpers"),
    "About the pages, and when something is not there": ("accessibility", "not_found", "trouble", "cross", "too"),
    "Messages, tone by tone": ("mail_reminder", "text_reminder", "mail_courtesy", "text_courtesy"),
    "Messages": ("mail",),
}


def drawings(language: str) -> Iterator[tuple[str, str]]:
    """Name -> HTML of everything there is to see in one language."""
    for name, view in page_samples(language).items():
        yield name, render.page(view).body
    for name, message in message_samples(language).items():
        yield f"mail_{name}", message.html
        if name in TONED:
            yield f"text_{name}", text_message(message, i18n.locale(language))


def text_message(message: Message, words: i18n.Locale) -> str:
    """A text message as a telephone shows it: who it comes from, and its words, the links as they stand."""
    said = re.sub(r"(https://\S+)", r"<u>\1</u>", escape(message.short)).replace("\n", "<br>")
    sender = escape(message.short.partition(":")[0])
    return (
        f'<!doctype html><html lang="{words.language}" dir="{words.direction}"><meta charset="utf-8">'
        f'<body style="margin:0;padding:20px 14px;background:{PAPER};color:{INK};'
        "font:17px/1.45 system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans Arabic',sans-serif\">"
        f'<p style="margin:0 0 10px;text-align:center;font-size:14px"><bdi>{sender}</bdi></p>'
        f'<p style="margin:0;padding:12px 16px;border-radius:20px;background:{SURFACE};'
        f'max-width:85%;width:fit-content;overflow-wrap:anywhere" dir="auto" data-ends>{said}</p></body></html>'
    )


def picture(tab: Page, html: str) -> Image.Image:
    """The whole page as it is drawn; of a text message no more than it is high."""
    tab.set_content(html)
    tab.evaluate("document.fonts.ready")
    drawn = Image.open(BytesIO(tab.screenshot(full_page=True))).convert("RGB")
    end = tab.evaluate("document.querySelector('[data-ends]')?.getBoundingClientRect().bottom")
    return drawn.crop((0, 0, drawn.width, round(end) + 20)) if end else drawn


def beside(pictures: list[Image.Image]) -> Image.Image:
    """The same page in each language, smaller, in a row."""
    small = [p.resize((round(p.width * PART), round(p.height * PART)), Image.Resampling.LANCZOS) for p in pictures]
    width = sum(p.width for p in small) + GAP * (len(small) - 1)
    row, x = Image.new("RGB", (width, max(p.height for p in small)), GROUND), 0
    for part in small:
        row.paste(part, (x, 0))
        x += part.width + GAP
    return row


def room_of(name: str) -> str:
    """Where in the index a page stands."""
    words = name.split("_")
    for count in (3, 2, 1):
        for room, names in ROOMS.items():
            if "_".join(words[:count]) in names:
                return room
    raise KeyError(f"{name} stands in no room of the gallery")


def index(names: list[str]) -> str:
    """docs/gallery/README.md."""
    lines = [
        "# Every page, in every state",
        "",
        "Drawn by `make gallery` from the samples that the tests use: German, plain language and Arabic side by",
        f"side, at {PART:.0%} of a phone's size. The other languages are looked at by the same command, without",
        "pictures: axe-core by day and by night, the fit at 320 px and with letters twice as large.",
        "",
    ]
    for room in ROOMS:
        lines += [f"## {room}", ""]
        for name in (name for name in names if room_of(name) == room):
            said = name.removeprefix("mail_").replace("_", " ").replace("text ", "as a text message: ")
            lines += [f"**{said}**", "", f"![{said}](pages/{name}.webp)", ""]
    lines += ["## At night, at a desk, on a narrow phone", ""]
    lines += [
        f"![{name.replace('_', ' ')}, {shape}, {tongue}]({name}.{tongue}.{shape}.webp)"
        for name, tongue, shape in CHOSEN
    ]
    lines += ["", "## Documents", ""]
    lines += [f"![{paper.stem}]({paper.name})" for paper in sorted(GALLERY.glob("paper_*.webp"))]
    return "\n".join(lines) + "\n"


def draw_gallery(tabs: dict[str, Page], languages: tuple[str, ...], only: set[str]) -> int:
    """docs/gallery anew, or only some of its pages; returns how many pictures."""
    rows = GALLERY / "pages"
    rows.mkdir(parents=True, exist_ok=True)
    if not only:
        for old in (*rows.glob("*.webp"), *GALLERY.glob("*.*.*.webp")):
            if not old.name.startswith("paper_"):
                old.unlink()
    drawn = {language: dict(drawings(language)) for language in {*languages, *(c[1] for c in CHOSEN)}}
    names = list(drawn[languages[0]])
    wanted, listed = [name for name in names if not only or name in only], index(names)
    for name in wanted:
        shown = languages[:1] if name in ALONE else languages
        row = beside([picture(tabs["phone"], drawn[language][name]) for language in shown])
        row.save(rows / f"{name}.webp", quality=QUALITY, method=6)
    large = [chosen for chosen in CHOSEN if chosen[0] in wanted]
    for name, language, shape in large:
        file = GALLERY / f"{name}.{language}.{shape}.webp"
        picture(tabs[shape], drawn[language][name]).save(file, quality=LARGE_QUALITY, method=6)
    (GALLERY / "README.md").write_text(listed, "utf-8")
    return len(wanted) + len(large)


def draw_all(folder: Path, tabs: dict[str, Page], languages: tuple[str, ...], only: set[str]) -> int:
    """Everything at its full size, in every shape."""
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    for language in languages:
        for name, html in drawings(language):
            for shape, tab in tabs.items():
                if not only or name in only:
                    picture(tab, html).save(folder / f"{name}.{language}.{shape}.webp", quality=LARGE_QUALITY)
                    count += 1
    return count


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--all", type=Path)
    asked.add_argument("--only", default="")
    asked.add_argument("--languages", default="")
    options = asked.parse_args()
    only = set(filter(None, options.only.split(",")))
    languages = tuple(filter(None, options.languages.split(",")))
    with sync_playwright() as play:
        browser: Any = chromium(play)
        tabs = {
            shape: browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme).new_page()
            for shape, (width, height, scheme) in SHAPES.items()
        }
        if options.all:
            count = draw_all(options.all, tabs, languages or tuple(i18n.languages()), only)
        else:
            count = draw_gallery(tabs, languages or BESIDE, only)
        browser.close()
    print(f"{count} pictures in {options.all or GALLERY}")


if __name__ == "__main__":
    main()
