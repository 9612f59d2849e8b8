"""Draw every page and mail, in every state, as a phone shows it: German, plain language and Arabic side by side.

    .venv/bin/python tools/gallery.py [--all FOLDER] [--only door,matter] [--languages de,de-simple,ar]

Without --all it draws docs/gallery anew: the rows, a chosen few at their full size and in other shapes, and the
index. With --all it draws everything at full size in every shape and every language into FOLDER, to be looked at.
"""

import argparse
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

from chalicelib.adapters.documents.press import Press  # noqa: E402
from chalicelib.domain.channel import Shape  # noqa: E402
from chalicelib.domain.contact import Message, Tone  # noqa: E402
from chalicelib.domain.parties import ChannelKind  # noqa: E402
from chalicelib.presentation import i18n, render  # noqa: E402
from local.outbox import Sent, links_in  # noqa: E402
from local.outbox_page import drawn as drawn_alone  # noqa: E402
from local.outbox_page import styles  # noqa: E402
from tests.browser import chromium  # noqa: E402
from tests.pages.samples import ALIKE, CREDITOR, TONED, message_samples, page_samples  # noqa: E402
from tests.pages.samples_channels import SHAPES as CHANNELS  # noqa: E402
from tests.pages.samples_channels import channel_samples  # noqa: E402
from tests.pages.samples_desk import desk_samples  # noqa: E402
from tests.pages.samples_own import ALIKE_WHYS  # noqa: E402

GALLERY = ROOT / "docs" / "gallery"
SHAPES = {
    "phone": (390, 844, "light"),
    "night": (390, 844, "dark"),
    "narrow": (320, 640, "light"),
    "desk": (1280, 800, "light"),
    "lamp": (1280, 800, "dark"),
}
BESIDE = ("de", "de-simple", "ar")
# These differ from another row by a line or two, or by a line of their list: one language shows it.
ALONE = {
    *("mail_notice_traced", "mail_notice_charged", "mail_notice_free"),
    *("door_last_try", "not_me_again", "locked_long", "expired_bare", "new_link_bare", "link_sent_bare"),
    *("trouble_bare", "pay_all_of_it_only", "pay_changed", "pay_all_changed", "pay_small", "transfer_small"),
    *("thanks_surplus", "matter_two_payments", "matter_lapsed", "matter_begun", "matter_late", "matter_plan_late"),
    *(
        "matter_came_back",
        "matter_taken_back",
        "later_changed",
        "later_used_up",
        "plan_changed",
        "plan_in_the_past",
    ),
    *("plan_too_late", "plan_very_long", "plan_without_budget", "nothing_left_used_up", "offer_mailed"),
    *("offer_once", "offer_missing", "offer_debit", "plan_agreed_transfer", "plan_agreed_debit", "running_debit"),
    *("running_late", "running_refused", "disputed_minor", "disputed_late", "represented_lasting", "care_lasting"),
    *("evidence_too_long", "evidence_not_a_picture_or_pdf", "evidence_unreadable", "evidence_locked"),
    *("evidence_dangerous", "evidence_some", "receipt_came_back", "choices_mandate_ended"),
    *("talk_waiting_elsewhere", "talk_no_more", "talk_taken_back", "talk_voice", "chat_long"),
    *("offer_large", "transfer_announced", "transfer_sent", "wrong_several", "matter_transfer_missing"),
    *("talk_helper_moves", "talk_helper_moved", "matter_offered", "matter_asked"),
}
# At this part of its size a page can still be read, and all of them fit into six megabytes.
PART, GAP, GROUND, QUALITY, LARGE_QUALITY = 0.46, 10, "#8a8378", 30, 72
# The smallest at which a letter's words can still be made out; the lines of a fax, and from where a grey is white.
LETTER_PPI, FAX_PPI, FAX_WHITE = 64, 200, 150
CHOSEN = (
    *((name, "en", "phone") for name in ("door", "matter")),
    *((name, "en", "night") for name in ("matter", "mail_reminder_friendly")),
    *((name, "de", "night") for name in ("door", "plan", "wrong", "pay_mend")),
    *((name, "ar", "night") for name in ("matter", "plan")),
    *((name, "de", "desk") for name in ("matter", "plan")),
    *((name, "de", "narrow") for name in ("door", "plan")),
)
# The desk, which the staff read in German and English: each of its pages, on a screen, two on a phone.
DESK_PART, DESK_QUALITY = 0.6, 40
DESK = (
    *((name, "de", "desk") for name in ("home", "matter")),
    ("matter", "de", "lamp"),
    *((name, "de", "phone") for name in ("home", "matter")),
    *((name, "en", "desk") for name in ("home", "matter")),
    *((name, "de", "desk") for name in ("call", "message", "public_told", "member", "people")),
    *((name, "en", "desk") for name in ("call", "audit", "complaints", "sign_in", "kept_over")),
    *((name, "de", "desk") for name in ("audit", "unknown", "closed", "signed_out", "not_yours")),
)
DESK_ROOM = "The desk of the people who answer"
CHANNEL_ROOM = "A reminder on every channel, in every tone"
ROOMS = {
    "Who is there": ("door", "start", "not_me", "stop", "new_link", "link_sent", "locked", "expired"),
    "The matter": ("matter",),
    "Paying": ("pay", "transfer", "transferred", "on_its_way", "thanks", "returning", "left", "receipt", "closed"),
    "Later, and in instalments": ("later", "deferred", "plan", "nothing", "offer", "running"),
    "Something is wrong": ("wrong", "disputed", "withdraw", "withdrawn", "evidence"),
    "Talking to a person": ("chat", "talk", "represent", "represented", "complain", "complaint", "care"),
    "What is mine": ("history", "why", "papers", "origin", "data", "forget", "asked", "visit", "not_yours"),
    "My choices": ("choices", "points", "helpers"),
    "About the pages, and when something is not there": ("accessibility", "not_found", "trouble", "cross", "too"),
    CHANNEL_ROOM: (),
    "Messages": ("mail", "text"),
}


