"""Every route of the desk, as the app itself lists them: who may what there, and that nobody looks unseen.

A route that comes later is walked by itself. It needs a line in PARTS where its path has a part of a new name, and
one in FORMS where it takes a form; the test that fails says so.
"""

import re
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property
from urllib.parse import quote

import pytest

from app import app
from chalicelib import wiring
from chalicelib.actions.ask_for_help import ask_for_help
from chalicelib.actions.propose_motion import Wanted, propose_motion
from chalicelib.actions.raise_dispute import raise_dispute
from chalicelib.adapters.dynamo.codec import from_item
from chalicelib.domain.audit import Look
from chalicelib.domain.dispute import DisputeReason, Objection
from chalicelib.domain.document import Document, DocumentKind
from chalicelib.domain.errors import Retry
from chalicelib.domain.evidence import Evidence, EvidenceState
from chalicelib.domain.motion import MotionKind
from chalicelib.domain.parties import ChannelKind
from chalicelib.domain.staff import May, Role, Staff
from chalicelib.domain.task import DaySlot, HelpRequest
from chalicelib.domain.visit import Visit
from chalicelib.entrypoints.desk.door import NEEDED
from chalicelib.ports import Commit
from tests.builders import staff
from tests.desk import SEAT, at_the_desk
from tests.pages.lint import lint
from tests.reader import Reader

ROUTES = sorted((route, method) for route, methods in app.routes.items() for method in methods)
DESK = [pair for pair in ROUTES if re.match(r"/desk(/|$)", pair[0])]
GUARDED = [pair for pair in DESK if not NEEDED[pair].opens]
WITH_CREDITOR = [pair for pair in GUARDED if "{creditor}" in pair[0]]

# What a part of a path may be called, of the matter that the tests stand on.
PARTS = {
    "creditor": lambda world: world.creditor.id,
    "debtor": lambda world: world.claim.debtor,
    "claim": lambda world: world.claim.id,
    "contact": lambda world: world.contact.id,
    "document": lambda world: "d-1",
    "evidence": lambda world: "e-1",
    "task": lambda world: world.task.id,
    "call": lambda world: world.call_back,
    "member": lambda world: world.other.id,
}
MATTER = "/desk/c/{creditor}/{debtor}"
# (path) -> what its form says, beside its proof. What the matter's own state refuses (409, 422) was allowed.
FORMS = {
    "/desk/sign-out": lambda world: {},
    "/desk/next": lambda world: {},
    "/desk/find": lambda world: {"claim": world.claim.id},
    "/desk/here": lambda world: {},
    f"{MATTER}/answer": lambda world: {"task": world.task.id, "words": "Guten Tag", "step": "say"},
    f"{MATTER}/motion": lambda world: {"claim": world.claim.id, "kind": "write_off", "why": "Zu klein."},
    f"{MATTER}/decide": lambda world: {"motion": world.motion.id, "step": "no"},
    f"{MATTER}/take-back": lambda world: {"motion": world.motion.id},
    f"{MATTER}/hold": lambda world: {"claim": world.claim.id, "kind": "operator", "step": "hold"},
    f"{MATTER}/offer": lambda world: {"claim": world.claim.id, "step": "plan", "day": "2099-01-01"},
    f"{MATTER}/call/{{call}}": lambda world: {"step": "outcome", "outcome": "thinks", "tries": "0"},
    f"{MATTER}/public": lambda world: {"text": "Danke.", "tongue": "de"},
    f"{MATTER}/agree": lambda world: {"claim": world.claim.id, "offer": "o-none"},
    f"{MATTER}/take": lambda world: {"task": world.task.id},
    f"{MATTER}/hand-on": lambda world: {"task": world.task.id, "to": "dispute"},
    "/desk/staff/{member}": lambda world: {
        "name": "Tom Okafor",
        "email": "tom@desk.example",
        "roles": "agent",
        "languages": "en",
        "most": "3",
        "team": "front",
        "creditors": world.creditor.id,
    },
    "/desk/team/{member}": lambda world: {"shifts": "Mon-Fri 8-17", "most": "4"},
}
# A page whose path names a debtor shows something of theirs and leaves one Look. So do these, as asked here.
SHOWS_A_DEBTOR: dict[str, str] = {"/desk/audit": "?debtor={debtor}", "/desk/audit/csv": "?debtor={debtor}"}
# What a page may tell of the debtor.
MARTA = ("Marta", "Lindqvist", "10437", "Lindenweg", "marta.lindqvist", "3920012", "48,20", "48.20", "2026-4711")
# What a GET may write: who looked, and that whoever answers sits there.
TRACES = {"LOOK", "SEEN"}
ANSWERED = (200, 303, 409, 422)
# Here what is named is somebody else's motion, or no offer: the role was let in, and that is all this test asks.
NOT_THERE = {f"{MATTER}/decide", f"{MATTER}/agree"}


