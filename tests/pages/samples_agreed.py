"""One sample of every page about plans and deferrals, in every state a reader can meet it."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from chalicelib.domain.allocation import Split
from chalicelib.domain.claim import ClaimState, Hold, HoldKind
from chalicelib.domain.deferral import Deferral
from chalicelib.domain.mandate import Mandate, MandateState, SavedWay
from chalicelib.domain.offer import Offer, OfferKind
from chalicelib.domain.plan import Method, Plan
from chalicelib.domain.terms import (
    Bounds,
    DeferralBounds,
    NotPossible,
    Wish,
    deferral_dates,
    lowered,
    propose,
    skipped,
    suggested,
)
from chalicelib.presentation import views
from chalicelib.presentation.frame import Problem

BOUNDS = Bounds(least=1000, most_months=24, first_within_days=45)
DEFERRAL_BOUNDS = DeferralBounds(longest_days=60, most=3)


def agreed_samples(at, s):
    """Name -> view; `at` makes a frame, `s` is the module with the parties and claims of all samples."""
    today, now = s.NOW.astimezone(s.ZONE).date(), s.NOW
    claim = s.CLAIM
    large = replace(
        claim, outstanding=Split(principal=123_400, interest=1_063, costs=5_000), reference="NL-4711-09"
    )
    usual = suggested(claim.outstanding.total, BOUNDS, today)
    by = datetime(2026, 11, 25, 17, 0, tzinfo=now.tzinfo)
    large_wish = Wish(7_500, date(2026, 12, 31), 31, Method.TRANSFER)
    parts = propose(large_wish, large.outstanding.total, BOUNDS, today).instalments
    small_parts = propose(usual, claim.outstanding.total, BOUNDS, today).instalments
    same = {"creditor": "nordlicht", "debtor": "K-501", "claim": claim.id}
    running = Plan(
        **same,
        id="p-1",
        currency="EUR",
        instalments=small_parts,
        method=Method.LINK,
        offer="o-1",
        agreed_at=now,
        paid_before=0,
    )
    debit = replace(running, method=Method.DEBIT, notice_days=2)
    way = SavedWay("cus_1", "pm_1", "sepa_debit", "3000", "NL4711REF", True)
    mandate = Mandate("m-1", *same.values(), "p-1", 2, now, MandateState.ACTIVE, saved=way)
    own = replace(running, instalments=parts, method=Method.TRANSFER, day=31)
    on_plan = replace(claim, state=ClaimState.ON_PLAN, plan="p-1").held(Hold(HoldKind.PLAN, now, None, "p-1"))
    large_on_plan = replace(large, state=ClaimState.ON_PLAN, plan="p-1", paid=16_000)
    in_january = datetime(2027, 1, 12, 9, 0, tzinfo=now.tzinfo)
    offered = Offer(
        **same,
        id="o-1",
        kind=OfferKind.PLAN,
        owed=claim.outstanding.total,
        currency="EUR",
        language="de",
        made_at=now,
        good_until=now + timedelta(days=1),
        instalments=small_parts,
        document="d-1",
    )
    large_offer = replace(offered, owed=large.outstanding.total, instalments=parts, method=Method.TRANSFER, day=31)
    later_offer = replace(offered, kind=OfferKind.DEFERRAL, until=date(2026, 12, 15), instalments=())
    change = replace(offered, kind=OfferKind.PLAN_CHANGE, plan="p-1", instalments=skipped(running, 2000, today))
    deferral = Deferral(**same, id="f-1", until=date(2026, 12, 15), offer="o-2", agreed_at=now)
    days, latest = deferral_dates(today, DEFERRAL_BOUNDS), today + timedelta(days=60)
    c = s.CREDITOR

    def plan(place, wish=usual, of=claim, **more):
        return views.plan(at(place), of, wish, BOUNDS, now, answer_by=by, **more)

    budget = {"income": "viel", "dependants": "2", "rent": "650", "living": ""}
    matter = {"entries": (s.OPENING,), "now": now}

    def held(of, plan=None, deferral=None):
        standing = views.standing(at("matter"), of, plan, deferral, now)
        return views.of_claim(at("matter"), c, s.DEBTOR, of, **matter, agreed=standing)

    return {
        "later": views.later(at("later"), claim, days, latest, now),
        "later_mend": views.later(
            at("later"),
            claim,
            days,
            latest,
            now,
            typed={"until_day": "31", "until_month": "11", "until_year": "2026"},
            problems=(Problem("until", "problem.until.form"),),
        ),
        "later_too_late": views.later(
            at("later"),
            claim,
            days,
            latest,
            now,
            typed={"until_day": "1", "until_month": "5", "until_year": "2027"},
            refused=NotPossible("until", "too_late", latest),
        ),
        "later_used_up": views.later(
            at("later"), claim, days, latest, now, refused=NotPossible("until", "deferrals_used_up")
        ),
        "later_changed": views.later(at("later"), claim, days, latest, now, changed="amount"),
        "plan": plan("plan"),
        "plan_long": plan("plan", large_wish, large),
        "plan_below": plan("plan", replace(usual, amount=500)),
        "plan_very_long": plan("plan", replace(usual, amount=1100), large),
        "plan_too_late": plan("plan", replace(usual, first=date(2027, 5, 1))),
        "plan_in_the_past": plan("plan", replace(usual, first=date(2026, 11, 1))),
        "plan_mend": plan(
            "plan",
            typed={"amount": "vierzig", "first_day": "31", "first_month": "2", "first_year": "2027"},
            problems=(Problem("amount", "problem.amount.form"), Problem("first", "problem.first.form")),
        ),
        "plan_changed": plan("plan", changed="amount"),
        "plan_found": plan("plan", replace(usual, amount=3500), large, found=3500),
        "plan_budget_mend": plan("plan", budget=budget, problems=(Problem("income", "problem.income.form"),)),
        "plan_without_budget": plan("plan", budget_known=False),
        "nothing_left": views.nothing_left(at("plan"), latest),
        "nothing_left_used_up": views.nothing_left(at("plan"), None),
        "offer_sent": views.offer_sent(at("plan"), claim, replace(usual, amount=500), by, now),
        "offer": views.offer(at("plan"), c, claim, offered, now),
        "offer_mailed": views.offer(
            at("plan"), c, claim, offered, now, mailed_to="marta.lindqvist@example.com", given=True
        ),
        "offer_large": views.offer(at("plan"), c, large, large_offer, now, mailed_to="marta@example.com"),
        "offer_missing": views.offer(at("plan"), c, claim, offered, now, missing=True),
        "offer_once": views.offer(
            at("plan"), c, claim, replace(offered, instalments=small_parts[:1], owed=1000), now, given=True
        ),
        "offer_later": views.offer(at("later"), c, claim, later_offer, now, mailed_to="m@example.com", given=True),
        "offer_change": views.offer(at("plan"), c, replace(on_plan, paid=2000), change, now, plan=running),
        "plan_agreed": views.plan_agreed(at("agreed"), c, on_plan, running, now),
        "plan_agreed_transfer": views.plan_agreed(at("agreed"), c, large_on_plan, own, now),
        "plan_debit": plan("plan", replace(usual, method=Method.DEBIT), dates_open=True, debit=True),
        "offer_debit": views.offer(at("plan"), c, claim, replace(offered, method=Method.DEBIT), now, given=True),
        "plan_agreed_debit": views.plan_agreed(at("agreed"), c, on_plan, debit, now, provider="Stripe"),
        "running_debit": views.running(at("plan"), c, on_plan, debit, now, mandate=mandate, provider="Stripe"),
        "deferred": views.deferred(at("agreed"), claim, deferral),
        "running": views.running(at("plan"), c, replace(on_plan, paid=1000), running, now),
        "running_late": views.running(at("plan"), c, on_plan, running, in_january),
        "running_part_late": views.running(
            at("plan"), c, large_on_plan, own, datetime(2027, 3, 2, tzinfo=now.tzinfo)
        ),
        "running_mend": views.running(
            at("plan"),
            c,
            on_plan,
            running,
            now,
            typed={"less": "viel"},
            problems=(Problem("less", "problem.less.form"),),
        ),
        "running_refused": views.running(
            at("plan"),
            c,
            on_plan,
            running,
            now,
            refused=lowered(running, 0, 1, 100, today, BOUNDS),
        ),
        "running_used_up": views.running(
            at("plan"), c, on_plan, running, now, refused=NotPossible("change", "changes_used_up")
        ),
        "matter_on_plan": held(on_plan, plan=running),
        "matter_plan_late": views.of_claim(
            at("matter"),
            c,
            s.DEBTOR,
            on_plan,
            (s.OPENING,),
            in_january,
            agreed=views.standing(at("matter"), on_plan, running, None, in_january),
        ),
        "matter_deferred": held(claim.held(Hold(HoldKind.DEFERRAL, now, None, "f-1")), deferral=deferral),
    }
