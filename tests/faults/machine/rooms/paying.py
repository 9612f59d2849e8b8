"""Paying: the button, other amounts, several claims, a transfer announced."""

from chalicelib import wiring

from ..line import Mode
from ..picture import Differs
from ..scenario import scenario

OPENING = r"provider\.POST /v1/checkout/sessions"
NOT_GIVEN_OUT = (
    Differs(
        "ATTEMPT|PaymentStarted|PaymentLapsed",
        "an attempt the provider did not answer is over, and the next press opens another: its record stays",
        at=OPENING,
    ),
    Differs(
        "hosted page",
        "a page whose address nobody was ever given closes by itself within the hour",
        at=OPENING,
        modes=(Mode.LOST,),
    ),
)


def live(stage):
    """The amounts of the hosted pages somebody could pay on and was sent to."""
    given = {attempt.provider_id for attempt in stage.matter().attempts.values()}
    return [page["amount_total"] for page in stage.hosted() if page["status"] == "open" and page["id"] in given]


@scenario(differs=NOT_GIVEN_OUT)
def the_button_is_pressed(stage):
    stage.open()
    stage.claim()
    reader = stage.reader()
    yield stage.press(reader, reader.get("pay"), "/pay")
    assert live(stage) == [4820]


@scenario(differs=NOT_GIVEN_OUT)
def a_part_is_paid_after_another_was_begun(stage):
    stage.open()
    stage.claim()
    reader = stage.reader()
    assert reader.press(reader.get("pay"), "/pay", much="other", other="20").status == 303
    yield stage.press(reader, reader.get("pay"), "/pay", much="other", other="30")
    assert live(stage) == [3000]


@scenario(differs=NOT_GIVEN_OUT)
def all_claims_are_paid_at_once(stage):
    stage.open()
    for _ in range(3):
        stage.claim()
    reader = stage.reader()
    yield stage.press(reader, reader.get("pay-all"), "/pay")
    assert live(stage) == [3 * 4820]


@scenario()
def the_page_that_is_open_is_taken_up_again(stage):
    stage.open()
    stage.claim()
    reader = stage.reader()
    page = reader.get("pay")
    assert reader.press(page, "/pay").status == 303
    yield stage.press(reader, page, "/pay")
    assert live(stage) == [4820] and len(stage.hosted()) == 1


@scenario()
def a_transfer_is_announced(stage):
    stage.open()
    stage.claim()
    reader = stage.reader()
    yield stage.press(reader, reader.get("transfer"), "/transfer")
    assert len(stage.again().holds) == 1
    assert not wiring.store().ledger(stage.creditor.id, "R-1")[1:]
