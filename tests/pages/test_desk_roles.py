"""Every route of the desk, as the app itself lists them: who may what there, and that nobody looks unseen.

A route that comes later is walked by itself. It needs a line in PARTS where its path has a part of a new name, and
one in FORMS where it takes a form; the test that fails says so.
"""

import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

import pytest

from app import app
from chalicelib import wiring
from chalicelib.actions.ask_for_help import complain
from chalicelib.adapters.dynamo.codec import from_item
from chalicelib.domain.audit import Look
from chalicelib.domain.document import Document, DocumentKind
from chalicelib.domain.errors import Retry
from chalicelib.domain.evidence import Evidence, EvidenceState
from chalicelib.domain.motion import Motion, MotionKind
from chalicelib.domain.offer import Offer, OfferKind
from chalicelib.domain.plan import Instalment
from chalicelib.domain.staff import May, Role
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
    "member": lambda world: world.other.id,
    "contact": lambda world: next(iter(world.house.matter(world.claim).contacts)),
    "document": lambda world: "d-1",
    "evidence": lambda world: "e-1",
}
MATTER = "/desk/c/{creditor}/{debtor}"
# (path) -> what its form says, beside its proof.
FORMS = {
    "/desk/sign-out": lambda world: {},
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
    "/desk/next": lambda world: {},
    "/desk/here": lambda world: {},
    "/desk/find": lambda world: {"claim": world.claim.id},
    f"{MATTER}/answer": lambda world: {"task": world.task, "words": "Guten Tag", "step": "ask"},
    f"{MATTER}/motion": lambda world: {"claim": world.claim.id, "kind": "correct", "amount": "1"},
    f"{MATTER}/decide": lambda world: {"motion": "m-1", "step": "yes"},
    f"{MATTER}/take-back": lambda world: {"motion": "m-1"},
    f"{MATTER}/hold": lambda world: {"claim": world.claim.id, "kind": "operator", "step": "hold"},
    f"{MATTER}/offer": lambda world: {"claim": world.claim.id, "step": "plan", "amount": "x"},
    f"{MATTER}/agree": lambda world: {"claim": world.claim.id, "offer": "o-1"},
    f"{MATTER}/take": lambda world: {"task": world.task},
    f"{MATTER}/hand-on": lambda world: {"task": world.task, "to": ""},
}
# Routes that show or change something of one debtor's: each request to them leaves exactly one Look. A route whose
# path names a debtor is one by itself; these are others, with what is asked of them.
SHOWS_A_DEBTOR: dict[str, str] = {"/desk/audit": "?debtor={debtor}", "/desk/audit/csv": "?debtor={debtor}"}
# What a page may tell of the debtor.
MARTA = ("Marta", "Lindqvist", "10437", "Lindenweg", "marta.lindqvist", "3920012", "48,20", "48.20", "2026-4711")
ANSWERED = (200, 303, 409, 422)


