"""The other doors: references of letters, codes, helpers, and leaving, over the real protocols."""

import re
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from chalicelib import wiring
from chalicelib.actions.ask_for_help import ask_for_help
from chalicelib.actions.choose import choose
from chalicelib.domain.parties import Choices
from chalicelib.domain.pay_link import LinkState, Scope, link_id
from chalicelib.domain.reference import drawn, shown
from chalicelib.domain.task import DaySlot, HelpRequest
from chalicelib.domain.visit import Visit
from chalicelib.entrypoints.places import NEEDED
from chalicelib.entrypoints.schedules import contact
from tests.reader import Reader, sqs
from tests.real import later

PERSON = ("Marta", "Lindqvist", "10437", "Lindenweg", "marta.lindqvist", "48,20", "Strom", "2026-4711")


def born(day, month, year):
    """The birth date as the door's form sends it."""
    return {
        "factor": "birth_date",
        "birth_day": str(day),
        "birth_month": str(month),
        "birth_year": str(year),
    }


def codes_only(claim):
    """The debtor wants nothing but codes asked."""
    choose(
        Visit("link", claim.creditor, claim.debtor, claim.id, wiring.clock()),
        Choices(code_only=True),
        None,
        store=wiring.store(),
        scheduler=wiring.scheduler(),
        policies=wiring.policies(),
        strategies=wiring.strategies(),
        now=wiring.clock(),
    )


def started(reference, **sends):
    """What a reader of a letter sees who types this reference at /start."""
    reader = Reader()
    return reader, reader.post("/start", {"reference": reference}, **sends)


def by_letter(claim, cookies=True):
    """A reader before the door that the claim's reference opens."""
    return Reader(claim.reference, {} if cookies else None)


def helper_of(house, claim, scope, *, cookies=True):
    """Somebody the debtor let in through the page, behind their own door."""
    debtor = Reader(house.link_to(claim))
    debtor.through_the_door()
    page = debtor.press(debtor.get("helpers"), "/helpers", scope=scope)
    (code,) = re.findall(r"\b(?:[2-9A-Z]{4}-){2}[2-9A-Z]{4}\b", page.words)
    assert code not in debtor.get("helpers").words, "it is shown once"
    reader, onward = started(code)
    helper = Reader(onward.location.removeprefix("/p/"), {} if cookies else None)
    door = helper.get()
    proven = helper.press(door, helper.token, postcode="10437")
    return helper, helper.on(proven) if proven.status == 303 else proven


def test_a_helper_is_not_told_that_the_debtor_has_other_invoices(house, creditor, claim):
    house.register(creditor, debtor=claim.debtor, what="Gas")
    helper, _ = helper_of(house, claim, "arrange")
    assert "Was stimmt nicht?" in helper.get("wrong").words and "Es geht um:" not in helper.get("wrong").words


def code_in(house, address):
    contact(sqs(*house.queued()), None)
    (code,) = re.findall(r"^\d{6}$", house.mails(address)[-1], re.MULTILINE)
    return code


def test_a_reader_of_a_letter_types_the_reference_and_stands_before_the_door(house, claim):
    for typed in (shown(claim.reference), claim.reference.lower(), f" {shown(claim.reference)} "):
        _, onward = started(typed)
        assert (onward.status, onward.location) == (303, f"/p/{claim.reference}")
    reader = by_letter(claim)
    door = reader.get()
    assert "invoice_number" not in door.text and "postcode" not in door.text, "the letter prints them"
    assert "48,20 €" in reader.through_the_door(**born(9, 3, 1984)).words


def test_P6_before_the_door_a_letters_reference_shows_no_personal_datum(house, claim):
    reader = by_letter(claim)
    for place in ("", "not-me", "stop", "new-link", "talk", "choices", "history", "data"):
        assert not [word for word in PERSON if word in reader.get(place).text]


