"""Handing one file in while the stack runs: `python -m local hand-in FILE`, in the stack's own environment."""

import argparse
from functools import partial
from pathlib import Path

from local.client import aws_client
from local.places import Places, Trouble, read_json
from local.prepare import hand_in, leaving_in_one_line, whose


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--dir", type=Path, required=True)
    arguments.add_argument("--creditor")
    arguments.add_argument("file", type=Path)
    given = arguments.parse_args()
    places = Places(given.dir)
    with leaving_in_one_line(places):
        bucket = read_json(places.urls).get("bucket")
        if not bucket:
            raise Trouble("there is no bucket yet: make run first")
        client = partial(aws_client, places)
        creditor = whose(given.creditor, bucket, client("s3"))
        hand_in(places, [(given.file, creditor)], bucket, client, again=True)


if __name__ == "__main__":
    main()
