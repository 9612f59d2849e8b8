"""Two lives of a claim: a whole one with a plan drawn from the debtor's account, and one that is paid at once."""

import csv
import io
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bench.life.driver import Driver
from bench.life.meter import Counts
from bench.triggers import ROW, uploaded
from chalicelib import wiring
from chalicelib.domain.claim import Claim, ClaimState
from chalicelib.domain.mandate import Mandate
from chalicelib.domain.retention import reached_until
from tests.builders import FIELDS

# A Monday morning; counts must not hang on the day on which they are counted.
BEGIN = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Berlin")
A_MONTH = "17"  # of 48.20: three parts
NUMBER = "00001"
RULES = "de_retention.json"


def handed_in(driver: Driver) -> Claim:
    """A file with one row: read, scored, registered and planned."""
    from chalicelib.entrypoints.uploads import intake

    # By mail alone: no model, and no cap of another address, decides what is counted.
    cells = [{**ROW, "phone": ""}.get(field, "").format(NUMBER) for field in FIELDS]
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL).writerows((FIELDS, cells))
    key = f"inbox/{driver.creditor.id}/claims.csv"
    put = driver.house.aws.client("s3").put_object(
        Bucket=os.environ["BUCKET"], Key=key, Body=written.getvalue().encode()
    )
    driver.counts["request s3.PutObject"] += 1  # the creditor's own, on the same bill
    driver.wake("Intake", intake, uploaded(key, put["ETag"].strip('"')))
    for body in driver.house.queued("claims"):
        driver.by_queue("Claims", body, sent=False)
    driver.settle()
    return driver.house.claim(driver.creditor.id, f"K-{NUMBER}", f"R-{NUMBER}")


def reminded(driver: Driver, claim: Claim) -> None:
    """The next reminder goes out at its hour."""
    driver.contact(driver.house.planned(claim))


def looked(driver: Driver, claim: Claim) -> None:
    """Somebody passes the door, looks at the matter, and leaves."""
    assert "48,20" in driver.reader(claim).through_the_door().words


def agreed(driver: Driver, claim: Claim) -> None:
    """The second visit: a plan, its offer as a PDF, the agreement, the mandate at the provider, a statement."""
    reader = driver.reader(claim)
    reader.through_the_door()
    offer = reader.on(reader.press(reader.get("plan"), "/plan", amount=A_MONTH, method="debit"))
    assert reader.press(offer, "/document").status == 303
    page = reader.on(reader.press(offer, "/agree"))
    hosted = reader.press(page, "/mandate").location
    driver.house.payments.press(hosted, "sepa")
    driver.house.payments.listener.wait_for("checkout.session.completed")
    reader.get(f"/r/{mandate(driver, claim).id}")
    assert reader.post("document", {"kind": "statement"}).status == 303
    driver.settle()
    driver.notices()
    assert len(drawn_on(driver, claim)) == 3


def mandate(driver: Driver, claim: Claim) -> Mandate:
    (found,) = driver.house.matter(claim).mandates.values()
    return found


def drawn_on(driver: Driver, claim: Claim) -> list[datetime]:
    """The nights in which the parts of the plan are drawn."""
    (plan,) = driver.house.matter(claim).plans.values()
    return [datetime(part.due.year, part.due.month, part.due.day, tzinfo=UTC) for part in plan.instalments]


def paid_off(driver: Driver, claim: Claim, night: Callable[[datetime], None]) -> None:
    """Each part is announced, drawn by night, settled by the provider, booked, and answered for."""
    for number, day in enumerate(drawn_on(driver, claim), 1):
        driver.contacts(claim, day)
        night(day)
        drawn = [a for a in driver.house.matter(claim).attempts.values() if a.mandate and a.number == number]
        driver.house.payments.lever("POST", f"payments/{drawn[0].provider_id}/settle", outcome="succeeded")
        driver.house.payments.listener.wait_for("payment_intent.succeeded", number)
        driver.notices()
        driver.contacts(claim, day + timedelta(days=4))


def paid(driver: Driver, claim: Claim) -> None:
    """One visit: through the door and out by the provider's page, all of it paid by card."""
    reader = driver.reader(claim)
    reader.through_the_door()
    hosted = reader.press(reader.get("pay"), "/pay").location
    driver.house.payments.press(hosted, "card")
    driver.house.payments.listener.wait_for("payment_intent.succeeded")
    driver.notices()
    driver.contacts(claim, datetime.now(UTC) + timedelta(days=7))


def forgotten(driver: Driver, claim: Claim, night: Callable[[datetime], None]) -> None:
    """In its night all goes that the books do not need. What they need goes years later, by a rule that nobody has
    reviewed for that day yet: that night is not counted."""
    last = max(entry.booked_at for entry in wiring.store().ledger(claim.creditor, claim.id)).date()
    day = reached_until(RULES, last, last) + timedelta(days=1)
    night(datetime(day.year, day.month, day.day, tzinfo=UTC))


def lived(driver: Driver, *, whole: bool) -> Counts:
    """All of it, the nights less what a night asks for when there is nothing to do."""
    driver.clock.move_to(BEGIN)
    idle = driver.night(BEGIN)
    driver.counts.clear()

    def night(day: datetime) -> None:
        of_night = driver.night(day)
        driver.settle()
        of_night.subtract(idle)
        driver.counts.update({name: many for name, many in of_night.items() if many > 0})
        driver.counts["function Nightly"] += 1

    claim = handed_in(driver)
    reminded(driver, claim)
    if whole:
        looked(driver, claim)
        reminded(driver, claim)
        reminded(driver, claim)
        agreed(driver, claim)
        paid_off(driver, claim, night)
    else:
        paid(driver, claim)
    assert driver.house.again(claim).state is ClaimState.CLOSED
    forgotten(driver, claim, night)
    assert not driver.house.matter(claim).debtor.points
    return Counts({name: many for name, many in sorted(driver.counts.items()) if many})
