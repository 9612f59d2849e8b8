"""A creditor's colour, made readable: kept where its contrast holds, else shaded until it does."""

import re
from dataclasses import dataclass
from functools import cache

PAPER, NIGHT = "#fbf8f2", "#1b1916"
SURFACE, NIGHT_SURFACE = "#ffffff", "#26231f"
INK, MOON = "#24201b", "#f3eee6"
CALM = "#1d5c57"
LINE_CONTRAST = 4.5
TEXT_CONTRAST = 7.0


@dataclass(frozen=True)
class Accent:
    """Four colours: lines and marks on light and dark ground, and the button with its words on each."""

    line: str
    button: str
    night_line: str
    night_button: str


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def luminance(colour: str) -> float:
    """Relative luminance in [0, 1] (WCAG 2.2)."""

    def linear(value: int) -> float:
        share = value / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(value) for value in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _mixed(colour: str, towards: str, share: float) -> str:
    pairs = zip(_channels(colour), _channels(towards), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def readable(colour: str, against: tuple[str, ...], wanted: float, towards: str) -> str:
    """The colour, or the nearest one on its way `towards` black or white that reaches `wanted` on every
    ground of `against`."""
    for step in range(101):
        mixed = _mixed(colour, towards, step / 100)
        if all(contrast(mixed, ground) >= wanted for ground in against):
            return mixed
    return towards


@cache
def accent(colour: str | None) -> Accent:
    """The accent of a creditor's pages; the calm green of the house where the creditor named none."""
    given = (colour or "").strip().lower()
    if re.fullmatch("#[0-9a-f]{3}", given):
        given = "#" + "".join(c * 2 for c in given[1:])
    if not re.fullmatch("#[0-9a-f]{6}", given):
        given = CALM
    return Accent(
        line=readable(given, (PAPER, SURFACE), LINE_CONTRAST, "#000000"),
        button=readable(given, ("#ffffff", PAPER), TEXT_CONTRAST, "#000000"),
        night_line=readable(given, (NIGHT, NIGHT_SURFACE), LINE_CONTRAST, "#ffffff"),
        night_button=readable(given, (NIGHT, NIGHT_SURFACE), TEXT_CONTRAST, "#ffffff"),
    )
