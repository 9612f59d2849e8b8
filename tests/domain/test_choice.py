"""How an arm is drawn: the probability is known exactly, the same seed draws the same, and nobody pays for it."""

from collections import Counter
from datetime import UTC, datetime
from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.arm import ARMS, MOST_ARMS, NUMBERS, arms_for
from chalicelib.domain.choice import Taste, choose, is_held_out, lot, net_value
from chalicelib.domain.chosen import How
from chalicelib.domain.contact import Tone
from chalicelib.domain.parties import ChannelKind
from chalicelib.domain.response import ArmAnswer, Responses
from chalicelib.domain.task import DaySlot

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
COSTS = {arm.key: 8.0 if arm.channel is ChannelKind.SMS else 0.01 for arm in ARMS}
PLAIN = Taste(margin=0.2, annoyance=20, explores=0.0)
KEYS = [arm.key for arm in ARMS]
answers = st.dictionaries(st.sampled_from(KEYS), st.floats(0, 1), min_size=1)


def responses(odds, noise=0.0):
    given = tuple(ArmAnswer(key, p, 0.0, (("arm", 0.5),), (float(NUMBERS[key]),)) for key, p in odds.items())
    return Responses(given, "responds28-x", "ab", noise)


def chosen(odds, taste=PLAIN, seed="s", amount=10_000, recent=0, noise=0.0):
    said = responses(odds, noise)
    rest = {"amount": amount, "costs": COSTS, "recent": recent, "untouched": 0.2, "taste": taste}
    return choose(said, **rest, seed=seed, at=AT, features=("arm",))


def test_there_are_no_more_arms_than_ten_thousand_decisions_can_teach():
    assert len(ARMS) <= MOST_ARMS == 6 and len(set(KEYS)) == len(KEYS)
    assert sum(arm.is_friendly for arm in ARMS) >= 2
    assert not any(arm.tone is Tone.LAST_NOTICE for arm in ARMS)


def test_no_arm_speaks_firmer_than_its_step_or_at_another_hour_than_was_asked_for():
    both = (ChannelKind.EMAIL, ChannelKind.SMS)
    assert all(arm.is_friendly for arm in arms_for(both, Tone.FRIENDLY))
    assert {arm.slot for arm in arms_for(both, Tone.MATTER_OF_FACT, DaySlot.EVENING)} == {DaySlot.EVENING}
    assert arms_for((ChannelKind.LETTER,), Tone.MATTER_OF_FACT) == ()


@given(answers, st.floats(0, 1), st.text(max_size=9), st.integers(0, 6), st.floats(0, 0.2))
def test_the_propensities_add_up_to_one_and_only_the_best_and_the_friendly_have_any(
    odds, explores, seed, recent, noise
):
    taste = Taste(0.2, 20, explores)
    choice = chosen(odds, taste, seed, recent=recent, noise=noise)
    assert isclose(sum(choice.propensities.values()), 1.0) and set(choice.propensities) == set(odds)
    assert choice.propensity > 0
    best = max(choice.values.values())
    for key, share in choice.propensities.items():
        arm = ARMS[NUMBERS[key]]
        assert share == 0 or arm.is_friendly or choice.values[key] == best
    if choice.how is How.DRAWN:
        assert ARMS[NUMBERS[choice.arm]].is_friendly, "nothing but friendly arms is tried out"


@given(answers, st.text(max_size=9))
def test_the_same_seed_draws_the_same(odds, seed):
    taste = Taste(0.2, 20, 0.5)
    assert chosen(odds, taste, seed) == chosen(odds, taste, seed)


def test_each_arm_is_drawn_as_often_as_its_propensity_says():
    odds = dict.fromkeys(KEYS[:5], 0.2) | {"text_evening": 0.5}
    taste = Taste(0.2, 20, 0.4)
    drawn = Counter(chosen(odds, taste, f"seed {n}").arm for n in range(20_000))
    for key, share in chosen(odds, taste).propensities.items():
        assert drawn[key] / 20_000 == pytest.approx(share, abs=0.012)


def test_what_costs_more_than_it_brings_is_not_chosen():
    assert chosen({"email_morning": 0.30, "text_evening": 0.32}, amount=1_000).arm == "email_morning"
    assert chosen({"email_morning": 0.30, "text_evening": 0.32}, amount=100_000).arm == "text_evening"


def test_every_message_before_and_every_firmer_word_counts_against_the_next():
    friendly, plain = (ArmAnswer(key, 0.3, 0.0, (), ()) for key in ("email_morning", "email_plain"))
    assert net_value(friendly, 10_000, 0, 0, PLAIN) > net_value(plain, 10_000, 0, 0, PLAIN)
    assert net_value(friendly, 10_000, 0, 0, PLAIN) > net_value(friendly, 10_000, 0, 2, PLAIN)


def test_a_customers_value_only_makes_it_gentler():
    odds = {"email_morning": 0.30, "text_evening": 0.34}
    assert chosen(odds).arm == "text_evening"
    assert chosen(odds, Taste(0.2, 20, 0.0, gentler=9)).arm == "email_morning"
    with pytest.raises(ValueError, match="gentler"):
        Taste(0.2, 20, 0.0, gentler=0.9)


def test_a_lazy_payer_gets_the_cheap_friendly_reminder():
    odds = {"email_morning": 0.50, "email_plain": 0.50, "text_evening": 0.55}
    assert chosen(odds, amount=100_000, noise=0.01).arm == "text_evening"
    lazy = chosen(odds, amount=100_000, noise=0.08)
    assert (lazy.arm, lazy.how, lazy.lazy) == ("email_morning", How.CHEAPEST, True)


def test_with_one_arm_left_there_is_nothing_to_draw():
    choice = chosen({"email_plain": 0.4}, Taste(0.2, 20, 0.5))
    assert choice.propensities == {"email_plain": 1.0} and choice.how is How.BEST


def test_the_hold_out_is_a_share_of_debtors_and_the_same_ones_for_good():
    held = [is_held_out("nordlicht", f"K-{n}", 0.05) for n in range(20_000)]
    assert sum(held) / 20_000 == pytest.approx(0.05, abs=0.006)
    assert held == [is_held_out("nordlicht", f"K-{n}", 0.05) for n in range(20_000)]
    assert 0 <= lot("anything") < 1


def test_what_is_kept_says_which_model_saw_what_and_why():
    choice = chosen({"text_midday": 0.4})
    assert (choice.model, choice.sha256, choice.seed, choice.features) == ("responds28-x", "ab", "s", {"arm": 3.0})
    assert choice.reasons == {"arm": 0.5} and choice.answers == {"text_midday": 0.4}
