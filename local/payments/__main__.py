"""`python -m local.payments --port P --data DIR`: the payment double, until it is told to stop."""

import argparse
import signal
from pathlib import Path
from threading import Event

from local.payments.server import Server


def main() -> None:
    """Serve until SIGTERM or SIGINT; the first line printed is the address."""
    words = argparse.ArgumentParser(prog="python -m local.payments", description=__doc__)
    words.add_argument("--port", type=int, default=0, help="loopback port; 0 takes a free one")
    words.add_argument("--data", type=Path, required=True, help="folder that keeps everything")
    words.add_argument("--public-url", default="", help="where browsers reach it, if not at that port")
    wish = words.parse_args()
    stop = Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: stop.set())
    server = Server(wish.data, wish.port, public_url=wish.public_url.rstrip("/")).start()
    print(f"payment double on {server.url}", flush=True)
    while not stop.wait(0.5):
        pass
    server.stop()


if __name__ == "__main__":
    main()