def answered(answer, route):
    return answer.status in ANSWERED or (answer.status == 404 and route in NOT_THERE)


@dataclass
class Somebody:
    """Somebody of the staff in their browser."""

    staff: Staff
    reader: Reader = field(init=False)

    def __post_init__(self):
        self.reader = at_the_desk(self.staff)

    @cached_property
    def proof(self):
        """As every page holds it, in its form to sign out."""
        page = self.reader.get("/desk")
        page = self.reader.on(page) if page.status == 303 else page
        return dict(page.form("/desk/sign-out")[1]).get("proof", "")


class World:
    """One creditor with a debtor, somebody else who works here, and a second creditor nobody works for."""

    def __init__(self, house):
        self.house, self._known = house, {}
        self.creditor, self.elsewhere = house.open_creditor(), house.open_creditor()
        self.claim = house.register(self.creditor)
        self.their_claim = house.register(self.elsewhere)
        self.other = house.employ("agent", creditors=(self.creditor.id,), team="front", email="tom@desk.example")
        self.contact = house.planned(self.claim)
        self.call_back = self._call_back()
        self.task = self._dispute()
        self.motion = self._motion()
        self._papers()

    def _call_back(self):
        """The task of a call that the debtor asked for."""
        visit = Visit("link", self.claim.creditor, self.claim.debtor, self.claim.id, wiring.clock())
        request = HelpRequest("", DaySlot.MORNING, "de", "+491713920012")
        return ask_for_help(visit, request, policies=wiring.policies(), **self._changing()).id

    def _dispute(self):
        visit = Visit("link", self.claim.creditor, self.claim.debtor, self.claim.id, wiring.clock())
        said = Objection(DisputeReason.WRONG_AMOUNT, "4711", None, ChannelKind.EMAIL, "de")
        made = raise_dispute(visit, said, policies=wiring.policies(), **self._changing())
        return self.house.matter(self.claim).tasks[made.task]

    def _motion(self):
        wanted = Wanted(MotionKind.WRITE_OFF, "Zu klein.")
        where = (self.claim.creditor, self.claim.debtor, self.claim.id)
        return propose_motion(*where, wanted, by=self.other.id, policies=wiring.policies(), **self._changing())

    def _changing(self):
        return {"store": wiring.store(), "scheduler": wiring.scheduler(), "now": wiring.clock()}

    def _papers(self):
        """A letter, and a photo as it was cleaned."""
        whose = {"creditor": self.claim.creditor, "debtor": self.claim.debtor, "claim": self.claim.id}
        now = wiring.clock()
        made = {"about": "o-1", "language": "de", "sha256": "0" * 64, "size": 9000, "made_at": now}
        letter = Document("d-1", **whose, kind=DocumentKind.OFFER, **made)
        done = {"state": EvidenceState.TAKEN, "sent_at": now, "done_at": now}
        photo = Evidence("e-1", **whose, dispute=self.task.about or "x-1", media_type="image/jpeg", **done)
        wiring.store().commit(self.creditor.id, Commit((), documents=(letter,), evidence=(photo,)))

    def employ(self, *roles, **changes):
        return self.house.employ(*roles, creditors=(self.creditor.id,), team="front", **changes)

    def with_roles(self, *roles, route=""):
        """Whoever has just these roles, the same each time: unless the route ends their seat."""
        if route == "/desk/sign-out":
            return Somebody(self.employ(*roles, email=f"{'-'.join(roles)}@out.example"))
        if roles not in self._known:
            self._known[roles] = Somebody(self.employ(*roles, email=f"{'-'.join(roles)}@desk.example"))
        return self._known[roles]

    def address(self, route, **parts):
        found = {}
        for name in re.findall(r"\{(\w+)\}", route):
            known = parts.get(name) or (PARTS[name](self) if name in PARTS else None)
            if known is None:
                pytest.fail(f"{route}: say in PARTS what {{{name}}} may be called")
            found[name] = quote(known, safe="")
        more = SHOWS_A_DEBTOR.get(route, "").format(debtor=quote(parts.get("debtor") or self.claim.debtor))
        return route.format(**found) + more

    def ask(self, someone, route, method, **parts):
        url = self.address(route, **parts)
        if method == "GET":
            return someone.reader.get(url)
        if route not in FORMS:
            pytest.fail(f"{route}: say in FORMS what its form says")
        return someone.reader.post(url, {**FORMS[route](self), "proof": someone.proof})

    def everything(self):
        """All that is written, but that somebody sits there."""
        return {key: item for key, item in self.house.everything().items() if not key[1].startswith("SEEN#")}

    def looks(self):
        items = self.house.everything(self.creditor.id)
        return [from_item(Look, item) for key, item in sorted(items.items()) if key[1].startswith("LOOK#")]


