"""The creditors' bucket: settings and files in, reports out."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from ...domain.account_change import AccountUse
from ...domain.bank import BankEntry, BankStatement, EntryResult
from ...domain.batch import Batch, Problem, Quarantined, Refused, RowOutcome, batch_id
from ...domain.errors import Retry, UploadGone
from ...domain.parties import Creditor, ReleaseWay
from ...domain.reconciliation import Reconciliation
from ...domain.row import Row
from ...domain.statement import Statement
from ...domain.strategies._base import Strategy
from ...domain.strategies._own import StrategyVersion
from ...domain.transfer_order import TransferOrder
from ...ports import Channel
from ..aws import client as aws_client
from .report import report_of, settings_report
from .strategy_report import strategy_report

if TYPE_CHECKING:
    from ..bank.told import Told

NO_CHANNELS: Mapping[str, Channel] = {}
LARGEST_SETTINGS = 64 * 1024
NAME = re.compile(r"creditors/([a-z0-9][a-z0-9-]{0,39})\.ya?ml")
STRATEGY = re.compile(r"strategies/([a-z0-9][a-z0-9-]{0,39})\.ya?ml")


class Bucket:
    """The bucket by what the house wants of it; `Reports` for a batch, `BatchFile` for an upload."""

    def __init__(self, name: str, client: Any = None) -> None:
        self._name = name
        self._client = client or aws_client("s3")
        self._creditors: dict[str, Creditor] = {}

    def creditor_of(self, key: str) -> str:
        """The creditor a settings file is about, by its name; "unknown" when the name is none."""
        match = NAME.fullmatch(key)
        return match[1] if match else "unknown"

    def creditors(self) -> Iterator[str]:
        """The ids of all creditors whose settings lie in the bucket."""
        for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=self._name, Prefix="creditors/"):
            for item in page.get("Contents", []):
                match = NAME.fullmatch(item["Key"])
                if match:
                    yield match[1]

    def read_creditor(
        self,
        key: str,
        *,
        countries: Collection[str],
        strategies: Collection[str],
        channels: Mapping[str, Channel] = NO_CHANNELS,
        centres: Mapping[str, tuple[str, ...]] | None = None,
    ) -> Creditor | tuple[Problem, ...]:
        """The settings an object holds, or everything that is wrong with them."""
        from .channels_file import terms_of
        from .creditor_file import read_creditor

        if not NAME.fullmatch(key):
            return (Problem("name", "settings_name", key.rpartition("/")[2]),)
        body: bytes = self._open(key).read(LARGEST_SETTINGS + 1)
        known = terms_of(channels)
        return read_creditor(
            body,
            self.creditor_of(key),
            countries=countries,
            strategies=strategies,
            channels=known,
            centres=centres or {},
        )

    def refuse_creditor(self, creditor: str, problems: Iterable[Problem], now: datetime) -> None:
        report = settings_report(creditor, problems, now)
        self._put(report.key, report.json, report.csv)

    def tell_accepted(self, creditor: Creditor, now: datetime) -> None:
        """The settings count, in the place of an earlier refusal; an account among them waits for two people and
        a day."""
        place = {AccountUse.INCOMING: "iban", AccountUse.PAYOUT: "payout.iban"}
        waits = [Problem(place[c.use], "account_waits", c.account.shown) for c in creditor.changes]
        report = settings_report(creditor.id, waits, now, status="accepted")
        self._put(report.key, report.json, report.csv)

    def strategy_of(self, key: str) -> str | None:
        """The creditor whose own strategy an object is, by its name; None where that is none."""
        match = STRATEGY.fullmatch(key)
        return match[1] if match else None

    def read_strategy(
        self, key: str, *, strategies: Mapping[str, Strategy], channels: Mapping[str, Channel]
    ) -> tuple[Strategy | tuple[Problem, ...], str]:
        """The strategy an object holds, or everything that is wrong with it; and the sha256 of the object."""
        from .strategy_file import read_strategy

        body: bytes = self._open(key).read(LARGEST_SETTINGS + 1)
        kinds = {channel.terms.kind.value for channel in channels.values()}
        return read_strategy(body, strategies=strategies, channels=kinds), sha256(body).hexdigest()

    def tell_strategy(
        self,
        creditor: str,
        language: str | None,
        now: datetime,
        *,
        problems: Iterable[Problem] = (),
        accepted: StrategyVersion | None = None,
    ) -> None:
        """That a strategy of its own is accepted as a version, or all that is wrong with it; in the creditor's
        language, in both where nobody knows it."""
        report = strategy_report(creditor, tuple(problems), accepted, language, now)
        self._put(report.key, report.json, report.csv)

    def file(self, key: str, creditor: Creditor) -> "UploadedFile":
        self.speaks(creditor)
        return UploadedFile(self, key, creditor)

    def batch(self, key: str, etag: str, creditor: str, now: datetime) -> Batch:
        """This upload as a batch not yet read."""
        return Batch(batch_id(creditor, key, etag), creditor, key, etag, now)

    def refuse_unknown_creditor(self, creditor: str, key: str, etag: str, now: datetime) -> None:
        """A file came before its creditor's settings, or in the wrong folder: a report says so."""
        batch = self.batch(key, etag, creditor, now).refused_for(Refused("unknown_creditor", value=creditor), now)
        self.write(batch, ())

    def write(self, batch: Batch, rows: Iterable[RowOutcome]) -> None:
        """The batch's report as it stands now, in the creditor's language and its files' form."""
        creditor = self._creditors.get(batch.creditor)
        form = (creditor.language, creditor.profile) if creditor else ("de",)
        by_hand = creditor is not None and creditor.release is ReleaseWay.BY_HAND
        report = report_of(batch, rows, *form, by_hand=by_hand)
        self._put(report.key, report.json, report.csv)

    def write_account(self, creditor: Creditor, first: date, last: date, statements: Iterable[Statement]) -> None:
        """The creditor's statement of account of these days."""
        from .account_file import account_csv, account_key

        body = account_csv(statements, creditor.language, creditor.profile)
        key = f"{account_key(creditor.id, first, last)}.csv"
        try:
            self._client.put_object(Bucket=self._name, Key=key, Body=body, ContentType="text/csv; charset=utf-8")
        except (ClientError, BotoCoreError) as error:
            raise Retry("bucket out of reach") from error

    def read_bank_file(self, key: str, creditor: Creditor) -> "list[Told] | Refused":
        """What a file of the creditor's bank tells, whole or not at all."""
        from ..bank.open_file import MOST_BYTES, read_bank_file

        self.speaks(creditor)
        body: bytes = self._open(key).read(MOST_BYTES + 1)
        return read_bank_file(body, key, creditor)

    def refuse_bank_file(self, creditor: str, key: str, etag: str, why: Refused) -> str:
        """Say why nothing of a bank's file was booked; the id its report bears."""
        from ..bank.report import refused_report

        known = self._creditors.get(creditor)
        id = batch_id(creditor, key, etag)
        report = refused_report(creditor, key, id, why, known.language if known else "de")
        self._put(report.key, report.json, report.csv)
        return id

    def write_statement(self, statement: BankStatement, results: Iterable[EntryResult]) -> None:
        """The report of a bank's statement as it stands now, in the creditor's language."""
        from ..bank.report import statement_report

        creditor = self._creditors.get(statement.creditor)
        report = statement_report(statement, results, creditor.language if creditor else "de")
        self._put(report.key, report.json, report.csv)

    def told_again(self, creditor: Creditor, statement: BankStatement) -> tuple[str, tuple[BankEntry, ...]] | None:
        """A statement's entries, read once more from the bank's own file; None where that is gone or changed."""
        from ..bank.told import statement_of

        try:
            told = self.read_bank_file(statement.key, creditor)
        except UploadGone:
            return None
        for one in () if isinstance(told, Refused) else told:
            if statement_of(one, creditor.id, statement.key, statement.received_at).id == statement.id:
                return one.account, one.entries
        return None

    def write_reconciliation(self, creditor: Creditor, compared: Reconciliation) -> None:
        """How the books compared, in the creditor's language."""
        from ..bank.reconciliation_file import reconciliation_report

        report = reconciliation_report(compared, creditor.language)
        self._put(report.key, report.json, report.csv)

    def speaks(self, creditor: Creditor) -> None:
        """From now on this creditor's reports are written in its language, with examples in its form."""
        self._creditors[creditor.id] = creditor

    def holds(self, key: str) -> bool:
        """Whether there is such an object."""
        try:
            self._client.head_object(Bucket=self._name, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] in ("404", "403", "NoSuchKey", "AccessDenied"):
                return False
            raise Retry("bucket out of reach") from error
        except BotoCoreError as error:
            raise Retry("bucket out of reach") from error
        return True

    def write_order(self, creditor: str, order: TransferOrder) -> None:
        """A file for the bank, where a person fetches it; the same order again is the same bytes."""
        from ..bank.pain001 import written

        self._keep(f"payments-out/{creditor}/{order.id}.xml", written(order), "application/xml")

    def keep_statement(self, creditor: str, number: int, pdf: bytes, csv: bytes) -> None:
        """A payout's statement, under its number."""
        key = f"payouts/{creditor}/{number:05d}"
        self._keep(f"{key}.pdf", pdf, "application/pdf")
        self._keep(f"{key}.csv", csv, "text/csv; charset=utf-8")

    def _keep(self, key: str, body: bytes, kind: str) -> None:
        try:
            self._client.put_object(Bucket=self._name, Key=key, Body=body, ContentType=kind)
        except (ClientError, BotoCoreError) as error:
            raise Retry("bucket out of reach") from error

    def _put(self, key: str, json_body: bytes, csv_body: bytes) -> None:
        try:
            self._client.put_object(
                Bucket=self._name, Key=f"{key}.json", Body=json_body, ContentType="application/json"
            )
            self._client.put_object(
                Bucket=self._name, Key=f"{key}.csv", Body=csv_body, ContentType="text/csv; charset=utf-8"
            )
        except (ClientError, BotoCoreError) as error:
            raise Retry("bucket out of reach") from error

    def _open(self, key: str) -> Any:
        try:
            return self._client.get_object(Bucket=self._name, Key=key)["Body"]
        except (ClientError, BotoCoreError) as error:
            if isinstance(error, ClientError) and error.response["Error"]["Code"] == "NoSuchKey":
                raise UploadGone("deleted before it was read") from error
            raise Retry("bucket out of reach") from error


class UploadedFile:
    """A file of claims in the bucket, streamed afresh for each reading."""

    def __init__(self, bucket: Bucket, key: str, creditor: Creditor) -> None:
        self._bucket, self._key, self._creditor = bucket, key, creditor

    def survey(self) -> Any:
        from .rows import survey

        return survey(self._bucket._open(self._key), self._creditor, self._key)

    def rows(self) -> Iterator[Row | Quarantined]:
        from .rows import read_rows

        return read_rows(self._bucket._open(self._key), self._creditor, self._key)
