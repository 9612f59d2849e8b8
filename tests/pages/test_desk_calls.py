"""A call at the desk, over the whole app: its script, a link meanwhile, what came of it; complaints counted."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

import pytest

from chalicelib import wiring
from chalicelib.actions.ask_for_help import ask_for_help, complain
from chalicelib.actions.change_call import move_call
from chalicelib.domain.calling import CallOutcome
from chalicelib.domain.complaint import Cause, Complaint
from chalicelib.domain.contact import MessageKind
from chalicelib.domain.parties import Factor
from chalicelib.domain.task import DaySlot, HelpRequest
from chalicelib.domain.visit import Visit
from chalicelib.ports import Commit
from chalicelib.presentation.call_script import KNOWN, call_script
from chalicelib.presentation.i18n import languages, locale
from tests.desk import at_the_desk


@pytest.fixture
def creditor(house):
    house.empty()
    return house.open_creditor()


def asked(claim, language="tr", words="Sayaç yanlış.", plain=False):
    visit = Visit("link", claim.creditor, claim.debtor, claim.id, wiring.clock())
    request = HelpRequest(words, DaySlot.MORNING, language, "+491713920012", plain)
    return ask_for_help(visit, request, **ports())


def ports():
    return {
        "store": wiring.store(),
        "scheduler": wiring.scheduler(),
        "policies": wiring.policies(),
        "now": wiring.clock(),
    }


def here(task):
    return f"/desk/c/{task.creditor}/{task.debtor}/call/{task.id}"


def send(reader, page, to, **fields):
    proof = page.text.split('name="proof" value="')[1].split('"')[0]
    return reader.post(to, {"proof": proof, **fields})


@pytest.fixture
def agent(house, creditor):
    return at_the_desk(house.employ("agent", creditors=(creditor.id,)))


def test_the_script_stands_in_both_languages_and_nothing_of_the_matter_before_the_proof(house, creditor, agent):
    task = asked(house.register(creditor))
    page = agent.get(here(task))
    text = page.words
    assert page.status == 200 and "Türkçe" in text and "+491713920012" in text
    assert (
        "Bizi aramamızı" not in text
        and "Sizi aramamızı istediniz." in text
        and "You asked us to call you." in text
    )
    proof, after = text.index("First find out who is speaking"), text.index("Only after that")
    assert proof < after and "48.20" not in text[:after] and "48.20" in text[after:]
    assert "Sayaç yanlış." in text, "what they told is not asked again"


def test_what_came_of_it_is_said_in_two_clicks_and_what_happens_next_is_told(house, creditor, agent):
    claim = house.register(creditor)
    task = asked(claim)
    page = agent.get(here(task))
    told = send(agent, page, to=here(task), step="outcome", outcome="thinks", tries="0")
    assert told.status == 303 and "Noted." in agent.get(told.location).words
    assert house.matter(claim).tasks[task.id].done_at
    again = agent.get(here(task))
    assert "This call is done." in again.words and 'value="thinks"' not in again.text


def test_an_outcome_that_is_none_is_asked_for_again_and_nothing_is_written(house, creditor, agent):
    claim = house.register(creditor)
    task = asked(claim)
    page = agent.get(here(task))
    for fields in ({"outcome": "sold", "tries": "0"}, {"tries": "0"}, {"outcome": "nobody", "tries": "x"}):
        answer = send(agent, page, to=here(task), step="outcome", **fields)
        assert answer.status == 422 and "Please say what came of it." in answer.words
    assert house.matter(claim).tasks[task.id].done_at is None


def test_a_call_that_was_moved_while_its_page_was_open_is_shown_anew_with_why(house, creditor, agent):
    claim = house.register(creditor)
    task = asked(claim)
    path = here(task)
    form = agent.get(path).form(path, step="outcome")
    visit = Visit("link", claim.creditor, claim.debtor, claim.id, wiring.clock())
    move_call(visit, task.id, replace(task.request, phone="+491713920099"), **ports())
    answer = agent.post(form[0], {**form[1], "outcome": "wrong_number"})
    assert answer.status == 422 and "They moved this call meanwhile." in answer.words
    assert "+491713920099" in answer.words and house.matter(claim).debtor.blocked == ()
    # The page that is shown anew is of the call as it is now.
    form = answer.form(path, step="outcome")
    assert agent.post(form[0], {**form[1], "outcome": "thinks"}).status == 303
    assert house.matter(claim).tasks[task.id].done_at


def test_whoever_does_not_hold_a_call_is_offered_no_outcome_and_notes_none(house, creditor, agent):
    claim = house.register(creditor)
    task = asked(claim)
    anna = house.employ("agent", creditors=(creditor.id,), name="Anna Berg")
    mine = replace(house.matter(claim).tasks[task.id], owner=anna.id, owned_at=wiring.clock())
    wiring.store().commit(creditor.id, Commit((), tasks=(mine,)))
    page = agent.get(here(task))
    assert "A colleague has this call" in page.words and 'name="outcome"' not in page.text
    answer = send(agent, page, to=here(task), step="outcome", outcome="not_again", tries="0")
    assert answer.status == 422 and "A colleague has this call" in answer.words
    assert house.matter(claim).tasks[task.id].done_at is None
    assert 'name="outcome"' in at_the_desk(anna).get(here(task)).text


def test_a_link_leaves_while_they_talk_and_it_is_seen(house, creditor, agent):
    claim = house.register(creditor)
    task = asked(claim)
    page = agent.get(here(task))
    assert send(agent, page, to=here(task), step="link", by="sms", tries="0").status == 303
    assert "is on its way" in agent.get(here(task)).words
    (link,) = [c for c in house.matter(claim).contacts.values() if c.kind is MessageKind.NEW_LINK]
    house.send(link)
    assert "Link by text message left at" in agent.get(here(task)).words
    refused = send(agent, page, to=here(task), step="link", by="letter", tries="0")
    assert refused.status == 422 and "no address" in refused.words


def test_what_is_no_call_is_not_found(house, creditor, agent):
    claim = house.register(creditor)
    visit = Visit("link", claim.creditor, claim.debtor, claim.id, wiring.clock())
    task = complain(visit, "Zu viele Nachrichten.", **ports())
    assert agent.get(here(task)).status == 404
    assert agent.get(here(replace(task, id="t-none"))).status == 404


@pytest.mark.parametrize("language", languages())
def test_each_language_has_its_script_and_the_five_ways(house, creditor, language):
    claim = house.register(creditor)
    task = asked(claim, language.partition("-")[0], plain=language.endswith("-simple"))
    script = call_script(
        creditor, house.matter(claim), claim, task, ours=locale("en"), zone=wiring.policies()["DE"].zone
    )
    assert script.tongue.language == language and len(script.ways) == 5
    lines = (*script.before_proof, *script.questions, script.unproven)
    owed = script.tongue.money(_money(claim))
    assert not any(owed in line.said for line in lines) and owed in script.after_proof[0].said
    assert all(bool(line.meaning) is (language != "en") for line in lines)
    assert len(script.answers) == len(script.questions) == len(KNOWN)


def _money(claim):
    from chalicelib.domain.money import Money

    return Money(claim.outstanding.total, claim.currency)


def test_a_code_is_asked_for_on_no_telephone():
    assert Factor.CODE not in KNOWN


# Complaints


def counted(creditor, *causes, days=0):
    at = wiring.clock() - timedelta(days=days)
    for number, cause in enumerate(causes):
        one = Complaint(creditor.id, "K-1", "R-1", f"t-{days}-{number}", at, at + timedelta(days=1))
        told = {"cause": cause, "answered_at": at, "justified": True, "by": "s-1"} if cause else {}
        wiring.store().commit(creditor.id, Commit((), complaints=(replace(one, **told),)))


@pytest.mark.parametrize("role", ["lead", "reader"])
def test_leads_and_the_creditors_reader_see_complaints_by_month_and_cause(house, creditor, role):
    counted(creditor, Cause.TONE, Cause.TONE, Cause.DATA, None)
    counted(creditor, None, days=3)
    reader = at_the_desk(house.employ(role, creditors=(creditor.id,)))
    page = reader.get(f"/desk/complaints/{creditor.id}")
    assert page.status == 200 and "Tone" in page.words and "Not answered and late: 1" in page.words
    sheet = reader.get(f"/desk/complaints/{creditor.id}/csv")
    assert sheet.status == 200 and "text/csv" in sheet.headers["content-type"]
    rows = sheet.text.splitlines()
    assert rows[0] == "month,cause,number,justified,in_time,open" and any(",tone,2,2,2,0" in row for row in rows)
    assert "K-1" not in sheet.text and "K-1" not in page.text


def test_O3_of_another_creditor_nobody_sees_that_it_exists(house, creditor, agent):
    other = house.open_creditor()
    for name in (other.id, "no-such-creditor"):
        for path in (f"/desk/complaints/{quote(name)}", f"/desk/complaints/{quote(name)}/csv"):
            assert agent.get(path).status == 404


def test_every_outcome_is_offered(house, creditor, agent):
    page = agent.get(here(asked(house.register(creditor))))
    assert all(f'value="{one.value}"' in page.text for one in CallOutcome)


# A public reply


def test_a_public_reply_begins_with_a_text_that_tells_nothing_and_is_looked_at_before_it_is_copied(
    house, creditor, agent
):
    claim = house.register(creditor)
    path = f"/desk/c/{creditor.id}/{claim.debtor}/public"
    page = agent.get(f"{path}?tongue=tr")
    assert page.status == 200 and "Sözleriniz için teşekkürler." in page.text
    before = house.everything(creditor.id)
    refused = send(agent, page, to=path, text="Liebe Frau L-i-n-d-q-v-i-s-t", tongue="de")
    assert refused.status == 422 and "It tells: Marta Lindqvist" in refused.words
    fits = send(agent, page, to=path, text="Danke für Ihre Worte.", tongue="de")
    assert fits.status == 200 and "It tells nothing of the matter." in fits.words
    after = {key: item for key, item in house.everything(creditor.id).items() if "LOOK" not in key[1]}
    assert {key for key in after if key not in before} <= {key for key in after if "#V#" in key[0]}
    assert agent.get(f"/desk/c/{creditor.id}/K-none/public").status == 404
