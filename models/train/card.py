"""The model card: what the model was made from, how good it is, and where it must not be trusted."""

import json
from hashlib import sha256

import numpy as np

from chalicelib.domain.features import Kind

QUESTIONS = {
    "pays28": "Is the claim paid in full within {days} days if nobody writes?",
    "responds28": "Is the claim paid in full within {days} days if this arm is taken?",
}
_ALWAYS = (
    "It may order lawful options (channel, tone, time). It decides no plan, no deferral and no refusal.",
    "Amounts in another currency than EUR count as unknown.",
    "A sector outside the list counts as another one; care and medicine are outside it on purpose.",
    "Refit on outcomes of one's own, with a random hold-out, before trusting a figure on this card.",
)
_SIMULATED = (
    "Every claim it learnt from was drawn by a simulator; no person's payment is in it. The figures say how"
    " well the recipe recovers that simulated world, not how real debtors behave."
)
_OWN = {
    "pays28": "It says nothing of what a message would change; the other head does.",
    "responds28": "Firm tones were never drawn by lot: what it says of them rests on the hold-out's ladder,"
    " adjusted for the score.",
}


def write_card(path, content):
    """The card as JSON beside its model: one line an entry, so that two cards compare well."""
    lines = []
    for key, value in content.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            inner = ",\n".join(f"  {_line(item)}" for item in value)
            lines.append(f" {_line(key)}: [\n{inner}\n ]")
        elif isinstance(value, dict):
            inner = ",\n".join(f"  {_line(name)}: {_line(item)}" for name, item in value.items())
            lines.append(f" {_line(key)}: {{\n{inner}\n }}")
        else:
            lines.append(f" {_line(key)}: {_line(value)}")
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def _line(value):
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def card_of(fitted, *, created, data, versions, horizon, more):
    """Everything a reader, the scorer and the tests need to know of the model beside its file.

    fitted: recipe.Fitted. created: ISO date. data, versions: dictionaries as the training run measured them.
    more: what only this head's card carries.
    """
    name, simulated = fitted.name, data["kind"] == "simulated"
    return {
        "name": name,
        "version": f"{name}-{created}",
        "created": created,
        "question": QUESTIONS[name].format(days=horizon),
        "horizon_days": horizon,
        "sha256": sha256(fitted.blob).hexdigest(),
        "bytes": len(fitted.blob),
        "features": [feature.name for feature in fitted.features],
        "meaning": {
            feature.name: {
                "means": feature.means,
                "kind": feature.kind.value,
                "direction": feature.direction,
                **({"levels": list(feature.levels)} if feature.levels else {}),
                **({"unknown_counts_as": "none"} if feature.goodwill else {}),
            }
            for feature in fitted.features
        },
        "never_a_feature": "name, nationality, sex, age, marital status, any part of the address, language,"
        " health, the words of a dispute, the customer's value class",
        "recipe": "explainable boosting machine, monotone where a direction is given, at most 32 bins,"
        " no interactions; one tree per feature, summed, sigmoid",
        "data": data,
        "figures": fitted.figures,
        "parity": fitted.parity,
        "limits": [*([_SIMULATED] if simulated else []), _OWN[name], *_ALWAYS],
        "made_with": versions,
        **more,
        "expected": fitted.expected,
        "baseline": fitted.head.intercept,
        "terms": list(fitted.head.terms),
    }


# How many bins a count is told apart in, where it takes that many values.
_BINS = 10


def expected_of(features, rows, steered=()):
    """How each feature was spread where the model learnt, for domain/drift.Usual: edges, shares, and unknown.

    steered: features that are not the debtors' doing; how they are spread says nothing of drift.
    """
    found = {}
    for place, feature in enumerate(features):
        if feature.name in steered:
            continue
        values = rows[:, place]
        known = values[~np.isnan(values)]
        edges = _edges(feature, known)
        counts = np.bincount(np.searchsorted(edges, known, side="right"), minlength=len(edges) + 1)
        shares = [round(float(count) / len(values), 5) for count in counts]
        found[feature.name] = {"edges": edges, "shares": shares, "unknown": round(1 - len(known) / len(values), 5)}
    return found


def _edges(feature, known):
    """Between levels; else at the tenths of what is known, whole numbers, each once."""
    if feature.kind is Kind.LEVEL:
        return [place + 0.5 for place in range(len(feature.levels))]
    if feature.kind is Kind.YES_NO:
        return [0.5]
    tenths = np.quantile(known, np.linspace(0, 1, _BINS + 1)[1:-1]) if len(known) else []
    return sorted({float(np.ceil(edge)) for edge in tenths if edge > known.min()})
