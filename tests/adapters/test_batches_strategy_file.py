"""A creditor's own strategy in YAML: taken whole, or refused with every line, field, reason and what to do."""

from datetime import timedelta

import pytest

from chalicelib import registry
from chalicelib.adapters.batches import strategy_reasons_de, strategy_reasons_en
from chalicelib.adapters.batches.reasons import told
from chalicelib.adapters.batches.strategy_file import LOYALTY, RISK, SPEED, read_strategy
from chalicelib.domain import strategies as package
from chalicelib.domain.channel import ANSWERS_ONLY, ChannelKind
from chalicelib.domain.contact import Tone
from chalicelib.domain.strategies._base import Strategy
from chalicelib.domain.strategies._rules import RANGES, faults

BUNDLED = registry.collect(package, "STRATEGY")
EMAIL, SMS, LETTER = ChannelKind.EMAIL, ChannelKind.SMS, ChannelKind.LETTER


def read(text):
    body = text if isinstance(text, bytes) else text.encode()
    return read_strategy(body, strategies=BUNDLED, channels=tuple(ChannelKind))


def taken(text):
    found = read(text)
    assert isinstance(found, Strategy), found
    assert faults(found) == ()
    return found


def refused(text):
    """{field: (line, reason)} of all that is wrong."""
    found = read(text)
    assert isinstance(found, tuple), found
    return {problem.column: (problem.line, problem.reason) for problem in found}


def days(strategy):
    return [step.after.days for step in strategy.steps]


@pytest.mark.parametrize("name", sorted(BUNDLED))
def test_what_is_left_out_is_that_of_the_bundled_one_it_is_based_on(name):
    found, base = taken(f"based_on: {name}\nmargin: {BUNDLED[name].margin * 100:g} %\n"), BUNDLED[name]
    assert found.key == "own"
    for field in ("steps", "default", "hours", "plan", "deferral", "open_days", "charges_interest", "annoyance"):
        assert getattr(found, field) == getattr(base, field)


def test_without_a_word_it_is_based_on_balanced():
    assert days(taken("open_days: 20\n")) == days(BUNDLED["balanced"])


@pytest.mark.parametrize("speed", SPEED)
@pytest.mark.parametrize("loyalty", LOYALTY)
def test_speed_and_loyalty_stretch_the_pauses_and_never_below_three_days(speed, loyalty):
    for base in BUNDLED:
        found = taken(f"based_on: {base}\nspeed: {speed}\nloyalty: {loyalty}\n")
        factor = SPEED[speed] * LOYALTY[loyalty][1]
        for now, was in zip(days(found)[1:], days(BUNDLED[base])[1:], strict=True):
            assert now >= 3 and abs(now - was * factor) <= 1
        assert found.annoyance == LOYALTY[loyalty][0]


@pytest.mark.parametrize("risk", RISK)
def test_the_risk_a_creditor_tolerates_is_how_often_something_is_tried(risk):
    found = taken(f"risk_tolerance: {risk}\n")
    assert (found.explores, found.explores_new) == RISK[risk]


def test_knobs_are_numbers_as_well():
    found = taken("margin: 12.5 %\nrisk_tolerance: 4 %\nexplores_new: 9\nloyalty: 0.75\nheld_out: 8 %\n")
    assert (found.margin, found.explores, found.explores_new, found.held_out) == (0.125, 0.04, 0.09, 0.08)
    assert found.annoyance == 75


def test_steps_order_bounds_and_waivers_of_ones_own():
    found = taken(
        "steps:\n  - tone: friendly\n  - after: 9 days\n    tone: matter_of_fact\n"
        "order: letter, email\nopen_days: 21\ncourtesy_days: none\nleast_payment: 3.00\n"
        "plan:\n  least: 15.00\n  most_months: 18\n  first_within_days: 30 days\n"
        "deferral:\n  longest_days: 45\n  most: 2\n"
        "waive_interest: yes\nwaive_costs: yes\nwaive_up_to: 2.50\n"
    )
    assert [(s.after, s.tone) for s in found.steps] == [
        (timedelta(0), Tone.FRIENDLY),
        (timedelta(days=9), Tone.MATTER_OF_FACT),
    ]
    for order in (found.default, found.quiet_first, found.soon_first):
        assert order[:2] == (LETTER, EMAIL) and set(order) == set(ChannelKind) - ANSWERS_ONLY
    assert (found.open_days, found.courtesy_days, found.least_payment, found.waive_up_to) == (21, None, 300, 250)
    assert (found.plan.least, found.plan.most_months, found.plan.first_within_days) == (1500, 18, 30)
    assert (found.deferral.longest_days, found.deferral.most) == (45, 2)
    assert (found.charges_interest, found.charges_costs) == (False, False)