def nothing_told(answer):
    """Nothing of the debtor's stands there."""
    return not [word for word in MARTA if word in answer.text]


@pytest.fixture(scope="module")
def world(house):
    house.empty()
    return World(house)


def test_every_route_of_the_desk_is_guarded_and_no_other_is_on_its_list():
    assert set(DESK) == set(NEEDED)
    assert {path for path, needs in NEEDED.items() if needs.opens} == {
        ("/desk/sign-in", "GET"),
        ("/desk/back", "GET"),
        ("/desk/signed-out", "GET"),
    }
    for (route, _), needs in NEEDED.items():
        if "{debtor}" in route or "{claim}" in route:
            assert needs.may in (May.SEE, May.SEE_CLAIM, May.ANSWER, May.SECOND, May.LEAD), route


@pytest.mark.parametrize(("route", "method"), GUARDED)
def test_a_role_may_what_the_route_asks_for_and_else_nothing_is_shown_written_or_looked_at(world, route, method):
    needs = NEEDED[route, method].may
    people = {role: world.with_roles(role, route=route) for role in Role}
    may = {role for role, someone in people.items() if needs is None or someone.staff.may(needs)}
    refused = {role: someone for role, someone in people.items() if role not in may}
    assert all(someone.proof for someone in people.values())
    before = world.everything()
    for role, someone in refused.items():
        answer = world.ask(someone, route, method)
        assert answer.status == 403 and "not part of your work" in answer.words, role
        assert nothing_told(answer) and lint(answer.text, "en") == [], role
    assert world.everything() == before
    for role in sorted(may):
        answer = world.ask(people[role], route, method)
        assert answered(answer, route), (role, answer.words)


def test_who_has_left_has_no_role_however_fresh_their_seat(world):
    gone = at_the_desk(world.employ(*Role, email="gone@desk.example", left_at=wiring.clock()))
    statuses = {}
    for route, method in GUARDED:
        url = world.address(route)
        statuses[route, method] = (gone.get(url) if method == "GET" else gone.post(url, {"proof": "x"})).status
    assert statuses == dict.fromkeys(GUARDED, 401)


def _changed(text):
    return ("A" if text[0] != "A" else "B") + text[1:]


@pytest.fixture(scope="module")
def no_seats(world):
    """Why a seat does not count -> the cookies of it."""
    now = wiring.clock()
    out = world.employ(*Role, email="all@out.example")
    signed_out = at_the_desk(out).cookies
    wiring.store().commit("_all", Commit((), staff=(replace(out, signed_out_at=wiring.clock()),)))
    return {
        "none": {},
        "nonsense": {SEAT: "x.y.z"},
        "forged": {SEAT: _changed(at_the_desk(world.other).cookies[SEAT])},
        "of nobody": at_the_desk(staff(id="s-never")).cookies,
        "expired": at_the_desk(world.other, since=now - timedelta(minutes=31)).cookies,
        "signed out": signed_out,
    }


@pytest.mark.parametrize(("route", "method"), GUARDED)
def test_without_a_seat_that_counts_there_is_the_way_in_and_nothing_else(world, no_seats, route, method):
    before, url = world.everything(), world.address(route)
    for why, cookies in no_seats.items():
        reader = Reader(cookies=dict(cookies))
        reader.sends["Accept-Language"] = "en"
        answer = reader.get(url) if method == "GET" else reader.post(url, {"proof": "x"})
        assert answer.status == 401 and "Please sign in" in answer.words, why
        assert nothing_told(answer), why
    assert world.everything() == before


