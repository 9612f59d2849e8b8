"""Whether the model still fits is told from its own decisions, and told with a reason."""

from math import exp, nan

import pytest

from chalicelib.domain.choice import lot
from chalicelib.domain.drift import LEAST_CASES, Standing, Usual, calibration_slope, psi, verdict

AMOUNTS = Usual(edges=(50.0, 100.0), shares=(0.3, 0.4, 0.2), unknown=0.1)


def chance(logit):
    return 1 / (1 + exp(-logit))


def outcomes(bent, size=6_000):
    """(answers, who paid) where the truth is `bent` times the log-odds that were answered."""
    answers = [chance(-1 + 3 * (lot(f"answer {n}") - 0.5)) for n in range(size)]
    truth = [chance(bent * (-1 + 3 * (lot(f"answer {n}") - 0.5))) for n in range(size)]
    return answers, [lot(f"outcome {n}") < one for n, one in enumerate(truth)]


def test_a_value_on_an_edge_counts_upwards_and_what_is_unknown_counts_by_itself():
    assert AMOUNTS.counts([10, 50, 99, 100, 5_000, None, nan]) == (1, 2, 2, 2)


def test_the_same_spread_has_no_psi_and_another_one_has():
    assert psi(AMOUNTS, (300, 400, 200, 100)) == pytest.approx(0, abs=1e-9)
    assert psi(AMOUNTS, (310, 390, 205, 95)) < 0.01
    assert psi(AMOUNTS, (50, 200, 700, 50)) > 0.25


def test_an_empty_bin_is_rare_and_not_impossible():
    usual = Usual((1.0,), (0.98, 0.02))
    assert psi(usual, (200, 0, 0)) < 0.1
    assert psi(AMOUNTS, (0, 0, 0, 0)) == 0


def test_counts_of_other_bins_are_refused():
    with pytest.raises(ValueError, match="bins"):
        psi(AMOUNTS, (1, 2, 3))


@pytest.mark.parametrize(
    ("edges", "shares", "unknown"),
    [((1.0,), (1.0,), 0.0), ((2.0, 1.0), (0.3, 0.3, 0.4), 0.0), ((1.0,), (0.3, 0.3), 0.0)],
)
def test_a_spread_that_contradicts_itself_cannot_be_made(edges, shares, unknown):
    with pytest.raises(ValueError, match="share"):
        Usual(edges, shares, unknown)


@pytest.mark.parametrize("bent", [1.0, 0.3, 2.5, -0.8])
def test_the_slope_is_by_how_much_the_answers_are_borne_out(bent):
    assert calibration_slope(*outcomes(bent)) == pytest.approx(bent, abs=0.12)


def test_no_slope_is_told_where_nothing_can_be():
    assert calibration_slope([0.3] * 400, [n % 3 == 0 for n in range(400)]) is None
    assert calibration_slope([0.1, 0.5, 0.9], [True, True, True]) is None
    assert calibration_slope([0.1, 0.2, 0.8, 0.9], [False, False, True, True]) is None
    with pytest.raises(ValueError, match="outcome"):
        calibration_slope([0.3], [])


def test_one_feature_beyond_its_bound_is_enough_and_is_named():
    told = verdict({"amount": 0.31, "sector": 0.02}, 1.0, 900)
    assert (told.standing, told.falls_back) == (Standing.DRIFTED, True)
    assert told.reason == "amount: PSI 0.31 is above 0.25"


@pytest.mark.parametrize(
    ("slope", "standing"),
    [
        (-0.2, Standing.UPSIDE_DOWN),
        (0.0, Standing.UPSIDE_DOWN),
        (0.49, Standing.UNCALIBRATED),
        (0.5, Standing.FITS),
        (2.0, Standing.FITS),
        (2.01, Standing.UNCALIBRATED),
        (None, Standing.FITS),
    ],
)
def test_a_slope_at_or_below_nought_or_out_of_bounds_falls_back(slope, standing):
    told = verdict({"amount": 0.25}, slope, LEAST_CASES)
    assert told.standing is standing
    assert told.falls_back is (standing is not Standing.FITS)


def test_too_few_cases_say_so_and_change_nothing():
    told = verdict({"amount": 9.0}, -3.0, LEAST_CASES - 1)
    assert (told.standing, told.falls_back) == (Standing.TOO_FEW, False)
    assert told.reason == "199 cases, 200 are needed"
