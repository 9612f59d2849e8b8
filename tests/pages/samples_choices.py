"""Samples of choices, addresses, helpers, codes and the start page."""

from dataclasses import replace
from datetime import timedelta

from chalicelib.domain.consent import Consent, ConsentPurpose
from chalicelib.domain.mandate import Mandate, MandateState, SavedWay
from chalicelib.domain.parties import Choices, ContactPoint, Factor, Helper, PointState
from chalicelib.domain.pay_link import LinkPurpose
from chalicelib.domain.task import DaySlot
from chalicelib.presentation import views
from chalicelib.presentation.frame import Problem


def choices_samples(at, nobody, base):
    """Name -> view; `base` is the module of the plain samples."""
    now = base.NOW
    mail, phone = base.DEBTOR.points
    card = replace(
        base.DEBTOR,
        choices=Choices(best_time=DaySlot.EVENING, code_only=True),
        points=(
            replace(mail, state=PointState.OPTED_OUT),
            phone,
            ContactPoint(mail.channel, "marta@neu.example", PointState.UNCONFIRMED),
        ),
        consents=(Consent(ConsentPurpose.EMAIL, False, now - timedelta(days=3), "de:1"),),
        helpers=(Helper("h1", "see", now, now + timedelta(days=9)),),
    )
    way = SavedWay("cus_1", "pm_1", "sepa_debit", "3000", "NL4711REF", True)
    whose = ("nordlicht", "K-501", base.CLAIM.id, "p-1")
    mandate = Mandate("m-1", *whose, 2, now, MandateState.ACTIVE, saved=way)
    start = "zahlen.nordlicht.example/start"
    code = replace(base.LINK, factors=(*base.LINK.factors, Factor.CODE), code="c", code_until=now)
    only = replace(base.LINK, factors=(Factor.CODE,))
    helping = replace(base.LINK, purpose=LinkPurpose.HELPER, factors=(Factor.POSTCODE,))
    wrong = (Problem("code", "problem.code"),)
    return {
        "choices": views.my_choices(at("choices"), base.DEBTOR),
        "choices_saved": views.my_choices(at("choices"), card, saved=True),
        "choices_mandate": views.my_choices(at("choices"), base.DEBTOR, mandates=(mandate,)),
        "choices_mandate_ended": views.my_choices(at("choices"), base.DEBTOR, ended=True),
        "points": views.points(at("points"), base.DEBTOR, str),
        "points_waiting": views.points(at("points"), card, str, note="points.sent"),
        "points_wrong": views.points(at("points"), card, str, problems=wrong),
        "points_stopped": views.points(at("points"), card, str, note="points.stopped"),
        "helpers": views.helpers(at("helpers"), base.DEBTOR, start, now),
        "helpers_code": views.helpers(
            at("helpers"), card, start, now, code="K7M4QX2D9TRP", until=now + timedelta(days=14)
        ),
        "door_code": views.door(at(), code, preset=Factor.CODE),
        "door_code_sent": views.door(at(), code, preset=Factor.CODE, code_sent=True, note="door.code.sent"),
        "door_code_only": views.door(at(), only),
        "door_helper": views.door(at(), helping),
        "start": views.start(nobody("start")),
        "start_unknown": views.start(
            nobody("start"), typed="K7M4", problems=(Problem("reference", "problem.reference.unknown"),)
        ),
    }
