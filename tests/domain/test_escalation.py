"""Whom a debtor may turn to outside the house is dated data, and never guessed."""

from datetime import date

from chalicelib.domain.escalation import arbiter_for

DAY = date(2026, 11, 23)


def test_the_sectors_own_comes_before_the_countrys():
    assert "Energie" in arbiter_for("DE", "energy", DAY).shown
    assert arbiter_for("DE", "sports", DAY).name == arbiter_for("DE", None, DAY).name


def test_of_every_country_of_the_house_somebody_is_known():
    assert all(arbiter_for(country, None, DAY) for country in ("DE", "GB", "US"))


def test_nobody_is_named_where_nobody_is_known():
    assert arbiter_for("FR", None, DAY) is None
    assert arbiter_for("DE", "energy", date(2010, 1, 1)) is None
    assert arbiter_for("DE", "energy", date(2030, 1, 1)) is None
