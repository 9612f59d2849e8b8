"""docs/strategies.md says what the code does: the four side by side, the example, and every refusal."""

import re
from datetime import timedelta
from pathlib import Path

from chalicelib import registry
from chalicelib.adapters.batches import strategy_reasons_en
from chalicelib.adapters.batches.strategy_file import KNOWN, LOYALTY, RISK, SPEED, read_strategy
from chalicelib.adapters.batches.yaml_text import read_yaml
from chalicelib.domain import strategies
from chalicelib.domain.channel import ChannelKind
from chalicelib.domain.strategies._base import Strategy
from chalicelib.domain.strategies._own import FRESH
from chalicelib.domain.strategies._rules import LEAST_PAUSE
from tools.strategies import ORDER, table

GUIDE = (Path(__file__).parents[2] / "docs" / "strategies.md").read_text("utf-8")
EXAMPLE = re.search(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)[1]
BUNDLED = registry.collect(strategies, "STRATEGY")


def test_the_bundled_ones_stand_side_by_side_as_they_are():
    assert f"{table()}\n\n" in GUIDE, "python tools/strategies.py writes it"
    assert set(ORDER) == set(BUNDLED)


def test_the_example_is_taken_as_it_stands():
    found = read_strategy(EXAMPLE.encode(), strategies=BUNDLED, channels=tuple(ChannelKind))
    assert isinstance(found, Strategy), found
    assert [step.after.days for step in found.steps] == [0, 12, 20] and found.kinder[0].value_class == "A"
    assert (found.margin, found.annoyance, found.explores) == (0.12, LOYALTY["high"][0], RISK["low"][0])


def test_the_example_shows_every_setting_there_is():
    said = set(read_yaml(EXAMPLE.encode()))
    assert set(KNOWN) - said == {"speed", "explores_new"}, "the two it only speaks of"


def test_the_words_for_knobs_are_those_of_the_code():
    for word in (*SPEED, *LOYALTY, *RISK):
        assert re.search(rf"\b{word}\b", GUIDE), word
    assert timedelta(days=3) == LEAST_PAUSE and timedelta(weeks=2) == FRESH


def test_every_refusal_stands_there_in_its_own_words():
    rows = re.findall(r"^\| `(\w+)` \| ([^|]*) \| ([^|]*) \|$", GUIDE, re.MULTILINE)
    assert {reason: (said, mend) for reason, said, mend in rows} == strategy_reasons_en.SENTENCES
