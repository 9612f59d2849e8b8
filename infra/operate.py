"""Speaks at the operators' door with one's own AWS credentials (`python -m infra.operate --help`, `make operate`).

Who is speaking is proven by the signature alone (SigV4), so nobody can name another person: a release counts for
whoever's credentials signed it. docs/money.md tells what each command does, and who may.
"""

import argparse
import json
import os
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.client import HTTPException
from typing import Any
from urllib.parse import quote, urlencode

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

from infra.deploy import outputs
from infra.refusals import in_words

TIMEOUT_S = 30
SERVICE = "execute-api"

# What is said of somebody of the staff: lists with commas, shifts as `Mon-Fri 8:00-17:00`, absences as days.
OF_STAFF = ("roles", "creditors", "team", "languages", "skills", "shifts", "absences", "most")
CHANGED = ("name", "email", *OF_STAFF, "subject")

# command -> (what it does, the fields it sends)
LOOK: dict[str, tuple[str, tuple[str, ...]]] = {
    "suspense": ("money that fits no claim, the oldest first", ()),
    "refunds": ("what is to go back", ()),
    "payments": ("what arrived for a claim, by its source, and what of it is left", ("claim",)),
    "ledger": ("every entry of a claim, its chain worked out anew on this machine", ("claim",)),
    "statement": ("the account over all claims of a debtor, one payment over several once", ("debtor",)),
    "contacts": ("every contact with a claim, made and not made, and what the policy answered", ("claim",)),
    "why": (
        "every reminder about a claim: how its way, tone and hour were chosen, in figures and in words",
        ("claim", "language"),
    ),
    "payouts": ("every payout to the creditor, with what it is made of", ()),
    "accounts": ("the creditor's accounts, in force and asked for", ()),
    "acts": ("who decided what, by month", ("month",)),
    "holds": ("what is held back just now", ()),
    "batch": ("how far a batch has come, and who released it", ("batch",)),
    "reconciled": (
        "how the books of some days compared; without days, what the last night found",
        ("first", "last"),
    ),
    "accepted": ("the differences that were let stand, by whom and why", ()),
    "staff": ("who works here, as what and for whom", ()),
    "strategies": ("the versions of the creditor's own strategy, their dry runs, which one is in force", ()),
}
ACT: dict[str, tuple[str, tuple[str, ...]]] = {
    "assign": ("money in suspense is booked on this claim", ("source", "claim")),
    "send-back": (
        "money in suspense is to go back to whoever sent it, or to the account you name",
        ("source", "payee", "iban"),
    ),
    "give-back": (
        "so much of a payment that is booked on a claim is to go back (48.20), or to the account you name",
        ("source", "amount", "payee", "iban"),
    ),
    "take-back": (
        "a bank's return that lies in suspense below zero took this payment back",
        ("source", "payment"),
    ),
    "release": ("your release, one of the two that money needs to leave", ("order",)),
    "collect": ("what was released and leaves by the bank is written into a file for it", ()),
    "pay-out": (
        "put up for release what was collected for the creditor up to and with a day",
        ("until", "since"),
    ),
    "confirm": ("your confirmation of another account, one of two", ("change",)),
    "refuse": ("your no to what waits for release", ("order",)),
    "release-batch": (
        "the batch may be written about: you have seen its sheet, and name it",
        ("batch", "sheet"),
    ),
    "called": (
        "you made the call of this task: --outcome reached, or nobody; then the next step is planned",
        ("claim", "task", "outcome"),
    ),
    "overrule": (
        "the claim's reminder that waits goes this way: --arm text_evening, or strategy",
        ("claim", "arm"),
    ),
    "wrong-number": ("somebody else answers the number of a call (`contacts` names it)", ("claim", "contact")),
    "dry-run": (
        "you have seen the report of this version (`make dry-run` says this by itself)",
        ("version", "report"),
    ),
    "strategy": (
        "--live: this version of the creditor's own is in force from now on; 0 is the bundled one again",
        ("version", "report"),
    ),
    "hold": ("nothing of this leaves until it is lifted", ("batch", "channel")),
    "lift": ("what was held may leave again", ("batch", "channel")),
    "reconcile": ("the books of some days are compared, and repaired where that is possible", ("first", "last")),
    "staff-add": ("somebody works here from now on; they sign in by this address", ("name", "email", *OF_STAFF)),
    "staff-change": ("what is named of somebody is so from now on (`staff` shows their id)", ("member", *CHANGED)),
    "staff-go": ("somebody works here no more, from this moment on", ("member",)),
    "accept": (
        "your yes, one of two, to let a difference stand that nobody can mend; the first says why",
        ("difference", "reason", "first", "last"),
    ),
}
OPTIONAL = {"month", "payee", "iban", "since"}
# What this command may leave out and others may not; and what is said by its place alone.
OPTIONAL_OF = {
    "reconciled": {"first", "last"},
    "accept": {"reason", "first", "last"},
    "why": {"language"},
    "hold": {"batch", "channel"},
    "lift": {"batch", "channel"},
    "staff-add": {*OF_STAFF} - {"roles"},
    "staff-change": {*CHANGED},
    # What was in force before goes back without a new report.
    "strategy": {"report"},
}
# What has to be said in so many words.
SAID_OUT = {"strategy": "live"}
BY_PLACE = {"reconcile"}
# What may concern every creditor at once; then it is said at a door of its own.
HOUSE_WIDE = {"holds", "hold", "lift", "acts", "staff", "staff-add", "staff-change", "staff-go"}
NAMING = {"hold", "lift"}
HOUSE = "_all"


