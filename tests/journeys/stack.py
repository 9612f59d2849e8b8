"""One local stack for a whole test run: the real package, deployed, the sample creditors open, no claims yet.

`from tests.journeys.stack import stack` makes the fixture known to a test module. The stack is started when the
first test asks for it, with every function held to its own IAM policy, and stopped after the last.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote

import pypdf
import pytest

from local import control
from local.client import aws_client
from local.clock import stack_now
from local.clock_control import at_rest
from local.places import REPOSITORY, Places, read_json
from local.prepare import last_error

SECONDS_TO_COME_UP = 400.0
LONGEST_BUSY = 180.0
STACKS: pytest.StashKey[dict] = pytest.StashKey()


@dataclass(frozen=True)
class Stack:
    """A running stack, as a test sees it from outside."""

    places: Places

    @property
    def urls(self) -> dict[str, str]:
        """api, outbox, payments, aws, bucket: what `.run/urls.json` says."""
        return read_json(self.places.urls)

    @property
    def payments(self) -> str:
        """The payment double's address; its levers are under /_double/."""
        return self.places.address("payments")

    def now(self) -> datetime:
        """The stack's time, which may be far ahead of the machine's."""
        return stack_now(self.places.clock)

    def messages(self, to: str = "") -> list[dict]:
        """What was sent, newest first: channel, to, from, subject, text, html, links, at."""
        return control.get(f"{self.urls['outbox']}/messages.json?to={quote(to)}")

    def attached(self, file: dict) -> pypdf.PdfReader:
        """A PDF that came with a message."""
        with control.OPENER.open(f"{self.urls['outbox']}/attached/{file['file']}", timeout=15) as answer:
            return pypdf.PdfReader(BytesIO(answer.read()))

    def move_clock(self, to: datetime | timedelta | str) -> dict:
        """Move time forward: to a moment, by a span, or by a button (next, tomorrow, week).

        Returns when what became due is done.
        """
        if isinstance(to, str):
            wish = {"move": to}
        else:
            wish = {"to": (self.now() + to if isinstance(to, timedelta) else to).isoformat()}
        moved = self.wait_for(lambda: self._moved(wish), LONGEST_BUSY, "the clock moves")
        if not moved["settled"]:
            self.settle(seconds=180)
        return moved

    def _moved(self, wish: dict) -> dict | None:
        """None while the stack is busy; any other refusal fails with its own words."""
        try:
            return control.post(f"{self.urls['outbox']}/clock", wish)
        except HTTPError as refused:
            said = json.load(refused)["message"]
            if refused.code != HTTPStatus.CONFLICT or not said.startswith("busy"):
                pytest.fail(f"{wish} was refused: {said}")
            return None

    def upload(self, key: str, content: bytes) -> str:
        """Put an object into the bucket; its ETag, of which batch ids are made."""
        return self.aws("s3").put_object(Bucket=self.urls["bucket"], Key=key, Body=content)["ETag"]

    def hand_in_sample(self) -> None:
        """The sample batch of some two hundred claims, as `make run` does it; returns when it is planned."""
        command = [sys.executable, "-m", "local", "up", "--detach", "--dir", str(self.places.root)]
        enforced = read_json(self.places.root / "enforcement.json")["iam"]
        subprocess.run([*command, *(["--auth"] if enforced else [])], cwd=REPOSITORY, check=True)

    def wait_for[Found](self, predicate: Callable[[], Found], seconds: float, what: str) -> Found:
        """What `predicate` answers once it is true; fails with `what` and the last error of a function."""
        give_up = time.monotonic() + seconds
        while not (found := predicate()):
            if time.monotonic() > give_up:
                pytest.fail(f"not within {seconds:.0f} s: {what}{last_error(self.aws('logs'))}")
            time.sleep(0.1)
        return found

    def settle(self, seconds: float = 60.0) -> None:
        """Wait until no function runs and no queue or stream has anything left to be read."""

        def quiet() -> bool:
            looks = []
            for _ in range(3):
                looks.append(at_rest(control.get(f"{self.urls['aws']}/_local/activity")))
                time.sleep(0.2)
            return all(looks)

        self.wait_for(quiet, seconds, "the stack comes to rest")

    def aws(self, service: str) -> Any:
        """A boto3 client of the local AWS; with the account's own rights."""
        return aws_client(self.places, service)

    def troubles(self) -> list[str]:
        """Every line of any function that says something went wrong, oldest first for each function."""
        logs, found = self.aws("logs"), []
        for group in logs.describe_log_groups(logGroupNamePrefix="/aws/lambda/")["logGroups"]:
            pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group["logGroupName"])
            said = [event["message"] for page in pages for event in page["events"]]
            found += [f"{group['logGroupName']}: {line}" for line in went_wrong(said)]
        return found

    def logs(self, function: str) -> list[str]:
        """What a function logged, oldest first; named as in the template (`api`, `money`, ...)."""
        found = self.aws("lambda").get_paginator("list_functions").paginate()
        names = [each["FunctionName"] for page in found for each in page["Functions"]]
        wanted = [name for name in names if name == function or name.endswith(f"-{function}")]
        assert wanted, f"no function {function!r} among {names}"
        config = self.aws("lambda").get_function_configuration(FunctionName=wanted[0])
        group = config.get("LoggingConfig", {}).get("LogGroup") or f"/aws/lambda/{wanted[0]}"
        pages = self.aws("logs").get_paginator("filter_log_events").paginate(logGroupName=group)
        return [event["message"] for page in pages for event in page["events"]]


