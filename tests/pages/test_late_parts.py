"""A plan with several parts that did not come: the page asks for all of them, with their days and their sum."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib import wiring
from chalicelib.domain.claim import ClaimState, Hold, HoldKind
from chalicelib.domain.plan import Instalment, Method, Plan
from chalicelib.ports import Commit
from chalicelib.presentation import render
from tests.pages import samples
from tests.reader import Answer, Reader


@pytest.fixture
def creditor(house):
    house.empty()
    return house.open_creditor()


@pytest.fixture
def reader(house, creditor):
    """Behind the door of a claim whose plan has two parts of 10 euros that are late, and more to come."""
    claim = house.register(creditor)
    now = wiring.clock()
    days = [(now + timedelta(days=30 * month)).date() for month in (-2, -1, 1, 2)]
    parts = tuple(Instalment(n, day, 1000 if n < 4 else 1820) for n, day in enumerate(days, 1))
    whose = {"creditor": creditor.id, "debtor": claim.debtor, "claim": claim.id}
    agreed_at = now - timedelta(days=80)
    plan = Plan("p-1", **whose, currency="EUR", instalments=parts, method=Method.LINK, offer="o-1",
                agreed_at=agreed_at, paid_before=0)  # fmt: skip
    on_plan = replace(claim.moved_to(ClaimState.ON_PLAN), plan=plan.id)
    on_plan = on_plan.held(Hold(HoldKind.PLAN, agreed_at, None, plan.id))
    wiring.store().commit(creditor.id, Commit((), claims=(on_plan,), plans=(plan,)))
    found = Reader(house.link_to(claim))
    found.through_the_door()
    found.claim, found.days = claim, days
    return found


def test_two_late_parts_are_told_asked_for_and_paid_together(house, creditor, reader):
    matter, plan = reader.get().words, reader.get("plan").words
    years = [str(day.year) for day in reader.days[:2]]
    for page in (matter, plan):
        assert "20,00 €" in page and all(year in page for year in years)
    assert "20,00 € bezahlen" in plan
    page = reader.get("pay")
    assert "Die Raten, die noch nicht da sind: 20,00 €" in page.words
    gone = reader.press(page, "/pay", much="part")
    (hosted,) = house.hosted_pages(creditor)
    assert (gone.location, hosted["amount_total"]) == (hosted["url"], 2000)


def test_one_of_them_may_be_paid_by_itself(house, creditor, reader):
    reader.press(reader.get("pay"), "/pay", much="other", other="10,00")
    (hosted,) = house.hosted_pages(creditor)
    assert hosted["amount_total"] == 1000


@pytest.mark.parametrize(("language", "comma"), [("de", ", "), ("ar", "\u060c ")])
def test_every_late_day_is_named_in_the_comma_of_the_language(language, comma):
    two = samples.page_samples(language)["running_late"]
    assert two.late and two.day.count(comma) == 1, "two days, and no weekday in between"
    said = Answer(200, {}, [], render.page(two).body).words
    assert said.count(two.amount.replace("\xa0", " ")) >= 2, "told, and on the button"
