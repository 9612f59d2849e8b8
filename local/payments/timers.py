"""What happens by the clock alone: hosted pages close, direct debits settle."""

from local.payments import checkout
from local.payments.world import Double


def run_due(double: Double) -> None:
    """Do everything whose time has come."""
    with double.store.change():
        checkout.expire_due(double)
        due = double.store.rows("select * from timers where due <= ? order by due", double.now())
        for timer in due:
            checkout.settle(double, timer["object"], timer["outcome"])
