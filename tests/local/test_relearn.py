"""What `make relearn-local` needs no stack for: its debtors, who of them pays, and where the new files lie."""

from datetime import date

import pytest

from chalicelib.domain.channel import ChannelKind
from chalicelib.domain.task import DaySlot
from local.answering import invented
from local.places import Trouble
from local.relearn import Learnt, lying_in_models

TODAY = date(2026, 11, 22)
MAIL, TEXT = (ChannelKind.EMAIL, DaySlot.MORNING), (ChannelKind.SMS, DaySlot.EVENING)


def test_the_same_seed_gives_the_same_claims_and_the_same_people_who_pay():
    first, again = (list(invented(200, 7)) for _ in range(2))
    assert [one.row(TODAY) for one in first] == [one.row(TODAY) for one in again]
    assert [one.pays(*MAIL) for one in first] == [one.pays(*MAIL) for one in again]
    assert [one.row(TODAY) for one in invented(200, 8)] != [one.row(TODAY) for one in first]


def test_the_claims_vary_and_each_debtor_can_be_written_to():
    rows = [one.row(TODAY) for one in invented(500, 7)]
    assert len({row["claim"] for row in rows}) == len({row["debtor"] for row in rows}) == 500
    assert all(row["email"] or row["phone"] for row in rows)
    assert 100 < sum(bool(row["email"] and row["phone"]) for row in rows) < 400
    for varies in ("principal", "due", "sector", "past_orders", "past_payments", "customer_since"):
        assert len({row[varies] for row in rows}) > 5, varies
    assert all(row["customer_since"] <= row["due"] < str(TODAY) for row in rows)


def test_who_owes_less_pays_more_often_and_the_way_matters_a_little():
    people = list(invented(2_000, 7))
    by_mail, by_text = ([one.pays(*way) for one in people] for way in (MAIL, TEXT))
    assert 0.3 < sum(by_mail) / len(people) < 0.6
    assert 0.02 < (sum(by_text) - sum(by_mail)) / len(people) < 0.15
    assert not any(mail and not text for mail, text in zip(by_mail, by_text, strict=True)), "one lot for both ways"
    small = [one.pays(*MAIL) for one in people if one.facts.amount < 5_000]
    large = [one.pays(*MAIL) for one in people if one.facts.amount > 20_000]
    assert sum(small) / len(small) > sum(large) / len(large) + 0.2
    assert {one.after_days(7) for one in people} == set(range(1, 8))


def test_new_files_lie_among_the_models_only_while_it_is_packaged(tmp_path):
    models, new = tmp_path / "models", tmp_path / "responds28-2027-01-31.onnx"
    models.mkdir()
    new.write_bytes(b"new")
    with pytest.raises(Trouble, match="no package"), lying_in_models([new], models):
        assert (models / new.name).read_bytes() == b"new"
        raise Trouble("no package")
    assert list(models.iterdir()) == []


def test_a_model_of_the_same_day_stays_as_it_is(tmp_path):
    models, new = tmp_path / "models", tmp_path / "responds28-2027-01-31.onnx"
    models.mkdir()
    new.write_bytes(b"new")
    (models / new.name).write_bytes(b"old")
    with pytest.raises(Trouble, match="is there already"), lying_in_models([new], models):
        pass
    assert (models / new.name).read_bytes() == b"old"


def test_the_last_line_says_what_was_learnt_from_and_who_chose():
    assert Learnt(1_240, 560, "responds28-2027-01-31", "responds28-2026-11-22").line == (
        "learnt from 1240 messages, 560 paid; "
        "chosen by responds28-2027-01-31, rolled back to responds28-2026-11-22"
    )
