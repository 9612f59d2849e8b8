"""What the console says of a file that was handed in."""

import io
import json

import pytest

from local.batches import BatchTrouble, HandedIn, progress_line, settings_refusal
from local.places import Places
from local.prepare import tell_settings, whose
from local.reports import keep_report, refusal, summary

BATCH = HandedIn("musterladen", "inbox/musterladen/mine.csv", "reports/musterladen/b1.json")
REPORT = {"file": BATCH.key, "creditor": "musterladen", "status": "done", "file_ends_early": False, "rows": []}
REFUSED = {"status": "refused", "refused": {"line": 1, "byte": None, "value": "claim, debtor"}}
REFUSED["refused"] |= {"said": "The header lacks columns.", "mend": "Add them."}


def row(line):
    problem = {
        "column": "due",
        "value": "1.2.26",
        "said": "This is not a day.",
        "mend": "Write it like 2026-12-31.",
    }
    return {"line": line, "outcome": "quarantined", "problems": [problem]}


def test_a_refusal_names_the_creditor_the_missing_columns_and_the_report(tmp_path):
    said = refusal(REPORT | REFUSED, tmp_path / "mine.csv")
    assert said == (
        "inbox/musterladen/mine.csv is refused for the creditor musterladen at line 1: The header lacks columns "
        f"(claim, debtor). Add them. Report: {tmp_path}/mine.csv"
    )
    assert "\n" not in said
    assert refusal(REPORT | {"refused": None}, tmp_path) == ""
    assert progress_line([REPORT | REFUSED], 3) == "refused: nothing of it was taken"


def test_the_first_rows_that_were_put_aside_are_said_with_what_to_do(tmp_path):
    lines = summary(
        REPORT | {"counts": {"taken": 3, "quarantined": 7}, "rows": [row(n) for n in range(2, 9)]},
        tmp_path / "mine.csv",
    )
    assert lines[0] == "inbox/musterladen/mine.csv: 3 taken, 7 quarantined"
    assert lines[1] == "  line 2: due: This is not a day (1.2.26). Write it like 2026-12-31."
    assert lines[-2:] == ["  and 2 more rows", f"  report: {tmp_path}/mine.csv and .json"]


class Shelf:
    """An S3 client over a few objects."""

    def __init__(self, *keys):
        self.keys = keys

    def get_object(self, *, Bucket, Key):  # noqa: N803 - boto3's own names
        assert Key in self.keys
        return {"Body": io.BytesIO(Key.encode())}

    def list_objects_v2(self, *, Bucket, Prefix):  # noqa: N803
        return {"Contents": [{"Key": key} for key in self.keys if key.startswith(Prefix)]}


def test_a_report_is_copied_beside_the_stack_under_the_name_of_its_file(tmp_path):
    shelf = Shelf("reports/musterladen/b1.json", "reports/musterladen/b1.csv")
    kept = keep_report(Places(tmp_path), BATCH, "b", shelf)
    assert kept == tmp_path / "reports" / "musterladen" / "mine.csv"
    assert kept.read_text() == "reports/musterladen/b1.csv"
    assert kept.with_suffix(".json").read_text() == "reports/musterladen/b1.json"


def test_a_file_for_nobody_in_particular_goes_to_the_creditor_of_the_manual():
    shelf = Shelf("creditors/auenwerke.yaml", "creditors/musterladen.yaml")
    assert whose(None, "b", shelf) == "musterladen"
    assert whose("auenwerke", "b", shelf) == "auenwerke"
    with pytest.raises(Exception, match="BATCH_CREDITOR=nobody is not known here: auenwerke, musterladen"):
        whose("nobody", "b", shelf)


class Told(Shelf):
    """A bucket with one report on settings."""

    def __init__(self, status, *problems):
        super().__init__("reports/musterladen/settings.json")
        self.report = {"status": status, "problems": list(problems)}

    def get_object(self, *, Bucket, Key):  # noqa: N803
        assert Key in self.keys
        return {"Body": io.BytesIO(json.dumps(self.report).encode())}


UNKNOWN = {"setting": "channels.fax.gatewy", "value": ""}
UNKNOWN["en"] = {"said": "There is no setting of this name.", "mend": "Remove it, or correct its spelling."}


def test_settings_that_are_refused_are_told_by_setting_reason_and_remedy_when_nothing_was_handed_in():
    with pytest.raises(BatchTrouble) as told:
        tell_settings(["musterladen"], "bucket", Told("refused", UNKNOWN))
    assert str(told.value) == (
        "creditors/musterladen.yaml is refused, what was accepted before stays in force: "
        "channels.fax.gatewy: There is no setting of this name. Remove it, or correct its spelling."
    )


def test_settings_that_were_accepted_are_no_trouble_though_an_account_of_theirs_waits():
    waits = {"setting": "iban", "value": "DE…3456", "en": {"said": "It is not in force yet.", "mend": "Wait."}}
    bucket = Told("accepted", waits)
    assert settings_refusal("musterladen", "bucket", bucket) == ""
    tell_settings(["musterladen"], "bucket", bucket)
