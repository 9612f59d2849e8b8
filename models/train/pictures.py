"""The pictures of the evaluation: small SVGs that bring their own paper, readable on a light page and a dark one.

Each function takes figures and returns the file's text. Nothing is hidden in a colour alone: every line and mark
bears its name.
"""

from xml.sax.saxutils import escape

STYLE = """
svg{font:13px system-ui,sans-serif}
.paper{fill:#fffdf8}.ink{fill:#22201c}.quiet{fill:#5c574e}.rule{stroke:#ddd6c8}.zero{stroke:#5c574e}
.a{stroke:#8a6d1f;fill:#8a6d1f}.b{stroke:#1f5f8a;fill:#1f5f8a}.c{stroke:#6b6760;fill:#6b6760}.shade{fill:#f1e9d6}
@media(prefers-color-scheme:dark){
.paper{fill:#1d1b18}.ink{fill:#f3eee4}.quiet{fill:#b9b2a4}.rule{stroke:#3b372f}.zero{stroke:#b9b2a4}
.a{stroke:#e0bd62;fill:#e0bd62}.b{stroke:#7cc0ee;fill:#7cc0ee}.c{stroke:#a8a296;fill:#a8a296}.shade{fill:#322d22}}
.line{fill:none;stroke-width:2}.band{stroke:none;opacity:.18}.title{font-size:15px;font-weight:600}
"""
WIDE = 760


