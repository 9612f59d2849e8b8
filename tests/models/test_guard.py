"""The leak guard: training refuses what was learnt too late and what no model may know, and says which it was."""

from dataclasses import replace

import numpy as np
import pytest

from chalicelib.domain.features import FEATURES, FORBIDDEN, Feature, Kind
from chalicelib.domain.response import RESPONSE
from models.train import guard
from models.train.decisions import Decisions

HOUR = np.timedelta64(1, "h")
NOON = np.datetime64("2026-11-22T12:00:00", "us")


def log(size=6):
    """A log of decisions at noon, of which everything was learnt an hour before."""
    return Decisions(
        source="by hand",
        claim_rows=np.zeros((size, len(FEATURES))),
        response_rows=np.zeros((size, len(RESPONSE))),
        arm=np.full(size, "email_morning"),
        propensity=np.ones(size),
        eligible=({"email_morning": 1.0},) * size,
        paid=np.arange(size) % 2,
        amount=np.full(size, 4_820),
        held_out=np.zeros(size, dtype=bool),
        decided_at=np.full(size, NOON),
        known_at=np.full(size, NOON - HOUR),
        claim=np.array([f"K-{place}" for place in range(size)]),
    )


def test_the_shipped_tables_hold_nothing_forbidden():
    guard.refuse_hints(FEATURES, table="FEATURES")
    guard.refuse_hints(RESPONSE, table="RESPONSE")


def test_a_log_of_which_everything_was_known_in_time_passes():
    guard.refuse_leaks(log())


def test_what_was_learnt_in_the_very_moment_of_the_decision_was_known():
    guard.refuse_leaks(replace(log(), known_at=np.full(6, NOON)))


def test_a_debtor_of_whom_nothing_was_ever_learnt_leaks_nothing():
    guard.refuse_leaks(replace(log(), known_at=np.full(6, np.datetime64("NaT", "us"))))


def test_a_row_learnt_after_its_decision_is_refused_and_the_claim_named():
    known = log().known_at.copy()
    known[[3, 5]] = NOON + HOUR
    with pytest.raises(guard.Leak, match=r"row of claim K-3 was learnt 3600 s after .*12:00:00; so were 1 more"):
        guard.refuse_leaks(replace(log(), known_at=known))


def test_the_feature_is_named_where_each_has_a_stamp_of_its_own():
    late = np.full(6, NOON - HOUR)
    late[4] = NOON + np.timedelta64(1, "s")
    with pytest.raises(guard.Leak, match="^way_answers of claim K-4 was learnt 1 s after"):
        guard.refuse_leaks(log(), stamps={"recent": log().known_at, "way_answers": late})


def test_a_decision_without_a_moment_is_refused():
    decided = log().decided_at.copy()
    decided[2] = np.datetime64("NaT", "us")
    with pytest.raises(guard.Leak, match="K-2: no moment of decision"):
        guard.refuse_leaks(replace(log(), decided_at=decided))


@pytest.mark.parametrize(
    ("column", "what"),
    [
        ("sex_code", "sex"),
        ("plz", "address"),
        ("birth_date", "age"),
        ("needs_care", "health"),
        ("dispute_text", "dispute"),
        ("preferred_language", "language"),
        ("value_class", "value class"),
    ],
)
def test_a_forbidden_column_is_refused_by_name(column, what):
    assert what in FORBIDDEN
    with pytest.raises(guard.Leak, match=rf"the table: never a feature: {column} \({what}\)"):
        guard.refuse_forbidden(["amount", column], table="the table")


def test_a_new_feature_of_a_forbidden_name_fails_the_build():
    with pytest.raises(guard.Leak, match=r"birth_year \(age\)"):
        guard.refuse_hints((*FEATURES, feature("birth_year")), table="FEATURES")


def test_a_level_that_hints_at_health_fails_the_build():
    with pytest.raises(guard.Leak, match="sector has levels that hint at health: dental"):
        guard.refuse_hints((feature("sector", levels=("retail", "dental")),), table="FEATURES")


def test_a_stamp_of_something_forbidden_betrays_that_it_was_there():
    with pytest.raises(guard.Leak, match="age_band"):
        guard.refuse_leaks(log(), stamps={"age_band": log().known_at})


def test_the_fit_itself_refuses_a_forbidden_column():
    fit = pytest.importorskip("models.train.fit", reason="training packages absent: requirements-model.txt")
    with pytest.raises(guard.Leak, match=r"marital_status \(marital status\)"):
        fit.additive(["amount", "marital_status"], [0, 0], np.zeros((4, 2)), np.array([0, 1, 0, 1]), seed=1)


def feature(name, levels=()):
    return Feature(name, Kind.LEVEL if levels else Kind.COUNT, "", lambda f, t: None, levels=levels)
