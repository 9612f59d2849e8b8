"""`python -m local.messages --dir .run`: the double of the message providers, until it is told to stop."""

import argparse
import json
import logging
import signal
import threading
from functools import cache
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from local.client import aws_client
from local.messages.double import MessagesDouble
from local.messages.print_house import PrintHouse
from local.places import Places, read_json

SECONDS_BETWEEN_LOOKS = 1.0


def main() -> None:
    words = argparse.ArgumentParser(prog="python -m local.messages", description=__doc__)
    words.add_argument("--dir", type=Path, required=True)
    places = Places(words.parse_args().dir)
    stop = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: stop.set())

    @cache
    def client(service: str):
        return aws_client(places, service)

    def output(name: str) -> str:
        return read_json(places.deployment).get("outputs", {}).get(name, "")

    def publish(event: dict) -> None:
        if topic := output("OutcomesTopicArn"):
            client("sns").publish(TopicArn=topic, Message=json.dumps(event))

    double = MessagesDouble(places.ports()["messages"], publish, places.messages / "double.json")

    def lay_mail(key: str, raw: bytes) -> str:
        bucket = output("MailBucketName")
        client("s3").put_object(Bucket=bucket, Key=key, Body=raw)
        return bucket

    double.lay_mail = lay_mail
    double.letters = places.messages / "letters"
    threading.Thread(target=double.serve_forever, daemon=True).start()
    while not stop.wait(SECONDS_BETWEEN_LOOKS):
        double.save_rest()
        if bucket := output("PrintBucketName"):
            try:
                PrintHouse(double.letters, bucket, client("s3")).look()
            except (ClientError, BotoCoreError) as error:
                logging.warning("the print house found no bucket: %s", type(error).__name__)
    double.shutdown()
    double.save_rest()


if __name__ == "__main__":
    main()