@pytest.mark.parametrize(
    "name",
    [
        *("plan_fee", "instalment_fee", "installment_fee", "deferral_fee", "plan_interest", "deferral_interest"),
        *("setup_fee", "arrangement_charge", "ratengebuehr", "Ratengebühr", "stundungszinsen", "plan_surcharge"),
        *("bearbeitungsentgelt", "price_of_time", "ratenaufschlag", "plan_costs", "late_penalty"),
    ],
)
@pytest.mark.parametrize("place", ["", "plan", "deferral", "value_class.A"])
def test_charging_for_a_plan_or_a_deferral_is_refused_by_name_with_the_law(name, place):
    text, indent = "margin: 10 %\n", ""
    for part in place.split(".") if place else ():
        text, indent = f"{text}{indent}{part}:\n", indent + "  "
    path = f"{place}.{name}".removeprefix(".")
    line = text.count("\n") + 1
    assert refused(f"{text}{indent}{name}: 2.50\n")[path] == (line, "charges_for_time")
    for language, statute in (("en", "BGB §506"), ("de", "§ 506 BGB")):
        assert statute in told("charges_for_time", language)["said"]


@pytest.mark.parametrize(
    ("text", "field", "line", "reason"),
    [
        ("margin: 1\ntempo: 3\n", "tempo", 2, "unknown_setting"),
        ("plan:\n  months: 3\n", "plan.months", 2, "unknown_setting"),
        ("based_on: harsh\n", "based_on", 1, "word_not_known"),
        ("margin: much\n", "margin", 1, "share_wanted"),
        ("margin: 120 %\n", "margin", 1, "out_of_range"),
        ("risk_tolerance: bold\n", "risk_tolerance", 1, "share_wanted"),
        ("risk_tolerance: 60 %\n", "risk_tolerance", 1, "out_of_range"),
        ("held_out: 0 %\n", "held_out", 1, "out_of_range"),
        ("loyalty: some\n", "loyalty", 1, "money_wanted"),
        ("loyalty: 40.00\n", "loyalty", 1, "out_of_range"),
        ("speed: now\n", "speed", 1, "word_not_known"),
        ("order: [email, pigeon]\n", "order.2", 1, "word_not_known"),
        ("order: [email, messenger]\n", "order.2", 1, "word_not_known"),
        ("order: {a: b}\n", "order", 1, "list_wanted"),
        ("open_days: soon\n", "open_days", 1, "days_wanted"),
        ("open_days: 3\n", "open_days", 1, "out_of_range"),
        ("plan:\n  least: 10,00\n", "plan.least", 2, "money_wanted"),
        ("plan:\n  most_months: ten\n", "plan.most_months", 2, "count_wanted"),
        ("plan: generous\n", "plan", 1, "group_wanted"),
        ("deferral:\n  longest_days: 400\n", "deferral.longest_days", 2, "out_of_range"),
        ("waive_costs: maybe\n", "waive_costs", 1, "yes_or_no"),
        ("steps: many\n", "steps", 1, "list_wanted"),
        ("steps:\n  - friendly\n", "steps.1", 2, "group_wanted"),
        ("steps:\n  - tone: angry\n", "steps.1.tone", 2, "word_not_known"),
        ("steps:\n  - tone: last_notice\n", "steps.1.tone", 2, "first_not_friendly"),
        ("steps:\n  - tone: friendly\n    after: 4\n", "steps.1.after", 3, "first_waits"),
        ("steps:\n  - tone: friendly\n  - tone: friendly\n", "steps.2.after", 3, "after_missing"),
        ("steps:\n  - tone: friendly\n  - tone: friendly\n    after: 2\n", "steps.2.after", 4, "pause_range"),
        ("explores_new: 1 %\n", "explores_new", 1, "new_explores_less"),
        ("speed: calm\nsteps:\n  - tone: friendly\n", "speed", 1, "speed_and_steps"),
        ("value_class:\n  A:\n    margin: 3\n", "value_class.A.margin", 3, "value_steps_only"),
        ("steps: []\n", "steps", 1, "steps_number"),
        ("value_class:\n  A:\n    steps: []\n", "value_class.A.steps", 3, "steps_number"),
        ("value_class:\n  ' ':\n    steps:\n      - tone: friendly\n", "value_class. ", 2, "class_name"),
        (
            f"value_class:\n  {'A' * 21}:\n    steps:\n      - tone: friendly\n",
            f"value_class.{'A' * 21}",
            2,
            "class_name",
        ),
        ("a: b\na: c\n", "", 2, "yaml_key_twice"),
        ("steps: [\n", "", 2, "yaml"),
    ],
)
def test_every_problem_has_its_line_its_field_and_its_reason(text, field, line, reason):
    found = refused(text)
    assert found[field] == (line, reason)
    for language in ("de", "en"):
        said = told(reason, language)
        assert said["said"] and said["mend"]


