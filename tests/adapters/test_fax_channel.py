"""Fax: a PDF by mail to the gateway that the creditor names, with no word about the matter in the mail."""

import json
import urllib.request
from dataclasses import replace

from chalicelib import registry
from chalicelib.actions.send_contact import Sent
from chalicelib.adapters import channels
from chalicelib.domain.channel import ChannelSettings
from chalicelib.domain.parties import ChannelKind

FAX = registry.collect(channels, "CHANNEL")["fax"]
SETTINGS = ChannelSettings(FAX.terms, {"gateway": "fax.example.net"})


def test_a_fax_leaves_as_a_mail_to_the_number_at_the_gateway_and_says_nothing_of_the_matter(house):
    creditor = house.open_creditor(channels=(SETTINGS,))
    claim = house.register(creditor, email=None, phone=None, fax="+493023125999", is_business=True)
    planned = house.planned(claim)
    assert planned.channel is ChannelKind.FAX
    assert house.send(planned) is Sent.SENT
    receipt = house.matter(claim).contacts[planned.id].receipt
    with urllib.request.urlopen(f"{house.aws.url}/_ministack/ses/messages", timeout=5) as answer:
        mails = [mail for sent in json.load(answer)["messages"].values() for mail in sent]
    (mail,) = [mail for mail in mails if mail["MessageId"] == receipt]
    assert mail["To"] == ["493023125999@fax.example.net"] and mail["Subject"] == planned.id
    assert "Lindqvist" not in json.dumps(mail) and "48,20" not in json.dumps(mail)


def test_without_a_number_or_a_gateway_nothing_goes_by_fax(house):
    creditor = house.open_creditor(channels=(SETTINGS,))
    points = house.matter(house.register(creditor)).debtor.points
    assert ChannelKind.FAX not in {point.channel for point in points}
    plain = house.open_creditor()
    points = house.matter(house.register(plain, fax="+493023125999")).debtor.points
    assert ChannelKind.FAX not in {point.channel for point in points}


def test_a_row_that_says_nothing_of_a_fax_is_the_same_row_as_before(house):
    from tests.builders import row

    assert row().row_hash == replace(row(), fax=None).row_hash != replace(row(), fax="+493023125999").row_hash
