"""A creditor's own log, as it is exported every night (docs/export.md), read into Decisions to learn from.

What is read: messages that left by an arm that was chosen with a known chance, and that left four weeks before
the log ends, so that it is known whether money came. What is left out is counted and said.
"""

import json
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import numpy as np

from chalicelib.adapters.parquet import PHYSICAL
from chalicelib.domain.arm import NUMBERS
from chalicelib.domain.chosen import How
from chalicelib.domain.export import TABLES
from chalicelib.domain.features import FEATURES
from chalicelib.domain.response import HORIZON_DAYS, RESPONSE
from models.train import estimators, guard
from models.train.decisions import Decisions
from models.train.figures import Refused

NEEDED = {
    "decisions": (
        *(
            "contact",
            "claim",
            "obeyed",
            "arm",
            "amounts_to",
            "how",
            "chosen_at",
            "known_at",
            "arm_propensity",
            "propensities",
        ),
        *("untouched", "response_model", "why"),
        *(f"f_{feature.name}" for feature in FEATURES),
        *(f"r_{feature.name}" for feature in RESPONSE),
    ),
    "outcomes": ("contact", "sent_at", "paid_at", "known_until"),
}
# A person's choice has no chance that anybody knows. The strategy's order has one: it is certain.
LEARNT_FROM = tuple(how.value for how in How if how is not How.OVERRULED)
FEWEST_MESSAGES, FEWEST_PAID = 1_000, 100
_PLACE = re.compile(r"(decisions|outcomes)/creditor=([^/]+)/day=(\d{4}-\d\d-\d\d)\.parquet$")
_EXACT = 1e-9
_WHOLE_BELOW = 2**24
# Why a message teaches nothing, or "" where it does; the first that holds is the one.
_LEFT_OUT = f"""
    CASE WHEN o.sent_at IS NULL THEN 'did not leave'
         WHEN d.how = '{How.OVERRULED.value}' THEN 'a person chose'
         WHEN coalesce(d.arm, d.amounts_to) IS NULL THEN 'by a way that is no arm'
         WHEN d.how NOT IN {LEARNT_FROM} THEN 'not by chance'
         WHEN o.known_until < o.sent_at + INTERVAL {HORIZON_DAYS} DAYS THEN 'younger than {HORIZON_DAYS} days'
         ELSE '' END
"""  # noqa: S608 - every part of it is written here


# What the strategy ordered was taken for certain, by the arm it comes to.
_CERTAIN = """
    coalesce(d.arm, d.amounts_to) AS arm,
    CASE WHEN d.arm IS NULL THEN 1.0 ELSE d.arm_propensity END AS arm_propensity,
    CASE WHEN d.arm IS NULL THEN '{"' || d.amounts_to || '": 1.0}' ELSE d.propensities END AS propensities
"""


class NoLog(Refused):
    """There is nothing to learn from in the folder, or not what this code reads; the message says what to do."""


@dataclass(frozen=True)
class OwnLog:
    """decisions: what can be learnt from. left_out: {why: how many messages}. models: which ones chose them."""

    decisions: Decisions
    left_out: dict[str, int]
    models: tuple[str, ...]
    first: date
    last: date


def read(folder, *, creditor=None, since=None):
    """The log of one creditor below `folder` (the bucket's exports/, or what holds it).

    creditor: needed where the folder has several. since: a date; days before it are passed over.
    Raises NoLog where a table, a column or a sense is missing, and where too little would be left.
    """
    files = _files(Path(folder), creditor, since)
    _check_columns(files)
    days = sorted(day for _, day in files["decisions"])
    with duckdb.connect() as base:
        base.execute("SET TimeZone = 'UTC'")
        for table, found in files.items():
            listed = base.read_parquet([str(path) for path, _ in found], union_by_name=True)
            listed.create_view(table)
        base.execute(
            f"CREATE TABLE asked AS SELECT d.* REPLACE ({_CERTAIN}), o.sent_at, o.paid_at,"  # noqa: S608
            f" {_LEFT_OUT} AS left_out"
            " FROM decisions d JOIN outcomes o USING (contact) WHERE d.obeyed ORDER BY d.chosen_at, d.contact"
        )
        _check_rows(base)
        counted = base.execute("SELECT left_out, count(*) FROM asked GROUP BY ALL ORDER BY ALL").fetchall()
        columns = base.execute("SELECT * FROM asked WHERE left_out = '' ORDER BY chosen_at, contact").fetchnumpy()
    name = next(_PLACE.search(path.as_posix())[2] for path, _ in files["decisions"])
    decisions = _decisions(columns, f"the log of {name}")
    _check_size(decisions, dict(counted))
    models = tuple(sorted({str(model) for model in columns["response_model"]}))
    left_out = {why: count for why, count in counted if why}
    return OwnLog(decisions, left_out, models, days[0], days[-1])


def worth_of_arms(decisions):
    """{arm: Estimate}: how many would have paid had the arm been taken wherever it was eligible (SNIPS)."""
    found = {}
    for key in NUMBERS:
        may = np.array([share.get(key, 0) > 0 for share in decisions.eligible])
        took = decisions.arm[may] == key
        if took.any():
            given = decisions.paid[may], took.astype(float), decisions.propensity[may]
            found[key] = estimators.snips(*given)
    return found


def _files(folder, creditor, since):
    """{table: [(path, day)]} of one creditor."""
    found = {"decisions": [], "outcomes": []}
    owners = set()
    for path in sorted(folder.rglob("*.parquet")):
        place = _PLACE.search(path.as_posix())
        if place and (creditor is None or place[2] == creditor):
            owners.add(place[2])
            day = date.fromisoformat(place[3])
            if since is None or day >= since:
                found[place[1]].append((path, day))
    if len(owners) > 1:
        raise NoLog(f"{folder} has logs of several creditors ({', '.join(sorted(owners))}): name one (--creditor)")
    for table, paths in found.items():
        if not paths:
            raise NoLog(
                f"no {table}/creditor=…/day=….parquet below {folder}: give the folder of the exports (--data)"
            )
    return found