def ask(
    session: boto3.Session,
    address: str,
    method: str,
    path: str,
    said: dict[str, str],
    region: str,
    signer: type[SigV4Auth] = SigV4Auth,
) -> tuple[int, dict[str, Any]]:
    """(status, answer) of one signed request. PermissionError where there is nobody to sign it.

    Where the gateway answers by itself, with a page, the answer says so: it let nobody in (403), it turned the
    request away (too many of them, too much in it), or the function never answered (502 and above), and then
    nobody knows whether it did what was asked; nor does anybody where nothing answered, or it broke off (504).
    """
    credentials = session.get_credentials()
    if credentials is None:
        raise PermissionError("no AWS credentials: the signature is what says who you are")
    looking = method == "GET"
    url = address + path + (f"?{urlencode(said)}" if looking and said else "")
    body = b"" if looking else json.dumps(said).encode()
    headers = {} if looking else {"Content-Type": "application/json"}
    request = AWSRequest(method=method, url=url, data=body, headers=headers)
    signer(credentials.get_frozen_credentials(), SERVICE, region).add_auth(request)
    signed = urllib.request.Request(url, body or None, dict(request.headers), method=method)  # noqa: S310
    try:
        status, text = _spoken(signed)
    except (OSError, HTTPException):
        return HTTPStatus.GATEWAY_TIMEOUT, {"said": "not_answered"}
    try:
        return status, json.loads(text)
    except ValueError:
        if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
            return status, {"said": "refused_by_gateway" if status == HTTPStatus.FORBIDDEN else "turned_away"}
        return max(status, HTTPStatus.BAD_GATEWAY), {"said": "not_answered"}


def _spoken(signed: urllib.request.Request) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(signed, timeout=TIMEOUT_S) as answer:  # noqa: S310
            return answer.status, answer.read()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.read()


def operate(
    stack: str,
    creditor: str,
    command: str,
    said: dict[str, str],
    *,
    session: boto3.Session | None = None,
    address: str | None = None,
    endpoint_url: str | None = None,
    region: str | None = None,
    signer: type[SigV4Auth] = SigV4Auth,
) -> tuple[int, dict[str, Any]]:
    """(status, answer) of one command at this stack's door; `endpoint_url` is an AWS that answers elsewhere."""
    session = session or boto3.Session(region_name=region)
    region = region or session.region_name or "eu-central-1"
    path = f"/operator/{quote(creditor, safe='')}/{command}"
    method = "GET" if command in LOOK else "POST"
    if address:
        return ask(session, address.rstrip("/"), method, path, said, region, signer)
    found = outputs(session.client("cloudformation", endpoint_url=endpoint_url, region_name=region), stack)
    here = f"{endpoint_url}/restapis/{found['ApiId']}/api/_user_request_" if endpoint_url else found["ApiUrl"]
    return ask(session, here, method, path, said, region, signer)