def test_a_last_word_that_is_not_the_last_is_refused():
    text = "steps:\n  - tone: friendly\n  - tone: last_notice\n    after: 9\n  - tone: friendly\n    after: 9\n"
    assert refused(text)["steps.2.tone"] == (3, "last_notice_early")


def test_all_that_is_wrong_is_told_at_once_in_order_of_the_lines():
    found = read("margin: much\nplan_fee: 1\nspeed: now\norder: pigeon\n")
    assert [problem.line for problem in found] == [1, 2, 3, 4]


def kinder(steps):
    return f"value_class:\n  A:\n    steps:\n{steps}"


def test_a_customers_value_may_lengthen_pauses_and_soften_tones():
    found = taken(kinder("      - tone: friendly\n      - after: 20 days\n        tone: friendly\n"))
    (one,) = found.kinder
    assert one.value_class == "A" and [step.after.days for step in one.steps] == [0, 20]


@pytest.mark.parametrize(
    ("steps", "field"),
    [
        ("      - tone: friendly\n      - after: 9 days\n        tone: friendly\n", "steps.2.after"),
        ("      - tone: friendly\n      - after: 20 days\n        tone: last_notice\n", "steps.2.tone"),
        ("      - tone: friendly\n" + "      - after: 30 days\n        tone: friendly\n" * 3, "steps"),
    ],
)
def test_and_never_the_contrary(steps, field):
    assert refused(kinder(steps))[f"value_class.A.{field}"][1] == "value_harsher"


def test_a_value_class_is_measured_against_the_steps_as_they_are_paced():
    steps = "      - tone: friendly\n      - after: 12 days\n        tone: friendly\n"
    taken(kinder(steps))
    assert refused(f"speed: calm\n{kinder(steps)}")["value_class.A.steps.2.after"] == (6, "value_harsher")


@pytest.mark.parametrize("field", RANGES)
def test_what_lies_outside_the_bounds_is_told_with_them(field):
    """Every figure a file may say is held to its range; those it may not are the bundled one's."""
    names = {"annoyance": "loyalty", "explores": "risk_tolerance"}
    if field == "text_parts":
        return
    group, _, name = names.get(field, field).rpartition(".")
    value = "999" if field not in ("margin", "explores", "explores_new", "held_out") else "999 %"
    text = f"{group}:\n  {name}: {value}\n" if group else f"{name}: {value}\n"
    (problem,) = [p for p in read(text) if p.column == f"{group}.{name}".removeprefix(".")]
    assert problem.reason == "out_of_range" and problem.value.startswith("(") and " - " in problem.value


def test_both_languages_have_the_same_reasons():
    assert strategy_reasons_de.SENTENCES.keys() == strategy_reasons_en.SENTENCES.keys()
