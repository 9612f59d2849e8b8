"""Learning from one's own log: what the house exports is what is learnt from, and nothing that teaches nothing."""

import json
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from chalicelib.adapters.exports import BucketExports
from chalicelib.adapters.onnx.scorer import MODELS, OnnxScorer, newest_model
from chalicelib.domain.arm import ARMS
from chalicelib.domain.chosen import How
from chalicelib.domain.decision import Refused as PolicyRefused
from chalicelib.domain.export import TABLES, Column, Kind, Tried, bounds, rows
from chalicelib.domain.features import FEATURES, ClaimFacts
from chalicelib.domain.habits import Habits
from chalicelib.domain.response import RESPONSE

pytest.importorskip("interpret", reason="training packages absent: requirements-model.txt")

from models.train import guard, own_log, recipe  # noqa: E402
from models.train.debtors import debtors_of  # noqa: E402
from models.train.log import earlier_priors, write_log  # noqa: E402
from models.train.policies import Explorer  # noqa: E402
from models.train.relearn import NoBase, relearn  # noqa: E402
from models.train.simulate import draw  # noqa: E402
from models.train.worlds.a import WORLD  # noqa: E402
from tests.builders import creditor  # noqa: E402
from tests.fakes.world import POLICIES, STRATEGIES, World  # noqa: E402
from tests.models.conftest import DAY, NAMES, Folder  # noqa: E402


@pytest.fixture(scope="module")
def simulated():
    """Some 2,000 messages whose arm was drawn by lot, and what came of them."""
    learn, held = draw(WORLD, 3_000, 5), draw(WORLD, 2_000, 6)
    pays = recipe.train_untouched(learn, held, seed=5, bags=2, peers=False)
    debtors = debtors_of(WORLD, 900, 5)
    return write_log(debtors, Explorer(), pays.head, earlier_priors(debtors)).decisions


def every(house, simulated):
    """The whole simulated log as the house's contacts."""
    return [
        house.tried(place, house.choice(simulated, place), paid=bool(simulated.paid[place]))
        for place in range(len(simulated))
    ]


def test_what_the_house_exported_is_what_is_learnt_from(house, simulated):
    log = own_log.read(house.write(every(house, simulated)))
    found = log.decisions
    order = [int(name.removeprefix("S-")) for name in found.claim]
    assert sorted(order) == list(range(len(simulated)))
    np.testing.assert_array_equal(found.response_rows, simulated.response_rows[order])
    np.testing.assert_array_equal(found.paid, simulated.paid[order])
    np.testing.assert_array_equal(found.arm, simulated.arm[order])
    np.testing.assert_allclose(found.propensity, simulated.propensity[order])
    assert [found.eligible[i] for i in range(9)] == [simulated.eligible[place] for place in order[:9]]
    assert found.claim_rows[0, [f.name for f in FEATURES].index("amount")] == 4_820
    assert (found.decided_at - found.known_at == np.timedelta64(1, "D")).all()
    assert (log.left_out, log.models, log.first) == ({}, ("responds28-2026-11-22",), house.day)
    guard.refuse_leaks(found)


def test_what_teaches_nothing_is_left_out_and_counted(house, simulated):
    choice = house.choice(simulated, 0)
    day = house.day
    late = house.at + timedelta(hours=30)
    refused = (PolicyRefused(because="disputed", rule="DE"),)
    found = every(house, simulated)
    start = len(found)
    found += [
        house.tried(start, None, paid=True),
        house.tried(start + 1, house.held_out(), paid=True),
        house.tried(start + 2, replace(choice, how=How.OVERRULED, by="p-1"), paid=True),
        house.tried(start + 3, choice, paid=False, sent_at=None, decisions=refused),
        house.tried(start + 4, choice, paid=True, until=bounds(day)[1] + DAY),
        house.tried(start + 5, choice, paid=False, sent_at=late),
    ]
    log = own_log.read(house.write(found))
    assert len(log.decisions) == len(simulated)
    assert log.left_out == {
        "a person chose": 1,
        "by a way that is no arm": 2,
        "did not leave": 1,
        "younger than 28 days": 2,
    }