@contextmanager
def in_one_line() -> Iterator[None]:
    """What AWS itself refuses ends the command with one line."""
    try:
        yield
    except NoCredentialsError:
        raise SystemExit("no AWS credentials: set AWS_PROFILE; on the local stack it is local.people") from None
    except (BotoCoreError, ClientError, PermissionError) as trouble:
        raise SystemExit(str(trouble)) from None


def add_commands(commands: Any) -> None:
    """Every command with its fields, as a command line takes them."""
    for name, (does, fields) in {**LOOK, **ACT}.items():
        one = commands.add_parser(name, help=does)
        optional = OPTIONAL | OPTIONAL_OF.get(name, set())
        for field in fields:
            if name in BY_PLACE:
                one.add_argument(field)
            else:
                one.add_argument(f"--{field}", required=field not in optional)
        if word := SAID_OUT.get(name):
            one.add_argument(f"--{word}", action="store_const", const="true", required=True)
        if name in HOUSE_WIDE:
            one.add_argument("--creditor", dest="whose", help="of this creditor")
            one.add_argument("--all", action="store_true", help="of every creditor, by every channel")


def meant(given: argparse.Namespace) -> tuple[str, dict[str, str]]:
    """(creditor, fields) of a command, as its line said it. SystemExit where it says too little or too much.

    Nothing is held by leaving something out: whoever means everything says so.
    """
    fields = {**LOOK, **ACT}[given.command][1]
    if word := SAID_OUT.get(given.command):
        fields = (*fields, word)
    said = {field: value for field in fields if (value := getattr(given, field.replace("-", "_"))) is not None}
    if given.command not in HOUSE_WIDE:
        if not given.creditor:
            raise SystemExit(f"{given.command}: whose? --creditor names one")
        return given.creditor, said
    creditor = given.whose or given.creditor
    if given.all:
        if given.whose or (said and given.command in NAMING):
            raise SystemExit(f"{given.command}: --all is everything: name nothing beside it")
        return HOUSE, said
    if given.command in NAMING and not (said or given.whose):
        raise SystemExit(f"{given.command}: what? --all, --creditor, --batch or --channel")
    return creditor or HOUSE, said


def main() -> None:
    """Look at what waits, or decide on it, as the person whose credentials are in force."""
    parser = argparse.ArgumentParser(prog="python -m infra.operate", description=main.__doc__)
    parser.add_argument("--stack", default="kulanz")
    parser.add_argument("--region", default=os.environ.get("AWS_DEFAULT_REGION", "eu-central-1"))
    parser.add_argument("--endpoint-url", help="an AWS that answers elsewhere")
    parser.add_argument("--address", help="where the API answers, for those who may not read the stack")
    parser.add_argument("--profile", help="whose credentials sign, where you have several")
    parser.add_argument("--creditor", default="")
    commands = parser.add_subparsers(dest="command", required=True)
    add_commands(commands)
    given = parser.parse_args()
    creditor, said = meant(given)
    session = boto3.Session(profile_name=given.profile, region_name=given.region)
    where = {"address": given.address, "endpoint_url": given.endpoint_url, "region": given.region}

    def ask_for(command: str, said: dict[str, str]) -> tuple[int, dict[str, Any]]:
        return operate(given.stack, creditor, command, said, session=session, **where)

    with in_one_line():
        if given.command == "reconcile":
            from infra.reconcile import lines, reconciled

            print("\n".join(lines(reconciled(ask_for, given.first, given.last))))
            return
        status, answer = ask_for(given.command, said)
    print(json.dumps(answer, indent=2, ensure_ascii=False))
    if status >= 400:
        raise SystemExit(f"{given.command}: {in_words(answer)}")
    if given.command == "ledger":
        from infra.chain import proven

        print(proven(answer))


if __name__ == "__main__":
    main()
