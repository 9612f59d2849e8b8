"""Brings the package to an AWS account through CloudFormation (`python -m infra.deploy --stack kulanz`).

Uploads what was built under its own hash, makes a change set, shows it move, and on failure says which
resource failed first and why.
"""

import argparse
import json
import os
import re
import time
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import boto3
from botocore.exceptions import ClientError

BUILD = Path(__file__).parent.parent / "build"
CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
FAILED = ("CREATE_FAILED", "UPDATE_FAILED", "DELETE_FAILED")
NOTHING_TO_DO = ("didn't contain changes", "No updates are to be performed")

MODEL = re.compile(r"models/pays28-(\d{4}-\d{2}-\d{2})\.onnx")

type Say = Callable[[str], Any]


class DeployFailed(Exception):
    """CloudFormation gave up; the text names the first resource that failed, and its reason."""


def deploy(
    stack: str,
    template_path: Path,
    zip_path: Path,
    layer_path: Path,
    *,
    endpoint_url: str | None = None,
    region: str | None = None,
    parameters: dict[str, str] | None = None,
    say: Say = lambda line: None,
    pause: float = 2.0,
) -> dict[str, str]:
    """The stack's outputs once it stands as the template says.

    Parameters not given keep their value, or take the template's default in a new stack. Raises DeployFailed.
    `endpoint_url` is for an AWS that answers elsewhere; without it, it is the real one.
    """
    _check_model(zip_path, (parameters or {}).get("Model", ""))
    session = boto3.Session(region_name=region)
    clients = {name: session.client(name, endpoint_url=endpoint_url) for name in ("s3", "sts", "cloudformation")}
    bucket = _artifact_bucket(clients, session.region_name)
    keys = [_upload(clients["s3"], bucket, path, "zip", path.read_bytes(), say) for path in (zip_path, layer_path)]
    template = _point_at(json.loads(template_path.read_text("utf-8")), bucket, *keys)
    body = json.dumps(template, ensure_ascii=False, separators=(",", ":")).encode()
    template_key = _upload(clients["s3"], bucket, template_path, "json", body, say)
    url = f"{endpoint_url or f'https://s3.{session.region_name}.amazonaws.com'}/{bucket}/{template_key}"
    formation = clients["cloudformation"]
    before = _status(formation, stack)
    if before == "ROLLBACK_COMPLETE":
        say(f"{stack} never came up: its remains are removed first")
        formation.delete_stack(StackName=stack)
        formation.get_waiter("stack_delete_complete").wait(StackName=stack)
    new = before in (None, "ROLLBACK_COMPLETE", "REVIEW_IN_PROGRESS")
    given = _parameters(template, parameters or {}, known=set() if new else _known(formation, stack))
    change = _change_set(formation, stack, url, given, new=new)
    if change is None:
        say(f"{stack} is up to date")
    else:
        since = datetime.now().astimezone()
        formation.execute_change_set(ChangeSetName=change)
        _watch(formation, stack, since, say, pause)
    return outputs(formation, stack)


def _check_model(zip_path: Path, version: str) -> None:
    """A date that no model of the package has would only be heard of as an alarm."""
    if version in ("", "none"):
        return
    with ZipFile(zip_path) as package:
        dates = {found[1] for name in package.namelist() if (found := MODEL.fullmatch(name))}
    if version not in dates:
        raise DeployFailed(f"there is no model of {version} in the package; it has {', '.join(sorted(dates))}")


def outputs(formation: Any, stack: str) -> dict[str, str]:
    """The stack's outputs by name."""
    described = formation.describe_stacks(StackName=stack)["Stacks"][0]
    return {entry["OutputKey"]: entry["OutputValue"] for entry in described.get("Outputs", [])}


def _artifact_bucket(clients: dict[str, Any], region: str) -> str:
    """One private bucket for the packages of this account and region, made at the first deployment."""
    name = f"kulanz-artifacts-{clients['sts'].get_caller_identity()['Account']}-{region}"
    s3 = clients["s3"]
    try:
        s3.head_bucket(Bucket=name)
    except ClientError as missing:
        if missing.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
            raise
        where = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        s3.create_bucket(Bucket=name, **where)
        closed = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
        s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=dict.fromkeys(closed, True))
    return name


def _upload(s3: Any, bucket: str, path: Path, suffix: str, content: bytes, say: Say) -> str:
    """The key of a file that bears its own hash, so that the same content is sent once."""
    key = f"{path.stem}-{sha256(content).hexdigest()[:32]}.{suffix}"
    try:
        s3.head_object(Bucket=bucket, Key=key)
    except ClientError as missing:
        if missing.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
            raise
        say(f"uploading {path.name} ({len(content) / 1e6:.1f} MB)")
        s3.put_object(Bucket=bucket, Key=key, Body=content)
    return key


def _point_at(template: dict[str, Any], bucket: str, package: str, layer: str) -> dict[str, Any]:
    uris = {
        "AWS::Serverless::Function": ("CodeUri", package),
        "AWS::Serverless::LayerVersion": ("ContentUri", layer),
    }
    for resource in template["Resources"].values():
        if resource["Type"] in uris:
            name, key = uris[resource["Type"]]
            resource["Properties"][name] = {"Bucket": bucket, "Key": key}
    return template