@pytest.mark.parametrize(("route", "method"), WITH_CREDITOR)
def test_O3_of_another_creditor_one_sees_byte_for_byte_what_one_sees_of_none(world, route, method):
    needs = NEEDED[route, method].may
    people = [world.with_roles(role) for role in (Role.AGENT, Role.LEAD, Role.READER, Role.AUDITOR)]
    people = [one for one in people if needs is None or one.staff.may(needs)]
    assert people and all(someone.proof for someone in people)
    before, theirs = world.everything(), (world.elsewhere.id, world.their_claim.debtor, world.their_claim.id)
    for someone in people:
        seen = []
        for creditor, debtor, claim in (theirs, ("never-was", "K-never", "R-never")):
            answer = world.ask(someone, route, method, creditor=creditor, debtor=debtor, claim=claim)
            seen.append((answer.status, _without_proof(answer.text), answer.headers))
        assert seen[0] == seen[1] and seen[0][0] == 404, someone.staff.roles
    assert world.everything() == before


def _without_proof(text):
    return re.sub(r'name="proof" value="[^"]*"', "", text)


LOOKED_AT = [pair for pair in GUARDED if "{debtor}" in pair[0] or pair[0] in SHOWS_A_DEBTOR]


@pytest.mark.parametrize(("route", "method"), LOOKED_AT)
def test_every_look_at_a_debtor_leaves_exactly_one_row_that_says_who_saw_whom(world, route, method):
    someone = world.with_roles(*Role)
    before = world.looks()
    answer = world.ask(someone, route, method)
    assert answered(answer, route), answer.words
    found = [one for one in world.looks() if one not in before]
    if answer.status in (303, 404) and method == "POST":
        assert found == [], "nothing was shown; what was done is an act"
        return
    (look,) = found
    assert (look.by, look.creditor, look.debtor) == (someone.staff.id, world.creditor.id, world.claim.debtor)


@pytest.mark.parametrize("route", [route for route, method in LOOKED_AT if method == "GET"])
def test_where_the_row_cannot_be_written_nothing_is_shown(world, route):
    # Who does not answer is not said to sit there: the row is the first item put.
    reader = world.with_roles(Role.AUDITOR).reader
    before = world.everything()
    url = world.address(route)
    with world.house.wire.at("dynamodb.PutItem", Retry("the table does not answer")):
        answer = reader.get(url)
    assert answer.status == 503 and "could not write down who looks" in answer.words
    assert nothing_told(answer)
    assert world.everything() == before


FOREIGN = (
    {"Origin": "https://evil.example", "Sec_Fetch_Site": "cross-site"},
    {"Origin": "https://evil.example", "Sec_Fetch_Site": ""},
    {"Origin": "null", "Sec_Fetch_Site": ""},
    {"Origin": "", "Sec_Fetch_Site": "cross-site"},
    {"Origin": "https://sister.nordlicht.example", "Sec_Fetch_Site": "same-site"},
)


@pytest.mark.parametrize("route", [route for route, method in GUARDED if method == "POST"])
def test_a_form_from_elsewhere_without_its_proof_or_too_large_changes_nothing(world, route):
    someone = world.with_roles(*Role)
    reader, form = someone.reader, {**FORMS[route](world), "proof": someone.proof}
    url = world.address(route)
    before = world.everything()
    for headers in FOREIGN:
        assert reader.post(url, form, **headers).status == 403
    for proof in ("", "x", "é"):
        assert reader.post(url, {**form, "proof": proof}).status == 403
    assert reader.post(url, {**form, "words": "y" * 70_000}).status == 413
    assert world.everything() == before


@pytest.mark.parametrize(("route", "method"), [pair for pair in GUARDED if pair[1] == "GET"])
def test_looking_writes_nothing_but_who_looked_and_every_page_is_a_good_one(world, route, method):
    before = world.everything()
    answer = world.ask(world.with_roles(*Role), route, method)
    after = world.everything()
    changed = {
        key[1].partition("#")[0] for key in before.keys() | after.keys() if before.get(key) != after.get(key)
    }
    assert changed <= {"LOOK"}
    for name, value in (("cache-control", "no-store"), ("x-content-type-options", "nosniff")):
        assert answer.headers[name] == value
    if answer.status == 200 and "text/html" in answer.headers["content-type"]:
        assert lint(answer.text, "en") == []
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
