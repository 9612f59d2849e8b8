"""The model card's page and pictures: written from the cards, small, and fresh."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from chalicelib.adapters.onnx.scorer import newest_model
from models.train import card_pictures, page, plots, svg

HOUSE = Path(__file__).parents[2]
GROUPS = {
    "sex": {
        "women": {"share": 0.53, "of": 3763, "half": 0.016},
        "men": {"share": 0.56, "of": 2873, "half": 0.018},
    },
    "age": {"under 30": {"share": 0.58, "of": 2197, "half": 0.02}},
}


def words(drawn):
    """Every word on a picture, which also has to be XML."""
    return " ".join(ElementTree.fromstring(drawn).itertext())  # noqa: S314 - drawn here


def test_the_page_is_what_its_sources_say():
    assert page.page_of(HOUSE) == (HOUSE / page.PAGE).read_text(encoding="utf-8"), "run make card"


def test_the_page_says_what_for_from_what_how_good_and_where_to_doubt():
    said = page.page_of(HOUSE)
    for head in (page.PAYS, page.RESPONDS):
        card = page._card(HOUSE, head)
        assert card["version"] in said and card["sha256"][:12] in said and card["question"] in said
        assert all(f"`{name}`" in said for name in card["features"])
        assert all(limit[:40] in said.replace("\n  ", " ") for limit in card["limits"])
    for heading in ("What they see", "What they learnt from", "How good they are", "How it is watched", "Limits"):
        assert f"## {heading}" in said
    assert "nationality" in said and "not for" in said


def test_every_picture_the_page_shows_is_there_and_small():
    shown = re.findall(r"!\[[^\]]+\]\(model/([\w.]+)\)", page.page_of(HOUSE))
    assert {"reliability.svg", "reasons.svg", "uplift.svg", "drift.svg"} <= set(shown)
    for name in shown:
        path = HOUSE / page.PICTURES / name
        assert path.stat().st_size < plots.LARGEST
        assert words(path.read_text(encoding="utf-8"))


def test_the_pictures_are_drawn_from_what_ships(tmp_path):
    drawn = card_pictures.draw_all(HOUSE / "models", tmp_path, people=2_000, asked=2_000)
    assert [path.name for path in drawn] == ["reliability.svg", "reasons.svg", "uplift.svg", "drift.svg"]
    assert "untouched" in words(drawn[1].read_text()) and "amount" in words(drawn[3].read_text())


def test_a_card_of_a_creditors_own_log_says_so(tmp_path):
    (tmp_path / "models").mkdir()
    for head in (page.PAYS, page.RESPONDS):
        source = newest_model(HOUSE / "models", head)
        card = json.loads(source.with_suffix(".json").read_text())
        if head == page.RESPONDS:
            once = {"messages": 4_000, "paid": 0.21, "from": "2027-01-01", "to": "2027-02-01"}
            card["data"] = {"kind": "own log", "learnt_from": once, "judged_by": "three claims in ten, kept apart"}
        (tmp_path / "models" / source.name).write_bytes(b"")
        (tmp_path / "models" / source.with_suffix(".json").name).write_text(json.dumps(card))
    said = page.page_of(tmp_path)
    assert "one creditor's log, 2027-01-01 to 2027-02-01: 4,000 messages, 21.0% paid" in said
    assert "![" not in said


def test_a_measured_figure_finds_its_place_on_the_page():
    row = {"auc": 0.7778, "ece": 0.0171, "brier": 0.1363, "slope": 0.98}
    public = {
        "uci_default": {**row, "source": "UCI", "peers": {"lightgbm": row}, "found": GROUPS},
        "hillstrom": {"naive": 0.0219, "ips": 0.0018, "snips": -0.0002, "dr": 0.0004, "logs": 200, "truth": 0.1689,
                      "source": "a trial"},
    }  # fmt: skip
    said = page._public(public, {"groups.svg"})
    assert "| LightGBM | .778 | .017 | .136 | 0.98 |" in said
    assert "IPS +0.0018" in said and "off by +0.0219" in said and "women 53%" in said
    assert "![" in said
    gain = {"A": {"personalised_minus_cost_aware": {"mean": 0.21, "interval": [0.15, 0.27]}}}
    assert "| A | +0.210 | +0.150 to +0.270 |" in page._worlds(gain, set())
    assert page._public(None, set()) == page._worlds(None, set()) == ""


# ---- the pictures


def test_tenths_of_the_answers_are_told_with_what_was_seen_of_each():
    answers = np.repeat(np.linspace(0.05, 0.95, 10), 100)
    paid = (np.tile(np.arange(100), 10) < 100 * answers).astype(int)
    for said, seen, half in plots.reliability_bins(paid, answers):
        assert abs(said - seen) < 0.011
        assert 0 < half < 0.11


def test_the_gain_of_an_arm_is_found_however_seldom_it_was_drawn():
    rng = np.random.default_rng(3)
    size = 60_000
    predicted = rng.random(size) * 0.2
    best = rng.random(size) < 0.25
    paid = (rng.random(size) < 0.3 + predicted * best).astype(float)
    deciles = plots.uplift_deciles(
        predicted, paid, best.astype(float), 1.0 - best, propensity_best=0.25, propensity_other=0.75
    )
    assert [said for said, _, _ in deciles] == sorted(said for said, _, _ in deciles)
    assert sum(abs(said - seen) <= half for said, seen, half in deciles) >= 8


@pytest.mark.parametrize(
    ("drawn", "word"),
    [
        (plots.groups(GROUPS), "of 3,763"),
        (plots.reasons({"a head": {"amount": 0.3, "sector": 0.0}}), "0.30"),
        (plots.drift(["1", "2"], {"amount": [0.02, 0.4], "<sector>": [0.01, None]}), "<sector>"),
        (plots.uplift([(0.01 * n, 0.01 * n, 0.02) for n in range(10)]), "foretold"),
    ],
)
def test_a_picture_is_read_by_day_and_by_night_and_says_its_figures(drawn, word):
    assert word in words(drawn)
    assert "prefers-color-scheme:dark" in drawn and "<title>" in drawn
    assert len(drawn.encode()) < plots.LARGEST


def test_a_picture_too_large_for_a_page_is_not_written(tmp_path):
    with pytest.raises(ValueError, match="is the most"):
        plots.write(tmp_path / "large.svg", "x" * plots.LARGEST)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("low", "high", "found"), [(0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]), (-3, 12, [-2.5, 0, 2.5, 5, 7.5, 10])]
)
def test_the_numbers_beside_an_axis_are_round(low, high, found):
    assert svg.ticks(low, high) == found


def test_names_at_the_ends_of_lines_do_not_lie_on_one_another():
    sheet = svg.Sheet(100, 100, "")
    plots.named(sheet, 10, [(50.0, "one", "one"), (51.0, "two", "two"), (20.0, "three", "three")])
    heights = sorted(float(re.search(r' y="([\d.]+)"', part)[1]) for part in sheet.parts)
    assert all(after - before >= 17 for before, after in zip(heights, heights[1:], strict=False))


def test_what_is_drawn_keeps_to_words_that_are_words():
    assert "&lt;b&gt;" in svg.Sheet(10, 10, "<b>").svg()
