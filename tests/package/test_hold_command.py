"""What a line at the operators' door means: nothing is held by leaving a word out."""

import argparse

import pytest

from infra.operate import HOUSE, add_commands, meant


def line(*words):
    parser = argparse.ArgumentParser()
    parser.add_argument("--creditor", default="")
    add_commands(parser.add_subparsers(dest="command", required=True))
    return meant(parser.parse_args(words))


MEANT = {
    "hold --all": (HOUSE, {}),
    "--creditor a hold --all": (HOUSE, {}),
    "hold --creditor a": ("a", {}),
    "--creditor b hold --creditor a": ("a", {}),
    "--creditor a hold --batch b1": ("a", {"batch": "b1"}),
    "hold --channel sms": (HOUSE, {"channel": "sms"}),
    "--creditor a hold --channel sms": ("a", {"channel": "sms"}),
    "lift --all": (HOUSE, {}),
    "lift --creditor a --channel sms": ("a", {"channel": "sms"}),
    "holds": (HOUSE, {}),
    "--creditor a holds": ("a", {}),
    "acts --all --month 2026-11": (HOUSE, {"month": "2026-11"}),
    "--creditor a release-batch --batch b --sheet s": ("a", {"batch": "b", "sheet": "s"}),
    "--creditor a refunds": ("a", {}),
    "--creditor a strategies": ("a", {}),
    "--creditor a dry-run --version 3 --report r": ("a", {"version": "3", "report": "r"}),
    "--creditor a strategy --live --version 3 --report r": ("a", {"version": "3", "report": "r", "live": "true"}),
    "--creditor a strategy --live --version 0": ("a", {"version": "0", "live": "true"}),
}


@pytest.mark.parametrize("words", MEANT)
def test_a_line_says_what_it_says(words):
    assert line(*words.split()) == MEANT[words]


@pytest.mark.parametrize(
    "words",
    [
        "hold",
        "lift",
        "--creditor a hold",
        "hold --all --channel sms",
        "hold --all --creditor a",
        "refunds",
        "--creditor a strategy --version 3 --report r",
        "--creditor a strategy --live",
        "strategy --live --version 3 --report r",
    ],
)
def test_a_line_that_says_too_little_or_too_much_does_nothing(words):
    with pytest.raises(SystemExit):
        line(*words.split())
