"""Three public tables about people who exist, read into arrays. None of them is part of the project.

- uci_credit_default.csv: "Default of Credit Card Clients", UCI no. 350, CC BY 4.0: 30,000 clients, April to
  September 2005, columns ID, X1 to X23, Y;
- bank_marketing.csv: "Bank Marketing", UCI no. 222, CC BY 4.0: 41,188 calls in the order they were made;
- hillstrom_email.csv: the MineThatData e-mail challenge of 2008, without a formal licence: 64,000 customers,
  who got one of two mails or none, by lot.

What is forbidden (chalicelib/domain/features.py) is read apart, to judge by and for nothing else.
"""

import csv
from dataclasses import dataclass

import numpy as np

FILES = UCI, BANK, HILLSTROM = "uci_credit_default.csv", "bank_marketing.csv", "hillstrom_email.csv"
_MONTHS = ("sep", "aug", "jul", "jun", "may", "apr")
# Later months of delay raise the risk of default; a higher limit and higher repayments lower it.
_UCI = {
    "X1": ("limit", -1),
    "X3": ("education", 0),
    **{f"X{6 + place}": (f"delay_{month}", 1) for place, month in enumerate(_MONTHS)},
    **{f"X{12 + place}": (f"billed_{month}", 0) for place, month in enumerate(_MONTHS)},
    **{f"X{18 + place}": (f"paid_{month}", -1) for place, month in enumerate(_MONTHS)},
}
# The length of the call is known only once it is over, and the macro columns tell the date: both are left out.
_BANK = {
    **dict.fromkeys(("job", "education", "default", "housing", "loan", "contact", "month", "day_of_week"), 0),
    "campaign": -1,
    **dict.fromkeys(("pdays", "previous", "poutcome"), 0),
}
NOT_BEFORE = 999  # pdays: was never called before
ARMS = ("No E-Mail", "Mens E-Mail", "Womens E-Mail")
AGES = (30, 40, 50)


@dataclass(frozen=True)
class People:
    """A table to fit on: rows (people x features, NaN unknown), outcome 0 or 1, and whom to judge apart.

    alike: rows of one number are the same in every column of the file. apart: {grouping: a label for each row}.
    """

    source: str
    names: tuple[str, ...]
    directions: tuple[int, ...]
    rows: np.ndarray
    outcome: np.ndarray
    alike: np.ndarray
    apart: dict[str, np.ndarray]


@dataclass(frozen=True)
class Trial:
    """A trial by lot: rows (people x what was known before), the arm each got, and whether they came."""

    source: str
    names: tuple[str, ...]
    rows: np.ndarray
    arm: np.ndarray
    visited: np.ndarray


def uci(path):
    """Who defaulted in the month after."""
    records = _records(path, ",")
    every = np.array([[float(value) for name, value in one.items() if name not in {"ID", "Y"}] for one in records])
    columns = {name: np.array([float(one[name]) for one in records]) for name in (*_UCI, "X2", "X4", "X5", "Y")}
    return People(
        source="Default of Credit Card Clients (UCI no. 350, CC BY 4.0)",
        names=tuple(name for name, _ in _UCI.values()),
        directions=tuple(direction for _, direction in _UCI.values()),
        rows=np.column_stack([columns[name] for name in _UCI]),
        outcome=columns["Y"].astype(np.int64),
        alike=np.unique(every, axis=0, return_inverse=True)[1].ravel(),
        apart={
            "sex": _labels(columns["X2"], {1: "men", 2: "women"}),
            "age": _bands(columns["X5"]),
            "education": _labels(columns["X3"], {1: "graduate school", 2: "university", 3: "school"}),
            "marriage": _labels(columns["X4"], {1: "married", 2: "single"}),
        },
    )


def bank(path):
    """Who took up the offer; the rows in the order of the calls."""
    records = _records(path, ";")
    columns = {name: _levels([one[name] for one in records]) for name in _BANK}
    columns["pdays"][columns["pdays"] == NOT_BEFORE] = np.nan
    return People(
        source="Bank Marketing (UCI no. 222, CC BY 4.0)",
        names=tuple(_BANK),
        directions=tuple(_BANK.values()),
        rows=np.column_stack(list(columns.values())),
        outcome=np.array([one["y"] == "yes" for one in records], dtype=np.int64),
        alike=np.arange(len(records)),
        apart={
            "age": _bands(np.array([float(one["age"]) for one in records])),
            "education": np.array([one["education"] for one in records]),
            "marriage": np.array([one["marital"] for one in records]),
        },
    )


def hillstrom(path):
    """Who came to the shop's site within two weeks of the mail."""
    records = _records(path, ",")
    known = {
        "recency": [float(one["recency"]) for one in records],
        "history": [np.log(float(one["history"])) for one in records],
        "newbie": [float(one["newbie"]) for one in records],
        "by_phone": [float(one["channel"] in {"Phone", "Multichannel"}) for one in records],
        "by_web": [float(one["channel"] in {"Web", "Multichannel"}) for one in records],
    }
    return Trial(
        source="MineThatData e-mail challenge (Hillstrom 2008)",
        names=tuple(known),
        rows=np.column_stack(list(known.values())),
        arm=np.array([ARMS.index(one["segment"]) for one in records]),
        visited=np.array([float(one["visit"]) for one in records]),
    )


def _records(path, mark):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter=mark))


def _levels(values):
    """A column of numbers as it is; one of words as the place in their list, "unknown" as not known."""
    try:
        return np.array([float(value) for value in values])
    except ValueError:
        levels = sorted(set(values) - {"unknown"})
        return np.array([levels.index(value) if value in levels else np.nan for value in values])


def _labels(codes, known):
    return np.array([known.get(int(code), "other") for code in codes])


def _bands(ages):
    names = [f"under {AGES[0]}", *(f"{low} to {high - 1}" for low, high in zip(AGES, AGES[1:], strict=False))]
    return np.array([*names, f"{AGES[-1]} and over"])[np.digitize(ages, AGES)]
