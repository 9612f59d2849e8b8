"""The pictures of the evaluation: four worlds, regret while a log grows, and a year with a drift in the middle.

Each function takes figures as evaluate.py has them and returns the file's text. Nothing is told by a colour alone:
every line and mark bears its name.
"""

from models.train.plots import named
from models.train.svg import Axes, Sheet, ticks

_WIDTH = 760
_POLICIES = (
    ("cost_aware", "cost-aware", "two"),
    ("personalised", "personalised", "one"),
    ("oracle", "oracle", "soft"),
)
_ROUNDS = (("ladder", "soft"), ("cost_aware", "two"), ("personalised", "one"))
MARKS = {
    "drift": "the world changes",
    "alarm": "1 alarm",
    "fall_back": "2 fall-back",
    "retrained": "3 new model",
    "recovered": "4 recovery",
}


def worlds(rows):
    """What each policy makes above the ladder, a line a world. rows: bench/model.json's `worlds`."""
    tall = 46 * len(rows)
    about = "net value above the strategy's ladder, euro a claim; 95 % intervals over pairs of seeds"
    sheet = Sheet(_WIDTH, tall + 130, "Personalised against cost-aware, in four worlds", about)
    most = max(row["oracle"]["net"] - row["ladder"]["net"] for row in rows.values())
    axes = Axes(sheet, 64, 84, _WIDTH - 64 - 250, tall, (0, most * 1.05), (len(rows), 0))
    for value in ticks(0, most):
        axes.line([(value, 0), (value, len(rows))], colour="hair", width=1)
        sheet.text(
            axes.at(value, 0)[0], 84 + tall + 18, f"{value:g}", colour="soft", anchor="middle", kind="small"
        )
    sheet.text(_WIDTH - 230, 74, "personalised - cost-aware", colour="soft", kind="small")
    for place, (_, name, colour) in enumerate(_POLICIES):
        sheet.dot(72 + 120 * place, 70, colour=colour)
        sheet.text(82 + 120 * place, 74, name, colour="soft", kind="small")
    for place, (key, row) in enumerate(rows.items()):
        above = {name: row[name]["net"] - row["ladder"]["net"] for name, _, _ in _POLICIES}
        height = place + 0.5
        sheet.text(20, axes.at(0, height)[1] + 5, key, kind="big")
        axes.line([(0, height), (above["oracle"], height)], colour="hair", width=1)
        axes.line([(above["cost_aware"], height), (above["personalised"], height)], colour="one", width=3)
        for name, _, colour in _POLICIES:
            axes.dot(above[name], height, colour=colour, radius=5)
        told = row["personalised_minus_cost_aware"]
        low, high = told["interval"]
        said = f"{told['mean']:+.3f}  [{low:+.3f}, {high:+.3f}]"
        sheet.text(_WIDTH - 230, axes.at(0, height)[1] + 5, said)
    return sheet.svg()


def regret(rounds):
    """Regret by round of learning. rounds: by policy the mean, lowest and highest of every round, euro a claim."""
    about = "euro a claim less than the oracle would have made; bands: all seeds"
    sheet = Sheet(_WIDTH, 380, "Regret while the log grows", about)
    numbers = list(range(1, len(rounds["ladder"]["mean"]) + 1))
    most = max(max(one["highest"]) for one in rounds.values())
    axes = Axes(sheet, 60, 78, _WIDTH - 60 - 120, 240, (1, numbers[-1]), (0, most * 1.03))
    axes.rule(x_label="round of learning", x_ticks=numbers)
    ends = []
    for name, colour in _ROUNDS:
        one = rounds[name]
        axes.band(numbers, one["lowest"], one["highest"], colour=colour)
        axes.line(list(zip(numbers, one["mean"], strict=True)), colour=colour, width=2, dashed=name == "ladder")
        ends.append((axes.at(numbers[-1], one["mean"][-1])[1], name.replace("_", "-"), colour))
    named(sheet, _WIDTH - 112, ends)
    return sheet.svg()


def year(told):
    """The year: what a message made above the ladder, what it might have, and what happened. told: year.Year."""
    about = "net value of a message above the strategy's ladder, euro, by week"
    sheet = Sheet(_WIDTH, 470, "A simulated year with a drift in the middle", about)
    weeks, marks, top, tall = [one.number for one in told.weeks], told.marks, 140, 270
    values = [value for one in told.weeks for value in (one.gain, one.possible)]
    low, high = min(0.0, *values) - 0.08, max(values) * 1.03
    axes = Axes(sheet, 60, top, _WIDTH - 60 - 100, tall, (weeks[0], weeks[-1]), (low, high))
    if {"fall_back", "retrained"} <= set(marks):
        left, right = (axes.at(marks[key], 0)[0] for key in ("fall_back", "retrained"))
        sheet.box(left, top, right - left, tall, colour="hair", opacity=0.5)
        sheet.text(
            (left + right) / 2,
            top + tall - 6,
            "the strategy's order",
            colour="soft",
            anchor="middle",
            kind="small",
        )
    axes.rule(x_label="week", x_ticks=range(0, weeks[-1] + 1, 4))
    ends = []
    for name, part, colour in (("oracle", "possible", "soft"), ("the house", "gain", "one")):
        axes.line(
            [(one.number, getattr(one, part)) for one in told.weeks],
            colour=colour,
            width=2,
            dashed=name == "oracle",
        )
        ends.append((axes.at(0, getattr(told.weeks[-1], part))[1], name, colour))
    named(sheet, _WIDTH - 92, ends)
    for place, (key, words) in enumerate(MARKS.items()):
        if key in marks:
            across, height = axes.at(marks[key], 0)[0], 66 + 16 * place
            sheet.line([(across, height - 4), (across, top + tall)], colour="two", width=1, dashed=True)
            sheet.text(across + 5, height, f"{words}, week {marks[key]}")
    return sheet.svg()