def drawings(language: str) -> Iterator[tuple[str, str]]:
    """Name -> HTML of everything there is to see in one language."""
    for name, view in page_samples(language).items():
        yield name, render.page(view).body
    for name, message in message_samples(language).items():
        yield f"mail_{name}", message.html
        if name in TONED:
            yield f"text_{name}", text_message(message, i18n.locale(language))


def desk_drawings(language: str) -> dict[str, str]:
    """Name -> HTML of every page of the desk."""
    return {name: render.page(view).body for name, view in desk_samples(language).items()}


def text_message(message: Message, words: i18n.Locale) -> str:
    """A text message as a telephone shows it: who it comes from, and its words, the links as they stand."""
    return alone(seen(ChannelKind.SMS, message, words), words)


def seen(channel: ChannelKind, message: Message, words: i18n.Locale) -> Sent:
    """What somebody has before them: a text, a template with its button, or what is said on the telephone."""
    at, links = "", links_in(message.short)
    if channel in (ChannelKind.PHONE, ChannelKind.VOICE):
        return Sent(channel, "", "", "", message.long, "", [], at)
    if channel is ChannelKind.WHATSAPP:
        button = words.text("mail.look")
        return Sent(channel, "", CREDITOR.legal_name, button, message.subject, "", links, at)
    return Sent(channel, "", message.short.partition(":")[0], "", message.short, "", links, at)


def alone(sent: Sent, words: i18n.Locale) -> str:
    """A page that shows nothing but this, as the outbox draws it."""
    above = f'<p class="from"><bdi>{escape(sent.sender)}</bdi></p>' if sent.channel == "sms" else ""
    return (
        f'<!doctype html><html lang="{words.language}" dir="{words.direction}"><meta charset="utf-8">'
        f"<style>{styles()} * {{ box-sizing: border-box }} body {{ margin: 0; padding: 20px 14px; "
        "background: var(--paper); color: var(--ink); font: 18px/1.5 system-ui, -apple-system, 'Segoe UI', "
        "Roboto, 'Noto Sans Arabic', sans-serif } a { color: var(--accent) } "
        ".from { margin: 0 0 10px; text-align: center; font-size: 14px }</style>"
        f"<body>{above}<div data-ends>{drawn_alone(sent)}</div></body></html>"
    )


def picture(tab: Page, html: str) -> Image.Image:
    """The whole page as it is drawn; of a text message no more than it is high."""
    tab.set_content(html)
    tab.evaluate("document.fonts.ready")
    drawn = Image.open(BytesIO(tab.screenshot(full_page=True))).convert("RGB")
    end = tab.evaluate("document.querySelector('[data-ends]')?.getBoundingClientRect().bottom")
    return drawn.crop((0, 0, drawn.width, round(end) + 20)) if end else drawn


def of_channel(channel: ChannelKind, language: str, tab: Page, press: Press) -> Image.Image:
    """A reminder on one channel in one language, its tones side by side; an automatic voice has but one."""
    words, shown, part = i18n.locale(language), [], PART
    for tone in Tone:
        message = channel_samples(language)[channel, tone]
        if shown and message.shape is Shape.SPOKEN:
            break
        if message.letter:
            shown.append(faxed(message, press) if channel is ChannelKind.FAX else posted(message, press))
            part = 1.0
        elif channel is ChannelKind.EMAIL:
            shown.append(picture(tab, message.html))
        else:
            shown.append(picture(tab, alone(seen(channel, message, words), words)))
    return beside(shown, part)


def posted(message: Message, press: Press) -> Image.Image:
    """The first page of a letter, in a few greys."""
    return greys(Image.open(BytesIO(press.drawn(message.letter, LETTER_PPI)[0])).convert("L"), 5)


def faxed(message: Message, press: Press) -> Image.Image:
    """The same as it comes out of a fax: black or white, at the pitch of its lines, and then smaller."""
    sheet = Image.open(BytesIO(press.drawn(message.letter, FAX_PPI)[0])).convert("L")
    black = sheet.point(lambda grey: 255 if grey > FAX_WHITE else 0)
    small = (round(sheet.width * LETTER_PPI / FAX_PPI), round(sheet.height * LETTER_PPI / FAX_PPI))
    return greys(black.resize(small, Image.Resampling.LANCZOS), 3)


