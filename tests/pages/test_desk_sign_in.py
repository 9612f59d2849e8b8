"""The way into the desk, from the first page to the last: by the identity provider, once, and by nobody else."""

import re
from dataclasses import replace
from datetime import timedelta
from html import escape, unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib import wiring
from chalicelib.domain.person import ActKind
from chalicelib.domain.seat import form_proof, seat_opened, served_in
from chalicelib.ports import Commit
from tests.desk import SEAT, at_the_desk, clicked, signed_in
from tests.reader import Reader


@pytest.fixture
def creditor(house):
    house.empty()
    return house.open_creditor()


@pytest.fixture
def jana(house, creditor):
    """Somebody who works here and is known to the identity provider by the same address."""
    staff = house.employ("lead", creditors=(creditor.id,), email="Jana.Brandt@nordlicht.example")
    house.people[:] = [
        {"sub": "jana", "name": "Jana Brandt", "email": "jana.brandt@nordlicht.example", "email_verified": True},
        {"sub": "stranger", "name": "Sam Stranger", "email": "sam@example.com", "email_verified": True},
        {"sub": "unproven", "name": "Jana", "email": "jana.brandt@nordlicht.example", "email_verified": False},
    ]
    house.identity.twist = lambda claims: claims
    wiring.identity_provider.cache_clear()
    return staff


def acts():
    return [act.what for act in wiring.outgoing().acts("_all", f"{wiring.clock():%Y-%m}")]


def test_who_works_here_comes_in_stands_where_they_wanted_to_be_and_is_bound_to_the_providers_id(house, jana):
    reader = Reader()
    asked = reader.get("/desk?week=3")
    assert asked.status == 401 and SEAT not in "".join(asked.cookies)
    back = signed_in(reader, "jana", "/desk?week=3")
    assert (back.status, back.location) == (303, "/desk?week=3")
    assert reader.get("/desk").status == 200
    bound = wiring.roster().staff_member(jana.id)
    assert bound.subject and bound.version == jana.version + 1
    assert acts() == [ActKind.SIGN_IN]
    # Later the provider's id alone counts, whatever address they have there.
    house.people[0]["email"] = "jana.kowalski@nordlicht.example"
    assert signed_in(Reader(), "jana").status == 303
    again = wiring.roster().staff_member(jana.id)
    assert (again.email, again.subject) == (bound.email, bound.subject)
    assert again.vouched == (*bound.vouched, "jana.kowalski@nordlicht.example"), (
        "it tells two sign-ins of one human"
    )


def test_a_seat_is_a_sealed_cookie_of_this_host_that_no_script_reads(jana):
    reader = Reader()
    (cookie,) = [c for c in signed_in(reader, "jana").cookies if c.startswith(f"{SEAT}=")]
    for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in cookie
    assert "Domain" not in cookie


def test_what_the_provider_is_asked_holds_state_nonce_and_a_challenge_and_no_secret(jana):
    asked = parse_qs(urlsplit(Reader().get("/desk/sign-in").location).query)
    assert asked["response_type"] == ["code"] and asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == ["https://zahlen.nordlicht.example/desk/back"]
    again = parse_qs(urlsplit(Reader().get("/desk/sign-in").location).query)
    for name in ("state", "nonce", "code_challenge"):
        assert asked[name] != again[name] and len(asked[name][0]) >= 22
    assert "secret" not in str(asked)


@pytest.mark.parametrize(("sub", "words"), [("stranger", "not on the list"), ("unproven", "does not confirm")])
def test_whom_the_staff_list_does_not_know_reads_calmly_whom_to_ask(house, jana, sub, words):
    reader = Reader()
    reader.sends["Accept-Language"] = "en"
    answer = signed_in(reader, sub)
    assert answer.status == 403 and words in answer.words
    assert not reader.cookies.get(SEAT)
    assert acts() == []
    assert wiring.roster().staff_member(jana.id).subject is None


