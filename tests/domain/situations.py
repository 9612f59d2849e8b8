"""Situations in every country: what may be asked is the same everywhere, and what is answered may not be."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from chalicelib import registry
from chalicelib.domain import policies
from chalicelib.domain.claim import Ground
from chalicelib.domain.contact import MessageKind, Purpose
from chalicelib.domain.parties import Address, ChannelKind
from chalicelib.domain.policies._rules import Situation
from tests.builders import claim, collector, creditor, debtor

POLICIES = registry.collect(policies, "POLICY")
each = pytest.mark.parametrize("policy", POLICIES.values(), ids=lambda policy: policy.key)
# A Monday on which it is day everywhere from London to Los Angeles: noon in New York.
NOON = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
POSTCODES = {"GB": "M1 1AA", "US": "10001"}


def at_home(policy, postcode=None, **changes):
    """Somebody who lives in that country, where its policy says which zone it is."""
    code = postcode or POSTCODES.get(policy.key, "10115")
    return debtor(address=Address("Street 1", code, "City", policy.key), **changes)


def situation(policy, **changes):
    plain = {
        "creditor": creditor(country=policy.key),
        "debtor": at_home(policy),
        "claim": claim(due=date(2026, 2, 1)),
        "purpose": Purpose.REMINDER,
        "kind": MessageKind.REMINDER,
        "channel": ChannelKind.EMAIL,
    }
    return Situation(**{**plain, **changes})


def ask(policy, at=NOON, **changes):
    return policy.may_contact(situation(policy, **changes), at)


def a_collector(policy, **changes):
    return collector(country=policy.key, **changes)


def whole(policy, **changes):
    """A collector's claim with all that any country's notice must say."""
    ground = Ground("Strom", date(2024, 1, 5), "1", date(2026, 1, 10))
    return replace(claim(creditor="fairkasso", due=date(2026, 2, 1), ground=ground), **changes)