def test_P8_a_reference_that_never_was_is_over_or_was_taken_back_looks_and_costs_the_same(house, creditor):
    over, back = house.register(creditor), house.register(creditor)
    house.link(over.reference, expires_at=later(seconds=-1))
    house.link(back.reference, state=LinkState.DISOWNED)
    never = drawn(b"nobody has this reference")
    seen = []
    for reference in (never, over.reference, back.reference):
        with house.wire.counted() as calls:
            _, answer = started(reference)
        seen.append((answer.status, answer.text.replace(reference, "·"), answer.headers, dict(calls)))
    assert seen[0] == seen[1] == seen[2] and seen[0][0] == 422


def test_P12_a_reference_typed_on_another_site_is_refused(house, claim):
    _, answer = started(claim.reference, Origin="https://evil.example", Sec_Fetch_Site="cross-site")
    assert answer.status == 403


def test_P4_start_changes_nothing_whatever_is_typed(house, claim):
    before = house.everything()
    for typed in (claim.reference, "", "x" * 9000, "K7M4-QX2D-9TRP"):
        started(typed)
    assert house.everything() == before


def test_P7_guessing_rests_the_letters_door_and_not_the_links(house, claim):
    guesser, debtor = by_letter(claim), Reader(house.link_to(claim))
    statuses = [guesser.post("", born(n, 3, 1984)).status for n in range(1, 6)]
    assert statuses == [422] * 4 + [429]
    assert guesser.post("", born(9, 3, 1984)).status == 429
    assert "48,20 €" in debtor.through_the_door().words


def test_P18_at_a_letters_door_nobody_can_silence_the_debtor(house, claim):
    reader = by_letter(claim)
    assert "/not-me" not in reader.get().text and "/stop" not in reader.get().text
    before = house.everything()
    for place in ("not-me", "stop"):
        reader.press(reader.get(place), f"/{place}")
    assert house.everything() == before
    assert reader.get().status == 200


def test_P6_a_stranger_who_reads_the_debtors_mail_gets_no_code(house, claim):
    for token in (house.link_to(claim), claim.reference):
        reader = Reader(token)
        assert reader.post("", {"factor": "code", "code": ""}).status in (422, 200)
    assert not [c for c in house.matter(claim).contacts.values() if c.kind.value == "code"]


def test_P7_a_code_opens_once_and_five_wrong_ones_let_the_door_rest(house, creditor):
    claim = house.register(creditor, email="code@example.com", phone=None)
    codes_only(claim)
    house.queued()
    reader = by_letter(claim)
    door = reader.get()
    assert "postcode" not in door.text
    sent = reader.press(door, reader.token)
    code = code_in(house, "code@example.com")
    assert claim.reference not in str(house.mails("code@example.com"))
    assert "Marta" not in house.mails("code@example.com")[-1]
    assert "48,20 €" in reader.on(reader.press(sent, reader.token, code=code)).words
    again = by_letter(claim)
    wrong = [again.post("", {"factor": "code", "code": code}).status for _ in range(5)]
    assert wrong == [422] * 4 + [429]
    stored = str(house.everything(claim.creditor))
    assert code not in stored, "no copy keeps it"


def test_a_code_pressed_for_in_two_tabs_at_once_is_one_message(house, creditor):
    claim = house.register(creditor, email="two.tabs@example.com", phone=None)
    codes_only(claim)
    reader = by_letter(claim, cookies=False)
    house.queued()
    answers = house.wire.race(*[lambda: reader.post("", {"factor": "code", "code": ""})] * 2)
    assert {answer.status for answer in answers} == {200}
    contact(sqs(*house.queued()), None)
    assert len(house.mails("two.tabs@example.com")) == 1


@pytest.mark.parametrize("cookies", [True, False])
@pytest.mark.parametrize("scope", ["see", "arrange"])
def test_a_helper_reaches_what_is_theirs_and_nothing_of_the_debtors_own(house, claim, scope, cookies):
    helper, matter = helper_of(house, claim, scope, cookies=cookies)
    assert "48,20 €" in matter.words
    assert "/choices" not in matter.text and 'value="choices"' not in matter.text
    seal = "" if cookies else matter.form("/show")[1]["visit"]
    before = house.everything()
    own = {name for name, needed in NEEDED.items() if needed is Scope.ALL}
    assert own >= {"choices", "points", "helpers", "data", "forget"}
    for place in sorted(own):
        pages = [helper.post("show", {"visit": seal, "page": place})]
        pages += [helper.post(place, {"visit": seal})] if place != "data" else []
        pages += [helper.get(place)] if cookies else []
        for page in pages:
            assert "marta.lindqvist@example.com" not in page.text
            assert "Das kann nur die Person selbst" in page.words, place
    assert helper.post("export", {"visit": seal}).headers["content-type"].startswith("text/html")
    assert house.everything() == before


