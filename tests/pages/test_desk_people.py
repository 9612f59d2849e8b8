"""Who works here is kept by operators, when they work by whoever leads them; an auditor reads along."""

import csv
import io
from datetime import timedelta

import pytest

from chalicelib import wiring
from chalicelib.actions.take_seat import take_seat
from chalicelib.domain.staff import Role, shifts_text
from chalicelib.ports import Identity
from tests.desk import at_the_desk
from tests.operators import Person


@pytest.fixture
def creditor(house):
    house.empty()
    return house.open_creditor()


@pytest.fixture
def olga(house, creditor):
    return house.employ("operator", creditors=(creditor.id,), name="Olga Petersen", email="olga@desk.example")


def the_one(email):
    (found,) = [one for one in wiring.roster().staff() if one.email == email]
    return found


def form_of(creditor, **changes):
    said = {"name": "Tom Okafor", "email": "tom@desk.example", "roles": "agent", "creditors": creditor.id}
    more = {"team": "front", "languages": "en, FR", "shifts": "Mon-Fri 9-17", "absences": "", "most": "4"}
    return {**said, **more, **changes}


def send(reader, page, **typed):
    action, fields = reader.get(page).form(page)
    return reader.post(action, {**unseen(fields), **typed})


def unseen(fields):
    """What a form sends along that nobody fills in."""
    return {name: fields[name] for name in ("proof", "member") if name in fields}


def test_an_operator_adds_changes_and_lets_somebody_go(house, creditor, olga):
    reader = at_the_desk(olga)
    added = send(reader, "/desk/staff/new", **form_of(creditor))
    assert added.status == 303 and "counts from now on" in reader.on(added).words
    tom = the_one("tom@desk.example")
    assert (tom.languages, tom.most, shifts_text(tom.shifts)[:15]) == (("en", "fr"), 4, "Mon 09:00-17:00")
    sits = at_the_desk(tom)
    assert sits.get("/desk").status == 200
    page = f"/desk/staff/{tom.id}"
    assert 'value="Mon 09:00-17:00; ' in reader.get(page).text
    assert send(reader, page, **form_of(creditor, roles="auditor")).status == 303
    assert the_one(tom.email).roles == (Role.AUDITOR,)
    assert send(reader, page, go="yes").status == 303
    assert sits.get("/desk").status == 401
    assert reader.get(page).status == 404, "who has gone is changed no more"


def test_somebody_new_pressed_twice_is_there_once_and_can_sign_in(house, creditor, olga):
    reader = at_the_desk(olga)
    action, fields = reader.get("/desk/staff/new").form("/desk/staff/new")
    sends = {**unseen(fields), **form_of(creditor)}
    answers = house.wire.race(*[lambda: reader.post(action, sends)] * 2)
    assert [one.status for one in answers] == [303, 303]
    here = Identity("subject-of-tom", "tom@desk.example", "Tom")
    seated = take_seat(here, roster=wiring.roster(), store=wiring.store(), now=wiring.clock())
    assert seated.id == the_one("tom@desk.example").id


