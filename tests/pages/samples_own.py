"""Samples of what belongs to the debtor: the timeline, its reasons, papers, origin, data."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from chalicelib.domain.chosen import Choice, How
from chalicelib.domain.consent import Consent, ConsentPurpose
from chalicelib.domain.contact import Contact, ContactState, Message, MessageKind, Purpose, Tone
from chalicelib.domain.decision import Allowed, Wait
from chalicelib.domain.dispute import Dispute, DisputeReason
from chalicelib.domain.matter import Matter
from chalicelib.domain.parties import ChannelKind
from chalicelib.domain.plan import Instalment, Method, Plan
from chalicelib.domain.score import Score
from chalicelib.domain.task import TaskKind
from chalicelib.presentation import views

from .samples_back import gone_back

SCORE = Score(0.21, (("days_overdue", -0.6), ("has_phone", 0.4), ("amount", -0.2)), "pays28-2026-11-21", None, 0.1)


# All nine features, both signs: the three heaviest are way_answers, untouched and recent.
WEIGHED = Choice(
    "text_evening",
    How.BEST,
    datetime(2026, 11, 12, 9, tzinfo=UTC),
    propensities={"email_morning": 0.05, "email_evening": 0.05, "text_evening": 0.9},
    values={"email_morning": 190.4, "email_evening": 210.0, "text_evening": 260.7},
    answers={"email_morning": 0.31, "email_evening": 0.33, "text_evening": 0.4127},
    untouched=0.21,
    model="responds28-2026-11-22",
    sha256="5f2c" * 16,
    seed="nordlicht/R-1001/1/responds28-2026-11-22",
    drawn=0.731,
    features={
        "untouched": 210.0,
        "amount": 5383.0,
        "sector": 0.0,
        "arm": 4.0,
        "way_answers": 412.0,
        "hour_acts": 380.0,
        "way_sent": 2.0,
        "recent": 1.0,
        "days_quiet": 12.0,
    },
    reasons={
        "untouched": -0.41,
        "amount": 0.07,
        "sector": -0.02,
        "arm": 0.11,
        "way_answers": 0.62,
        "hour_acts": 0.19,
        "way_sent": -0.05,
        "recent": -0.22,
        "days_quiet": 0.03,
    },
    baseline=-0.6728,
)


def chosen(written):
    """How it came -> the contact that came so, its reasons with it."""
    drawn = replace(WEIGHED, how=How.DRAWN)
    strategy = Choice("", How.STRATEGY, WEIGHED.at)

    def by(choice, why="", **changes):
        return replace(written, choice=choice, why=why or choice.how.value, **changes)

    return {
        "best": by(WEIGHED),
        "cheapest": by(
            replace(
                WEIGHED, how=How.CHEAPEST, reasons={name: -weight for name, weight in WEIGHED.reasons.items()}
            ),
            step=1,
        ),
        "drawn": by(drawn),
        "held_out": by(replace(strategy, how=How.HELD_OUT), why="likely_to_pay"),
        "strategy": by(replace(strategy, flagged="model missing: none"), why="strategy_default"),
        "last_notice": by(replace(strategy, flagged="last_notice"), why="reach_soon", tone=Tone.LAST_NOTICE),
        "no_arm": by(replace(strategy, flagged="no_arm"), why="strategy_default", channel=ChannelKind.LETTER),
        "only": by(replace(WEIGHED, propensities={"text_evening": 1.0})),
        "chosen": by(WEIGHED, why="chosen"),
        "overruled": by(drawn.overruled("email_evening", "anna", WEIGHED.at), channel=ChannelKind.EMAIL),
    }


# They differ in a sentence or two: in the gallery `why` stands for all of them.
ALIKE_WHYS = (
    *("why_scored", "why_cheapest", "why_drawn", "why_held_out", "why_strategy", "why_last_notice"),
    *("why_no_arm", "why_only", "why_chosen", "why_overruled"),
)


def own_samples(at, base):
    """Name -> view; `base` is the module of the plain samples (creditor, debtor, claim, moments)."""
    now = base.NOW
    claim = replace(base.PART, score=SCORE)
    whose = {"creditor": claim.creditor, "debtor": claim.debtor, "claim": claim.id}
    written = Contact(
        id="c-1",
        **whose,
        purpose=Purpose.REMINDER,
        kind=MessageKind.REMINDER,
        channel=ChannelKind.SMS,
        tone=Tone.FRIENDLY,
        due_at=now - timedelta(days=9),
        planned_at=now - timedelta(days=10),
        state=ContactState.DELIVERED,
        decisions=(Wait(now - timedelta(days=9), "quiet_hours", "DE/2026-11"), Allowed("DE/2026-11")),
        why="reach_soon",
        sent_at=now - timedelta(days=9),
    )
    receipt = replace(
        written,
        id="c-2",
        purpose=Purpose.ANSWER,
        kind=MessageKind.RECEIPT,
        channel=ChannelKind.EMAIL,
        sent_at=now - timedelta(days=2),
        state=ContactState.FAILED,
        decisions=(Allowed("DE/2026-11"),),
    )
    ahead = replace(written, id="c-3", state=ContactState.PLANNED, due_at=now + timedelta(days=5), sent_at=None)
    plan = Plan(
        "p-1",
        **whose,
        currency="EUR",
        instalments=(Instalment(1, date(2026, 12, 1), 2000), Instalment(2, date(2027, 1, 1), 1883)),
        method=Method.LINK,
        offer="o-1",
        agreed_at=now - timedelta(days=1),
        paid_before=0,
    )
    dispute = Dispute(
        "x-1",
        **whose,
        reason=DisputeReason.WRONG_AMOUNT,
        words="Der Zähler stimmt nicht.",
        admitted=2000,
        answer_by=None,
        language="de",
        task="t-1",
        opened_at=now - timedelta(days=4),
        due_at=now,
    )
    card = replace(base.DEBTOR, consents=(Consent(ConsentPurpose.CARE, True, now - timedelta(days=3), "1"),))
    matter = Matter(
        card,
        {claim.id: replace(claim, plan="p-1")},
        {one.id: one for one in (written, receipt, ahead)},
        plans={"p-1": plan},
        disputes={"x-1": dispute},
        tasks={"t-1": replace(base.TASK, kind=TaskKind.DISPUTE, opened_at=now - timedelta(days=4))},
    )
    text = Message(
        "de", "Ihre Rechnung vom 2. Oktober", "Nordlicht: Guten Tag", "Guten Tag\n\nZur Seite", "", "v1"
    )
    came = chosen(written)
    asked = replace(matter, tasks={"t-2": replace(base.TASK, id="t-2", kind=TaskKind.REVIEW, about="c-1")})
    return {
        "history": views.history(at("history"), matter, claim, (*base.ENTRIES, *gone_back(base)[1][1:]), now),
        "why": views.why(at("why"), matter, claim, came.pop("best"), text),
        "why_scored": views.why(at("why"), matter, claim, written, text),
        "why_answer": views.why(at("why"), matter, claim, receipt, None),
        **{f"why_{how}": views.why(at("why"), matter, claim, one, text) for how, one in came.items()},
        "why_asked": views.why(at("why"), asked, claim, written, text),
        "papers": views.papers(at("papers"), base.COLLECTOR, matter, matter.claims[claim.id]),
        "papers_closed": views.papers(at("papers"), base.CREDITOR, matter, base.DONE),
        "origin": views.origin(at("origin", base.COLLECTOR), base.COLLECTOR, matter, claim),
        "origin_sent": views.origin(at("origin"), base.CREDITOR, matter, claim, sent=True),
        "data": views.own_data(at("data"), matter, kept_until=None, asked=None),
        "data_asked": views.own_data(at("data"), matter, kept_until=date(2034, 12, 31), asked=base.TASK),
        "forget": views.forget(at("forget"), True, kept_until=None),
        "asked": views.noted(at("history"), base.TASK),
        "visit_closed": views.visit_closed(at()),
        "accessibility": views.accessibility(at("accessibility")),
        "not_yours": views.not_yours(at("matter")),
    }