def test_who_has_left_or_shares_an_address_with_somebody_is_bound_to_nobody(house, jana):
    wiring.store().commit("_all", Commit((), staff=(replace(jana, left_at=wiring.clock()),)))
    assert signed_in(Reader(), "jana").status == 403
    for number in ("a", "b"):
        house.employ("agent", id=number, email=jana.email)
    assert signed_in(Reader(), "jana").status == 403


def test_only_the_browser_that_was_sent_there_comes_in_and_a_code_is_good_once(jana):
    mine, other = Reader(), Reader()
    back = clicked(mine.get("/desk/sign-in").location, "jana")
    assert other.get(back).status == 401
    other.get("/desk/sign-in")
    assert other.get(back).status == 401, "another sign-in's state"
    way = dict(mine.cookies)
    assert mine.get(back).status == 303
    replayed = Reader(cookies=way)
    assert replayed.get(back).status == 401, "the code was spent"
    assert not replayed.cookies.get(SEAT)


def test_who_turns_back_there_may_try_again(jana):
    reader = Reader()
    answer = signed_in(reader, "")
    assert answer.status == 401 and "/desk/sign-in" in answer.text


@pytest.mark.parametrize(
    "twist",
    [
        {"nonce": "another"},
        {"aud": "another"},
        {"aud": ["kulanz", "another"]},
        {"azp": "another"},
        {"iss": "https://another.example"},
        {"exp": 1},
        {"iat": 1},
        {"sub": ""},
    ],
    ids=str,
)
def test_a_token_that_is_not_ours_not_of_now_or_not_asked_for_lets_nobody_in(house, jana, twist):
    house.identity.twist = lambda claims: {**claims, **twist}
    reader = Reader()
    assert signed_in(reader, "jana").status == 401
    assert not reader.cookies.get(SEAT) and acts() == []


def test_a_provider_in_trouble_is_said_and_nobody_is_in(house, jana):
    reader = Reader()
    back = clicked(reader.get("/desk/sign-in").location, "jana")
    house.identity.trouble[:] = [503]
    assert reader.get(back).status == 503
    assert not reader.cookies.get(SEAT)


ELSEWHERE = (
    "https://evil.example",
    "//evil.example",
    "/p/x",
    "/desk\\evil",
    "/desk//evil",
    "/desk/../p/x",
    "/desk/%2e%2E/p",
)


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_nobody_is_led_anywhere_but_to_the_desk(jana, elsewhere):
    reader = Reader()
    start = reader.get(f"/desk/sign-in?to={elsewhere}")
    assert reader.get(clicked(start.location, "jana")).location == "/desk"


def test_signing_out_ends_every_sign_in_of_this_person_and_leads_on_to_the_providers_own(house, jana):
    here, elsewhere = at_the_desk(jana), at_the_desk(jana)
    page = here.get("/desk")
    kept = dict(here.cookies)
    away = here.press(page, "/desk/sign-out")
    page = here.on(away).text
    assert f'href="{house.identity.url}/end-session?client_id=kulanz' in page
    assert "post_logout_redirect_uri=https%3A%2F%2Fzahlen.nordlicht.example%2Fdesk%2Fsigned-out" in page
    assert not here.cookies.get(SEAT)
    for reader in (here, elsewhere, Reader(cookies=kept)):
        assert reader.get("/desk").status == 401
    assert acts() == [ActKind.SIGN_OUT]
    assert signed_in(Reader(), "jana").status == 303, "and may come again at once"


def test_a_role_taken_away_counts_with_the_next_page(house, jana):
    reader = at_the_desk(jana)
    assert reader.get("/desk").status == 200
    wiring.store().commit("_all", Commit((), staff=(replace(jana, left_at=wiring.clock()),)))
    assert reader.get("/desk").status == 401


@pytest.mark.parametrize("minutes", [31, 601])
def test_a_seat_nobody_used_for_half_an_hour_is_over(jana, minutes):
    reader = at_the_desk(jana, since=wiring.clock() - timedelta(minutes=minutes))
    answer = reader.get("/desk")
    assert answer.status == 401 and "sign-in is over" in answer.words


