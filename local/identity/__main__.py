"""`python -m local.identity --dir .run`: the double of the staff's identity provider, until it is told to stop."""

import argparse
import signal
import threading
from pathlib import Path

from local.identity.double import IdentityDouble
from local.places import Places, read_json


def main() -> None:
    words = argparse.ArgumentParser(prog="python -m local.identity", description=__doc__)
    words.add_argument("--dir", type=Path, required=True)
    places = Places(words.parse_args().dir)
    stop = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: stop.set())
    double = IdentityDouble(places.ports()["identity"], people=lambda: tuple(read_json(places.staff).values()))
    client = places.identity_client()
    double.register(client["id"], client["secret"])
    threading.Thread(target=double.serve_forever, daemon=True).start()
    stop.wait()
    double.shutdown()


if __name__ == "__main__":
    main()
