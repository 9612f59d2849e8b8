"""A Channel in the house's own words: which address it writes to, in which shape, and what a message costs.

What a channel is stands in its own file (adapters/channels); what a creditor set up for it stands with the
creditor. Nothing outside that file asks which channel it has before it.
"""

import json
import re
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

NAME = re.compile(r"[a-z][a-z0-9_]{1,19}")


class ChannelKind(StrEnum):
    """The name of a way to reach somebody.

    Those that the house itself speaks of stand here; the file of a new channel brings its own name along, and it
    is a kind like these from then on. ValueError for what could not be a name.
    """

    EMAIL = "email"
    SMS = "sms"
    WHATSAPP = "whatsapp"
    MESSENGER = "messenger"
    LETTER = "letter"
    FAX = "fax"
    PHONE = "phone"
    VOICE = "voice"
    """An automatic voice on the telephone, for who chose to be read to."""

    @classmethod
    def _missing_(cls, value: object) -> "ChannelKind | None":
        if not isinstance(value, str) or not NAME.fullmatch(value):
            return None
        kind = str.__new__(cls, value)
        kind._name_, kind._value_ = value.upper(), value
        # One object for each name, as for those above.
        return cls._value2member_map_.setdefault(value, kind)  # type: ignore[return-value]


# By which nobody is written to first: whoever wrote there is answered there, and nothing else.
ANSWERS_ONLY = frozenset({ChannelKind.MESSENGER})


class Shape(StrEnum):
    """In which form a text is written for a channel: one of those under templates/messages/<kind>."""

    SHORT = "short"
    LONG = "long"
    LETTER = "letter"
    CALL = "call"
    """Notes for somebody who speaks to the debtor."""
    SPOKEN = "spoken"
    """What an automatic voice says before anybody is proven: that there is a message, and how to hear it."""


class Reach(StrEnum):
    """Which of a debtor's addresses a channel writes to."""

    EMAIL = "email"
    PHONE = "phone"
    POST = "post"
    FAX = "fax"
    SENDER = "sender"
    """Where they wrote to us from: no file names it, it is known once they brought a code of ours along."""


@dataclass(frozen=True)
class ChannelTerms:
    """What a channel's file says of it, as far as anybody outside the file has to know.

    `key` names the file's channel: two files may serve one kind by different providers. `durable`: what is sent
    can be kept and read again unchanged (Textform, BGB §126b). `needs` are the settings a creditor must give for
    it, `may` those it can. `by_person`: a Task says it to somebody, who does it.
    Where `permitted` is set, nothing goes this way before the creditor holds a written
    permission (`permission_reference`).
    """

    key: str
    kind: ChannelKind
    reach: Reach
    shape: Shape
    durable: bool = False
    needs: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    permitted: bool = False
    by_person: bool = False


PERMISSION = "permission_reference"
# A setting of this name, whichever channel has it, is a mail address of ours that answers come to.
REPLY_TO = "reply_to"
ORIGINATION = "origination"
"""What texts leave from instead of `sender_sms`: a number, a name, or a pool of which only AWS knows."""


@dataclass(frozen=True)
class ChannelSettings:
    """What a creditor set up for one channel, and what the channel's file said of it when that was accepted."""

    terms: ChannelTerms
    given: dict[str, str] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        """Whether anything may go this way."""
        return not self.terms.permitted or bool(self.given.get(PERMISSION))


# The two that every creditor's settings have always set up (sender_email, sender_sms).
EMAIL = ChannelTerms("email", ChannelKind.EMAIL, Reach.EMAIL, Shape.LONG, durable=True, may=(REPLY_TO,))
SMS = ChannelTerms("sms", ChannelKind.SMS, Reach.PHONE, Shape.SHORT)
ALWAYS = (ChannelSettings(EMAIL), ChannelSettings(SMS))


@dataclass(frozen=True)
class Cost:
    """What one message cost, in millionths of `currency`: a mail costs less than any minor unit."""

    micros: int
    currency: str = "EUR"


@dataclass(frozen=True)
class Price:
    """What one unit (a mail, a text message part, a page) costs from a day on, in millionths of `currency`.

    `country` is the one it is sent to, empty where it is the same everywhere.
    """

    valid_from: date
    micros: int
    currency: str = "EUR"
    country: str = ""


@dataclass(frozen=True)
class Prices:
    """The prices of one channel by day. `reviewed_through` is the last day they were looked up for."""

    rows: tuple[Price, ...]
    reviewed_through: date
    source: str
    name: str = "prices"

    @property
    def last(self) -> date:
        """The last day they are known for; the nightly run says when that comes near."""
        return self.reviewed_through

    def of(self, units: int, day: date, country: str = "") -> Cost | None:
        """What so many units cost on that day; None where nobody knows: a price is never guessed."""
        if day > self.reviewed_through:
            return None
        known = [row for row in self.rows if row.valid_from <= day and row.country in ("", country)]
        if not known:
            return None
        row = max(known, key=lambda row: (row.country == country, row.valid_from))
        return Cost(row.micros * units, row.currency)


def prices_in(path: Path) -> Prices:
    """The dated prices a data file holds."""
    table: dict[str, Any] = json.loads(path.read_text("utf-8"))
    rows = tuple(
        Price(
            date.fromisoformat(row["valid_from"]),
            row["micros"],
            row.get("currency", "EUR"),
            row.get("country", ""),
        )
        for row in table["rows"]
    )
    return Prices(rows, date.fromisoformat(table["reviewed_through"]), table["source"], f"prices_{path.stem}")
