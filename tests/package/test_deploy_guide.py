"""The figures of docs/deploy.md add up, and count what the template really has."""

import json
import re
from decimal import ROUND_HALF_UP, Decimal

import pytest

from infra import package, watch
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
    assert int(re.search(r"^(\d+) alarms write to you", GUIDE, re.M)[1]) == many["alarms"]
    assert many["secrets"] == kinds.count("AWS::SecretsManager::Secret") + 1


def test_it_counts_every_metric_that_the_template_pays_for(package_zip):  # noqa: F811
    """A metric of one's own is a name with its dimensions: one for each word of an alarm, one for the night."""
    resources = json.loads(package.TEMPLATE.read_text())["Resources"].values()
    filters = [r["Properties"] for r in resources if r["Type"] == "AWS::Logs::MetricFilter"]
    named = {(t["MetricName"], "Dimensions" in t) for f in filters for t in f["MetricTransformations"]}
    assert named == {("Alarms", True), ("Nights", False)}
    alarms = [r["Properties"] for r in resources if r["Type"] == "AWS::CloudWatch::Alarm"]
    own = {
        (alarm["MetricName"], json.dumps(alarm["Dimensions"]))
        for alarm in alarms
        if "Kulanz/" in json.dumps(alarm["Namespace"])
    }
    counted = {row[0]: number(row[1]) for row in ROWS}["metrics of the alarm words and of the night"]
    assert counted == len(own) == len(watch.WORDS) + 1
    assert int(re.search(r"each of the (\d+) words", GUIDE)[1]) == len(watch.WORDS)
