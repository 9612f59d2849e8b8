"""The pictures of the model card: each takes numbers and gives an SVG (card_pictures.py, study.py).

Every picture shows how sure it is: what stands for a sample has its 95 % interval.
"""

from pathlib import Path

import numpy as np

from models.train.estimators import TWO_SIDED_95
from models.train.svg import COLOURS, Axes, Sheet

BINS = 10
LARGEST = 60 * 1024
_WIDTH = 720


def write(path: Path, svg: str) -> Path:
    """Write a picture; the folder is made. Raises ValueError when it is larger than a page should load."""
    if len(svg.encode()) >= LARGEST:
        raise ValueError(f"{path.name}: {len(svg.encode())} bytes, {LARGEST} is the most")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(svg, encoding="utf-8")
    return path


def named(sheet, x, ends, apart=17):
    """The names at the ends of lines, moved apart where they would lie on one another."""
    last = -apart
    for y, name, colour in sorted(ends):
        last = max(y, last + apart)
        sheet.text(x, last + 4, name, colour=colour)


# ---- reliability


def reliability_bins(paid, answers):
    """Ten bins of equal size: (mean answer, share that paid, half of its 95 % interval) each."""
    found = []
    for part in np.array_split(np.argsort(answers, kind="stable"), BINS):
        share = float(paid[part].mean())
        half = TWO_SIDED_95 * np.sqrt(max(share * (1 - share), 1e-4) / len(part))
        found.append((float(answers[part].mean()), share, float(half)))
    return found


def reliability(heads):
    """Said and seen. heads: {what a head is called: (paid, answers)}, one panel each."""
    sheet = Sheet(_WIDTH, 400, "Of those the model calls equally likely, so many paid", _TENTHS)
    wide = (_WIDTH - 60 - 70 * (len(heads) - 1) - 40) / len(heads)
    for place, (name, (paid, answers)) in enumerate(heads.items()):
        bins = reliability_bins(paid, answers)
        top = float(np.ceil(10 * max(max(said, seen + half) for said, seen, half in bins)) / 10)
        axes = Axes(sheet, 60 + place * (wide + 70), 92, wide, 240, (0, top), (0, top))
        axes.rule(x_label=f"{name}: said", y_label="paid", x_format="{:.0%}", y_format="{:.0%}")
        axes.line([(0, 0), (top, top)], colour="soft", width=1, dashed=True)
        for said, seen, half in bins:
            axes.whisker(said, seen - half, seen + half, colour=COLOURS[place])
            axes.dot(said, seen, colour=COLOURS[place])
    return sheet.svg()


_TENTHS = "Tenths of claims it has not seen, by what was said; on the dashed line said is seen. Bars: 95 %."


# ---- reasons


def reasons(heads):
    """What the answers hang on. heads: {what a head is called: {feature: mean |contribution| in log-odds}}."""
    longest = max(len(one) for one in heads.values())
    sheet = Sheet(
        _WIDTH,
        92 + 24 * longest,
        "What the answers hang on",
        "How far each feature moves an answer on average, in log-odds; all of them together are the answer.",
    )
    wide = (_WIDTH - 20) / len(heads)
    for place, (name, weights) in enumerate(heads.items()):
        left = 20 + place * wide
        room = wide - 20 - 178
        sheet.text(left, 74, name, colour="soft")
        most = max(weights.values()) or 1
        for line, (feature, weight) in enumerate(sorted(weights.items(), key=lambda item: -item[1])):
            y = 86 + 24 * line
            sheet.text(left + 126, y + 12, feature, anchor="end", kind="small")
            sheet.box(left + 134, y, room * weight / most, 15, colour=COLOURS[place])
            sheet.text(left + 140 + room * weight / most, y + 12, f"{weight:.2f}", colour="soft", kind="small")
    return sheet.svg()


# ---- uplift


def uplift_deciles(predicted, paid, best, other, *, propensity_best, propensity_other):
    """Ten rows of (predicted, measured, half of its 95 % interval), by the predicted gain.

    predicted: the gain in probability of the arm thought best over the one in comparison. best, other: whether the
    row took the one, or the other. propensity_*: the exact chance of either. Measured by inverse propensity, so
    that it is the difference it makes and not who was sent which.
    """
    gain = paid * (best / propensity_best - other / propensity_other)
    found = []
    for part in np.array_split(np.argsort(predicted, kind="stable"), BINS):
        half = TWO_SIDED_95 * gain[part].std(ddof=1) / np.sqrt(len(part))
        found.append((float(predicted[part].mean()), float(gain[part].mean()), float(half)))
    return found