def test_what_the_strategy_ordered_is_learnt_from_by_the_arm_it_comes_to(house, simulated):
    features = house.choice(simulated, 0).features
    order = replace(house.held_out(), amounts_to=str(simulated.arm[0]), features=features)
    log = own_log.read(house.write([*every(house, simulated), house.tried(9_999, order, paid=True)]))
    assert (len(log.decisions), log.left_out) == (len(simulated) + 1, {})
    (place,) = [i for i, held in enumerate(log.decisions.held_out) if held]
    assert (log.decisions.arm[place], log.decisions.propensity[place]) == (str(simulated.arm[0]), 1.0)
    assert log.decisions.eligible[place] == {str(simulated.arm[0]): 1.0}


def test_the_second_head_is_learnt_from_it_by_the_same_recipe(house, simulated):
    log = own_log.read(house.write(every(house, simulated)))
    fitted = recipe.train_response(log.decisions, seed=5, bags=2, peers=False)
    assert [term["feature"] for term in fitted.head.terms] == [feature.name for feature in RESPONSE]
    assert fitted.figures["auc"] > 0.55
    assert fitted.parity["probability"] <= 1e-6


def test_a_log_of_first_messages_is_learnt_from_though_nothing_came_before_any(house, simulated):
    quiet = simulated.response_rows.copy()
    quiet[:, NAMES.index("days_quiet")] = np.nan
    fitted = recipe.train_response(replace(simulated, response_rows=quiet), seed=5, bags=2)
    assert set(fitted.figures["peers"]) == {"base_rate", "logistic", "boosted_trees"}
    assert fitted.parity["probability"] <= 1e-6


def test_what_each_arm_is_worth_is_told_with_its_interval(house, simulated):
    log = own_log.read(house.write(every(house, simulated)))
    worth = own_log.worth_of_arms(log.decisions)
    assert set(worth) == set(simulated.arm.tolist())
    for estimate in worth.values():
        assert 0 < estimate.low < estimate.value < estimate.high < 1


def test_a_choice_that_rests_on_what_was_learnt_later_is_refused_before_it_is_learnt_from(house, simulated):
    found = every(house, simulated)
    late = house.choice(simulated, 7, known_at=house.at + DAY)
    found[7] = house.tried(7, late, paid=True)
    log = own_log.read(house.write(found))
    with pytest.raises(guard.Leak, match="the row of claim S-7 was learnt 172800 s after"):
        recipe.train_response(log.decisions, seed=5, bags=2, peers=False)


def test_several_creditors_are_never_mixed_by_chance(house, simulated):
    found = every(house, simulated)
    house.write(found)
    place = house.write(found[:3], name="suedlicht")
    with pytest.raises(own_log.NoLog, match=r"several creditors \(nordlicht, suedlicht\).*--creditor"):
        own_log.read(place)
    assert len(own_log.read(place, creditor="nordlicht").decisions) == len(simulated)


def without(table, *names):
    return {**TABLES, table: tuple(column for column in TABLES[table] if column.name not in names)}


def rewritten(house, found, day, tables):
    """A day as a house of another version would have written it."""
    kept = {name: [column.name for column in columns] for name, columns in tables.items()}
    whole = {name: [column.name for column in columns] for name, columns in TABLES.items()}
    places = {name: [whole[name].index(one) for one in names] for name, names in kept.items()}
    told = (
        (table, tuple(values[place] for place in places[table]))
        for tried in found
        for table, values in rows(tried)
    )
    BucketExports("bucket", Folder(house.place)).write("nordlicht", day, tables, told)


