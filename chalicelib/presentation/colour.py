"""A creditor's colour, made readable: kept where its contrast holds, else shaded until it does."""

import re
from colorsys import hls_to_rgb, rgb_to_hls
from dataclasses import dataclass
from functools import cache
from itertools import chain

PAPER, NIGHT = "#fbf8f2", "#1a1815"
SURFACE, NIGHT_SURFACE = "#ffffff", "#292520"
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


def _shaded(colour: str, end: float, share: float) -> str:
    """The colour with its lightness moved towards `end` (0 black, 1 white); its hue stays."""
    red, green, blue = (value / 255 for value in _channels(colour))
    hue, light, depth = rgb_to_hls(red, green, blue)
    shaded = hls_to_rgb(hue, light + (end - light) * share, depth * (1 - 0.35 * share))
    return "#" + "".join(f"{round(value * 255):02x}" for value in shaded)


def readable(colour: str, against: tuple[str, ...], wanted: float, end: float) -> str:
    """The colour, or the nearest one on its way to black (`end` 0) or white (1) that reaches the contrast
    `wanted` on every ground of `against`."""
    steps = chain((colour,), (_shaded(colour, end, step / 100) for step in range(1, 101)))
    return next(c for c in steps if all(contrast(c, ground) >= wanted for ground in against))


@cache
def accent(colour: str | None) -> Accent:
    """The accent of a creditor's pages; the calm green of the house where the creditor named none."""
    given = (colour or "").strip().lower()
    if re.fullmatch("#[0-9a-f]{3}", given):
        given = "#" + "".join(c * 2 for c in given[1:])
    if not re.fullmatch("#[0-9a-f]{6}", given):
        given = CALM
    return Accent(
        line=readable(given, (PAPER, SURFACE), LINE_CONTRAST, 0),
        button=readable(given, ("#ffffff", PAPER), TEXT_CONTRAST, 0),
        night_line=readable(given, (NIGHT, NIGHT_SURFACE), LINE_CONTRAST, 1),
        night_button=readable(given, (NIGHT, NIGHT_SURFACE), TEXT_CONTRAST, 1),
    )