def test_a_helper_moves_a_call_and_reads_neither_its_number_nor_its_words(house, claim):
    visit = Visit("link", claim.creditor, claim.debtor, claim.id, wiring.clock())
    request = HelpRequest("Es geht um meinen Nachbarn", DaySlot.MORNING, "de", "+491715550042")
    ports = {"store": wiring.store(), "scheduler": wiring.scheduler(), "policies": wiring.policies()}
    task = ask_for_help(visit, request, now=wiring.clock(), **ports)
    helper, _ = helper_of(house, claim, "arrange")
    page = helper.get("talk")
    done = helper.press(page, "/talk", step="move", slot="evening")
    for one in (page, done):
        assert one.status == 200 and "5550042" not in one.text and "Nachbar" not in one.text
    (moved,) = house.matter(claim).tasks.values()
    assert (moved.id, moved.request) == (task.id, replace(request, slot=DaySlot.EVENING))
    # A number of their own they may give; the words stay.
    helper.press(helper.get("talk"), "/talk", step="move", slot="evening", phone="0171 2223344")
    (moved,) = house.matter(claim).tasks.values()
    assert (moved.request.phone, moved.request.words) == ("01712223344", request.words)


def test_a_helper_who_may_only_look_arranges_nothing(house, claim):
    helper, matter = helper_of(house, claim, "see")
    assert "/plan" not in matter.text and "/transfer" not in matter.text
    before = house.everything()
    for place in ("pay", "later", "plan", "transfer", "wrong", "talk", "review", "origin"):
        helper.post(place, {"owed": "4820", "about": "faulty", "step": "raise", "words": "x"})
    assert house.everything() == before


@pytest.mark.parametrize("cookies", [True, False])
def test_a_helper_who_may_only_look_meets_no_form_that_would_be_refused(house, claim, cookies):
    helper, matter = helper_of(house, claim, "see", cookies=cookies)
    seal = "" if cookies else matter.form("/show")[1]["visit"]
    shown = [matter]
    for place in sorted(NEEDED):
        address = "" if place == "matter" else place
        page = helper.get(address) if cookies else helper.post("show", {"visit": seal, "page": place})
        if NEEDED[place] is not Scope.SEE:
            assert "Das kann nur die Person selbst" in page.words, place
        shown.append(page)
    offered = {urlsplit(action).path.rpartition("/")[2] for page in shown for action, _ in page.forms()}
    assert offered <= {"show", "document", "calendar", "close"}


def test_where_only_codes_open_the_helper_is_told_to_ask_for_one_and_never_for_the_postcode(house, claim):
    debtor = Reader(house.link_to(claim))
    debtor.through_the_door()
    codes_only(claim)
    page = debtor.press(debtor.get("helpers"), "/helpers", scope="see")
    assert "einen zweiten Code, den Sie ihr sagen" in page.words and "Postleitzahl" not in page.words
    (code,) = re.findall(r"\b(?:[2-9A-Z]{4}-){2}[2-9A-Z]{4}\b", page.words)
    _, onward = started(code)
    door = Reader(onward.location.removeprefix("/p/")).get()
    assert (
        "Wir schicken der Person, der Sie helfen, einen Code" in door.words
        and "von Ihnen kennen" not in door.words
    )


def test_a_helper_is_out_the_moment_the_debtor_takes_the_code_back(house, claim):
    helper, _ = helper_of(house, claim, "arrange")
    debtor = Reader(house.link_to(claim))
    debtor.through_the_door()
    page = debtor.get("helpers")
    name = next(fields["about"] for _, fields in page.forms() if "about" in fields)
    debtor.post("helpers", {"about": name})
    assert helper.get().status == 404
    assert helper.get("history").status == 404