def test_a_form_that_was_sent_before_adds_nobody_else_until_it_is_saved_once_more(house, creditor, olga):
    reader = at_the_desk(olga)
    action, fields = reader.get("/desk/staff/new").form("/desk/staff/new")
    assert reader.post(action, {**unseen(fields), **form_of(creditor)}).status == 303
    nina = form_of(creditor, name="Nina Frey", email="nina@desk.example")
    for drawn in (fields["member"], "", "../x", "x" * 99):
        told = reader.post(action, {**unseen(fields), **nina, "member": drawn})
        assert told.status == 422 and "Nobody was added" in told.words and 'value="Nina Frey"' in told.text
    assert "nina@desk.example" not in [one.email for one in wiring.roster().staff()]
    assert reader.post(action, {**unseen(told.form(action)[1]), **nina}).status == 303
    assert the_one("nina@desk.example").name == "Nina Frey"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "Please write the name"),
        ({"email": "tom"}, "Please write a whole address"),
        ({"email": "olga@desk.example"}, "has this address already"),
        ({"roles": "king"}, "Please choose what they do"),
        ({"languages": ""}, "short names"),
        ({"shifts": "often"}, "Mon-Fri 8:00-17:00; Sat"),
        ({"absences": "soon"}, "Please write days like this"),
        ({"most": "0"}, "from 1 to 50"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_what_was_typed_stays(house, creditor, olga, changes, words):
    before = house.everything()
    answer = send(at_the_desk(olga), "/desk/staff/new", **form_of(creditor, **changes))
    assert answer.status == 422 and words in answer.words
    assert 'value="front"' in answer.text
    assert house.everything() == before


def test_an_operator_neither_sees_nor_gives_away_creditors_that_are_not_theirs(house, creditor, olga):
    other = house.open_creditor()
    both = house.employ("agent", creditors=(creditor.id, other.id), email="both@desk.example")
    theirs = house.employ("agent", creditors=(other.id,), name="Nina Elsewhere", email="nina@desk.example")
    reader = at_the_desk(olga)
    page = reader.get("/desk/staff")
    assert "Nina Elsewhere" not in page.text and other.id not in page.text
    assert reader.get(f"/desk/staff/{theirs.id}").text.replace(theirs.id, "") == reader.get("/desk/staff/x").text
    changed = send(reader, f"/desk/staff/{both.id}", **form_of(creditor, email=both.email, creditors=other.id))
    assert changed.status == 303
    assert the_one(both.email).creditors == (other.id,), "their own taken away, the other's left as it was"


def test_what_counts_at_anothers_creditor_is_not_an_operators_of_one_to_say(house, creditor, olga):
    other = house.open_creditor()
    tom = house.employ("agent", creditors=(creditor.id, other.id), name="Tom Okafor", email="tom@desk.example")
    reader, page = at_the_desk(olga), f"/desk/staff/{tom.id}"
    for typed in (form_of(creditor, email="olga.2@desk.example"), form_of(creditor, roles="lead"), {"go": "yes"}):
        answer = send(reader, page, **typed)
        assert answer.status == 422 and "Your own creditors you can take away" in answer.words
        assert other.id not in answer.text
        assert wiring.roster().staff_member(tom.id) == tom
    assert send(reader, page, **form_of(creditor)).status == 303, "when they work is for either to say"
    assert send(reader, page, **form_of(creditor, creditors="none")).status == 303
    assert the_one(tom.email).creditors == (other.id,)


def test_nobody_gives_themselves_a_role(house, creditor, olga):
    reader = at_the_desk(olga)
    wish = form_of(creditor, name=olga.name, email=olga.email, roles="lead")
    answer = send(reader, f"/desk/staff/{olga.id}", **wish)
    assert answer.status == 422 and "somebody else changes for you" in answer.words
    assert the_one(olga.email).roles == (Role.OPERATOR,)


def test_a_lead_says_when_their_own_team_works_and_nothing_else(house, creditor):
    lead = house.employ("lead", creditors=(creditor.id,), team="front", email="lead@desk.example")
    tom = house.employ("agent", creditors=(creditor.id,), team="front", email="tom@desk.example")
    nina = house.employ("agent", creditors=(creditor.id,), team="back", email="nina@desk.example")
    reader = at_the_desk(lead)
    page = f"/desk/team/{tom.id}"
    assert send(reader, page, **form_of(creditor, roles="operator", name="X", shifts="Sat 9-12")).status == 303
    changed = the_one(tom.email)
    assert (changed.roles, changed.name, shifts_text(changed.shifts)) == (tom.roles, tom.name, "Sat 09:00-12:00")
    assert reader.get(f"/desk/team/{nina.id}").status == 404
    assert reader.get("/desk/staff").status == 403


def test_the_first_of_them_come_in_by_the_operators_door(house, creditor):
    anna = Person("anna", "_all")
    said = {"name": "Olga Petersen", "email": "olga@desk.example", "roles": "operator", "creditors": creditor.id}
    added = anna.acts("staff-add", **said)
    assert added["status"] == 200 and added["staff"]["roles"] == ["operator"]
    assert anna.acts("staff-add", **said)["because"] == "address_taken"
    member = added["staff"]["id"]
    assert anna.acts("staff-change", member=member, shifts="Mon 9-12")["staff"]["shifts"] == "Mon 09:00-12:00"
    for unfit in ({"shifts": "often"}, {"creditors": "nobody"}, {"roles": "king"}, {"left_at": "now"}):
        assert anna.acts("staff-change", member=member, **unfit)["status"] == 422
    assert [one["id"] for one in anna.looks("staff")["staff"]] == [member]
    assert anna.acts("staff-go", member=member)["status"] == 200
    assert Person("anna", creditor.id).acts("staff-add", **said)["status"] == 422
    assert [act["what"] for act in anna.looks("acts")["acts"]] == ["staff_add", "staff_change", "staff_go"]


def test_an_auditor_reads_who_saw_and_did_what_by_day_person_and_debtor(house, creditor, olga):
    claim, other = house.register(creditor), house.open_creditor()
    amir = house.employ("auditor", creditors=(creditor.id,), name="Amir Haddad", email="amir@desk.example")
    reader = at_the_desk(amir)
    assert "Nothing is written down" in reader.get("/desk/audit").words
    asked = f"/desk/audit?debtor={claim.debtor}"
    assert "Amir Haddad" in reader.get(asked).words, "who searches for a debtor has looked"
    Person("anna", creditor.id).acts("hold")
    page = reader.get(f"/desk/audit?creditor={creditor.id}").words
    assert "Amir Haddad saw audit" in page and "anna did hold" in page
    assert "anna" not in reader.get("/desk/audit?by=Amir Haddad").words
    send(at_the_desk(olga), "/desk/staff/new", **form_of(creditor))
    assert "Olga Petersen did staff_add" in reader.get("/desk/audit?creditor=_all").words
    for bad in ("since=2026-02-30", "since=2026-11-20&till=2026-11-01", "since=2020-01-01&till=2026-11-01"):
        assert reader.get(f"/desk/audit?{bad}").status == 422
    for theirs in (other.id, "never-was"):
        assert reader.get(f"/desk/audit?creditor={theirs}").status == 404


@pytest.mark.parametrize("letter", ["a", "%C3%BC"])
def test_a_name_longer_than_any_key_is_of_nobody_wherever_a_path_takes_one(house, creditor, letter):
    claim, long = house.register(creditor), letter * 3000
    reader = at_the_desk(house.employ("operator", "lead", creditors=(creditor.id,), name="Lea Ott", team="a"))
    of = f"/desk/c/{creditor.id}"
    ends = [f"{claim.debtor}/{part}/{long}" for part in ("message", "document", "evidence", "call")]
    for page in ("/desk/team/" + long, "/desk/staff/" + long, *(f"{of}/{end}" for end in (long, *ends))):
        assert reader.get(page).status == 404, page[:60]
    _, fields = reader.get("/desk/staff/new").form("/desk/staff/new")
    for page in ("/desk/team/", "/desk/staff/"):
        assert reader.post(page + long, unseen(fields)).status == 404, page
    handed = reader.post(f"{of}/{claim.debtor}/hand-on", {**unseen(fields), "task": "t", "to": "a" * 3000})
    assert handed.status == 404


@pytest.mark.parametrize("days", ["since=9999-12-31", "since=9999-12-30&till=9999-12-31", "since=2999-01-01"])
def test_days_that_are_still_to_come_are_told_at_their_field_up_to_the_last_there_is(house, creditor, days):
    reader = at_the_desk(house.employ("auditor", creditors=(creditor.id,)))
    for page in ("/desk/audit", "/desk/audit/csv"):
        answer = reader.get(f"{page}?{days}")
        answer = reader.on(answer) if answer.status == 303 else answer
        assert answer.status == 422 and "Please name days that exist" in answer.words, page


def test_a_day_that_has_begun_somewhere_already_can_be_asked_for(house, creditor):
    reader = at_the_desk(house.employ("auditor", creditors=(creditor.id,)))
    tomorrow = (wiring.clock() + timedelta(days=1)).date()
    assert reader.get(f"/desk/audit?since={tomorrow}").status == 200


def test_it_is_paged_and_taken_along_whole_as_a_table(house, creditor):
    from chalicelib.domain.audit import Look

    amir = house.employ("auditor", creditors=(creditor.id,), name="=Amir", email="amir@desk.example")
    for number in range(450):
        wiring.looks().note(Look(creditor.id, amir.id, wiring.clock(), "matter", f"K-{number}"))
    # Today began yesterday where midnight passes while they are noted.
    days = f"?since={(wiring.clock() - timedelta(days=1)).date()}"
    reader, seen, page = at_the_desk(amir), [], f"/desk/audit{days}"
    while page:
        text = reader.get(page).text
        seen += [part.split("<")[0] for part in text.split("<bdi>K-")[1:]]
        more = [part.split('"')[0] for part in text.split('class="second" href="')[1:]]
        page = more[0].replace("&amp;", "&") if more else ""
    assert seen == [str(number) for number in range(450)]
    told = reader.get(f"/desk/audit/csv{days}")
    assert told.headers["content-disposition"].startswith("attachment")
    rows = list(csv.DictReader(io.StringIO(told.text)))
    assert [row["debtor"] for row in rows] == [f"K-{number}" for number in range(450)]
    assert {row["name"] for row in rows} == {"'=Amir"}, "no formula for a spreadsheet"
