"""The model card as a page a person reads: docs/model-card.md, from the cards that ship and the measured figures.

Nothing in it is typed: what it says of the model stands in the cards (models/*.json), what was measured beside it
in bench/model.json. `make model`, `make study` and `make card` write it; a test holds the page to its sources.
"""

import json
from textwrap import fill

from chalicelib.adapters.onnx.scorer import newest_model
from models.train import card_pictures

PAYS, RESPONDS = card_pictures.PAYS, card_pictures.RESPONDS
PAGE, PICTURES, FIGURES = "docs/model-card.md", "docs/model", "bench/model.json"
_LABELS = {
    "this": "this model",
    "lightgbm": "LightGBM",
    "logistic": "logistic regression",
    "boosted_trees": "boosted trees",
    "base_rate": "base rate",
    "ceiling": "the simulator's own probability",
}
_REFUSED = (
    "Training refuses a column by its name, and a row of which anything was learnt after its decision"
    " (`models/train/guard.py`)."
)
_SUM = "The answer is the sum of what the features say, and each part of it is kept with the decision."
_TURNS = {1: "only up", -1: "only down", 0: "either way"}
# {picture: what it is of}; those that are there are shown.
_SHOWN = {
    "reliability.svg": "Of those the model calls equally likely, so many paid",
    "reasons.svg": "How far each feature moves an answer",
    "uplift.svg": "What the better arm gains, foretold and found, by tenths, with 95 % intervals",
    "worlds.svg": "What each policy is worth in each world",
    "regret.svg": "What is lost against an oracle while the model learns",
    "year.svg": "A simulated year with a drift in the middle: alarm, fall-back, new model, recovery",
    "groups.svg": "Whom the recipe finds, by sex, age, education and marriage, on public data",
    "drift.svg": "How far the claims have moved, by feature and week",
}


def make(house):
    """Draw the pictures and write the page of the newest pair of heads; returns the page's path."""
    folder = house / PICTURES
    if _card(house, RESPONDS)["data"]["kind"] == "simulated":
        card_pictures.draw_all(house / "models", folder)
    path = house / PAGE
    path.write_text(page_of(house), encoding="utf-8")
    print(f"wrote {PAGE} and its pictures")
    return path


def page_of(house):
    """The page as text, from the cards, the figures and the pictures that lie in the house."""
    pays, responds = _card(house, PAYS), _card(house, RESPONDS)
    figures = house / FIGURES
    measured = json.loads(figures.read_text(encoding="utf-8")) if figures.is_file() else {}
    drawn = {path.name for path in (house / PICTURES).glob("*.svg")}
    parts = [
        _head(pays, responds),
        _sees(pays, responds),
        _learnt(pays, responds),
        _good(pays, responds, drawn),
        _worlds(measured.get("worlds"), drawn),
        _public(measured.get("public"), drawn),
        _watched(drawn),
        _limits(pays, responds),
    ]
    return "\n".join(part.strip() + "\n" for part in parts if part)


def _card(house, head):
    return json.loads(newest_model(house / "models", head).with_suffix(".json").read_text(encoding="utf-8"))


def _head(pays, responds):
    return f"""
# Model card, {responds["created"]}
Written by `make model` from the cards beside the files; how all of it is made stands in [the model](model.md).

Two small models answer two questions about a claim that is overdue:

| | asks | size | sha256 |
|---|---|---|---|
{_file(pays)}
{_file(responds)}

**What for.** They order what the law and the creditor's strategy allow anyway: by which of at most six ways
(channel, tone, part of the day) a reminder is sent. **What not for.** They decide no plan, no deferral, no refusal
and no price, and they rate no person. Wherever somebody chose a way, their choice stands. After `needs care`
nothing is chosen by a model and nothing is tried out.
"""


def _file(card):
    return f"| `{card['version']}` | {card['question']} | {card['bytes']:,} bytes | `{card['sha256'][:12]}…` |"


def _sees(pays, responds):
    def rows(card):
        return "\n".join(
            f"| `{name}` | {one['means']} | {_TURNS[one['direction']]} |" for name, one in card["meaning"].items()
        )

    return f"""
## What they see
{_wrapped(f"Recipe: {pays['recipe']}. {_SUM}")}

| `{pays["version"]}` | what it is | more of it moves the answer |
|---|---|---|
{rows(pays)}

| `{responds["version"]}` | what it is | more of it moves the answer |
|---|---|---|
{rows(responds)}

{_wrapped(f"**Never**: {responds['never_a_feature']}. {_REFUSED}")}
"""


def _learnt(pays, responds):
    rows = "\n".join(_source(card) for card in (pays, responds))
    return f"""
## What they learnt from
| | learnt from | judged by |
|---|---|---|
{rows}
"""


def _source(card):
    data = card["data"]
    origin = f", taken over from `{card['taken_over_from']}`" if "taken_over_from" in card else ""
    if data["kind"] == "simulated":
        of = f"simulated world {data['world']}: "
        return (
            f"| `{card['version']}`{origin} | {of}{_amount(data['learnt_from'])} | {_amount(data['judged_by'])} |"
        )
    one = data["learnt_from"]
    told = (
        f"one creditor's log, {one['from']} to {one['to']}: {one['messages']:,} messages, {one['paid']:.1%} paid"
    )
    return f"| `{card['version']}`{origin} | {told} | {data['judged_by']} |"