def _status(formation: Any, stack: str) -> str | None:
    try:
        return str(formation.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"])
    except ClientError as missing:
        if "does not exist" in str(missing):
            return None
        raise


def _known(formation: Any, stack: str) -> set[str]:
    described = formation.describe_stacks(StackName=stack)["Stacks"][0]
    return {entry["ParameterKey"] for entry in described.get("Parameters", [])}


def _parameters(template: dict[str, Any], given: dict[str, str], known: set[str]) -> list[dict[str, Any]]:
    unknown = given.keys() - template["Parameters"].keys()
    if unknown:
        raise DeployFailed(f"the template has no parameter {min(unknown)}")
    kept = [{"ParameterKey": name, "UsePreviousValue": True} for name in sorted(known - given.keys())]
    kept = [entry for entry in kept if entry["ParameterKey"] in template["Parameters"]]
    return kept + [{"ParameterKey": name, "ParameterValue": value} for name, value in sorted(given.items())]


def _change_set(formation: Any, stack: str, url: str, given: list[Any], *, new: bool) -> str | None:
    """The id of a change set that is ready to run, or None if nothing would change."""
    try:
        change = formation.create_change_set(
            StackName=stack,
            ChangeSetName=f"deploy-{int(time.time() * 1000)}",
            ChangeSetType="CREATE" if new else "UPDATE",
            TemplateURL=url,
            Parameters=given,
            Capabilities=CAPABILITIES,
            Tags=[{"Key": "project", "Value": "kulanz"}],
        )["Id"]
    except formation.exceptions.ClientError as refused:
        raise DeployFailed(f"{stack}: {refused.response['Error']['Message']}") from None
    while True:
        made = formation.describe_change_set(ChangeSetName=change)
        if made["Status"] == "CREATE_COMPLETE":
            return str(change)
        if made["Status"] == "FAILED":
            reason = made.get("StatusReason", "")
            formation.delete_change_set(ChangeSetName=change)
            if any(words in reason for words in NOTHING_TO_DO):
                return None
            raise DeployFailed(f"{stack}: the change set was refused: {reason}")
        time.sleep(0.5)


def _events(formation: Any, stack: str, since: datetime) -> list[dict[str, Any]]:
    """What happened since then, oldest first."""
    found: list[dict[str, Any]] = []
    for page in formation.get_paginator("describe_stack_events").paginate(StackName=stack):
        fresh = [event for event in page["StackEvents"] if event["Timestamp"] >= since]
        found += fresh
        if len(fresh) < len(page["StackEvents"]):
            break
    return found[::-1]


def _watch(formation: Any, stack: str, since: datetime, say: Say, pause: float) -> None:
    """Say each step until the stack rests; raise with the first failure if it did not come up."""
    stack_id = formation.describe_stacks(StackName=stack)["Stacks"][0]["StackId"]
    said: set[str] = set()
    first_failure = ""
    while True:
        status = formation.describe_stacks(StackName=stack_id)["Stacks"][0]["StackStatus"]
        for event in _events(formation, stack_id, since):
            if event["EventId"] in said:
                continue
            said.add(event["EventId"])
            reason = event.get("ResourceStatusReason", "")
            say(f"{event['ResourceStatus']:28} {event['LogicalResourceId']}")
            if event["ResourceStatus"] in FAILED and not first_failure:
                first_failure = f"{event['LogicalResourceId']} ({event['ResourceType']}): {reason}"
        if status.endswith("_IN_PROGRESS"):
            time.sleep(pause)
            continue
        if status in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
            return
        raise DeployFailed(f"{stack} is {status}: {first_failure or 'no resource named a reason'}")


def main() -> None:
    """Deploy what `make package` built."""
    parser = argparse.ArgumentParser(prog="python -m infra.deploy", description=main.__doc__)
    parser.add_argument("--stack", default="kulanz")
    parser.add_argument("--region", default=os.environ.get("AWS_DEFAULT_REGION", "eu-central-1"))
    parser.add_argument("--endpoint-url", help="an AWS that answers elsewhere")
    options = {
        "--stage": "Stage",
        "--domain": "DomainName",
        "--certificate-arn": "CertificateArn",
        "--alarm-email": "AlarmEmail",
        "--reply-domain": "ReplyDomain",
        "--payment-api-base": "PaymentApiBase",
        "--meta-api-base": "MetaApiBase",
        "--genesys-api-base": "GenesysApiBase",
        "--chatwoot-api-base": "ChatwootApiBase",
        "--model": "Model",
        "--desk-issuer": "DeskIssuer",
        "--desk-client-id": "DeskClientId",
        "--desk-client-secret": "DeskClientSecret",
        "--desk-origin": "DeskOrigin",
        "--desk-cognito": "DeskCognito",
        "--desk-cognito-domain": "DeskCognitoDomain",
        "--desk-mfa": "DeskMfa",
        "--desk-translator": "DeskTranslator",
        "--checkout-origin": "CheckoutOrigin",
        "--bucket-origin": "BucketOrigin",
    }
    for option, parameter in options.items():
        parser.add_argument(option, dest=parameter, help=f"the template's parameter {parameter}")
    given = vars(parser.parse_args())
    parameters = {name: given[name] for name in options.values() if given[name] is not None}
    try:
        found = deploy(
            given["stack"],
            BUILD / "template.json",
            BUILD / "kulanz.zip",
            BUILD / "documents-layer.zip",
            endpoint_url=given["endpoint_url"],
            region=given["region"],
            parameters=parameters,
            say=print,
        )
    except DeployFailed as failed:
        raise SystemExit(f"deploy: {failed}") from None
    for name, value in sorted(found.items()):
        print(f"{name:20} {value}")


if __name__ == "__main__":
    main()