class World:
    """One creditor with a debtor, somebody else who works here, and a second creditor nobody works for."""

    def __init__(self, house):
        self.house = house
        self.creditor, self.elsewhere = house.open_creditor(), house.open_creditor()
        self.claim = house.register(self.creditor)
        self.their_claim = house.register(self.elsewhere)
        self.other = house.employ("agent", creditors=(self.creditor.id,), team="front", email="tom@desk.example")
        self.task = self._something_waits()

    def _something_waits(self):
        """A complaint, a paper, a photo, terms and a motion: of each kind of thing that a route is about, one."""
        claim, now = self.claim, wiring.clock()
        visit = Visit("link", claim.creditor, claim.debtor, claim.id, now)
        ports = {"store": wiring.store(), "scheduler": wiring.scheduler(), "policies": wiring.policies()}
        task = complain(visit, "Niemand ruft zurück.", now=now, **ports)
        whose = {"creditor": claim.creditor, "debtor": claim.debtor, "claim": claim.id}
        later = now + timedelta(days=9)
        paper = Document("d-1", **whose, kind=DocumentKind.OFFER, about="o-1", language="de", sha256="0" * 64,
                         size=9, made_at=now)  # fmt: skip
        photo = Evidence("e-1", **whose, dispute="x-1", state=EvidenceState.TAKEN, sent_at=now, done_at=now,
                         media_type="image/jpeg")  # fmt: skip
        parts = (Instalment(1, later.date(), 4820),)
        terms = Offer("o-1", **whose, kind=OfferKind.PLAN, owed=4820, currency="EUR", language="de", made_at=now,
                      good_until=later, instalments=parts)  # fmt: skip
        motion = Motion("m-1", **whose, kind=MotionKind.CORRECT, by=self.other.id, at=now, amount=1)
        commit = Commit((), documents=(paper,), evidence=(photo,), offers=(terms,), motions=(motion,))
        wiring.store().commit(claim.creditor, commit)
        return task.id

    def employ(self, *roles, **changes):
        return self.house.employ(*roles, creditors=(self.creditor.id,), team="front", **changes)

    def address(self, route, **parts):
        found = {}
        for name in re.findall(r"\{(\w+)\}", route):
            known = parts.get(name) or (PARTS[name](self) if name in PARTS else None)
            if known is None:
                pytest.fail(f"{route}: say in PARTS what {{{name}}} may be called")
            found[name] = quote(known, safe="")
        more = SHOWS_A_DEBTOR.get(route, "").format(debtor=quote(parts.get("debtor") or self.claim.debtor))
        return route.format(**found) + more

    def ask(self, reader, route, method, **parts):
        url = self.address(route, **parts)
        if method == "GET":
            return reader.get(url)
        if route not in FORMS:
            pytest.fail(f"{route}: say in FORMS what its form says")
        return reader.post(url, {**FORMS[route](self), "proof": proof_of(reader)})

    def everything(self):
        """All that is kept, but that somebody is at the desk."""
        return {key: item for key, item in self.house.everything().items() if not key[1].startswith("SEEN#")}

    def looks(self):
        items = self.house.everything(self.creditor.id)
        return [from_item(Look, item) for key, item in sorted(items.items()) if key[1].startswith("LOOK#")]


def nothing_told(answer):
    """Nothing of the debtor's stands there."""
    return not [word for word in MARTA if word in answer.text]


def proof_of(reader):
    """As every page holds it, in its form to sign out."""
    page = reader.get("/desk")
    page = reader.on(page) if page.status == 303 else page
    return dict(page.form("/desk/sign-out")[1]).get("proof", "")


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


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize(("route", "method"), GUARDED)
def test_a_role_may_what_the_route_asks_for_and_else_nothing_is_shown_written_or_looked_at(
    world, role, route, method
):
    someone = world.employ(role, email=f"{role}{route}{method}".replace("/", ".") + "@desk.example")
    reader = at_the_desk(someone)
    needs = NEEDED[route, method].may
    before = world.everything()
    answer = world.ask(reader, route, method)
    if needs is None or someone.may(needs):
        assert answer.status in ANSWERED, answer.words
        return
    assert answer.status == 403 and "not part of your work" in answer.words
    assert nothing_told(answer) and lint(answer.text, "en") == []
    assert world.everything() == before


@pytest.mark.parametrize(("route", "method"), GUARDED)
def test_who_has_left_has_no_role_however_fresh_their_seat(world, route, method):
    gone = world.employ(*Role, email="gone@desk.example", left_at=wiring.clock())
    url = world.address(route)
    answer = at_the_desk(gone).get(url) if method == "GET" else at_the_desk(gone).post(url, {"proof": "x"})
    assert answer.status == 401


NO_SEAT = {
    "none": lambda world: {},
    "nonsense": lambda world: {SEAT: "x.y.z"},
    "forged": lambda world: {SEAT: _changed(at_the_desk(world.other).cookies[SEAT])},
    "of nobody": lambda world: at_the_desk(staff(id="s-never")).cookies,
}


