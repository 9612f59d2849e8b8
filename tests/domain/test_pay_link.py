"""A link rests after wrong answers, longer the second time, never for ever."""

from datetime import timedelta

from chalicelib.domain.parties import Factor
from chalicelib.domain.pay_link import FIRST_REST, LATER_REST, LIFETIME, TRIES, PayLink, link_id
from tests.builders import NOW


def link(**changes):
    plain = {
        "id": link_id("token"),
        "creditor": "nordlicht",
        "debtor": "K-501",
        "claim": "R-1001",
        "contact": "c-1",
        "issued_at": NOW,
        "expires_at": NOW + LIFETIME,
        "factors": (Factor.POSTCODE,),
    }
    return PayLink(**{**plain, **changes})


def after(one, tries, now=NOW):
    for _ in range(tries):
        one = one.after_try(now)
    return one


def test_P7_four_tries_do_not_rest_the_fifth_does():
    assert not after(link(), TRIES - 1).rests_at(NOW)
    assert after(link(), TRIES).rests_at(NOW)


def test_P7_the_first_rest_is_an_hour_and_ends_by_itself():
    resting = after(link(), TRIES)
    assert resting.rests_until == NOW + FIRST_REST
    assert resting.rests_at(NOW + FIRST_REST - timedelta(microseconds=1))
    assert not resting.rests_at(NOW + FIRST_REST)


def test_P7_every_later_rest_is_a_day_and_there_are_five_tries_between_rests():
    one, now = link(), NOW
    for rest in (FIRST_REST, LATER_REST, LATER_REST, LATER_REST):
        assert not after(one, TRIES - 1, now).rests_at(now)
        one = after(one, TRIES, now)
        assert one.rests_until == now + rest
        now += rest
    assert one.rests == 4


def test_a_proof_forgets_earlier_slips():
    proven = after(link(), 2 * TRIES).after_proof()
    assert (proven.tries, proven.rests, proven.rests_until) == (0, 0, None)


def test_a_link_expires_at_its_end_and_not_before():
    assert not link().expired_at(NOW + LIFETIME - timedelta(microseconds=1))
    assert link().expired_at(NOW + LIFETIME)


def test_the_id_of_a_link_tells_nothing_of_its_token():
    assert link_id("token") == "3c469e9d6c5875d37a43f353d4f88e61fcf812c66eee3457465a40b0da4153e0"
    assert link_id("token") != link_id("tokeN")
