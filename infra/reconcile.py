"""Has the books of some days compared, and prints how (`python -m infra.reconcile --creditor … FIRST LAST`).

It asks at the operators' door, as `make operate` does, waits until the night's function has done it, and lists
every difference that is left; `make reconcile` asks for it too. docs/money.md tells what each of them means.
"""

import argparse
import os
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import boto3

from infra.operate import in_one_line, operate
from infra.refusals import in_words

WAITS_S, PAUSE_S = 900, 3.0
UNCOMPARED = {
    "late_changes": "not compared: what began long before these days and changed in them;"
    " the provider's log reaches back 26 days",
    "old_statements": "not compared: entries of statements that came more than 175 days ago",
    "no_statements": "not compared: the bank; no statement tells of these days",
    "other_account": "not compared: the provider's payouts; none has come on this account yet",
}

type Ask = Callable[[str, dict[str, str]], tuple[int, dict[str, Any]]]


def reconciled(
    ask: Ask, first: str, last: str, *, pause: float = PAUSE_S, waits: float = WAITS_S
) -> dict[str, Any]:
    """The comparison of these days, once it is done. SystemExit says why there is none."""
    span = {"first": first, "last": last}
    for day in span.values():
        try:
            date.fromisoformat(day)
        except ValueError:
            raise SystemExit(f"{day} is no day: write 2026-06-30") from None
    status, answer = ask("reconcile", span)
    if status >= 400:
        raise SystemExit(f"reconcile: {in_words(answer)}")
    end = time.monotonic() + waits
    while time.monotonic() < end:
        status, answer = ask("reconciled", span)
        found: dict[str, Any] = answer.get("reconciliation") or {}
        if status < 400 and found.get("state") == "done":
            return found
        time.sleep(pause)
    raise SystemExit(
        "reconcile: it is still under way; `reconciled` shows how it ended, `log nightly` why it did not"
    )


def lines(found: dict[str, Any]) -> list[str]:
    """What a person reads: a line for each difference, what was not compared, and the sums last."""
    listed = [line_of(one) for one in found.get("left") or ()]
    stand = found.get("accepted") or ()
    more = found.get("count", 0) - len(listed)
    if more > 0:
        listed.append(f"... and {more} more: reports/{found['creditor']}/ in the bucket has them all")
    listed += [f"{line_of(one)} (accepted)" for one in stand]
    listed += [UNCOMPARED.get(part, part) for part in found.get("uncompared") or ()]
    sums = (found.get("found", 0), found.get("repaired", 0), found.get("count", 0))
    accepted = f", {len(stand)} accepted" if stand else ""
    return [*listed, "{} found, {} repaired, {} left".format(*sums) + accepted]


def line_of(one: dict[str, Any]) -> str:
    said = [f"{name} {amount(one.get(name), one['currency'])}" for name in ("theirs", "ours")]
    claims = f" on {', '.join(one['claims'])}" if one.get("claims") else ""
    told = f" ({one['place']} {one['at']})" if one.get("at") and one["at"] != one["about"] else ""
    return f"{one['day']}  {one['kind']:<20} {one['about']}{claims}{told}: {', '.join(said)}"


def amount(minor: int | None, currency: str) -> str:
    """Every currency the house keeps books in has two digits."""
    if minor is None:
        return "nothing"
    sign, whole, part = "-" if minor < 0 else "", *divmod(abs(minor), 100)
    return f"{sign}{whole}.{part:02d} {currency}"


def main() -> None:
    """Compare the books of a creditor's days, repair what can be repaired, and list what is left."""
    parser = argparse.ArgumentParser(prog="python -m infra.reconcile", description=main.__doc__)
    parser.add_argument("--stack", default="kulanz")
    parser.add_argument("--region", default=os.environ.get("AWS_DEFAULT_REGION", "eu-central-1"))
    parser.add_argument("--endpoint-url", help="an AWS that answers elsewhere")
    parser.add_argument("--address", help="where the API answers, for those who may not read the stack")
    parser.add_argument("--profile", help="whose credentials sign, where you have several")
    parser.add_argument("--creditor", required=True)
    parser.add_argument("first", help="the first day, UTC: 2026-06-01")
    parser.add_argument("last", help="the last day, counted too: 2026-06-30")
    given = parser.parse_args()
    session = boto3.Session(profile_name=given.profile, region_name=given.region)
    where = {"address": given.address, "endpoint_url": given.endpoint_url, "region": given.region}

    def ask(command: str, said: dict[str, str]) -> tuple[int, dict[str, Any]]:
        return operate(given.stack, given.creditor, command, said, session=session, **where)

    with in_one_line():
        print("\n".join(lines(reconciled(ask, given.first, given.last))))


if __name__ == "__main__":
    main()
