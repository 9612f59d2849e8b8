"""The bank of one creditor of the local stack: it keeps its account and puts what it tells into the bucket."""

import json
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from chalicelib.adapters.batches.yaml_text import read_yaml
from local.bank.account import Account, Booking, Movement
from local.bank.messages import notice, statement
from local.places import Trouble, write_json


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

    def save(self) -> None:
        if self._kept:
            self._kept.parent.mkdir(parents=True, exist_ok=True)
            write_json(self._kept, json.loads(json.dumps(asdict(self.account), default=date.isoformat)))

    def _opened(self) -> Account:
        if self._kept and self._kept.exists():
            return _account(json.loads(self._kept.read_text()))
        key = f"creditors/{self.creditor}.yaml"
        settings = read_yaml(self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read())
        return Account(settings["iban"].replace(" ", ""), settings["payee"])


def _account(said: dict[str, Any]) -> Account:
    bookings = {name: [_booking(one) for one in said.pop(name)] for name in ("untold", "unstated", "booked")}
    return Account(**said, **bookings)


def _booking(said: dict[str, Any]) -> Booking:
    return Booking(tuple(_movement(one) for one in said["movements"]), said["reference"], said["batch"])


def _movement(said: dict[str, Any]) -> Movement:
    days = {name: date.fromisoformat(said[name]) for name in ("value_date", "booked_on")}
    return Movement(**{**said, **days, "code": tuple(said["code"])})