def _check_columns(files):
    """Every file has the columns that are read, of their kind, and no feature that this code does not know."""
    with duckdb.connect() as base:
        for table, paths in files.items():
            kinds = {column.name: PHYSICAL[column.kind].name for column in TABLES[table]}
            wrong = {}
            for path, day in paths:
                rows = base.execute("SELECT name, type FROM parquet_schema(?) WHERE type IS NOT NULL", [str(path)])
                there = dict(rows.fetchall())
                lacks = [name for name in NEEDED[table] if name not in there]
                other = [name for name in NEEDED[table] if name in there and there[name] != kinds[name]]
                strange = [name for name in there if name[:2] in {"f_", "r_"} and name not in kinds]
                guard.refuse_forbidden((name[2:] for name in strange), table=f"{table} of {day}")
                if lacks or other or strange:
                    said = (("lacks", lacks), ("has another kind of", other), ("knows", strange))
                    words = "; ".join(f"{verb} {', '.join(names)}" for verb, names in said if names)
                    wrong[day] = f"{table} of {day} {words}"
            if wrong:
                good = sorted(day for _, day in paths if day > max(wrong))
                do = f"start with --since {good[0]}" if good else "no later day is of this version: wait for one"
                raise NoLog(f"{wrong[max(wrong)]}: written by another version; {do}")


def _check_rows(base):
    """One row a contact, and an arm that has the number it has today."""
    twice = base.execute("SELECT contact FROM asked GROUP BY ALL HAVING count(*) > 1 LIMIT 1").fetchone()
    if twice:
        raise NoLog(f"contact {twice[0]} stands in two files: leave one of them out")
    for arm, number in base.execute("SELECT DISTINCT arm, r_arm FROM asked WHERE left_out = ''").fetchall():
        if NUMBERS.get(arm) != number:
            told = "none" if number is None else f"{number:g}"
            raise NoLog(f"arm {arm} was number {told} then and is not now: start after that (--since)")


def _check_size(decisions, counted):
    paid = int(decisions.paid.sum())
    if len(decisions) < FEWEST_MESSAGES or paid < FEWEST_PAID:
        others = ", ".join(f"{count} {why}" for why, count in counted.items() if why) or "no others"
        raise NoLog(
            f"{len(decisions)} messages and {paid} paid are too few to learn from; it takes {FEWEST_MESSAGES} and"
            f" {FEWEST_PAID}. Left out: {others}"
        )


def _decisions(columns, source):
    size = len(columns["contact"])
    propensity = _numbers(columns["arm_propensity"])
    arms = columns["arm"].astype(str)
    eligible = tuple(_shares(text) for text in np.ma.filled(columns["propensities"].astype(object), None))
    for place in range(size):
        shares = eligible[place]
        exact = abs(shares.get(arms[place], 0) - propensity[place]) < _EXACT and propensity[place] > 0
        if not exact or not abs(sum(shares.values()) - 1) <= _EXACT:
            raise NoLog(f"contact {columns['contact'][place]}: its propensities contradict one another")
    sent, paid = _moments(columns["sent_at"]), _moments(columns["paid_at"])
    within = paid - sent <= np.timedelta64(HORIZON_DAYS, "D")
    response_rows = _rows(columns, "r", RESPONSE, size)
    _check_values(response_rows, columns["contact"])
    decided = _moments(columns["chosen_at"])
    if (decided > sent).any():
        raise guard.Leak(f"contact {columns['contact'][decided > sent][0]} was chosen for after it had left")
    return Decisions(
        source=source,
        claim_rows=_rows(columns, "f", FEATURES, size),
        response_rows=response_rows,
        arm=arms,
        propensity=propensity,
        eligible=eligible,
        paid=within.astype(np.int64),
        amount=_numbers(columns["r_amount"]),
        held_out=columns["how"].astype(str) == How.HELD_OUT.value,
        decided_at=decided,
        known_at=_moments(columns["known_at"]),
        claim=columns["claim"].astype(str),
    )


def _shares(text):
    """{arm: its propensity}; empty where that is not what stands there."""
    try:
        shares = json.loads(text)
        fit = all(arm in NUMBERS and 0 <= share <= 1 for arm, share in shares.items())
    except (TypeError, ValueError, AttributeError):
        return {}
    return shares if fit else {}


def _check_values(rows, contacts):
    """Whatever is known is a whole number that 32 bits hold (domain/response.py)."""
    known = np.nan_to_num(rows, nan=0.0)
    wrong = (np.abs(known) >= _WHOLE_BELOW) | (known != np.rint(known))
    if wrong.any():
        place, column = (int(one) for one in np.argwhere(wrong)[0])
        name, value = RESPONSE[column].name, rows[place, column]
        raise NoLog(f"contact {contacts[place]}: r_{name} is {value:g}, and no house wrote that")


def _rows(columns, mark, features, size):
    return np.column_stack([_numbers(columns[f"{mark}_{feature.name}"]) for feature in features]).reshape(size, -1)


def _numbers(column):
    return np.ma.filled(np.ma.asarray(column, dtype=np.float64), np.nan)


def _moments(column):
    """Moments as datetime64 in microseconds, UTC; not-a-time where there is none."""
    return np.ma.filled(np.ma.asarray(column), np.datetime64("NaT", "us")).astype("datetime64[us]")