def _changed(text):
    return ("A" if text[0] != "A" else "B") + text[1:]


@pytest.mark.parametrize("why", [*NO_SEAT, "expired", "signed out"])
@pytest.mark.parametrize(("route", "method"), GUARDED)
def test_without_a_seat_that_counts_there_is_the_way_in_and_nothing_else(world, route, method, why):
    now = wiring.clock()
    if why == "expired":
        cookies = at_the_desk(world.other, since=now - timedelta(minutes=31)).cookies
    elif why == "signed out":
        out = world.employ(*Role, email=f"{route}{method}@out.example")
        cookies = at_the_desk(out).cookies
        wiring.store().commit("_all", Commit((), staff=(replace(out, signed_out_at=wiring.clock()),)))
    else:
        cookies = NO_SEAT[why](world)
    before = world.everything()
    reader = Reader(cookies=dict(cookies))
    reader.sends["Accept-Language"] = "en"
    url = world.address(route)
    answer = reader.get(url) if method == "GET" else reader.post(url, {"proof": "x"})
    assert answer.status == 401 and "Please sign in" in answer.words
    assert nothing_told(answer)
    assert world.everything() == before


@pytest.mark.parametrize("role", [Role.AGENT, Role.LEAD, Role.READER, Role.AUDITOR])
@pytest.mark.parametrize(("route", "method"), WITH_CREDITOR)
def test_O3_of_another_creditor_one_sees_byte_for_byte_what_one_sees_of_none(world, role, route, method):
    someone = world.employ(role, email=f"o3{role}{route}{method}@desk.example")
    if not (NEEDED[route, method].may is None or someone.may(NEEDED[route, method].may)):
        return
    before, theirs = world.everything(), (world.elsewhere.id, world.their_claim.debtor, world.their_claim.id)
    seen = []
    for creditor, debtor, claim in (theirs, ("never-was", "K-never", "R-never")):
        reader = at_the_desk(someone)
        answer = world.ask(reader, route, method, creditor=creditor, debtor=debtor, claim=claim)
        seen.append((answer.status, _without_proof(answer.text), answer.headers))
    assert seen[0] == seen[1] and seen[0][0] == 404
    assert world.everything() == before


def _without_proof(text):
    return re.sub(r'name="proof" value="[^"]*"', "", text)


LOOKED_AT = [pair for pair in GUARDED if "{debtor}" in pair[0] or pair[0] in SHOWS_A_DEBTOR]


@pytest.mark.parametrize(("route", "method"), LOOKED_AT)
def test_every_look_at_a_debtor_leaves_exactly_one_row_that_says_who_saw_whom(world, route, method):
    someone = world.employ(*Role, email=f"look{route}{method}@desk.example")
    reader = at_the_desk(someone)
    before = world.looks()
    answer = world.ask(reader, route, method)
    assert answer.status in ANSWERED, answer.words
    (look,) = [one for one in world.looks() if one not in before]
    assert (look.by, look.creditor, look.debtor) == (someone.id, world.creditor.id, world.claim.debtor)


@pytest.mark.parametrize(("route", "method"), LOOKED_AT)
def test_where_the_row_cannot_be_written_nothing_is_shown(world, route, method):
    someone = world.employ(*Role, email=f"unwritten{route}{method}@desk.example")
    reader = at_the_desk(someone)
    proof = {"proof": proof_of(reader)}
    before = world.everything()
    url = world.address(route)
    with world.house.wire.at("dynamodb.PutItem", Retry("the table does not answer")):
        answer = reader.get(url) if method == "GET" else reader.post(url, {**FORMS[route](world), **proof})
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
    someone = world.employ(*Role, email=f"foreign{route}@desk.example")
    reader = at_the_desk(someone)
    form = {**FORMS[route](world), "proof": proof_of(reader)}
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
    someone = world.employ(*Role, email=f"get{route}@desk.example")
    reader = at_the_desk(someone)
    before = world.everything()
    answer = world.ask(reader, route, method)
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
