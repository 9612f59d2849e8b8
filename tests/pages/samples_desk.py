"""One sample of every page of the desk, in every state somebody may meet it: for tests and for the gallery."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.domain.staff import Role
from chalicelib.domain.task import TaskKind
from chalicelib.domain.waiting import Waiting
from chalicelib.presentation.desk import states
from chalicelib.presentation.desk.frame import desk_frame
from chalicelib.presentation.desk.lists import lists
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


def waiting(number, kind, *, creditor="nordlicht", hours=4, owner="front_office"):
    due = NOW + timedelta(hours=hours)
    names = (creditor, f"K-{500 + number}", f"R-{1000 + number}", f"t-{number}")
    return Waiting(*names, kind, owner, NOW - timedelta(hours=2), due, "de")


def desk_samples(language):
    """Name -> view, of all pages of the desk in one language."""
    lead = frame_of(language, "lead", place="list")
    free = [waiting(n, kind, hours=n * 9 - 4) for n, kind in enumerate(TaskKind)]
    mine = [waiting(20, TaskKind.DISPUTE, hours=-3), waiting(21, TaskKind.CALL_BACK, creditor="fairkasso")]
    bare = frame_of(language)
    every = frame_of(language, *Role, name="Maximiliane Freifrau von Hohenlohe-Waldenburg-Schillingsfürst")
    return {
        "sign_in": states.SignIn(bare, to="/desk/team"),
        "sign_in_over": states.SignIn(bare, why="desk.sign_in.over"),
        "sign_in_long": states.SignIn(bare, why="desk.sign_in.took_long"),
        "sign_in_refused": states.SignIn(bare, why="desk.sign_in.refused"),
        "signed_out": states.SignedOut(bare),
        "closed": states.Closed(bare),
        "unknown": states.Unknown(bare, subject="3f" * 20),
        "unproven": states.Unknown(bare, subject="3f" * 20, unproven=True),
        **{name: states.state(every, name) for name in states.STATES},
        "home": lists(lead, mine, free, NAMES),
        "home_empty": lists(lead, (), (), NAMES),
    }
