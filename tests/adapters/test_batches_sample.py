"""The sample of the local stack goes through intake like any creditor's file."""

import io
from datetime import UTC, date, datetime

import pytest

from chalicelib.adapters.batches.creditor_file import read_creditor
from chalicelib.adapters.batches.profile_file import BUILT_IN
from chalicelib.adapters.batches.rows import Reading, Survey, read_rows, survey
from chalicelib.domain.batch import Quarantined
from chalicelib.domain.notice import gaps
from chalicelib.domain.parties import ActingAs, Creditor
from chalicelib.domain.row import Row, claim_of
from local.sample.__main__ import write_sample
from local.sample.slips import SLIPS

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    out = tmp_path_factory.mktemp("sample")
    return {
        path.relative_to(out).parts: path.read_bytes() for path in write_sample(out, "http://127.0.0.1:1", TODAY)
    }


def file_of(sample, id):
    who = read_creditor(sample["creditors", f"{id}.yaml"], id, countries={"DE"}, strategies={"balanced"})
    assert isinstance(who, Creditor), who
    (body,) = (body for path, body in sample.items() if path[:2] == ("inbox", id))
    return who, body


@pytest.mark.parametrize("id", sorted(SLIPS))
def test_every_row_of_the_sample_is_taken_but_those_that_are_wrong_on_purpose(sample, id):
    who, body = file_of(sample, id)
    found = survey(io.BytesIO(body), who, "x.csv")
    assert isinstance(found, Survey)
    assert (found.rows, found.cut) == (100, False)
    answers = {answer.line - 2: answer for answer in read_rows(io.BytesIO(body), who)}
    put_aside = {place: a.problems[0].reason for place, a in answers.items() if isinstance(a, Quarantined)}
    assert put_aside == {slip.row: slip.reason for slip in SLIPS[id] if not slip.taken}
    for slip in SLIPS[id]:
        if slip.taken and slip.reason:
            assert slip.reason in answers[slip.row].flags


@pytest.mark.parametrize("id", sorted(SLIPS))
def test_the_sample_is_lifelike_and_out_of_the_sandbox(sample, id):
    who, body = file_of(sample, id)
    rows = [answer for answer in read_rows(io.BytesIO(body), who) if isinstance(answer, Row)]
    assert not who.sandbox
    assert len({row.debtor for row in rows}) < len(rows)
    assert sum(row.due > TODAY for row in rows) == 1
    assert any(not row.email for row in rows)
    assert any(row.is_business for row in rows)
    assert all(
        (row.email or "@example.com").endswith(("example.com", "example.net", "example.org", ".example"))
        for row in rows
    )
    assert all((row.phone or "+4917139200").startswith(("+4917139200", "+49176040690")) for row in rows)


def test_a_collector_settles_with_its_client_over_a_client_money_account(sample):
    who, body = file_of(sample, "rotbuche")
    assert (who.acting_as, who.on_behalf_of) == (ActingAs.COLLECTOR, "Blattwerk Gartenbedarf GmbH")
    assert (who.payee, who.sandbox) == (who.legal_name, False)
    assert who.payout_terms and who.payout_to and who.payout_to.payee == who.on_behalf_of
    rows = list(read_rows(io.BytesIO(body), who))
    assert [type(row) for row in rows] == [Row] * 12
    now = datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert all(gaps(who, claim_of(row, who, "b", now)) == () for row in rows), "else nobody is written to"
    assert all((row.phone or "+4917139200").startswith(("+4917139200", "+49176040690")) for row in rows)


def test_no_two_creditors_of_the_sample_share_an_account_or_a_number(sample):
    ids = [path[1].removesuffix(".yaml") for path in sample if path[0] == "creditors"]
    settings = [
        read_creditor(sample["creditors", f"{id}.yaml"], id, countries={"DE"}, strategies={"balanced"})
        for id in ids
    ]
    accounts = [
        account for who in settings for account in (who.iban, who.payout_to and who.payout_to.iban) if account
    ]
    assert len(settings) == 4 and len(set(accounts)) == len(accounts) == 5
    phones = []
    for id in ("auenwerke", "fadenlauf", "rotbuche"):
        who, body = file_of(sample, id)
        found = (row for row in read_rows(io.BytesIO(body), who) if isinstance(row, Row))
        phones += {row.phone for row in found if row.phone}
    assert len(set(phones)) == len(phones)


def test_the_creditor_for_files_of_ones_own_reads_the_plain_form_and_has_no_claims(sample):
    body = sample["creditors", "musterladen.yaml"]
    who = read_creditor(body, "musterladen", countries={"DE"}, strategies={"balanced"})
    assert isinstance(who, Creditor), who
    assert (who.profile, who.sandbox, who.language) == (BUILT_IN["plain"], False, "en")
    assert not [path for path in sample if path[:2] == ("inbox", "musterladen")]


def test_the_same_day_writes_the_same_sample(sample, tmp_path):
    for path in write_sample(tmp_path, "http://127.0.0.1:1", TODAY):
        assert path.read_bytes() == sample[path.relative_to(tmp_path).parts]


@pytest.mark.parametrize("id", sorted(SLIPS))
def test_B5_wherever_a_file_is_cut_what_loads_is_the_beginning_of_the_whole(sample, id):
    who, body = file_of(sample, id)
    whole = [answer for answer in read_rows(io.BytesIO(body), who) if isinstance(answer, Row)]
    for end in range(600, len(body), 1499):
        reading = Reading(io.BytesIO(body[:end]), who)
        taken = [answer for answer in reading if isinstance(answer, Row)]
        assert taken == whole[: len(taken)]
        assert reading.cut == (not body[:end].endswith((b"\n", b"\r")))
        assert body[:end].count(b"\n") - len(taken) <= 1 + len(SLIPS[id])
