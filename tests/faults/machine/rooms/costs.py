"""A collector's costs: told with the notice, taken back where it came back, risen by night."""

import json
from datetime import UTC, date, datetime, time

from chalicelib.domain.bank_days import bank_days_after
from chalicelib.domain.contact import ContactState
from chalicelib.domain.fees import ARRIVES_WITHIN
from tests.builders import collector

from ..line import Mode
from ..picture import Differs
from ..scenario import scenario
from ..stage import Wakes
from .contacts import DIES, UNSURE, contact_of, sent_at_most_once

HALF, NINE_TENTHS = 3090, 5562
LOST_WITH_IT = Differs(
    "ENTRY|BOOKED|CostsCharged|CostsCredited|BalanceChanged|InterestBooked",
    "what nobody knows to have left told of no costs: they go back with it, and come with the next one",
    modes=(*DIES, Mode.LOST, Mode.REFUSED, Mode.THROTTLED, Mode.TIMED_OUT),
    at=r"(ses|sns|dynamodb|scheduler)\..*",
)


def demanded(stage):
    """A claim of a collector that bills its fee, and the notice about it."""
    bills = collector(bills_collection_fee=True)
    names = ("acting_as", "register_number", "authority", "on_behalf_of", "bills_collection_fee")
    stage.open(**{name: getattr(bills, name) for name in names})
    in_default = {"default_since": date(2026, 9, 1), "default_basis": "Mahnung"}
    return stage.house.planned(stage.claim(principal=20_000, contract_date=date(2024, 1, 5), **in_default))


def costs(stage):
    return stage.again().outstanding.costs


@scenario(differs=(*UNSURE, LOST_WITH_IT))
def a_notice_tells_its_costs(stage):
    planned = demanded(stage)
    yield stage.sends(planned)
    sent_at_most_once(stage, planned)
    sent = contact_of(stage, planned).state is ContactState.SENT
    assert costs(stage) == (HALF if sent else 0)


@scenario()
def a_notice_that_bounces_takes_its_costs_back(stage):
    planned = demanded(stage)
    stage.sends(planned).wake()
    assert costs(stage) == HALF
    mail = {"messageId": contact_of(stage, planned).receipt, "destination": [stage.address]}
    bounce = {"bounceType": "Permanent", "bounceSubType": "General"}
    said = json.dumps({"notificationType": "Bounce", "mail": mail, "bounce": bounce})
    yield Wakes("chalicelib.entrypoints.outcomes:outcomes", {"Records": [{"Sns": {"Message": said}}]})
    assert costs(stage) == 0 and stage.again().notice_sent_at is None


@scenario()
def the_night_charges_what_is_left_of_nine_tenths(stage):
    planned = demanded(stage)
    stage.sends(planned).wake()
    rises = bank_days_after(stage.again().fee.half_through, ARRIVES_WITHIN)
    yield stage.night(datetime.combine(rises, time(3), UTC), money=False)
    assert costs(stage) == NINE_TENTHS


@scenario()
def the_night_leaves_alone_what_is_disputed(stage):
    planned = demanded(stage)
    stage.sends(planned).wake()
    reader = stage.reader()
    reader.on(reader.press(reader.get("wrong?about=faulty"), "/wrong", words="Es ist kaputt."))
    rises = bank_days_after(stage.again().fee.half_through, ARRIVES_WITHIN)
    yield stage.night(datetime.combine(rises, time(3), UTC), money=False)
    assert costs(stage) == HALF


@scenario()
def money_that_was_sent_in_time_takes_back_what_rose(stage):
    planned = demanded(stage)
    stage.sends(planned).wake()
    told = stage.again()
    rises = bank_days_after(told.fee.half_through, ARRIVES_WITHIN)
    stage.night(datetime.combine(rises, time(3), UTC), money=False).wake()
    assert costs(stage) == NINE_TENTHS
    # At the provider it is of today: a day on which half a fee is all there is.
    yield stage.taken(told.outstanding.total, claim=told)
    assert stage.again().outstanding.total == 0
