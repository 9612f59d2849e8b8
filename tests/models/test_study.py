"""The study on public data: what is read and what never, whom a model finds; absence is said in a line."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("lightgbm", reason="training packages absent: requirements-model.txt")

from chalicelib.domain.features import forbidden  # noqa: E402
from models.train import public, study  # noqa: E402

NO_DATA = "public tables absent: name their folder in RESPONSE_DATA (docs/model.md)"
UCI = """ID,X1,X2,X3,X4,X5,X6,X7,X8,X9,X10,X11,X12,X13,X14,X15,X16,X17,X18,X19,X20,X21,X22,X23,Y
1,20000,2,2,1,24,2,2,-1,-1,-2,-2,3913,3102,689,0,0,0,0,689,0,0,0,0,1
2,120000,1,1,2,50,-1,2,0,0,0,2,2682,1725,2682,3272,3455,3261,0,1000,1000,1000,0,2000,0
3,120000,1,1,2,50,-1,2,0,0,0,2,2682,1725,2682,3272,3455,3261,0,1000,1000,1000,0,2000,0
"""
BANK = """age;job;marital;education;default;housing;loan;contact;month;day_of_week;duration;campaign;pdays;\
previous;poutcome;emp.var.rate;y
56;housemaid;married;basic.4y;no;no;no;telephone;may;mon;261;1;999;0;nonexistent;1.1;no
29;services;single;high.school;unknown;no;no;cellular;jun;tue;149;2;6;1;success;1.1;yes
"""
HILLSTROM = """recency,history_segment,history,mens,womens,zip_code,newbie,channel,segment,visit,\
conversion,spend
10,2) $100 - $200,142.44,1,0,Surburban,0,Phone,Womens E-Mail,0,0,0
6,3) $200 - $350,329.08,1,1,Rural,1,Multichannel,No E-Mail,1,0,0
"""


@pytest.fixture
def folder(tmp_path):
    for name, text in ((public.UCI, UCI), (public.BANK, BANK), (public.HILLSTROM, HILLSTROM)):
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.fixture
def data():
    named = os.environ.get("RESPONSE_DATA")
    if not named or not (Path(named) / public.UCI).is_file():
        pytest.skip(NO_DATA)
    return Path(named)


def test_without_a_table_it_says_so_in_a_line_and_nothing_fails(tmp_path, capsys):
    assert study.study(tmp_path, seed=1) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("study skipped: none of ") and all(name in line for name in public.FILES)


def test_no_column_that_may_not_be_known_is_fitted(folder):
    for table in (public.uci(folder / public.UCI), public.bank(folder / public.BANK)):
        assert [name for name in table.names if forbidden(name)] == []
        assert table.rows.shape == (len(table.outcome), len(table.names))
        assert len(table.directions) == len(table.names)
    assert not {"duration", "emp.var.rate"} & set(public.bank(folder / public.BANK).names)
    assert [name for name in public.hillstrom(folder / public.HILLSTROM).names if forbidden(name)] == []


def test_rows_alike_in_every_column_are_known_as_such_and_groups_are_kept_apart(folder):
    people = public.uci(folder / public.UCI)
    assert people.alike[1] == people.alike[2] != people.alike[0]
    assert people.apart["sex"].tolist() == ["women", "men", "men"]
    assert people.apart["age"].tolist() == ["under 30", "50 and over", "50 and over"]


def test_unknown_words_and_never_called_before_are_not_known(folder):
    people = public.bank(folder / public.BANK)
    row = dict(zip(people.names, people.rows.T, strict=True))
    assert np.isnan(row["default"]).tolist() == [False, True]
    assert np.isnan(row["pdays"]).tolist() == [True, False]
    assert people.outcome.tolist() == [0, 1]


def test_a_trial_knows_who_got_which_arm(folder):
    trial = public.hillstrom(folder / public.HILLSTROM)
    assert [public.ARMS[arm] for arm in trial.arm] == ["Womens E-Mail", "No E-Mail"]
    assert trial.rows[:, trial.names.index("by_web")].tolist() == [0, 1]
    assert trial.visited.tolist() == [0, 1]


def test_whom_a_model_finds_is_counted_among_the_cases_of_a_group_and_small_groups_say_nothing():
    outcome = np.array([1, 0] * 200)
    labels = np.array(["a"] * 200 + ["b"] * 200)
    labels[:8] = "few"
    guess = np.where(labels == "b", 0.9, 0.1) * outcome + 0.2 * (1 - outcome)
    found = study.found_by_group(outcome, guess, {"group": labels})["group"]
    assert set(found) == {"a", "b"}
    assert (found["b"]["share"], found["b"]["of"]) == (1.0, 100)
    assert found["a"]["share"] == 0


def test_a_promise_that_is_not_kept_is_named():
    kept = {"auc": 0.78, "auc_lightgbm": 0.785, "ece": 0.02}
    assert all(study.promises({"uci_default": kept}).values())
    missed = study.promises({"uci_default": {**kept, "auc_lightgbm": 0.8, "ece": 0.04}})
    assert not any(missed.values()) and len(missed) == 2
    biased = study.promises({"hillstrom": {"naive": 0.005, "ips": 0.004, "snips": -0.004, "dr": 0.0}})
    assert sum(biased.values()) == 1


def test_what_was_measured_stands_beside_what_others_wrote_into_the_file(tmp_path):
    record = tmp_path / "model.json"
    record.write_text('{"worlds": {"A": 1}}')
    assert study.write_public(record, {"hillstrom": {"ips": 0.0}}) is None
    assert json.loads(record.read_text()) == {"worlds": {"A": 1}, "public": {"hillstrom": {"ips": 0.0}}}


def test_what_stands_in_the_figures_keeps_every_promise():
    public = json.loads((Path(__file__).parents[2] / "bench/model.json").read_text(encoding="utf-8"))["public"]
    held = study.promises(public)
    assert len(held) == 7 and all(held.values()), held


def test_on_the_randomised_mails_the_estimators_are_unbiased_and_the_naive_figure_is_not(data):
    found = {"hillstrom": study._hillstrom(data / public.HILLSTROM, 7)}
    assert all(study.promises(found).values()), found


def test_on_later_calls_the_recipe_keeps_up_with_lightgbm(data):
    people = public.bank(data / public.BANK)
    learn, held = np.split(np.arange(len(people.rows)), [int(study.CUT * len(people.rows))])
    said, parity = study._fitted(people, learn, held, 7, with_peers=False)
    one = study._figures(people, held, said, parity)
    assert one["auc"] >= one["auc_lightgbm"] - study.WITHIN
    assert parity <= 1e-6
