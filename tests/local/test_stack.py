"""The one command: the real package on a local AWS, up again after a stop, a kill and a kill while deploying."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from local import aws, control, processes
from local.__main__ import trouble_in
from local.client import aws_client
from local.places import REPOSITORY, Places
from tests.journeys.stack import Stack, down, stack, up

__all__ = ["stack"]


def answer(url: str, **given) -> tuple[int, dict[str, str]]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, **given), timeout=40) as found:
            return found.status, dict(found.headers)
    except urllib.error.HTTPError as refused:
        return refused.code, dict(refused.headers)


def test_the_addresses_are_written_where_others_look_for_them(stack: Stack) -> None:
    assert set(stack.urls) == {"api", "outbox", "payments", "messages", "desk", "identity", "aws", "bucket"}
    status, headers = answer(stack.urls["api"] + "/health")
    assert status == 200
    assert answer(stack.urls["outbox"] + "/")[0] == 200
    assert control.get(stack.payments + "/_double/health")
    assert stack.aws("s3").head_bucket(Bucket=stack.urls["bucket"])


def test_a_body_larger_than_the_gateway_takes_is_refused(stack: Stack) -> None:
    body = b"x" * (10 * 1024 * 1024 + 1)
    assert answer(stack.urls["api"] + "/webhooks/a/stripe", data=body, method="POST")[0] == 413


def test_nothing_of_the_stack_listens_beyond_this_machine(stack: Stack) -> None:
    listening = subprocess.run(["ss", "-Hltn"], capture_output=True, text=True, check=True).stdout.split()
    for port in stack.places.ports().values():
        heard = [word for word in listening if word.endswith(f":{port}")]
        assert heard == [f"127.0.0.1:{port}"]


def test_no_credential_of_the_machine_reaches_the_functions(stack: Stack) -> None:
    environ = Path("/proc", str(processes.pid_of(stack.places, "aws")), "environ").read_text()
    names = {each.partition("=")[0] for each in environ.split("\0") if each}
    settings = aws.settings(stack.places, enforce_iam=True)
    assert names <= {*processes.environment(stack.places), *settings, *processes.stood_in_for(stack.places)}


@pytest.mark.long
def test_a_start_killed_while_deploying_is_mended_by_the_next_and_the_one_after_deploys_nothing(tmp_path) -> None:
    """One stack for both: what mends the killed start is itself the first start that another goes on from."""
    folder = tmp_path / "run"
    command = [sys.executable, "-m", "local", "up", "--detach", "--dir", str(folder)]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.DEVNULL, start_new_session=True) as start:
        try:
            killed_while_deploying(folder, start)
            first = up(folder)
            assert answer(first.urls["api"] + "/health")[0] == 200
            goes_on_from(first, folder)
        finally:
            down(folder)


def goes_on_from(first: Stack, folder: Path) -> None:
    """What stood there stands there after a stop and a start: addresses, objects, clock and functions."""
    urls = first.urls
    first.upload("reports/marker", b"here")
    first.move_clock(timedelta(days=2))
    deployed = first.places.deployment.read_text()
    down(folder)
    again = up(folder)
    assert again.urls == urls
    assert again.places.deployment.read_text() == deployed
    stored = again.aws("s3").get_object(Bucket=urls["bucket"], Key="reports/marker")["Body"].read()
    assert stored == b"here"
    assert answer(urls["api"] + "/health")[0] == 200
    assert control.get(urls["outbox"] + "/clock")["ahead"] > 2 * 86400 - 60


def killed_while_deploying(folder: Path, start: subprocess.Popen) -> None:
    """Kill the whole start, and the local AWS, while the stack is being created."""
    places = Places(folder)
    while not (folder / "pids.json").exists():
        assert start.poll() is None, "it ended before it began"
        time.sleep(0.02)
    # One client for all questions: making one takes longer than the deployment may.
    formation = aws_client(places, "cloudformation")
    while not being_created(formation):
        assert start.poll() is None, "it was up before it could be killed"
    os.killpg(start.pid, signal.SIGKILL)
    os.kill(processes.pid_of(places, "aws"), signal.SIGKILL)
    start.wait()


def being_created(formation: Any) -> bool:
    try:
        found = formation.describe_stacks(StackName="kulanz")["Stacks"]
    except (ClientError, BotoCoreError):
        return False
    return found[0]["StackStatus"] in {"REVIEW_IN_PROGRESS", "CREATE_IN_PROGRESS"}


def test_where_iam_is_enforced_who_has_no_policy_is_refused(stack: Stack) -> None:
    stack.upload("reports/marker", b"the account itself may")
    iam = stack.aws("iam")
    iam.create_user(UserName="outsider")
    key = iam.create_access_key(UserName="outsider")["AccessKey"]
    outsider = aws_client(stack.places, "s3", key)
    # By now the stack's clock may be days ahead of the one that signs here, which is refused as well.
    with pytest.raises(ClientError, match="AccessDenied|RequestTimeTooSkewed"):
        outsider.get_object(Bucket=stack.urls["bucket"], Key="reports/marker")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--batch", "nowhere.csv"], "BATCH=nowhere.csv: there is no such file"),
    ],
)
def test_trouble_is_told_in_one_line(tmp_path, options: list[str], said: str) -> None:
    command = [sys.executable, "-m", "local", "up", "--detach", "--dir", str(tmp_path / "run"), *options]
    outcome = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert outcome.returncode == 1
    assert outcome.stderr == f"local stack: {said}\n"


def test_a_fault_nobody_foresaw_is_told_with_its_place() -> None:
    told = 'Traceback:\n  File "a.py", line 1\n  File "b.py", line 2\n    two\nValueError: no\n'
    assert trouble_in(told) == 'ValueError: no (File "b.py", line 2)'
    assert trouble_in("a.yaml is refused\n") == "a.yaml is refused"
