"""People at the operators' door of the local stack (`python -m local.people anna --creditor musterladen refunds`).

On a real account people bring credentials of their own (`python -m infra.operate`). Here each is an IAM user of
the local AWS, made when first named, with the policy that the stack hands out, so that what is signed and who it
proves are the same as there.
"""

import argparse
import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import boto3
from botocore.auth import SigV4Auth
from botocore.exceptions import ClientError

from infra.operate import add_commands, meant, operate
from infra.reconcile import lines, reconciled
from infra.refusals import in_words
from local.client import REGION, aws_client
from local.clock import stack_now
from local.deployment import STACK
from local.places import Places, read_json


def person(iam: Any, name: str, policy: str) -> boto3.Session:
    """Somebody with keys of their own and this policy; named again, the keys are new and the person the same."""
    with suppress(iam.exceptions.EntityAlreadyExistsException):
        iam.create_user(UserName=name)
    iam.attach_user_policy(UserName=name, PolicyArn=policy)
    for old in iam.list_access_keys(UserName=name)["AccessKeyMetadata"]:
        iam.delete_access_key(UserName=name, AccessKeyId=old["AccessKeyId"])
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return boto3.Session(
        aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=key["SecretAccessKey"], region_name=REGION
    )


def ask(
    places: Places, name: str, creditor: str, command: str, said: dict[str, str]
) -> tuple[int, dict[str, Any]]:
    """(status, answer) of one command, said by this person at the stack's time, which may be far ahead."""

    class Signed(SigV4Auth):
        def _modify_request_before_signing(self, request: Any) -> None:
            request.context["timestamp"] = f"{stack_now(places.clock):%Y%m%dT%H%M%SZ}"
            super()._modify_request_before_signing(request)

    outputs = read_json(places.deployment).get("outputs", {})
    session = person(aws_client(places, "iam"), name, outputs["OperatorsActPolicy"])
    address = f"{places.address('aws')}/restapis/{outputs['ApiId']}/api/_user_request_"
    where = {"session": session, "address": address, "region": REGION}
    return operate(STACK, creditor, command, said, **where, signer=Signed)


def main() -> None:
    """Say one command as a person of the local stack."""
    parser = argparse.ArgumentParser(prog="python -m local.people", description=main.__doc__)
    parser.add_argument("name", help="who speaks: any name, anna or bernd")
    parser.add_argument("--creditor", default="")
    parser.add_argument("--dir", type=Path, default=Path(".run"), help="where the stack keeps its things")
    commands = parser.add_subparsers(dest="command", required=True)
    add_commands(commands)
    given = parser.parse_args()
    creditor, said = meant(given)
    try:
        if given.command == "reconcile":
            places = Places(given.dir.resolve())
            of = (places, given.name, creditor)
            print("\n".join(lines(reconciled(lambda what, said: ask(*of, what, said), given.first, given.last))))
            return
        status, answer = ask(Places(given.dir.resolve()), given.name, creditor, given.command, said)
    except (ClientError, OSError, KeyError) as trouble:
        raise SystemExit(f"the local stack does not answer: is it up? ({type(trouble).__name__})") from trouble
    print(json.dumps(answer, indent=2, ensure_ascii=False))
    if status >= 400:
        raise SystemExit(f"{given.command}: {in_words(answer)}")


if __name__ == "__main__":
    main()