def test_a_form_of_another_sign_in_or_of_none_does_nothing(jana):
    one, two = at_the_desk(jana), at_the_desk(jana)
    action, fields = one.get("/desk").form("/desk/sign-out")
    for sent in (fields, {}, {"proof": "x"}, {"proof": "é"}):
        assert two.post(action, sent).status == 403
    assert acts() == []
    assert one.post(action, fields, Origin="https://evil.example").status == 403
    assert one.post(action, fields, Sec_Fetch_Site="cross-site").status == 403
    assert acts() == []
    assert one.post(action, fields, Origin="", Sec_Fetch_Site="").status == 303


MARK = "Sie haben recht <wirklich> & das tut uns leid."


def writing(house, creditor, jana, **asked):
    """A form in which somebody has written while their seat ran out."""
    claim = house.register(creditor)
    action = f"/desk/c/{claim.creditor}/{claim.debtor}/answer"
    late = at_the_desk(jana, since=wiring.clock() - timedelta(minutes=31))
    proof = form_proof(seat_of(late), next(iter(wiring.desk_keys().values())))
    return late, action, {"proof": proof, "words": MARK, "step": "ask", "task": "t-none", **asked}


def box(page):
    return unescape(re.search(r'<textarea[^>]* name="words"[^>]*>(.*?)</textarea>', page.text, re.DOTALL)[1])


def seat_of(reader):
    return seat_opened(reader.cookies[SEAT], wiring.desk_keys())


def test_what_was_typed_before_the_seat_ran_out_comes_back_in_its_box_and_is_sent_by_the_new_sign_in(
    house, creditor, jana
):
    late, action, fields = writing(house, creditor, jana)
    lost = late.post(action, fields)
    assert lost.status == 401 and escape(MARK) in lost.text and "Nothing has been sent" in lost.words
    start = re.search(r'href="(/desk/sign-in[^"]*)" target="_blank" rel="noopener"', lost.text)[1]
    assert parse_qs(urlsplit(start).query) == {"to": [action.removesuffix("/answer")]}, (
        "no word of it in an address"
    )
    early = late.press(lost, action, words=box(lost))
    assert early.status == 401 and box(early) == MARK, "not signed in yet: nothing is lost"
    assert late.get(clicked(late.get(start).location, "jana")).location == action.removesuffix("/answer")
    again = late.press(early, action, words=box(early))
    assert again.status == 403 and box(again) == MARK and "look it over" in again.words
    form = dict(again.form(action)[1])
    assert served_in(form["proof"], jana.id, wiring.desk_keys()) == seat_of(late).id
    assert form["step"] == "ask"
    # What it does now is its own affair: there is no such task.
    assert late.press(again, action, words=box(again)).status == 404


def test_what_somebody_else_put_into_a_form_is_shown_to_nobody_as_theirs_to_send(house, creditor, jana):
    late, action, fields = writing(house, creditor, jana)
    here = at_the_desk(jana)
    of_another = form_proof(replace(seat_of(late), staff="s-else"), next(iter(wiring.desk_keys().values())))
    for proof in ("", "x", of_another, fields["proof"][:-1]):
        page = here.post(action, {**fields, "proof": proof})
        assert page.status == 403 and escape(MARK) in page.text
        assert [at for at, _ in page.forms()] == ["/desk/sign-out"], "it can be copied and not sent"
    for sent in ({"Origin": "https://evil.example"}, {"Sec_Fetch_Site": "cross-site"}):
        for reader in (here, late):
            page = reader.post(action, fields, **sent)
            assert page.status == 403 and escape(MARK) not in page.text


def test_without_an_issuer_the_desk_is_closed_and_says_so(house, jana, monkeypatch):
    monkeypatch.setenv("DESK_ISSUER", "")
    wiring.identity_provider.cache_clear()
    for path in ("/desk", "/desk/sign-in", "/desk/back"):
        answer = at_the_desk(jana).get(path)
        assert answer.status == 404 and "not open yet" in answer.words
    wiring.identity_provider.cache_clear()
