"""A crowd: processes of their own that do the same thing at the same moment, over the real protocol.

Each is a fresh interpreter with the house's settings, as a function's execution environment is. It says "ready"
once it has loaded everything, waits for the word, and answers with what came of each of its jobs.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

Job = dict[str, Any]
PIPES: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}


class Crowd:
    """`size` processes. `does` gives each its share of the jobs, lets them go together and collects the answers,
    those of one process after those of another."""

    def __init__(self, size: int) -> None:
        command = [sys.executable, "-m", "tests.crowd"]
        self.members = [subprocess.Popen(command, text=True, **PIPES) for _ in range(size)]
        for member in self.members:
            assert member.stdout and member.stdout.readline() == "ready\n"

    def does(self, jobs: Sequence[Job]) -> list[Any]:
        self.begins(jobs)
        return self.ends()

    def begins(self, jobs: Sequence[Job]) -> None:
        """Let them go, and do something else meanwhile."""
        shares = [list(jobs[number :: len(self.members)]) for number in range(len(self.members))]
        for member, share in zip(self.members, shares, strict=True):
            assert member.stdin
            member.stdin.write(json.dumps(share) + "\n")
            member.stdin.flush()

    def ends(self) -> list[Any]:
        answers: list[Any] = []
        for member in self.members:
            assert member.stdout
            answers += json.loads(member.stdout.readline())
        return answers

    def close(self) -> None:
        for member in self.members:
            if member.stdin:
                member.stdin.close()
            member.wait(20)


def _done(job: Job) -> Any:
    """One job: a request to the app, a message to the money function, or a look at a mandate."""
    from tests.reader import answered, sqs

    if job["do"] == "ask":
        answer = answered(job["method"], job["url"], job.get("body", ""), job.get("headers", {}))
        return [answer.status, answer.location]
    if job["do"] == "money":
        from chalicelib.entrypoints.events import money

        body = {"detail": {"creditor": job["creditor"], "event": job["event"]}}
        while (answer := money(sqs(body), None))["batchItemFailures"]:
            job["tries"] = job.get("tries", 0) + 1
            if job["tries"] > 7:
                return "given up"
        return answer["batchItemFailures"]
    if job["do"] == "lapse":
        return _lapsed(job)
    raise ValueError(f"no such job: {job['do']}")


def _lapsed(job: Job) -> str:
    """The plan's own contact comes at its hour, as the contact function would bring it."""
    from datetime import datetime

    from chalicelib import wiring
    from chalicelib.actions.send_contact import send_contact
    from chalicelib.domain.errors import Retry

    for _ in range(8):
        try:
            where = (job["creditor"], job["debtor"], job["contact"])
            return send_contact(*where, desk=wiring.desk(), now=datetime.fromisoformat(job["now"])).value
        except Retry:
            continue
    return "given up"


def main() -> None:
    voice, sys.stdout = sys.stdout, sys.stderr  # the functions write their log where the answers are read
    from app import app as _app  # noqa: F401 - loaded before the word, so that all begin together
    from chalicelib import wiring

    wiring.till(), wiring.desk()
    print("ready", file=voice, flush=True)
    for line in sys.stdin:
        print(json.dumps([_done(job) for job in json.loads(line)]), file=voice, flush=True)


if __name__ == "__main__":
    main()