def _amount(one):
    what = f"{one['messages']:,} messages" if "messages" in one else f"{one['claims']:,} claims"
    return f"{what}, {one['paid']:.1%} paid, seed {one['seed']}"


def _good(pays, responds, drawn):
    return f"""
## How good they are, on people they have not seen
{_figures(pays)}

{_figures(responds)}

Parity of the files with 64-bit arithmetic, on hard values too: {_worst(pays, responds):.0e} at most (gate: 1e-6).
{_noise(responds)}

{_pictures(drawn, "reliability.svg", "reasons.svg", "uplift.svg")}
"""


def _noise(card):
    if card.get("noise") is None:
        return ""
    return (
        f"Two arms that differ by less than {card['noise']:.4f} in probability are the same to it; then the"
        " cheapest friendly one is taken."
    )


def _worst(*cards):
    return max(card["parity"]["probability"] for card in cards)


def _figures(card):
    measured = card["figures"]
    rows = {"this": measured, **measured.get("peers", {})}
    if "ceiling" in measured:
        rows["ceiling"] = measured["ceiling"]
    return f"| `{card['version']}` | AUC | ECE | Brier | slope |\n|---|---|---|---|---|\n{_rows(rows)}"


def _rows(rows):
    return "\n".join(
        f"| {_LABELS.get(label, label)} | {_fixed(row['auc'])} | {_fixed(row['ece'])} | {_fixed(row['brier'])}"
        f" | {'' if row['slope'] is None else f'{row["slope"]:.2f}'} |"
        for label, row in rows.items()
    )


def _fixed(value):
    return f"{value:.3f}".replace("0.", ".", 1)


def _worlds(worlds, drawn):
    if not worlds:
        return ""
    rows = []
    for name, world in worlds.items():
        one = world["personalised_minus_cost_aware"]
        low, high = one["interval"]
        rows.append(f"| {name} | {one['mean']:+.3f} | {low:+.3f} to {high:+.3f} |")
    listed = "\n".join(rows)
    return f"""
## Whether it earns its place
Personalised against cost-aware but the same for everybody, over debtors of seeds it has not learnt from. In the
null world nobody gains by being treated otherwise, so the interval has to hold 0 there.

| world | net value a claim, euro | 95 % |
|---|---|---|
{listed}

{_pictures(drawn, "worlds.svg", "regret.svg")}
"""


def _public(public, drawn):
    if not public:
        return ""
    parts = ["## The recipe on people who exist"]
    for key in ("uci_default", "bank_by_time"):
        if key in public:
            one = public[key]
            rows = _rows({"this recipe": one, **one["peers"]})
            judged = one.get("judged_on", "five folds, duplicates grouped")
            parts.append(
                f"| {one['source']}; {judged} | AUC | ECE | Brier | slope |\n|---|---|---|---|---|\n{rows}"
            )
    if "bank_by_time" in public:
        cuts = public["bank_by_time"]["by_cut"]
        told = "; ".join(
            f"at {float(cut):.0%} {_fixed(row['auc'])} against {_fixed(row['auc_lightgbm'])}"
            for cut, row in cuts.items()
        )
        parts.append(
            _wrapped(
                "The later calls were another market, and where the cut lies decides more than the recipe does"
                f" (AUC, this recipe against LightGBM): {told}. Nothing learnt before such a break is calibrated"
                " after it; that is what the weekly look at drift is for."
            )
        )
    if "hillstrom" in public:
        one = public["hillstrom"]
        off = ", ".join(f"{name.upper()} {one[name]:+.4f}" for name in ("ips", "snips", "dr"))
        parts.append(
            _wrapped(
                f"The estimators, on {one['source']} ({one['logs']} logs drawn from a trial by lot, truth"
                f" {one['truth']:.4f}): bias of {off}; whoever does not weigh is off by {one['naive']:+.4f}."
            )
        )
    if "uci_default" in public:
        parts.append(_apart(public["uci_default"]["found"]))
    parts.append(_pictures(drawn, "groups.svg"))
    return "\n\n".join(part for part in parts if part)


def _apart(found):
    told = [
        f"{grouping}: " + ", ".join(f"{name} {row['share']:.0%}" for name, row in one.items())
        for grouping, one in found.items()
    ]
    seen = "of these only education is a feature"
    return _wrapped(f"True-positive rates by groups, UCI ({seen}): {'; '.join(told)}.")


def _watched(drawn):
    return f"""
## How it is watched
Every week, for each creditor, it is looked at how far what the debtors bring has moved since this model's first
weeks there (PSI), and at the calibration slope of what has matured. Beyond .25, or with a slope at or below 0 or
outside .5 to 2, an alarm goes off, and the strategy's own order applies until a newer model is there. A share of
debtors always gets it, to have something to compare with.

{_pictures(drawn, "drift.svg", "year.svg")}
"""


def _limits(pays, responds):
    both = [limit for limit in pays["limits"] if limit in responds["limits"]]
    alone = [
        f"`{card['version']}`: {limit}"
        for card in (pays, responds)
        for limit in card["limits"]
        if limit not in both
    ]
    return "## Limits\n" + "\n".join(_wrapped(f"- {limit}", hang="  ") for limit in (*both, *alone))


def _wrapped(text, hang=""):
    return fill(text, 115, subsequent_indent=hang, break_long_words=False, break_on_hyphens=False)


def _pictures(drawn, *names):
    return "\n\n".join(f"![{_SHOWN[name]}](model/{name})" for name in names if name in drawn)
