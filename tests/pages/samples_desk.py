"""One sample of every page of the desk, in every state somebody may meet it: for tests and for the gallery."""

from datetime import timedelta

from chalicelib.domain.motion import Motion, MotionKind
from chalicelib.domain.staff import Role
from chalicelib.domain.task import TaskKind
from chalicelib.domain.waiting import Waiting
from chalicelib.presentation.desk import states
from chalicelib.presentation.desk.lists import lists

from .samples_desk_calls import call_samples
from .samples_desk_frame import NAMES, NOW, PROOF, frame_of  # noqa: F401
from .samples_desk_matter import matter_samples
from .samples_desk_people import of_audit, of_people

TYPED = {
    "proof": [PROOF],
    "words": ["Sie haben recht: Der Zähler stand auf 4711."],
    "amount": ["10,00"],
    "step": ["part"],
}


def waiting(number, kind, *, creditor="nordlicht", hours=4, owner="front_office"):
    due = NOW + timedelta(hours=hours)
    names = (creditor, f"K-{500 + number}", f"R-{1000 + number}", f"t-{number}")
    return Waiting(*names, kind, owner, NOW - timedelta(hours=2), due, "de")


def desk_samples(language):
    """Name -> view, of all pages of the desk in one language."""
    lead = frame_of(language, "lead", place="list")
    free = [waiting(n, kind, hours=n * 9 - 4) for n, kind in enumerate(TaskKind)]
    mine = [waiting(20, TaskKind.DISPUTE, hours=-3), waiting(21, TaskKind.CALL_BACK, creditor="fairkasso")]
    full = lists(
        lead,
        mine=mine,
        free=free,
        team=[waiting(22, TaskKind.REPLY, owner="s-2")],
        motions=[Motion("m-1", "nordlicht", "K-1", "R-1", MotionKind.WRITE_OFF, "s-2", NOW, amount=500)],
        creditors=NAMES,
        names={"s-2": "Ben Yılmaz"},
    )
    bare = frame_of(language)
    every = frame_of(language, *Role, name="Maximiliane Freifrau von Hohenlohe-Waldenburg-Schillingsfürst")
    return {
        "sign_in": states.SignIn(bare, to="/desk/team"),
        "sign_in_over": states.SignIn(bare, why="desk.sign_in.over"),
        "sign_in_long": states.SignIn(bare, why="desk.sign_in.took_long"),
        "sign_in_refused": states.SignIn(bare, why="desk.sign_in.refused"),
        "kept_over": states.kept(bare, TYPED, action="/desk/c/nordlicht/K-1/answer", page="/desk/c/nordlicht/K-1"),
        "kept_again": states.kept(
            lead, TYPED, action="/desk/c/nordlicht/K-1/answer", page="/desk/c/nordlicht/K-1"
        ),
        "kept_copy": states.kept(lead, TYPED, action="/desk", page="/desk", known=False),
        "signed_out": states.SignedOut(bare),
        "closed": states.Closed(bare),
        "unknown": states.Unknown(bare, subject="3f" * 20),
        "unproven": states.Unknown(bare, subject="3f" * 20, unproven=True),
        **{name: states.state(every, name) for name in states.STATES},
        "home": full,
        "home_empty": lists(lead, mine=(), free=(), team=(), motions=(), creditors=NAMES, names={}),
        "home_missed": lists(
            frame_of(language, "reader", place="list"),
            mine=(),
            free=(),
            team=(),
            motions=(),
            creditors=NAMES,
            names={},
            missed="R-99",
            note="desk.home.none_next",
        ),
        **matter_samples(language),
        **call_samples(language),
        **of_people(language),
        **of_audit(language),
    }