class _Sheet:
    """A drawing of WIDE x tall with a title, and one scale each way."""

    def __init__(self, title, tall, *, left=60, right=20, top=50, bottom=46):
        self.tall, self.left, self.right = tall, left, WIDE - right
        self.top, self.bottom, self.parts = top, tall - bottom, []
        self.title = title
        self.text(20, 28, title, "ink title")

    def scale(self, across, up):
        """across, up: (lowest, highest) of what is drawn."""
        self._across, self._up = across, up

    def x(self, value):
        low, high = self._across
        return self.left + (value - low) / (high - low) * (self.right - self.left)

    def y(self, value):
        low, high = self._up
        return self.bottom - (value - low) / (high - low) * (self.bottom - self.top)

    def text(self, x, y, said, kind="ink", anchor="start"):
        self.parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}" text-anchor="{anchor}">{escape(said)}</text>'
        )

    def stroke(self, x1, y1, x2, y2, kind="rule", more=""):
        self.parts.append(f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{kind}" {more}/>')

    def box(self, x1, y1, x2, y2, kind="shade"):
        size = f'width="{x2 - x1:.1f}" height="{y2 - y1:.1f}"'
        self.parts.append(f'<rect x="{x1:.1f}" y="{y1:.1f}" {size} class="{kind}"/>')

    def dot(self, x, y, kind, hollow=False):
        more = 'fill-opacity="0" stroke-width="2"' if hollow else ""
        self.parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" class="{kind}" {more}/>')

    def line(self, points, kind, dashed=False):
        drawn = " ".join(f"{self.x(a):.1f},{self.y(b):.1f}" for a, b in points)
        dash = ' stroke-dasharray="5 4"' if dashed else ""
        self.parts.append(f'<polyline points="{drawn}" class="{kind} line" style="fill:none"{dash}/>')

    def band(self, lows, highs, kind):
        there = [f"{self.x(a):.1f},{self.y(b):.1f}" for a, b in lows]
        back = [f"{self.x(a):.1f},{self.y(b):.1f}" for a, b in reversed(highs)]
        self.parts.append(f'<polygon points="{" ".join([*there, *back])}" class="{kind} band"/>')

    def steps_up(self, values, unit=""):
        for value in values:
            self.stroke(self.left, self.y(value), self.right, self.y(value), "zero" if value == 0 else "rule")
            self.text(self.left - 8, self.y(value) + 4, f"{value:g}{unit}", "quiet", "end")

    def drawn(self):
        body = "\n".join(self.parts)
        head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {self.tall}" role="img"'
        paper = f'<rect width="{WIDE}" height="{self.tall}" rx="8" class="paper"/>'
        name = escape(self.title)
        return f'{head} aria-label="{name}"><title>{name}</title><style>{STYLE}</style>{paper}\n{body}\n</svg>\n'


def worlds(rows):
    """What each policy makes above the ladder, a line a world. rows: bench/model.json's `worlds`."""
    sheet = _Sheet(
        "Net value above the strategy's ladder, euro per claim", 110 + 46 * len(rows), left=64, right=250
    )
    most = max(row["oracle"]["net"] - row["ladder"]["net"] for row in rows.values())
    sheet.scale((0, most * 1.08), (0, 1))
    for value in _ticks(most):
        sheet.stroke(sheet.x(value), 72, sheet.x(value), sheet.tall - 34, "zero" if value == 0 else "rule")
        sheet.text(sheet.x(value), sheet.tall - 16, f"{value:g}", "quiet", "middle")
    sheet.text(sheet.right + 16, 56, "personalised - cost-aware", "quiet")
    for x, name, kind in ((70, "cost-aware", "a"), (170, "personalised", "b"), (284, "oracle", "c")):
        sheet.dot(x, 52, kind, hollow=kind != "b")
        sheet.text(x + 12, 56, name, "quiet")
    for place, (name, row) in enumerate(rows.items()):
        y = 96 + 46 * place
        sheet.text(20, y + 5, name, "ink title")
        at = {
            key: sheet.x(row[key]["net"] - row["ladder"]["net"])
            for key in ("cost_aware", "personalised", "oracle")
        }
        sheet.stroke(sheet.x(0), y, at["oracle"], y, "rule")
        sheet.stroke(at["cost_aware"], y, at["personalised"], y, "b", 'stroke-width="4"')
        sheet.dot(at["cost_aware"], y, "a", hollow=True)
        sheet.dot(at["personalised"], y, "b")
        sheet.dot(at["oracle"], y, "c", hollow=True)
        told = row["personalised_minus_cost_aware"]
        low, high = told["interval"]
        sheet.text(sheet.right + 16, y + 5, f"{told['mean']:+.3f}  [{low:+.3f}, {high:+.3f}]", "ink")
    return sheet.drawn()


def regret(rounds):
    """Regret by round of learning. rounds: by policy the mean, lowest and highest of every round, euro a claim."""
    sheet = _Sheet("Regret against the oracle while the log grows, euro per claim", 340, right=140)
    last = len(rounds["ladder"]["mean"])
    most = max(max(one["highest"]) for one in rounds.values())
    sheet.scale((1, last), (0, most * 1.05))
    sheet.steps_up(_ticks(most))
    for number in range(1, last + 1):
        sheet.text(sheet.x(number), sheet.bottom + 18, str(number), "quiet", "middle")
    sheet.text((sheet.left + sheet.right) / 2, sheet.tall - 10, "round of learning", "quiet", "middle")
    for (name, one), kind in zip(rounds.items(), ("c", "a", "b"), strict=True):
        numbers = range(1, last + 1)
        lows, highs = (
            list(zip(numbers, one["lowest"], strict=False)),
            list(zip(numbers, one["highest"], strict=False)),
        )
        sheet.band(lows, highs, kind)
        sheet.line(list(zip(numbers, one["mean"], strict=False)), kind, dashed=name == "ladder")
        sheet.text(sheet.right + 8, sheet.y(one["mean"][-1]) + 4, name.replace("_", "-"), "ink")
    return sheet.drawn()


MARKS = {
    "drift": "the world changes",
    "alarm": "1 alarm",
    "fall_back": "2 fall-back",
    "retrained": "3 new model",
    "recovered": "4 recovery",
}


def year(told):
    """The year: what a message made above the ladder, what it might have, and what happened. told: year.Year."""
    sheet = _Sheet(
        "A year with a drift in the middle: net value above the ladder, euro a message", 420, top=120, right=96
    )
    weeks = [one.number for one in told.weeks]
    values = [value for one in told.weeks for value in (one.gain, one.possible)]
    sheet.scale((weeks[0], weeks[-1]), (min(0, *values) - 0.05, max(values) * 1.05))
    marks = told.marks
    if {"fall_back", "retrained"} <= set(marks):
        sheet.box(sheet.x(marks["fall_back"]), sheet.top, sheet.x(marks["retrained"]), sheet.bottom)
        middle = (sheet.x(marks["fall_back"]) + sheet.x(marks["retrained"])) / 2
        sheet.text(middle, sheet.bottom - 8, "the strategy's order", "quiet", "middle")
    sheet.steps_up(_ticks(max(values)))
    for number in range(0, weeks[-1] + 1, 4):
        sheet.text(sheet.x(number), sheet.bottom + 18, str(number), "quiet", "middle")
    sheet.text((sheet.left + sheet.right) / 2, sheet.tall - 10, "week", "quiet", "middle")
    sheet.line([(one.number, one.possible) for one in told.weeks], "c", dashed=True)
    sheet.line([(one.number, one.gain) for one in told.weeks], "b")
    for name, last in (("the oracle", told.weeks[-1].possible), ("the house", told.weeks[-1].gain)):
        sheet.text(sheet.right + 8, sheet.y(last) + 4, name, "ink")
    for place, (key, words) in enumerate(MARKS.items()):
        if key in marks:
            x, y = sheet.x(marks[key]), 52 + 15 * place
            sheet.stroke(x, y - 4, x, sheet.bottom, "a", 'stroke-dasharray="2 3"')
            sheet.text(x + 5, y, f"{words}, week {marks[key]}", "ink")
    return sheet.drawn()


def _ticks(most):
    step = next(size for size in (0.05, 0.1, 0.2, 0.25, 0.5, 1.0, 2.0, 5.0) if most / size <= 8)
    return [round(step * number, 2) for number in range(int(most / step) + 1)]
