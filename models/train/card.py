"""The model card: what the model was made from, how good it is, and where it must not be trusted."""

import json
from hashlib import sha256

LIMITS = (
    "Every claim it learnt from was drawn by a simulator; no person's payment is in it. The figures say how"
    " well the recipe recovers that simulated world, not how real debtors behave.",
    "It answers one question: is the claim paid within the horizon if nobody writes. It says nothing yet of"
    " what a message would change.",
    "It may order lawful options (channel, tone, time). It decides no plan, no deferral and no refusal.",
    "Amounts in another currency than EUR count as unknown.",
    "A sector outside the list counts as another one; care and medicine are outside it on purpose.",
    "Refit on outcomes of one's own, with a random hold-out, before trusting a figure on this card.",
)


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


def card_of(*, name, created, blob, terms, intercept, features, data, figures, parity, versions, horizon):
    """Everything a reader, the scorer and the tests need to know of the model beside its file.

    created: ISO date. data, figures, parity, versions: dictionaries as the training run measured them.
    """
    return {
        "name": name,
        "version": f"{name}-{created}",
        "created": created,
        "question": f"Is the claim paid in full within {horizon} days if nobody writes?",
        "horizon_days": horizon,
        "sha256": sha256(blob).hexdigest(),
        "bytes": len(blob),
        "features": [feature.name for feature in features],
        "meaning": {
            feature.name: {
                "means": feature.means,
                "kind": feature.kind.value,
                "direction": feature.direction,
                **({"levels": list(feature.levels)} if feature.levels else {}),
                **({"unknown_counts_as": "none"} if feature.goodwill else {}),
            }
            for feature in features
        },
        "never_a_feature": "name, nationality, sex, age, marital status, any part of the address, language,"
        " health, the words of a dispute, the customer's value class",
        "recipe": "explainable boosting machine, monotone where a direction is given, at most 32 bins,"
        " no interactions; one tree per feature, summed, sigmoid",
        "data": data,
        "figures": figures,
        "parity": parity,
        "limits": list(LIMITS),
        "made_with": versions,
        "baseline": intercept,
        "terms": terms,
    }
