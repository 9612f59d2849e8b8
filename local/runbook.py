"""What an operator does by hand on a real account once the stack is deployed, done here for the sample.

Secrets of each creditor's payment provider, the right to send mail in a creditor's name, the topic for
delivery results, the webhook address at the provider, and the creditors' own settings. Each step may be done
twice: every start does them all.
"""

import json
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import yaml
from botocore.exceptions import ClientError

from local import batches
from local.control import post
from local.places import REPOSITORY, Places, Trouble

DEFAULT_CREDITOR = "musterladen"  # takes a file that is handed in for nobody in particular
NEWEST_CREDITOR = "rotbuche"  # a sample without it is an older one
NOTIFIED = ("Delivery", "Bounce", "Complaint")
Client = Callable[[str], Any]


@dataclass(frozen=True)
class SampleCreditor:
    """What the runbook needs to know of a creditor's settings file."""

    id: str
    settings: Path
    sender_email: str
    provider: str
    secret: str


def write_sample(places: Places) -> None:
    """The sample creditors and their claims, written once: their links name this stack's own address."""
    known = (places.sample / "creditors" / f"{NEWEST_CREDITOR}.yaml").exists()
    if known or find_spec("local.sample") is None:
        return
    beside = places.sample.with_name("sample.next")
    shutil.rmtree(beside, ignore_errors=True)
    outcome = subprocess.run(
        [sys.executable, "-m", "local.sample", str(beside), "--public-url", places.address("proxy")],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    if outcome.returncode:
        said = outcome.stderr.strip().splitlines() or ["it said nothing"]
        raise Trouble(f"the sample batch was not written: {said[-1]}")
    if places.sample.is_dir():  # an older sample: its claims stay as they are, new creditors come to it
        for file in beside.glob("creditors/*.yaml"):
            if not (kept := places.sample / "creditors" / file.name).exists():
                file.rename(kept)
                if (claims := beside / "inbox" / file.stem).is_dir():
                    claims.rename(places.sample / "inbox" / file.stem)
        shutil.rmtree(beside)
        return
    beside.rename(places.sample)


def sample_creditors(places: Places) -> list[SampleCreditor]:
    """The creditors of the sample, by file name."""
    return [_creditor(path) for path in sorted(places.sample.glob("creditors/*.yaml"))]


def _creditor(path: Path) -> SampleCreditor:
    settings = yaml.safe_load(path.read_text())
    return SampleCreditor(
        id=path.stem,
        settings=path,
        sender_email=settings["sender_email"],
        provider=settings.get("provider", "stripe"),
        secret=settings.get("provider_secret") or f"kulanz/creditors/{path.stem}/stripe",
    )


def open_for(creditor: SampleCreditor, places: Places, outputs: dict[str, str], client: Client) -> bool:
    """All steps for one creditor, in the order of the runbook; whether its settings were handed in anew."""
    keys = provider_keys(creditor, client("secretsmanager"))
    post(
        f"{places.address('payments')}/_double/accounts",
        {
            "api_key": keys["api_key"],
            "webhook_url": f"{places.address('proxy')}/webhooks/{creditor.id}/{creditor.provider}",
            "webhook_secret": keys["webhook_secret"],
        },
    )
    for key, number in (("whatsapp", "phone_number_id"), ("messenger", "page_id")):
        open_at_meta(creditor, places, client("secretsmanager"), key, number)
    allow_sending(creditor.sender_email, outputs["OutcomesTopicArn"], client("ses"))
    return put_settings(creditor, outputs["BucketName"], client("s3"))


def open_at_meta(creditor: SampleCreditor, places: Places, manager: Any, key: str, named: str) -> None:
    """A number, or a page, at the double of Meta's channels, for a creditor whose settings name one."""
    wanted = (yaml.safe_load(creditor.settings.read_text()).get("channels") or {}).get(key)
    if not wanted:
        return
    name = f"kulanz/channels/{creditor.id}/{key}"
    try:
        keys = json.loads(manager.get_secret_value(SecretId=name)["SecretString"])
    except ClientError as failure:
        if failure.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        keys = {part: secrets.token_hex(16) for part in ("access_token", "app_secret", "verify_token")}
        manager.create_secret(Name=name, SecretString=json.dumps(keys))
    proxy = places.address("proxy")
    about = {"webhook": f"{proxy}/webhooks/{creditor.id}/{key}", "button": f"{proxy}/p/"}
    number = str(wanted[named])
    post(f"{places.address('messages')}/_double/accounts", {named: number, **keys, **about})


def provider_keys(creditor: SampleCreditor, manager: Any) -> dict[str, str]:
    """The creditor's keys at the payment double: those kept, or new ones."""
    try:
        return json.loads(manager.get_secret_value(SecretId=creditor.secret)["SecretString"])
    except ClientError as failure:
        if failure.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
    keys = {
        "api_key": f"sk_test_{secrets.token_hex(12)}",
        "webhook_secret": f"whsec_{secrets.token_hex(16)}",
    }
    manager.create_secret(Name=creditor.secret, SecretString=json.dumps(keys))
    return keys


def allow_sending(sender: str, outcomes_topic: str, ses: Any) -> None:
    """Verify the sender's address and domain, and have delivery results told to the outcomes topic.

    SES tells them for the identity a mail was sent by: the address where there is one, else the domain.
    """
    domain = sender.rpartition("@")[2]
    ses.verify_email_identity(EmailAddress=sender)
    ses.verify_domain_identity(Domain=domain)
    for identity in (sender, domain):
        for kind in NOTIFIED:
            ses.set_identity_notification_topic(Identity=identity, NotificationType=kind, SnsTopic=outcomes_topic)


def put_settings(creditor: SampleCreditor, bucket: str, s3: Any) -> bool:
    """Upload the creditor's settings, unless the very same lie there and were not refused; whether it did."""
    key, wanted = f"creditors/{creditor.id}.yaml", creditor.settings.read_bytes()
    refused = batches.settings_refusal(creditor.id, bucket, s3)
    try:
        if not refused and s3.get_object(Bucket=bucket, Key=key)["Body"].read() == wanted:
            return False
    except ClientError as failure:
        if failure.response["Error"]["Code"] != "NoSuchKey":
            raise
    s3.put_object(Bucket=bucket, Key=key, Body=wanted)
    return True
