"""Three hundred contacts due at the same second, by the command a person uses: each leaves once."""

import re
import subprocess
import sys

from local.load import Counted
from local.places import REPOSITORY

LONGEST = 900


def test_three_hundred_due_at_the_same_second_are_each_sent_once_and_spread(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "local.load", "300", "--dir", str(tmp_path / "run")],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=LONGEST,
        check=False,
    )
    lines = done.stdout.splitlines()
    assert done.returncode == 0 and lines[-1] == "300 due, 300 sent, 0 twice, 0 lost", done.stdout + done.stderr
    over, busiest = map(int, re.findall(r"leave over (\d+) s, at most (\d+) in one second", done.stdout)[0])
    assert over > 1000 and busiest < 10
    parts = [int(left) for left in re.findall(r"by [0-9:]+: (\d+) left", done.stdout)]
    assert sum(parts) == 300 and min(parts) > 30, "a quarter of the window, a quarter of them"
    assert not (tmp_path / "run").exists(), "its stack is gone"


def test_what_was_lost_or_came_twice_is_said_and_is_not_well():
    assert Counted(300, 300, 0, 0).well
    for counted in (Counted(300, 299, 0, 1), Counted(300, 300, 1, 0), Counted(300, 299, 1, 1)):
        assert not counted.well
    assert Counted(300, 299, 1, 1).line == "300 due, 299 sent, 1 twice, 1 lost"