def uplift(deciles, *, about=""):
    """The gain a model foretold and the gain there was, tenth by tenth. deciles: as uplift_deciles gives them."""
    sheet = Sheet(_WIDTH, 400, "What the better arm gains, foretold and found", about)
    lows, highs = [seen - half for _, seen, half in deciles], [seen + half for _, seen, half in deciles]
    room = 0.1 * (max(*highs, *(said for said, _, _ in deciles)) - min(*lows, 0.0))
    bottom, top = min(*lows, 0.0) - room, max(*highs, *(said for said, _, _ in deciles)) + room
    axes = Axes(sheet, 64, 92, _WIDTH - 64 - 110, 250, (0.5, BINS + 0.5), (bottom, top))
    tenths = range(1, BINS + 1)
    axes.rule(
        x_label="tenths of the messages, by the gain foretold",
        y_label="points of probability",
        y_format="{:+.1%}",
        x_ticks=list(tenths),
    )
    axes.line([(0.5, 0), (BINS + 0.5, 0)], colour="soft", width=1)
    axes.line([(place, said) for place, (said, _, _) in zip(tenths, deciles, strict=True)], colour="two", width=2)
    for place, (_, seen, half) in zip(tenths, deciles, strict=True):
        axes.whisker(place, seen - half, seen + half)
        axes.dot(place, seen)
    ends = [(axes.at(0, deciles[-1][0])[1], "foretold", "two"), (axes.at(0, deciles[-1][1])[1], "found", "one")]
    named(sheet, _WIDTH - 98, ends)
    return sheet.svg()


# ---- groups


def groups(found, *, title="Whom the recipe finds", about=None):
    """Of those who defaulted, which share is found, by groups. found: as study.found_by_group gives it."""
    rows = sum(len(one) for one in found.values()) + len(found)
    sheet = Sheet(
        _WIDTH,
        112 + 24 * rows,
        title,
        about or "Of those who defaulted, the share among the likeliest. Only education is a feature. Bars: 95 %.",
    )
    shares = [(row["share"], row["half"]) for one in found.values() for row in one.values()]
    low = np.floor(10 * min(share - half for share, half in shares)) / 10
    high = np.ceil(10 * max(share + half for share, half in shares)) / 10
    axes = Axes(sheet, 190, 66, _WIDTH - 190 - 90, 24 * rows, (float(low), float(high)), (0, rows))
    for value in np.arange(low, high + 0.01, 0.1):
        axes.line([(value, 0), (value, rows)], colour="hair", width=1)
        place, below = axes.at(value, 0)
        sheet.text(place, below + 18, f"{value:.0%}", colour="soft", anchor="middle", kind="small")
    line = 0
    for (grouping, one), colour in zip(found.items(), COLOURS * 2, strict=False):
        sheet.text(20, 66 + 24 * line + 17, grouping, colour="soft")
        line += 1
        for name, row in one.items():
            y = 66 + 24 * line + 12
            (left, _), (right, _) = axes.at(row["share"] - row["half"], 0), axes.at(row["share"] + row["half"], 0)
            sheet.text(178, y + 4, name, anchor="end")
            sheet.line([(left, y), (right, y)], colour=colour)
            sheet.dot(axes.at(row["share"], 0)[0], y, colour=colour)
            sheet.text(_WIDTH - 20, y + 4, f"of {row['of']:,}", colour="soft", anchor="end", kind="small")
            line += 1
    return sheet.svg()


# ---- drift


def drift(weeks, by_feature, *, bound=0.25, about=""):
    """How far each feature moved from where it was learnt. weeks: names; by_feature: {feature: [PSI a week]}."""
    sheet = Sheet(
        _WIDTH, 130 + 22 * len(by_feature), "How far the claims have moved from those it learnt from", about
    )
    left, top, wide = 150, 70, (_WIDTH - 150 - 24) / len(weeks)
    for line, (feature, values) in enumerate(by_feature.items()):
        y = top + 22 * line
        sheet.text(left - 10, y + 14, feature, anchor="end", kind="small")
        for place, value in enumerate(values):
            if value is None or np.isnan(value):
                continue
            x = left + place * wide
            sheet.box(x, y, wide - 1, 20, colour="hair")
            over = value > bound
            strength = 1.0 if over else min(0.12 + 0.6 * value / bound, 0.72)
            sheet.box(x, y, wide - 1, 20, colour="two" if over else "one", opacity=strength)
    below = top + 22 * len(by_feature)
    every = max(1, len(weeks) // 12)
    for place in range(0, len(weeks), every):
        x = left + (place + 0.5) * wide
        sheet.text(x, below + 16, weeks[place], colour="soft", anchor="middle", kind="small")
    sheet.box(left, below + 30, 14, 12, colour="one", opacity=0.4)
    sheet.text(
        left + 20, below + 40, f"PSI up to {bound:g}: the stronger, the farther", colour="soft", kind="small"
    )
    sheet.box(left + 300, below + 30, 14, 12, colour="two")
    sheet.text(left + 320, below + 40, "beyond: the strategy's order applies", colour="soft", kind="small")
    return sheet.svg()
