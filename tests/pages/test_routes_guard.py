"""Every route, as the app itself lists them: what a stranger, a scanner or another site may do there."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from chalice.test import Client

from app import app
from chalicelib import wiring
from chalicelib.domain.contact import ContactState
from chalicelib.domain.parties import ChannelKind
from chalicelib.domain.pay_link import LinkState, link_id
from chalicelib.domain.visit import Visit, sealed
from tests.reader import FORM, OWN, Reader, answered
from tests.real import later

# The desk has a door of its own, and a test that walks all of it (test_desk_roles.py).
ROUTES = {route: methods for route, methods in app.routes.items() if not route.startswith("/desk")}
POSTS = sorted(route for route, methods in ROUTES.items() if "POST" in methods)
READS = sorted((route, m) for route, methods in ROUTES.items() for m in methods if m in ("GET", "HEAD"))
READING = {"dynamodb.GetItem", "dynamodb.Query", "secretsmanager.GetSecretValue"}
MARTA = ("Marta", "Lindqvist", "10437", "Lindenweg", "marta.lindqvist", "171", "3920012", "48,20", "48.20", "4820")
ABOUT = ("2026-4711", "Strom", "Abrechnung 2025", "15.08.2026", "15. August 2026", "1984", "Berlin")

# What a POST without a Visit may write, by the kind of item; every route not named here writes nothing at all.
# - The door counts the try, and nothing else.
# - "Not me" and stop only silence: they change the address, the contacts planned to it and the link, and say so.
# - A new link goes only to the address already known, at most once a day.
MAY_WRITE = {
    "/p/{token}": {"LINK"},
    "/p/{token}/not-me": {"DEBTOR", "CONTACT", "LINK", "FACTS", "SILENCE"},
    "/p/{token}/stop": {"DEBTOR", "CONTACT", "LINK", "FACTS", "SILENCE"},
    "/p/{token}/new-link": {"CONTACT", "LINK", "FACTS"},
}

REFUSED = {"operator": (403,), "webhooks": (404,)}


def url_of(route, *, token="", attempt="", creditor=""):
    return route.format(
        token=token, attempt=attempt, creditor=creditor or "no-creditor", provider="stripe", what="refunds"
    )


def changed(before, after):
    """The kinds of items that are new or different."""
    keys = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    return {sk.partition("#")[0] for _, sk in keys}


def everything_a_form_may_hold(token):
    """The fields of all our forms at once, rightly filled in, but for the factor."""
    proof = Reader(token).get("not-me").form("/not-me")[1]["proof"]
    pay = {"owed": "4820", "much": "other", "other": "20", "do": "announce"}
    talk = {"words": "Hallo", "slot": "morning", "language": "de", "phone": "0171 3920012"}
    wrong = {"about": "faulty", "step": "raise", "answer_by": "page", "consent": "yes"}
    who = {"name": "Jana Kowalski", "email": "jana@example.com"}
    door = {"factor": "postcode", "postcode": "99999", "proof": proof}
    return {**door, **pay, **talk, **wrong, **who}


def sealed_visit(claim, token, *, age=0, key=None, link=None):
    key_id, own = next(iter(wiring.visit_keys().items()))
    issued = wiring.clock() - timedelta(minutes=age)
    visit = Visit(link or link_id(token), claim.creditor, claim.debtor, claim.id, issued)
    return sealed(visit, key_id, key or own)


NO_VISIT = {
    "none": lambda claim, token: "",
    "nonsense": lambda claim, token: "x.y.z",
    "of another key": lambda claim, token: sealed_visit(claim, token, key=b"guessed"),
    "of 31 minutes ago": lambda claim, token: sealed_visit(claim, token, age=31),
    "of another link": lambda claim, token: sealed_visit(claim, token, link=link_id("another")),
}


@pytest.fixture(scope="module")
def creditor(house):
    house.empty()
    return house.open_creditor()


@pytest.fixture
def alone(house):
    """A creditor in a table where nothing else is: to look at everything is to look at little."""
    house.empty()
    return house.open_creditor()


@pytest.fixture(scope="module")
def settled_reader(house, creditor):
    """A reader with a Visit, on a claim nobody is to change."""
    claim = house.register(creditor)
    reader = Reader(house.link_to(claim))
    reader.through_the_door()
    return reader


@pytest.mark.matrix(2)
@pytest.mark.parametrize("why", NO_VISIT)
@pytest.mark.parametrize("route", POSTS)
def test_without_a_visit_no_post_changes_anything_but_the_try_counter(house, alone, route, why):
    claim = house.register(alone)
    token = house.link_to(claim)
    kind = "application/json" if route.startswith("/webhooks/") else FORM
    seal = NO_VISIT[why](claim, token)
    fields = {**everything_a_form_may_hold(token), "visit": seal, "page": "pay"}
    cookies = f"__Host-seen={token}; __Host-visit={seal}"
    before = house.everything()
    for place in ("", "?lang=en"):
        url = url_of(route, token=token, creditor=alone.id) + place
        answered("POST", url, urlencode(fields), {**OWN, "Content-Type": kind, "Cookie": cookies})
    assert changed(before, house.everything()) <= MAY_WRITE.get(route, set())
    matter, held, link = house.matter(claim), house.again(claim), house.link(token)
    assert (held.version, held.outstanding, held.holds) == (claim.version, claim.outstanding, claim.holds)
    if route == "/p/{token}":
        assert (link.tries, link.state) == (2, LinkState.ACTIVE)
    if route.endswith(("/not-me", "/stop")):
        assert not matter.debtor.point(ChannelKind.EMAIL)
        assert {c.state for c in matter.contacts.values()} <= {ContactState.PLANNED, ContactState.CANCELLED}
    if route.endswith("/new-link"):
        assert [c.kind.value for c in matter.contacts.values()].count("new_link") == 1, "two asks, one message"
    house.invariants(claim)


# Every reader with every question once, the methods by turns; a hundred at the pages that a message leads to.
LOOKS = {route: 100 if route in ("/p/{token}", "/p/{token}/stop", "/p/{token}/pay") else 12 for route, _ in READS}


@pytest.mark.parametrize("route", sorted(LOOKS))
def test_P4_looks_in_every_way_and_a_hundred_at_what_a_message_links_to_change_nothing(house, alone, route):
    claim = house.register(alone)
    seen = Reader(house.link_to(claim))
    seen.through_the_door()
    seen.press(seen.get("pay"), "/pay")
    readers = [Reader(seen.token), seen, Reader(seen.token, cookies=None)]
    place = url_of(route, token=seen.token, attempt=house.again(claim).attempt)
    methods = [method for known, method in READS if known == route]
    house.queued()
    before = house.everything()
    with house.wire.counted() as calls:
        for number in range(LOOKS[route]):
            more = ("", "?lang=en", "?new-link", "?left=1")[number % 4]
            method = methods[number // 4 % len(methods)]
            answer = readers[number % 3].get(place + more, method)
            # Whoever signs nothing is nobody at the operators' door, nor a provider that we know.
            assert answer.status in REFUSED.get(route.split("/")[1], (200, 303))
            assert method == "GET" or not answer.text
    assert set(calls) <= READING
    assert house.everything() == before
    assert house.queued() == []
    house.invariants(claim)


def test_P5_a_scanner_that_runs_scripts_and_presses_everything_can_at_most_silence_its_own_address(house):
    creditor = house.open_creditor()
    claim = house.register(creditor)
    scanner = Reader(house.link_to(claim))
    seen, waiting = set(), [scanner.at()]
    while waiting:
        url = waiting.pop()
        if url in seen or not url.startswith(("/p/", "?")):
            continue
        seen.add(url)
        answer = scanner.get(scanner.at() + url if url.startswith("?") else url)
        assert not [word for word in (*MARTA[:6], *MARTA[7:], *ABOUT) if word in answer.text]
        waiting += [part.split('"')[0].replace("&amp;", "&") for part in answer.text.split('href="')[1:]]
        for action, fields in answer.forms():
            pressed = scanner.post(action, {**fields, "postcode": "1", "birth_date": "1.1.1980"})
            assert not [word for word in (*MARTA[:6], *MARTA[7:], *ABOUT) if word in pressed.text]
    assert len(seen) > 5
    held = house.again(claim)
    assert (held.version, held.holds, held.attempt) == (claim.version, (), None)
    kinds = {key[1].partition("#")[0] for key in house.everything(creditor.id)}
    assert kinds <= {"CREDITOR", "CLAIM", "CONTACT", "DEBTOR", "ENTRY", "FACTS", "ROW", "SILENCE", "WAY"}
    house.invariants(claim)


@pytest.mark.parametrize("language", ["de", "en"])
def test_P6_a_forwarded_link_shows_no_personal_datum_on_any_route(house, creditor, language):
    claim = house.register(creditor, phone="+491713920012")
    token = house.link_to(claim)
    reader = Reader(token, sends={"Host": OWN["Host"], "Accept-Language": language})
    fields = {**everything_a_form_may_hold(token), "words": "", "phone": "", "amount": "1"}
    answers = [reader.get(url_of(r, token=token, attempt="a"), m) for r, m in READS]
    answers += [reader.post(url_of(r, token=token, creditor=creditor.id), fields) for r in POSTS]
    told = [word for word in (*MARTA, *ABOUT, claim.id, claim.debtor) if word not in ("171", "4820")]
    for answer in answers:
        everything = answer.text + str(answer.headers) + "".join(answer.cookies)
        assert [word for word in told if word in everything] == []


@pytest.fixture(scope="module")
def dead_links(house, creditor):
    """Tokens that open nothing, for three reasons."""
    claim = house.register(creditor)
    expired, disowned = house.link_to(claim), house.link_to(claim)
    house.link(expired, expires_at=later(seconds=-1))
    house.link(disowned, state=LinkState.DISOWNED)
    return {"random": wiring.new_token(), "expired": expired, "disowned": disowned}


WITH_TOKEN = sorted((r, m) for r, ms in app.routes.items() for m in ms if "{token}" in r)


@pytest.mark.parametrize("more", ["", "?new-link", "?lang=en"])
@pytest.mark.parametrize(("route", "method"), WITH_TOKEN)
def test_P8_a_random_an_expired_and_a_disowned_token_look_and_cost_the_same(
    house, dead_links, route, method, more
):
    fields = {"factor": "postcode", "postcode": "10437", "proof": "x" * 32, "amount": "4820", "version": "1"}
    seen = {}
    # A process reads its secrets once, whoever comes first.
    Reader(dead_links["random"]).post(url_of(route, token=dead_links["random"]), fields)
    for why, token in dead_links.items():
        reader, url = Reader(token), url_of(route, token=token) + more
        with house.wire.counted() as calls:
            answer = reader.post(url, fields) if method == "POST" else reader.get(url, method)
        seen[why] = (answer.status, answer.text.replace(token, "·"), answer.headers, answer.cookies, dict(calls))
        assert token not in answer.text
    # Only where a new link is truly asked for does an expired one cost more: there a message is sent.
    parts = slice(4) if (route, method, more) == ("/p/{token}", "POST", "?new-link") else slice(5)
    assert seen["random"][parts] == seen["expired"][parts] == seen["disowned"][parts]


FOREIGN = {
    "another site": {"Origin": "https://evil.example", "Sec_Fetch_Site": "cross-site"},
    "another site, old browser": {"Origin": "https://evil.example", "Sec_Fetch_Site": ""},
    "a sandboxed frame": {"Origin": "null", "Sec_Fetch_Site": ""},
    "a sandboxed frame without a host": {"Origin": "null", "Sec_Fetch_Site": "", "Host": ""},
    "a sister site": {"Origin": "https://other.nordlicht.example", "Sec_Fetch_Site": "same-site"},
    "no origin but cross-site": {"Origin": "", "Sec_Fetch_Site": "cross-site"},
    "another port": {"Origin": f"https://{OWN['Host']}:8443", "Sec_Fetch_Site": ""},
    "a longer name": {"Origin": f"https://{OWN['Host']}.evil.example", "Sec_Fetch_Site": ""},
    "our name as user": {"Origin": f"https://{OWN['Host']}@evil.example", "Sec_Fetch_Site": ""},
}


@pytest.mark.parametrize("route", [route for route in POSTS if "{token}" in route])
def test_P12_a_post_from_another_site_is_403_and_changes_nothing_even_with_a_visit(
    house, creditor, settled_reader, route
):
    reader = settled_reader
    fields = {**everything_a_form_may_hold(reader.token), "postcode": "10437"}
    before, pages = house.everything(), house.hosted_pages(creditor)
    for who, headers in FOREIGN.items():
        other = Reader(reader.token, dict(reader.cookies))
        if "Host" in headers:
            other.sends = {"Accept-Language": "de"}
        for more in ("", "?new-link"):
            answer = other.post(url_of(route, token=reader.token) + more, fields, **headers)
            assert (answer.status, answer.cookies) == (403, []), who
    assert house.everything() == before
    assert house.hosted_pages(creditor) == pages


def test_a_post_that_does_not_say_where_it_comes_from_is_judged_by_its_visit(house):
    claim = house.register(house.open_creditor())
    reader = Reader(house.link_to(claim))
    reader.through_the_door()
    page = reader.get("pay")
    action, fields = page.form("/pay")
    assert reader.post(action, fields, Origin="", Sec_Fetch_Site="").location.startswith(house.payments.url)


@pytest.mark.parametrize("route", [route for route in POSTS if "{token}" in route])
def test_a_form_that_is_no_form_of_ours_is_refused_politely(house, settled_reader, route):
    url = url_of(route, token=settled_reader.token)
    with house.wire.counted() as calls:
        for body in ("x=" + "y" * 70_000, "&".join(f"f{n}=1" for n in range(99))):
            answer = answered("POST", url, body, {**settled_reader.sends, **OWN, "Content-Type": FORM})
            assert answer.status == 413
            assert "<h1>" in answer.text
    assert set(calls) <= READING


def test_a_body_that_is_no_form_is_answered_by_a_page(house):
    token = house.link_to(house.register(house.open_creditor()))
    client = Client(app)
    for kind in ("multipart/form-data; boundary=x", "application/json", "text/plain"):
        answer = client.http.post(f"/p/{token}", headers={"Content-Type": kind}, body=b"--x")
        assert answer.status_code == 422 and "text/html" in answer.headers["Content-Type"], kind
