"""The bank of one creditor of the local stack: it keeps its account and puts what it tells into the bucket."""

import json
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Tree

from botocore.exceptions import ClientError

from chalicelib.adapters.batches.yaml_text import read_yaml
from local.bank.account import DEBIT, Account, Booking, Movement
from local.bank.messages import notice, statement
from local.places import Trouble, write_json

PAIN = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}


class Branch:
    """One account and where its files go. `kept` is the file the account is kept in between two commands."""

    def __init__(self, creditor: str, bucket: str, s3: Any, kept: Path | None = None) -> None:
        self.creditor, self._bucket, self._s3, self._kept = creditor, bucket, s3, kept
        self.account = self._opened()

    def tell(self, kind: str, on: date, version: int = 8) -> str:
        """Put a notice or a statement about all that was not told that way yet into the bucket; its key."""
        self.account.files += 1
        number = self.account.files
        if kind == "notice":
            body = notice(self.account, on=on, version=version, number=number)
        else:
            body = statement(self.account, on=on, version=version)
        key = f"bank/{self.creditor}/{on.isoformat()}-{number:05d}-{kind}.xml"
        self._s3.put_object(Bucket=self._bucket, Key=key, Body=body)
        self.save()
        return key

    def movement(self, reference: str) -> Movement:
        """What the bank booked under this reference."""
        known = (m for booking in self.account.booked for m in booking.movements if booking.reference == reference)
        found = next(known, None)
        if found is None:
            raise Trouble(f"the bank knows no entry {reference}")
        return found

    def carry_out(self, on: date) -> list[Movement]:
        """Send what the files under `payments-out/` order, each order once however often it is asked for."""
        every = (movement for booking in self.account.booked for movement in booking.movements)
        sent = {movement.end_to_end for movement in every if movement.side == DEBIT}
        folder = {"Bucket": self._bucket, "Prefix": f"payments-out/{self.creditor}/"}
        files = [found["Key"] for found in self._s3.list_objects_v2(**folder).get("Contents", [])]
        moved = []
        for key in sorted(files):
            document = Tree.fromstring(self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read())  # noqa: S314
            for order in document.iterfind(".//p:CdtTrfTxInf", PAIN):
                name, amount, text = (
                    order.findtext(f".//p:{said}", "", PAIN) for said in ("EndToEndId", "InstdAmt", "Ustrd")
                )
                if name in sent:
                    continue
                sent.add(name)
                whom = {
                    "name": order.findtext("p:Cdtr/p:Nm", "", PAIN),
                    "iban": order.findtext("p:CdtrAcct/p:Id/p:IBAN", "", PAIN),
                }
                cents = int(amount.replace(".", ""))
                moved.append(self.account.pays(cents, text, on=on, end_to_end=name, **whom))
        return moved

    def save(self) -> None:
        if self._kept:
            self._kept.parent.mkdir(parents=True, exist_ok=True)
            write_json(self._kept, json.loads(json.dumps(asdict(self.account), default=date.isoformat)))

    def _opened(self) -> Account:
        if self._kept and self._kept.exists():
            return _account(json.loads(self._kept.read_text()))
        key = f"creditors/{self.creditor}.yaml"
        try:
            held = self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        except ClientError as failure:
            if failure.response["Error"]["Code"] != "NoSuchKey":
                raise
            raise Trouble(f"there is no creditor {self.creditor}: {key} is not in the bucket") from failure
        settings = read_yaml(held)
        return Account(settings["iban"].replace(" ", ""), settings["payee"])


def _account(said: dict[str, Any]) -> Account:
    bookings = {name: [_booking(one) for one in said.pop(name)] for name in ("untold", "unstated", "booked")}
    return Account(**said, **bookings)


def _booking(said: dict[str, Any]) -> Booking:
    return Booking(tuple(_movement(one) for one in said["movements"]), said["reference"], said["batch"])


def _movement(said: dict[str, Any]) -> Movement:
    days = {name: date.fromisoformat(said[name]) for name in ("value_date", "booked_on")}
    return Movement(**{**said, **days, "code": tuple(said["code"])})
