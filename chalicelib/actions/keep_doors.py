"""Keep the doors of a debtor asking what they may ask: after a change of the card, each link is brought along."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from ..domain.factors import asked
from ..domain.matter import Matter
from ..domain.parties import Debtor
from ..domain.pay_link import LinkState, PayLink, link_id
from ..ports import Store

# As many links as one transaction holds beside all else. An older one is mended when somebody stands before it.
MOST = 50


def doors_of(debtor: Debtor, matter: Matter, store: Store) -> tuple[PayLink, ...]:
    """The links that ask something else, or speak another language, now that the card is `debtor`.

    References and helpers first, then the links of the latest messages.
    """
    return tuple(islice(_changed(debtor, matter, store), MOST))


def _changed(debtor: Debtor, matter: Matter, store: Store) -> Iterator[PayLink]:
    names = [link_id(claim.reference) for claim in matter.claims.values() if claim.reference]
    names += [helper.link for helper in debtor.helpers]
    latest = sorted(matter.contacts.values(), key=lambda contact: contact.planned_at, reverse=True)
    names += [contact.link for contact in latest if contact.link]
    for name in dict.fromkeys(names):
        link = store.link(name)
        if link is None or link.state is not LinkState.ACTIVE or link.claim not in matter.claims:
            continue
        new = mended(link, debtor, matter)
        if new != link:
            yield new


def mended(link: PayLink, debtor: Debtor, matter: Matter) -> PayLink:
    """The link as it is to ask and to speak now; one that could ask nothing stays as it is."""
    factors = asked(link.purpose, debtor, matter.claims[link.claim])
    return replace(link, factors=factors or link.factors, language=debtor.language)
