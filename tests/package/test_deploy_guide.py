"""The figures of docs/deploy.md add up, and count what the template really has."""

import json
import re
from decimal import ROUND_HALF_UP, Decimal

import pytest

from infra import package
from tests.package.build import package_zip  # noqa: F401

GUIDE = (package.ROOT / "docs/deploy.md").read_text("utf-8")
ROWS = re.findall(r"^\| ([^|*]+) \| ([\d.,]+) [^|]+ \| ([\d.]+) \| ([\d.]+) \|$", GUIDE, re.M)
CENT = Decimal("0.01")


def number(text):
    return Decimal(text.replace(",", ""))


@pytest.mark.parametrize(("what", "many", "price", "month"), ROWS, ids=[row[0] for row in ROWS])
def test_each_row_is_what_it_multiplies_to(what, many, price, month):
    assert (number(many) * number(price)).quantize(CENT, ROUND_HALF_UP) == number(month)


def test_the_rows_add_up_to_the_total():
    total = re.search(r"\*\*together\*\* \| \| \| \*\*([\d.,]+)\*\*", GUIDE)[1]
    assert sum(number(row[3]) for row in ROWS) == number(total)
    assert len(ROWS) == 16


def test_the_sums_in_the_text_are_right():
    for left, right in re.findall(r"([\d.,]+(?: [×+−/] [\d.,]+)+) =\s+([\d.,]*\d)", GUIDE):
        sides = left.replace(",", "").replace("×", "*").replace("−", "-")
        assert re.fullmatch(r"[\d. +*/-]+", sides)
        value = Decimal(str(eval(sides)))  # noqa: S307 - digits and operators only, see above
        places = Decimal(1).scaleb(-len(right.partition(".")[2]))
        assert value.quantize(places, ROUND_HALF_UP) == number(right), left


def test_the_readme_says_the_same_rounded():
    readme = (package.ROOT / "README.md").read_text("utf-8")
    aws, texts = re.search(r"AWS comes to about (\d+) USD and the text messages to about (\d+)", readme).groups()
    month = {row[0]: number(row[3]) for row in ROWS}
    together = sum(month.values())
    assert number(texts) == round(month["SMS to Germany"])
    assert number(aws) == round(together - month["SMS to Germany"])


def test_it_counts_the_alarms_and_secrets_of_the_template(package_zip):  # noqa: F811
    kinds = [r["Type"] for r in json.loads(package.TEMPLATE.read_text())["Resources"].values()]
    many = {row[0]: number(row[1]) for row in ROWS}
    assert many["alarms"] == kinds.count("AWS::CloudWatch::Alarm")
    assert many["secrets"] == kinds.count("AWS::SecretsManager::Secret") + 1
