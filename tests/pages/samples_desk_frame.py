"""The surroundings of the desk's samples: when it is, where, and who sits there."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from chalicelib.presentation.desk.frame import desk_frame
from chalicelib.presentation.i18n import locale
from tests.builders import staff

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Berlin")
PROOF = "p" * 32
NAMES = {"nordlicht": "Nordlicht Energie GmbH", "fairkasso": "Fairkasso GmbH"}


def frame_of(language, *roles, place="", **changes):
    """The surroundings as somebody with these roles has them; without any, nobody has signed in."""
    member = staff(*roles, creditors=("nordlicht", "fairkasso"), **changes) if roles else None
    proof = PROOF if roles else ""
    return desk_frame(locale(language), zone=ZONE, now=NOW, staff=member, proof=proof, place=place)
