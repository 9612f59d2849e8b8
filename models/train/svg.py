"""Draws figures as small SVGs, read by day and by night: a sheet of paper, axes, and what stands on them."""

from dataclasses import dataclass, field
from html import escape
from math import ceil, floor, log10

# By day and by night: the pages' own colours (templates/layouts/style.css), and three that are told apart in both,
# also by whoever sees no red and green.
_DAY = {
    "paper": "#fbf8f3", "ink": "#23201c", "soft": "#544c43", "hair": "#e2d9cb",
    "one": "#2b5f8f", "two": "#b3581e", "three": "#5d7f1e", "four": "#7a4a86",
}  # fmt: skip
_NIGHT = {
    "paper": "#1a1815", "ink": "#f2ece3", "soft": "#cfc6b9", "hair": "#3f3a33",
    "one": "#8cbcea", "two": "#f0a36b", "three": "#b3d66f", "four": "#d3a3df",
}  # fmt: skip
COLOURS = ("one", "two", "three", "four")
_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif"


def _theme(colours):
    paint = [f".{name}{{fill:{colour}}}.{name}-line{{stroke:{colour}}}" for name, colour in colours.items()]
    return "".join(paint)


_STYLE = (
    f"text{{font:13px {_FONT};font-variant-numeric:tabular-nums}}.big{{font-size:15px;font-weight:600}}"
    ".small{font-size:11.5px}[class*=-line]{fill:none}.band{opacity:.2}"
    f"{_theme(_DAY)}@media(prefers-color-scheme:dark){{{_theme(_NIGHT)}}}"
)


def _n(value):
    """A coordinate, to a tenth of a pixel."""
    return f"{value:.1f}".removesuffix(".0")


@dataclass
class Sheet:
    """A sheet of paper, in pixels from its upper left corner. title: what it shows; also what is read out."""

    width: int
    height: int
    title: str
    about: str = ""
    parts: list[str] = field(default_factory=list)

    def text(self, x, y, words, *, colour="ink", anchor="start", kind=""):
        at = f'x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}"'
        self.parts.append(f'<text class="{f"{colour} {kind}".strip()}" {at}>{escape(str(words))}</text>')

    def line(self, points, *, colour="ink", width=1.5, dashed=False):
        path = " ".join(f"{_n(x)},{_n(y)}" for x, y in points)
        dash = ' stroke-dasharray="5 4"' if dashed else ""
        self.parts.append(f'<polyline class="{colour}-line" stroke-width="{width}"{dash} points="{path}"/>')

    def band(self, upper, lower, *, colour):
        path = " ".join(f"{_n(x)},{_n(y)}" for x, y in (*upper, *reversed(lower)))
        self.parts.append(f'<polygon class="{colour} band" points="{path}"/>')

    def dot(self, x, y, *, colour="one", radius=4.0):
        self.parts.append(f'<circle class="{colour}" cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}"/>')

    def box(self, x, y, width, height, *, colour="one", opacity=1.0):
        faint = "" if opacity == 1 else f' opacity="{opacity:.2f}"'
        size = f'x="{_n(x)}" y="{_n(y)}" width="{_n(max(width, 0))}" height="{_n(max(height, 0))}"'
        self.parts.append(f'<rect class="{colour}" {size} rx="2"{faint}/>')

    def svg(self):
        """The whole file."""
        size = f'width="{self.width}" height="{self.height}" viewBox="0 0 {self.width} {self.height}"'
        head = f"<title>{escape(self.title)}</title><desc>{escape(self.about)}</desc><style>{_STYLE}</style>"
        paper = f'<rect class="paper" width="{self.width}" height="{self.height}" rx="10"/>'
        name = f'<text class="ink big" x="20" y="28">{escape(self.title)}</text>'
        below = f'<text class="soft small" x="20" y="46">{escape(self.about)}</text>' if self.about else ""
        body = "\n".join(self.parts)
        start = f'<svg xmlns="http://www.w3.org/2000/svg" role="img" {size}>'
        return f"{start}{head}\n{paper}\n{name}{below}\n{body}\n</svg>\n"


def ticks(low, high, most=6):
    """Round numbers from low to high, at most so many."""
    rough = (high - low) / most or 1.0
    power = 10 ** floor(log10(rough))
    step = next(power * times for times in (1, 2, 2.5, 5, 10) if power * times >= rough * 0.999)
    return [round(step * n, 10) for n in range(ceil(low / step - 1e-9), floor(high / step + 1e-9) + 1)]


@dataclass
class Axes:
    """A field on a sheet: left, top, width and height in pixels; x and y: (lowest, highest) of what is shown."""

    sheet: Sheet
    left: float
    top: float
    width: float
    height: float
    x: tuple[float, float]
    y: tuple[float, float]

    def at(self, x, y):
        """Where a point lies on the sheet."""
        right = (x - self.x[0]) / ((self.x[1] - self.x[0]) or 1)
        up = (y - self.y[0]) / ((self.y[1] - self.y[0]) or 1)
        return self.left + right * self.width, self.top + (1 - up) * self.height

    def rule(self, *, x_label="", y_label="", x_format="{:g}", y_format="{:g}", x_ticks=None):
        """Lines across at round heights, numbers below and beside."""
        for value in ticks(*self.y, most=5):
            _, height = self.at(self.x[0], value)
            self.sheet.line([(self.left, height), (self.left + self.width, height)], colour="hair", width=1)
            said = y_format.format(value)
            self.sheet.text(self.left - 8, height + 4, said, colour="soft", anchor="end", kind="small")
        for value in ticks(*self.x) if x_ticks is None else x_ticks:
            place, _ = self.at(value, self.y[0])
            said = x_format.format(value)
            self.sheet.text(place, self.top + self.height + 18, said, colour="soft", anchor="middle", kind="small")
        middle = self.left + self.width / 2
        self.sheet.text(middle, self.top + self.height + 38, x_label, colour="soft", anchor="middle", kind="small")
        self.sheet.text(self.left - 8, self.top - 12, y_label, colour="soft", kind="small")

    def line(self, points, **look):
        self.sheet.line([self.at(x, y) for x, y in points], **look)

    def band(self, xs, low, high, *, colour):
        upper = [self.at(x, y) for x, y in zip(xs, high, strict=True)]
        lower = [self.at(x, y) for x, y in zip(xs, low, strict=True)]
        self.sheet.band(upper, lower, colour=colour)

    def dot(self, x, y, **look):
        self.sheet.dot(*self.at(x, y), **look)

    def whisker(self, x, low, high, *, colour="one"):
        """An interval that stands upright."""
        self.line([(x, low), (x, high)], colour=colour, width=1.5)