def test_a_file_without_a_column_says_which_and_from_when_on_there_is_one(house, simulated):
    found = every(house, simulated)
    rewritten(house, found[:5], house.day - DAY, without("decisions", "arm_propensity", "r_recent"))
    place = house.write(found)
    with pytest.raises(own_log.NoLog) as said:
        own_log.read(place)
    assert str(said.value) == (
        f"decisions of {house.day - DAY} lacks arm_propensity, r_recent: written by another version;"
        f" start with --since {house.day}"
    )
    assert len(own_log.read(place, since=house.day).decisions) == len(simulated)


def test_a_file_that_brings_a_forbidden_feature_is_refused_by_its_name(house, simulated):
    extra = Column("r_debtor_age", Kind.NUMBER, "", lambda of: None)
    tables = {**TABLES, "decisions": (*TABLES["decisions"], extra)}
    told = [
        (table, (*values, 44.0) if table == "decisions" else values)
        for tried in every(house, simulated)[:5]
        for table, values in rows(tried)
    ]
    BucketExports("bucket", Folder(house.place)).write("nordlicht", house.day, tables, told)
    with pytest.raises(guard.Leak, match=r"never a feature: debtor_age \(age\)"):
        own_log.read(house.place)


def test_where_no_later_day_is_of_this_version_it_says_so(house, simulated):
    rewritten(house, every(house, simulated)[:5], house.day, without("outcomes", "known_until"))
    with pytest.raises(own_log.NoLog, match="lacks known_until.*no later day is of this version"):
        own_log.read(house.place)


def test_propensities_that_contradict_one_another_are_refused(house, simulated):
    found = every(house, simulated)
    shares = {**simulated.eligible[3], str(simulated.arm[3]): 0.9999}
    found[3] = house.tried(3, house.choice(simulated, 3, propensities=shares), paid=False)
    with pytest.raises(own_log.NoLog, match="contact c-3: its propensities contradict"):
        own_log.read(house.write(found))


@pytest.mark.parametrize(
    "shares",
    [
        {"email_morning": 1.5, "email_evening": -0.5},
        {"email_morning": 0.5, "email_evening": float("nan")},
        {"email_morning": 0.5, "pigeon": 0.5},
        {"email_morning": 0.0, "email_evening": 1.0},
        {},
    ],
    ids=str,
)
def test_propensities_that_are_none_are_refused_in_one_line(house, simulated, shares):
    features = {**house.choice(simulated, 3).features, "arm": 0.0}
    found = every(house, simulated)
    wrong = house.choice(simulated, 3, arm="email_morning", features=features, propensities=shares)
    found[3] = house.tried(3, wrong, paid=False)
    with pytest.raises(own_log.NoLog, match="contact c-3: its propensities contradict"):
        own_log.read(house.write(found))


@pytest.mark.parametrize("value", [float("inf"), 1e300, -float(2**24), 0.37], ids=str)
def test_a_value_that_no_house_wrote_is_refused_with_the_contact(house, simulated, value):
    found = every(house, simulated)
    features = {**house.choice(simulated, 3).features, "amount": value}
    found[3] = house.tried(3, house.choice(simulated, 3, features=features), paid=False)
    with pytest.raises(own_log.NoLog, match="contact c-3: r_amount is .*, and no house wrote that"):
        own_log.read(house.write(found))


def test_a_choice_stamped_after_its_message_had_left_is_a_leak(house, simulated):
    """Whatever it knows is then no later than the choice, and may be what the message brought about."""
    found = every(house, simulated)
    late = house.choice(simulated, 3, at=house.at + DAY, known_at=house.at + DAY / 2)
    found[3] = house.tried(3, late, paid=True)
    with pytest.raises(guard.Leak, match="contact c-3 was chosen for after it had left"):
        own_log.read(house.write(found))


def test_an_arm_of_another_number_is_of_another_time(house, simulated):
    found = every(house, simulated)
    arm = str(simulated.arm[3])
    moved = {**house.choice(simulated, 3).features, "arm": 9.0}
    found[3] = house.tried(3, house.choice(simulated, 3, features=moved), paid=False)
    with pytest.raises(own_log.NoLog, match=f"arm {arm} was number 9 then"):
        own_log.read(house.write(found))