def greys(sheet: Image.Image, many: int) -> Image.Image:
    """In so many greys, black and white among them: far smaller, and sharper, than a photograph of it."""
    step = 255 / (many - 1)
    return sheet.point(lambda grey: round(round(grey / step) * step)).convert("RGB")


def beside(pictures: list[Image.Image], part: float = PART) -> Image.Image:
    """What belongs together, smaller, in a row."""
    small = [p.resize((round(p.width * part), round(p.height * part)), Image.Resampling.LANCZOS) for p in pictures]
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
        f"side, at {PART:.0%} of a phone's size; what differs from another page by a line or two, in German.",
        "The other languages are looked at by the same command, without pictures: axe-core by day and by night,",
        "the fit at 320 px and with letters twice as large.",
        "",
    ]
    for room in ROOMS:
        lines += [f"## {room}", ""]
        if room == CHANNEL_ROOM:
            lines += ["Friendly, matter of fact, and the last notice, side by side.", ""]
            for channel in CHANNELS:
                lines += [f"**{channel}**", ""]
                lines += [f"![{channel}, {tongue}](channels/{channel}.{tongue}.webp)" for tongue in BESIDE] + [""]
        for name in (name for name in names if room_of(name) == room):
            said = name.removeprefix("mail_").replace("_", " ").replace("text ", "as a text message: ")
            lines += [f"**{said}**", "", f"![{said}](pages/{name}.webp)", ""]
    lines += ["## At night, at a desk, on a narrow phone", ""]
    lines += [
        f"![{name.replace('_', ' ')}, {shape}, {tongue}]({name}.{tongue}.{shape}.webp)"
        for name, tongue, shape in CHOSEN
    ]
    lines += ["", f"## {DESK_ROOM}", "", "Day and night, on a screen and on a phone, in German and English.", ""]
    lines += [
        f"![{name.replace('_', ' ')}, {shape}, {tongue}](desk/{name}.{tongue}.{shape}.webp)"
        for name, tongue, shape in DESK
    ]
    lines += ["", "## Documents", ""]
    lines += [f"![{paper.stem}]({paper.name})" for paper in sorted(GALLERY.glob("paper_*.webp"))]
    return "\n".join(lines) + "\n"


def draw_gallery(tabs: dict[str, Page], languages: tuple[str, ...], only: set[str]) -> int:
    """docs/gallery anew, or only some of its pages; returns how many pictures."""
    rows = GALLERY / "pages"
    rows.mkdir(parents=True, exist_ok=True)
    channels = GALLERY / "channels"
    channels.mkdir(exist_ok=True)
    desk = GALLERY / "desk"
    desk.mkdir(exist_ok=True)
    if not only:
        for old in GALLERY.rglob("*.webp"):
            if not old.name.startswith("paper_"):
                old.unlink()
    drawn = {language: dict(drawings(language)) for language in {*languages, *(c[1] for c in CHOSEN)}}
    alike = {*(f"mail_{name}" for name in ALIKE), *ALIKE_WHYS}
    names = [name for name in drawn[languages[0]] if not name.startswith("mail_reminder") and name not in alike]
    wanted, listed = [name for name in names if not only or name in only], index(names)
    for name in wanted:
        shown = languages[:1] if name in ALONE else languages
        row = beside([picture(tabs["phone"], drawn[language][name]) for language in shown])
        row.save(rows / f"{name}.webp", quality=QUALITY, method=6)
    press = Press(ROOT / "infra/fonts")
    by_channel = [(c, language) for c in CHANNELS for language in languages if not only or c in only]
    for channel, language in by_channel:
        row = of_channel(channel, language, tabs["phone"], press)
        exact = channel in (ChannelKind.LETTER, ChannelKind.FAX)
        row.save(
            channels / f"{channel}.{language}.webp", quality=100 if exact else QUALITY, lossless=exact, method=6
        )
    large = [chosen for chosen in CHOSEN if not only or chosen[0] in only]
    for name, language, shape in large:
        file = GALLERY / f"{name}.{language}.{shape}.webp"
        picture(tabs[shape], drawn[language][name]).save(file, quality=LARGE_QUALITY, method=6)
    seated = [chosen for chosen in DESK if not only or f"desk_{chosen[0]}" in only]
    for name, language, shape in seated:
        whole = beside([picture(tabs[shape], desk_drawings(language)[name])], DESK_PART)
        whole.save(desk / f"{name}.{language}.{shape}.webp", quality=DESK_QUALITY, method=6)
    (GALLERY / "README.md").write_text(listed, "utf-8")
    return len(wanted) + len(by_channel) + len(large) + len(seated)


def draw_all(folder: Path, tabs: dict[str, Page], languages: tuple[str, ...], only: set[str]) -> int:
    """Everything at its full size, in every shape."""
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    for language in languages:
        of_desk = desk_drawings(language) if language in i18n.desk_languages() else {}
        for name, html in (*drawings(language), *((f"desk_{name}", html) for name, html in of_desk.items())):
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
