"""The workers of the local AWS when its time moves: real ones, each a process of its own."""

import io
import threading
import time
import zipfile

import pytest
from ministack.core import lambda_runtime

from local import workers

BUSY = """
import time

def handler(event, context):
    time.sleep(event)
    import beside
    return beside.SAID
"""


@pytest.fixture
def leased():
    """Lease a worker of a function that is busy for a while and only then loads its other module."""
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as package:
        package.writestr("app.py", BUSY)
        package.writestr("beside.py", "SAID = 'done'")
    config = {
        "FunctionName": "busy",
        "FunctionArn": "arn:aws:lambda:eu-central-1:000000000000:function:busy",
        "Runtime": "python3.13",
        "Handler": "app.handler",
        "Timeout": 30,
    }
    yield lambda: lambda_runtime.acquire_worker("busy", config, code.getvalue())
    lambda_runtime.reset()


def test_whoever_is_busy_when_time_moves_ends_its_work_and_is_leased_no_more(leased):
    busy, how = leased()
    assert how == "spawn"
    lambda_runtime.ensure_spawned(busy)
    answers = []

    def work():
        answers.append(busy.invoke(1.5, "one"))
        lambda_runtime.release_worker(busy)

    at_work = threading.Thread(target=work)
    at_work.start()
    time.sleep(0.3)
    moved = []
    workers.begin_anew(lambda: moved.append(len(answers)))
    at_work.join()
    assert moved == [0], "time moves at once and waits for nobody"
    assert answers[0].get("result") == "done", answers
    assert busy._proc is None, "and it ended when its work was done"
    assert leased()[0] is not busy


def test_an_idle_one_ends_at_once_and_none_is_leased_while_time_moves(leased):
    idle, _ = leased()
    lambda_runtime.ensure_spawned(idle)
    lambda_runtime.release_worker(idle)
    later = []

    def move():
        other = threading.Thread(target=lambda: later.append(leased()[0]))
        other.start()
        other.join(0.2)
        assert later == [], "whoever wants a worker waits"

    began = time.monotonic()
    workers.begin_anew(move)
    assert time.monotonic() - began < 5 and idle._proc is None
    while not later:
        time.sleep(0.01)
    assert later[0] is not idle


def test_time_waits_no_longer_than_told_for_one_that_never_ends(leased, monkeypatch):
    monkeypatch.setattr(workers, "LONGEST_WAIT_FOR_BUSY", 0.3)
    stuck, _ = leased()
    lambda_runtime.ensure_spawned(stuck)
    workers.begin_anew(lambda: None)
    assert stuck._proc is None