def test_leaving_ends_the_visit_for_a_reader_with_cookies_also_by_going_back(house, claim):
    reader = Reader(house.link_to(claim))
    reader.through_the_door()
    kept = dict(reader.cookies)
    done = reader.press(reader.get(), "/close")
    assert done.status == 200 and done.headers["clear-site-data"] == '"cache"'
    for jar in (reader.cookies, kept):
        back = Reader(reader.token, dict(jar)).get()
        assert not [word for word in PERSON if word in back.text]
    house.until(lambda: "48,20 €" in Reader(reader.token).through_the_door().words)


def test_leaving_ends_the_visit_that_forms_carry_too(house, claim):
    reader = Reader(house.link_to(claim), cookies=None)
    matter = reader.through_the_door()
    reader.press(matter, "/close")
    for page in ("matter", "choices", "history", "data"):
        back = reader.press(matter, "/show", page=page)
        assert not [word for word in PERSON if word in back.text]
    assert reader.post("export", {"visit": matter.form("/show")[1]["visit"]}).status == 200
    assert "marta" not in reader.post("export", {"visit": matter.form("/show")[1]["visit"]}).text.lower()


@pytest.mark.parametrize("cookies", [True, False])
def test_in_the_language_picked_at_the_door_we_write_from_now_on(house, claim, cookies):
    reader = Reader(house.link_to(claim), {} if cookies else None)
    door = reader.get("?lang=tr")
    assert house.matter(claim).debtor.language is None, "to look changes nothing"
    proven = reader.press(door, reader.token, factor="postcode", postcode="10437")
    page = reader.on(proven) if cookies else proven
    assert "48,20" in page.words and '<html lang="tr"' in page.text
    assert house.matter(claim).debtor.language == "tr"
    again = Reader(house.link_to(claim))
    assert '<html lang="tr"' in again.get().text


def test_the_language_a_helper_picks_is_theirs(house, claim):
    token = house.link_to(claim)
    house.link(token, scope=Scope.ARRANGE)
    helper = Reader(token)
    helper.on(helper.press(helper.get("?lang=tr"), token, factor="postcode", postcode="10437"))
    assert house.matter(claim).debtor.language is None


def test_whoever_chose_a_language_reads_on_in_it(house, claim):
    reader = Reader(house.link_to(claim))
    reader.through_the_door()
    saved = reader.press(reader.get("choices"), "/choices", tongue="en")
    assert '<html lang="en"' in saved.text
    assert '<html lang="en"' in reader.get("choices").text
    assert house.link(claim.reference).language == "en"


def test_a_new_address_is_confirmed_on_the_page_and_the_next_letter_goes_there(house, creditor):
    claim = house.register(creditor, email="doors.old@example.com", phone=None)
    reader = Reader(house.link_to(claim))
    reader.through_the_door()
    house.queued()
    page = reader.post("points", {"point": "doors.new@example.com"})
    code = code_in(house, "doors.new@example.com")
    assert "Marta" not in house.mails("doors.new@example.com")[-1], "it may be a stranger's"
    arabic = "".join(chr(0x0660 + int(c)) for c in code)
    assert reader.press(page, "/points", code=arabic).status == 200
    planned = next(c for c in house.matter(claim).planned_for(claim.id))
    assert house.send(planned).value == "sent"
    assert len(house.mails("doors.new@example.com")) == 2 and not house.mails("doors.old@example.com")


def test_a_form_that_names_no_address_silences_nobody(house, claim):
    reader = Reader(house.link_to(claim))
    reader.through_the_door()
    before = house.everything()
    for name in ("", "x y", "0" * 40, "ALL"):
        reader.post("points", {"about": name})
    assert house.everything() == before


def test_the_reference_is_no_secret_kept_beside_its_hash(house, claim):
    assert house.link(claim.reference).id == link_id(claim.reference)
