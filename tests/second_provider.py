"""A second payment provider, from outside this house: localstripe (GPL-3.0), a program of its own for tests only.

It forgets idempotency keys at once, which the payment double never would. It binds all interfaces and keeps its
state under /tmp unless it is started so: here it listens on loopback and remembers nothing. Its payments lack one
field of the current API, the amount received, which is that of its own charge.
"""

import sys
from typing import Any


def main(port: int) -> None:
    from aiohttp import web
    from localstripe import resources, server

    def received(intent: Any) -> int:
        charge = intent.latest_charge
        return charge.amount if charge is not None and charge.status == "succeeded" and charge.captured else 0

    resources.PaymentIntent.amount_received = property(received)
    resources.Store.dump_to_disk = lambda self: None
    web.run_app(server.app, host="127.0.0.1", port=port, print=None)


if __name__ == "__main__":
    main(int(sys.argv[1]))