def test_a_log_too_small_to_learn_from_says_what_it_would_take(house, simulated):
    with pytest.raises(own_log.NoLog, match="40 messages and .* too few .* takes 1000 and 100.*1 by a way"):
        found = every(house, simulated)[:40]
        own_log.read(house.write([*found, house.tried(9_999, house.held_out(), paid=True)]))


def test_an_empty_folder_says_which_folder_is_meant(tmp_path):
    with pytest.raises(own_log.NoLog, match="no decisions/creditor=.*--data"):
        own_log.read(tmp_path)


def test_a_new_version_is_both_heads_the_first_of_them_taken_over(house, simulated, tmp_path):
    place = house.write([*every(house, simulated), house.tried(9_999, house.held_out(), paid=True)])
    paths = relearn(place, created="2027-01-31", seed=5, out=tmp_path)
    assert [path.name for path in paths] == ["pays28-2027-01-31.onnx", "responds28-2027-01-31.onnx"]
    scorer = OnnxScorer(version="2027-01-31", folder=tmp_path)
    facts = ClaimFacts(amount=4_820, currency="EUR", due_date=house.day)
    score = scorer.score(facts, house.day)
    old = OnnxScorer().score(facts, house.day)
    assert (score.model, score.probability) == ("pays28-2027-01-31", old.probability)
    answers = scorer.respond(score, facts, Habits(), ARMS, house.at)
    assert answers.model == "responds28-2027-01-31" and len(answers.answers) == len(ARMS)
    pays, responds = (json.loads(path.with_suffix(".json").read_text()) for path in paths)
    assert pays["taken_over_from"] == newest_model(MODELS).stem
    assert responds["data"]["kind"] == "own log" and not any("simulator" in limit for limit in responds["limits"])
    assert responds["data"]["learnt_from"]["left_out"] == {"by a way that is no arm": 1}
    assert (
        responds["priors"]
        == json.loads(newest_model(MODELS, "responds28").with_suffix(".json").read_text())["priors"]
    )


@pytest.mark.parametrize("days", [0, -1])
def test_a_version_that_is_not_later_than_the_newest_is_refused_before_anything_is_learnt(tmp_path, days):
    newest = date.fromisoformat(newest_model(MODELS, "responds28").stem.removeprefix("responds28-"))
    with pytest.raises(NoBase, match=f"not later than {newest}, which there is already"):
        relearn(tmp_path, created=(newest + days * DAY).isoformat(), seed=5, out=tmp_path)
    assert not list(tmp_path.iterdir())


def test_what_is_refused_leaves_no_file(house, simulated, tmp_path):
    found = every(house, simulated)
    found[7] = house.tried(7, house.choice(simulated, 7, known_at=house.at + DAY), paid=True)
    out = tmp_path / "out"
    out.mkdir()
    with pytest.raises(guard.Leak):
        relearn(house.write(found), created="2027-01-31", seed=5, out=out)
    assert list(out.iterdir()) == []


def test_what_the_houses_own_choice_left_behind_is_read_with_the_rest(house, simulated):
    world = World()
    world.strategies = {"balanced": replace(STRATEGIES["balanced"], held_out=0.0)}
    world.scorer.arms = {"email_morning": 0.2, "email_evening": 0.4, "text_midday": 0.3}
    world.open(creditor())
    world.register()
    due = world.planned()
    world.send(due)
    sent = world.again(due)
    real = Tried(world.matter(), sent, POLICIES["DE"].zone, bounds(sent.due_at.date())[1] + 28 * DAY)
    found = own_log.read(house.write([*every(house, simulated), real])).decisions
    (place,) = np.flatnonzero(found.claim == sent.claim)
    assert found.arm[place] == sent.choice.arm and found.eligible[place] == sent.choice.propensities
    assert found.propensity[place] == sent.choice.propensity
    row = dict(zip(NAMES, found.response_rows[place].tolist(), strict=True))
    assert {name: value for name, value in row.items() if not np.isnan(value)} == sent.choice.features