def went_wrong(lines: list[str]) -> list[str]:
    """The lines of a log that tell of an error or an alarm: by their level, or by what the runtime prints.

    What is put off on purpose (Retry) comes again by itself and is no error.
    """
    found, raised = [], False
    for line in lines:
        if line.startswith("Traceback"):
            raised = True
        elif raised and not line.startswith(" "):
            raised = False
            found += [] if line.startswith("chalicelib.domain.errors.Retry") else [line]
        elif "Task timed out" in line or said_badly(line):
            found.append(line)
    return found


def said_badly(line: str) -> bool:
    try:
        record = json.loads(line)
    except ValueError:
        return False
    levels = ("WARNING", "ERROR", "CRITICAL")
    return isinstance(record, dict) and ("alarm" in record or record.get("level") in levels)


def up(folder: Path, *options: str) -> Stack:
    """Start a stack by the command a person uses; its one line of trouble is the failure."""
    command = [sys.executable, "-m", "local", "up", "--detach", "--no-claims", "--dir", str(folder), *options]
    outcome = subprocess.run(
        command, cwd=REPOSITORY, capture_output=True, text=True, timeout=SECONDS_TO_COME_UP, check=False
    )
    if outcome.returncode:
        down(folder)
        pytest.fail(outcome.stderr.strip() or outcome.stdout.strip(), pytrace=False)
    return Stack(Places(folder))


def down(folder: Path) -> None:
    command = [sys.executable, "-m", "local", "down", "--dir", str(folder)]
    subprocess.run(command, cwd=REPOSITORY, capture_output=True, timeout=120, check=True)


def one_in_this_run(config: pytest.Config, folders: pytest.TempPathFactory, *options: str) -> Stack:
    """The run's one stack of that kind, stopped at its end, however many modules ask for it."""
    running = config.stash.setdefault(STACKS, {})
    if options not in running:
        folder = folders.mktemp("stack") / "run"
        running[options] = up(folder, *options)
    return running[options]


def stop_all(config: pytest.Config) -> None:
    """Stop what this process of the run has started."""
    for stack in config.stash.get(STACKS, {}).values():
        down(stack.places.root)


@pytest.fixture(scope="session")
def stack(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Stack:
    """The run's stack: IAM enforced, the sample's creditors open, no claims yet."""
    return one_in_this_run(pytestconfig, tmp_path_factory, "--auth")
